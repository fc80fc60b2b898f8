"""An entry, written inside the transaction of the act that it records.

Rules (DPA 2018 s.62; R-DPA-14; formats §7)
- Entry and change commit together or not at all. If the log cannot be written, the change fails.
- An entry names each row that the act wrote, with the commitment to it *after* the write. Its column names them by table, its document by
  kind; the trigger `whole` compares the two. One entry per subject: a list of seven people makes seven entries with one request id.
- The operation follows from the verb, so that the two always agree.
- A page of many subjects writes their entries in one statement, and so waits for the database once.
"""

from collections.abc import Iterable, Mapping
from functools import cache

from django.apps import apps

from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.formats import canon, commitment
from offmon.core.ids import Digest, Id
from offmon.core.log import audit
from offmon.core.log.audit import EntryOutcome, Touched, Verb
from offmon.server.audit.models import Entry
from offmon.server.base import clock, scope
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_salt, uuid_text
from offmon.server.base.rows import AgencyRow, CaseRow, CommittedRow


def append(
    actor: Actor,
    verb: Verb,
    *,
    case: Id | None,
    touched: Iterable[AgencyRow | Touched] = (),
    outcome: EntryOutcome = EntryOutcome.ALLOWED,
    reason: str | None = None,
    recipient: str | None = None,
    alert: Id | None = None,
    decision: Id | None = None,
    manifest: Digest | None = None,
) -> Entry:
    """Record an act of `actor` in the open scope, after its writes. `touched`: each row as it now stands, or a batch's `Touched`.

    Raises Refused `audit-outside-scope`, `audit-wrong-case` or, for an act that the actor's role does not include, `not-permitted`; and
    Malformed where a field is not what its kind says.
    """
    _check_scope(actor)
    if outcome is EntryOutcome.ALLOWED:
        _check_may(actor, verb)
    rows = list(touched)
    if any(_elsewhere(row, actor.agency, case) for row in rows):
        raise Refused("audit-wrong-case", "An entry accounts for rows of its own case only; append one for each case.")
    record = audit.AuditEntry(
        at=clock.now(),
        agency=actor.agency,
        case=case,
        verb=verb,
        operation=verb.operation,
        outcome=outcome,
        actor=actor.core(),
        session=actor.session,
        request=actor.request,
        reason=reason,
        recipient=recipient,
        alert=alert,
        decision=decision,
        manifest=manifest,
        touched=tuple(row if isinstance(row, Touched) else row.touched() for row in rows),
    )
    entry = _row(record, actor, [_guarded(row) for row in rows])
    entry.save(force_insert=True)
    return entry


def append_each(actor: Actor, verb: Verb, *, cases: Iterable[Id]) -> None:
    """Record one act that is about several people, such as reading a list of them: an entry for each case, in the order of their ids.

    Raises Refused `audit-outside-scope` or `not-permitted`.
    """
    _check_scope(actor)
    _check_may(actor, verb)
    at, who = clock.now(), actor.core()
    Entry.objects.bulk_create(
        _row(
            audit.AuditEntry(
                at=at,
                agency=actor.agency,
                case=case,
                verb=verb,
                operation=verb.operation,
                outcome=EntryOutcome.ALLOWED,
                actor=who,
                session=actor.session,
                request=actor.request,
                reason=None,
                recipient=None,
                alert=None,
                decision=None,
                manifest=None,
                touched=(),
            ),
            actor,
            [],
        )
        for case in sorted(set(cases))
    )


def _check_scope(actor: Actor) -> None:
    """Raises Refused `audit-outside-scope` unless the actor's own scope is open."""
    current = scope.current()
    if current is None or (current.id, current.agency) != (actor.id, actor.agency):
        raise Refused("audit-outside-scope", "An act is recorded in the scope of whoever acts; open one first.")


def _check_may(actor: Actor, verb: Verb) -> None:
    """Raises Refused `not-permitted` for a person whose role lacks the verb's permission. The action asked first; this holds it to that."""
    if verb.spec.takes is not None and actor.role is not Role.SERVICE:
        actor.check(verb.spec.takes)


def _row(record: audit.AuditEntry, actor: Actor, touched: list[str]) -> Entry:
    """The row of an entry, committed to with a salt of its own."""
    salt, fields = new_salt(), audit.fields_of(record)
    return Entry(
        agency=record.agency,
        case=record.case,
        at=record.at,
        verb=record.verb,
        operation=record.operation,
        outcome=record.outcome,
        actor=actor.id,
        actor_role=actor.role,
        actor_team=actor.team,
        session=record.session,
        request=record.request,
        reason=record.reason,
        recipient=record.recipient,
        alert=record.alert,
        decision=record.decision,
        manifest=record.manifest,
        touched=touched,
        doc=canon.encode({"kind": audit.AuditEntry.KIND, **fields}),  # as `codec.dump` writes it
        salt=salt,
        commit=commitment.commit(audit.AuditEntry.KIND, salt, fields),
    )


def _elsewhere(row: AgencyRow | Touched, agency: Id, case: Id | None) -> bool:
    if isinstance(row, Touched):
        return False  # a batch says nothing of whose it is; row-level security does
    return row.agency != agency or (isinstance(row, CaseRow) and row.case != case)


def _guarded(row: AgencyRow | Touched) -> str:
    """How the backstop knows a row: by its table. (What is committed names the kind of record, which outlives tables.)"""
    if isinstance(row, Touched):
        return f"{_tables().get(row.table, row.table)}:{uuid_text(row.id)}"
    return row.named()


@cache
def _tables() -> Mapping[str, str]:
    """The table of each kind of record, as the trigger `whole` knows them; what else an entry names, it names by its table."""
    models = [model for model in apps.get_models() if issubclass(model, CommittedRow) and model.SUBJECT == "id"]
    return {model.KIND: model._meta.db_table for model in models}
