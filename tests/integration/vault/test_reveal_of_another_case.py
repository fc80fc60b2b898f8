"""Nobody who opens one case's alert sees another case's disclosure, whoever put it there (S17; issue 2, forged rows)."""

from types import SimpleNamespace
from typing import LiteralString

import psycopg
import pytest

from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.log.records import LeafPlace
from offmon.server.base.ids import new_id
from offmon.server.base.vault import VaultClient
from offmon.server.evidence.actions import do_ask_reveal
from offmon.server.people.actions import do_open_case
from tests.integration.ingest.arrange import select
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.taken import a_row, insert, name

FREE: LiteralString = (
    "select id, device, epoch, n from intake_leaf l where kind = 'disclosure'"
    " and not exists (select from triage_alertitem i where i.leaf = l.id)"
)


def another_case(story: Story) -> Id:
    """One of a colleague's who does not see the story's own."""
    with story.console(), story.with_keys():
        return do_open_case(f"86/{new_id()[:6]}", "Alex Other", actor=story.stranger)


def raised(story: Story, at: Id, /, **item: object) -> tuple[Id, Id, LeafPlace]:
    """What a taken worker writes: in that case an alert of a leaf of the story's, which no alert has. The alert, the leaf, its place.

    `item`: what else it says of the leaf than is so.
    """
    story.disclose(1)
    story.send()
    [(leaf, device, epoch, n)] = select(story.database, FREE)
    alert = a_row(story) | {
        "case": at, "deployment": story.deployment, "capability": "site", "list_name": "x@1", "rule": "r", "gravity": "standard",
        "state": "open", "owner": None, "opened_at": now(), "last_at": now(), "risen_at": now(), "due_at": now() + 10**6,
        "is_full": False,
    }  # fmt: skip
    place = {
        "case": at,
        "leaf": leaf,
        "device": device,
        "epoch": epoch,
        "n": n,
        "event_at": now(),
        "captured_at": now(),
        "leads": True,
    }
    row = a_row(story) | place | {"alert_id": alert["id"]} | item
    there = SimpleNamespace(agency=story.agency, case=at, officer=story.worker)
    with story.database.connect("offmon_worker") as worker:
        worker.execute(
            "select set_config('offmon.agency', %s, true), set_config('offmon.actor', %s, true)",
            [story.agency, story.worker.id],
        )
        for table, one in (("triage_alert", alert), ("triage_alertitem", row)):
            insert(worker, table, one)
            name(worker, there, Verb.ALERT_RAISED, table, str(one["id"]), by=story.worker)  # type: ignore[arg-type]
    return Id(str(alert["id"])), Id(leaf.hex), LeafPlace(Id(device.hex), Id(epoch.hex), n)


@proves("S17", drop="drop trigger item_of_its_case on triage_alertitem")
def test_a_leaf_is_of_no_alert_of_another_case(story: Story) -> None:
    other = another_case(story)
    with pytest.raises(psycopg.errors.CheckViolation, match="of that case"):
        raised(story, other)


@pytest.mark.parametrize("said", ["leaf", "device", "epoch"])
def test_nor_of_one_that_says_something_else_of_it(story: Story, said: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="of that case"):
        raised(story, story.case, **{said: new_id()})


def test_nor_is_an_item_of_an_alert_of_another_case(story: Story) -> None:
    """The leaf's own case, and an alert of another."""
    other = another_case(story)
    with pytest.raises(psycopg.errors.CheckViolation, match="of that case"):
        raised(story, other, case=story.case)


def test_of_its_own_case_it_is(story: Story) -> None:
    raised(story, story.case)


def test_a_taken_worker_shows_nobody_a_case_that_is_not_open_to_them(story: Story, vault: VaultClient) -> None:
    """Where the database's guard is taken away, too."""
    with story.database.connect_as_owner() as owner:
        owner.execute("drop trigger if exists item_of_its_case on triage_alertitem")
    other = another_case(story)  # they work on this one alone
    alert, leaf, at = raised(story, other)
    with story.console():
        reveal = do_ask_reveal(alert, leaf, at, "To see what it is.", actor=story.stranger)
    assert code_of(vault.reveal, reveal) == "other-alert"
    assert story.entries(Verb.CONTENT_REVEALED) == []
