"""No act makes another's writing its own: a row is changed only as the newest entry of it left it (issue 16)."""

from collections.abc import Callable

import pytest
from psycopg import sql

from offmon.core.authority.capability import Capability
from offmon.core.authority.order import TermKind
from offmon.core.clock import DAY_MS, Period
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome
from offmon.server.audit.policy import as_left
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.detectors.actions import do_draft_list, do_refuse
from offmon.server.orders.actions import (
    do_confirm_term,
    do_end_instrument,
    do_record_term,
    do_refuse_term,
)
from offmon.server.triage.models import Alert, AlertItem
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.orders import a_term
from tests.support.story import ENTRIES, Story, a_list
from tests.support.taken import superuser


def changed(story: Story, table: str, row: Id, column: str, value: str) -> None:
    """As whoever owns the database: past every trigger, and the log."""
    with superuser(story) as hand:
        hand.execute("set session_replication_role = replica")
        hand.execute(
            sql.SQL("update {} set {} = {} where id = %s").format(
                sql.Identifier(table),
                sql.Identifier(column),
                sql.SQL(value),
            ),
            [row],
        )


def a_decision(story: Story) -> tuple[str, Id, str, Callable[[], object]]:
    return "triage_alert", story.alerts[0], "gravity = 'urgent'", lambda: story.decide(DecisionOutcome.EVIDENTIAL)


def a_confirmation(story: Story) -> tuple[str, Id, str, Callable[[], object]]:
    with story.console(), story.with_keys():
        entry = a_term(Period(Ms(now() - DAY_MS), None), Capability.SITE, effect=TermKind.PROHIBITION)
        term = do_record_term(story.instrument, entry, actor=story.officer)
    return "orders_term", term, "person_text = 'x'", lambda: do_confirm_term(term, actor=story.colleague)


def a_refusal(story: Story) -> tuple[str, Id, str, Callable[[], object]]:
    table, term, change, _ = a_confirmation(story)
    return table, term, change, lambda: do_refuse_term(term, "It differs.", actor=story.colleague)


def an_end(story: Story) -> tuple[str, Id, str, Callable[[], object]]:
    ends = Ms(now() - 1)
    return (
        *("orders_instrument", story.instrument, "reference = 'x'"),
        lambda: do_end_instrument(story.instrument, ends, "quashed", actor=story.officer),
    )


def a_list_refused(story: Story) -> tuple[str, Id, str, Callable[[], object]]:
    with story.console():
        row = do_draft_list(a_list(Capability.SITE, ENTRIES[Capability.SITE], version=2), actor=story.officer)
    return "detectors_list_version", row, "why = 'x'", lambda: do_refuse(row, "Too wide.", actor=story.supervisor)


@pytest.mark.parametrize("act", [a_decision, a_confirmation, a_refusal, an_end, a_list_refused])
@proves("S136", as_left, disabled=lambda row: row, row="a_decision")
def test_what_was_changed_past_the_log_is_changed_by_nobody_until_it_is_put_right(
    story: Story, act: Callable[[Story], tuple[str, Id, str, Callable[[], object]]]
) -> None:
    table, row, change, do = act(story)
    column, value = change.split(" = ")
    with superuser(story) as hand:
        [(before,)] = hand.execute(
            sql.SQL("select quote_literal({}) from {} where id = %s").format(
                sql.Identifier(column), sql.Identifier(table)
            ),
            [row],
        ).fetchall()
    changed(story, table, row, column, value)
    entries = len(story.entries(*Verb))
    with story.console(), story.with_keys(), pytest.raises(Refused, match="row-not-as-left"):
        do()
    assert [one.verb for one in story.entries(*Verb)[entries:] if one.touched] == []
    changed(story, table, row, column, before)
    with story.console(), story.with_keys():
        do()


def test_what_a_device_sends_meanwhile_stands_apart_from_a_changed_alert_and_is_not_lost(story: Story) -> None:
    [alert] = story.alerts
    changed(story, "triage_alert", alert, "gravity", "'urgent'")
    story.disclose(5)
    story.send()
    story.group()
    with story.running(Process.WORKER), scope(story.worker):
        rows = {row.id: row for row in Alert.objects.all()}
        assert len(rows) == 2
        assert rows.pop(alert).gravity == "urgent"
        [apart] = rows.values()
        assert apart.gravity != "urgent"
        assert AlertItem.objects.filter(alert=apart.id).exists()
