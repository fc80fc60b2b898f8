"""An agency of a benchmark's database, and its worker and witness as processes of their own."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.ground import clean
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Id, Origin
from offmon.server.audit.actions.sequence import SequencedLog
from offmon.server.base.policies import Process
from tests.database import Database
from tests.integration.ingest import arrange
from tests.integration.witness.test_witness_process import Place, a_place

SEED: Final = bytes(range(32))
WAIT_S: Final = 30.0


@dataclass(frozen=True)
class Agency:
    """An agency, and what signs its log."""

    database: Database
    stands: arrange.Agency
    log: SequencedLog

    @property
    def id(self) -> Id:
        """Whose it is."""
        return self.stands.id


@dataclass(frozen=True)
class Worker:
    """The worker's process, and its witness."""

    process: "subprocess.Popen[bytes]"
    witness: Place


def an_agency(database: Database, receipt: SigningKey | None = None) -> Agency:
    """An agency with a log key. `receipt`: the key by which its ingest signs."""
    signing = receipt or SigningKey.from_seed("force.invalid/86/receipt", SEED)
    profile_key = SigningKey.from_seed("force.invalid/86/profile", SEED)
    stands = arrange.Agency(database, profile_key=profile_key).stand(signing.public)
    origin = Origin(f"force.invalid/{stands.id}")
    return Agency(database, stands, SequencedLog(stands.id, origin, SigningKey.from_seed(origin, SEED)))


@contextmanager
def working(agency: Agency, folder: Path) -> Iterator[Worker]:
    """Worker and witness, until the block ends. Signer and vault are nowhere: nothing here waits for them."""
    keys, nowhere = folder / "log-keys", str(folder / "nowhere")
    keys.mkdir()
    (keys / agency.id).write_bytes(SEED)
    (folder / "witness").mkdir()
    place = a_place(folder / "witness", agency.log.origin, agency.log.key)
    told = {
        "OFFMON_DATABASE_URL": agency.database.url(Process.WORKER),
        "OFFMON_LOG_KEYS": str(keys),
        "OFFMON_WITNESS_URL": f"http://127.0.0.1:{place.port}",
        "OFFMON_WITNESS_KEY": place.key.vkey,
        "OFFMON_SIGNER_SOCKET": nowhere,
        "OFFMON_VAULT_SOCKET": nowhere,
    }
    with place.running(), (folder / "worker.log").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "offmon.server.processes.worker"],
            env={**clean(), **told},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        try:
            _wait_until_it_works(process, folder / "worker.log")
            yield Worker(process, place)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(WAIT_S)
            process.kill()
            process.wait()


def _wait_until_it_works(process: "subprocess.Popen[bytes]", said: Path) -> None:
    pause = threading.Event()
    for _ in range(int(WAIT_S / 0.1)):
        if b": working" in said.read_bytes() or process.poll() is not None:
            return
        pause.wait(0.1)
