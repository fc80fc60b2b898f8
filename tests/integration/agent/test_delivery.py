"""How delivery treats each kind of answer, against an ingest that checks signatures, journal and proofs."""

import base64
import secrets
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.agent import clock, portal_code, transport
from offmon.agent.clock import Timekeeper, now
from offmon.agent.delivery import Delivery
from offmon.agent.enrol import identity
from offmon.agent.gap_counters import Loss
from offmon.agent.home import AgentHome
from offmon.agent.keys import DeviceKeys
from offmon.agent.outbox import Outbox
from offmon.agent.portal_code import Asking, PortalCodeOutcome
from offmon.agent.transport import Client
from offmon.agent.trust_state import Belief
from offmon.core.authority.leaving import decide
from offmon.core.clock import HOUR_MS, MINUTE_MS
from offmon.core.formats.event import (
    Disclosure,
    DisclosureLeaf,
    ForgottenLeaf,
    GapReason,
    NoteKind,
    Observation,
    Origin,
    PageClass,
)
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.problem import Problem, ProblemBody, answer
from offmon.core.formats.protocol import BATCHES_PATH
from offmon.core.ids import Ms
from tests.integration.agent.devices import await_true
from tests.prove.markers import proves
from tests.support.declared import declare
from tests.support.fake_agency import FakeAgency, new_id
from tests.support.fake_ingest import FakeIngest, Journal
from tests.support.patience import PATIENCE_S

HEARTBEAT_MS = 200


@dataclass
class Sender:
    """A device's sending part without its process, so that a test can look at what it believes."""

    ingest: FakeIngest
    server: str
    keys: DeviceKeys
    belief: Belief
    outbox: Outbox
    delivery: Delivery

    def put(self, *names: str) -> None:
        held = self.belief.held
        assert held is not None
        for name in names:
            raw = now()
            seen = Observation(raw, f"https://{name}.listed.example/", "", PageClass.UNKNOWN, None, Origin.LINK)
            for finding in held.pipeline.examine(seen, raw, self.belief.time.offset_ms):
                made = decide(held.profile, finding, self.belief.time.correct(raw))
                assert isinstance(made, Disclosure)
                self.outbox.put(made, held)

    def run(self, seconds: float = 20.0) -> None:
        """Step until everything has its receipt."""
        until = time.monotonic() + seconds
        while self.outbox.pending:
            assert time.monotonic() < until, "it was not delivered"
            time.sleep(min(self.delivery.step(), 50) / 1000)

    def names(self) -> list[str]:
        return [
            str(body.url).removeprefix("https://").removesuffix(".listed.example")
            for _, body in self.ingest.disclosures()
        ]


@pytest.fixture
def sender(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sender]:
    # The account is not the subject here, and root may run the tests.
    monkeypatch.setattr("offmon.agent.home.check_account", lambda _uid: None)
    monkeypatch.setattr(transport, "FIRST_WAIT_MS", 20)
    keys = DeviceKeys(SigningKey.from_seed("device/1", secrets.token_bytes(32)), X25519PrivateKey.generate())
    ingest = FakeIngest(FakeAgency(now()))
    ingest.agency.device_key, ingest.agency.list_key = keys.signing.public.vkey, keys.list_key
    ingest.agency.issue()
    server = ingest.serve(now)
    with tempfile.TemporaryDirectory(prefix="om-") as folder:
        home = AgentHome(Path(folder))
        enrolled = ingest.agency.enrolled()
        belief = Belief(home, identity(enrolled, keys), enrolled, Timekeeper(now()))
        outbox = Outbox(home.outbox, enrolled.device, now())
        delivery = Delivery(Client(server.url, keys.signing), outbox, belief, keys, HEARTBEAT_MS, safe_until=now)
        delivery.step()  # fetches the profile
        yield Sender(ingest, server.url, keys, belief, outbox, delivery)
        outbox.close()
    server.close()


@pytest.mark.parametrize(
    "answers",
    [
        [ProblemBody(500, b""), ProblemBody(502, b"<html>"), ProblemBody(404, b"not ours"), ProblemBody(413, b"")],
        [ProblemBody(200, b""), ProblemBody(200, b"{}"), ProblemBody(204, b"")],
        [answer(Problem.UNSIGNED), answer(Problem.BAD_SIGNATURE), answer(Problem.UNKNOWN_DEVICE)],
        [answer(Problem.REPLAYED), answer(Problem.EXPIRED), answer(Problem.UNAVAILABLE)],
        [answer(Problem.NOT_FOUND), answer(Problem.BAD_CODE), answer(Problem.MISSING_FROM)],
        [
            answer(Problem.MALFORMED),
            answer(Problem.TOO_LARGE),
            answer(Problem.MALFORMED),
            answer(Problem.UNKNOWN_GRANT),
        ],
        [None, None],
    ],
    ids=["statuses", "no-receipt", "signature", "again", "elsewhere", "narrowing", "answer-lost"],
)
def test_an_answer_that_is_no_receipt_loses_and_doubles_nothing(
    sender: Sender, answers: list[ProblemBody | None]
) -> None:
    names = [str(number) for number in range(9)]
    sender.put(*names)
    sender.ingest.next_answers.extend(answers)
    sender.run()
    assert not sender.ingest.next_answers
    assert sender.names() == names
    assert len(sender.ingest.journals) == 1


def test_more_than_one_batch_is_sent_until_all_is_there(sender: Sender) -> None:
    for number in range(1203):
        declare(sender.outbox, Loss(GapReason.NOT_VISIBLE, clock.now(), clock.now(), number))
    sender.run()
    assert [gap.lost for gap in sender.ingest.gaps()] == list(range(1203))


def test_a_leaf_that_stays_refused_closes_the_epoch_and_is_declared(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offmon.agent.delivery.STUBBORN", 3)
    sender.put("a")
    sender.run()
    sender.put("never-taken")
    sender.ingest.next_of_leaves.extend([answer(Problem.MALFORMED)] * 3)
    sender.run()
    sender.put("b")
    sender.run()
    assert sender.names() == ["a", "b"]
    first, second = list(sender.ingest.journals)
    new_epoch, quarantined = sender.ingest.gaps()
    assert (new_epoch.reason, new_epoch.epoch, new_epoch.last_epoch) == (GapReason.NEW_EPOCH, second, first)
    assert (new_epoch.last_size, new_epoch.lost) == (1, 1)
    assert (quarantined.reason, quarantined.lost) == (GapReason.QUARANTINED, 1)


@pytest.mark.parametrize("forked", [False, True])
@pytest.mark.parametrize("damaged", [True, False])
def test_a_store_that_cannot_begin_a_new_epoch_ends_nothing_and_what_is_due_is_declared_once_it_can(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, forked: bool, damaged: bool
) -> None:
    monkeypatch.setattr("offmon.agent.delivery.STUBBORN", 2)
    refused = answer(Problem.MALFORMED)
    if forked:
        sender.ingest.journals[epoch := new_id()] = Journal()
        refused = answer(Problem.FORKED, epoch=epoch, size=41)
    sender.put("never-taken")
    sender.ingest.next_of_leaves.extend([refused] * 3)
    path = sender.outbox._path
    with closing(sqlite3.connect(path, autocommit=True)) as other:
        broken = "CREATE TRIGGER broken BEFORE INSERT ON epoch BEGIN SELECT raise(ABORT, ''); END"
        other.execute(broken if damaged else "BEGIN IMMEDIATE")
        while len(sender.ingest.next_of_leaves) > 1:
            time.sleep(min(sender.delivery.step(), 50) / 1000)
        assert sender.outbox.pending == 1
        other.execute("DROP TRIGGER broken" if damaged else "ROLLBACK")
    sender.run()
    gap, why = sender.ingest.gaps()
    assert (gap.reason, gap.lost) == (GapReason.NEW_EPOCH, 1)
    assert why.reason == (GapReason.STORE_DAMAGED if forked else GapReason.QUARANTINED)


def test_a_fork_begins_a_new_epoch_that_names_the_head_that_the_agency_has(sender: Sender) -> None:
    sender.put("a")
    sender.run()
    sender.put("lost")
    epoch = new_id()
    sender.ingest.next_answers.append(answer(Problem.FORKED, epoch=epoch, size=41))
    sender.run()
    gap, damaged = sender.ingest.gaps()
    assert (gap.last_epoch, gap.last_size, gap.lost) == (epoch, 41, 1)
    assert damaged.reason is GapReason.STORE_DAMAGED


@pytest.mark.parametrize("later", [("b",), ("b", "c"), ()])
@proves("S112", Outbox.is_another, disabled=lambda self, lease, receipt: False, row="later2")
def test_a_store_that_is_put_back_begins_a_new_epoch_and_its_queue_goes(sender: Sender, later: tuple[str, ...]) -> None:
    """Its heartbeat goes first, and its receipt is of more than this store holds, or of other leaves (issue 13)."""
    sender.put("a")
    sender.run()
    with put_back(sender):
        sender.put("x", "y")
        sender.run()
    sender.put(*later)
    sender.delivery._next_beat = 0
    sender.run()
    await_true(lambda: bool(sender.delivery.step()) and len(sender.ingest.journals) == 2)
    sender.run()
    assert sender.names() == ["a", "x", "y"]
    gap, damaged = sender.ingest.gaps()
    assert (gap.reason, gap.lost, gap.last_size) == (GapReason.NEW_EPOCH, len(later), 3)
    assert damaged.reason is GapReason.STORE_DAMAGED
    sender.put("z")
    sender.run()
    assert sender.names()[-1] == "z"


@pytest.mark.parametrize("lost", [[None], [None, None]])
def test_a_receipt_for_what_is_here_is_no_fork(sender: Sender, lost: list[None]) -> None:
    """The agency has more than was known here, since its answer was lost; or an older journal than this one."""
    sender.put("a", "b")
    sender.ingest.next_of_leaves.extend(lost)
    sender.run()
    assert len(sender.ingest.journals) == 1
    assert sender.ingest.gaps() == []


def test_a_heartbeat_that_fails_delays_no_queue(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "FIRST_WAIT_MS", 60_000)
    sender.put("a")
    sender.ingest.next_answers.append(ProblemBody(500, b""))
    sender.delivery._next_beat = 0
    sender.delivery.step()
    assert sender.names() == ["a"]


@contextmanager
def put_back(sender: Sender) -> Iterator[None]:
    """What happens inside is forgotten by the device's store, and by nobody else."""
    sender.outbox.close()
    path = sender.outbox._path
    kept = {part: part.read_bytes() for part in path.parent.glob(f"{path.name}*")}
    sender.outbox._start(now(), None, None)
    yield
    sender.outbox.close()
    for part in path.parent.glob(f"{path.name}*"):
        part.unlink()
    for part, data in kept.items():
        part.write_bytes(data)
    sender.outbox._start(now(), None, None)


def test_a_wrong_clock_is_told_the_time_and_event_times_stay_raw(sender: Sender) -> None:
    sender.ingest.skew_ms = HOUR_MS
    sender.put("a")
    sender.run()
    assert abs(sender.belief.time.offset_ms - HOUR_MS) < MINUTE_MS
    sender.put("b")
    sender.run()
    first, second = (envelope.claim for envelope, _ in sender.ingest.disclosures())
    assert first.clock_offset_ms == 0
    assert second.clock_offset_ms == sender.belief.time.offset_ms
    assert abs(second.event_at - now()) < MINUTE_MS


def test_a_time_that_is_not_signed_by_the_receipt_key_is_not_taken(sender: Sender) -> None:
    sender.put("a")
    sender.ingest.next_answers.append(answer(Problem.CLOCK_SKEW, time="AAAA"))
    sender.run()
    assert sender.belief.time.offset_ms == 0


@pytest.mark.parametrize("most", [1, 2, 500])
def test_an_agency_that_is_behind_gets_what_is_left_here_and_then_what_is_new(sender: Sender, most: int) -> None:
    """What had its receipt is forgotten here: its hashes go, in its place, with the agency's own receipt for it (formats §6)."""
    declare(sender.outbox, Loss(GapReason.AGENT_DOWN, now(), now(), None))
    sender.put("a")
    sender.run()
    backup = deepcopy(sender.ingest.journals)
    sender.put("b", "c")
    sender.outbox.note(NoteKind.STARTED, now())
    sender.put("d")
    sender.run()
    root = sender.ingest.journals[sender.outbox.head.epoch].frontier.root
    for restored in (backup, {}):
        sender.ingest.journals = deepcopy(restored)
        sender.delivery._most = most
        sender.delivery._next_beat = 0
        await_true(lambda: bool(sender.delivery.step()) and sender.ingest.leaves()[5:] != [])
        journal = sender.ingest.journals[sender.outbox.head.epoch]
        assert journal.frontier.root == root
        assert (len(sender.ingest.gaps()), len(sender.ingest.notes())) == (1, 1)
        assert sum(isinstance(leaf, ForgottenLeaf) for leaf in journal.leaves) == (3 if restored else 4)
    sender.put("e")
    sender.run()
    assert sender.names() == ["e"]
    assert sender.ingest.unasked == []


def test_what_waits_for_an_agency_that_is_behind_comes_after_what_it_lost(sender: Sender) -> None:
    sender.put("a")
    sender.run()
    sender.ingest.journals.clear()
    sender.put("b")
    sender.run()
    assert sender.names() == ["b"]
    assert [type(leaf).__name__ for leaf in sender.ingest.leaves()] == ["ForgottenLeaf", "DisclosureLeaf"]


def test_a_heartbeat_goes_on_its_own_schedule_whatever_is_found_or_refused(sender: Sender) -> None:
    """The portal tells the day of the last one: a finding that put it off would be told at once, by what is missing."""

    def beats(while_: Callable[[], None]) -> None:
        before, until = sender.ingest.heartbeats, time.monotonic() + 20
        while sender.ingest.heartbeats < before + 3:
            assert time.monotonic() < until, "no heartbeat went"
            while_()
            time.sleep(min(sender.delivery.step(), 20) / 1000)

    beats(lambda: sender.put("found-each-time-before-one-is-due"))
    sender.put("never-taken")
    sender.ingest.next_of_leaves.extend([answer(Problem.MALFORMED)] * 1000)
    beats(lambda: None)
    assert sender.outbox.pending


def test_a_renewed_profile_is_taken_up_and_a_dishonest_one_changes_nothing(sender: Sender) -> None:
    held = sender.belief.held
    assert held is not None
    sender.ingest.agency.issue()
    await_true(lambda: bool(sender.delivery.step()) and sender.belief.held is not held)
    renewed = sender.belief.held
    sender.ingest.agency.issue(device=new_id())
    for _ in range(5):
        sender.delivery._next_poll = 0
        sender.delivery.step()
    assert sender.belief.held is renewed


def test_a_restart_believes_what_was_accepted(sender: Sender) -> None:
    before = sender.belief.held
    home, enrolled = AgentHome(sender.outbox._path.parent), sender.ingest.agency.enrolled()
    again = Belief(home, sender.belief.identity, enrolled, Timekeeper(now()))
    again.restore()
    assert before is not None
    assert again.held is not None
    assert again.held.digest == before.digest


def test_nothing_is_sent_before_there_is_a_profile(sender: Sender) -> None:
    sender.ingest.agency.profile = None
    home, enrolled = AgentHome(sender.outbox._path.parent / "bare"), sender.ingest.agency.enrolled()
    bare = Belief(home, sender.belief.identity, enrolled, Timekeeper(now()))
    client, keys = sender.delivery._client, sender.delivery._keys
    delivery = Delivery(client, sender.outbox, bare, keys, HEARTBEAT_MS, safe_until=now)
    for _ in range(5):
        delivery.step()
        time.sleep(HEARTBEAT_MS / 1000)
    assert sender.ingest.heartbeats <= 1  # the one of the device that had its profile
    assert sender.ingest.journals == {}


@proves("S37", Outbox.purge, disabled=lambda self, at: 0)
def test_a_profile_that_grants_nothing_purges_what_was_not_delivered_and_says_so(sender: Sender) -> None:
    """R-SEC-21: the order has ended; what is queued under it is not sent, and nothing of it stays in any file of the folder."""
    ingest = sender.ingest
    sender.put("delivered")
    sender.run()
    sender.put("queued", "queued-too")
    lease = sender.outbox.lease()
    sender.outbox.rollback(lease)
    bodies = [leaf for leaf in lease.leaves if isinstance(leaf, DisclosureLeaf)]
    assert on_disk(sender, bodies) == bodies  # so that finding none below means something
    ingest.agency.lists = ()
    ingest.agency.issue(grants=())
    sender.delivery._next_poll = 0
    sender.run()
    assert sender.names() == ["delivered"]
    [purged] = [note for note in ingest.notes() if note.note is NoteKind.PURGED]
    assert purged.count == len(bodies) == 2
    [closed] = [gap for gap in ingest.gaps() if gap.reason is GapReason.NEW_EPOCH]
    assert closed.lost == 2
    assert on_disk(sender, bodies) == []
    beats = ingest.heartbeats
    await_true(lambda: bool(sender.delivery.step()) and ingest.heartbeats >= beats + 2)  # under it too


def on_disk(sender: Sender, bodies: list[DisclosureLeaf]) -> list[DisclosureLeaf]:
    """Which of the enclosed bodies can be found in any file of the device's folder, the write-ahead file too."""
    files = [path.read_bytes() for path in sender.outbox._path.parent.rglob("*") if path.is_file()]
    return [body for body in bodies if any(base64.b64encode(body.ciphertext)[:60] in held for held in files)]


@pytest.mark.parametrize("found", [True, False])
@pytest.mark.parametrize(
    "said",
    [
        None,
        answer(Problem.UNAVAILABLE),
        answer(Problem.UNKNOWN_GRANT),
        answer(Problem.CLOCK_SKEW, time="AAAA"),
        ProblemBody(200, b"{}"),
    ],
    ids=["nothing", "later", "quarantine", "clock", "no-receipt"],
)
def test_what_is_logged_tells_nobody_that_something_waits(
    sender: Sender, said: ProblemBody | None, found: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line of the log has a time, and whoever sits there can read it (design §1.6)."""
    if found:
        sender.put("a", "b")
    sender.ingest.next_answers.extend([said] * 30)
    sender.delivery._next_beat = 0
    before = len(sender.ingest.next_answers)
    await_true(lambda: bool(sender.delivery.step()) and len(sender.ingest.next_answers) < before - 4)
    assert capsys.readouterr().err == ""
    sender.ingest.skew_ms = HOUR_MS
    sender.delivery._next_poll = 0
    sender.delivery.step()
    assert (
        "profile: clock-skew" in capsys.readouterr().err
    )  # what meets every request is said of the one that does not depend on it


def test_a_leaf_that_stays_refused_takes_no_gap_with_it(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offmon.agent.delivery.STUBBORN", 3)
    sender.put("never-taken")
    at = now()
    declare(sender.outbox, Loss(GapReason.NOT_VISIBLE, at, at, None))
    sender.delivery._most = 1
    sender.ingest.next_of_leaves.extend([answer(Problem.MALFORMED)] * 3)
    sender.run()
    assert sender.names() == []
    reasons = [gap.reason for gap in sender.ingest.gaps()]
    assert reasons == [GapReason.NEW_EPOCH, GapReason.NOT_VISIBLE, GapReason.QUARANTINED]


def test_a_code_for_the_person_does_not_wait_for_a_finding_that_is_on_its_way(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a slow line it would else come later, or never, just where something was found (S57, tip-off)."""
    under_way, let_through, whole = threading.Event(), threading.Event(), Client.send

    def slow(self: Client, method: str, path: str, body: bytes, at: Ms) -> transport.Reply:
        if path == BATCHES_PATH:
            under_way.set()
            assert let_through.wait(PATIENCE_S)
        return whole(self, method, path, body, at)

    monkeypatch.setattr(Client, "send", slow)
    sender.put("found")
    courier = threading.Thread(target=sender.delivery.step)
    courier.start()
    assert under_way.wait(PATIENCE_S)
    client, belief = Client(sender.server, sender.keys.signing), sender.belief
    asking = Asking(belief.identity.device, sender.keys.signing, now())
    portal_code.ask(asking, client, belief)
    await_true(lambda: asking.outcome is not None)
    assert asking.outcome is PortalCodeOutcome.KEPT
    assert sender.outbox.pending
    let_through.set()
    courier.join()
    sender.run()
