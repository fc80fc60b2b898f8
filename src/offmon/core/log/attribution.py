"""Attribution: checks that the log's entry names the same actor as the record (R-LEG-24, R-AI-5; formats §9, *authorised*).

Rules
- A record's fields name who recorded, confirmed, drafted, authorised, served or decided. Whoever may write the record may write any name.
- So the entry of the act must agree: that verb, allowed, of that record, by that person and no process. The role that it states must permit
  the act.
- The second person's entry, or the decider's, commits to the record as it is now. So nothing changed after the agreement.
- The entry also says when (`core.log.provenance`).
- An order is as it was recorded before its terms were confirmed. Only its end may be added.
- Two people are two in the log, and in two sessions where both entries show theirs. What a second person refused, nobody agrees to.
- Of several authorisations of one deployment, the last in the log's order counts. A record's own time does not matter.
- A case's lead agency is the one in whose log it lies, until another took it over (`leads_by`). Staff of any other agency act as guests.
- Stopped monitoring does not resume until two people authorise it again; what was suspended, once somebody takes that back.
- Signer, vault and verifier use the same functions. `log`: the entries before whatever rests on the act.
"""

from collections.abc import Collection, Iterable
from typing import Final, NamedTuple

from offmon.core.access.roles import Permission, Role, may
from offmon.core.alerts.acknowledgement import AcknowledgementRecord
from offmon.core.alerts.correction import check_correctable, check_correction
from offmon.core.authority.assessment import Assessment
from offmon.core.authority.order import Instrument, Term
from offmon.core.authority.review import ReviewRecord, check_review
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import SIGNER, WORKER, AuditEntry, EntryOutcome, Touched, Verb
from offmon.core.log.provenance import KINDS, WITHIN_MS, check_times
from offmon.core.log.quarantine import QuarantineDecision
from offmon.core.log.records import (
    AuthorisationRecord,
    DecisionRecord,
    DeploymentRecord,
    DestructionRecord,
    ExportRecord,
    NoticeRecord,
    SecondLookRecord,
    check_two_people,
    check_two_sessions,
)
from offmon.core.log.verbs import Rests, those_that_rest

OF_LISTS: Final = those_that_rest(Rests.LIST)
OF_ASSESSMENTS: Final = those_that_rest(Rests.ASSESSMENT)
OF_POLICIES: Final = those_that_rest(Rests.POLICY)
OF_RECORDS: Final = those_that_rest(Rests.RECORDS)
ASKED: Final = those_that_rest(*Rests)  # what is asked of before a profile or a list is signed
MOVES: Final = frozenset({Verb.TRANSFER_APPROVED, Verb.TRANSFER_ACCEPTED})
"""By these the log says which agency leads a case. They stand in every `log` that is asked of a case's acts."""
_HALTS: Final = (Verb.DEPLOYMENT_SUSPENDED, Verb.DEPLOYMENT_RESUMED)
NO_STAFF: Final = frozenset({Role.SERVICE, Role.SUPERVISED_PERSON})


def check_act(log: Iterable[AuditEntry], verb: Verb, row: Touched, by: Id | None, *, final: bool) -> AuditEntry:
    """The entry by which `by` did that to the row; `final`: the row is as it was then. Of what makes a record the first, else the newest.

    Raises Refused (`act-not-logged`, `act-of-another`, `not-a-person`, `not-permitted`, `changed-after`).
    """
    kept = list(log)
    acts = _allowed(kept, verb, row)
    if not acts:
        raise Refused("act-not-logged", f"No entry {verb.value} of this, allowed, stands before what rests on it.")
    own = [entry for entry in acts if entry.actor.id == by]
    if not own:
        raise Refused("act-of-another", f"By the log, {verb.value} was another's act than the record says.")
    acts_of = KINDS.get(row.table)
    one = own[0] if acts_of is not None and verb in acts_of.made else own[-1]
    actor = one.actor
    if actor.role in NO_STAFF:
        raise Refused("not-a-person", f"By the log, {verb.value} was the act of a process, or of nobody of staff.")
    if not _is_permitted(one, kept):
        raise Refused("not-permitted", f"By the log, {verb.value} was done in a role that does not include it.")
    if final and row not in one.touched:
        raise Refused("changed-after", f"What stands here is not what it was at {verb.value}; it was changed since.")
    return one


def leads_by(log: Iterable[AuditEntry], agency: Id, at: Ms) -> tuple[Id, ...]:
    """The agencies that led the case until an instant, by its log, in turn: `agency`, in whose log it lies, and each that took it over.

    A transfer counts that a supervisor of the lead approved, and then one of the other agency accepted. `log`: oldest first.
    """
    approved, leads = set[Id](), [agency]
    for entry in log:
        if (
            entry.verb not in MOVES
            or entry.outcome is not EntryOutcome.ALLOWED
            or entry.at > at
            or entry.actor.role is not Role.SUPERVISOR
        ):
            continue
        rows = {one.id for one in entry.touched}
        if entry.verb is Verb.TRANSFER_APPROVED:
            approved |= rows if entry.actor.agency == leads[-1] else set()
        elif approved & rows:
            leads, approved = [*leads, entry.actor.agency], set()
    return tuple(leads)


def _is_guests(entry: AuditEntry, log: Iterable[AuditEntry]) -> bool:
    return entry.actor.agency != leads_by(log, entry.agency, entry.at)[-1]


def _is_permitted(entry: AuditEntry, log: Iterable[AuditEntry]) -> bool:
    """Whether a person of staff did it, in a role that includes it."""
    actor, guest = entry.actor, _is_guests(entry, log)
    return actor.role not in NO_STAFF and may(actor.role, entry.verb.permission, guest=guest)


def check_term_acts(term: Term, row: Touched, log: Iterable[AuditEntry]) -> None:
    """Raises Refused unless, by the log, one person recorded the term and another confirmed it as it stands (R-LEG-24)."""
    kept = list(log)
    _two_acts(kept, _TERM, row, term.recorded_by, term.confirmed_by)
    check_times(term, row, kept)


def check_order_act(
    instrument: Instrument, recorded: Touched, log: Iterable[AuditEntry], confirmed_at: Ms | None = None
) -> None:
    """Raises Refused unless, by the log, who is named recorded the order as it stands but for its end: once (R-LEG-1, R-LEG-24).

    `recorded`: as an entry names it without its end. `confirmed_at`: when a term of it was confirmed, beside that very order.
    """
    before = [entry for entry in log if confirmed_at is None or entry.at <= confirmed_at + WITHIN_MS]
    made = _allowed(before, Verb.INSTRUMENT_RECORDED, recorded)[:1]
    check_act(
        [*(entry for entry in before if entry.verb in MOVES), *made],
        Verb.INSTRUMENT_RECORDED,
        recorded,
        instrument.recorded_by,
        final=True,
    )


def check_ended_act(instrument: Instrument, row: Touched, log: Iterable[AuditEntry]) -> None:
    """Raises Refused unless the log says of an order's end what the order does, and that somebody recorded it who may. Oldest first."""
    kept = list(log)
    check_end_act(row, kept)
    if instrument.ended_at is not None:
        by = next((entry.actor.id for entry in reversed(_allowed(kept, Verb.INSTRUMENT_ENDED, row))), None)
        check_act(kept, Verb.INSTRUMENT_ENDED, row, by, final=True)
        check_times(instrument, row, kept)


def check_end_act(row: Touched, log: Iterable[AuditEntry]) -> None:
    """Raises Refused where the log says that an instrument ended and it is not as it was then: an end is not taken back. Oldest first."""
    ended = _allowed(log, Verb.INSTRUMENT_ENDED, row)
    if ended and row not in ended[-1].touched:
        raise Refused("changed-after", "By the log, this order was ended; what stands here is not what it was then.")


def check_authorisation_acts(authorisation: AuthorisationRecord, row: Touched, log: Iterable[AuditEntry]) -> None:
    """Raises Refused unless, by the log, one person drafted what another authorised as it stands (R-LEG-24)."""
    kept = list(log)
    _two_acts(kept, _DRAFT, row, authorisation.drafted_by, authorisation.authorised_by)
    check_times(authorisation, row, kept)


def check_review_act(
    review: ReviewRecord, authorisation: AuthorisationRecord, row: Touched, log: Iterable[AuditEntry]
) -> None:
    """Raises Refused unless, by the log, who is named reviewed that authorisation as it stands, and did not draft it (R-LEG-23)."""
    kept = list(log)
    check_review(review, authorisation.drafted_by)
    check_act(kept, review.outcome.act, row, review.reviewed_by, final=True)
    check_times(review, row, kept)


def check_not_superseded(authorisation: Id, known: Collection[Id], log: Iterable[AuditEntry]) -> None:
    """Raises Refused (`superseded`) unless, by the log, of `known` this was the last to be authorised: all of one deployment. Oldest first.

    Each counts from when it was first said to be: what two people have narrowed is not widened by saying the older one once more.
    """
    said = (entry for entry in log if (entry.verb, entry.outcome) == (Verb.DEPLOYMENT_AUTHORISED, EntryOutcome.ALLOWED))
    order = [
        one.id for entry in said for one in entry.touched if one.table == AuthorisationRecord.KIND and one.id in known
    ]
    if [*dict.fromkeys(order)][-1:] != [authorisation]:
        raise Refused("superseded", "By the log, another authorisation of this monitoring took the place of this one.")


def check_not_stopped(authorisation: Id, deployment: Id, log: Iterable[AuditEntry]) -> None:
    """Raises Refused (`monitoring-stopped`) where, by the log, somebody stopped it since that was authorised. Oldest first.

    A suspension counts until somebody takes it back, whenever it was; an end for good. The worker begins monitoring (until 0.1 the signer
    did); any other move of it ends it too, until two people authorise anew.
    """
    kept = list(log)
    said = [one for verb in _HALTS for one in _done(kept, verb, DeploymentRecord.KIND, deployment)]
    halts = [one for one in said if one.verb is Verb.DEPLOYMENT_SUSPENDED or _is_permitted(one, kept)]
    newest = next((one for one in reversed(kept) if one in halts), None)
    if newest is not None and newest.verb is Verb.DEPLOYMENT_SUSPENDED:
        raise Refused(
            "monitoring-stopped", "By the log, this monitoring is suspended; it goes on once somebody resumes it."
        )
    agreed = _done(kept, Verb.DEPLOYMENT_AUTHORISED, AuthorisationRecord.KIND, authorisation)
    since = kept[kept.index(agreed[0]) :] if agreed else kept
    if _done(since, Verb.DEPLOYMENT_ENDED, DeploymentRecord.KIND, deployment):
        raise Refused("monitoring-stopped", "By the log, this monitoring has ended; have it authorised anew.")
    moved = (entry.actor for entry in _done(since, Verb.DEPLOYMENT_MOVED, DeploymentRecord.KIND, deployment))
    if any(actor.id not in {SIGNER, WORKER} or actor.role is not Role.SERVICE for actor in moved):
        raise Refused("monitoring-stopped", "By the log, this monitoring was stopped; have it authorised anew.")


def check_list_acts(drafted_by: Id, approved_by: Id | None, row: Touched, log: Iterable[AuditEntry]) -> None:
    """Raises Refused unless, by the log, one person drafted the version of a list that another approved as it stands (R-SEC-9)."""
    _two_acts(list(log), _LIST, row, drafted_by, approved_by)


def check_contacts_acts(proposed_by: Id, agreed_by: Id | None, row: Touched, log: Iterable[AuditEntry]) -> None:
    """Raises Refused unless, by the log, one person proposed the protected contacts that another agreed to as they stand (R-RGT-10)."""
    _two_acts(list(log), _CONTACTS, row, proposed_by, agreed_by)


def check_assessment_acts(assessment: Assessment, row: Touched, log: Iterable[AuditEntry]) -> None:
    """Raises Refused unless, by the log, one person prepared the assessment and another signed it (R-DPA-31).

    It stands as it was signed, or as it was put to the ICO since: the newest of these acts commits to it. `log`: oldest first.
    """
    kept = list(log)
    _, signed = _two_acts(kept, _ASSESSED, row, assessment.prepared_by, assessment.signed_by)
    check_times(assessment, row, kept)
    newest = max((signed, *_allowed(kept, Verb.ASSESSMENT_PUT_TO_ICO, row)), key=kept.index)
    check_act(kept, newest.verb, row, newest.actor.id, final=True)


def check_policy_acts(prepared_by: Id, agreed_by: Id | None, row: Touched, log: Iterable[AuditEntry]) -> None:
    """Raises Refused unless, by the log, one person prepared the policy document that another agreed to as it stands (R-DPA-3)."""
    _two_acts(list(log), _POLICY, row, prepared_by, agreed_by)


def check_notice_act(notice: NoticeRecord, row: Touched, log: Iterable[AuditEntry]) -> None:
    """Raises Refused unless, by the log, who is named served the notice as it stands (R-RGT-1)."""
    kept = list(log)
    check_act(kept, Verb.NOTICE_SERVED, row, notice.served_by, final=True)
    check_times(notice, row, kept)


def check_decision_act(
    decision: DecisionRecord, corrected: DecisionRecord | None, first_at: Ms, row: Touched, log: Iterable[AuditEntry]
) -> None:
    """Raises Refused unless, by the log, the person who is named decided, and so (R-AI-5).

    `corrected`: the decision that it corrects. `first_at`: when the alert was first decided.
    """
    kept = list(log)
    verb = Verb.ALERT_DECIDED if decision.corrects is None else Verb.DECISION_CORRECTED
    entry = check_act(kept, verb, row, decision.decided_by, final=True)
    check_times(decision, row, kept)
    if (entry.alert, entry.decision) != (decision.alert, decision.id):
        raise Refused("act-of-another", "By the log, it was another alert that was decided than the record says.")
    if corrected is not None:
        check_correction(decision, corrected)
        corrects_others = may(entry.actor.role, Permission.DECISION_CORRECT, guest=_is_guests(entry, kept))
        check_correctable(corrected, first_at, entry.actor.id, decision.decided_at, corrects_others=corrects_others)


def check_second_look(
    look: SecondLookRecord, decision: DecisionRecord, row: Touched, log: Iterable[AuditEntry]
) -> None:
    """Raises Refused unless, by the log, the person for whom it was drawn looked again at another's decision (R-AI-5)."""
    kept = list(log)
    check_act(kept, Verb.DECISION_DRAWN, row, look.drawn_by, final=look.looked_at is None)
    check_times(look, row, kept)
    if (look.alert, look.drawn_by == decision.decided_by) != (decision.alert, False):
        raise Refused("one-person", "A second look is another person's, and at a decision of the same alert.")
    if look.looked_at is not None:
        check_act(kept, Verb.DECISION_LOOKED_AT_AGAIN, row, look.drawn_by, final=True)


def check_acknowledged(one: AcknowledgementRecord, row: Touched, log: Iterable[AuditEntry]) -> None:
    """Raises Refused unless, by the log, that person acknowledged the alert then."""
    kept = list(log)
    check_act(kept, Verb.ALERT_ACKNOWLEDGED, row, one.by, final=True)
    check_times(one, row, kept)


def check_export_acts(export: ExportRecord, row: Touched, log: Iterable[AuditEntry]) -> AuditEntry:
    """The entry by which the export was approved: by another person than asked for it (design §5). Raises Refused."""
    kept = list(log)
    by = next((entry.actor.id for entry in _allowed(kept, Verb.EXPORT_APPROVED, row)), None)
    _, approved = _two_acts(kept, _EXPORT, row, export.asked_by, by)
    check_times(export, row, kept)
    return approved


def check_destruction_acts(
    destruction: DestructionRecord, row: Touched, log: Iterable[AuditEntry]
) -> tuple[AuditEntry, AuditEntry]:
    """The entries by which the destruction of a key was asked for, and approved by another person. Raises Refused."""
    return _two_acts(list(log), _DESTROY, row, destruction.asked_by, destruction.approved_by)


def check_quarantine_acts(decision: QuarantineDecision, row: Touched, log: Iterable[AuditEntry]) -> None:
    """Raises Refused unless, by the log, one person asked what becomes of a quarantine and another agreed."""
    _two_acts(list(log), _LATE, row, decision.asked_by, decision.agreed_by)


class _TwoActs(NamedTuple):
    """What one person begins and another agrees to or refuses. `final`: the record is as it was agreed to.

    `withdrawn`: by which somebody takes back what nobody has agreed to.
    """

    what: str
    begun: Verb
    agreed: Verb
    refused: Verb
    final: bool = True
    withdrawn: Verb | None = None


_V = Verb
_TERM = _TwoActs("Confirming a term", _V.TERM_RECORDED, _V.TERM_CONFIRMED, _V.TERM_REFUSED)
_DRAFT = _TwoActs(
    "Authorising",
    *(_V.DEPLOYMENT_DRAFTED, _V.DEPLOYMENT_AUTHORISED, _V.DEPLOYMENT_REFUSED),
    withdrawn=_V.DEPLOYMENT_WITHDRAWN,
)
_LIST = _TwoActs("Putting a list into use", _V.LIST_DRAFTED, _V.LIST_APPROVED, _V.LIST_REFUSED)
_CONTACTS = _TwoActs("Agreeing to contacts", _V.CONTACTS_PROPOSED, _V.CONTACTS_AGREED, _V.CONTACTS_REFUSED)
_ASSESSED = _TwoActs("An assessment", _V.ASSESSMENT_PREPARED, _V.ASSESSMENT_SIGNED, _V.ASSESSMENT_REFUSED, final=False)
_POLICY = _TwoActs("Agreeing to a policy document", _V.POLICY_PREPARED, _V.POLICY_AGREED, _V.POLICY_REFUSED)
_EXPORT = _TwoActs("Exporting", _V.EXPORT_ASKED, _V.EXPORT_APPROVED, _V.EXPORT_REFUSED, final=False)
_LATE = _TwoActs(
    "Deciding on a quarantine",
    *(_V.QUARANTINE_DECISION_ASKED, _V.QUARANTINE_DECISION_AGREED, _V.QUARANTINE_DECISION_REFUSED),
    final=False,
)
_DESTROY = _TwoActs("Destroying", _V.DESTRUCTION_ASKED, _V.DESTRUCTION_APPROVED, _V.DESTRUCTION_REFUSED, final=False)


def _two_acts(
    kept: list[AuditEntry], acts: _TwoActs, row: Touched, first: Id | None, second: Id | None
) -> tuple[AuditEntry, AuditEntry]:
    """The entries by which `first` began it and `second`, another, agreed. Raises Refused, also where anybody refused it."""
    begun = check_act(kept, acts.begun, row, first, final=False)
    agreed = check_act(kept, acts.agreed, row, second, final=acts.final)
    check_two_people(begun.actor.id, agreed.actor.id, acts.what)
    if begun.session is not None and agreed.session is not None:
        check_two_sessions(begun.session, agreed.session, acts.what)
    check_not_refused(kept, acts.refused, row)
    if acts.withdrawn is not None and _allowed(kept, acts.withdrawn, row):
        raise Refused(f"{row.table}-withdrawn", "By the log, this was withdrawn. Nothing rests on it.")
    return begun, agreed


def check_not_refused(log: Iterable[AuditEntry], verb: Verb, row: Touched) -> None:
    """Raises Refused (`<kind>-refused`) where, by the log, a second person said no to it. `verb`: by which one does."""
    if _allowed(log, verb, row):
        raise Refused(f"{row.table}-refused", "By the log, a second person refused this. Nothing rests on it.")


def _allowed(log: Iterable[AuditEntry], verb: Verb, row: Touched) -> list[AuditEntry]:
    """The entries by which that was done to the row, and not only tried."""
    return _done(log, verb, row.table, row.id)


def _done(log: Iterable[AuditEntry], verb: Verb, kind: str, record: Id) -> list[AuditEntry]:
    done = (entry for entry in log if (entry.verb, entry.outcome) == (verb, EntryOutcome.ALLOWED))
    return [entry for entry in done if any((one.table, one.id) == (kind, record) for one in entry.touched)]
