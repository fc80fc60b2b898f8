"""What was collected at a time for which there was no authority is locked, as the law is known now (design §1.9; R-LEG-16; S172)."""

from functools import partial
from typing import Any
from unittest.mock import patch

import pytest

from offmon.core.authority import learned_late
from offmon.core.clock import HOUR_MS
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.log.quarantine import LateChoice, LateReason
from offmon.core.states import QuarantineState
from offmon.server.audit.actions import append
from offmon.server.base.ids import new_id
from offmon.server.base.vault import VaultClient
from offmon.server.intake.quarantine import actions, queries
from offmon.server.intake.quarantine.actions import do_agree_late, do_ask_late, do_refuse_late
from offmon.server.intake.quarantine.queries import LockedView, quarantines_of
from offmon.server.orders.actions import do_end_instrument
from offmon.server.start_page import menu
from offmon.server.triage import queries as triage
from offmon.server.triage.queries import queue_lines
from tests.integration.evidence.test_export import ask as ask_export
from tests.integration.evidence.test_export import build, export, record, release, released, verified
from tests.integration.vault.test_carrying_on import vault_of
from tests.integration.vault.test_reveal import ask, occurrences
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.taken import a_row, forge, name, taken_console
from tests.support.worker import turn


def quash(story: Story, ago: int = HOUR_MS) -> None:
    """It becomes known now that the order ended before that."""
    with story.console(), story.with_keys():
        do_end_instrument(story.instrument, Ms(now() - ago), "The court quashed it.", actor=story.officer)


def locked(story: Story) -> list[LockedView]:
    with story.console():
        return quarantines_of(story.case, actor=story.officer)


def queue(story: Story) -> list[Id]:
    with story.console(), story.with_keys():
        return [row.id for row in queue_lines.queue(actor=story.officer).rows]


def decided(story: Story, choice: LateChoice) -> Id:
    """One asks, another agrees."""
    [one] = [one for one in locked(story) if one.is_locked]
    with story.console():
        asked = do_ask_late(one.id, choice, "The court sent its order late.", actor=story.officer)
        do_agree_late(asked, actor=story.supervisor)
    return asked


def test_the_worker_has_it_locked_and_no_page_shows_it(story: Story) -> None:
    assert queue(story) == story.alerts
    with vault_of(story) as socket:
        assert not turn(story, "lock", socket)
        quash(story)
        assert turn(story, "lock", socket)
    assert [(one.why, one.order, one.count) for one in locked(story)] == [(LateReason.ENDED, story.instrument, 3)]
    assert queue(story) == []
    with story.console(), story.with_keys():
        shown = triage.alert(story.alerts[0], actor=story.officer)
        assert menu.waiting(actor=story.officer).alerts == 0
    assert shown is not None
    assert (shown.occurrences, shown.may_decide, shown.row.count) == ((), False, 0)


@proves("S172", learned_late.without_authority, disabled=lambda named, at, known: None)
def test_it_leaves_the_queue(story: Story, vault: VaultClient) -> None:
    quash(story)
    vault.lock(story.case)
    assert queue(story) == []


def test_what_happened_before_the_end_stays(story: Story, vault: VaultClient) -> None:
    quash(story, ago=1)
    vault.lock(story.case)
    assert (locked(story), queue(story)) == ([], story.alerts)
    assert vault.reveal(ask(story)).matches


@pytest.mark.parametrize("rows", [True, False], ids=["locked", "before anybody locked it"])
@proves("S173", queries.check_free, disabled=lambda case, disclosures: None)
def test_the_vault_opens_and_seals_none_of_it_whatever_the_rows_say(
    story: Story, vault: VaultClient, *, rows: bool
) -> None:
    asked = ask(story)
    quash(story)
    if rows:
        vault.lock(story.case)
    assert code_of(vault.reveal, asked) == "no-authority"
    assert [entry.reason for entry in story.entries(Verb.ACCESS_DENIED)] == ["no-authority"]


def test_a_taken_console_that_keeps_it_alone_frees_nothing(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    quash(story)
    vault.lock(story.case)
    [one] = locked(story)
    row = a_row(story) | {
        "quarantine_id": one.id, "choice": "keep", "state": "asked", "reason": "Invented.",
        "asked_by": story.officer.id, "asked_at": now(), "begun_in": story.officer.session,
    }  # fmt: skip
    forge(story, Verb.QUARANTINE_DECISION_ASKED, "intake_latedecision", row)
    with taken_console(story) as console:
        changed = "update intake_latedecision set state = 'agreed', agreed_by = %s, agreed_at = %s, agreed_in = %s where id = %s"
        console.execute(changed, [story.supervisor.id, now(), new_id(), row["id"]])
        name(console, story, Verb.QUARANTINE_DECISION_AGREED, "intake_latedecision", row["id"], by=story.supervisor)
    assert queue(story) == story.alerts  # the pages go by the row; what matters the vault opens
    assert code_of(vault.reveal, asked) == "no-authority"


def test_asked_again_it_locks_nothing_twice_and_a_crash_leaves_the_rest_for_the_next_turn(
    story: Story, vault: VaultClient
) -> None:
    quash(story)
    calls = iter(range(9))

    def dying(*args: Any, **given: Any) -> None:
        if next(calls) == 1:
            raise Refused("killed", "The vault ends between two rows.")
        append(*args, **given)

    with patch.object(actions, "LOCK_AT_ONCE", 1), patch.object(actions, "append", dying):
        assert code_of(vault.lock, story.case) == "killed"
        assert [one.count for one in locked(story)] == [1]
        vault.lock(story.case)
    vault.lock(story.case)
    assert [one.count for one in locked(story)] == [1, 1, 1]
    assert len(story.entries(Verb.QUARANTINE_MADE)) == 3


def test_bundles_made_before_and_after_verify_and_the_one_after_counts_what_is_locked(
    story: Story, vault: VaultClient
) -> None:
    before = export(story, vault)
    waits = ask_export(story)
    build(story, vault, waits)
    out = released(story, vault)
    quash(story)
    vault.lock(story.case)
    assert verified(story, before).counts.shown == 3
    assert code_of(partial(release, story, vault), waits) == "no-authority-since"
    record(story, out)
    assert code_of(vault.download, out) == "no-authority-since"
    counts = verified(story, export(story, vault)).counts
    assert (counts.shown, counts.withheld, counts.quarantined) == (0, 3, 3)


def test_two_people_have_it_erased_and_the_journal_still_verifies(story: Story, vault: VaultClient) -> None:
    before = export(story, vault)
    quash(story)
    vault.lock(story.case)
    asked = decided(story, LateChoice.ERASE)
    vault.erase(asked)
    assert code_of(vault.erase, asked) == "bad-move"
    [one] = locked(story)
    assert one.decision is not None
    assert (one.decision.state, one.decision.erased) == (QuarantineState.DONE, 3)
    [row] = story.entries(Verb.QUARANTINE_PURGED)
    assert (row.outcome, row.reason) == (EntryOutcome.ALLOWED, "no-authority")
    with story.console(), story.with_keys():
        assert queue_lines.queue(actor=story.officer).rows == []
    story.publish()
    counts = verified(story, export(story, vault)).counts
    assert (counts.shown, counts.erased, counts.withheld) == (0, 3, 0)
    assert verified(story, before).counts.shown == 3


def test_two_people_keep_it_and_it_is_free_again(story: Story, vault: VaultClient) -> None:
    quash(story)
    vault.lock(story.case)
    asked = decided(story, LateChoice.KEEP)
    vault.lock(story.case)
    assert (len(locked(story)), queue(story)) == (1, story.alerts)
    assert vault.reveal(ask(story)).matches
    assert code_of(vault.erase, asked) == "bad-move"
    assert verified(story, export(story, vault)).counts.shown == 3


def test_who_may_ask_and_agree(story: Story, vault: VaultClient) -> None:
    quash(story)
    vault.lock(story.case)
    [one] = locked(story)
    with story.console():
        ask_late = partial(do_ask_late, one.id, LateChoice.ERASE, "It was quashed.")
        assert code_of(partial(ask_late, actor=story.authoriser)) == "not-permitted"
        asked = ask_late(actor=story.officer)
        assert code_of(partial(ask_late, actor=story.colleague)) == "asked-already"
        assert code_of(partial(do_agree_late, asked, actor=story.officer)) == "not-permitted"
    assert code_of(vault.erase, asked) == "bad-move"
    with story.console():
        do_refuse_late(asked, "The end is a mistake.", actor=story.supervisor)
        assert code_of(partial(do_agree_late, asked, actor=story.supervisor)) == "bad-move"
        assert ask_late(actor=story.colleague) != asked
    assert occurrences(story) == ()
