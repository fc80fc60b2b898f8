"""What the pages about the agency's times call things."""

from dataclasses import asdict

from offmon.core.alerts.times import BOUNDS, NAMES, AlertTimes, changed, said
from offmon.server.agencies.times.queries import VersionView
from offmon.server.faces.console import words


def bound(name: str) -> str:
    """“Between 5 minutes and 15 minutes”."""
    return f"Between {said(name, BOUNDS[name].least)} and {said(name, BOUNDS[name].most)}"


def rows(times: AlertTimes) -> list[tuple[str, str, str]]:
    """Each value: what it is, how it reads, and its bounds."""
    values = asdict(times)
    return [(NAMES[name], said(name, values[name]), bound(name)) for name in BOUNDS]


def changes(one: VersionView) -> list[tuple[str, str]]:
    """What a version changes, as rows: each value before and after."""
    old, new = asdict(one.before), asdict(one.times)
    names = changed(one.before, one.times)
    return [(NAMES[name], f"{said(name, old[name])} → {said(name, new[name])}") for name in names]


def facts(one: VersionView) -> list[tuple[str, str]]:
    """The same, with why and by whom."""
    asked = ("Proposed by", f"{one.asker}, {words.when(one.asked_at)}")
    agreed = [] if one.agreed_at is None else [("Agreed by", f"{one.agreer}, {words.when(one.agreed_at)}")]
    return [*changes(one), ("Why", one.reason), asked, *agreed]
