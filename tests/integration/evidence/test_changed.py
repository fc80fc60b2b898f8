"""A change behind the log is reported at once, whatever waits for the witness. A record that waits is not (issue 4; S110)."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from offmon.core.access.roles import Role
from offmon.core.bundle.layout import Record
from offmon.core.clock import DAY_MS, Period
from offmon.core.errors import Refused
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.rows import records_of
from offmon.server.base.scope import scope
from offmon.server.base.vault import VaultClient
from offmon.server.evidence.agreeing import check_agrees
from offmon.server.faces.console import refusals
from tests.integration.evidence.test_export import ask, export, verified
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.taken import overwrite

EMPTY: dict[str, Any] = {
    "held": "erased",
    "salt": b"",
    **dict.fromkeys(("document", "ciphertext", "event_at", "deployment", "capability", "list_name", "rule", "gravity")),
}


def first(story: Story, words: str) -> str:
    """The id of the first row that a query of ours finds."""
    with psycopg.connect(story.database.server.superuser_url, dbname=story.database.name) as superuser:
        [(row,), *_] = superuser.execute(words.encode()).fetchall()
        return str(row.hex)


def a_graver_alert(story: Story) -> None:
    overwrite(story, "triage_alert", story.alerts[0], {"gravity": Gravity.URGENT.value})


def an_emptied_leaf(story: Story) -> None:
    leaf = first(story, "select id from intake_leaf where kind = 'disclosure' order by n")
    overwrite(story, "intake_leaf", leaf, EMPTY)


def a_smaller_batch(story: Story) -> None:
    batch = first(story, "select id from intake_batch order by size")
    overwrite(story, "intake_batch", batch, {"size": 1})


def a_batch_that_is_gone(story: Story) -> None:
    batch = first(story, "select id from intake_batch order by size")
    overwrite(story, "intake_batch", batch, {"case": new_id()})


def looked(story: Story) -> None:
    """The officer opens a page of the case."""
    with story.console(), scope(story.officer):
        append(story.officer, Verb.CASE_CONSULTED, case=story.case)


def ready(story: Story, vault: VaultClient) -> Id:
    """Asked for a time before anything was sent, so that all is withheld; opened, and witnessed."""
    asked = ask(story, Period(Ms(now() - 2 * DAY_MS), Ms(now() - DAY_MS)))
    vault.open_export(asked)
    story.publish()
    return asked


def found(story: Story) -> list[str | None]:
    """What the vault says that it found."""
    entries = story.entries(Verb.MISMATCH_FOUND)
    assert {(one.outcome, one.actor.role, one.case) for one in entries} <= {
        (EntryOutcome.DENIED, Role.SERVICE, story.case)
    }
    return [one.reason for one in entries]


@pytest.mark.parametrize("meanwhile", [False, True])
@pytest.mark.parametrize("tamper", [a_graver_alert, an_emptied_leaf, a_smaller_batch, a_batch_that_is_gone])
@proves("S110", check_agrees, disabled=lambda read, later: False, row="a_graver_alert-True")
def test_what_was_changed_does_not_hide_behind_what_waits(
    story: Story, vault: VaultClient, tamper: Callable[[Story], None], meanwhile: bool
) -> None:
    asked = ready(story, vault)
    if meanwhile:
        looked(story)
        story.disclose()
        story.send()
    tamper(story)
    assert code_of(vault.build_export, asked) == "rows-changed"
    assert found(story) == ["rows-changed"]


def test_a_record_that_nobody_can_read_any_more_is_found_too(story: Story, vault: VaultClient) -> None:
    asked = ready(story, vault)
    overwrite(story, "triage_alert", story.alerts[0], {"gravity": "none that there is"})
    code = code_of(vault.build_export, asked)
    assert refusals.SAID[code] == refusals.SAID["rows-changed"]
    assert found(story) == [code]


def test_a_batch_that_came_since_waits_for_the_witness(story: Story, vault: VaultClient) -> None:
    asked = ready(story, vault)
    story.disclose()
    story.send()
    assert code_of(vault.build_export, asked) == "not-witnessed-yet"
    story.publish()
    vault.build_export(asked)
    assert found(story) == []


def test_who_looked_since_makes_nothing_wait_and_stands_in_the_bundle(story: Story, vault: VaultClient) -> None:
    """The payload ends where the witness has seen; the rest of the run, up to the export, is its tail."""
    asked = ready(story, vault)
    looked(story)
    vault.build_export(asked)
    assert found(story) == []
    verified(story, export(story, vault))


def test_what_is_committed_while_the_vault_reads_is_no_change(
    story: Story, vault: VaultClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is read as of one moment: here the alert changes between the run and the alerts."""
    asked = ready(story, vault)

    def changed_first(case: Id) -> list[tuple[Id, Record]]:
        a_graver_alert(story)
        return records_of(case)

    monkeypatch.setattr("offmon.server.evidence.assemble.records_of", changed_first)
    vault.build_export(asked)
    assert found(story) == []


def test_a_bundle_of_a_case_in_which_a_change_was_found_and_undone_verifies(story: Story, vault: VaultClient) -> None:
    asked = ready(story, vault)
    a_graver_alert(story)
    assert code_of(vault.build_export, asked) == "rows-changed"
    overwrite(story, "triage_alert", story.alerts[0], {"gravity": Gravity.HIGH.value})
    verified(story, export(story, vault))


def test_another_s_word_that_something_was_found_is_told_to_nobody(story: Story, vault: VaultClient) -> None:
    """By a console that was taken: in the vault's name it writes nothing (`vault_s_own_word`), and in another's it says nothing."""
    asked = ready(story, vault)
    a_graver_alert(story)
    code_of(vault.build_export, asked)
    with story.database.any_verb(), story.console(), scope(story.officer):
        append(story.officer, Verb.MISMATCH_FOUND, case=story.case, reason="made-up")
    protects_data = Actor(new_id(), Role.DATA_PROTECTION, None, story.agency)
    with story.console():
        [one] = log.mismatches(actor=protects_data)
        with pytest.raises(Refused, match="not-permitted"):
            log.mismatches(actor=story.officer)
    assert (one.case, one.code, one.times) == (story.case, "rows-changed", 1)
