"""Who may do what with a table, declared in its app's `0002_guards`: grants, row-level security, the audit backstop.

    operations = [
        *case_table(
            "triage_alert",
            worker=may(INSERT),
            console=may(SELECT, update=["state", "owner"]),
        ),
    ]

Rules (design §5, "Scope"; stack §1 "What was tried for the design")
- A case or agency table forces row-level security, on its owner too. Each named role has exactly one policy, and others none: PostgreSQL
  ORs permissive policies, so a second could only widen. Grants limit verbs, and limit UPDATE by column.
- A policy reads `offmon.agency` without `missing_ok`: without a scope a query is an error, never an empty page.
- The portal sees only the case of its scope: each of its policies names agency *and* case, here and nowhere else. So it may read no table
  without a case.
- Whoever works on the cases that their agency took over from another sees those, and nobody else does (`offmon.took_over`).
- The console sees a case through its caseload (`CASELOAD`, here and nowhere else), and the log of that case likewise (`may(reads=…)`). Of
  the caseload it sees the rows of those cases and its actor's own. Rows without a case are visible agency-wide.
- No row of a case or agency table changes without an audit entry of the same transaction that names it. Rows that come in batches use
  `subject="batch"`. Nobody may empty the table (ADR 4).
- The integrity process may read each of these tables, and write none (`oversight/integrity`).
- If a unique key relies on a row it points at, that row is of the same agency and case (`of_its_parent`).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, LiteralString

from django.db.migrations import RunSQL
from psycopg import sql


class Process(StrEnum):
    """Each process of the server, with its database role. Its name here, in small letters, names its settings, folder and account."""

    INGEST = "offmon_ingest"
    CONSOLE = "offmon_console"
    WORKER = "offmon_worker"
    SIGNER = "offmon_signer"
    VAULT = "offmon_vault"
    ASSURANCE = "offmon_assurance"
    WEBSITE = "offmon_website"
    PORTAL = "offmon_portal"
    OPERATOR = "offmon_operator"
    INTEGRITY = "offmon_integrity"
    NOTIFY = "offmon_notify"


BACKSTOP: Final = "offmon_backstop"
MIGRATE: Final = "offmon_migrate"
OWNER: Final = "offmon_owner"  # as whom the migrating role works

AUDIT_GUARDS: Final = (
    "audit",
    "0002_guards",
)  # the functions that guard every other table: each app's guards depend on it

type Verb = Literal["select", "insert", "delete"]
type Subject = Literal["id", "batch"]
SELECT: Final = "select"
INSERT: Final = "insert"
DELETE: Final = "delete"

AGENCY: Final = "agency = current_setting('offmon.agency')::uuid"
CASE: Final = "\"case\" = current_setting('offmon.case')::uuid"
# As an array the caseload is read once a statement, and the index of the cases is asked for it. As a condition it would be looked up for
# each row.
CASELOAD: Final = sql.SQL("{table}.{column} = any ((select audit_open_to_actor())::uuid[])")


@dataclass(frozen=True, slots=True)
class May:
    """What one role may do with one table: whole-row verbs, and the columns that it may read or change where not all.

    `where`, `reads` and `writes`: what its policy asks beside the agency, in place of caseload or case.
    """

    verbs: tuple[Verb, ...]
    columns: tuple[str, ...]
    update: tuple[str, ...]
    where: LiteralString
    reads: LiteralString
    writes: LiteralString


def may(
    *verbs: Verb,
    columns: Collection[str] = (),
    update: Collection[str] = (),
    where: LiteralString = "",
    reads: LiteralString = "",
    writes: LiteralString = "",
) -> May:
    """`may(SELECT, INSERT, update=["state"])`. `columns` limits SELECT to these; UPDATE is always by column.

    `where`: a rule for what it reads and writes. `reads`: one for what it reads; it writes as the agency may, or as `writes` says.
    """
    if (not verbs and not update) or (columns and SELECT not in verbs):
        raise ValueError("say at least one verb; columns go with SELECT")
    return May(verbs, tuple(columns), tuple(update), where, reads, writes)


def case_table(table: str, *, subject: Subject = "id", **roles: May) -> list[RunSQL]:
    """A table of `CaseRow`s. Roles by process name (`console=may(…)`)."""
    return _guarded(table, f"audit_names_{subject}()", roles, caseload=True)


def agency_table(table: str, **roles: May) -> list[RunSQL]:
    """A table of `AgencyRow`s: the agency's own, of no case."""
    return _guarded(table, "audit_names_id('no case')", roles, caseload=False)


def directory_table(table: str, **roles: May) -> list[RunSQL]:
    """A table of `DirectoryRow`s: grants only, for it is read before a scope is open."""
    return [_run(*_grants(table, roles))]


def log_table(table: str, **roles: May) -> list[RunSQL]:
    """A table of `LogRow`s: insert-only for everyone, its owner included."""
    if any(role.update or DELETE in role.verbs for role in roles.values()):
        raise ValueError("the log is insert-only")
    return [
        _run(*_security(table, roles, caseload=False), *_grants(table, roles), _INSERT_ONLY.format(table=_name(table)))
    ]


def on_caseload(table: str, column: str = "case") -> LiteralString:
    """The caseload as a rule of `may`, for a table whose `column` has the case."""
    return CASELOAD.format(table=_name(table), column=_name(column)).as_string()


def as_backstop(function: LiteralString, *callers: Process) -> RunSQL:
    """Let a function run as the backstop's role, and let nobody call it but `callers`.

    To give a function away, its new owner must be able to create in the schema: for that moment only.
    """
    return RunSQL(
        [
            f"revoke execute on function {function} from public",
            *(f"grant execute on function {function} to {caller}" for caller in callers),
            "grant create on schema public to offmon_backstop",
            f"alter function {function} owner to offmon_backstop",
            "revoke create on schema public from offmon_backstop",
        ]
    )


def of_its_parent(table: str, column: str, parent: str, *, agency: str = "agency", case: bool = True) -> list[RunSQL]:
    """A row of `table` is of the agency, and of the case, of the row of `parent` that its `column` points at, else it is refused.

    For each table where a unique key rests on that column. Every role that inserts here reads id, agency and case there. `agency`: the
    parent's column; `case`: whether both have one.
    """
    trigger = _OF_ITS_PARENT.format(
        table=_name(table),
        columns=sql.SQL(", ").join([_name(one) for one in (column, "agency", *(["case"] if case else []))]),
        arguments=sql.SQL(", ").join([sql.Literal(one) for one in (column, parent, agency, "case" if case else "")]),
    )
    return [_run(trigger)]


_SECURITY: Final = (
    sql.SQL("alter table {table} enable row level security"),
    sql.SQL("alter table {table} force row level security"),
)
_POLICY: Final = sql.SQL("create policy {role} on {table} to {role} using ({reads}) with check ({writes})")
_BACKSTOP: Final = sql.SQL(
    "create constraint trigger audited after insert or update or delete on {table}"
    " deferrable initially deferred for each row execute function {function}"
)
_NO_TRUNCATE: Final = sql.SQL(  # a constraint trigger never sees TRUNCATE
    "create trigger no_truncate before truncate on {table} for each statement execute function audit_refuse_change()"
)
_INSERT_ONLY: Final = sql.SQL(
    "create trigger insert_only before update or delete or truncate on {table}"
    " for each statement execute function audit_refuse_change()"
)
_OF_ITS_PARENT: Final = sql.SQL(
    "create constraint trigger of_its_parent after insert or update of {columns} on {table}"
    " for each row execute function audit_of_its_parent({arguments})"
)
_GRANT: Final = sql.SQL("grant {verb} on {table} to {role}")
_GRANT_COLUMNS: Final = sql.SQL("grant {verb} ({columns}) on {table} to {role}")
_VERBS: Final = {SELECT: sql.SQL("select"), INSERT: sql.SQL("insert"), DELETE: sql.SQL("delete")}
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")


def _guarded(table: str, names: LiteralString, given: Mapping[str, May], *, caseload: bool) -> list[RunSQL]:
    roles = {**given, Process.INTEGRITY.name.lower(): may(SELECT)}
    backstop = _BACKSTOP.format(table=_name(table), function=sql.SQL(names))
    return [
        _run(
            *_security(table, roles, caseload=caseload),
            *_grants(table, roles),
            backstop,
            _NO_TRUNCATE.format(table=_name(table)),
        )
    ]


def _security(table: str, roles: Mapping[str, May], *, caseload: bool) -> list[sql.Composed]:
    return [
        *(statement.format(table=_name(table)) for statement in _SECURITY),
        *_policies(table, roles, caseload=caseload),
    ]


def _policies(table: str, roles: Mapping[str, May], *, caseload: bool) -> list[sql.Composed]:
    statements = []
    for process, role in zip(_processes(roles), roles.values(), strict=True):
        beside = role.where or role.reads
        if not beside and caseload and process is Process.CONSOLE:
            beside = on_caseload(table)
        if not beside and process is Process.PORTAL:
            beside = CASE
        reads = sql.SQL(f"{AGENCY} and {beside}" if beside else AGENCY)
        writes = sql.SQL(f"{AGENCY} and {role.writes}" if role.writes else AGENCY) if role.reads else reads
        statements.append(_POLICY.format(table=_name(table), role=_name(process), reads=reads, writes=writes))
    return statements


def _grants(table: str, roles: Mapping[str, May]) -> list[sql.Composed]:
    statements = []
    for process, role in zip(_processes(roles), roles.values(), strict=True):
        for verb in role.verbs:
            columns = role.columns if verb == SELECT else ()
            statements.append(_grant(_VERBS[verb], table, process, columns))
        if role.update:
            statements.append(_grant(sql.SQL("update"), table, process, role.update))
    return statements


def _grant(verb: sql.SQL, table: str, process: Process, columns: Collection[str]) -> sql.Composed:
    if not columns:
        return _GRANT.format(verb=verb, table=_name(table), role=_name(process))
    names = sql.SQL(", ").join(_name(column) for column in columns)
    return _GRANT_COLUMNS.format(verb=verb, columns=names, table=_name(table), role=_name(process))


def _processes(roles: Mapping[str, May]) -> list[Process]:
    return [Process[name.upper()] for name in roles]


def _name(name: str) -> sql.Identifier:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a name that our tables, columns or roles have")
    return sql.Identifier(name)


def _run(*statements: sql.Composed) -> RunSQL:
    # As a list without parameters each is passed on as it is; there is no way back, as there is none from a promise.
    return RunSQL([statement.as_string() for statement in statements])
