"""The agent's status in a terminal: in the session's language, neutral, and silent about findings (design §1.6, R-RGT-5)."""

from dataclasses import replace

import pytest

from offmon.agent.budget import Use
from offmon.agent.presence.words import Language
from offmon.agent.status import most, said
from offmon.core import clock
from offmon.core.authority.profile import Profile
from offmon.core.clock import Period
from offmon.core.ids import Ms
from offmon.words.catalogue import Language as Catalogued
from offmon.words.catalogue import translate
from offmon.words.dates import day, last_day
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


@pytest.mark.parametrize(
    ("given", "english", "welsh"),
    [
        (None, "no permission has arrived", "nid oes caniatâd wedi cyrraedd"),
        (OVER, "the permission ran out", "mae'r caniatâd wedi dod i ben"),
        (replace(profile(), grants=()), "Nothing is monitored now.", "Nid oes dim yn cael ei fonitro nawr."),
        (ends_on(None), "visits to sites that are on a list.", "ymweliadau â safleoedd sydd ar restr."),
        (
            ends_on(None),
            "words that are on a list, in searches and their results.",
            "geiriau sydd ar restr, mewn chwiliadau a'u canlyniadau",
        ),
        (ENDS, "until the end of 17 January 2027.", "hyd at ddiwedd 17 Ionawr 2027."),
        (ENDS, "microphone", "y meicroffon"),
        (ENDS, "used at most 5% of one processor and 64 MB", "5% o un prosesydd a 64 MB"),
    ],
)
def test_it_speaks_the_session_s_language_and_both_where_that_says_neither(
    given: Profile | None, english: str, welsh: str
) -> None:
    by = {language: said(given, USE, AT, language) for language in Language}
    assert english in by[Language.ENGLISH]
    assert welsh in by[Language.WELSH]
    assert (english in by[Language.WELSH], welsh in by[Language.ENGLISH]) == (False, False)
    assert by[Language.BOTH] == by[Language.ENGLISH] + "\n" + by[Language.WELSH]


ENDLESS = replace(profile(), lease=Period(Ms(AT - DAY), None))  # none may be: it counts as over


@pytest.mark.parametrize("of", Catalogued)
@pytest.mark.parametrize(
    ("given", "keys"),
    [
        (None, ["status.none"]),
        (OVER, ["status.over"]),
        (ENDLESS, ["status.over"]),
        (replace(profile(), grants=()), ["status.nothing", "status.renewed"]),
        (ends_on(None), ["capability.site.now", "capability.phrase.now", "status.renewed"]),
        (ENDS, ["capability.site.until", "capability.phrase.until", "status.renewed"]),
    ],
)
def test_it_is_whole(given: Profile | None, keys: list[str], of: Catalogued) -> None:
    """What is monitored, all that never is, and what was used; and nothing else."""
    wants = {
        "capability.site.until": {"day": last_day(of, Ms(clock.start_of_day(clock.local_day(AT)) + 3 * DAY))},
        "capability.phrase.until": {"day": last_day(of, Ms(clock.start_of_day(clock.local_day(AT)) + 3 * DAY))},
        "status.renewed": {"day": day(of, Ms(AT + 7 * DAY)), "time": "08:00"},
    }
    lines = [translate(of, key, **wants.get(key, {})) for key in keys]
    lines += [translate(of, "notice.what.never"), *(f"- {translate(of, f'inventory.never.{n}')}" for n in range(9))]
    used = translate(of, "status.used", percent=5, mib=64)
    assert said(given, None, AT, Language(of)).splitlines() == lines
    assert said(given, USE, AT, Language(of)).splitlines() == [*lines, used]
    sparing = replace(USE, sparing=True)
    assert said(given, sparing, AT, Language(of)).splitlines() == [*lines, used, translate(of, "status.sparing")]


@pytest.mark.parametrize("given", [None, OVER, ENDS, ends_on(None), replace(profile(), grants=())])
def test_a_bystander_learns_of_no_force_offence_or_order(given: Profile | None) -> None:
    found = said(given, USE, AT, Language.ENGLISH)
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
        return said(only, None, AT, Language.ENGLISH).splitlines()[0]

    assert told(sooner, later) == told(later, sooner) == told(past, sooner, later, not_yet)
    assert told(sooner, later).endswith("until the end of 17 January 2027.")
    assert told(past, sooner, not_yet).endswith("until the end of 16 January 2027.")
    for periods in ((Period(Ms(0), None), sooner), (sooner, Period(Ms(0), None))):
        assert told(*periods) == "Monitored now: visits to sites that are on a list."


@pytest.mark.parametrize(
    ("per_mille", "mib", "told"),
    [
        (50, 64, "5% of one processor and 64 MB"),
        (51, 65, "10% of one processor and 128 MB"),
        (100, 129, "10% of one processor and 256 MB"),
        (101, 257, "100% of one processor and 1024 MB"),
        (1001, 1025, "200% of one processor and 2048 MB"),
    ],
)
def test_what_it_used_is_told_by_these_steps(per_mille: int, mib: int, told: str) -> None:
    assert f"at most {told}" in said(None, replace(USE, per_mille=per_mille, mib=mib), AT, Language.ENGLISH)


def test_that_text_is_not_read_to_spare_the_device_is_said() -> None:
    assert "not read" not in said(ENDS, USE, AT, Language.ENGLISH)
    assert "is not read now" in said(ENDS, replace(USE, sparing=True), AT, Language.ENGLISH)


@pytest.mark.parametrize("visits", [1, 40, 400])
def test_what_it_used_does_not_tell_that_what_was_opened_again_and_again_was_found(visits: int) -> None:
    """A finding takes two milliseconds of a minute more than a page that is on no list."""
    found = replace(USE, per_mille=USE.per_mille + round(1000 * visits * 0.002 / 60), mib=USE.mib + 3)
    assert said(ENDS, found, AT, Language.BOTH) == said(ENDS, USE, AT, Language.BOTH)


@pytest.mark.parametrize(
    ("figure", "told"), [(0, 50), (50, 50), (51, 100), (100, 100), (101, 1000), (1000, 1000), (1001, 2000)]
)
def test_a_figure_is_told_by_the_step_that_it_does_not_exceed(figure: int, told: int) -> None:
    assert most(figure, (50, 100, 1000)) == told


def test_before_it_ever_looked_nothing_is_said_of_what_it_used() -> None:
    assert "MB" not in said(ENDS, None, AT, Language.ENGLISH)
