"""In an excluded time a device reads nothing, and nothing is missing; at a permitted place it sends nothing (R-LEG-15, R-LEG-27)."""

from dataclasses import replace

from offmon.core.authority.silence import ListedEntry, Silence, Week
from offmon.core.clock import DAY_MS, HOUR_MS, Period
from offmon.core.formats import codec
from offmon.core.ids import Count, Ms, Slug
from tests.unit.agent.desk import START, Desk
from tests.unit.words.test_silences import CHURCH, PERMITTED, SHIFT


def take(desk: Desk, *silences: Silence) -> None:
    """The device's next profile has these."""
    desk.agency.issue(grants=tuple(map(desk.agency.grant, desk.agency.lists)), silences=silences)
    desk.belief.take(codec.dump(desk.agency.update()), desk.at)


def sent(desk: Desk) -> int:
    """How many records of a visit to the listed site there are."""
    desk.page()
    return desk.outbox.pending


def test_nothing_is_read_in_an_excluded_time_and_nothing_is_missing_then(desk: Desk) -> None:
    every_day = Week(tuple(map(Count, range(1, 8))), Count(0), Count(24 * 60))
    now = replace(SHIFT, week=every_day, period=Period(Ms(0), Ms(START + HOUR_MS)))
    take(desk, now)
    assert desk.gate.collecting(desk.at) is None
    assert desk.gate.why_idle(desk.at) is None
    desk.page()
    assert desk.declared() == []
    desk.go(HOUR_MS)
    assert desk.gate.collecting(desk.at) is not None


def test_a_permission_silences_its_entry_alone(desk: Desk) -> None:
    day = Period(Ms(START - HOUR_MS), Ms(START + DAY_MS))
    [site, _] = desk.agency.lists
    terms = tuple({one.term for grant in map(desk.agency.grant, desk.agency.lists) for one in grant.terms})
    entry = ListedEntry(site.ref.id, Slug("listed-1"))
    permitted = replace(PERMITTED, terms=terms, entries=(entry,), period=day)
    before = sent(desk)
    take(desk, permitted)
    assert sent(desk) == before
    take(desk, replace(permitted, entries=(ListedEntry(site.ref.id, Slug("beside")),)))
    assert sent(desk) > before


def test_a_site_is_left_out(desk: Desk) -> None:
    take(desk, replace(CHURCH, site="listed.example"))
    assert sent(desk) == 0
