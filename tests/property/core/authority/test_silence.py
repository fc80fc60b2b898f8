"""No disclosure whose place and time lie in a live silence passes either gate, and no silence widens anything (R-LEG-15, R-LEG-27)."""

from dataclasses import replace
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from offmon.core.authority.leaving import decide
from offmon.core.authority.may_leave import No, admit, admit_by_meaning, event_time
from offmon.core.authority.silence import ListedEntry, Silence, SilenceReason, Week
from offmon.core.clock import DAY_MS, Period
from offmon.core.formats.event import Disclosure
from offmon.core.ids import Count, Ms
from tests.property.core.authority.test_may_leave import AT, START, TERMS, some_world
from tests.unit.core.samples import FINDING, PHRASES, SITES, ident

ENTRIES = tuple(ListedEntry(one.ref.id, FINDING.rule) for one in (SITES, PHRASES))
RUN = settings(
    max_examples=300, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def some_silence(chance: Random) -> Silence:
    since = Ms(START + chance.randint(-3, 25) * DAY_MS)
    week = Week(tuple(map(Count, chance.sample(range(1, 8), 3))), Count(0), Count(chance.choice([720, 1440])))
    return Silence(
        id=ident("silence"),
        why=chance.choice(list(SilenceReason)),
        terms=chance.choice([(), TERMS[:1], TERMS]),
        entries=chance.choice([(), ENTRIES[:1], ENTRIES[1:]]),
        site=chance.choice([None, None, "left-out.example"]),
        week=chance.choice([None, week]),
        period=Period(since, chance.choice([None, Ms(since + 9 * DAY_MS)])),
        said="",
        said_welsh=None,
        given_by=None,
    )


@RUN
@given(st.integers(0, 2**32))
def test_silences_hold_at_both_gates_and_widen_nothing(number: int) -> None:
    chance = Random(number)  # noqa: S311
    plain, claim, finding, _ = some_world(number)
    silent = replace(plain, silences=tuple(some_silence(chance) for _ in range(chance.randint(1, 3))))
    left = decide(silent, finding, AT)
    if isinstance(left, Disclosure):
        at, entry = event_time(left.claim), ListedEntry(left.claim.list.id, left.claim.rule)
        covering = [one for one in silent.silences if one.lies(at, entry)]
        assert all(one.terms and not {*left.claim.terms} <= {*one.terms} for one in covering)
        assert not isinstance(admit(plain, left.claim, AT), No)
    if not isinstance(admit(silent, claim, AT), No):
        assert admit(plain, claim, AT) == admit(silent, claim, AT)
    for named in plain.grants:
        if not isinstance(by_meaning := admit_by_meaning(silent, claim, named), No):
            assert admit_by_meaning(plain, claim, named) == by_meaning
