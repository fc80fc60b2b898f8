"""No renewal without a person: until when monitoring goes on before somebody looks at it again (R-LEG-23).

Rules
- Whoever authorises sets the day of the first review, within `FIRST_MS`. A review sets the next, within `LATER_MS`.
- No permission outlasts that day. Past it the signer signs none, and a device collects nothing; it still tells that it runs.
- A review is of one authorisation, by a person who may authorise and who did not draft it. It has its reasons.
- It goes on as authorised, or steps down: then it goes on for `STEP_DOWN_MS`, in which a narrower authorisation is drafted.
- Or it comes to an end: an officer of the case ends the monitoring within `END_MS`, which is an act of its own. Nobody puts that off.
- A supervisor may put it off once, by `PUT_OFF_MS` at most, from `PUT_OFF_AHEAD_MS` before it is due.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from offmon.core import clock
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.kinds import TEXT, RecordKind, at
from offmon.core.log.verbs import Verb

FIRST_MS: Final = 92 * clock.DAY_MS
LATER_MS: Final = 184 * clock.DAY_MS
STEP_DOWN_MS: Final = 14 * clock.DAY_MS
END_MS: Final = clock.DAY_MS
PUT_OFF_MS: Final = 14 * clock.DAY_MS
PUT_OFF_AHEAD_MS: Final = 3 * clock.DAY_MS


class ReviewOutcome(StrEnum):
    """What a review comes to. `END`: that it is to end. The end itself is recorded as an end."""

    CONTINUE = "continue"
    STEP_DOWN = "step_down"
    END = "end"
    PUT_OFF = "put_off"

    @property
    def act(self) -> Verb:
        """The act that records it: who may put a review off does not review."""
        return Verb.REVIEW_PUT_OFF if self is ReviewOutcome.PUT_OFF else Verb.DEPLOYMENT_REVIEWED

    @property
    def longest_ms(self) -> int:
        """How long monitoring goes on after it at most."""
        return LONGEST_MS[self]


LONGEST_MS: Final = {
    ReviewOutcome.CONTINUE: LATER_MS,
    ReviewOutcome.STEP_DOWN: STEP_DOWN_MS,
    ReviewOutcome.END: END_MS,
    ReviewOutcome.PUT_OFF: PUT_OFF_MS,
}

_ACTS: Final = (Verb.DEPLOYMENT_REVIEWED, Verb.REVIEW_PUT_OFF)


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """That somebody looked again at monitoring under an authorisation, and until when it goes on. Times in ms UTC."""

    KIND: ClassVar[str] = "review"
    RECORD: ClassVar = RecordKind(
        made={*_ACTS},
        times=(at("reviewed_at", *_ACTS),),
        withholds={"reasons": TEXT},
    )

    id: Id
    authorisation: Id
    outcome: ReviewOutcome
    reasons: str
    reviewed_by: Id
    reviewed_at: Ms
    due: Ms


def check_first(authorised_at: Ms, due: Ms) -> None:
    """Raises Refused unless the first review is within three months of the authorisation."""
    if not authorised_at < due <= authorised_at + FIRST_MS:
        raise Refused("review-too-late", "The first review is within three months. Choose an earlier day.")


def check_review(review: ReviewRecord, drafted_by: Id) -> None:
    """Raises Refused unless another person than drafted it reviewed it with reasons, and it goes on no longer than it may."""
    if review.reviewed_by == drafted_by:
        raise Refused("one-person", "You drafted this authorisation. A colleague reviews the monitoring.")
    if not review.reasons.strip():
        raise Refused("no-reason", "Enter what you looked at, and why the monitoring goes on.")
    longest = review.outcome.longest_ms
    if not review.reviewed_at < review.due <= review.reviewed_at + longest:
        raise Refused("review-too-late", f"The next review is within {longest // clock.DAY_MS} days. Choose earlier.")


def check_put_off(at: Ms, due: Ms | None, reviews: Iterable[ReviewOutcome]) -> None:
    """Raises Refused unless the review that is due then may be put off at `at`. `reviews`: of this authorisation, as they came."""
    made = tuple(reviews)
    if ReviewOutcome.END in made[-1:]:
        raise Refused("review-ends-it", "The review came to an end of the monitoring. An officer must end it now.")
    if ReviewOutcome.PUT_OFF in made:
        raise Refused("put-off-before", "This review was put off once. An authorising officer must record it now.")
    if due is None or at < due - PUT_OFF_AHEAD_MS:
        raise Refused("put-off-too-soon", "A review can be put off from three days before it is due. Come back then.")


def due_of(first: Ms | None, reviews: Iterable[ReviewRecord]) -> Ms | None:
    """When the next review of an authorisation is due, whose first is due at `first`; None: it is of before there were any."""
    newest = max(reviews, key=lambda one: (one.reviewed_at, one.id), default=None)
    return first if newest is None else newest.due


def check_reviewed(due: Ms | None, lease: clock.Period) -> None:
    """Raises Refused (`review-due`) where the lease would outlast the day on which somebody looks again."""
    if due is not None and (lease.until is None or lease.until > due):
        raise Refused(
            "review-due", "The review of this monitoring is due. An authorising officer must record it first."
        )
