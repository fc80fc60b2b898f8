"""Whatever happens to an alert: what came of it does not change afterwards, and an exception is never hidden."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.alerts.in_time import LATE_MS, Attention, Told, attention
from offmon.core.alerts.times import DESIGN, Version, in_force, least_acknowledge_ms
from offmon.core.formats.event import GRAVEST, Gravity
from offmon.core.ids import Ms
from tests.unit.core.samples import ident

URGENT = Gravity.URGENT
ALLOWED = DESIGN.acknowledge_ms(URGENT)
TIMES = st.integers(-ALLOWED, 6 * ALLOWED).map(Ms)
TOLD = st.builds(Told, TIMES, st.sampled_from([None, ident("ash"), ident("birch")]))


@given(st.lists(TIMES, max_size=4), st.lists(TOLD, max_size=6), TIMES, st.integers(0, 3 * ALLOWED))
def test_what_came_of_an_alert_stays(answers: list[Ms], told: list[Told], at: Ms, later: int) -> None:
    before = attention(URGENT, Ms(0), answers, told, at)
    after = attention(URGENT, Ms(0), answers, told, Ms(at + later))
    assert before is Attention.WAITING or after is before


@given(st.lists(TIMES, max_size=4), st.lists(TOLD, max_size=6), TIMES)
def test_unless_it_is_an_exception_somebody_had_time_at_each_instant(
    answers: list[Ms], told: list[Told], at: Ms
) -> None:
    came = attention(URGENT, Ms(0), answers, told, at)
    answered = [one for one in answers if 0 < one <= at]
    ends = min(answered, default=at)
    named = [0, *(one.at for one in told if one.staff is not None and 0 <= one.at < ends)]
    held = all(
        any(one <= moment <= one + ALLOWED + LATE_MS for one in named) for moment in [*_edges(named, ends), ends]
    )
    if came is not Attention.MISSED and ends >= 0:
        assert held
    if not held and ends >= 0:
        assert came is Attention.MISSED


def _edges(named: list[int], ends: int) -> list[int]:
    """The instants just after each time is over: if somebody has time at these, then at each."""
    return [over for one in named if (over := one + ALLOWED + LATE_MS + 1) <= ends]


@given(st.lists(TIMES, max_size=4), st.lists(TOLD, max_size=6), TIMES)
def test_another_hand_over_to_somebody_never_makes_it_worse(answers: list[Ms], told: list[Told], at: Ms) -> None:
    if attention(URGENT, Ms(0), answers, told, at) is not Attention.MISSED:
        more = [*told, Told(Ms(ALLOWED // 2), ident("ash"))]
        assert attention(URGENT, Ms(0), answers, more, at) is not Attention.MISSED


VERSIONS = st.builds(
    lambda shares, since: Version(
        replace(DESIGN, **{name: getattr(DESIGN, name) // share for name, share in shares.items()}), since
    ),
    st.dictionaries(st.sampled_from([f"{one.value}_acknowledge" for one in GRAVEST]), st.integers(1, 3)),
    TIMES,
)


@given(st.lists(VERSIONS, max_size=3), st.sampled_from(GRAVEST), TIMES, st.data())
def test_whoever_answers_within_the_least_time_is_in_time_by_every_version(
    versions: list[Version], gravity: Gravity, raised: Ms, data: st.DataObject
) -> None:
    answer = Ms(raised + data.draw(st.integers(1, least_acknowledge_ms(versions)[gravity])))
    assert attention(gravity, raised, [answer], [], answer, times=in_force(versions, raised)) is Attention.LOOKED
