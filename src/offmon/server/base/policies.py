"""Who may do what with a table, declared in the migration that makes it: grants, row-level security, the audit backstop.

    operations = [
        CreateModel(…),
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
- The portal sees only the case of its scope: each of its policies names agency *and* case. So it may read no table without a case.
- The console sees a case through its caseload (`CASELOAD`), and the log of that case likewise (`by_caseload`). Of the caseload it sees the
  rows of those cases and its actor's own (migration 0020 of audit). Rows without a case are visible agency-wide.
- No row of a case or agency table changes without an audit entry of the same transaction that names it. Rows that come in batches use
  `subject="batch"`. Nobody may empty the table (ADR 4).
- If a unique key relies on a row it points at, that row is of the same agency and case (`of_its_parent`).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

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


BACKSTOP: Final = "offmon_backstop"
MIGRATE: Final = "offmon_migrate"

# The migration that makes the caseload table: any that calls `case_table` depends on it, and on the audit log's.
CASELOAD_MIGRATION: Final = ("agencies", "0001_initial")
AUDIT_MIGRATION: Final = ("audit", "0001_initial")
PARENT_MIGRATION: Final = ("audit", "0017_of_its_parent")  # any that calls `of_its_parent` depends on it

type Verb = Literal["select", "insert", "delete"]
type Subject = Literal["id", "batch"]
SELECT: Final = "select"
INSERT: Final = "insert"
DELETE: Final = "delete"

AGENCY: Final = sql.SQL("agency = current_setting('offmon.agency')::uuid")
CASE: Final = sql.SQL("\"case\" = current_setting('offmon.case')::uuid")
# The statement's time and not the transaction's: who opens a case works on it in the same transaction.
CASELOAD: Final = sql.SQL(
    'exists (select from agencies_caseload mine where mine."case" = {table}.{column}'
    " and mine.staff_id = current_setting('offmon.actor')::uuid"
    " and mine.since <= (extract(epoch from statement_timestamp()) * 1000)::bigint"
    " and (mine.until is null or mine.until > (extract(epoch from statement_timestamp()) * 1000)::bigint))"
)


@dataclass(frozen=True, slots=True)
class May:
    """What one role may do with one table: whole-row verbs, and the columns that it may read or change where not all."""

    verbs: tuple[Verb, ...]
    columns: tuple[str, ...]
    update: tuple[str, ...]


def may(*verbs: Verb, columns: Collection[str] = (), update: Collection[str] = ()) -> May:
    """`may(SELECT, INSERT, update=["state"])`. `columns` limits SELECT to these; UPDATE is always by column."""
    if (not verbs and not update) or (columns and SELECT not in verbs):
        raise ValueError("say at least one verb; columns go with SELECT")
    return May(verbs, tuple(columns), tuple(update))


def case_table(table: str, *, subject: Subject = "id", agency_wide: bool = False, **roles: May) -> list[RunSQL]:
    """A table of `CaseRow`s. Roles by process name (`console=may(…)`).

    `agency_wide` drops the caseload from the console's policy: for the caseload itself, whose rule a later migration gives.
    """
    return _guarded(table, subject, roles, caseload=not agency_wide)


def agency_table(table: str, *, subject: Subject = "id", **roles: May) -> list[RunSQL]:
    """A table of `AgencyRow`s: the agency's own, of no case."""
    return _guarded(table, subject, roles, caseload=False)


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


def open_to(table: str, **roles: May) -> list[RunSQL]:
    """Let a later process at a guarded table of an earlier migration: its policy, which asks for the agency, and its grants."""
    return [_run(*_policies(table, roles, caseload=False), *_grants(table, roles))]


def by_caseload(table: str, *, column: str = "case", of_none: str = "", reads: bool = False) -> list[RunSQL]:
    """Hold the console to the caseload on a table of an earlier migration, where it asked for the agency alone.

    `column`: which has the case. `of_none`: how a row of no case is known, which the console sees. `reads`: it writes as before; who ends
    their own access to a case says so in the log when they no longer have it.
    """
    caseload: sql.Composable = CASELOAD.format(table=_name(table), column=_name(column))
    if of_none:  # first, for this is asked of each row and that costs nothing
        caseload = sql.SQL(f"({of_none} or {{}})").format(caseload)
    rule = sql.SQL(" and ").join([AGENCY, caseload])
    checked = AGENCY if reads else rule
    statement = sql.SQL("alter policy offmon_console on {} using ({}) with check ({})")
    return [_run(statement.format(_name(table), rule, checked))]


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
    gone = sql.SQL("drop trigger of_its_parent on {table}").format(table=_name(table))
    return [RunSQL([trigger.as_string()], [gone.as_string()])]


_SECURITY: Final = (
    sql.SQL("alter table {table} enable row level security"),
    sql.SQL("alter table {table} force row level security"),
)
_POLICY: Final = sql.SQL("create policy {role} on {table} to {role} using ({rule}) with check ({rule})")
_BACKSTOP: Final = sql.SQL(
    "create constraint trigger audited after insert or update or delete on {table}"
    " deferrable initially deferred for each row execute function {function}()"
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


def _guarded(table: str, subject: Subject, roles: Mapping[str, May], *, caseload: bool) -> list[RunSQL]:
    backstop = _BACKSTOP.format(table=_name(table), function=_name(f"audit_names_{subject}"))
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
    name, statements = _name(table), []
    for process in _processes(roles):
        rule: sql.Composable = AGENCY
        if caseload and process is Process.CONSOLE:
            rule = sql.SQL(" and ").join([AGENCY, CASELOAD.format(table=name, column=_name("case"))])
        if process is Process.PORTAL:
            rule = sql.SQL(" and ").join([AGENCY, CASE])
        statements.append(_POLICY.format(table=name, role=_name(process), rule=rule))
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
