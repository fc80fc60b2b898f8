"""The database's owner changes rows past every trigger: the integrity process finds each, and nothing else (issue 16, numbers 4 and 7)."""

from pathlib import Path

import pytest
from django.db import IntegrityError, connection

from offmon.core.formats.event import Gravity
from offmon.core.log import agreement
from offmon.core.log.agreement import Disagreement
from offmon.core.log.audit import INTEGRITY, Verb
from offmon.core.public.assurance import Control, ControlStanding
from offmon.server.audit.actions import append
from offmon.server.base.actor import Service, service
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.oversight.integrity import tables
from offmon.server.processes.integrity import turn as turning
from tests.integration.integrity.walking import walking
from tests.integration.oversight.looking import standing
from tests.prove.markers import proves
from tests.support.story import Story
from tests.support.taken import overwrite
from tests.support.tampering import Tampering, acts, past_every_trigger


def some(waiting: list[Tampering]) -> list[Tampering]:
    """Of each table one column, a deletion and an insertion; `make owner` takes every column."""
    by_table: dict[str, list[Tampering]] = {}
    for one in waiting:
        by_table.setdefault(one.table, []).append(one)
    return [act for these in by_table.values() for act in (these[len(these) // 2], *these[-2:])]


def test_a_column_of_each_committed_table_and_rows_put_in_and_taken_away(story: Story, tmp_path: Path) -> None:
    """What is found is what was done, and nothing is found once it is undone."""
    with (
        walking(story, tmp_path) as watch,
        past_every_trigger(story.database.server.superuser_url, story.database.name) as hand,
    ):
        assert watch.look() == set()
        waiting = some(list(acts(hand, story.agency)))
        assert {one.table for one in waiting} >= {"intake_leaf", "triage_alert", "agencies_caseload", "agencies_staff"}
        while waiting:
            at_once = {one.table: one for one in reversed(waiting)}  # of each table the first
            waiting = [one for one in waiting if at_once[one.table] is not one]
            done = [one for one in at_once.values() if one.do(hand)]
            found = {one.row for one in watch.look()}
            assert [one.called for one in done if one.found_as.isdisjoint(found)] == []
            for one in done:
                one.undo(hand)
            assert watch.look() == set()


@proves("S134", turning.turn, disabled=lambda walk, at: False)
@proves("S134", agreement.disagreement, disabled=lambda named, stored, seen: None)
def test_a_row_that_was_changed_past_the_log_is_found_said_and_turns_its_row_until_it_is_put_right(
    story: Story, tmp_path: Path
) -> None:
    [alert] = story.alerts
    with walking(story, tmp_path) as watch:
        watch.look()
        overwrite(story, "triage_alert", alert, {"gravity": Gravity.STANDARD.value})
        [found] = watch.look()
        assert (found.case, found.how, found.kind, found.row) == (story.case, Disagreement.CHANGED, "alert", alert)
        assert watch.look() == {found}  # and is said once
        said = story.entries(Verb.MISMATCH_FOUND)
        assert [(one.case, one.actor.id, one.reason) for one in said] == [(story.case, INTEGRITY, found.reason)]
        assert standing(Control.ROWS_AGREE, story.database) is ControlStanding.FAILS
        overwrite(story, "triage_alert", alert, {"gravity": Gravity.HIGH.value})
        assert watch.look() == set()
        assert [one.reason for one in story.entries(Verb.MISMATCH_ENDED)] == [found.reason]


def test_what_is_written_meanwhile_is_no_mismatch_and_waits_for_its_entry_s_place(story: Story, tmp_path: Path) -> None:
    with walking(story, tmp_path) as watch:
        watch.look()
        story.send()
        with story.running(Process.INTEGRITY):
            assert turning.turn(watch.walk, watch.walk.scan_at) is False
        assert watch.look() == set()


def test_a_leaf_that_the_device_did_not_commit_to_is_found_from_the_first_look_on(story: Story, tmp_path: Path) -> None:
    with past_every_trigger(story.database.server.superuser_url, story.database.name) as hand:
        hand.execute("update intake_leaf set ciphertext_digest = sha256(ciphertext_digest) where n = 1")
    with walking(story, tmp_path) as watch:
        assert [one.how for one in watch.look()] == [Disagreement.JOURNAL]


def test_its_role_reads_each_committed_table_and_writes_none(story: Story) -> None:
    """A table that is added is read as well: its grant comes with the table's own."""
    rights = {"select": True, "insert": False, "update": False, "delete": False}
    with story.running(Process.INTEGRITY), connection.cursor() as cursor:
        for table in tables.models():
            for right, has in rights.items():
                cursor.execute("select has_table_privilege(%s, %s)", [table, right])
                assert cursor.fetchone() == (has,), (table, right)


@proves("S134", drop="drop trigger vault_s_own_word on audit_entry")
def test_not_even_the_vault_speaks_in_its_name(story: Story) -> None:
    actor = service(Service.INTEGRITY, story.agency)
    with (
        story.running(Process.VAULT),
        pytest.raises(IntegrityError, match="written by the integrity process"),
        scope(actor),
    ):
        append(actor, Verb.MISMATCH_FOUND, case=story.case, reason="row-gone alert")


def test_and_nobody_else_says_that_a_row_was_put_right(story: Story) -> None:
    with story.running(Process.VAULT), pytest.raises(IntegrityError, match="writes no entry of"), scope(story.vault):
        append(story.vault, Verb.MISMATCH_ENDED, case=story.case, reason="row-gone alert")
