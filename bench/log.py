"""log: how fast entries get their places, how long a new one waits for its checkpoint, and how long the proof of one takes to make.

`log.sequencing`: 50,000 entries of 2,000 cases wait, as the database stamps them; the worker's own action places them, with every hash,
signature and commit. `log.checkpoint_s`: worker and witness as processes, while entries come in; the p95 from an entry's commit until a
checkpoint that contains it is signed *and* cosigned. `log.proof`: the p95 of `proof_of` in a log that grew (`grow_log.py`), as the vault
reads it, at each of some sizes; the ratio is the largest one's. OFFMON_BENCH_LOG says how many entries that has: 50,000,000 take a quarter
of an hour and 20 GB of disk.
"""

import cProfile
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo

from bench.ground import Ground, percentile
from bench.grow_log import GrownLog, record
from bench.inside import hottest as lines_of
from bench.result import Found, NotMeasured
from bench.working import Agency, an_agency, working
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.log.tlog.checkpoint import check_checkpoint
from offmon.core.log.tlog.merkle import check_inclusion, leaf_hash
from offmon.server.audit.actions import append
from offmon.server.audit.actions.sequence import do_sequence
from offmon.server.audit.queries import proof_of
from offmon.server.base.actor import Service, service
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from tests.database import Database
from tests.server import as_process

WAITING: Final = 50_000
CASES: Final = 2000
ENTRIES_PER_S: Final = 10_000
ACTS_PER_S: Final = 50
ENTRIES_OF_ACT: Final = 5
COME_IN_S: Final = 20.0
CHECKPOINT_S: Final = 1.0
PROOF_MS: Final = 5.0
SIZES: Final = (10_000, 100_000, int(os.environ.get("OFFMON_BENCH_LOG", "1000000")))
PROOFS: Final = 300
LOOK_S: Final = 0.01
# By a superuser whom no trigger stops, so that it does not take a minute: what the stamp sets is set here.
WAIT: Final = """
set session_replication_role = replica;
insert into audit_entry (id, agency, "case", at, verb, operation, outcome, actor, actor_role, touched, doc, salt, "commit", xid, nth)
select gen_random_uuid(), '{agency}', md5((n % {cases})::text)::uuid, 1, 'case.consulted', 'consultation', 'allowed', gen_random_uuid(),
       'offender_manager', '{{}}', decode(repeat(md5(n::text), 40), 'hex'), ''::bytea, sha256(int8send(n)), pg_current_xact_id(),
       nextval('audit_entry_nth_seq')
from generate_series(1, {waiting}) n
"""
SEEN: Final = """
select coalesce(max(size), 0), coalesce(max(size) filter (where cosigned_at is not null), 0) from audit_checkpoint
"""


def measure(ground: Ground) -> Found:
    """The three."""
    sequencing = _sequencing(ground)
    signed, cosigned = _checkpoints(ground)
    proofs = _proofs(ground)
    largest = proofs[max(proofs)]
    return Found(
        ratios={
            "log.sequencing": median(sequencing) / ENTRIES_PER_S,
            "log.checkpoint_s": percentile(cosigned, 0.95) / CHECKPOINT_S,
            "log.proof": percentile(largest, 0.95) / PROOF_MS,
        },
        figures={
            "log.entries_per_s": median(sequencing),
            "log.signed_p95_s": percentile(signed, 0.95),
            "log.cosigned_p50_s": median(cosigned),
            "log.cosigned_p95_s": percentile(cosigned, 0.95),
            **{f"log.proof_p50_of_{size}_ms": median(taken) for size, taken in proofs.items()},
            **{f"log.proof_p95_of_{size}_ms": percentile(taken, 0.95) for size, taken in proofs.items()},
        },
    )


def hottest(ground: Ground) -> list[str]:
    """A profile of the sequencer over all that waits."""
    profile = cProfile.Profile()
    with _waiting(ground) as agency:
        profile.runcall(_place_all, agency)
    return lines_of(profile).splitlines()


def _sequencing(ground: Ground) -> list[float]:
    """Entries a second, several times over in one log."""
    with _waiting(ground) as agency:
        found = [_place_all(agency)]
        for _ in range(2):
            _wait(agency)
            found.append(_place_all(agency))
    return found


@contextmanager
def _waiting(ground: Ground) -> Iterator[Agency]:
    with ground.database() as (database, _):
        agency = an_agency(database)
        _wait(agency)
        with as_process(database, Process.WORKER):
            yield agency


def _wait(agency: Agency) -> None:
    with psycopg.connect(_as_superuser(agency.database), autocommit=True) as superuser:
        superuser.execute(WAIT.format(agency=agency.id, cases=CASES, waiting=WAITING).encode())
        superuser.execute("vacuum analyze audit_entry, audit_sequenced")


def _place_all(agency: Agency) -> float:
    placed, began = 0, time.perf_counter()
    while now := do_sequence(agency.log, actor=service(Service.WORKER, agency.id)):
        placed += now
    if not placed:
        raise NotMeasured("nothing was placed")
    return placed / (time.perf_counter() - began)


def _checkpoints(ground: Ground) -> tuple[list[float], list[float]]:
    """The seconds that each entry waited for a signed checkpoint, and for a cosigned one."""
    with ground.database() as (database, folder):
        agency = an_agency(database)
        with working(agency, folder):
            looks, written = list[tuple[float, int, int]](), dict[Id, float]()
            ended = threading.Event()
            looking = threading.Thread(target=_look, args=(database, looks, ended))
            looking.start()
            try:
                _come_in(agency, written)
                time.sleep(5 * CHECKPOINT_S)
            finally:
                ended.set()
                looking.join()
        with psycopg.connect(_as_superuser(database)) as superuser:
            places = superuser.execute("select entry_id, index from audit_sequenced").fetchall()
    indexes = {Id(entry.hex): index for entry, index in places}
    if set(written) - set(indexes):
        raise NotMeasured("entries came in, and some have no place five seconds later")
    waits = [[_first(looks, column, indexes[entry]) - at for entry, at in written.items()] for column in (1, 2)]
    return waits[0], waits[1]


def _first(looks: list[tuple[float, int, int]], column: int, index: int) -> float:
    return next((look[0] for look in looks if look[column] > index), float("inf"))


def _look(database: Database, looks: list[tuple[float, int, int]], ended: threading.Event) -> None:
    with psycopg.connect(_as_superuser(database), autocommit=True) as superuser:
        while not ended.wait(LOOK_S):
            [(signed, cosigned)] = superuser.execute(SEEN).fetchall()
            looks.append((time.monotonic(), signed, cosigned))


def _come_in(agency: Agency, written: dict[Id, float]) -> None:
    """Acts of ingest at an even pace, each with some entries, as of batches."""
    ingest = service(Service.INGEST, agency.id)
    with as_process(agency.database, Process.INGEST):
        began = time.monotonic()
        for n in range(int(COME_IN_S * ACTS_PER_S)):
            time.sleep(max(0.0, began + n / ACTS_PER_S - time.monotonic()))
            with scope(ingest, durable=True):
                entries = [append(ingest, Verb.BATCH_RECEIVED, case=new_id()).id for _ in range(ENTRIES_OF_ACT)]
            written |= dict.fromkeys(entries, time.monotonic())


def _proofs(ground: Ground) -> dict[int, list[float]]:
    """The milliseconds of proofs by the size of the log, each checked."""
    found = dict[int, list[float]]()
    with ground.database() as (database, _):
        log = GrownLog(database)
        for size in SIZES:
            log.grow(size)
            found[size] = _prove(log)
    return found


def _prove(log: GrownLog) -> list[float]:
    vault, taken = service(Service.VAULT, log.agency), []
    with as_process(log.database, Process.VAULT):
        for entry in log.entries(PROOFS + 1):
            began = time.perf_counter()
            proof = proof_of(vault, entry)
            taken.append(1000 * (time.perf_counter() - began))
            if proof is None:
                raise NotMeasured("an entry of the grown log has no proof")
            tree, _ = check_checkpoint(proof.note, log.key.public.name, [log.key.public])
            check_inclusion(leaf_hash(record(proof.index)), proof.index, tree.size, proof.hashes, tree.root)
    return taken[1:]  # the first opens a connection


def _as_superuser(database: Database) -> str:
    return make_conninfo(database.server.superuser_url, dbname=database.name)
