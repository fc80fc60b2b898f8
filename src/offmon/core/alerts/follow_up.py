"""The action that follows a decision: by whom, by when, and what is asked before contact (design §1.7; R-AI-5, R-RGT-18).

Rules
- An outcome requires one kind of action, or none. A decision without the action that its outcome requires is refused.
- An officer may set who acts and by when. By default the decider acts within the rule's own time. The time may be shorter, not longer.
- An outcome with consequences needs a look at content: the decider revealed one disclosure of the alert, or says why not.
- Before contact about a serious alert, someone asks whether the person may harm themselves. The action is not done before that is recorded.
- An action is done when its result is recorded, and where other systems hold it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from offmon.core import clock
from offmon.core.errors import Refused
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms
from offmon.core.log.records import ActionKind, ActionRecord, DecisionOutcome

SERIOUS: Final = frozenset({Gravity.URGENT, Gravity.HIGH})


@dataclass(frozen=True, slots=True)
class Follow:
    """What an outcome calls for, and within how many days. `contact`: it brings someone to the person. `content`: it needs a look at it."""

    kind: ActionKind
    days: int
    contact: bool
    content: bool


# By when. Defaults for an agency to tighten.
FOLLOWS: Final[Mapping[DecisionOutcome, Follow]] = {
    DecisionOutcome.SAFEGUARDING: Follow(ActionKind.REFERRAL, 1, contact=False, content=True),
    DecisionOutcome.RECALL_CONSIDERED: Follow(ActionKind.RECALL_REQUEST, 1, contact=True, content=True),
    DecisionOutcome.INTELLIGENCE: Follow(ActionKind.INTELLIGENCE, 3, contact=False, content=True),
    DecisionOutcome.VISIT: Follow(ActionKind.VISIT, 7, contact=True, content=False),
    DecisionOutcome.EVIDENTIAL: Follow(ActionKind.INVESTIGATION, 7, contact=True, content=True),
    DecisionOutcome.STEP_DOWN: Follow(ActionKind.REVIEW, 28, contact=False, content=False),
}


def latest(follow: Follow, decided_at: Ms) -> Ms:
    """By when it must be done: the end of the last day, Europe/London."""
    return clock.end_of_day(clock.local_day(decided_at) + timedelta(days=follow.days))


def check_due(follow: Follow, due_at: Ms, decided_at: Ms) -> None:
    """Raises Refused unless what follows is due after the decision, and not later than its rule lets it be."""
    if due_at <= decided_at:
        raise Refused("due-past", "Choose a day in the future.")
    if due_at > latest(follow, decided_at):
        days = f"{follow.days} day{'s' if follow.days > 1 else ''}"
        raise Refused("due-late", f"The task for this outcome is due within {days}. Choose a sooner day.")


def welfare_due(follow: Follow, gravity: Gravity) -> bool:
    """Whether someone must ask about the person's welfare first (R-RGT-18)."""
    return follow.contact and gravity in SERIOUS


def check_follows(outcome: DecisionOutcome, kind: ActionKind | None) -> None:
    """Raises Refused unless what follows is what the outcome calls for, and nothing where it calls for nothing."""
    called = FOLLOWS.get(outcome)
    if kind is not (None if called is None else called.kind):
        raise Refused("not-followed", "The task does not match this outcome. Choose the outcome again.")


def needs_content(outcome: DecisionOutcome) -> bool:
    """Whether the outcome has consequences for which someone must have seen what the person did."""
    called = FOLLOWS.get(outcome)
    return called is not None and called.content


def check_content_seen(outcome: DecisionOutcome, seen: bool, unseen_reason: str | None) -> None:
    """Raises Refused unless the decider saw content of the alert where the outcome needs it, or says why not (R-AI-5)."""
    if needs_content(outcome) and not seen and not (unseen_reason or "").strip():
        raise Refused("content-not-seen", "Reveal a disclosure before you decide on this outcome, or say why not.")


def check_done(action: ActionRecord) -> None:
    """Raises Refused unless an action may count as done: the welfare step taken where it is due, and both texts there."""
    if action.welfare_due and action.welfare is None:
        raise Refused("welfare-first", "Record the welfare check before contact: may the person harm themselves?")
    if not all(text and text.strip() for text in (action.outside_reference, action.outcome)):
        raise Refused("not-told", "Enter the outcome, and where it is recorded.")
