"""What a night prints: by gravity, by channel and by class of hour, then each miss with its place."""

from collections.abc import Iterator, Sequence

from night.chain import Turn
from night.judge import Verdict, when
from night.play import Seen
from night.script import GRAVITIES, Script


def text(script: Script, seen: Seen, verdict: Verdict, seconds: float, *, every: bool = False) -> str:
    """All of it. `every`: each escalation too, with whom and when."""
    lines = [*_plan(script), *_alerts(verdict), *_messages(seen, verdict), *_hours(verdict)]
    if every:
        lines += ["", "Escalated, to whom and when:", *(f"  {one}" for one in verdict.escalations)]
    misses = [f"MISSED {one}" for one in verdict.misses]
    end = f"{len(misses)} misses" if misses else "nothing missed"
    return "\n".join([*lines, "", *misses, f"seed {script.seed}: {end}, after {seconds:.0f} s"]) + "\n"


def _plan(script: Script) -> Iterator[str]:
    size = script.size
    devices = sum(len(one.devices) for one in script.agencies)
    yield f"{size.days} days from {when(_first(script))}, {size.agencies} agencies, {devices} devices, seed {script.seed}"
    yield f"  service down {_span(script.down)}; mail server down {_span(script.mail_down)}"
    for one in script.agencies:
        yield f"  agency {one.number}: control room answers 500 {_span(one.room_fails)}"


def _first(script: Script) -> int:
    return script.size.until - script.size.days * 86_400_000


def _span(times: Sequence[int]) -> str:
    return f"{when(times[0])} to {when(times[1])}"


def _alerts(of: Verdict) -> Iterator[str]:
    turns = [turn for turn in Turn if turn is not Turn.OWNER]
    heads = ("class", "alerts", "in time", "escalated", *(one.value.replace("_", " ") for one in turns), "to a contact")
    yield ""
    yield _row(heads)
    for gravity in GRAVITIES:
        counts = [of.turns[gravity][one.value] for one in turns]
        first = (of.alerts[gravity], of.in_time[gravity], of.alerts[gravity] - of.in_time[gravity])
        yield _row((gravity.value, *first, *counts, of.nobody[gravity]))


def _messages(seen: Seen, of: Verdict) -> Iterator[str]:
    lost = sum("(lost)" in one for one in of.misses)
    twice = sum("told twice" in one or "twice under" in one for one in of.misses)
    yield ""
    came = of.messages["came"]
    yield f"messages: {came} came by mail and webhook; {lost} lost, {twice} told twice"
    yield from (f"  {count} {what}" for what, count in sorted(of.messages.items()) if what != "came" and count)
    yield f"  {seen.rooms_refused} tries of webhooks were answered by 500"


def _hours(of: Verdict) -> Iterator[str]:
    wrong = sum("; in truth " in one for one in of.misses)
    yield ""
    yield f"hours of {of.days} days of devices, of which {of.days - wrong} are exact:"
    for name, minutes in sorted(of.minutes.items()):
        yield f"  {name:<14}{minutes / 60:>12,.2f} h"


def _row(cells: Sequence[object]) -> str:
    return "".join(f"{cell!s:<15}" for cell in cells).rstrip()
