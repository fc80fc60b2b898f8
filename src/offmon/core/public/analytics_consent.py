"""A visitor's choice about being counted on the public site (PECR reg. 6; R-WEB-1).

Rules
- Nobody is counted before they accept, whatever the law would allow: the public page promises it.
- A choice is about one wording of the question. A changed question is unanswered.
- A choice lasts half a year. Then it is asked again.
- Its note is kept for as long again, then deleted. So each day's counts of the last half year can be checked against it.
- A note holds the choice, the version and the minute: nothing that could identify a visitor.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.ids import Count, Ms

VERSION: Final = Count(1)
LASTS_DAYS: Final = 182
NOTED_DAYS: Final = 2 * LASTS_DAYS + 2


class ConsentChoice(StrEnum):
    """What was chosen. Withdrawing is refusing after having accepted."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """A choice as the visitor's own cookie carries it: `1.accepted`. Nothing in it is unique to a visitor."""

    choice: ConsentChoice
    version: Count

    def __str__(self) -> str:
        return f"{self.version}.{self.choice}"


def read(cookie: str | None) -> GivenConsent | None:
    """The choice that a cookie carries; None for no cookie, one of another question, or one that we did not write."""
    version, _, choice = (cookie or "").partition(".")
    if version != str(VERSION) or choice not in list(ConsentChoice):
        return None
    return GivenConsent(ConsentChoice(choice), VERSION)


def may_count(given: GivenConsent | None) -> bool:
    """Whether this visit may be counted."""
    return given is not None and given.choice is ConsentChoice.ACCEPTED and given.version == VERSION


def chosen(before: GivenConsent | None, *, accepts: bool) -> GivenConsent:
    """The choice after a visitor answered: refusing after having accepted is withdrawing."""
    if accepts:
        return GivenConsent(ConsentChoice.ACCEPTED, VERSION)
    return GivenConsent(ConsentChoice.WITHDRAWN if may_count(before) else ConsentChoice.REFUSED, VERSION)


def to_the_minute(at: Ms) -> Ms:
    """The instant as it is recorded: seconds would tell visitors apart."""
    return Ms(at - at % clock.MINUTE_MS)
