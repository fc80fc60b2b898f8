"""What became of a night is held against its script: each difference is a miss, which names the place.

Rules
- An alert: opened when its visit came, each turn to whom and when the chain says, answered and decided by whom, and none besides.
- A message: one for each telling, at the person and at the control room, and no other; soon, or soon after its channel works again.
- The hours of each device and day by class are equal to the minute.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from night.chain import Chain, Told, lateness
from night.channels import Arrived
from night.hours import LONDON, MINUTE, days_between, spent
from night.play import Seen
from night.script import GRAVITIES, START, Agency, Alert, Script
from night.seen import SeenAlert
from night.times import CALLED_AT_ONCE, LONGEST_WAIT_MS, WEEKLY_MS
from offmon.core.formats.event import Gravity

SOON: Final = MINUTE
LATE: Final = LONGEST_WAIT_MS + 2 * MINUTE
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
    delayed: Counter[str] = field(default_factory=Counter)
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
        due = [one for alert in agency.alerts for one in _told(alert.chain)]
        room = str(agency.number)
        for gravity in GRAVITIES:
            times = [told.at for told, of in due if of is gravity]
            came = [one for one in rooms if one.to == room and _webhook_of(one) == gravity.value]
            down = (script.down, agency.room_fails)
            yield from _matched(f"agency {room}, control room, {gravity.value}", times, came, down, found)
            for who in {told.who for told, _ in due}:
                to = f"{who}-{room}@police.invalid"
                times = [told.at for told, of in due if of is gravity and told.who is who]
                came = [one for one in mail if one.to == to and one.subject.endswith(SAYS[gravity])]
                yield from _matched(f"{to}, {gravity.value}", times, came, (script.down, script.mail_down), found)
    tellings = sum(len(_told(alert.chain)) for agency in script.agencies for alert in agency.alerts)
    for name, all_of in (("mail", mail), ("webhook", rooms)):
        if len(all_of) != tellings:
            yield f"{name}: {len(all_of)} messages for {tellings} tellings"
        if len({one.id for one in all_of}) != len(all_of):
            yield f"{name}: one message came twice under its id"
    yield from _weekly(script, seen)


def _weekly(script: Script, seen: Seen) -> Iterator[str]:
    """Each channel once when the night begins, and once in each week after."""
    weeks = -(-(script.size.until - START) // WEEKLY_MS)
    tests = Counter(one.to for one in seen.mail if TEST in one.subject)
    tests.update(one.to for one in seen.rooms if one.subject == "offmon.beat")
    for agency in script.agencies:
        people = ("officer", "colleague", "supervisor", "stranger", "inspector")
        for to in (str(agency.number), *(f"{who}-{agency.number}@police.invalid" for who in people)):
            if tests[to] != weeks:
                yield f"{to}: {tests[to]} weekly messages in {weeks} weeks"


def _calls(arrived: Sequence[Arrived]) -> list[Arrived]:
    return [one for one in arrived if TEST not in one.subject and one.subject != "offmon.beat"]


def _told(of: Chain) -> list[tuple[Told, Gravity]]:
    """Whoever gets a message: all by name, the first holder only where the class calls them at once."""
    first = of.told[:1] if of.gravity in CALLED_AT_ONCE else ()
    return [(one, of.gravity) for one in (*first, *of.told[1:]) if one.who is not None]


def _webhook_of(one: Arrived) -> str:
    return next((of.value for of in Gravity if f'"{of.value}"' in one.text), "")


def _matched(
    where: str, due: Sequence[int], came: Sequence[Arrived], down: Sequence[tuple[int, int]], found: Verdict
) -> Iterator[str]:
    found.messages["due"] += len(due)
    found.messages["came"] += len(came)
    if len(due) != len(came):
        kind = "lost" if len(came) < len(due) else "told twice"
        yield f"{where}: {len(came)} messages for {len(due)} tellings ({kind})"
        return
    for at, one in zip(sorted(due), sorted(came, key=lambda one: one.at), strict=True):
        held_up = [until for since, until in down if since - SOON <= at < until]
        latest = max([at + SOON + lateness(12), *(until + LATE for until in held_up)])
        found.delayed["messages held up by a fault"] += bool(held_up)
        if not at <= one.at <= latest:
            yield f"{where}: told at {when(at)}, came at {when(one.at)}"


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
