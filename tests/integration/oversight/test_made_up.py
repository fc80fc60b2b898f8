"""Only the signer records that a profile was signed, so nobody can invent one that would then be missing (S74; issue 3)."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from offmon.core.access.roles import Role
from offmon.core.log.audit import Verb
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from tests.integration.oversight.looking import SOUND, looks
from tests.support.story import Story
from tests.support.taken import name

WRITE = [Process.CONSOLE, Process.PORTAL, Process.INGEST, Process.WORKER, Process.VAULT]


def say_signed(story: Story, process: Process, *, by: Actor, said: Actor | None = None) -> None:
    hand: psycopg.Connection[Any]
    with story.database.any_verb(), story.database.connect(process) as hand:
        for setting, value in {"agency": story.agency, "actor": by.id, "case": story.case}.items():
            hand.execute("select set_config(%s, %s, true)", [f"offmon.{setting}", value])
        name(hand, story, Verb.PROFILE_SIGNED, "deployments_profile", new_id(), by=by, said=said)


@pytest.mark.parametrize("process", WRITE)
def test_a_signature_that_another_process_made_up_turns_nothing(story: Story, process: Process) -> None:
    say_signed(story, process, by=story.vault if process is Process.VAULT else story.officer)
    assert looks(story.database) == SOUND


@pytest.mark.parametrize("process", WRITE)
def test_no_other_role_writes_an_entry_of_the_signer(story: Story, process: Process) -> None:
    for role in (Role.SERVICE, Role.SUPERVISOR):  # whatever it says that its role is
        with pytest.raises(psycopg.errors.CheckViolation, match="written by the signer"):
            say_signed(story, process, by=replace(story.signer, role=role))
    writer = story.vault if process is Process.VAULT else story.officer
    with pytest.raises(psycopg.errors.CheckViolation, match="says what its columns say"):
        say_signed(story, process, by=writer, said=story.signer)
