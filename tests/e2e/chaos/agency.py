"""The agency of a run: the product's own intake rules, kept in memory, and the time by its clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from offmon.agent.transport import Client, Reply, Unreachable
from offmon.core.clock import DAY_MS, MINUTE_MS, Period
from offmon.core.formats import dsse, httpsig
from offmon.core.formats.event import Batch, DeviceCheckpoint, Gap, GapLeaf, NoteLeaf
from offmon.core.formats.keys import PublicKey, SigningKey
from offmon.core.formats.problem import ProblemBody
from offmon.core.ids import Id, Ms
from offmon.core.person import coverage, heard
from offmon.core.person.coverage import Silence
from offmon.core.person.heard import LastHeard
from tests.support.fake_agency import FakeAgency
from tests.support.fake_ingest import FakeIngest, Request

SERVER = "https://ingest.invalid"
START = Ms(1_800_000_000_000)


@dataclass
class Time:
    """True time, which is the agency's, and how far the device's clock is from it."""

    now: Ms = START
    skew: int = 0

    @property
    def raw(self) -> Ms:
        return Ms(self.now + self.skew)


@dataclass
class Ingest(FakeIngest):
    """Notes as well when it heard which run of the agent, and what of a silence a batch says (`server/intake/actions.py`)."""

    time: Time = field(default_factory=Time)
    last: LastHeard | None = None
    silences: list[tuple[Silence, int]] = field(
        default_factory=list
    )  # with how far true time was ahead of the device's then
    ahead: dict[tuple[Id, int], int] = field(default_factory=dict)  # by leaf, the same
    came: dict[tuple[Id, int], Ms] = field(default_factory=dict)

    def _batch(self, batch: Batch, key: PublicKey, nonce: str, at: Ms) -> ProblemBody | None:
        said = dsse.open_signed(DeviceCheckpoint, batch.checkpoint, key)
        before = len(self.journals[batch.epoch].leaves) if batch.epoch in self.journals else 0
        answer = super()._batch(batch, key, nonce, at)  # raises where the batch is refused: then nobody was heard
        silent = None if self.last is None else heard.silence_at(self.last, said.boot, at)
        known = self.journals.get(batch.epoch)
        fresh = known is not None and len(known.leaves) > before
        for n in range(before, 0 if known is None else len(known.leaves)):
            self.ahead[batch.epoch, n], self.came[batch.epoch, n] = at - said.at, at
        if fresh and silent is not None:
            self.silences.append((replace(heard.in_device_time(silent, at, said.at), said_at=at), at - said.at))
        self.last = LastHeard(at, said.boot, None if fresh else silent)
        return answer

    def covered(self, true: Ms, raw: Ms) -> tuple[bool, bool]:
        """Whether a moment lies in a gap that the device declared, and in a time that the agency shows by itself."""
        gaps = [
            (leaf.gap, self.ahead[leaf.gap.epoch, leaf.gap.n]) for leaf in self.leaves() if isinstance(leaf, GapLeaf)
        ]
        notes = [
            (self.came[leaf.note.epoch, leaf.note.n], leaf.note) for leaf in self.leaves() if isinstance(leaf, NoteLeaf)
        ]
        told = [(self.came[gap.epoch, gap.n], gap) for gap, _ in gaps]
        declared = any(_holds(gap, true, raw, ahead) for gap, ahead in gaps)
        shown = any(
            one.since + ahead <= true <= one.until + ahead
            for silence, ahead in self.silences
            for one in coverage.not_covered(self.agency.device, [silence], notes, told)
        )
        return declared, shown or (self.last is not None and true > self.last.at)


def _holds(gap: Gap, true: Ms, raw: Ms, ahead: int) -> bool:
    return gap.since <= raw <= gap.until or gap.since + ahead <= true <= gap.until + ahead


class Line(Client):
    """The agent's client, on a line that ends in an ingest of this process."""

    def __init__(self, ingest: Ingest, key: SigningKey) -> None:
        super().__init__(SERVER, key)
        self.ingest = ingest

    def _ask(self, method: str, path: str, body: bytes, fields: Mapping[str, str], nonce: str) -> Reply:
        message = httpsig.Message(method, f"{SERVER}{path}", body)
        came = self.ingest.handle(Request(message, path, fields), self.ingest.time.now)
        if came is None:
            raise Unreachable
        return Reply(came.status, came.body, 0, nonce)


def an_ingest(time: Time) -> Ingest:
    """An agency that the device may obey for the whole of a run."""
    return Ingest(FakeAgency(time.now), time=time)


def issue(ingest: Ingest) -> None:
    """A profile from now on."""
    now = ingest.time.now
    ingest.agency.issue(lease=Period(Ms(now - MINUTE_MS), Ms(now + 20 * DAY_MS)))


def urls(ingest: Ingest) -> list[str]:
    """What was disclosed, opened: each as often as it arrived."""
    return [str(body.url) for _, body in ingest.disclosures()]
