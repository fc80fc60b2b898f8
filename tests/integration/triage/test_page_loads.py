"""One page load is one occurrence, however many matches it has, and all of them are one alert (issue 15)."""

import pytest

from offmon.core.alerts import escalation
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms, Slug
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome
from offmon.server.triage.queries import queue_lines
from offmon.server.triage.queries.queue_lines import QueueRow
from tests.support.fake_device import now
from tests.support.story import Story


def page(story: Story, *rules: str, at: Ms | None = None, gravity: Gravity = Gravity.STANDARD) -> Ms:
    """A page is opened once and matches these rules. When."""
    moment = at or Ms(now() + len(story.device.leaves))
    for rule in rules:
        story.disclose(1, rule=Slug(rule), gravity=gravity, event_at=moment, captured_at=moment)
    return moment


def raised(story: Story) -> dict[str, tuple[int, int]]:
    """What the queue says of each alert since the story's own: page loads and matches, by its rule."""
    story.send()
    story.group()
    with story.console(), story.with_keys():
        rows = queue_lines.queue(actor=story.officer).rows
    return {row.rule: (row.times, row.count) for row in rows if row.rule != "host"}


def test_seventeen_matches_of_one_page_are_one_occurrence_of_one_alert(story: Story) -> None:
    page(story, *(f"rule.{n:02}" for n in range(17)))
    assert raised(story) == {"rule.00": (1, 17)}
    [row] = [row for row in _queue(story) if row.rule == "rule.00"]
    story.alerts = [row.id]
    shown = story.alert()
    [load] = shown.occurrences
    assert [match.claim.rule for match in load.matches] == [f"rule.{n:02}" for n in range(17)]
    assert [why.rule for why in shown.explanations] == [f"rule.{n:02}" for n in range(17)]


def test_the_gravest_match_names_the_alert_and_its_gravity(story: Story) -> None:
    at = page(story, "a.standard")
    page(story, "z.urgent", at=at, gravity=Gravity.URGENT)
    assert raised(story) == {"z.urgent": (1, 2)}
    [row] = [row for row in _queue(story) if row.rule == "z.urgent"]
    assert row.gravity is Gravity.URGENT
    assert row.explanation is not None
    assert row.explanation.rule == "z.urgent"


def test_like_pages_are_one_alert_and_a_page_joins_one_that_is_there(story: Story) -> None:
    page(story, "m")
    page(story, "m", "n")
    assert raised(story) == {"m": (2, 3)}
    page(story, "a", "m")
    assert raised(story) == {"m": (3, 5)}
    page(story, "a")
    assert raised(story) == {"m": (3, 5), "a": (1, 1)}


def test_what_comes_later_of_a_page_joins_it(story: Story) -> None:
    at = page(story, "m")
    assert raised(story) == {"m": (1, 1)}
    page(story, "a", at=at, gravity=Gravity.HIGH)
    assert raised(story) == {"m": (1, 2)}
    page(story, "a")
    assert raised(story) == {"m": (1, 2), "a": (1, 1)}


def test_what_comes_of_a_page_after_its_alert_was_decided_opens_one(story: Story) -> None:
    at = page(story, "m")
    raised(story)
    story.alerts = [row.id for row in _queue(story) if row.rule == "m"]
    story.decide(DecisionOutcome.NOT_A_MATCH)
    page(story, "a", at=at)
    assert raised(story) == {"a": (1, 1)}


def test_a_page_is_not_split_where_an_alert_grows_full(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalation, "MOST_FINDINGS", 5)
    page(story, "m", "n", "o")
    page(story, "m", "n", "o")
    story.send()
    story.group()
    with story.console(), story.with_keys():
        rows = queue_lines.queue(actor=story.officer).rows
    assert sorted((row.times, row.count) for row in rows if row.rule == "m") == [(1, 3), (1, 3)]


def test_a_page_with_more_than_an_alert_takes_fills_several(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalation, "MOST_FINDINGS", 5)
    page(story, *"abcdefgh")
    story.send()
    story.group()
    with story.console(), story.with_keys():
        rows = queue_lines.queue(actor=story.officer).rows
    assert {row.rule: row.count for row in rows if row.rule != "host"} == {"a": 5, "f": 3}


def test_one_entry_an_alert_says_what_was_added(story: Story) -> None:
    before = len(story.entries(Verb.ALERT_RAISED))
    page(story, "a", "b")
    page(story, "a", "c")
    page(story, "d")
    raised(story)
    assert len(story.entries(Verb.ALERT_RAISED)) == before + 2


def _queue(story: Story) -> list[QueueRow]:
    with story.console(), story.with_keys():
        return queue_lines.queue(actor=story.officer).rows
