"""What one case's device sent is shown to nobody who opens an alert of another case, whoever put it there (S17; issue 2, forged rows)."""

import secrets
from types import SimpleNamespace

import psycopg
import pytest

from offmon.core.audit import Verb
from offmon.core.errors import OffmonError
from offmon.core.ids import Id
from offmon.core.records import LeafPlace
from offmon.server.base.ids import new_id
from offmon.server.base.vault import Vault
from offmon.server.evidence.actions import do_ask_reveal
from offmon.server.people.actions import do_open_case
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.taken import insert, name

FREE = (
    "select id, device, epoch, n from intake_leaf l where kind = 'disclosure'"
    " and not exists (select from triage_alertitem i where i.leaf = l.id)"
)


def test_a_taken_worker_shows_nobody_a_case_that_is_not_open_to_them(story: Story, vault: Vault) -> None:
    with story.console(), story.with_keys():
        other = do_open_case(f"86/{new_id()[:6]}", "Alex Other", actor=story.stranger)  # they work on this one alone
    story.disclose(1)
    story.send()
    with psycopg.connect(story.database.server.superuser_url, dbname=story.database.name) as superuser:
        found = superuser.execute(FREE).fetchone()
    assert found is not None
    leaf, device, epoch, n = found
    base = {"agency": story.agency, "case": other}
    alert = base | {
        "id": new_id(),
        "salt": secrets.token_bytes(32),
        "deployment": new_id(),
        "capability": "site",
        "list_name": "x@1",
        "rule": "r",
        "gravity": "standard",
        "state": "open",
        "owner": None,
        "opened_at": now(),
        "last_at": now(),
        "risen_at": now(),
        "due_at": now() + 10**6,
    }
    place = {"leaf": leaf, "device": device, "epoch": epoch, "n": n}
    item = base | place | {"id": new_id(), "salt": secrets.token_bytes(32), "alert_id": alert["id"]}
    there = SimpleNamespace(agency=story.agency, case=other, officer=story.worker)
    with story.database.connect("offmon_worker") as worker:
        worker.execute(
            "select set_config('offmon.agency', %s, true), set_config('offmon.actor', %s, true)",
            [story.agency, story.worker.id],
        )
        for table, row in (("triage_alert", alert), ("triage_alertitem", item)):
            insert(worker, table, row)
            name(worker, there, Verb.ALERT_RAISED, table, row["id"], by=story.worker)  # type: ignore[arg-type]
    at = LeafPlace(device.hex, epoch.hex, n)
    with story.console():
        reveal = do_ask_reveal(Id(str(alert["id"])), leaf.hex, at, "To see what it is.", actor=story.stranger)
    with pytest.raises(OffmonError) as refusal:
        vault.reveal(reveal)
    assert refusal.value.code == "other-alert"
    assert story.entries(Verb.CONTENT_REVEALED) == []
