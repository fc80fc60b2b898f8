"""What the console says of devices that need someone to look after them, and of how their days were spent. It accuses nobody."""

from typing import Final

from offmon.core.ids import Ms
from offmon.core.log.hours import Spent
from offmon.core.person.gap_class import Classed, GapClass
from offmon.core.person.heard import is_folded
from offmon.core.person.ledger import LedgerDay
from offmon.core.person.stopped import Found, TaskKind
from offmon.server.faces.console import words
from offmon.server.intake.devices.queries import TaskView

TASK: Final = {
    TaskKind.REMOVED: "Program removed",
    TaskKind.SILENT: "Nothing heard",
    TaskKind.PROFILE_ENDS: "Profile near its end",
    TaskKind.NO_BROWSER: "No browser seen",
    TaskKind.HIDDEN: "Indicator hidden",
    TaskKind.CLOCK_WRONG: "Clock wrong",
    TaskKind.RE_ENROLLED: "Enrolled again",
    TaskKind.OLD_RELEASE: "Old release",
}
_SAYS: Final = {
    TaskKind.REMOVED: "The device said at {since} that the program was being removed. It may have been sold, reset or repaired.",
    TaskKind.SILENT: "The device has not been heard since {since}. It may be off, without a connection, or broken.",
    TaskKind.PROFILE_ENDS: "The device’s profile ends at {ends}, and no newer one is signed. It collects nothing after that.",
    TaskKind.NO_BROWSER: "The device is heard, but no browser on it was ever seen. The extension may not be set up yet.",
    TaskKind.HIDDEN: "The indicator could not be seen for four hours or longer in a week, first at {since}. A film or game may cover it.",
    TaskKind.CLOCK_WRONG: "The device’s clock has been wrong by five minutes or more since {since}. Its battery may be old.",
    TaskKind.RE_ENROLLED: "The same account was enrolled again at {since}. The device may have been reset or repaired.",
    TaskKind.OLD_RELEASE: "The device has run the same release since {since}, and a newer one is published.",
}
_NEVER: Final = (
    "The device was enrolled at {since} and has never been heard. It may be off, without a connection, or broken."
)
_STOPPED: Final = "The device said at {stopped} that it was being switched off, and has not been heard since. It may simply not be in use."
STEP: Final = {
    TaskKind.REMOVED: "Ask the person what became of the device.",
    TaskKind.SILENT: "Ask the person whether the device is in use and connected.",
    TaskKind.PROFILE_ENDS: "See on the case what holds a new profile back, such as a review that is due.",
    TaskKind.NO_BROWSER: "Open the marker page with the person, at the device.",
    TaskKind.HIDDEN: "Ask the person what they were using, and look at the indicator together.",
    TaskKind.CLOCK_WRONG: "Have the device set its time by itself.",
    TaskKind.RE_ENROLLED: "Check with the person that this is their device, and that the notice fits it.",
    TaskKind.OLD_RELEASE: "Ask your IT team to update the program on the device.",
}
FOUND: Final = {
    Found.IN_ORDER: "The device is in order and in use",
    Found.OFF: "The device is switched off, or not in use now",
    Found.NO_CONNECTION: "The device has no connection",
    Found.BROKEN: "The device is broken or in repair",
    Found.REPLACED: "Another device is used in its place",
    Found.GONE: "The device was sold, lost or given away",
    Found.SEEN_TO: "Something was wrong, and it is put right",
    Found.OURS: "The fault is ours",
    Found.NOT_REACHED: "I could not reach the person",
}
CLASS: Final = {
    GapClass.OFF: "Off",
    GapClass.SERVICE_FAULT: "Our fault",
    GapClass.DEVICE_FAULT: "Fault of the device",
    GapClass.USER_ACTION: "Done on the device",
    GapClass.UNKNOWN: "Not known",
}
_WHY: Final = {
    "removed": "the program was removed",
    "switched_off": "it was switched off in order",
    "ended": "the program was ended while the device stayed on, as at signing out",
    "power_lost": "it lost power, or was switched off at once",
    "service_down": "our service was down",
    "not_visible": "something on the screen covered the indicator, such as a film",
    "fault": "the device or our program had a fault",
    "unknown": "the record does not show why; it never counts against the person",
}
SPENT: Final = {
    Spent.COVERED: "Covered",
    Spent.OFF: "Off",
    Spent.SERVICE_FAULT: "Our fault",
    Spent.DEVICE_FAULT: "Device’s fault",
    Spent.USER_ACTION: "Done on the device",
    Spent.UNKNOWN: "Not known",
    Spent.NOT_DUE: "Not due",
}
LETTER: Final = {
    Spent.OFF: "O",
    Spent.SERVICE_FAULT: "S",
    Spent.DEVICE_FAULT: "F",
    Spent.USER_ACTION: "A",
    Spent.UNKNOWN: "?",
}
_LEGIBLE_MS: Final = 3 * 3_600_000


def sentence(view: TaskView) -> str:
    """What is known of it, in one or two sentences that accuse nobody."""
    kind, said = view.task.kind, _SAYS[view.task.kind]
    if kind is TaskKind.SILENT and view.heard_at is None:
        said = _NEVER
    elif kind is TaskKind.SILENT and view.stopped_at is not None:
        said = _STOPPED
    ends = "" if view.lease_until is None else words.when(view.lease_until)
    stopped = "" if view.stopped_at is None else words.when(view.stopped_at)
    return said.format(since=words.when(view.task.since), ends=ends, stopped=stopped)


def heard(at: Ms, now: Ms) -> str:
    """When a device was heard: “9 June 2026 at 2:05pm”; after 48 hours “9 June 2026 at 2:00pm or within the hour after”."""
    return f"{words.when(at)} or within the hour after" if is_folded(at, now) else words.when(at)


def standing(state: str, quiet_since: Ms | None) -> str:
    """How monitoring stands: “Active, but nothing heard since 9 June 2026 at 2:05pm”."""
    return state if quiet_since is None else f"{state}, but nothing heard since {words.when(quiet_since)}"


def why(one: Classed) -> str:
    """The class of a gap as a plain word, with its reason: “Off: it was switched off in order”."""
    return f"{CLASS[one.gap_class]}: {_WHY[one.why]}"


def hours(ms: int) -> str:
    """“7 h 30 min”, or a dash for nothing."""
    minutes = round(ms / 60_000)
    if not minutes:
        return "–"
    parts = [f"{minutes // 60} h"] * (minutes >= 60) + [f"{minutes % 60} min"] * (minutes % 60 > 0)
    return " ".join(parts)


def bars(day: LedgerDay, height: int) -> list[tuple[str, float, float, str]]:
    """The parts of a day as a column of that height: way, top, height, and a letter where there is room for one."""
    begin, scale = day.parts[0].since, height / day.length_ms
    return [
        (
            part.spent.value,
            round((part.since - begin) * scale, 2),
            round((part.until - part.since) * scale, 2),
            LETTER.get(part.spent, "") if part.until - part.since >= _LEGIBLE_MS else "",
        )
        for part in day.parts
    ]
