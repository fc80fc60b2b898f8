"""A batch gives rows, head, one entry and a receipt, or nothing (formats §6; design §1, gate 2)."""

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection

from offmon.core import clock
from offmon.core.authority.profile import Profile
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.formats import codec, dsse
from offmon.core.formats.event import DisclosureLeaf, Envelope, Receipt, RefusedLeaf
from offmon.core.formats.journal import hash_of
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Digest, Id, Ms, Slug
from offmon.core.log.audit import Verb
from offmon.core.log.tlog.merkle import root_of
from offmon.server.base.limits import LIMITS
from offmon.server.base.policies import Process
from offmon.server.intake import actions
from tests.database import Database
from tests.integration.ingest.arrange import (
    LIST,
    URL,
    Answer,
    Case,
    InProcess,
    entries,
    everything,
    grant,
    held,
    problem_in,
    select,
)
from tests.support.fake_device import FakeDevice, Request, now


@pytest.fixture
def opened(receipt_key: PublicKey) -> "Opened":
    return Opened(receipt_key)


class Opened:
    """Opens receipts with the key that the agency's statement lists."""

    def __init__(self, key: PublicKey) -> None:
        self._key = key

    def __call__(self, answer: Answer, request: Request) -> Receipt:
        assert answer.status == 200, answer.body
        receipt = dsse.open_signed(Receipt, answer.body, self._key)
        assert receipt.nonce == request.nonce
        assert abs(receipt.at - now()) < clock.MINUTE_MS
        return receipt


def content(receipt: Receipt) -> Receipt:
    """What a receipt says of the journal, whichever request it answers."""
    return replace(receipt, nonce="", at=Ms(0))


def root(device: FakeDevice) -> str:
    return root_of(hash_of(leaf) for leaf in device.leaves).hex()


def turned_down(database: Database) -> list[str]:
    """What a device of ours was told no for, as the log has it: each is an entry (R-SEC-15)."""
    return [reason.split(",")[0] for _, reason, _ in entries(database, Verb.BATCH_REFUSED)]


def test_a_batch_is_kept_whole_and_answered_with_a_signed_receipt(
    face: InProcess, case: Case, device: FakeDevice, profile: Profile, opened: Opened
) -> None:
    database = case.agency.database
    device.note()
    disclosed = device.disclose(profile)
    device.gap()
    request = device.send()
    receipt = opened(face.send(request), request)
    assert (receipt.device, receipt.epoch) == (device.device, device.epoch)
    assert (receipt.size, receipt.root) == (3, root(device))
    assert (receipt.refused, receipt.log_checkpoint) == ((), None)

    rows = select(database, "select kind, held, why, document, salt, ciphertext from intake_leaf order by n")
    assert [row[:3] for row in rows] == [(kind, "held", None) for kind in ("note", "disclosure", "gap")]
    leaf = device.leaves[disclosed]
    assert isinstance(leaf, DisclosureLeaf)
    document, salt, ciphertext = rows[disclosed][3:]
    assert codec.load(Envelope, document, max_size=1 << 16) == leaf.envelope
    assert (salt, ciphertext) == (leaf.salt, leaf.ciphertext)

    assert entries(database, Verb.BATCH_RECEIVED) == [("allowed", None, case.case)]
    ((touched,),) = select(database, "select touched from audit_entry where verb = %s", Verb.BATCH_RECEIVED.value)
    ((batch,),) = select(database, "select id from intake_batch")
    assert {f"intake_batch:{batch}", f"intake_leaf:{batch}"} < set(touched)
    assert select(database, "select size, number from intake_journal") == [(3, 0)]


def test_the_same_batch_twice_is_one(
    face: InProcess, database: Database, device: FakeDevice, profile: Profile, opened: Opened
) -> None:
    device.disclose(profile)
    first, second = device.send(), device.send()
    once = opened(face.send(first), first)
    before = held(database)
    again = opened(face.send(second), second)
    assert content(once) == content(again)
    assert held(database) == before
    assert len(entries(database, Verb.BATCH_RECEIVED)) == 1


def test_who_holds_one_device_for_good_has_it_asked_to_come_again_and_no_other(
    face: InProcess, case: Case, database: Database, device: FakeDevice, profile: Profile
) -> None:
    """The signer may hold a device, for a moment (`base/locks.py`). Taken, it does not let it go."""
    other = case.enrolled(URL)
    device.note()
    other.note()
    with database.connect(Process.SIGNER) as taken:
        taken.execute("select audit_hold_device(%s)", [device.device])
        began = time.monotonic()
        answer = face.send(device.send())
        waited_s = time.monotonic() - began
        assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
        assert waited_s < 3 * LIMITS[Process.INGEST].lock_s
        assert face.send(other.send()).status == 200
    assert face.send(device.send()).status == 200


def test_what_is_known_of_an_overlapping_batch_is_not_written_again(
    face: InProcess, database: Database, device: FakeDevice, profile: Profile, opened: Opened
) -> None:
    device.disclose(profile)
    face.send(device.send())
    device.disclose(profile)
    device.disclose(profile)
    request = device.send()
    assert opened(face.send(request), request).size == 3
    assert select(database, "select first, size from intake_batch order by first") == [(0, 1), (1, 3)]
    older = device.send(0, 1)
    receipt = opened(face.send(older), older)
    assert (receipt.size, receipt.root) == (3, root(device))


def test_two_copies_of_a_first_batch_at_once_are_one(
    face: InProcess, database: Database, device: FakeDevice, profile: Profile, opened: Opened
) -> None:
    for _ in range(20):
        device.disclose(profile)
    requests = [device.send() for _ in range(6)]

    def send(request: Request) -> Answer:
        try:
            return InProcess().send(request)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(send, requests))
    told = {content(opened(answer, request)) for answer, request in zip(answers, requests, strict=True)}
    assert len(told) == 1
    assert select(database, "select count(*) from intake_batch") == [(1,)]
    assert select(database, "select count(*) from intake_leaf") == [(20,)]
    assert len(entries(database, Verb.BATCH_RECEIVED)) == 1


def test_a_heartbeat_writes_nothing_but_when_the_device_was_heard(
    face: InProcess, database: Database, device: FakeDevice, profile: Profile, opened: Opened
) -> None:
    device.disclose(profile)
    face.send(device.send())
    before, logged = held(database), select(database, "select count(*) from audit_entry")
    ((earlier,),) = select(database, "select heard_at from intake_liveness")
    request = device.heartbeat()
    assert opened(face.send(request), request).size == 1
    assert (held(database), select(database, "select count(*) from audit_entry")) == (before, logged)
    ((later, size),) = select(database, "select heard_at, size from intake_liveness")
    assert later > earlier
    assert size == 1


def test_since_when_a_device_is_behind_is_kept_until_it_is_not(
    face: InProcess, database: Database, device: FakeDevice, profile: Profile
) -> None:
    """An older store was put back: its heartbeats stand for less than is held. A batch says nothing of it, and the first of a row stays."""

    def behind() -> object:
        ((since, beat_at),) = select(database, "select behind_since, beat_at from intake_liveness")
        return since and since == beat_at

    for _ in range(3):
        device.disclose(profile)
    face.send(device.send())
    face.send(device.heartbeat())
    assert behind() is None
    face.send(device.send(1, 1))
    assert behind() is True
    face.send(device.send(2, 2))
    assert behind() is False
    face.send(device.send(1, 2))
    assert behind() is False
    face.send(device.heartbeat())
    assert behind() is None


def test_a_heartbeat_comes_before_any_leaf_too(face: InProcess, device: FakeDevice, opened: Opened) -> None:
    request = device.heartbeat()
    assert opened(face.send(request), request).size == 0


def test_what_a_newer_profile_took_away_keeps_its_place_and_its_hash_and_nothing_else(
    face: InProcess, case: Case, device: FakeDevice, profile: Profile, opened: Opened
) -> None:
    """R-LEG-6; design §1.9: the device had not heard of the narrowing yet."""
    database = case.agency.database
    narrowed = replace(LIST, id=Id("4" * 32))
    case.sign_profile(device, version=2, grants=(grant(profile.lease, narrowed),))
    marker = Slug(f"marker-{secrets.token_hex(12)}")
    device.disclose(profile, rule=marker)
    device.note()
    request = device.send()
    receipt = opened(face.send(request), request)
    assert (receipt.size, receipt.root) == (2, root(device))
    assert receipt.refused == (RefusedLeaf(0, "list-not-granted"),)

    leaf = device.leaves[0]
    assert isinstance(leaf, DisclosureLeaf)
    rows = select(database, "select held, why, salt, document, ciphertext, rule, event_at from intake_leaf order by n")
    assert rows[0] == ("refused", "list-not-granted", b"", None, None, None, None)
    assert rows[1][0] == "held"
    there = everything(database)
    for content_of_it in (marker, marker.encode().hex(), leaf.salt.hex(), leaf.ciphertext.hex()[:64]):
        assert content_of_it not in there
    assert hash_of(leaf).hex() not in there, "the tree is made from the two hashes that are kept"
    assert [outcome for outcome, *_ in entries(database, Verb.BATCH_RECEIVED)] == ["allowed"]
    assert entries(database, Verb.BATCH_RECEIVED)[0][1] == "list-not-granted 1"

    again = device.send()
    assert content(opened(face.send(again), again)) == content(receipt)


def test_an_older_event_is_judged_by_the_profile_of_its_time(
    face: InProcess, case: Case, device: FakeDevice, profile: Profile, opened: Opened
) -> None:
    """A newer profile that begins after the event says nothing of it."""
    since = Ms(now() - clock.HOUR_MS)
    lease = Period(since, Ms(since + clock.DAY_MS))
    case.sign_profile(device, version=2, lease=lease, grants=(grant(lease, replace(LIST, id=Id("4" * 32))),))
    device.disclose(profile, event_at=Ms(since - 1))
    device.disclose(profile, event_at=since)
    request = device.send()
    assert opened(face.send(request), request).refused == (RefusedLeaf(1, "list-not-granted"),)


def test_an_agency_that_is_behind_says_from_where_it_misses_leaves(
    face: InProcess, database: Database, device: FakeDevice, profile: Profile
) -> None:
    """A backup was restored: what it lost is asked for, and taken."""
    for _ in range(4):
        device.disclose(profile)
    face.send(device.send(0, 2))
    before = held(database)
    status, code, doc = problem_in(face.send(device.send(3)))
    assert (status, code, doc["n"]) == (409, "missing-from", 2)
    assert held(database) == before
    assert turned_down(database) == ["missing-from"]
    assert face.send(device.send(2)).status == 200


def test_a_later_epoch_begins_by_naming_the_head_of_the_one_before_which_then_takes_no_leaf(
    face: InProcess, database: Database, device: FakeDevice, profile: Profile, opened: Opened
) -> None:
    device.disclose(profile)
    face.send(device.send())
    old = device.clone()
    device.begin_epoch()
    request = device.send()
    assert opened(face.send(request), request).epoch == device.epoch
    assert select(database, "select number, size from intake_journal order by number") == [(0, 1), (1, 1)]
    assert face.send(old.send()).status == 200, "what it holds already may come again"
    old.disclose(profile)
    before = held(database)
    assert problem_in(face.send(old.send()))[1] == "forked"
    assert problem_in(face.send(old.heartbeat()))[1] == "forked"
    assert held(database) == before


def test_no_receipt_speaks_of_what_is_not_on_disk(
    face: InProcess, database: Database, device: FakeDevice, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry cannot be written, so nothing is: the device keeps what it has and comes again."""
    device.disclose(profile)
    before = held(database)

    def no_entry(*_args: object, **_named: object) -> None:
        raise RuntimeError("a marker that no answer shows")

    with monkeypatch.context() as patched:
        patched.setattr(actions, "append", no_entry)
        answer = face.send(device.send())
    assert problem_in(answer)[:2] == (503, "unavailable")
    assert answer.headers["Retry-After"] == "30"
    assert b"marker" not in answer.body
    assert held(database) == before
    assert face.send(device.send()).status == 200


def test_what_we_cannot_take_for_a_reason_of_our_own_is_an_entry_too(
    face: InProcess, database: Database, device: FakeDevice, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    device.disclose(profile)
    before = held(database)

    def of_our_own(*_args: object, **_named: object) -> None:
        raise Refused("of-our-own", "A sentence that no answer shows.")

    with monkeypatch.context() as patched:
        patched.setattr("offmon.server.faces.ingest.views.do_receive", of_our_own)
        assert problem_in(face.send(device.send()))[:2] == (503, "unavailable")
    assert held(database) == before
    assert turned_down(database) == ["unavailable"]


def test_a_batch_without_its_entry_is_refused_by_the_database(
    face: InProcess, database: Database, device: FakeDevice, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Design §1.5: the backstop, not the code, has the last word."""
    device.disclose(profile)
    before = held(database)
    with monkeypatch.context() as patched:
        patched.setattr(actions, "append", lambda *_args, **_named: None)
        assert problem_in(face.send(device.send()))[1] == "unavailable"
    assert held(database) == before


def test_a_receipt_carries_the_note_that_the_log_gives_for_it(
    face: InProcess, device: FakeDevice, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That a witness cosigned what the log gives is shown in tests/integration/portal/test_taken_away.py."""

    class Note:
        data = b"force.invalid/86/log\n1\nroot\n\nsignatures\n"

    monkeypatch.setattr("offmon.server.faces.ingest.receipts.audit.given_at", lambda _agency, _at: Note)
    request = device.heartbeat()
    assert opened(face.send(request), request).log_checkpoint == Note.data.decode()


def test_a_batch_of_500_leaves_is_taken_and_one_more_is_not(
    face: InProcess, database: Database, device: FakeDevice, profile: Profile, opened: Opened
) -> None:
    for _ in range(501):
        device.note()
    before = held(database)
    assert problem_in(face.send(device.send()))[:2] == (413, "too-large")
    assert held(database) == before
    assert turned_down(database) == ["too-large"]
    request = device.send(0, 500)
    assert opened(face.send(request), request).size == 500


def test_a_checkpoint_over_another_tree_is_a_fork(
    face: InProcess, database: Database, device: FakeDevice, profile: Profile
) -> None:
    device.disclose(profile)
    batch = replace(device.batch(), checkpoint=device.checkpoint(1, root=Digest("0" * 64)))
    before = held(database)
    answer = face.send(device.request("POST", "/v1/batches", codec.dump(batch)))
    assert problem_in(answer)[1] == "forked"
    assert held(database) == before
