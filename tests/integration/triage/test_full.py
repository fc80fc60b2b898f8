"""An alert takes a limited number of findings, so that a bundle can always hold its record (issue 3; design §1.7)."""

import psycopg
import pytest

from offmon.core.alerts import escalation
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome
from offmon.server.triage.queries import queue_lines
from tests.prove.markers import proves
from tests.support.story import Story
from tests.support.taken import superuser


@pytest.fixture
def _of_five(monkeypatch: pytest.MonkeyPatch) -> None:
    """An alert takes five, not five thousand."""
    monkeypatch.setattr(escalation, "MOST_FINDINGS", 5)


def more(story: Story, count: int) -> None:
    story.disclose(count)
    story.send()
    story.group()


def held(story: Story) -> list[int]:
    """How many findings each alert of the case groups, oldest first."""
    with superuser(story) as hand:
        rows = hand.execute(
            "select count(*) from triage_alert a join triage_alertitem i on i.alert_id = a.id group by a.id"
            " order by a.opened_at, min(i.n)"
        )
        return [count for (count,) in rows.fetchall()]


@pytest.mark.usefixtures("_of_five")
@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((1,), [4]),
        ((2,), [5]),
        ((3,), [5, 1]),
        ((2, 1), [5, 1]),
        ((12,), [5, 5, 5]),
        ((12, 1), [5, 5, 5, 1]),
    ],
)
@proves("S106", escalation.room, disabled=lambda holds: 1_000_000)
def test_what_comes_after_a_full_one_opens_another(story: Story, counts: tuple[int, ...], expected: list[int]) -> None:
    for count in counts:
        more(story, count)
    assert held(story) == expected
    with story.console(), story.with_keys():
        assert sorted(row.count for row in queue_lines.queue(actor=story.officer).rows) == sorted(expected)


@pytest.mark.usefixtures("_of_five")
def test_each_is_decided_by_itself_and_the_next_opens_when_none_has_room(story: Story) -> None:
    more(story, 3)
    first, second = sorted(story.alerts, key=lambda alert: -_count(story, alert))
    story.alerts = [second]
    story.decide(DecisionOutcome.NOT_A_MATCH)
    more(story, 1)
    assert held(story) == [5, 1, 1]
    assert first in story.alerts


def test_one_from_before_that_holds_more_is_full_as_soon_as_more_comes(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It grew without a limit. It stays as it is, and takes nothing more."""
    more(story, 4)
    monkeypatch.setattr(escalation, "MOST_FINDINGS", 5)
    before = len(story.entries(Verb.ALERT_RAISED))
    more(story, 1)
    assert held(story) == [7, 1]
    assert (
        len(story.entries(Verb.ALERT_RAISED)) == before + 2
    )  # that the one is full is written down, and that the other is opened
    more(story, 1)
    assert held(story) == [7, 2]


@proves("S106", drop="drop index alert_one_undecided_a_group")
def test_the_database_has_one_alert_of_a_group_with_room(story: Story) -> None:
    again = (
        'insert into triage_alert (id, agency, "case", salt, deployment, capability, list_name, rule, gravity, state, is_full,'
        ' opened_at, last_at, risen_at, due_at) select gen_random_uuid(), agency, "case", salt, deployment, capability, list_name,'
        " rule, gravity, state, false, opened_at, last_at, risen_at, due_at from triage_alert"
    )
    with superuser(story) as hand, pytest.raises(psycopg.errors.UniqueViolation, match="alert_one_undecided_a_group"):
        hand.execute(again)


def _count(story: Story, alert: str) -> int:
    with superuser(story) as hand:
        [(count,)] = hand.execute("select count(*) from triage_alertitem where alert_id = %s", [alert]).fetchall()
        return int(count)
