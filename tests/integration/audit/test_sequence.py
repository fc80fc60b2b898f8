"""Places have no gap, no entry is lost or passed over, and the signature covers the tree of them all (formats §7)."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Id, Origin
from offmon.core.log import audit
from offmon.core.log.audit import Verb
from offmon.core.log.tlog.checkpoint import check_checkpoint
from offmon.core.log.tlog.merkle import leaf_hash, root_of
from offmon.core.log.tlog.note import SignedNote as Signed
from offmon.core.log.tlog.tiles import Tile, TiledLog
from offmon.server.audit import queries
from offmon.server.audit.actions import append
from offmon.server.audit.actions.sequence import SequencedLog, do_sequence
from offmon.server.audit.files import files_of
from offmon.server.audit.models import Checkpoint, Entry, Sequenced
from offmon.server.base.actor import Actor
from offmon.server.base.policies import Process
from offmon.server.base.scope import action, scope
from tests.database import Database
from tests.integration.audit.sample import AGENCY, CASE, OTHER_AGENCY, OTHER_CASE, OTHER_WORKER, WORKER
from tests.server import as_process
from tests.support.refused import code_of

pytestmark = pytest.mark.usefixtures("as_worker")
LOG = SequencedLog(AGENCY, Origin("log.invalid/86"), SigningKey.from_seed("log.invalid/86", bytes([1]) * 32))
OTHER_LOG = SequencedLog(
    OTHER_AGENCY, Origin("log.invalid/other"), SigningKey.from_seed("log.invalid/other", bytes([2]) * 32)
)


@action
def do_act(case: Id | None, times: int = 1, *, actor: Actor) -> list[Id]:
    """An act that wrote nothing but its entries."""
    return [append(actor, Verb.CASE_CONSULTED, case=case).id for _ in range(times)]


def records() -> list[bytes]:
    with scope(WORKER):
        return [row.record for row in Sequenced.objects.order_by("index")]


def roots() -> dict[int, bytes]:
    """Root by size of every checkpoint, after checking its signature."""
    with scope(WORKER):
        notes = [Signed.parse(row.note) for row in Checkpoint.objects.order_by("size")]
    trees = [check_checkpoint(note, LOG.origin, [LOG.key.public])[0] for note in notes]
    return {tree.size: tree.root for tree in trees}


def test_each_case_has_one_run_and_the_agency_its_own() -> None:
    ids = [*do_act(CASE, actor=WORKER), *do_act(None, actor=WORKER), *do_act(OTHER_CASE, actor=WORKER)]
    ids += do_act(CASE, 2, actor=WORKER)
    assert do_sequence(LOG, actor=WORKER) == 5
    with scope(WORKER):
        rows = list(Sequenced.objects.order_by("index"))
    assert [row.entry_id for row in rows] == ids
    assert [row.index for row in rows] == [0, 1, 2, 3, 4]
    assert [(row.run, row.number) for row in rows] == [(CASE, 0), (AGENCY, 0), (OTHER_CASE, 0), (CASE, 1), (CASE, 2)]


def test_a_run_goes_on_from_its_last_record_and_each_record_is_cores() -> None:
    for case in (CASE, OTHER_CASE, CASE):
        do_act(case, 2, actor=WORKER)
        do_sequence(LOG, actor=WORKER)
    run = queries.run_of(WORKER, CASE)
    assert [item.number for item in run] == [0, 1, 2, 3]
    previous = audit.FIRST
    for item in run:
        assert item.previous == previous
        assert item.record == audit.record_of(CASE, item.number, previous, audit.commit_of(item.entry, item.salt))
        previous = item.record


def test_each_checkpoint_is_signed_over_the_tree_of_all_records_so_far() -> None:
    for times in (1, 3, 250, 300, 1):
        do_act(CASE, times, actor=WORKER)
        do_sequence(LOG, actor=WORKER)
    leaves = [leaf_hash(record) for record in records()]
    assert roots() == {size: root_of(leaves[:size]) for size in (1, 4, 254, 554, 555)}


def test_the_files_of_the_log_are_those_of_its_records() -> None:
    do_act(CASE, 600, actor=WORKER)
    do_sequence(LOG, actor=WORKER)

    def read(path: str) -> bytes | None:
        return queries.tile(WORKER, path)

    found = records()
    log = TiledLog(read, 600)
    assert [*log.entries(0), *log.entries(1), *log.entries(2)] == found
    assert log.hashes(1, 0) == tuple(root_of(map(leaf_hash, found[at : at + 256])) for at in (0, 256))
    assert read("tile/0/002.p/88") == b"".join(map(leaf_hash, found[512:]))
    assert read("tile/0/002.p/89") is None
    assert read("tile/2/000.p/1") is None


def test_all_that_a_proof_rests_on_is_read_at_once_as_it_is_one_by_one() -> None:
    do_act(CASE, 600, actor=WORKER)
    do_sequence(LOG, actor=WORKER)
    wanted = {
        Tile(None, 2, 88),
        Tile(0, 2, 88),
        Tile(0, 0),
        Tile(0, 0, 17),
        Tile(1, 0, 2),
        Tile(1, 0, 3),
        Tile(0, 2, 89),
    }
    with scope(WORKER), CaptureQueriesContext(connection) as asked:
        found = files_of(AGENCY, wanted)
    assert len(asked) == 1
    one_by_one = {tile.path: queries.tile(WORKER, tile.path) for tile in wanted}
    assert found == {path: data for path, data in one_by_one.items() if data is not None}
    assert set(one_by_one) - set(found) == {"tile/1/000.p/3", "tile/0/002.p/89"}


def test_nothing_to_place_signs_nothing() -> None:
    assert do_sequence(LOG, actor=WORKER) == 0
    do_act(CASE, actor=WORKER)
    assert [do_sequence(LOG, actor=WORKER) for _ in range(3)] == [1, 0, 0]
    assert list(roots()) == [1]


def test_a_slow_transactions_entry_is_neither_lost_nor_passed_over(as_worker: Database) -> None:
    with as_worker.connect("offmon_worker") as slow:
        slow.execute("select set_config('offmon.agency', %s, true)", [AGENCY])
        slow.execute("select pg_current_xact_id()")  # it has its place in the order of transactions from here on
        [fast] = do_act(CASE, actor=WORKER)
        assert do_sequence(LOG, actor=WORKER) == 0  # the slow one might still write before it
        with scope(WORKER):
            columns = ", ".join(f'"{field.column}"' for field in Entry._meta.fields if field.column != "id")
            row = Entry.objects.get(id=fast)
        insert = f"insert into audit_entry (id, {columns}) select %s, {columns} from audit_entry where id = %s"  # noqa: S608
        slow.execute(insert.encode(), ["e" * 32, row.id])
    assert do_sequence(LOG, actor=WORKER) == 2
    assert [item.id for item in queries.run_of(WORKER, CASE)] == [Id("e" * 32), fast]


def test_an_entry_that_gives_itself_its_order_has_its_own_and_none_stays_out(as_worker: Database) -> None:
    """Two of one number, where a turn ends between them: the second would be passed over for good."""
    [entry] = do_act(CASE, actor=WORKER)
    with scope(WORKER):
        columns = ", ".join(f'"{field.column}"' for field in Entry._meta.fields if field.column != "id")
    insert = (
        f"insert into audit_entry (id, {columns}, nth) overriding system value"  # noqa: S608
        f" select gen_random_uuid(), {columns}, 1 from audit_entry, generate_series(1, 2) where id = %s"
    )
    with as_worker.connect("offmon_worker") as taken:
        taken.execute("select set_config('offmon.agency', %s, true)", [AGENCY])
        taken.execute(insert.encode(), [entry])
    assert [do_sequence(LOG, actor=WORKER, limit=1) for _ in range(4)] == [1, 1, 1, 0]


def test_the_entry_of_a_transaction_that_is_undone_leaves_no_gap(as_worker: Database) -> None:
    do_act(CASE, actor=WORKER)
    with suppress(ZeroDivisionError), scope(WORKER):
        append(WORKER, Verb.CASE_CONSULTED, case=CASE)
        raise ZeroDivisionError
    do_act(CASE, actor=WORKER)
    do_sequence(LOG, actor=WORKER)
    assert [item.number for item in queries.run_of(WORKER, CASE)] == [0, 1]


def test_four_writers_and_two_sequencers_at_once_leave_no_gap_and_lose_nothing() -> None:
    def write(writer: int) -> None:
        try:
            for turn in range(25):
                do_act([CASE, OTHER_CASE, None][(writer + turn) % 3], 1 + turn % 3, actor=WORKER)
        finally:
            connection.close()

    def place(_: int) -> None:
        try:
            for _turn in range(20):
                do_sequence(LOG, actor=WORKER, limit=7)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        done = [pool.submit(write, writer) for writer in range(4)] + [pool.submit(place, n) for n in range(2)]
    for future in done:
        future.result()
    while do_sequence(LOG, actor=WORKER):
        pass
    with scope(WORKER):
        written = set(Entry.objects.values_list("id", flat=True))
        rows = list(Sequenced.objects.order_by("index"))
    assert {row.entry_id for row in rows} == written
    assert len(rows) == len(written) == 4 * sum(1 + turn % 3 for turn in range(25))
    assert [row.index for row in rows] == list(range(len(rows)))
    for run in (CASE, OTHER_CASE, AGENCY):
        numbers = [row.number for row in rows if row.run == run]
        assert numbers == list(range(len(numbers)))
    leaves = [leaf_hash(row.record) for row in rows]
    assert all(root == root_of(leaves[:size]) for size, root in roots().items())


def test_after_a_restore_into_another_cluster_nothing_is_placed(as_worker: Database) -> None:
    do_act(CASE, 2, actor=WORKER)
    do_sequence(LOG, actor=WORKER, limit=1)
    with as_worker.connect_as_owner() as owner:  # as if the entries had been written where more transactions had been
        owner.execute("alter table audit_entry no force row level security, disable trigger insert_only")
        owner.execute("update audit_entry set xid = (xid::text::bigint + 1000000)::text::xid8")
    assert code_of(do_sequence, LOG, actor=WORKER) == "log-of-another-cluster"
    assert len(records()) == 1


def test_an_agencys_log_holds_its_own_entries_only() -> None:
    do_act(CASE, actor=WORKER)
    do_act(OTHER_CASE, 2, actor=OTHER_WORKER)
    assert do_sequence(OTHER_LOG, actor=OTHER_WORKER) == 2
    assert do_sequence(LOG, actor=WORKER) == 1
    assert len(records()) == 1
    assert queries.run_of(WORKER, OTHER_CASE) == []


def test_an_entry_has_one_place() -> None:
    do_act(CASE, actor=WORKER)
    do_sequence(LOG, actor=WORKER)
    with scope(WORKER):
        row = Sequenced.objects.get()
    row.index = row.number = 1
    with pytest.raises(IntegrityError, match="audit_sequenced_pkey"), scope(WORKER):
        row.save(force_insert=True)


@pytest.mark.parametrize("process", [process for process in Process if process is not Process.WORKER])
def test_no_other_process_gives_places(as_worker: Database, process: Process) -> None:
    do_act(None, actor=WORKER)  # of no case, for the console is shown its own cases alone
    refused = "permission denied for function audit_hold_log"
    with as_process(as_worker, process), pytest.raises(Exception, match=refused):
        do_sequence(LOG, actor=WORKER)
