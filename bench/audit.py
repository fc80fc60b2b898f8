"""audit.of_ceiling: a real action that writes one row and its entry, as a share of one statement that writes the same rows.

The action opens a case to a colleague: scope, one row, one entry that names it, commit. The peer writes rows of the same content under new
ids, as the same role, into the same tables with their policies and triggers. Its one statement is its own transaction. Both use one
connection, in blocks by turns. The difference is a transaction's round trips, the model layer, and making the entry.

The peer's entries are made before its time begins. `figures.at_best` is the share of a program that does only what the promise needs, on
the driver alone: it opens the transaction and its scope, writes the row, then makes and writes the entry that commits to it, and commits.
It has no model, rule, permission or check. The most that an action can reach is that share (ADR 4 says why row and entry are two
statements).
"""

import cProfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from bench.ground import Ground
from bench.inside import hottest as lines_of
from bench.result import Found
from offmon.core.formats import codec, commitment
from offmon.core.log.audit import AuditEntry, Verb, commit_of
from offmon.server.agencies.actions import grant_caseload
from offmon.server.base import clock
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from tests.database import Database
from tests.server import as_process
from tests.support.story import Story

BLOCK: Final = 50
BLOCKS: Final = 10
SCOPE: Final = (
    "select set_config('offmon.agency', %(agency)s::text, true), set_config('offmon.actor', %(actor)s::text, true)"
)
ROW: Final = """
insert into agencies_caseload (id, agency, salt, "case", staff_id, since, until, reason, granted_by)
select %(row)s, %(agency)s, %(salt)s, %(case)s, %(staff_id)s, %(at)s, null, %(reason)s, %(granted_by)s
"""
ENTRY: Final = """
insert into audit_entry (id, agency, "case", at, verb, operation, outcome, actor, actor_role, actor_team, session, request, reason,
                         touched, doc, salt, "commit")
select %(entry)s, %(agency)s, %(case)s, %(at)s, %(verb)s, %(operation)s, %(outcome)s, %(actor)s, %(actor_role)s, %(actor_team)s,
       %(session)s, %(request)s, %(reason)s, %(touched)s, %(doc)s, %(entry_salt)s, %(commit)s
"""
WRITE: Final = f"with scope as materialized ({SCOPE}), written as ({ROW} from scope) {ENTRY} from scope"
WRITTEN: Final = """
select entry.*, entry.salt as entry_salt, load.salt, load.staff_id, load.granted_by
from audit_entry entry join agencies_caseload load on load."case" = entry."case" where entry.verb = %s limit 1
"""


def measure(ground: Ground) -> Found:
    """Blocks of both by turns; the median of their ratios."""
    with (
        _office(ground) as (database, story),
        psycopg.connect(database.url(Process.CONSOLE), autocommit=True) as peer,
        psycopg.connect(database.url(Process.CONSOLE)) as driver,
    ):
        written = _written(database)
        act, least = partial(_act, story), _least(driver, written)
        for do in (act, _writer(peer, written), least):
            _per_second(do)
        turns = [(_per_second(act), _per_second(_writer(peer, written)), _per_second(least)) for _ in range(BLOCKS)]
    return Found(
        ratios={"audit.of_ceiling": median(one / other for one, other, _ in turns)},
        figures={
            "audit.actions_per_s": median(one for one, _, _ in turns),
            "ceiling.statements_per_s": median(other for _, other, _ in turns),
            "at_best": median(best / other for _, other, best in turns),
        },
    )


def hottest(ground: Ground) -> list[str]:
    """A profile of the action."""
    with _office(ground) as (_, story):
        _act(story)
        profile = cProfile.Profile()
        for _ in range(BLOCK):
            profile.runcall(_act, story)
    return lines_of(profile).splitlines()


@contextmanager
def _office(ground: Ground) -> Iterator[tuple[Database, Story]]:
    with ground.database() as (database, folder):
        story = Story(database, folder)
        with as_process(database, Process.CONSOLE):
            _act(story)
            yield database, story


def _act(story: Story) -> None:
    """One audited write and nothing else, as the opening of a case does it: the rules before it are not what is measured."""
    with scope(story.officer, durable=True):
        grant_caseload(new_id(), story.colleague.id, "works on it", actor=story.officer)


def _writer(peer: psycopg.Connection[Any], written: dict[str, Any]) -> Callable[[], None]:
    """Writes a block of the same under new ids, made beforehand: the log takes in no entry that is not true to its columns."""
    entry = codec.load(AuditEntry, written["doc"], max_size=len(written["doc"]))
    made = iter([_again(written, entry) for _ in range(BLOCK)])

    def write() -> None:
        peer.execute(WRITE, next(made))

    return write


def _again(written: dict[str, Any], entry: AuditEntry) -> dict[str, Any]:
    row, case, [touched] = new_id(), new_id(), entry.touched
    true = replace(entry, case=case, at=clock.now(), touched=(replace(touched, id=row),))
    return written | {
        "row": UUID(row),
        "case": UUID(case),
        "entry": UUID(new_id()),
        "at": true.at,
        "touched": [f"agencies_caseload:{UUID(row)}"],
        "doc": codec.dump(true),
        "commit": bytes.fromhex(commit_of(true, written["entry_salt"])),
    }


def _least(driver: psycopg.Connection[Any], written: dict[str, Any]) -> Callable[[], None]:
    """Writes the same by what the promise needs, and nothing else."""
    entry = codec.load(AuditEntry, written["doc"], max_size=len(written["doc"]))

    def write() -> None:
        new = _again(written, entry)
        driver.execute(SCOPE, new)
        driver.execute(ROW, new)
        named = {name: new[name].hex for name in ("row", "case", "staff_id", "granted_by")} | {"since": new["at"]}
        commitment.commit("caseload", new["salt"], named | {"until": None, "reason": new["reason"]})
        driver.execute(ENTRY, new)
        driver.commit()

    return write


def _written(database: Database) -> dict[str, Any]:
    """What the action wrote."""
    address = make_conninfo(database.server.superuser_url, dbname=database.name)
    with psycopg.connect(address, row_factory=dict_row) as all_seeing:
        [found] = all_seeing.execute(WRITTEN, [Verb.CASELOAD_GRANTED.value]).fetchall()
    return found


def _per_second(do: Any) -> float:
    began = time.perf_counter()
    for _ in range(BLOCK):
        do()
    return BLOCK / (time.perf_counter() - began)
