"""The agent's status in a terminal: in the session's language, neutral, and silent about findings (design §1.6, R-RGT-5)."""

from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from offmon.agent.budget import Use
from offmon.agent.presence.words import IndicatorLanguage
from offmon.agent.status import most, said
from offmon.core import clock
from offmon.core.authority.profile import Profile
from offmon.core.clock import Period
from offmon.core.ids import Ms
from tests.support.snapshots import PageText, english_in
from tests.unit.agent.presence.test_details import AT, DAY, TERM, profile
from tests.unit.agent.presence.test_words import TELLING

USE = Use(7, 41, None, sparing=False)


def ends_on(until: Ms | None) -> Profile:
    """A profile whose terms all run out then."""
    made = profile()
    ending = [
        replace(g, terms=tuple(replace(term, period=Period(term.period.since, until)) for term in g.terms))
        for g in made.grants
    ]
    return replace(made, grants=tuple(ending))


ENDS = ends_on(Ms(clock.start_of_day(clock.local_day(AT)) + 3 * DAY))  # 18 January, 00:00
OVER = replace(profile(), lease=Period(Ms(AT - DAY), AT))
ENDLESS = replace(profile(), lease=Period(Ms(AT - DAY), None))  # none may be: it counts as over
NOTHING, NO_END = replace(profile(), grants=()), ends_on(None)
STATES = {"none": None, "over": OVER, "endless": ENDLESS, "nothing": NOTHING, "no-end": NO_END, "ends": ENDS}


def test_it_says_what_was_reviewed_in_the_session_s_language_and_both_where_that_says_neither(
    snapshot: SnapshotAssertion,
) -> None:
    text, sparing = snapshot.use_extension(PageText), replace(USE, sparing=True)
    by = {of: {name: said(one, sparing, AT, of) for name, one in STATES.items()} for of in IndicatorLanguage}
    for name, english in by[IndicatorLanguage.ENGLISH].items():
        assert english == text(name=name)
        welsh = by[IndicatorLanguage.WELSH][name]
        assert (len(welsh.splitlines()), english_in(welsh)) == (len(english.splitlines()), [])
        assert by[IndicatorLanguage.BOTH][name] == f"{english}\n{welsh}"


@pytest.mark.parametrize("given", [None, OVER, ENDS, NO_END, NOTHING])
def test_a_bystander_learns_of_no_force_offence_or_order(given: Profile | None) -> None:
    found = said(given, USE, AT, IndicatorLanguage.ENGLISH)
    assert not TELLING.search(found.lower())
    for hidden in (TERM, "Eighty-Six", "force.invalid"):
        assert hidden not in found


def test_a_day_is_that_of_the_last_term_which_a_kind_rests_on_now_and_none_where_one_has_no_end() -> None:
    """A term that begins only later ends nothing that is monitored now."""
    midnight = clock.start_of_day(clock.local_day(AT))
    past, sooner, later, beyond = (Period(Ms(0), Ms(midnight + days * DAY)) for days in (0, 2, 3, 9))
    not_yet = replace(beyond, since=Ms(AT + 1))
    sites = profile().grants[0]

    def told(*periods: Period) -> str:
        terms = tuple(replace(sites.terms[0], period=period) for period in periods)
        only = replace(profile(), grants=(replace(sites, terms=terms),))
        return said(only, None, AT, IndicatorLanguage.ENGLISH).splitlines()[0]

    assert told(sooner, later) == told(later, sooner) == told(past, sooner, later, not_yet)
    assert told(sooner, later).endswith("until the end of 17 January 2027.")
    assert told(past, sooner, not_yet).endswith("until the end of 16 January 2027.")
    for periods in ((Period(Ms(0), None), sooner), (sooner, Period(Ms(0), None))):
        assert told(*periods) == "Monitored now: visits to sites that are on a list."


@pytest.mark.parametrize("visits", [1, 40, 400])
def test_what_it_used_does_not_tell_that_what_was_opened_again_and_again_was_found(visits: int) -> None:
    """A finding takes two milliseconds of a minute more than a page that is on no list."""
    found = replace(USE, per_mille=USE.per_mille + round(1000 * visits * 0.002 / 60), mib=USE.mib + 3)
    assert said(ENDS, found, AT, IndicatorLanguage.BOTH) == said(ENDS, USE, AT, IndicatorLanguage.BOTH)


@pytest.mark.parametrize(
    ("figure", "told"), [(0, 50), (50, 50), (51, 100), (100, 100), (101, 1000), (1000, 1000), (1001, 2000)]
)
def test_a_figure_is_told_by_the_step_that_it_does_not_exceed(figure: int, told: int) -> None:
    assert most(figure, (50, 100, 1000)) == told


def test_before_it_ever_looked_nothing_is_said_of_what_it_used() -> None:
    assert "MB" not in said(ENDS, None, AT, IndicatorLanguage.ENGLISH)
