"""The agency restores an older backup: the device catches it up, and a bundle says what the agency lost (formats §6, §8).

A real outbox and the agent's own delivery speak to the face as ingest runs it, on a database put back to its earlier copy.
"""

import html
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import override_settings

from offmon.agent import transport
from offmon.agent.clock import Timekeeper
from offmon.agent.delivery import Delivery
from offmon.agent.gap_counters import Loss
from offmon.agent.home import AgentHome
from offmon.agent.keys import DeviceKeys
from offmon.agent.outbox import Outbox
from offmon.agent.profiles import Identity
from offmon.agent.transport import Client, Reply
from offmon.agent.trust_state import Belief
from offmon.core.authority.leaving import decide
from offmon.core.formats import codec, dsse
from offmon.core.formats.event import (
    Acknowledged,
    Batch,
    DeviceCheckpoint,
    Disclosure,
    ForgottenLeaf,
    GapReason,
    NoteKind,
    Observation,
    Origin,
    PageClass,
    Receipt,
)
from offmon.core.formats.problem import by_uri
from offmon.core.formats.protocol import BATCHES_PATH, Enrolled
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Digest, Id
from offmon.core.log.audit import Verb
from offmon.core.log.tlog.merkle import root_of
from offmon.core.person import activity_record as file
from offmon.server.base.policies import Process
from offmon.server.faces.ingest import receipts
from offmon.server.rights import queries as rights
from offmon.words.catalogue import Language, translate
from tests.database import Database
from tests.integration.evidence.test_export import export, verified
from tests.integration.ingest.arrange import InProcess, held, ingest_settings, select
from tests.integration.portal.person import portal, signed_in
from tests.integration.portal.test_restrictions import later
from tests.support.declared import declare
from tests.support.fake_device import Request, now
from tests.support.kept import given_a_profile, keeping
from tests.support.story import INGEST, ORIGIN, Story
from tests.support.vault import answering
from trial.databases import create_database, drop_database


@dataclass
class Line(Client):
    """The agent's client, on a line that ends in the face of this process."""

    story: Story
    face: InProcess

    def __post_init__(self) -> None:
        super().__init__(INGEST, self.story.device.signing)

    def _ask(self, method: str, path: str, body: bytes, fields: Mapping[str, str], nonce: str) -> Reply:
        with self.story.running(Process.INGEST):
            came = self.face.send(Request(method, path, body, dict(fields)))
        return Reply(came.status, came.body, 0, nonce)


@dataclass
class Device:
    """The device's store and its sending part, as the agent has them."""

    story: Story
    line: Line
    belief: Belief
    outbox: Outbox
    delivery: Delivery

    def put(self, count: int) -> None:
        """Visits to a listed place."""
        held = self.belief.held
        assert held is not None
        for _ in range(count):
            raw = now()
            seen = Observation(raw, "https://listed.invalid/page", "", PageClass.UNKNOWN, None, Origin.LINK)
            for finding in held.pipeline.examine(seen, raw, 0):
                made = decide(held.profile, finding, raw)
                assert isinstance(made, Disclosure)
                self.outbox.put(made, held)

    def sync(self) -> None:
        """Speak until all is received, on both sides."""
        self.delivery._next_beat = 0
        for _ in range(20):
            self.delivery._next_send = 0
            self.delivery.step()
            if not self.outbox.pending and self.size() == self.outbox.head.size:
                return
        raise AssertionError("it was not delivered")

    def size(self) -> int:
        """How far the agency has the journal."""
        epoch = self.outbox.head.epoch
        rows = select(self.story.database, "select size from intake_journal where epoch = %s", epoch)
        return int(rows[0][0]) if rows else 0

    def checkpoint(self, **changed: object) -> bytes:
        """A signed commitment that the test words itself."""
        lease = self.outbox.lease_again(0)
        self.outbox.rollback(lease)
        true = DeviceCheckpoint(
            *(self.story.device.device, lease.epoch, lease.size, lease.root, now(), 0, Id("0" * 32), Digest("0" * 64))
        )
        return dsse.sign(replace(true, **changed), self.story.device.signing)  # type: ignore[arg-type]  # the test says what


DISCLOSED = """select leaf.commit, batch.received_at from intake_leaf leaf join intake_batch batch on batch.id = leaf.batch
where leaf.kind = 'disclosure'"""

stories, database, story = keeping(given_a_profile)


@pytest.fixture
def face(story: Story) -> Iterator[InProcess]:
    """The face, with the agency's receipt key."""
    file = story.folder / "receipt"
    file.write_bytes(story.keys[KeyRole.RECEIPT].private.private_bytes_raw())
    told = {
        "OFFMON_CODE_KEY_FILE": str(story.folder / "code"),
        "OFFMON_RECEIPT_KEY_FILE": str(file),
        "OFFMON_RECEIPT_KEY_NAME": f"{ORIGIN}/receipt",
        "OFFMON_INGEST_URL": INGEST,
        "OFFMON_TRUST": str(story.trust_path()),
    }
    receipts.key.cache_clear()
    receipts._checkpoints.clear()
    with override_settings(**ingest_settings(told)):
        yield InProcess()


@pytest.fixture
def device(story: Story, face: InProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Device]:
    """The agent's parts, on this story's device, with the profile fetched."""
    monkeypatch.setattr("offmon.agent.home.check_account", lambda _uid: None)  # the account is not the subject here
    monkeypatch.setattr(transport, "FIRST_WAIT_MS", 2)
    fake, folder = story.device, tmp_path / "agent"
    folder.mkdir(mode=0o700)
    home = AgentHome(folder)
    keys = (story.statement(),)
    enrolled = Enrolled(story.agency, story.deployment, fake.device, story.root.public.vkey, keys, ORIGIN)
    me = Identity(
        story.agency, story.deployment, fake.device, story.root.public, fake.signing.public.vkey, fake.opening
    )
    with story.running(Process.INGEST):
        enrolled = replace(enrolled, keys=story.update().keys)
    belief = Belief(home, me, enrolled, Timekeeper(now()))
    outbox = Outbox(home.outbox, fake.device, now())
    line = Line(story, face)
    delivery = Delivery(line, outbox, belief, DeviceKeys(fake.signing, fake.opening), 60_000, safe_until=now)
    delivery.step()
    assert belief.held is not None
    yield Device(story, line, belief, outbox, delivery)
    outbox.close()


@contextmanager
def backup_of(database: Database) -> Iterator[Database]:
    """A copy of the database as it is now."""
    copy = Database(database.server, f"offmon_backup_{secrets.token_hex(6)}")
    create_database(database.server, copy.name, template=database.name)
    try:
        yield copy
    finally:
        drop_database(copy.server, copy.name)


def test_the_device_catches_the_agency_up_and_a_bundle_counts_what_was_lost(story: Story, device: Device) -> None:
    device.outbox.note(NoteKind.STARTED, now())
    device.put(2)
    device.sync()
    story.publish()
    with backup_of(story.database) as backup:
        device.put(2)
        declare(device.outbox, Loss(GapReason.AGENT_DOWN, now(), now(), None))
        device.put(1)
        device.sync()  # the agency has all of it, and the device its receipt
        story.database = backup
        device.put(1)
        device.sync()
        assert device.size() == device.outbox.head.size == 8
        assert [entry.reason for entry in story.entries(Verb.BATCH_RECEIVED)] == [None, "lost-by-agency 3", None]
        rows = select(backup, "select kind, held, why, salt, document, ciphertext from intake_leaf order by n")
        assert [how for _, how, *_ in rows] == [*["held"] * 3, *["lost"] * 2, "held", "lost", "held"]
        assert {row[2:] for row in rows if row[1] == "lost"} == {("lost-by-agency", b"", None, None)}

        story.group()
        story.publish()
        with answering(story) as vault:
            counts = verified(story, export(story, vault)).counts
        assert (counts.items, counts.shown, counts.lost, counts.gaps) == (6, 3, 3, 1)
        assert "3 lost by the agency" in counts.sentence


def test_an_agency_that_lost_the_whole_journal_gets_it_from_its_beginning(story: Story, device: Device) -> None:
    with backup_of(story.database) as backup:
        device.outbox.note(NoteKind.STARTED, now())
        device.put(3)
        device.sync()
        story.database = backup
        device.sync()  # a heartbeat is enough to find out
        rows = select(backup, "select held from intake_leaf order by n")
        assert [how for (how,) in rows] == ["held", "lost", "lost", "lost"]


def code_of(device: Device, batch: Batch) -> tuple[int, str]:
    """How the face refuses a batch, with nothing kept of it."""
    before = held(device.story.database)
    answer = device.line.send("POST", BATCHES_PATH, codec.dump(batch), now())
    assert held(device.story.database) == before
    found = by_uri(json.loads(answer.body)["type"])
    assert found is not None
    return answer.status, found.code


def test_nothing_is_called_lost_without_the_agencys_own_receipt_for_it(story: Story, device: Device) -> None:
    """Else whoever holds the device's key could hide what it disclosed, and blame the agency."""
    with backup_of(story.database) as backup:
        device.put(2)
        device.sync()
        story.database = backup
        lease = device.outbox.lease_again(0)
        device.outbox.rollback(lease)
        assert lease.acknowledged is not None
        true = Batch(story.device.device, lease.epoch, 0, lease.leaves, device.checkpoint(), lease.acknowledged)
        receipt = dsse.peek(Receipt, lease.acknowledged.receipt)
        last = lease.leaves[-1]
        assert isinstance(last, ForgottenLeaf)
        made_up = (*lease.leaves, replace(last, n=2, commit=Digest("1" * 64)))
        by_device = dsse.sign(replace(receipt, size=3), story.device.signing)
        assert code_of(device, replace(true, acknowledged=None)) == (400, "malformed")
        assert code_of(device, replace(true, acknowledged=Acknowledged(by_device, ()))) == (400, "malformed")
        longer = Digest(root_of([*(bytes.fromhex(receipt.root),), bytes(32)]).hex())
        more = replace(true, leaves=made_up, checkpoint=device.checkpoint(size=3, root=longer))
        assert code_of(device, more) == (400, "malformed")
        assert device.line.send("POST", BATCHES_PATH, codec.dump(true), now()).status == 200


def test_the_person_is_told_of_what_was_lost_by_the_day_on_which_their_device_told_of_it_again(
    story: Story, device: Device
) -> None:
    with backup_of(story.database) as backup, patch.object(rights, "_day", lambda at: at):  # the instant, for the day
        device.put(1)
        device.sync()
        ((commit, first),) = select(story.database, DISCLOSED)
        story.database = backup
        device.sync()
        ((again, told_again),) = select(backup, DISCLOSED)
        assert (again, first < told_again) == (commit, True)
        person = signed_in(story)
        with portal(story), later(30):
            page = html.unescape(person.browser.get("/en/told/").content.decode())
            (line,) = file.read(person.browser.get("/en/told/file/").content).sent
    assert translate(Language.ENGLISH, "portal.told.unkept.lost") in page
    assert line == file.SentLine(story.device.device, told_again, None, (), commit.hex(), file.Unkept.LOST)
