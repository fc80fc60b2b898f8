"""A device's folder is copied, put back, stopped and killed in any order: its queue drains, and each loss shows (issue 13)."""

import secrets
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from offmon.agent.clock import Timekeeper, now
from offmon.agent.delivery import Delivery
from offmon.agent.enrol import identity
from offmon.agent.gap_counters import Loss
from offmon.agent.home import AgentHome
from offmon.agent.journal_reach import JournalReach
from offmon.agent.keys import DeviceKeys
from offmon.agent.outbox import Outbox
from offmon.agent.transport import Client, Reply, Unreachable
from offmon.agent.trust_state import Belief
from offmon.core.authority.leaving import decide
from offmon.core.formats import codec, httpsig
from offmon.core.formats.event import Disclosure, GapReason, NoteKind, Observation, Origin, PageClass
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Ms
from tests.support.fake_agency import FakeAgency
from tests.support.fake_ingest import FakeIngest, Request

HEARTBEAT_MS = 60_000
TRIES = 60
SERVER = "https://ingest.invalid"


class Line(Client):
    """The agent's client, on a line that ends in an ingest of this process."""

    def __init__(self, ingest: FakeIngest, key: SigningKey) -> None:
        super().__init__(SERVER, key)
        self.ingest = ingest

    def _ask(self, method: str, path: str, body: bytes, fields: Mapping[str, str], nonce: str) -> Reply:
        message = httpsig.Message(method, f"{SERVER}{path}", body)
        came = self.ingest.handle(Request(message, path, fields), now())
        if came is None:
            raise Unreachable
        return Reply(came.status, came.body, 0, nonce)


@dataclass
class Device:
    """A device's folder, and what runs on it: the store and the sending part, begun as the agent begins them (`agent/app.py`)."""

    folder: Path
    ingest: FakeIngest
    keys: DeviceKeys
    ticks: int = 0
    put: dict[str, Ms] = field(default_factory=dict)

    def begin(self) -> None:
        raw, marks = now(), self._marks()
        home = AgentHome(self.folder / "home")
        enrolled = self.ingest.agency.enrolled()
        self.belief = Belief(home, identity(enrolled, self.keys), enrolled, Timekeeper(raw))
        self.belief.take(codec.dump(self.ingest.agency.update()), raw)
        alive_at, self.safe_until, head = marks if marks else (raw, raw, None)
        self.outbox = Outbox(home.outbox, enrolled.device, raw, head, self.safe_until)
        if marks:
            self.outbox.keep([Loss(GapReason.AGENT_DOWN, alive_at, raw, None)])
        self.outbox.note(NoteKind.STARTED, raw)
        self.outbox.declare_kept()
        line = Line(self.ingest, self.keys.signing)
        keys, until = self.keys, lambda: self.safe_until
        self.delivery = Delivery(line, self.outbox, self.belief, keys, HEARTBEAT_MS, safe_until=until)
        self.mark()

    def collect(self) -> None:
        name = str(len(self.put))
        held = self.belief.held
        assert held is not None
        raw = self.put[name] = now()
        seen = Observation(raw, f"https://{name}.listed.example/", "", PageClass.UNKNOWN, None, Origin.LINK)
        [finding] = held.pipeline.examine(seen, raw, 0)
        made = decide(held.profile, finding, raw)
        assert isinstance(made, Disclosure)
        self.outbox.put(made, held)

    def send(self) -> None:
        with patch("offmon.agent.delivery._ticks", lambda: self.ticks):
            self.ticks += self.delivery.step()

    def mark(self) -> None:
        raw, head = now(), self.outbox.head
        if not self.outbox.pending and not self.outbox.kept:
            self.safe_until = raw
        marks = f"{raw} {self.safe_until} {head.epoch} {head.size} {head.received}"
        (self.folder / "home" / "marks").write_text(marks, "ascii")

    def stop(self) -> None:
        self.mark()
        self.outbox.close()

    def kill(self) -> None:
        self.outbox.close()

    def copy(self) -> None:
        self.stop()
        shutil.rmtree(self.folder / "copy", ignore_errors=True)
        shutil.copytree(self.folder / "home", self.folder / "copy")
        self.begin()

    def put_back(self) -> None:
        if not (self.folder / "copy").exists():
            return
        self.stop()
        shutil.rmtree(self.folder / "home")
        shutil.copytree(self.folder / "copy", self.folder / "home")
        self.begin()

    def _marks(self) -> tuple[Ms, Ms, JournalReach] | None:
        file = self.folder / "home" / "marks"
        if not file.exists():
            return None
        alive_at, safe_until, epoch, size, received = file.read_text("ascii").split()
        return Ms(int(alive_at)), Ms(int(safe_until)), JournalReach(epoch, int(size), int(received))  # type: ignore[arg-type]


STEPS = ("collect", "send", "send", "answer lost", "mark", "stop", "kill", "copy", "put back", "put back")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(st.sampled_from(STEPS), max_size=25))
def test_the_queue_goes_and_all_that_was_collected_is_delivered_or_in_a_declared_gap(steps: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, patch("offmon.agent.home.check_account", lambda _uid: None):
        device = a_device(Path(folder))
        for step in steps:
            act(device, step)
        tried = 0
        while device.outbox.pending:
            device.send()
            tried += 1
            assert tried < TRIES, "it starves"
        device.send()
        device.stop()
        ingest = device.ingest
        delivered = {str(body.url).removeprefix("https://").partition(".")[0] for _, body in ingest.disclosures()}
        missing = {name: at for name, at in device.put.items() if name not in delivered}
        gaps = ingest.gaps()
        assert [name for name, at in missing.items() if not any(g.since <= at <= g.until for g in gaps)] == []


def a_device(folder: Path) -> Device:
    keys = DeviceKeys(SigningKey.from_seed("device/1", secrets.token_bytes(32)), X25519PrivateKey.generate())
    ingest = FakeIngest(FakeAgency(now()))
    ingest.agency.device_key, ingest.agency.list_key = keys.signing.public.vkey, keys.list_key
    ingest.agency.issue()
    (folder / "home").mkdir(mode=0o700)
    device = Device(folder, ingest, keys)
    device.begin()
    return device


def act(device: Device, step: str) -> None:
    steps: dict[str, Callable[[], None]] = {
        "collect": device.collect,
        "send": device.send,
        "mark": device.mark,
        "copy": device.copy,
        "put back": device.put_back,
    }
    match step:
        case "answer lost":
            device.ingest.next_answers.append(None)
            device.send()
        case "stop" | "kill":
            device.stop() if step == "stop" else device.kill()
            device.begin()
        case _:
            steps[step]()
