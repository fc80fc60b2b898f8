"""The table of sources, and what the agent does with more than one of them."""

from typing import cast

import pytest

from offmon.agent.collect import Collector
from offmon.agent.presence.visibility import NotVisible, NotVisibleReason
from offmon.agent.sources.source import AgentSource
from offmon.agent.sources.table import SOURCES, Sources
from offmon.core.authority.capability import Capability, Source
from offmon.core.formats.event import GapReason, Observation, Origin, PageClass
from offmon.core.ids import Ms
from tests.unit.agent.desk import LISTED, START, Desk

SITE_ONLY = frozenset({Capability.SITE})


class Second(AgentSource):
    """Sees one listed address a tick. `down`: since when it sees nothing."""

    down: Ms | None = None

    def tick(self, raw: Ms) -> None:
        held = self.collector.open(raw)
        if held is not None:
            seen = Observation(raw, LISTED, "", PageClass.UNKNOWN, None, Origin.UNKNOWN)
            self.collector.examine(held, seen, raw)

    def down_since(self, raw: Ms) -> Ms | None:
        return None if self.down is None else min(self.down, raw)


@pytest.fixture
def second(desk: Desk) -> Second:
    one = Second(Collector(desk.gate, desk.outbox, desk.losses, lambda: None, SITE_ONLY))
    desk.sources = Sources(desk.gate, {Source.BROWSER: desk.pages, cast("Source", "second"): one})
    desk.sources.collecting(START)
    return one


def only(desk: Desk, capability: Capability) -> None:
    """From now on the profile grants this alone."""
    desk.agency.lists = tuple(one for one in desk.agency.lists if capability == desk.agency.grant(one).kind)
    desk.issue()


def test_each_source_that_is_assessed_has_one_row_and_each_capability_a_source() -> None:
    assert sorted(spec.name for spec in SOURCES) == sorted(Source)
    assert {capability for spec in SOURCES for capability in spec.serves} == {*Capability}


def test_what_a_second_source_sees_takes_the_same_way(desk: Desk, second: Second) -> None:
    desk.sources.tick(desk.at)
    assert desk.outbox.pending == 1
    desk.gate.visibility = NotVisible(START, NotVisibleReason.COVERED)
    desk.sources.tick(desk.at)
    assert desk.outbox.pending == 1
    assert desk.declared() == [(GapReason.NOT_VISIBLE, None)]


def test_a_source_that_no_grant_asks_for_collects_nothing_misses_nothing_and_ends_no_gap(
    desk: Desk, second: Second
) -> None:
    only(desk, Capability.PHRASE)
    second.down = START
    desk.sources.tick(desk.at)
    assert desk.outbox.pending == 0
    assert desk.sources.idle(desk.at) == (None, desk.at)
    assert desk.sources.collecting(desk.at) is True
    desk.losses.stand_idle(GapReason.SOURCE_DOWN, desk.at)
    desk.sources.tick(desk.at)
    assert desk.losses.idle == (GapReason.SOURCE_DOWN, desk.at)


def test_of_two_sources_that_are_down_the_earlier_counts_from_when_it_could_collect(
    desk: Desk, second: Second, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.go(9_000)
    monkeypatch.setattr(desk.pages, "down_since", lambda _raw: Ms(START + 5_000))
    assert desk.sources.idle(desk.at) == (GapReason.SOURCE_DOWN, START + 5_000)
    second.down = Ms(START - 5_000)
    assert desk.sources.idle(desk.at) == (GapReason.SOURCE_DOWN, START)
