"""Whether the case log agrees who confirmed, authorised, ended or decided each record, and when (`attribution`, `provenance`).

Every record of the bundle is checked, whatever rests on it. An order must also be about the bundle's case: no other record names its case.
"""

from typing import Final

from offmon.core.alerts.acknowledgement import AcknowledgementRecord
from offmon.core.alerts.correction import check_line
from offmon.core.alerts.follow_up import check_content_seen
from offmon.core.authority.noticed import check_served
from offmon.core.authority.order import ENDING, Instrument, Term
from offmon.core.authority.profile import Profile
from offmon.core.bundle.case import Case
from offmon.core.errors import Refused
from offmon.core.formats import commitment
from offmon.core.ids import Id
from offmon.core.log import attribution
from offmon.core.log.audit import AuditEntry, Touched, Verb
from offmon.core.log.provenance import RECORDS, check_times
from offmon.core.log.quarantine import QuarantineDecision
from offmon.core.log.records import (
    AuthorisationRecord,
    DecisionRecord,
    DeploymentRecord,
    DestructionRecord,
    NoticeRecord,
    SecondLookRecord,
)

_TIMED: Final[dict[str, type]] = {record.KIND: record for record in RECORDS if record.RECORD.times}


def check_acts(case: Case, kind: str, record: Id) -> None:
    """Raises Refused where the run says otherwise. A term not yet confirmed, or a draft, says nothing of a second person."""
    # The tail may change what the payload shows as it still was.
    row, log = case.log_of(kind, record, case.index.last + 1)
    match kind:
        case Instrument.KIND:
            order = case.record(Instrument, record).it
            if order.case != case.index.case:
                raise Refused("other-case", "An order is about another person than this bundle; it grounds nothing.")
            attribution.check_order_act(order, _as_recorded(case, row), log)
            attribution.check_ended_act(order, row, log)
        case Term.KIND if (term := case.record(Term, record).it).confirmed_by is not None:
            attribution.check_term_acts(term, row, log)
            check_order(case, term, case.index.last + 1)
        case AuthorisationRecord.KIND if (one := case.record(AuthorisationRecord, record).it).authorised_by is not None:
            attribution.check_authorisation_acts(one, row, log)
        case DecisionRecord.KIND:
            decision = case.record(DecisionRecord, record).it
            corrected = None if decision.corrects is None else case.record(DecisionRecord, decision.corrects).it
            first_at = case.decisions[decision.alert][0].decided_at
            attribution.check_decision_act(decision, corrected, first_at, row, log)
            if case.decided[decision.alert] > 1:
                raise Refused("decided-twice", "By the log, this alert was decided more than once, not corrected.")
            check_line(case.decisions[decision.alert])
            _check_seen(case, record)
        case AcknowledgementRecord.KIND | SecondLookRecord.KIND:
            _check_look(case, record, row, log)
        case DeploymentRecord.KIND:
            check_disposed(case, record)
            check_times(case.record(DeploymentRecord, record).it, row, log)
        case DestructionRecord.KIND if (asked := case.record(DestructionRecord, record).it).approved_by is not None:
            attribution.check_destruction_acts(asked, row, log)
            check_times(asked, row, log)
            if asked.done_at is not None and _disposal(case, asked) is None:
                raise Refused(
                    "disposal-not-logged", "By its record this key was destroyed, and no entry says so before."
                )
        case QuarantineDecision.KIND if (late := case.record(QuarantineDecision, record).it).agreed_by is not None:
            attribution.check_quarantine_acts(late, row, log)
            check_times(late, row, log)
        case _ if (timed := _TIMED.get(kind)) is not None:
            check_times(case.record(timed, record).it, row, log)


def _check_look(case: Case, record: Id, row: Touched, log: list[AuditEntry]) -> None:
    """Raises Refused where the run says otherwise of an acknowledgement or of a second look."""
    if row.table == AcknowledgementRecord.KIND:
        attribution.check_acknowledged(case.record(AcknowledgementRecord, record).it, row, log)
        return
    look = case.record(SecondLookRecord, record).it
    attribution.check_second_look(look, case.record(DecisionRecord, look.decision).it, row, log)


def check_disposed(case: Case, deployment: Id) -> None:
    """Raises Refused unless each entry that destroys a deployment's key names a request for it that two people stood behind before."""
    for number, entry in case.acts(Verb.DISPOSED, (DeploymentRecord.KIND, deployment)):
        if number > case.index.last:
            continue
        named = [one.id for one in entry.touched if one.table == DestructionRecord.KIND]
        requests = [case.record(DestructionRecord, one).it for one in named]
        if not any(one.deployment == deployment for one in requests):
            raise Refused("destruction-not-asked", "A key was destroyed, and by the log nobody had asked for that.")
        for one in requests:
            attribution.check_destruction_acts(one, *case.log_of(DestructionRecord.KIND, one.id, number))


def _disposal(case: Case, asked: DestructionRecord) -> int | None:
    """The number of the entry by which the vault said, before it was done, that this request's key goes."""
    said = case.acts(Verb.DISPOSED, (DestructionRecord.KIND, asked.id))
    done = case.acts(Verb.DESTRUCTION_DONE, (DestructionRecord.KIND, asked.id))
    return next((number for number, _ in said if done and number < done[0][0]), None)


def _check_seen(case: Case, record: Id) -> None:
    """Raises Refused unless the decider was shown content before an outcome that needs it, or says why not.

    A record from before that was asked for does not name the reason at all: none is, once an earlier decision of the case does.
    """
    decision = case.record(DecisionRecord, record).it
    verb = Verb.ALERT_DECIDED if decision.corrects is None else Verb.DECISION_CORRECTED
    decided = [number for number, _ in case.acts(verb, (DecisionRecord.KIND, record))]
    shown = case.revealed.get((decision.alert, decision.decided_by))
    if case.asked_since is not None and decision.decided_at >= case.asked_since:
        check_content_seen(decision.outcome, shown is not None and shown < decided[0], decision.unseen_reason)


def check_order(case: Case, term: Term, before: int) -> None:
    """Raises Refused unless the run says, under that number, of the term's order what stands here, and did when the term was confirmed."""
    row, log = case.log_of(Instrument.KIND, term.instrument, before)
    order = case.record(Instrument, term.instrument).it
    attribution.check_order_act(order, _as_recorded(case, row), log, term.confirmed_at)


def _as_recorded(case: Case, row: Touched) -> Touched:
    """An order as it was named before it ended: its salts are those of its row, and only its end was not there yet."""
    fields = case.shown(row.table, row.id).fields
    digests = {
        one.name: one.digest
        if one.salt is None or one.name not in ENDING
        else commitment.field_digest(one.salt, one.name, None)
        for one in fields
    }
    return Touched(row.table, row.id, commitment.commit_of(row.table, digests))


def check_newest(case: Case, authorisation: AuthorisationRecord, before: int) -> None:
    """Raises Refused where, below that number of the run, another of the deployment's was authorised since, or the deployment stopped."""
    known = [case.record(AuthorisationRecord, one).it for one in case.ids(AuthorisationRecord.KIND)]
    same = {one.id for one in known if one.deployment == authorisation.deployment}
    log = [entry.it for number, entry in sorted(case.entries.items()) if number < before]
    attribution.check_not_superseded(authorisation.id, same, log)
    attribution.check_not_stopped(authorisation.id, authorisation.deployment, log)


def check_told(case: Case, profile: Profile, before: int) -> None:
    """Raises Refused unless, by the run below that number, a notice of the deployment was served before the profile's lease (R-RGT-1)."""
    notices = [case.record(NoticeRecord, notice).it for notice in case.ids(NoticeRecord.KIND)]
    own = [notice for notice in notices if notice.deployment == profile.deployment]
    served = ((notice, *case.log_of(NoticeRecord.KIND, notice.id, before)) for notice in own)
    check_served(served, profile.lease.since)
