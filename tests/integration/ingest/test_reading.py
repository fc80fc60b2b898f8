"""What worker, console and vault may read of what devices sent, each as its own role (design §5)."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import ProgrammingError, connection

from offmon.core.authority.profile import Profile
from offmon.core.formats import codec
from offmon.core.formats.event import DisclosureLeaf, Envelope, GapReason
from offmon.core.formats.journal import hash_of, leaf_data_of
from offmon.core.ids import Id, Ms
from offmon.core.log.tlog.merkle import leaf_hash
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.evidence.reveal import check_journal
from offmon.server.intake import actions, queries
from offmon.server.intake.models import Held
from tests.database import Database
from tests.integration.ingest.arrange import Case, InProcess, select
from tests.server import as_process
from tests.support.fake_device import FakeDevice, new_id, now


@pytest.fixture
def sent(face: InProcess, device: FakeDevice, profile: Profile) -> FakeDevice:
    """A device that has sent a note, two disclosures and a gap."""
    device.note()
    device.disclose(profile)
    device.disclose(profile)
    device.gap(GapReason.SOURCE_DOWN)
    assert face.send(device.send()).status == 200
    return device


@contextmanager
def reading(case: Case, process: Process, name: Service, agency: Id | None = None) -> Iterator[Actor]:
    with as_process(case.agency.database, process):
        yield service(name, agency or case.agency.id)


def test_the_worker_reads_what_was_admitted_from_where_it_left_off(case: Case, sent: FakeDevice) -> None:
    with reading(case, Process.WORKER, Service.WORKER) as worker:
        (journal,) = queries.journals(actor=worker)
        assert (journal.device, journal.epoch, journal.number, journal.size) == (sent.device, sent.epoch, 0, 4)
        found = queries.disclosures_since(sent.device, sent.epoch, 0, limit=10, actor=worker)
        assert [item.n for item in found] == [1, 2]
        leaf = sent.leaves[1]
        assert isinstance(leaf, DisclosureLeaf)
        assert found[0].envelope == leaf.envelope
        assert [i.n for i in queries.disclosures_since(sent.device, sent.epoch, 2, limit=10, actor=worker)] == [2]
        assert [i.n for i in queries.disclosures_since(sent.device, sent.epoch, 0, limit=1, actor=worker)] == [1]
        assert queries.disclosure(found[0].id, actor=worker) == found[0]


def test_every_place_of_a_journal_is_accounted_for_by_the_bytes_that_were_hashed(case: Case, sent: FakeDevice) -> None:
    with reading(case, Process.VAULT, Service.VAULT) as vault:
        (journal,) = queries.journals(actor=vault)
        kept = queries.leaves_of(journal, actor=vault, enclosed=True)
    assert [leaf.n for leaf in kept] == [0, 1, 2, 3]
    assert {leaf.held for leaf in kept} == {Held.HELD}
    hashes = [leaf_hash(leaf_data_of(leaf.kind, leaf.commit, leaf.ciphertext_digest)) for leaf in kept]
    assert hashes == [hash_of(leaf) for leaf in sent.leaves]
    document, original = kept[1].document, sent.leaves[1]
    assert isinstance(original, DisclosureLeaf)
    assert document is not None
    assert codec.load(Envelope, document, max_size=1 << 16) == original.envelope
    assert (kept[1].salt, kept[1].ciphertext) == (original.salt, original.ciphertext)


def test_a_batch_that_arrives_between_head_and_rows_does_not_look_as_if_the_rows_were_changed(
    case: Case, sent: FakeDevice, face: InProcess, profile: Profile
) -> None:
    """The vault reads the head first, then the rows, and its transaction sees what is committed meanwhile."""
    with reading(case, Process.VAULT, Service.VAULT) as vault:
        (journal,) = queries.journals(actor=vault)
        before = queries.leaves_of(journal, actor=vault)
    sent.disclose(profile)
    assert face.send(sent.send()).status == 200
    with reading(case, Process.VAULT, Service.VAULT) as vault:
        rows = queries.leaves_of(journal, actor=vault)
        check_journal(journal, rows, profile)
        (later,) = queries.journals(actor=vault)
        assert (rows, later.size) == (before, len(before) + 1)
        check_journal(later, queries.leaves_of(later, actor=vault), profile)


def test_only_the_vault_reads_what_is_enclosed(case: Case, sent: FakeDevice) -> None:
    ((leaf,),) = select(case.agency.database, "select id from intake_leaf where n = 1")
    with reading(case, Process.VAULT, Service.VAULT) as vault:
        enclosed = queries.enclosed_leaf(Id(leaf.hex), actor=vault)
        original = sent.leaves[1]
        assert enclosed is not None
        assert isinstance(original, DisclosureLeaf)
        assert (enclosed.envelope, enclosed.salt) == (original.envelope, original.salt)
        assert enclosed.ciphertext == original.ciphertext
    for process, name in ((Process.WORKER, Service.WORKER), (Process.CONSOLE, Service.WORKER)):
        with reading(case, process, name) as other, pytest.raises(ProgrammingError, match="permission denied"):
            queries.enclosed_leaf(Id(leaf.hex), actor=other)


@pytest.mark.parametrize("column", ["document", "ciphertext", "salt", "event_at", "rule"])
def test_ingest_itself_reads_no_content_back(case: Case, sent: FakeDevice, column: str) -> None:
    """Taken over, it could not read what others sent before (design §5)."""
    ingest = service(Service.INGEST, case.agency.id)
    with scope(ingest), connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(f'select "{column}" from intake_leaf')  # noqa: S608 - the test's own names


@pytest.mark.parametrize(
    "statement", ["delete from intake_leaf", "update intake_leaf set n = 1", "truncate intake_leaf"]
)
def test_ingest_takes_nothing_back(case: Case, sent: FakeDevice, statement: str) -> None:
    ingest = service(Service.INGEST, case.agency.id)
    with scope(ingest), connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(statement)


def test_another_agency_finds_nothing(case: Case, sent: FakeDevice) -> None:
    with reading(case, Process.WORKER, Service.WORKER, new_id()) as stranger:
        assert queries.journals(actor=stranger) == []
        assert queries.disclosures_since(sent.device, sent.epoch, 0, limit=10, actor=stranger) == []
        assert queries.gaps_of(case.case, actor=stranger) == []
        assert queries.liveness({sent.device}, actor=stranger) == []


def test_gaps_of_a_case_and_when_its_devices_were_heard(case: Case, sent: FakeDevice) -> None:
    with reading(case, Process.WORKER, Service.WORKER) as worker:
        (gap,) = queries.gaps_of(case.case, actor=worker)
        assert (gap.gap.reason, gap.gap.n) == (GapReason.SOURCE_DOWN, 3)
        (heard,) = queries.liveness({sent.device, new_id()}, actor=worker)
        assert (heard.device, heard.epoch, heard.size) == (sent.device, sent.epoch, 4)
        assert abs(heard.heard_at - now()) < 60_000


def test_nonces_are_forgotten_once_their_signatures_are_over(case: Case, sent: FakeDevice, database: Database) -> None:
    with reading(case, Process.WORKER, Service.WORKER):
        assert actions.do_forget_nonces(at=now()) == 0
        assert actions.do_forget_nonces(at=Ms(now() + 600_000)) == 1
    assert select(database, "select count(*) from intake_nonce") == [(0,)]


def test_strangers_are_a_figure_by_reason(face: InProcess, case: Case) -> None:
    for _ in range(3):
        face.send(FakeDevice("http://127.0.0.1:9").heartbeat())
    with reading(case, Process.WORKER, Service.WORKER):
        assert queries.strangers(Ms(now() - 86_400_000)) == {"unknown-device": 3}
