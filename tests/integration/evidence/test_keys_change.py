"""An agency's keys change under a running case: server, device and verifier follow from the root that each knew (formats §2).

The operator's part is a real one's: have the root sign a statement, publish it, and install the new key files.
"""

import secrets
import time
from dataclasses import dataclass, field, replace

import pytest

from offmon.agent.profiles import Identity, Trust, accept
from offmon.agent.transport import Reply, open_receipt
from offmon.core.bundle import layout
from offmon.core.clock import DAY_MS, Period
from offmon.core.errors import NotAuthentic
from offmon.core.formats import dsse, trust
from offmon.core.formats.event import Receipt
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.trust import KeyRing, KeyRole, KeysDocument, ListedKey
from offmon.core.formats.trust_file import Root, TrustFile
from offmon.core.ids import Digest, Ms
from offmon.core.log.tlog.checkpoint import check_checkpoint
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.actions import publish_keys
from offmon.server.audit import queries as log
from offmon.server.base.policies import Process
from offmon.server.base.vault import VaultClient
from offmon.verify.app import judge
from offmon.verify.text import as_text
from offmon.verify.verdict import Name
from tests.integration.evidence.test_export import export
from tests.server import as_operator
from tests.support.fake_device import now
from tests.support.instant_witness import seed_key
from tests.support.refused import code_of
from tests.support.story import FORCE, ORIGIN, Story


@dataclass
class Change:
    """A second generation of every key, and the statements that bring it in."""

    story: Story
    root: SigningKey = field(default_factory=lambda: seed_key(f"{FORCE}/root"))

    def __post_init__(self) -> None:
        self.old = dict(self.story.keys)
        self.new = {role: seed_key(key.public.name) for role, key in self.old.items()}

    def statement(self, by: SigningKey, *, next_root: bool = False, **ended: int) -> bytes:
        """The next statement: both generations; `ended` says by role when a key of the first one is over."""
        ring, since = self.ring(), Ms(now() - DAY_MS)
        listed = [
            ListedKey(role, key.public.vkey, Period(since, Ms(ended[role]) if role in ended else None))
            for role, key in self.old.items()
        ]
        listed += [ListedKey(role, key.public.vkey, Period(since, None)) for role, key in self.new.items()]
        announced = self.root.public.vkey if next_root else None
        period = Period(since, Ms(now() + 300 * DAY_MS))
        made = KeysDocument(self.story.agency, ring.version + 1, ring.newest, period, tuple(listed), announced)
        return dsse.sign(made, by)

    def publish(self, statement: bytes) -> int:
        """As the operator."""
        with as_operator(self.story.database):
            return publish_keys(self.story.agency, statement)

    def ring(self) -> KeyRing:
        """What whoever knows the first root makes of what is published."""
        with self.story.running(Process.INGEST):
            return trust.walk(agencies.keys_of(self.story.agency), [self.story.root.public])

    def use_new(self, *roles: KeyRole) -> None:
        """Put the new key files in their places."""
        self.story.keys |= {role: self.new[role] for role in roles}

    def papers(self) -> tuple[TrustFile, TrustFile]:
        """The paper of before, and one that names both roots."""
        old = self.story.trust()
        [agency] = old.agencies
        second = Root(self.root.public.vkey, agency.roots[0].period)
        return old, replace(old, agencies=(replace(agency, roots=(*agency.roots, second)),))


@pytest.fixture
def change(story: Story) -> Change:
    return Change(story)


def device_of(story: Story) -> Identity:
    """The device as its own trust machine knows itself: the root is the one of its enrolment code."""
    device = story.device
    return Identity(
        story.agency, story.deployment, device.device, story.root.public, device.signing.public.vkey, device.opening
    )


def follow(story: Story, believed: Trust | None) -> Trust:
    """The device polls, with the agent's own machine."""
    update = story.update()
    known = believed or Trust(trust.walk(update.keys[:1], [story.root.public]), None)
    return accept(device_of(story), known, update, now())


def receipt_for(story: Story, ring: KeyRing) -> Receipt:
    """What ingest answers, with the receipt key that it has now; opened as the agent opens it."""
    nonce = secrets.token_hex(16)
    size = len(story.device.leaves)
    said = Receipt(story.device.device, story.device.epoch, size, Digest("0" * 64), (), nonce, now(), None)
    answer = Reply(200, dsse.sign(said, story.keys[KeyRole.RECEIPT]), 0, nonce)
    return open_receipt(ring, answer, now())


def verifies(data: bytes, *papers: TrustFile) -> None:
    for paper in papers:
        verdict = judge(data, paper)
        assert verdict.exit == 0, as_text(verdict)


def refused(change: Change, statement: bytes) -> str:
    before = change.ring()
    code = code_of(change.publish, statement)
    assert change.ring() == before
    return code


def test_every_key_changes_and_device_server_and_verifier_follow(
    story: Story, vault: VaultClient, change: Change
) -> None:
    before = export(story, vault)
    believed = follow(story, None)
    assert (believed.ring.version, receipt_for(story, believed.ring).device) == (1, story.device.device)

    assert change.publish(change.statement(story.root, next_root=True)) == 2
    change.use_new(KeyRole.RECEIPT)
    with pytest.raises(NotAuthentic):  # the device has not heard yet: it keeps what it has, and asks again
        receipt_for(story, believed.ring)
    believed = follow(story, believed)
    assert receipt_for(story, believed.ring).device == story.device.device
    assert believed.held is not None
    assert believed.held.profile.version == 1  # by the old profile key, whose time goes on

    change.use_new(KeyRole.PROFILE, KeyRole.LIST)
    story.sign(story.ask_profile())
    believed = follow(story, believed)
    assert believed.held is not None
    assert believed.held.profile.version == 2
    story.next_log = (change.new[KeyRole.LOG],)
    story.disclose(2)
    story.send()
    story.publish()
    change.use_new(KeyRole.LOG)
    story.next_log = ()
    story.disclose(1)
    story.send()
    story.publish()

    assert change.publish(change.statement(change.root, profile=now() - 1, receipt=now() - 1)) == 3
    believed = follow(story, believed)
    assert believed.ring.version == 3
    after = export(story, vault)
    verifies(before, *change.papers())
    verifies(after, *change.papers())

    with story.running(Process.WORKER):
        notes = log.checkpoints(story.worker)
    generations = {change.old[KeyRole.LOG].public: "old", change.new[KeyRole.LOG].public: "new"}
    seen = [" and ".join(generations[key] for key in check_checkpoint(note, ORIGIN, generations)[1]) for note in notes]
    assert list(dict.fromkeys(seen)) == ["old", "old and new", "new"]


def test_what_a_stolen_key_signs_after_its_until_is_refused_by_device_and_verifier(
    story: Story, vault: VaultClient, change: Change
) -> None:
    believed = follow(story, None)
    story.publish()  # the profile that the key signed in its time is witnessed in its time
    time.sleep(1 - time.time() % 1)  # a witness's time is of whole seconds: what follows is seen in a later one
    change.publish(change.statement(story.root, profile=now() // 1000 * 1000))
    story.sign(story.ask_profile())  # with the old key still in the signer's place: recorded and logged as any other
    with pytest.raises(NotAuthentic) as refusal:
        follow(story, believed)
    assert refusal.value.code == "key-out-of-time"
    story.publish()
    data = export(story, vault)
    for paper in change.papers():
        authentic = judge(data, paper).check(Name.AUTHENTIC)
        [reason] = [reason for reason in authentic.reasons if reason.code == "key-out-of-time"]
        assert reason.where == layout.profile_path(story.device.device, 2)


def test_a_statement_that_would_break_the_chain_is_not_published(change: Change) -> None:
    good = change.statement(change.story.root)
    signed = dsse.peek(KeysDocument, good)

    def other(by: SigningKey | None = None, **changed: object) -> bytes:
        return dsse.sign(replace(signed, **changed), by or change.story.root)  # type: ignore[arg-type]  # the test says what

    assert refused(change, other(by=change.root)) == "foreign-root"
    assert refused(change, other(version=3)) == "keys-out-of-order"
    assert refused(change, other(previous=None)) == "keys-out-of-order"
    assert refused(change, other(agency=change.story.case)) == "keys-out-of-order"
    assert refused(change, other(keys=signed.keys[1:])) == "key-left-out"
    assert refused(change, other(period=Period(Ms(0), Ms(DAY_MS)))) == "keys-not-in-force"
    assert refused(change, b"{}") == "bad-field"
    assert change.publish(good) == 2
    assert refused(change, good) == "keys-out-of-order"


def test_no_process_may_publish_keys(change: Change) -> None:
    """Only the migrating role, on which nothing runs."""
    statement = change.statement(change.story.root)
    for process in Process:
        with change.story.running(process), pytest.raises(Exception, match="permission denied"):
            publish_keys(change.story.agency, statement)
