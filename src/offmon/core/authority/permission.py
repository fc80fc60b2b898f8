"""What a permission and an exclusion need before they are recorded, and when they count for a profile (R-LEG-15, R-LEG-27).

Rules
- A permission ends, and at most a year after it begins. It may be recorded late, for a time that lies back.
- An exclusion is a weekly time or a site, and holds until it is removed.
- What was ended early ends at that moment. An exclusion that was removed holds on until a second officer authorised the monitoring anew
  and the person was told of that: removing it lets more be collected.
- Nobody authorises before the person was asked what is to be excluded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core import clock
from offmon.core.authority.silence import SilenceReason, Week
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.ids import Ms

LONGEST_MS: Final = 366 * clock.DAY_MS
MINUTES: Final = 24 * 60


class AskedHow(StrEnum):
    """How the person asked for permission."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    WRITTEN = "written"
    REPRESENTATIVE = "representative"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer about exclusions: `why` None is that none is claimed. `ended_at`: when it was removed."""

    why: SilenceReason | None
    ended_at: Ms | None


def check_permission(period: Period, said: str) -> None:
    """Raises Refused unless a permission has an end in reach, and words for the person."""
    if period.until is None or period.until - period.since > LONGEST_MS:
        raise Refused("permission-too-long", "A permission lasts at most a year. Enter an earlier end.")
    if not said.strip():
        raise Refused("no-text", "Write what is permitted, in plain words for the person.")


def check_exclusion(why: SilenceReason, site: str | None, week: Week | None, said: str) -> None:
    """Raises Refused unless it is a weekly time or a site, for a reason of its own, with words for the person."""
    if why is SilenceReason.PERMISSION:
        raise Refused("other-reason", "That is no reason for an exclusion. Select one of those that are offered.")
    if (site is None) == (week is None):
        raise Refused("time-or-site", "Enter a weekly time or a site, and record the other by itself.")
    if week is not None and not (week.days and 0 <= week.since < week.until <= MINUTES):
        raise Refused("no-such-week", "Select a day, and an end after the beginning. Record time after midnight apart.")
    if not said.strip():
        raise Refused("no-text", "Write what is excluded, in plain words for the person.")


def check_asked(answers: Iterable[Answered]) -> None:
    """Raises Refused unless an exclusion holds, or it is recorded that the person was asked and claimed none (R-LEG-27)."""
    if not any(one.why is not SilenceReason.PERMISSION and one.ended_at is None for one in answers):
        raise Refused(
            "exclusions-not-asked",
            "Nobody recorded what is to be excluded. On the page “Permissions and exclusions”, record it, or that none is claimed.",
        )


def still_counts(why: SilenceReason, ended_at: Ms | None, settled_at: Ms, at: Ms) -> bool:
    """Whether it counts for a profile that begins at `at`.

    `settled_at`: when what is in force was authorised, by the newest authorisation or by the one that the newest notice tells of.
    """
    return ended_at is None or ended_at > (at if why is SilenceReason.PERMISSION else settled_at)
