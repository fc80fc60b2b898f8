"""What became of a night is held against its script: each difference is a miss, which names the place.

Rules
- An alert: opened when its visit came, each turn to whom and when the chain says, answered and decided by whom, and none besides.
- A message: those that `telling` counts, at the person and at the control room, and no other; soon, or soon after a channel works again.
- The hours of each device and day by class are equal to the minute.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from night.chain import Chain, Person, lateness
from night.channels import Arrived
from night.hours import LONDON, MINUTE, days_between, spent
from night.play import Seen
from night.script import GRAVITIES, START, Agency, Alert, Script
from night.seen import SeenAlert
from night.telling import Message, due_at, messages
from night.times import WEEKLY_MS
from offmon.core.formats.event import Gravity

SOON: Final = MINUTE
SAYS: Final = {Gravity.URGENT: "An urgent item", Gravity.HIGH: "A high-priority item", Gravity.STANDARD: "An item"}
TEST: Final = "The weekly test message"


@dataclass
class Verdict:
    """What was counted, and each miss."""

    misses: list[str] = field(default_factory=list)
    alerts: Counter[Gravity] = field(default_factory=Counter)
    in_time: Counter[Gravity] = field(default_factory=Counter)
    turns: dict[Gravity, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    nobody: Counter[Gravity] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    minutes: Counter[str] = field(default_factory=Counter)
    days: int = 0
    escalations: list[str] = field(default_factory=list)


def judge(script: Script, seen: Seen) -> Verdict:
    """Hold all of it against the script."""
    found = Verdict(misses=[f"refused: {one}" for one in seen.refused])
    for agency in script.agencies:
        for case in range(agency.cases):
            due = [one for one in agency.alerts if one.case == case]
            found.misses += _alerts(agency.number, due, seen.alerts.get((agency.number, case), []), found)
        found.misses += _hours(script, agency, seen, found)
    found.misses += _messages(script, seen, found)
    return found


# --- alerts -----------------------------------------------------------------------------------------------------------


def _alerts(number: int, due: Sequence[Alert], held: Sequence[SeenAlert], found: Verdict) -> Iterator[str]:
    for nth, alert in enumerate(due):
        where = f"agency {number}, case {alert.case}, {alert.chain.gravity.value} of {when(alert.visited)}"
        found.alerts[alert.chain.gravity] += 1
        if nth >= len(held):
            yield f"{where}: no alert"
            continue
        yield from (f"{where}: {what}" for what in _alert(alert.chain, held[nth]))
        _count(where, alert.chain, found)
    if len(held) > len(due):
        yield f"agency {number}: {len(held) - len(due)} alerts that nothing caused"


def _alert(due: Chain, held: SeenAlert) -> Iterator[str]:
    if held.gravity is not due.gravity or not due.opened <= held.opened <= due.opened + SOON:
        yield f"opened as {held.gravity.value} at {when(held.opened)}"
    told = [(one.turn.value, one.who) for one in due.told[1:]]
    if told != [(turn, who) for turn, who, _ in held.turns]:
        yield f"went to {_named(held.turns)}, not to {_named([(one.turn.value, one.who, one.at) for one in due.told[1:]])}"
    for nth, (one, (_, _, at)) in enumerate(zip(due.told[1:], held.turns, strict=False), 1):
        if not one.at <= at <= one.at + lateness(nth) + SOON:
            yield f"went to {one.turn.value} at {when(at)}, not at {when(one.at)}"
    answers = [act.who for act in due.acts if not act.decides]
    if answers != [who for who, _ in held.answers]:
        yield f"was answered by {[who for who, _ in held.answers]}, not by {answers}"
    if held.decided is None or held.decided[0] is not due.decided.who:
        yield f"was decided by {held.decided}, not by {due.decided.who}"


def _count(where: str, due: Chain, found: Verdict) -> None:
    first = due.told[1].at if len(due.told) > 1 else None
    answered = due.acts[0].at
    found.in_time[due.gravity] += first is None or answered < first
    for one in due.told[1:]:
        found.turns[due.gravity][one.turn.value] += 1
        found.nobody[due.gravity] += one.who is None
    if len(due.told) > 1:
        steps = ", ".join(f"{one.turn.value} {one.who or 'the contact'} {when(one.at)}" for one in due.told[1:])
        found.escalations.append(f"{where}: {steps}")


def _named(turns: Sequence[tuple[str, object, int]]) -> str:
    return "; ".join(f"{turn} {who} {when(at)}" for turn, who, at in turns) or "nobody"


# --- messages ---------------------------------------------------------------------------------------------------------


def _messages(script: Script, seen: Seen, found: Verdict) -> Iterator[str]:
    mail, rooms = _calls(seen.mail), _calls(seen.rooms)
    for agency in script.agencies:
        room, due = str(agency.number), messages(alert.chain for alert in agency.alerts)
        for gravity in GRAVITIES:
            own = [one for one in due if one.gravity is gravity]
            came = [one for one in rooms if one.to == room and f'"{gravity.value}"' in one.text]
            downs = (script.down, agency.room_fails)
            yield from _matched(f"agency {room}, control room, {gravity.value}", own, came, downs, found)
            for who in Person:
                to = f"{who}-{room}@police.invalid"
                came = [one for one in mail if one.to == to and one.subject.endswith(SAYS[gravity])]
                theirs, downs = [one for one in own if one.who is who], (script.down, script.mail_down)
                yield from _matched(f"{to}, {gravity.value}", theirs, came, downs, found)
    for name, all_of in (("mail", mail), ("webhook", rooms)):
        if len({one.id for one in all_of}) != len(all_of):
            yield f"{name}: one message came twice under its id"
    yield from _weekly(script, seen)


def _weekly(script: Script, seen: Seen) -> Iterator[str]:
    """Each channel once when the night begins, and once in each week after."""
    weeks = -(-(script.size.until - START) // WEEKLY_MS)
    tests = Counter(one.to for one in seen.mail if TEST in one.subject)
    tests.update(one.to for one in seen.rooms if one.subject == "offmon.beat")
    for agency in script.agencies:
        for to in (str(agency.number), *(f"{who}-{agency.number}@police.invalid" for who in Person)):
            if tests[to] != weeks:
                yield f"{to}: {tests[to]} weekly messages in {weeks} weeks"


def _calls(arrived: Sequence[Arrived]) -> list[Arrived]:
    return [one for one in arrived if TEST not in one.subject and one.subject != "offmon.beat"]


def _matched(
    where: str, due: Sequence[Message], came: Sequence[Arrived], downs: Sequence[tuple[int, int]], found: Verdict
) -> Iterator[str]:
    left = sorted(came, key=lambda one: one.at)
    found.messages["came"] += len(came)
    for message in due:
        at = due_at(message, downs)
        if at is None:
            found.messages["not sent, since all was answered before"] += 1
            continue
        one = next((one for one in left if at.since <= one.at <= at.until), None)
        if one is not None:
            left.remove(one)
            found.messages["came after a fault of their channel"] += at.held_up
            found.messages["stood for a flood, and waited"] += message.waited
        elif at.must:
            yield f"{where}: no message of {when(at.since)} until {when(at.until)} (lost)"
    yield from (f"{where}: a message more at {when(one.at)} (told twice)" for one in left)


# --- hours ------------------------------------------------------------------------------------------------------------


def _hours(script: Script, agency: Agency, seen: Seen, found: Verdict) -> Iterator[str]:
    until = script.size.until
    for device, spells in enumerate(agency.devices):
        for day in days_between(START, until):
            due, held = spent(day, spells, START, until), seen.hours.get((agency.number, device, day), {})
            found.days += 1
            found.minutes.update(due)
            if due != dict(held):
                yield f"agency {agency.number}, device {device}, {day}: {_in_words(held)}; in truth {_in_words(due)}"


def _in_words(minutes: Mapping[str, int]) -> str:
    return ", ".join(f"{of} {count} min" for of, count in sorted(minutes.items())) or "nothing"


def when(at: int) -> str:
    """A time as people say it, in London."""

    return datetime.fromtimestamp(at / 1000, LONDON).strftime("%a %d %b %H:%M:%S")
