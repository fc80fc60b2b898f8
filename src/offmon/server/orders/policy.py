"""When orders may be written, beyond what the role allows."""

from collections.abc import Collection
from typing import Final

from offmon.core import clock
from offmon.core.access.roles import Permission
from offmon.core.authority.order import Instrument, Media
from offmon.core.errors import Refused
from offmon.core.ids import Ms
from offmon.core.log.audit import AuditEntry, Verb
from offmon.core.log.records import check_two_people
from offmon.server.agencies.policy import check_agreed_on, check_begun_on
from offmon.server.base.actor import Actor
from offmon.server.orders.models import AssessmentRow, DocumentRow, PolicyDocumentRow, TermRow

END_AHEAD_MS: Final = 366 * clock.DAY_MS


def check_confirm_term(actor: Actor, term: TermRow) -> None:
    """Raises Refused unless the actor may confirm or refuse this term: a second officer, once (R-LEG-24)."""
    actor.check(Permission.INSTRUMENT_CONFIRM)
    if term.recorded_by == actor.id:
        raise Refused("one-person", "You recorded this condition. A colleague must confirm it against the document.")
    term.check_agreeing_in(actor.session, "Confirming a condition")
    if term.confirmed_by is not None or term.refused_by is not None:
        raise Refused("already-confirmed", "This condition was confirmed or refused already. Nothing changed.")


def check_page(document: DocumentRow | None, number: int) -> None:
    """Raises Refused where an order's document has no such page for a term to stand on. How many a PDF has is not known."""
    if document is None or Media(document.kinds[0]) is Media.PDF or number <= len(document.kinds):
        return
    raise Refused("no-such-page", f"The document has {len(document.kinds)} pages. Enter the page of the condition.")


def check_confirmer(term: TermRow) -> None:
    """Raises Refused unless who confirmed is of staff, in a role that may, and worked on the case then. In the scope that is open."""
    permission = Permission.INSTRUMENT_CONFIRM
    check_agreed_on(term.case, term.confirmed_by, term.confirmed_at, permission, "Confirming a condition")


def check_recorder(term: TermRow, log: Collection[AuditEntry]) -> None:
    """Raises Refused unless who recorded the term, and its order, is such a person too, by the case's log. In the scope that is open."""
    order = term.instrument
    check_begun_on(term.case, term.recorded_by, Verb.TERM_RECORDED, term.touched(), log)
    check_begun_on(term.case, order.recorded_by, Verb.INSTRUMENT_RECORDED, order.as_recorded(), log)


def check_sign_assessment(actor: Actor, assessment: AssessmentRow, *, opened: bool) -> None:
    """Raises Refused unless the actor may sign or refuse this assessment: another than who prepared it, once, who opened it (R-DPA-31)."""
    actor.check(Permission.ASSESSMENT_SIGN)
    check_two_people(assessment.prepared_by, actor.id, "An impact assessment")
    assessment.check_agreeing_in(actor.session, "An impact assessment")
    if assessment.signed_by is not None or assessment.refused_by is not None:
        raise Refused("already-signed", "This assessment was signed or refused already. Nothing changed.")
    if not opened:
        raise Refused("not-opened", "You have not opened the document. Open it, read it, and then sign.")


def check_answer_policy(actor: Actor, policy: PolicyDocumentRow, *, opened: bool) -> None:
    """Raises Refused unless the actor may agree to this policy document, or refuse it: another person, once, who opened it (R-DPA-3)."""
    actor.check(Permission.POLICY_AGREE)
    check_two_people(policy.prepared_by, actor.id, "A policy document")
    policy.check_agreeing_in(actor.session, "A policy document")
    if policy.agreed_by is not None or policy.refused_by is not None:
        raise Refused("policy-answered", "This policy document was agreed to or refused already. Nothing changed.")
    if not opened:
        raise Refused("not-opened", "You have not opened the document. Open it and read it first.")


def check_sound(document: DocumentRow | None) -> None:
    """Raises Refused where the document is known to be another than was recorded: nothing is confirmed or signed on it (R-LEG-1)."""
    if document is not None and document.damaged_at is not None:
        message = (
            "The stored document is not the one that was recorded. Ask the operator to restore it. Then open it again."
        )
        raise Refused("document-damaged", message)


def check_end(instrument: Instrument, ended_at: Ms, now: Ms) -> None:
    """Raises Refused unless the instrument may be recorded as ended at `ended_at`: once, after it began, at most a year ahead.

    An end is not corrected: a profile may have been signed on it, and a court must be able to compile that again (design §1.9). One that
    was recorded by mistake is put right by recording the instrument anew, before another colleague. An instrument that is of somebody else
    ended when it began; what it took from an older one comes back when that is recorded anew (`order.ended_by`).
    """
    if instrument.ended_at is not None:
        raise Refused("already-ended", "Its end is recorded already. If that was a mistake, add the document again.")
    if ended_at < instrument.effective_from:
        raise Refused("ends-before-it-begins", "It cannot have ended before it was in force. Correct the date.")
    if ended_at > now + END_AHEAD_MS:
        raise Refused(
            "end-too-far",
            "If the end is more than a year ahead, record it as the last day of each condition. Correct the date.",
        )
