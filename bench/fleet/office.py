"""The machine that a fleet calls: PostgreSQL, ingest, worker and witness, each a process of its own."""

import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo

from bench.fleet import costs
from bench.fleet.devices import Fleet
from bench.ground import Ground, free_port, serving
from bench.intake import as_sent
from bench.requests import send
from bench.result import NotMeasured
from bench.working import SEED, Agency, an_agency, working
from offmon.core.formats import dsse
from offmon.core.formats.event import Receipt
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Digest
from offmon.server.base.policies import Process
from tests.integration.ingest.arrange import keys_in
from trial.postgres import Cluster

WORKERS: Final = 2
ASK: Final = "/v1/profile"
WITNESS: Final = "offmon.witness"
INGEST: Final = "offmon.server.faces.ingest.wsgi"
ASKED: Final = 12  # connections: enough that each of ingest's workers has one
AGREED_WITHIN_S: Final = 180.0


@dataclass
class Office:
    """An agency whose fleet calls; `superuser` sees everything."""

    agency: Agency
    fleet: Fleet
    port: int
    environment: Mapping[str, str]
    folder: Path
    superuser: "psycopg.Connection[Any]"
    processes: dict[str, int]

    @contextmanager
    def serving(self) -> Iterator[None]:
        """With ingest. The one device of which the others are copies has sent its first batch."""
        with serving(INGEST, self.environment, self.port, ask=ASK, workers=WORKERS):
            self.processes["ingest"] = costs.child_with(INGEST)
            send(self.port, [as_sent(self.fleet.first.send(0), self.fleet.first)])
            yield

    @contextmanager
    def working(self) -> Iterator[None]:
        """With the worker and its witness."""
        with working(self.agency, self.folder) as worker:
            self.processes |= {"worker": worker.process.pid, "witness": costs.child_with(WITNESS)}
            yield

    def cost(self) -> costs.Cost:
        """What was used until now."""
        return costs.now(self.processes, self.superuser)

    def given(self) -> str | None:
        """The checkpoint of the log that ingest gives, once all its workers give the same. With a worker there soon is one."""
        until = time.monotonic() + AGREED_WITHIN_S
        while len(found := {self._given() for _ in range(ASKED)}) > 1 or ("worker" in self.processes and None in found):
            if time.monotonic() > until:
                raise NotMeasured("ingest's workers give no checkpoint of the log, or several")
            time.sleep(2)
        return found.pop()

    def _given(self) -> str | None:
        asked = as_sent(self.fleet.first.heartbeat(), self.fleet.first)
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
            line.request(asked.method, asked.path, asked.body, asked.headers)
            return dsse.peek(Receipt, line.getresponse().read()).log_checkpoint

    def count(self, words: str) -> int:
        """A number that the database says."""
        [(found,)] = self.superuser.execute(f"select count(*) from {words}".encode()).fetchall()  # noqa: S608 - ours
        return int(found)


def newest_keys(superuser: "psycopg.Connection[Any]") -> Digest:
    """The digest of the newest statement of the only agency's keys, which a short heartbeat names."""
    query = "select document from agencies_keysstatement order by version desc limit 1"
    [(statement,)] = superuser.execute(query).fetchall()
    return dsse.digest_of(statement)


@contextmanager
def office(ground: Ground) -> Iterator[Office]:
    """An agency with one device."""
    with ground.database() as (database, folder):
        keys = keys_in(folder)
        name, file = keys["OFFMON_RECEIPT_KEY_NAME"], Path(keys["OFFMON_RECEIPT_KEY_FILE"])
        agency = an_agency(database, SigningKey.from_seed(name, file.read_bytes()))
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        told = {"OFFMON_DATABASE_URL": database.url(Process.INGEST), "OFFMON_INGEST_URL": url}
        address = make_conninfo(database.server.superuser_url, dbname=database.name)
        with psycopg.connect(address, autocommit=True) as superuser:
            fleet = Fleet.begun(agency.stands, newest_keys(superuser), SEED, url)
            yield Office(agency, fleet, port, {**keys, **told}, folder, superuser, _postgres(database.server))


def _postgres(server: object) -> dict[str, int]:
    """The server's first process, whose children all others are; of a server that somebody else runs it is not to be seen."""
    return (
        {"postgres": int((server.data / "postmaster.pid").read_text().split("\n")[0])}
        if isinstance(server, Cluster)
        else {}
    )
