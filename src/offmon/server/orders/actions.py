"""Every write to orders."""

from dataclasses import dataclass, replace
from datetime import date

from offmon.core.audit import Verb
from offmon.core.clock import Period
from offmon.core.commitment import field_digest, field_salt
from offmon.core.ids import Digest, Id, Ms
from offmon.core.order import Basis, Capability, TermKind, check_instrument, check_term
from offmon.core.roles import Permission
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key
from offmon.server.base.ids import new_id, new_salt
from offmon.server.base.scope import action
from offmon.server.orders.models import InstrumentRow, TermRow
from offmon.server.orders.policy import check_confirm_term


@dataclass(frozen=True, slots=True)
class InstrumentEntry:
    """What an officer enters of an order or licence, from its document. Times in ms UTC."""

    basis: Basis
    controller: Id
    made_by: str
    reference: str
    made_on: date
    convicted_on: date | None
    served_at: Ms | None
    effective_from: Ms
    offence_types: tuple[str, ...]
    document: Digest
    checked: str
    requested_at: Ms | None


@dataclass(frozen=True, slots=True)
class TermEntry:
    """What an officer enters of one term."""

    effect: TermKind
    verbatim: str
    person_text: str
    source_page: int
    capabilities: tuple[Capability, ...]
    period: Period


@action
def do_record_instrument(case: Id, entry: InstrumentEntry, *, actor: Actor) -> Id:
    """Record an order or licence. Raises Refused where it could not ground anything (R-LEG-1)."""
    actor.check(Permission.INSTRUMENT_RECORD)
    row = InstrumentRow(
        id=new_id(),
        agency=actor.agency,
        case=case,
        salt=new_salt(),
        basis=entry.basis,
        controller=entry.controller,
        made_by=entry.made_by,
        reference=entry.reference,
        made_on=entry.made_on.isoformat(),
        convicted_on=None if entry.convicted_on is None else entry.convicted_on.isoformat(),
        served_at=entry.served_at,
        effective_from=entry.effective_from,
        offence_types=list(entry.offence_types),
        document=entry.document,
        checked=entry.checked,
        requested_at=entry.requested_at,
        recorded_by=actor.id,
    )
    check_instrument(row.core())
    row.save(force_insert=True)
    append(actor, Verb.INSTRUMENT_RECORDED, case=case, touched=(row,))
    return row.id


@action
def do_record_term(instrument: Id, entry: TermEntry, *, actor: Actor) -> Id:
    """Record one term of an instrument. Raises Refused where its dates or words break the rule of its basis (R-LEG-3, R-LEG-4)."""
    actor.check(Permission.INSTRUMENT_RECORD)
    parent = InstrumentRow.objects.get(id=instrument)
    term_id = new_id()
    row = TermRow(
        id=term_id,
        agency=actor.agency,
        case=parent.case,
        salt=new_salt(),
        instrument=parent,
        effect=entry.effect,
        verbatim=column_key().enclose(entry.verbatim, TermRow, term_id, "verbatim"),
        person_text=entry.person_text,
        source_page=entry.source_page,
        capabilities=list(entry.capabilities),
        since=entry.period.since,
        until=entry.period.until,
        recorded_by=actor.id,
    )
    check_term(parent.core(), replace(row.core(), verbatim_text=entry.verbatim))
    row.verbatim_digest = field_digest(field_salt(row.salt, "verbatim_text"), "verbatim_text", entry.verbatim)
    row.save(force_insert=True)
    append(actor, Verb.TERM_RECORDED, case=parent.case, touched=(row,))
    return row.id


@action
def do_confirm_term(term: Id, *, actor: Actor) -> None:
    """A second officer confirms a term against the document (R-LEG-24)."""
    row = TermRow.objects.select_for_update().get(id=term)
    check_confirm_term(actor, row)
    row.confirmed_by, row.confirmed_at = actor.id, clock.now()
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    append(actor, Verb.TERM_CONFIRMED, case=row.case, touched=(row,))


@action
def do_end_instrument(instrument: Id, ended_at: Ms, reason: str, *, actor: Actor) -> None:
    """Record that an instrument ended, and when that became known: now (design §1.9). Asks for nothing else to change here."""
    actor.check(Permission.INSTRUMENT_RECORD)
    row = InstrumentRow.objects.select_for_update().get(id=instrument)
    row.ended_at, row.end_known_at = ended_at, clock.now()
    row.save(update_fields=["ended_at", "end_known_at"])
    append(actor, Verb.INSTRUMENT_ENDED, case=row.case, touched=(row,), reason=reason)
