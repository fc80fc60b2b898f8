"""intake.of_ceiling: signed batches of 50 through ingest, as a share of the same rows written by one statement.

The peer is what disk and schema allow. It reads back the rows that ingest wrote, and writes them again by as many connections, with one
statement and one commit a batch. Its tables lack policies and triggers, and it has no framework, signature, gate or audit. Both are
measured in turn, several times, so that both meet the machine's other load.

The peer writes its arrays in binary, as ingest does. Text made it almost half as fast, and the share look better than it is.

intake.of_aw_server: the same, as a share of what ActivityWatch's server takes in by its own bulk insert: as many events of the same size
from as many clients, one bucket a device. It checks, signs and logs nothing.

A stopwatch inside the face (`watched.py`) says where the rest of a single batch's time goes.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from bench import ceiling
from bench.ground import Ground, free_port, inside, serving
from bench.peers import aw_server, inserts
from bench.requests import Answer, Request, send, send_at_once
from bench.result import Found
from offmon.core.formats.keys import SigningKey
from offmon.server.base.policies import Process
from tests.database import Database
from tests.integration.ingest.arrange import Agency, Case, keys_in
from tests.support.fake_device import FakeDevice
from tests.support.fake_device import Request as Made

BATCH: Final = 50
DEVICES: Final = 8
BATCHES: Final = 12  # of each device and round
ROUNDS: Final = 3
ALONE: Final = 60  # batches of one device, for the shares
WORKERS: Final = 2
CLIENTS: Final = 8
WARM: Final = 5
ASK: Final = "/v1/profile"


@dataclass(frozen=True)
class Office:
    """Where batches are sent: an agency in a database, and what its ingest is told."""

    database: Database
    agency: Agency
    port: int
    environment: dict[str, str]

    @property
    def url(self) -> str:
        """The address that devices call."""
        return f"http://127.0.0.1:{self.port}"

    def batches(self, count: int) -> list[Request]:
        """A new device's first batches, signed now: a signature is good for minutes."""
        case = Case(self.agency).stand()
        device = case.enrolled(self.url)
        profile = case.sign_profile(device)
        return [self._batch(device, profile, n) for n in range(count)]

    @staticmethod
    def _batch(device: FakeDevice, profile: object, n: int) -> Request:
        for _ in range(BATCH):
            device.disclose(profile)  # type: ignore[arg-type]
        return as_sent(device.send(n * BATCH), device)


def as_sent(made: Made, device: FakeDevice) -> Request:
    """A device's request as it travels."""
    return Request(made.method, made.path, {**made.headers, "Host": device.server.removeprefix("http://")}, made.body)


@contextmanager
def office(ground: Ground) -> Iterator[Office]:
    """An agency without a device."""
    with ground.database() as (database, folder):
        keys = keys_in(folder)
        receipt = SigningKey.from_seed(
            keys["OFFMON_RECEIPT_KEY_NAME"], Path(keys["OFFMON_RECEIPT_KEY_FILE"]).read_bytes()
        )
        port = free_port()
        told = {"OFFMON_DATABASE_URL": database.url(Process.INGEST), "OFFMON_INGEST_URL": f"http://127.0.0.1:{port}"}
        yield Office(database, Agency(database).stand(receipt.public), port, {**keys, **told})


def measure(ground: Ground) -> Found:
    """Rounds of both, and the shares of a batch that is alone."""
    with office(ground) as at:
        ceiling.make_tables(at.database)
        ingest, peer, aw = [], [], []
        with (
            serving("offmon.server.faces.ingest.wsgi", at.environment, at.port, ask=ASK, workers=WORKERS),
            aw_server(ground) as aw_port,
        ):
            first = at.batches(WORKERS * 8)
            send(at.port, first)
            ceiling.write_again(at.database, CLIENTS)
            alike = partial(inserts, aw_port, BATCHES, BATCH, len(first[-1].body))
            send(aw_port, alike("warm"))
            for turn in range(ROUNDS):
                queues = [at.batches(BATCHES) for _ in range(DEVICES)]
                ingest.append(DEVICES * BATCHES / send_at_once(at.port, queues, CLIENTS))
                peer.append(ceiling.write_again(at.database, CLIENTS))
                buckets = [alike(f"device-{turn}-{n}") for n in range(DEVICES)]
                aw.append(DEVICES * BATCHES / send_at_once(aw_port, buckets, CLIENTS))
        alone = at.batches(WARM + ALONE)
        with serving("bench.watched", at.environment, at.port, ask=ASK):
            shares = _shares(send(at.port, alone)[WARM:])
    return Found(
        ratios={
            "intake.of_ceiling": median(one / other for one, other in zip(ingest, peer, strict=True)),
            "intake.of_aw_server": median(one / other for one, other in zip(ingest, aw, strict=True)),
        },
        figures={
            "intake.batches_per_s": median(ingest),
            "intake.events_per_s": BATCH * median(ingest),
            "ceiling.batches_per_s": median(peer),
            "ceiling.events_per_s": BATCH * median(peer),
            "aw_server.events_per_s": BATCH * median(aw),
            "intake.batch_bytes": len(alone[-1].body),
            "intake.batch_alone_ms": sum(shares.values()),
            **{f"share.{name}": ms / sum(shares.values()) for name, ms in shares.items()},
        },
    )


def hottest(ground: Ground) -> list[str]:
    """A profile of ingest, its HTTP server left out."""
    with office(ground) as at:
        return inside("ingest", at.environment, at.batches(ALONE))


def _shares(answers: Sequence[Answer]) -> dict[str, float]:
    """The median milliseconds of each share; what the client waited for beside them is HTTP's."""
    by_name: dict[str, list[float]] = defaultdict(list)
    for answer in answers:
        said = dict(part.split(";dur=") for part in answer.timing.split(", "))
        inner = {name: float(ms) for name, ms in said.items()}
        for name, ms in {"http": 1000 * answer.seconds - sum(inner.values()), **inner}.items():
            by_name[name].append(ms)
    return {name: median(values) for name, values in by_name.items()}
