"""As much as the portal can have to say, and as little: each kind of line that there is, once, in the place of what its queries read.

No two days of it are the same.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import cycle
from typing import Any, Final
from unittest.mock import patch

from offmon.core import clock as time
from offmon.core.access.roles import Role
from offmon.core.authority.capability import DETECTING, Capability
from offmon.core.authority.profile import Controller, PersonText, TermPeriod
from offmon.core.clock import Period
from offmon.core.formats.event import GapReason
from offmon.core.ids import Digest, Id, Ms
from offmon.core.person import activity_record as file
from offmon.core.person import delay
from offmon.core.person.coverage import NotCovered
from offmon.core.person.deadlines import Due, RequestKind, RequestStage
from offmon.core.person.spans import Span
from offmon.server.rights import queries

TERMS: Final = {name: Id(name * 32) for name in "abcd"}
FORCE, PARTNER = ("An invented force", "86 000"), ("An invented probation service", "86 100: the desk")
STAFF: Final = tuple(role for role in Role if role not in {Role.SERVICE, Role.SUPERVISED_PERSON})


def _at(n: int) -> Ms:
    """Noon of the nth day of the world."""
    return Ms(time.start_of_day(date(2026, 1, 1) + timedelta(days=n)) + 12 * time.HOUR_MS)


NOW: Final = _at(100)


def _digest(n: int) -> Digest:
    return Digest(f"{n:04x}" * 16)


def devices(found: queries.MonitoredNow) -> tuple[queries.MonitoredDevice, ...]:
    """One of three terms in force and a fourth later; one whose permission is over, one that may collect nothing; and two without any."""
    (device,) = found.devices
    profile = device.profile.profile
    assert profile is not None
    site, phrase = (
        next(one for one in profile.grants if one.kind is kind) for kind in (Capability.SITE, Capability.PHRASE)
    )
    periods = {
        "a": Period(_at(1), None),
        "b": Period(_at(2), _at(200)),
        "c": Period(_at(3), _at(201)),
        "d": Period(_at(150), None),
    }

    def resting(names: str) -> tuple[TermPeriod, ...]:
        return tuple(TermPeriod(TERMS[name], periods[name]) for name in names)

    full = replace(
        profile,
        lease=Period(_at(90), _at(110)),
        grants=(replace(site, terms=resting("ab")), replace(phrase, terms=resting("bcd"))),
        person_texts=tuple(PersonText(TERMS[name], f"Invented term {name}.", periods[name]) for name in "abcd"),
        welsh_texts=(PersonText(TERMS["b"], "Amod dyfeisiedig b.", periods["b"]),),
        controllers=tuple(Controller(Id(str(n) * 32), *who) for n, who in enumerate((FORCE, PARTNER))),
    )
    others = (
        None,
        replace(full, lease=Period(_at(50), _at(70))),
        replace(full, lease=Period(_at(91), _at(111)), grants=()),
        None,
    )
    heard = (_at(99), None, _at(69), _at(98), _at(97))
    return tuple(
        queries.MonitoredDevice(replace(device.profile, enrolled_at=_at(10 + n), profile=one), heard[n])
        for n, one in enumerate((full, *others))
    )


def gaps() -> tuple[Span, ...]:
    """One of each reason."""
    return tuple(
        Span(_at(20 + n), Ms(_at(20 + n) + time.HOUR_MS), why) for n, why in enumerate((*GapReason, *NotCovered))
    )


def sent() -> tuple[file.SentLine, ...]:
    """Two of each kind, of one term and of two; and of each reason one that is not kept."""
    kept = [
        (kind, terms)
        for kind in DETECTING
        for terms in (("Invented term a.",), ("Invented term b.", "Invented term c."))
    ]
    of_kinds = [
        file.SentLine(Id("0" * 32), _at(60 - n // 2), kind, terms, _digest(n), None)
        for n, (kind, terms) in enumerate(kept)
    ]
    unkept = (
        file.SentLine(Id("0" * 32), _at(50 - n), None, (), _digest(90 + n), why) for n, why in enumerate(file.Unkept)
    )
    return (*of_kinds, *unkept)


def looks() -> tuple[queries.ConsultationLine, ...]:
    """Each kind of look and each role, now with a team and now without, now proved and now not."""
    seen = zip(cycle(STAFF), delay.LOOKS, strict=False)
    return tuple(
        queries.ConsultationLine(
            _at(60 - n // 2), role, (None, "North", "South")[n % 3], what, _digest(200 + n) if n % 2 else None
        )
        for n, (role, what) in enumerate(seen)
    )


def requests() -> list[queries.RequestView]:
    """One of each kind, at each step; more than a page of them."""
    done: Sequence[dict[RequestStage, Ms]] = (
        {},
        {RequestStage.TAKEN_UP: _at(81)},
        {RequestStage.TAKEN_UP: _at(82), RequestStage.ANSWERED: _at(83)},
        {RequestStage.TAKEN_DOWN: _at(84)},
    )
    due = (Due(date(2026, 6, 1), acknowledged=False), Due(date(2026, 6, 2), acknowledged=True), None)
    return [
        queries.RequestView(
            Id(f"{n:032x}"),
            f"X-{n}",
            kind,
            _at(70 + n),
            due[n % 3],
            ("", "Invented words.")[n % 2],
            done[n % 4],
            "An invented answer." if RequestStage.ANSWERED in done[n % 4] else None,
        )
        for n, kind in enumerate((*RequestKind, RequestKind.DATA))
    ]


@contextmanager
def filled() -> Iterator[list[queries.MonitoredDevice]]:
    """All of it; the devices, once they were read."""
    now, told, held = queries.now, queries.told, list[queries.MonitoredDevice]()

    def more(*, actor: Any) -> queries.MonitoredNow:
        found = now(actor=actor)
        held[:] = devices(found)
        return replace(found, at=NOW, devices=tuple(held), gaps=gaps())

    def much(*, actor: Any) -> queries.DelayedActivity:
        return replace(told(actor=actor), until=_at(61), looks_until=_at(62), sent=sent(), looks=looks())

    def asked(**_: Any) -> list[queries.RequestView]:
        return requests()

    with _instead(now=more, told=much, requests=asked):
        yield held


@contextmanager
def emptied() -> Iterator[None]:
    """Nothing at all: no device, no notice, nothing sent, asked or looked at."""
    now, told = queries.now, queries.told

    def less(*, actor: Any) -> queries.MonitoredNow:
        return replace(now(actor=actor), at=NOW, devices=(), gaps=())

    def nothing(*, actor: Any) -> queries.DelayedActivity:
        return replace(told(actor=actor), until=_at(61), looks_until=_at(62), sent=(), looks=())

    none = {"notice": lambda _language, *, actor: (None, frozenset()), "requests": lambda *, actor: []}
    with _instead(now=less, told=nothing, **none):
        yield


@contextmanager
def _instead(**made: Any) -> Iterator[None]:
    with ExitStack() as patched:
        for name, one in made.items():
            patched.enter_context(patch.object(queries, name, one))
        yield
