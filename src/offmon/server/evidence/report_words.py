"""What a bundle's report says, word by word: of limits, outcomes, actions, gaps, grounds, people and times.

It says "possible breach", whatever was decided, and calls the person nothing but supervised.
"""

from datetime import datetime
from typing import Final

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.authority.order import TermKind
from offmon.core.bundle.layout import Limit
from offmon.core.formats.commitment import Unfit, WithholdingGround
from offmon.core.formats.event import GapReason
from offmon.core.ids import Ms
from offmon.core.log.records import ActionKind, DecisionOutcome

LIMITS: Final[dict[Limit, str]] = {
    Limit.NOT_WHO: "It shows that something in one account of one device produced this. It does not show who did it.",
    Limit.UNSEQUENCED: "Until an entry was placed in the log, minutes after it was written, it rested on the agency's database.",
    Limit.TWIN_RUN: "A second record kept beside this one from the start could be found by an audit of the log, not from this bundle.",
    Limit.FEEDER: "Whoever shares the account holds the device's key, and could stop the software, start it anew, or open pages in it.",
}
OUTCOMES: Final[dict[DecisionOutcome, str]] = {
    DecisionOutcome.NOT_A_MATCH: "Not a match",
    DecisionOutcome.PERMITTED: "Permitted",
    DecisionOutcome.REASONABLE_EXCUSE: "A reasonable excuse was considered",
    DecisionOutcome.NOT_THIS_PERSON: "Not this person",
    DecisionOutcome.VISIT: "A visit follows",
    DecisionOutcome.INTELLIGENCE: "Kept as intelligence",
    DecisionOutcome.SAFEGUARDING: "Safeguarding referral",
    DecisionOutcome.EVIDENTIAL: "Evidential",
    DecisionOutcome.RECALL_CONSIDERED: "Recall considered",
    DecisionOutcome.STEP_DOWN: "Monitoring to be stepped down",
}
ACTIONS: Final[dict[ActionKind, str]] = {
    ActionKind.VISIT: "a visit",
    ActionKind.INTELLIGENCE: "an intelligence report",
    ActionKind.REFERRAL: "a safeguarding referral",
    ActionKind.INVESTIGATION: "an investigation",
    ActionKind.RECALL_REQUEST: "a request that recall is considered",
    ActionKind.REVIEW: "a review of the monitoring",
}
GAPS: Final[dict[GapReason, str]] = {
    GapReason.AGENT_DOWN: "the software was not running, as when the device is off",
    GapReason.NOT_VISIBLE: "the indicator could not be seen, so nothing was collected",
    GapReason.SOURCE_DOWN: "a browser was not heard or was on another screen, or page text was not read, for example to spare the device",
    GapReason.NO_PROFILE: "no signed profile was in force, so nothing was collected",
    GapReason.CLOCK: "the device's clock had gone back, so nothing was collected",
    GapReason.QUARANTINED: "something could not be examined or kept, or the agency did not take it",
    GapReason.STORE_DAMAGED: "the device's store was damaged or gone, or was an older one",
    GapReason.NEW_EPOCH: "the device began a new journal",
    GapReason.QUEUE_FULL: "the device had no room left, or could not write to its disk",
}
UNDECLARED: Final = "the software ended before this time and started after it; the device does not say that it was off"
GROUNDS: Final[dict[WithholdingGround | Unfit, str]] = {
    WithholdingGround.PRIVILEGE: "legal privilege",
    WithholdingGround.THIRD_PARTY: "about another person",
    WithholdingGround.SENSITIVE: "of a sensitive class",
    WithholdingGround.NOT_RELEVANT: "not of an alert, exhibit or time that was asked for",
    WithholdingGround.RESTRICTED: "restricted",
    Unfit.DOES_NOT_OPEN: "the device sent it in a form that does not open",
    Unfit.NOT_GRANTED: "the device sent it with more than its grant allows",
}
EFFECTS: Final = {
    TermKind.PROHIBITION: "Prohibition",
    TermKind.REQUIREMENT: "Requirement",
    TermKind.TRAVEL: "Foreign travel prohibition",
}
FIELDS: Final = (
    ("url", "Address"),
    ("title", "Title"),
    ("matched_entry", "Matched"),
    ("context_before", "Words before"),
    ("context_after", "Words after"),
)
OF_SITES: Final = {"context_before": "Sites opened before, UTC", "context_after": "Sites opened after, UTC"}
"""What a field is called where it holds sites around a finding."""


def role_words(role: Role) -> str:
    """No word of a report calls the person anything but supervised, an officer's title included."""
    return "case officer" if role is Role.OFFENDER_MANAGER else role.value.replace("_", " ")


def london(at: int) -> str:
    """An instant in London, to the second: `1 December 2026, 14:05:00`. The records have the millisecond."""
    local = datetime.fromtimestamp(at // 1000, clock.LONDON)
    return f"{local.day} {local:%B %Y, %H:%M:%S}"


def utc(at: int) -> str:
    """The same in UTC, which stands beside (R-EVD-24): `2026-12-01 14:05:00`."""
    return clock.utc_text(Ms(at))[:19].replace("T", " ")


def day(at: int | str) -> str:
    """The day it was in London, or that a document gives as `2026-12-01`: `1 December 2026`."""
    local = datetime.fromisoformat(at) if isinstance(at, str) else datetime.fromtimestamp(at // 1000, clock.LONDON)
    return f"{local.day} {local:%B %Y}"


def how_long(ms: int) -> str:
    """`2 days 3 hours`, `45 minutes`, rounded down to the smaller unit."""
    minutes = ms // clock.MINUTE_MS
    if minutes < 1:
        return "less than a minute"
    days, hours = divmod(minutes // 60, 24)
    parts = [(days, "day"), (hours, "hour"), (0 if days else minutes % 60, "minute")]
    return " ".join(counted(count, word) for count, word in parts if count)


def counted(count: int, word: str) -> str:
    """`1 disclosure`, `2 disclosures`, `no disclosures`, `2 possible breaches`."""
    plural = f"{word}es" if word.endswith("ch") else f"{word}s"
    return f"{count or 'no'} {word if count == 1 else plural}"


def sentence(text: str) -> str:
    """Somebody's words with a full stop behind them, if they gave none."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
