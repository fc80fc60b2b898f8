"""feed.of_ceiling: a document of 10,000 status changes, taken by the worker, as a share of its parts alone.

Each change is of a licence of ours and newer than the last, so that each is a transaction: the row locked, held to the log, changed, and an
entry that names it. The parts: the document read once, and a statement a change that updates the same row and writes the same entry, as the
same role, with policies and triggers. Its entries are made before its time begins, block by block. No change suspends anything.
"""

import cProfile
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import batched
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from bench.ground import Ground
from bench.inside import hottest as lines_of
from bench.result import Found
from offmon.core.authority.bases import Basis
from offmon.core.authority.licence import LicenceType
from offmon.core.authority.licence_feed import read
from offmon.core.clock import DAY_MS, HOUR_MS, utc_text
from offmon.core.formats import codec
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import AuditEntry, Verb, commit_of
from offmon.server.base import clock
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.orders.actions import do_record_instrument
from offmon.server.orders.licences.actions import do_record_licence
from offmon.server.orders.licences.queries import LicenceEntry
from offmon.server.processes.worker.licences import take
from tests.database import Database
from tests.server import as_process
from tests.support.orders import an_entry
from tests.support.story import Story

CHANGES: Final = 10_000
LICENCES: Final = 100
BLOCK: Final = 200
WRITE: Final = """
with written as (
    update orders_licence set status = 'ACTIVE', status_at = %(at)s, told_at = %(at)s where id = %(row)s returning id
)
insert into audit_entry (id, agency, "case", at, verb, operation, outcome, actor, actor_role, actor_team, session, request, reason,
                         touched, doc, salt, "commit")
select %(entry)s, %(agency)s, %(case)s, %(at)s, %(verb)s, %(operation)s, %(outcome)s, %(actor)s, %(actor_role)s, %(actor_team)s,
       %(session)s, %(request)s, %(reason)s, %(touched)s, %(doc)s, %(salt)s, %(commit)s from written
"""
SCOPE: Final = "select set_config('offmon.agency', %s, false), set_config('offmon.actor', %s, false)"


def measure(ground: Ground) -> Found:
    """Both, one after the other, on one database."""
    with _agency(ground) as (database, story):
        data = _document(story, CHANGES)
        began = time.perf_counter()
        take(data, "bench.json", story.worker)
        ours = time.perf_counter() - began
        written = _entries(database)
        with psycopg.connect(database.url(Process.WORKER), autocommit=True) as peer:
            peer.execute(SCOPE, [str(UUID(story.agency)), str(UUID(story.worker.id))])
            began = time.perf_counter()
            read(data, clock.now())
            parts = reading = time.perf_counter() - began
            for block in batched(written, BLOCK):
                parts += _write(peer, [_again(one) for one in block])
    return Found(
        ratios={"feed.of_ceiling": parts / ours},
        figures={"feed.changes_per_s": CHANGES / ours, "ceiling.changes_per_s": CHANGES / parts, "read.s": reading},
    )


def _write(peer: "psycopg.Connection[Any]", made: Sequence[dict[str, Any]]) -> float:
    began = time.perf_counter()
    for one in made:
        peer.execute(WRITE, one)
    return time.perf_counter() - began


def hottest(ground: Ground) -> list[str]:
    """A profile of the worker."""
    with _agency(ground) as (_, story):
        profile = cProfile.Profile()
        profile.runcall(take, _document(story, min(CHANGES, 500)), "bench.json", story.worker)
    return lines_of(profile).splitlines()


@contextmanager
def _agency(ground: Ground) -> Iterator[tuple[Database, Story]]:
    """An agency with licences of which the numbers are known; then the worker."""
    with ground.database() as (database, folder):
        story = Story(database, folder)
        story.orders()
        begins = Ms(clock.now() - 20 * DAY_MS)
        with story.console(), story.with_keys():
            for number in range(LICENCES):
                entry = an_entry(story.agency, Basis.LICENCE, begins)
                licence = do_record_instrument(story.case, entry, actor=story.officer)
                named = LicenceEntry(f"86-{number}", LicenceType.AP, "CRD", "4.0", ())
                do_record_licence(licence, named, actor=story.officer)
        with as_process(database, Process.WORKER):
            yield database, story


def _document(story: Story, count: int) -> bytes:
    """Statuses under which monitoring runs, in turn: each newer than the last of its licence."""
    now = clock.now()
    statuses = ({"status": "ACTIVE"}, {"status": "VARIATION_SUBMITTED", "approved_version_active": True})
    changes = [
        {"licence": f"86-{one % LICENCES}", "at": utc_text(Ms(now - HOUR_MS + one)), "type": "AP"}
        | statuses[one // LICENCES % 2]
        for one in range(count)
    ]
    times = {"made_at": utc_text(now), "next_by": utc_text(Ms(now + DAY_MS))}
    return json.dumps({"schema": 1, "agency": story.agency, "changes": changes} | times).encode()


def _entries(database: Database) -> list[dict[str, Any]]:
    """The entries that the worker wrote."""
    address = make_conninfo(database.server.superuser_url, dbname=database.name)
    with psycopg.connect(address, row_factory=dict_row) as all_seeing:
        asked = "select * from audit_entry where verb = %s order by at"
        return all_seeing.execute(asked, [Verb.LICENCE_CHANGED.value]).fetchall()


def _again(written: dict[str, Any]) -> dict[str, Any]:
    """An entry under a new id and of now: the log takes in none that is not true to its columns, or of another time."""
    entry = codec.load(AuditEntry, written["doc"], max_size=len(written["doc"]))
    true = replace(entry, at=clock.now())
    [touched] = entry.touched
    return written | {
        "row": UUID(Id(touched.id)),
        "entry": UUID(new_id()),
        "at": true.at,
        "doc": codec.dump(true),
        "commit": bytes.fromhex(commit_of(true, written["salt"])),
    }
