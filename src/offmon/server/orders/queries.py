"""Every read of orders. Each read opens a document for its own place, and compares it with the instrument's commitment."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import chain
from operator import itemgetter

from django.db.models import Count, Q, QuerySet

from offmon.core.access.roles import Permission
from offmon.core.authority.agreement import Withdrawal
from offmon.core.authority.assessment import Assessment
from offmon.core.authority.bases import BY_AGREEMENT, Basis
from offmon.core.authority.order import Instrument, Media, Term, TermKind, cut_withdrawn, live_period
from offmon.core.authority.policy_document import PolicyDocument
from offmon.core.errors import Malformed, NotAuthentic, Refused, passes
from offmon.core.formats.commitment import field_digest, field_salt
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.attribution import (
    ASKED,
    OF_ASSESSMENTS,
    OF_POLICIES,
    check_assessment_acts,
    check_end_act,
    check_ended_act,
    check_order_act,
    check_policy_acts,
    check_term_acts,
)
from offmon.core.log.audit import AuditEntry, EntryOutcome, Verb
from offmon.server.agencies.queries import is_open_to, who_may
from offmon.server.audit.actions import append
from offmon.server.audit.queries import recorded, said_of
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key
from offmon.server.base.scope import scope
from offmon.server.base.sessions import Refusal
from offmon.server.base.storage.directory import document_store
from offmon.server.orders.models import (
    AssessmentRow,
    DocumentRow,
    InstrumentRow,
    PolicyDocumentRow,
    Restored,
    TermRow,
    WaitingScan,
    WithdrawalRow,
)
from offmon.server.orders.policy import check_confirmer, check_recorder, check_sound
from offmon.server.orders.scan import check_committed
from offmon.server.orders.silences.models import SilenceRow


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document as a page shows it beside what was recorded of it, or is being.

    `sound`: it is, just now, what was committed to. `marked`: the row says that it is not; whoever sees the two differ has it checked.
    A scan that waits has no such mark: nothing rests on it.
    """

    kinds: tuple[Media, ...]
    sound: bool
    marked: bool

    @property
    def is_pdf(self) -> bool:
        """One file that the browser's own viewer shows; otherwise each file is a page."""
        return self.kinds[0] is Media.PDF


@dataclass(frozen=True, slots=True)
class ScanView:
    """A scan that waits for what it says to be recorded. `kept_at` in ms UTC."""

    id: Id
    basis: Basis
    kept_by: Id
    kept_at: Ms


@dataclass(frozen=True, slots=True)
class PageView:
    """One file of a document, and what it is."""

    data: bytes
    kind: Media


def authority_of(case: Id, known_at: Ms | None = None) -> tuple[tuple[Instrument, ...], tuple[Term, ...]]:
    """The case's instruments and terms, as compile needs them: without the court's words. Inside the caller's scope.

    What the person withdrew is cut as it was known at `known_at`; None: now.

    This is how signer and vault look at the authority for themselves; a query that shows it to a person enters that they were shown.
    """
    instruments = tuple(row.core() for row in InstrumentRow.objects.filter(case=case).order_by("id"))
    terms = tuple(row.core() for row in TermRow.objects.filter(case=case).defer(*TermRow.UNREAD).order_by("id"))
    return instruments, cut_withdrawn(terms, withdrawals_of(case), clock.now() if known_at is None else known_at)


def withdrawals_of(case: Id) -> tuple[Withdrawal, ...]:
    """What the person withdrew of what they had agreed to, inside the scope that is open."""
    return tuple(row.core() for row in WithdrawalRow.objects.filter(case=case).order_by("known_at", "id"))


def cases_by_agreement() -> list[Id]:
    """The cases with an agreement, ended or not, inside the scope that is open. For the worker, who reads no word of an order."""
    rows = InstrumentRow.objects.filter(basis__in=BY_AGREEMENT)
    return sorted(set(rows.values_list("case", flat=True)))


def agreed_terms(case: Id, since: Ms) -> frozenset[Id]:
    """The items of a case's agreements that are not withdrawn and lasted beyond `since`, inside the scope that is open."""
    terms = TermRow.objects.filter(case=case, instrument__basis__in=BY_AGREEMENT, withdrawals=None, until__gt=since)
    return frozenset(terms.values_list("id", flat=True))


def check_withdrawals(case: Id) -> None:
    """Raises Refused where the log says of an item that it was withdrawn, and no row does as it says: withdrawing is never taken back."""
    rows = {row.touched() for row in WithdrawalRow.objects.filter(case=case)}
    said = (
        entry
        for entry in said_of(case, ASKED)
        if (entry.verb, entry.outcome) == (Verb.TERM_WITHDRAWN, EntryOutcome.ALLOWED)
    )
    if any(one not in rows for entry in said for one in entry.touched if one.table == Withdrawal.KIND):
        raise Refused(
            "withdrawal-hidden", "By the log, the person withdrew what is not withdrawn here. Tell the operator."
        )


def check_ends(case: Id) -> None:
    """Raises Refused where the log says that an order of a case ended and its row is not as it was then. Inside the scope that is open."""
    log = said_of(case, {Verb.INSTRUMENT_ENDED})
    for row in InstrumentRow.objects.filter(case=case) if log else ():
        check_end_act(row.touched(), log)


def cases_learned_of(at: Ms) -> dict[Id, Ms]:
    """The cases in which an order may have ended for the past, and when something of its law was last learned. For the worker.

    An order ended, was withdrawn from, or is one of several. Inside the scope that is open.
    """
    rows = InstrumentRow.objects.order_by()
    several = rows.values("case").annotate(many=Count("id")).filter(many__gt=1).values_list("case", flat=True)
    ended = rows.filter(end_known_at__lte=at).values_list("case", flat=True)
    withdrawn = WithdrawalRow.objects.filter(known_at__lte=at).values_list("case", flat=True)
    return last_learned({*several, *ended, *withdrawn}, at)


def has_order(case: Id) -> bool:
    """Whether the scope that is open has an order of that case."""
    return InstrumentRow.objects.filter(case=case).exists()


def readable_authority_of(case: Id) -> tuple[tuple[Instrument, ...], tuple[Term, ...]]:
    """As `authority_of`, but for what cannot be read, which is in force for nobody: enough to take away by, and not to give by (S107)."""
    instruments = InstrumentRow.objects.filter(case=case, basis__in=Basis)
    terms = TermRow.objects.filter(case=case, effect__in=TermKind).defer(*TermRow.UNREAD)
    read = tuple(row.core() for row in readable(terms))
    return tuple(row.core() for row in readable(instruments)), cut_withdrawn(read, withdrawals_of(case), clock.now())


def readable[R: InstrumentRow | TermRow | AssessmentRow](rows: Iterable[R]) -> Iterator[R]:
    """The rows that can be read."""
    for row in rows:
        try:
            row.core()
        except Malformed:
            continue
        yield row


def refused_terms(case: Id) -> dict[Id, Refusal]:
    """The terms of a case that a second officer refused, inside the scope that is open; the caller's query writes the consultation."""
    rows = TermRow.objects.filter(case=case, refused_by__isnull=False).defer(*TermRow.UNREAD)
    return {row.id: refusal for row in rows if (refusal := row.said_no)}


def refused_assessment(assessment: Id, *, actor: Actor) -> Refusal | None:
    """That an impact assessment was refused, if it was."""
    actor.check(Permission.ASSESSMENT_READ)
    with scope(actor):
        return AssessmentRow.objects.get(id=assessment).said_no


def check_confirmed(terms: Collection[Id], at: Ms) -> None:
    """Raises Refused unless those of these terms that are in force at `at` were confirmed by a colleague who could. In the caller's scope.

    In another session (`one-session`), in a role that may (`not-permitted`), while the case was open to them (`not-on-caseload`); and
    the log says the same of who recorded and who confirmed (`core.log.attribution`), and of each order what its row does: what was
    recorded before its terms were confirmed. Of every order that it ended, or did not: of one that is over nothing else is
    asked, as nothing rests on it, and what has become of its people since must not stop what rests on another.
    """
    log = cache(partial(said_of, verbs=ASKED))  # a case's own, once for all its terms
    for row in TermRow.objects.filter(id__in=terms, confirmed_by__isnull=False).defer(*TermRow.UNREAD):
        period = live_period(row.instrument.core(), row.core())
        if period is None or at not in period:
            continue
        row.check_two_sittings("Confirming a term")
        check_confirmer(row)
        check_term_acts(row.core(), row.touched(), log(row.case))
        check_order_act(row.instrument.core(), row.instrument.as_recorded(), log(row.case), row.confirmed_at)
        check_recorder(row, log(row.case))
    for order in InstrumentRow.objects.filter(terms__id__in=terms).distinct():
        check_ended_act(order.core(), order.touched(), log(order.case))


def last_learned(cases: Collection[Id], at: Ms) -> dict[Id, Ms]:
    """When, up to `at`, an end, withdrawal, permission or exclusion last became known or a term was last confirmed, of each of these cases.

    The worker goes by it, who reads no more of an order than these times. Inside the scope that is open.
    """
    ends = InstrumentRow.objects.filter(case__in=cases, end_known_at__lte=at).values_list("case", "end_known_at")
    confirmed = TermRow.objects.filter(case__in=cases, confirmed_at__lte=at).values_list("case", "confirmed_at")
    withdrawn = WithdrawalRow.objects.filter(case__in=cases, known_at__lte=at).values_list("case", "known_at")
    silences = SilenceRow.objects.filter(case__in=cases, why__isnull=False)
    changed = (silences.filter(**{f"{one}__lte": at}).values_list("case", one) for one in ("recorded_at", "ended_at"))
    return dict(sorted([*ends, *confirmed, *withdrawn, *chain.from_iterable(changed)], key=itemgetter(1)))


def instruments_named(words: str, cases: Collection[Id], most: int) -> list[tuple[Id, Id, str]]:
    """The orders and licences of these cases with that in their reference: id, case and reference. Inside the scope that is open."""
    rows = InstrumentRow.objects.filter(case__in=cases, reference__icontains=words).order_by("reference", "id")
    return [(row.id, row.case, row.reference) for row in rows.only("id", "case", "reference")[:most]]


def words_of(term: Id, *, actor: Actor) -> str | None:
    """The court's own words of a term, to compare with the document. None outside the actor's caseload (R-LEG-24).

    Raises NotAuthentic (`column-changed`) where they are not what was committed to: no other process can read them, and tell.
    """
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        row = TermRow.objects.filter(id=term).first()
        if row is None:
            return None
        append(actor, Verb.CASE_CONSULTED, case=row.case)
        return _words(row)


def words_within(terms: Collection[Id]) -> dict[Id, str]:
    """The court's own words of these terms, inside the scope that is open; without those that are not what was committed to.

    For a page that shows them beside a condition; its own entry says that it was looked at.
    """
    found = {}
    for row in TermRow.objects.filter(id__in=terms):
        with suppress(NotAuthentic):
            found[row.id] = _words(row)
    return found


def _words(row: TermRow) -> str:
    words = column_key().open(row.verbatim, TermRow, row.id, "verbatim")
    if row.verbatim_digest != field_digest(field_salt(row.salt, "verbatim_text"), "verbatim_text", words):
        raise NotAuthentic("column-changed", "The words of a term are not those that were committed to.")
    return words


def document_of(case: Id, instrument: Id, *, actor: Actor) -> DocumentView | None:
    """The document of an instrument, read whole and compared. None outside the caseload, and where only a fingerprint was kept."""
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        row = DocumentRow.objects.select_related("instrument").filter(case=case, instrument=instrument).first()
        if row is None:
            return None
        append(actor, Verb.CASE_CONSULTED, case=row.case)
        return DocumentView(tuple(map(Media, row.kinds)), is_sound(row), row.damaged_at is not None)


def page_of(case: Id, instrument: Id, number: int, *, actor: Actor) -> PageView | None:
    """A page of the document (a PDF is its page 1). None where there is none. Raises NotAuthentic where it is not what was recorded.

    Each page that is shown is an entry, which names the document as it then stood (R-DPA-15).
    """
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        row = DocumentRow.objects.select_related("instrument").filter(case=case, instrument=instrument).first()
        return None if row is None else _opened(row, number, actor)


def waiting_scans(case: Id) -> tuple[ScanView, ...]:
    """The case's scans of which nothing is recorded yet, the oldest first. Inside the caller's scope, who enters that they were shown."""
    rows = _waiting(case).order_by("kept_at", "id")
    return tuple(ScanView(row.id, row.basis, row.kept_by, row.kept_at) for row in rows)


def scan_of(case: Id, scan: Id, *, actor: Actor) -> DocumentView | None:
    """A scan that waits, read whole and compared. None outside the caseload, and once it waits no more."""
    actor.check(Permission.INSTRUMENT_RECORD)
    with scope(actor):
        row = _waiting(case).filter(id=scan).first()
        if row is None:
            return None
        append(actor, Verb.CASE_CONSULTED, case=row.case)
        sound = is_sound(row)
        return DocumentView(tuple(map(Media, row.kinds)), sound, not sound)


def scan_page_of(case: Id, scan: Id, number: int, *, actor: Actor) -> PageView | None:
    """As `page_of`, of a scan that waits."""
    actor.check(Permission.INSTRUMENT_RECORD)
    with scope(actor):
        row = _waiting(case).filter(id=scan).first()
        return None if row is None else _opened(row, number, actor)


def _waiting(case: Id) -> "QuerySet[WaitingScan]":
    return WaitingScan.objects.filter(case=case, waits=True)


def _opened(row: DocumentRow | WaitingScan, number: int, actor: Actor) -> PageView | None:
    if not 1 <= number <= len(row.kinds) or not is_open_to(row.case, actor):
        return None
    data = read_page(row, number)
    append(actor, Verb.DOCUMENT_OPENED, case=row.case, touched=(row,))
    return PageView(data, Media(row.kinds[number - 1]))


def is_restored(row: DocumentRow) -> bool:
    """Whether the operator has said, since it was found damaged, that it was put back. Inside the scope that is open."""
    return Restored.objects.filter(instrument=row.instrument_id, at__gt=row.damaged_at).exists()


def check_documents(case: Id) -> None:
    """Raises Refused while the document of an order that has not ended is not what was recorded (R-LEG-1). Inside the caller's scope."""
    in_force = Q(instrument__ended_at=None) | Q(instrument__ended_at__gt=clock.now())
    check_sound(DocumentRow.objects.filter(in_force, case=case, damaged_at__isnull=False).first())


def assessments() -> tuple[Assessment, ...]:
    """The impact assessments of the scope's agency, as the gate needs them. Reading them consults nobody: they are about no case.

    This is how console, worker and signer each look for themselves; the newest comes first. One that was signed in the session that
    prepared it, or was prepared or signed by nobody whose role includes it, counts as unsigned; and so does one of which the log does not
    say the same, of who prepared it and who signed it, as it stands. One that cannot be read covers nothing, and is left out.
    """
    rows = list(readable(AssessmentRow.objects.order_by("-prepared_at", "id")))
    prepare = who_may([row.prepared_by for row in rows], Permission.ASSESSMENT_PREPARE)
    sign = who_may([row.signed_by for row in rows if row.signed_by is not None], Permission.ASSESSMENT_SIGN)
    log = said_of(None, OF_ASSESSMENTS) if sign else []
    able = {row.id for row in rows if row.prepared_by in prepare and row.signed_by in sign}
    return tuple(_as_it_counts(row, able, log) for row in rows)


def _as_it_counts(row: AssessmentRow, able: Collection[Id], log: Collection[AuditEntry]) -> Assessment:
    counts = (
        passes(row.check_two_sittings, "This")
        and row.id in able
        and passes(check_assessment_acts, row.core(), row.touched(), log)
    )
    return row.core() if counts else replace(row.core(), signed_by=None, signed_at=None)


def assessments_for(*, actor: Actor) -> tuple[Assessment, ...]:
    """The same, for pages."""
    actor.check(Permission.ASSESSMENT_READ)
    with scope(actor):
        return assessments()


def assessment_document(assessment: Id, *, actor: Actor) -> PageView | None:
    """The document of an assessment, as it was prepared. An entry says who opened it. Raises NotAuthentic for a changed one."""
    actor.check(Permission.ASSESSMENT_READ)
    with scope(actor):
        row = AssessmentRow.objects.filter(id=assessment).first()
        if row is None:
            return None
        data = read_assessment(row)
        append(actor, Verb.ASSESSMENT_OPENED, case=None, touched=(row,))
        return PageView(data, Media.PDF)


def read_assessment(row: AssessmentRow) -> bytes:
    """The document of an assessment. Raises NotAuthentic where what lies there is gone, or is not what the row commits to."""
    data = column_key().open_bytes(document_store().get(row.kept_as), *assessment_place(row.id))
    check_committed(data, 1, [row.document], row.document)
    return data


def has_opened(row: AssessmentRow, actor: Actor) -> bool:
    """Whether the actor opened the document of an assessment since it was prepared, as the log says."""
    opened = recorded(actor, None, Verb.ASSESSMENT_OPENED, row.prepared_at, by=actor.id)
    return any(one.id == row.id for entry in opened for one in entry.touched)


def assessment_place(assessment: Id) -> tuple[type[AssessmentRow], Id, str]:
    """What the document of an assessment is enclosed for."""
    return AssessmentRow, assessment, "document"


def policies() -> tuple[PolicyDocument, ...]:
    """The versions of the scope's agency's policy document, the newest first. Reading them consults nobody: they are about no case.

    This is how console and signer each look for themselves. Sessions, roles and log must each say that two people stand behind a version.
    Otherwise it counts as not agreed to (as in `assessments`).
    """
    rows = list(PolicyDocumentRow.objects.order_by("-version"))
    prepare = who_may([row.prepared_by for row in rows], Permission.POLICY_PREPARE)
    agree = who_may([row.agreed_by for row in rows if row.agreed_by is not None], Permission.POLICY_AGREE)
    log = said_of(None, OF_POLICIES) if agree else []
    able = {row.id for row in rows if row.prepared_by in prepare and row.agreed_by in agree}
    return tuple(_policy_as_it_counts(row, able, log) for row in rows)


def _policy_as_it_counts(row: PolicyDocumentRow, able: Collection[Id], log: Collection[AuditEntry]) -> PolicyDocument:
    counts = (
        row.id in able
        and passes(row.check_two_sittings, "This")
        and passes(check_policy_acts, row.prepared_by, row.agreed_by, row.touched(), log)
    )
    stated: PolicyDocument = row.stated()
    return stated if counts else replace(stated, agreed_by=None, agreed_at=None)


def policies_for(*, actor: Actor) -> tuple[PolicyDocument, ...]:
    """The same, for pages."""
    actor.check(Permission.POLICY_READ)
    with scope(actor):
        return policies()


def policy_document(policy: Id, *, actor: Actor) -> PageView | None:
    """The document of a version, as it was prepared. An entry says who opened it. Raises NotAuthentic for a changed one."""
    actor.check(Permission.POLICY_READ)
    with scope(actor):
        row = PolicyDocumentRow.objects.filter(id=policy).first()
        if row is None:
            return None
        data = read_policy(row)
        append(actor, Verb.POLICY_OPENED, case=None, touched=(row,))
        return PageView(data, Media.PDF)


def read_policy(row: PolicyDocumentRow) -> bytes:
    """The document of a version. Raises NotAuthentic where what lies there is gone, or is not what the row commits to."""
    data = column_key().open_bytes(document_store().get(row.kept_as), *policy_place(row.id))
    check_committed(data, 1, [row.document], row.document)
    return data


def has_opened_policy(row: PolicyDocumentRow, actor: Actor) -> bool:
    """Whether the actor opened the document of a version since it was prepared, as the log says."""
    opened = recorded(actor, None, Verb.POLICY_OPENED, row.prepared_at, by=actor.id)
    return any(one.id == row.id for entry in opened for one in entry.touched)


def policy_place(policy: Id) -> tuple[type[PolicyDocumentRow], Id, str]:
    """What the document of a version is enclosed for."""
    return PolicyDocumentRow, policy, "document"


def place_of(document: Id, number: int) -> tuple[type[DocumentRow], Id, str]:
    """What a page is enclosed for: table, row and which page. So none can be put in another's place.

    A scan that waits has the id of the document that it is to be.
    """
    return DocumentRow, document, f"page {number}"


def read_page(row: DocumentRow | WaitingScan, number: int) -> bytes:
    """Page `number` (from 1) as it was recorded. Raises NotAuthentic where what lies there is gone or is another.

    Or where the row does not say where it lies, which no entry commits to, or what it is to be.
    """
    if number > min(len(row.names), len(row.digests)):
        raise NotAuthentic(
            "document-changed", "What lies there is not all of the document that was recorded; nothing is shown."
        )
    data = column_key().open_bytes(document_store().get(row.names[number - 1]), *place_of(row.id, number))
    check_committed(data, number, [Digest(one) for one in row.digests], row.committed)
    return data


def check_pages(row: DocumentRow | WaitingScan) -> None:
    """Raises NotAuthentic unless every page lies there as it was recorded: one at least, and no more than are named."""
    for number in range(1, max(1, len(row.digests), len(row.kinds), len(row.names)) + 1):
        read_page(row, number)


def is_sound(row: DocumentRow | WaitingScan) -> bool:
    """Whether `check_pages` lets it pass."""
    try:
        check_pages(row)
    except NotAuthentic:
        return False
    return True
