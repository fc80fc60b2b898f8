"""Every write to orders."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from django.db import IntegrityError, transaction

from offmon.core.access.roles import Permission
from offmon.core.authority.agreement import Agreement
from offmon.core.authority.assessing import check_assessment, check_consulted
from offmon.core.authority.bases import Basis, Route
from offmon.core.authority.capability import Capability, Source
from offmon.core.authority.in_force import in_force
from offmon.core.authority.offences import check_offences
from offmon.core.authority.order import (
    Applicant,
    Compared,
    DeviceKind,
    Media,
    TermKind,
    check_instrument,
    check_past,
    check_term,
    check_variation,
)
from offmon.core.authority.policy_document import check_policy
from offmon.core.authority.withdrawing import check_serves
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.formats import codec
from offmon.core.formats.commitment import field_digest, field_salt
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.person.age import check_adult, check_beside
from offmon.server.agencies.policy import check_agreed
from offmon.server.agencies.queries import check_logged_on
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key
from offmon.server.base.ids import new_id
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.base.storage.directory import document_store
from offmon.server.orders.models import (
    AssessmentRow,
    DocumentRow,
    InstrumentRow,
    PolicyDocumentRow,
    Restored,
    TermRow,
    WaitingScan,
)
from offmon.server.orders.policy import (
    check_answer_policy,
    check_confirm_term,
    check_end,
    check_page,
    check_sign_assessment,
    check_sound,
)
from offmon.server.orders.queries import (
    assessment_place,
    authority_of,
    check_pages,
    has_opened,
    has_opened_policy,
    is_restored,
    is_sound,
    place_of,
    policy_place,
    read_assessment,
    read_policy,
)
from offmon.server.orders.scan import Scan
from offmon.server.people.queries import details_of


@dataclass(frozen=True, slots=True)
class InstrumentEntry:
    """What an officer enters of an order or licence, from its document: a scan, or one that waits, by its id. Times in ms UTC."""

    basis: Basis
    controller: Id
    made_by: str
    reference: str
    made_on: date
    convicted_on: date | None
    served_at: Ms | None
    effective_from: Ms
    offence_types: tuple[str, ...]
    document: Scan | Id
    checked: str
    requested_at: Ms | None
    route: Route | None = None
    varies: Id | None = None
    varied_for: Applicant | None = None
    keeps_earlier: bool = False
    agreement: Agreement | None = None
    witness: str | None = None
    adult: str | None = None


@dataclass(frozen=True, slots=True)
class TermEntry:
    """What an officer enters of one term."""

    effect: TermKind
    verbatim: str
    person_text: str
    source_page: int
    capabilities: tuple[Capability, ...]
    period: Period
    person_text_welsh: str | None = None
    device_kinds: tuple[DeviceKind, ...] = ()


@action
def do_record_instrument(case: Id, entry: InstrumentEntry, terms: Sequence[TermEntry] = (), *, actor: Actor) -> Id:
    """Record an order or licence, with these terms of it, or nothing. Raises Refused where it could not ground anything (R-LEG-1).

    Refused too where it states as done what lies ahead, varies what it cannot, is for adults alone and of a person known to be under 18
    that day (`adults-only`), and where a term breaks the rule of its basis. A scan that
    waits in the case is taken up, once, as it was kept: Refused (`scan-not-waiting`), or NotAuthentic where it was changed.
    """
    actor.check(Permission.INSTRUMENT_RECORD)
    scan = entry.document if isinstance(entry.document, Scan) else _waiting(case, entry.document)
    row = InstrumentRow(
        agency=actor.agency,
        case=case,
        basis=entry.basis,
        controller=entry.controller,
        made_by=entry.made_by,
        reference=entry.reference,
        made_on=entry.made_on.isoformat(),
        convicted_on=None if entry.convicted_on is None else entry.convicted_on.isoformat(),
        served_at=entry.served_at,
        effective_from=entry.effective_from,
        offence_types=list(entry.offence_types),
        document=scan.digest if isinstance(scan, Scan) else scan.committed,
        checked=entry.checked,
        requested_at=entry.requested_at,
        route=entry.route,
        varies=entry.varies,
        varied_for=entry.varied_for,
        keeps_earlier=entry.keeps_earlier,
        agreement=None if entry.agreement is None else codec.dump(entry.agreement),
        witness=entry.witness,
        adult=entry.adult,
        recorded_by=actor.id,
    )
    check_instrument(row.core())
    check_past(row.core(), clock.now())
    known = details_of(case)
    born_on = "" if known is None else known.details.born_on
    check_adult(entry.basis, entry.made_on, born_on)
    check_beside(entry.agreement, entry.made_on, born_on)
    earlier = [one.core() for one in InstrumentRow.objects.filter(case=case)]
    check_variation(row.core(), earlier)
    check_offences(entry.offence_types, next((one.offence_types for one in earlier if one.id == row.varies), None))
    check_serves(row.core(), in_force(*authority_of(case, Ms(0)), clock.now()))
    row.save(force_insert=True)
    touched = (row, _keep(row, scan)) if isinstance(scan, Scan) else (row, _take_up(row, scan), scan)
    append(actor, Verb.INSTRUMENT_RECORDED, case=case, touched=touched)
    for term in terms:
        _record_term(row, term, actor)
    return row.id


@action
def do_keep_scan(case: Id, basis: Basis, scan: Scan, *, actor: Actor) -> Id:
    """Keep the scan of an order or licence of that kind, so that it is recorded beside its pages (R-LEG-1)."""
    actor.check(Permission.INSTRUMENT_RECORD)
    row = WaitingScan(
        agency=actor.agency,
        case=case,
        basis=basis,
        kinds=[kind.value for kind in scan.kinds],
        digests=list(scan.digests),
        kept_by=actor.id,
        kept_at=clock.now(),
    )
    row.names = _put_away(row.id, scan)
    row.save(force_insert=True)
    append(actor, Verb.DOCUMENT_KEPT, case=case, touched=(row,))
    return row.id


@action
def do_discard_scan(case: Id, scan: Id, *, actor: Actor) -> None:
    """Discard a scan that waits: its files are removed. That it was there, and what it was by its digests, stays in the log."""
    actor.check(Permission.INSTRUMENT_RECORD)
    row = _waiting(case, scan)
    store = document_store()
    for name in _release(row):
        transaction.on_commit(partial(store.remove, name))
    append(actor, Verb.DOCUMENT_DISCARDED, case=case, touched=(row,))


@action
def do_record_term(instrument: Id, entry: TermEntry, *, actor: Actor) -> Id:
    """Record one term of an instrument. Raises Refused where its dates or words break the rule of its basis (R-LEG-3, R-LEG-4)."""
    actor.check(Permission.INSTRUMENT_RECORD)
    return _record_term(InstrumentRow.objects.get(id=instrument), entry, actor)


def _record_term(parent: InstrumentRow, entry: TermEntry, actor: Actor) -> Id:
    check_page(DocumentRow.objects.filter(instrument=parent).first(), entry.source_page)
    term_id = new_id()
    row = TermRow(
        id=term_id,
        agency=actor.agency,
        case=parent.case,
        instrument=parent,
        effect=entry.effect,
        verbatim=column_key().enclose(entry.verbatim, TermRow, term_id, "verbatim"),
        person_text=entry.person_text,
        person_text_welsh=entry.person_text_welsh or None,
        source_page=entry.source_page,
        capabilities=list(entry.capabilities),
        device_kinds=list(entry.device_kinds),
        since=entry.period.since,
        until=entry.period.until,
        recorded_by=actor.id,
        begun_in=actor.session,
        begun_at=clock.now(),
    )
    check_term(parent.core(), replace(row.core(), verbatim_text=entry.verbatim))
    row.verbatim_digest = field_digest(field_salt(row.salt, "verbatim_text"), "verbatim_text", entry.verbatim)
    row.save(force_insert=True)
    append(actor, Verb.TERM_RECORDED, case=parent.case, touched=(row,))
    return row.id


@action
def do_confirm_term(term: Id, compared_with: Compared = Compared.COPY, *, actor: Actor) -> None:
    """A second officer confirms a term against the document, and says what they held it against (R-LEG-24, R-LEG-26).

    From then on a newer order may end an older (SA20 s.349): the worker asks for each device's next profile (`devices_to_renew`).
    """
    row = as_left(TermRow.objects.select_for_update().get(id=term))
    check_confirm_term(actor, row)
    check_logged_on(row.case, actor.id, clock.now())
    check_sound(DocumentRow.objects.filter(instrument=row.instrument_id).first())
    row.confirmed_by, row.confirmed_at, row.agreed_in = actor.id, clock.now(), actor.session
    row.compared_with = compared_with
    row.save(update_fields=["confirmed_by", "confirmed_at", "compared_with", "agreed_in"])
    append(actor, Verb.TERM_CONFIRMED, case=row.case, touched=(row,))


@action
def do_refuse_term(term: Id, reason: str, *, actor: Actor) -> None:
    """A second officer says no to a term, for a reason. It is confirmed never more: whoever recorded it records it again, put right."""
    row = as_left(TermRow.objects.select_for_update().get(id=term))
    check_confirm_term(actor, row)
    check_logged_on(row.case, actor.id, clock.now())
    row.save(update_fields=row.refuse(actor.id, clock.now(), reason))
    append(actor, Verb.TERM_REFUSED, case=row.case, touched=(row,), reason=reason)


@action
def do_check_document(instrument: Id, *, actor: Actor) -> bool:
    """Read the whole document again and record whether it is what was committed to; returns that (R-LEG-1). An entry where it changed.

    The action looks for itself, so that nobody can call a sound document damaged, or a damaged one sound. While it is damaged no profile
    is signed for the case: the signer has no way to the pages, and reads the mark. A profile that a device has already runs to the end of
    its lease. Once a backup is restored and the operator has said so (`say_restored`), the next look takes the mark away.
    """
    actor.check(Permission.DEPLOYMENT_READ)
    row = as_left(DocumentRow.objects.select_for_update().select_related("instrument").get(instrument=instrument))
    sound = is_sound(row)
    if sound == (row.damaged_at is None) or (sound and not is_restored(row)):
        return sound
    row.damaged_at = None if sound else clock.now()
    row.save(update_fields=["damaged_at"])
    outcome, reason = (EntryOutcome.ALLOWED, None) if sound else (EntryOutcome.DENIED, "document-changed")
    append(actor, Verb.DOCUMENT_CHECKED, case=row.case, touched=(row,), outcome=outcome, reason=reason)
    return sound


def say_restored(instrument: Id, by: str) -> None:
    """Note that the document of an instrument was put back as it was, by the operator of that account. Raises Refused (`no-such-order`).

    On the migrating role, as `agencies.actions.publish_keys`: no process of ours could, so that a mark of damage does not rest on the word
    of the console alone. It opens nothing: the console looks again, and the mark stays where the document is not what was recorded.
    """
    try:
        with transaction.atomic(durable=True):
            Restored.objects.create(instrument_id=instrument, at=clock.now(), by=by)
    except IntegrityError:
        raise Refused(
            "no-such-order", "No order of this installation has that id; the console's log names it."
        ) from None


@action
def do_end_instrument(instrument: Id, ended_at: Ms, reason: str, *, actor: Actor) -> None:
    """Record that an instrument ended or will end, and when that became known: now (design §1.9). Raises Refused, as `check_end`.

    A device runs on with what it has until its next profile, which the worker asks for (`devices_to_renew`) unless somebody has.
    """
    actor.check(Permission.INSTRUMENT_RECORD)
    row = as_left(InstrumentRow.objects.select_for_update().get(id=instrument))
    now = clock.now()
    check_end(row.core(), ended_at, now)
    row.ended_at, row.end_known_at = ended_at, now
    row.save(update_fields=["ended_at", "end_known_at"])
    append(actor, Verb.INSTRUMENT_ENDED, case=row.case, touched=(row,), reason=reason)


@dataclass(frozen=True, slots=True)
class AssessmentEntry:
    """What is entered of an impact assessment, with its document, a PDF. `review_by` in ms UTC: from then on it no longer counts."""

    title: str
    capabilities: tuple[Capability, ...]
    sources: tuple[Source, ...]
    document: Scan
    review_by: Ms


@action
def do_prepare_assessment(entry: AssessmentEntry, *, actor: Actor) -> Id:
    """Record an impact assessment (R-DPA-31). It lets nothing be collected before the data protection officer has signed it.

    Its document is kept, enclosed. Raises Refused.
    """
    actor.check(Permission.ASSESSMENT_PREPARE)
    if entry.document.kinds != (Media.PDF,):
        raise Refused("not-a-pdf", "Save the document as one PDF. Then choose that file.")
    row = AssessmentRow(
        agency=actor.agency,
        title=entry.title,
        capabilities=list(entry.capabilities),
        sources=list(entry.sources),
        document=entry.document.digest,
        prepared_by=actor.id,
        begun_in=actor.session,
        prepared_at=clock.now(),
        review_by=entry.review_by,
    )
    check_assessment(row.core())
    enclosed = column_key().enclose_bytes(entry.document.files[0], *assessment_place(row.id))
    row.kept_as = document_store().put(enclosed)
    row.save(force_insert=True)
    append(actor, Verb.ASSESSMENT_PREPARED, case=None, touched=(row,))
    return row.id


@action
def do_sign_assessment(assessment: Id, *, actor: Actor) -> None:
    """The data protection officer has opened the document and signs it (DPA 2018 s.71(1)(b)).

    Raises Refused for who did not open it, for who prepared it, and a second time; NotAuthentic for a changed document.
    """
    row = as_left(AssessmentRow.objects.select_for_update().get(id=assessment))
    check_sign_assessment(actor, row, opened=has_opened(row, actor))
    read_assessment(row)
    row.signed_by, row.signed_at, row.agreed_in = actor.id, clock.now(), actor.session
    row.save(update_fields=["signed_by", "signed_at", "agreed_in"])
    append(actor, Verb.ASSESSMENT_SIGNED, case=None, touched=(row,))


@action
def do_refuse_assessment(assessment: Id, reason: str, *, actor: Actor) -> None:
    """The data protection officer has opened the document and does not sign it, for a reason. Raises Refused, as `do_sign_assessment`."""
    row = as_left(AssessmentRow.objects.select_for_update().get(id=assessment))
    check_sign_assessment(actor, row, opened=has_opened(row, actor))
    row.save(update_fields=row.refuse(actor.id, clock.now(), reason))
    append(actor, Verb.ASSESSMENT_REFUSED, case=None, touched=(row,), reason=reason)


@action
def do_put_to_ico(assessment: Id, asked_at: Ms, answered_at: Ms | None, *, extended: bool, actor: Actor) -> None:
    """Record when the ICO was asked, whether it took its month more, and when it answered (DPA 2018 s.65). Until then nothing counts."""
    actor.check(Permission.ASSESSMENT_SIGN)
    check_consulted(asked_at, answered_at, clock.now())
    row = as_left(AssessmentRow.objects.select_for_update().get(id=assessment))
    row.asked_at, row.answered_at, row.extended = asked_at, answered_at, extended
    row.save(update_fields=["asked_at", "answered_at", "extended"])
    append(actor, Verb.ASSESSMENT_PUT_TO_ICO, case=None, touched=(row,))


@dataclass(frozen=True, slots=True)
class PolicyEntry:
    """What is entered of a policy document, with the document itself, a PDF. `since` and `review_by` in ms UTC: when it is in force."""

    title: str
    principles: str
    retention: str
    owner: str
    document: Scan
    since: Ms
    review_by: Ms


@action
def do_prepare_policy(entry: PolicyEntry, *, actor: Actor) -> Id:
    """Record the next version of the agency's policy document (R-DPA-4). It counts for nothing before another person agreed to it."""
    actor.check(Permission.POLICY_PREPARE)
    if entry.document.kinds != (Media.PDF,):
        raise Refused("not-a-pdf", "Save the document as one PDF. Then choose that file.")
    row = PolicyDocumentRow(
        agency=actor.agency,
        version=PolicyDocumentRow.objects.count() + 1,
        title=entry.title,
        principles=entry.principles,
        retention=entry.retention,
        owner=entry.owner,
        document=entry.document.digest,
        since=entry.since,
        review_by=entry.review_by,
        prepared_by=actor.id,
        prepared_at=clock.now(),
        begun_in=actor.session,
    )
    check_policy(row.stated())
    row.kept_as = document_store().put(column_key().enclose_bytes(entry.document.files[0], *policy_place(row.id)))
    with once(
        "policy_one_of_a_version", "changed-since", "A colleague added a version a moment ago. Look at it first."
    ):
        row.save(force_insert=True)
    append(actor, Verb.POLICY_PREPARED, case=None, touched=(row,))
    return row.id


@action
def do_agree_policy(policy: Id, *, actor: Actor) -> None:
    """Another person, who opened the document, agrees to it: sensitive lists may be chosen under it (R-DPA-3).

    Raises Refused, as `check_answer_policy`; NotAuthentic for a changed document.
    """
    row = as_left(PolicyDocumentRow.objects.select_for_update().get(id=policy))
    check_answer_policy(actor, row, opened=has_opened_policy(row, actor))
    check_agreed(row.prepared_by, Permission.POLICY_PREPARE, "Preparing a policy document")
    read_policy(row)
    row.agreed_by, row.agreed_at, row.agreed_in = actor.id, clock.now(), actor.session
    row.save(update_fields=["agreed_by", "agreed_at", "agreed_in"])
    append(actor, Verb.POLICY_AGREED, case=None, touched=(row,))


@action
def do_refuse_policy(policy: Id, reason: str, *, actor: Actor) -> None:
    """Another person, who opened the document, says no, for a reason. Earlier versions stay as they were."""
    row = as_left(PolicyDocumentRow.objects.select_for_update().get(id=policy))
    check_answer_policy(actor, row, opened=has_opened_policy(row, actor))
    row.save(update_fields=row.refuse(actor.id, clock.now(), reason))
    append(actor, Verb.POLICY_REFUSED, case=None, touched=(row,))


def _keep(instrument: InstrumentRow, scan: Scan) -> DocumentRow:
    """Put each file away, enclosed for its place, before a row names it: what no row names nobody can open."""
    row = DocumentRow(
        agency=instrument.agency,
        case=instrument.case,
        instrument=instrument,
        kinds=[kind.value for kind in scan.kinds],
        digests=list(scan.digests),
    )
    row.names = _put_away(row.id, scan)
    row.save(force_insert=True)
    return row


def _take_up(instrument: InstrumentRow, scan: WaitingScan) -> DocumentRow:
    """The scan is the instrument's document from now on, and lies where it lay. Raises NotAuthentic where that is another."""
    check_pages(scan)
    row = DocumentRow(
        id=scan.id,
        agency=instrument.agency,
        case=instrument.case,
        instrument=instrument,
        kinds=scan.kinds,
        digests=scan.digests,
        names=_release(scan),
    )
    row.save(force_insert=True)
    return row


def _waiting(case: Id, scan: Id) -> WaitingScan:
    row = WaitingScan.objects.select_for_update().filter(case=case, id=scan, waits=True).first()
    if row is None:
        raise Refused("scan-not-waiting", "This scan was recorded or discarded already. Check the case.")
    return as_left(row)


def _release(scan: WaitingScan) -> list[str]:
    names, scan.names, scan.waits = scan.names, [], False
    scan.save(update_fields=["names", "waits"])
    return names


def _put_away(document: Id, scan: Scan) -> list[str]:
    store, key = document_store(), column_key()
    pages = enumerate(scan.files, start=1)
    return [store.put(key.enclose_bytes(data, *place_of(document, number))) for number, data in pages]
