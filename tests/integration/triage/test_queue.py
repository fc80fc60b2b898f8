"""The queue says why each alert is there, from the envelopes alone, with as few queries for many as for one (design §4)."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from offmon.core.formats.event import Origin
from offmon.core.ids import Slug
from offmon.server.triage.queries import queue_lines
from offmon.server.triage.queries.queue_lines import QueueRow
from tests.integration.triage.test_erased import erase
from tests.support.story import Story


def queue(story: Story) -> tuple[list[QueueRow], int]:
    """The rows that the officer is shown, and how many statements that took."""
    with story.console(), story.with_keys(), CaptureQueriesContext(connection) as asked:
        return queue_lines.queue(actor=story.officer).rows, len(asked)


def test_a_row_says_why_as_its_page_does(story: Story) -> None:
    [row], _ = queue(story)
    assert row.explanation is not None
    assert row.explanation == story.alert().row.explanation
    assert [term.text for term in row.explanation.terms] == ["You must not use listed places (site)."]


def test_it_is_the_last_that_says_how_it_came_to_be_open(story: Story) -> None:
    story.disclose(1, origin=Origin.OPENED_BY_PAGE)
    story.send()
    story.group()
    [row], _ = queue(story)
    assert row.explanation is not None
    assert (row.explanation.origin, row.count) == (Origin.OPENED_BY_PAGE, 4)


def test_many_rows_are_asked_for_as_one_is(story: Story) -> None:
    _, of_one = queue(story)
    for rule in ("second", "third", "fourth"):
        story.disclose(1, rule=Slug(rule))
    story.send()
    story.group()
    rows, of_four = queue(story)
    assert {row.explanation.rule for row in rows if row.explanation} == {"host", "second", "third", "fourth"}
    assert of_four == of_one


def test_a_row_stays_when_what_it_groups_is_erased(story: Story) -> None:
    erase(story)
    [row], _ = queue(story)
    assert (row.explanation, row.count) == (None, 3)
