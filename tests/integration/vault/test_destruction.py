"""The vault destroys a key for an approved request, once, whatever happens between; and stops it where it may not (issue 15; R-RET-9)."""

import os
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import psycopg
import pytest

from offmon.core.ids import Id
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.states import DestructionState
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.vault import VaultClient
from offmon.server.people.actions import do_open_case
from offmon.server.processes.vault.keys import KeyStore
from offmon.server.processes.worker import jobs
from offmon.server.rights.destruction import actions, policy, queries
from tests.integration.evidence.test_export import ask as ask_export
from tests.integration.evidence.test_export import export, verified
from tests.integration.vault.test_processes import environment, running
from tests.prove.markers import proves
from tests.support.destroyed import REASON, approved, close, nothing_in_the_way
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.taken import a_row, insert, overwrite, taken_console
from tests.support.vault import answering
from tests.support.worker import turn

DONE = (Verb.DISPOSED, Verb.DESTRUCTION_DONE)


def state(story: Story) -> DestructionState:
    with story.console():
        return queries.of_case(story.case, actor=story.officer)[-1].state


def has_key(story: Story) -> bool:
    return KeyStore(story.opening_keys).has(story.deployment)


def asked_only(story: Story) -> Id:
    with story.console():
        return actions.do_ask_destruction(story.case, REASON, actor=story.officer)


def test_a_bundle_shows_who_stood_behind_it_and_verifies(story: Story) -> None:
    close(story)
    asked = approved(story)
    with answering(story) as vault:
        vault.destroy(asked)
        assert code_of(vault.destroy, asked) == "bad-move"
        assert code_of(vault.destroy, new_id()) == "unknown-id"
        story.publish()
        assert verified(story, export(story, vault)).counts.erased == 3
    assert [one.verb for one in story.entries(*DONE)] == list(DONE)
    assert asked in {one.id for one in story.entries(Verb.DISPOSED)[0].touched}


def test_nothing_is_destroyed_that_nobody_approved(story: Story) -> None:
    asked = asked_only(close(story))
    with answering(story) as vault:
        assert code_of(vault.destroy, asked) == "bad-move"
    assert (has_key(story), state(story)) == (True, DestructionState.ASKED)


@proves("S120", policy.check_destroy, disabled=lambda row, case, work: None)
def test_a_taken_console_that_invents_the_second_person_destroys_nothing(story: Story) -> None:
    """It may write row and entry in any name. In which session that person showed a factor is not its to write."""
    asked = asked_only(close(story))
    invented = replace(story.supervisor, session=new_id())
    with story.console(), patch.object(actions, "check_shown_by", lambda act, actor: None):
        actions.do_approve_destruction(asked, actor=invented)
    with answering(story) as vault:
        assert code_of(vault.destroy, asked) == "factor-stale"
    assert (has_key(story), state(story)) == (True, DestructionState.STOPPED)


@proves("S121", policy.check_destroy, disabled=lambda row, case, work: None)
def test_what_was_opened_since_stops_it_and_another_day_needs_another_request(story: Story) -> None:
    close(story)
    asked = approved(story)
    ask_export(story)
    with answering(story) as vault:
        assert code_of(vault.destroy, asked) == "export-open"
        assert code_of(vault.destroy, asked) == "bad-move"
    assert (has_key(story), state(story)) == (True, DestructionState.STOPPED)
    [entry] = story.entries(Verb.DESTRUCTION_STOPPED)
    assert (entry.actor.id, entry.outcome) == (story.vault.id, EntryOutcome.ALLOWED)
    with nothing_in_the_way():
        approved(story)


def second_case(story: Story) -> Id:
    """Another case of the officer's, of which nothing is open."""
    with story.console(), story.with_keys():
        return do_open_case(f"86/{new_id()[:6]}", "Alex Other", actor=story.officer)


def test_the_vault_destroys_no_key_of_another_case_than_the_request_is_of(story: Story) -> None:
    """What is open was looked at in the request's case alone."""
    asked = approved(close(story))
    overwrite(story, "rights_destruction", asked, {"case": second_case(story)})
    with answering(story) as vault:
        assert code_of(vault.destroy, asked) == "other-case"
    assert has_key(story)


@proves("S95", drop="drop trigger of_its_parent on rights_destruction")
def test_a_request_is_written_under_its_deployments_own_case(story: Story) -> None:
    """Else it would take the place of the true one, where those of that case cannot see or refuse it."""
    other = second_case(story)
    row = a_row(story) | {"case": other, "deployment": story.deployment, "key": b"x", "state": "asked"}
    row |= {"asked_by": story.officer.id, "asked_at": now(), "reason": "x"}
    with taken_console(story) as console, pytest.raises(psycopg.errors.CheckViolation) as refusal:
        insert(console, "rights_destruction", row)
    assert refusal.value.diag.constraint_name == "of_its_parent"


def test_a_store_with_another_key_than_the_request_names_stops_it(story: Story) -> None:
    close(story)
    asked = approved(story)
    (story.opening_keys / f"{story.deployment}.key").write_bytes(bytes(range(32)))
    with answering(story) as vault:
        assert code_of(vault.destroy, asked) == "other-opening-key"
    assert state(story) is DestructionState.STOPPED


@pytest.mark.parametrize("at", ["destroy", "discard"])
@proves("S122", KeyStore.destroy, disabled=lambda self, deployment, at: None)
def test_a_vault_that_ends_before_the_key_is_gone_goes_on_when_it_is_asked_again(story: Story, at: str) -> None:
    close(story)
    asked = approved(story)
    with answering(story) as vault:
        with patch.object(KeyStore, at, side_effect=OSError):
            assert code_of(vault.destroy, asked) == "fault"
        assert (has_key(story), state(story)) == (True, DestructionState.APPROVED)
        ask_export(story)  # it has begun: nothing stops it
        vault.destroy(asked)
    assert (has_key(story), state(story)) == (False, DestructionState.DONE)
    assert [one.verb for one in story.entries(*DONE)] == list(DONE)


@proves("S122", jobs.destroy, disabled=lambda each, vault, actor: False)
def test_what_was_approved_while_the_vault_was_down_the_worker_passes_on(story: Story) -> None:
    close(story)
    approved(story)
    assert code_of(turn, story, "destroy") == "vault-unreachable"
    sockets = story.folder / "run"
    sockets.mkdir(mode=0o710)
    with running("vault", the_vaults(story, sockets), sockets):
        assert turn(story, "destroy", sockets / "vault")
        assert not turn(story, "destroy", sockets / "vault")
        assert code_of(VaultClient(sockets / "vault").reveal, new_id()) == "unknown-verb"
    assert (has_key(story), state(story)) == (False, DestructionState.DONE)


def the_vaults(story: Story, sockets: Path) -> dict[str, str]:
    return environment(story, Process.VAULT) | {
        "OFFMON_VAULT_SOCKET": str(sockets / "vault"),
        "OFFMON_VAULT_CALLERS": "65533",
        "OFFMON_VAULT_REMINDERS": str(os.geteuid()),
        "OFFMON_OPENING_KEYS": str(story.opening_keys),
        "OFFMON_TRUST": str(story.trust_path()),
        "OFFMON_CODE_IS_ENOUGH_FOR": "86",
    }


@pytest.mark.parametrize("to", ["done", "stopped"])
@proves("S122", drop="drop trigger destruction_whose_move on rights_destruction")
def test_the_console_cannot_say_that_it_was_done(story: Story, to: str) -> None:
    close(story)
    asked = approved(story)
    with taken_console(story) as console, pytest.raises(psycopg.errors.CheckViolation):
        console.execute("update rights_destruction set state = %s where id = %s", [to, asked])


def test_a_request_begins_as_one(story: Story) -> None:
    row = a_row(story) | {"deployment": story.deployment, "key": b"x", "state": "approved"}
    row |= {"asked_by": story.officer.id, "asked_at": now(), "reason": "x"}
    with taken_console(story) as console, pytest.raises(psycopg.errors.CheckViolation) as refusal:
        insert(console, "rights_destruction", row)
    assert refusal.value.diag.constraint_name == "destruction_begins_asked"
