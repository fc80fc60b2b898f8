"""`POST /v1/history`: what a device asks is kept once, with no key and nothing of the history, and on no other's word (R v Smith)."""

import secrets
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

from offmon.core.clock import DAY_MS
from offmon.core.formats import codec, dsse
from offmon.core.formats.kept_history import ASK_LIFE_MS, MOST_A_DAY, MOST_KEYS, READ_MS, HistoryAnswer, HistoryAsk
from offmon.core.formats.problem import Problem
from offmon.core.formats.protocol import HISTORY_PATH, MAX_HISTORY, SignedTime
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from tests.database import Database
from tests.integration.ingest.arrange import URL, Case, InProcess, entries, problem_in, select, strangers
from tests.integration.ingest.contract import history_ask, keeps_history
from tests.support.fake_device import FakeDevice, Request, new_id, now

ROWS = 'select device, "case", signed, entries from rights_historyask order by asked_at'


def ask(device: FakeDevice, signed: bytes | None = None) -> Request:
    return device.request("POST", HISTORY_PATH, history_ask(device) if signed is None else signed)


@pytest.fixture
def keeper(case: Case, device: FakeDevice) -> FakeDevice:
    """A device whose profile has it keep a history."""
    keeps_history(case, device)
    return device


def test_a_request_is_kept_once_as_it_was_signed_and_gets_no_key_before_an_officer_opened_it(
    face: InProcess, database: Database, keeper: FakeDevice, case: Case
) -> None:
    signed = history_ask(keeper)
    for _ in range(3):
        answer = face.send(ask(keeper, signed))
        assert (answer.status, codec.load(HistoryAnswer, answer.body, max_size=MAX_HISTORY).keys) == (200, None)
    ((device, of, document, count),) = select(database, ROWS)
    assert (device.hex, of.hex, bytes(document), count) == (keeper.device, case.case, signed, 1)
    assert entries(database, Verb.HISTORY_ASKED) == [("allowed", None, case.case)]


def test_ten_a_day_and_only_where_a_history_may_be_kept_now(
    face: InProcess, database: Database, keeper: FakeDevice, case: Case
) -> None:
    for _ in range(MOST_A_DAY):
        assert face.send(ask(keeper)).status == 200
    assert problem_in(face.send(ask(keeper)))[:2] == (429, "too-many")
    other = case.enrolled(URL)
    assert problem_in(face.send(ask(other)))[:2] == (422, "unknown-grant")  # it has no profile
    case.sign_profile(other)
    assert problem_in(face.send(ask(other)))[:2] == (422, "unknown-grant")  # of listed sites alone
    keeps_history(case, other, 2)
    assert face.send(ask(other)).status == 200
    case.sign_profile(other, version=3, grants=())
    assert problem_in(face.send(ask(other)))[:2] == (422, "unknown-grant")  # it has ended
    assert len(select(database, ROWS)) == MOST_A_DAY + 1


def changed(asker: FakeDevice, /, **changes: object) -> bytes:
    """What it asks, but for that."""
    return dsse.sign(replace(dsse.peek(HistoryAsk, history_ask(asker)), **changes), asker.signing)  # type: ignore[arg-type]


BAD: dict[str, tuple[Callable[[FakeDevice], bytes], Problem]] = {
    "of another device": (lambda device: changed(device, device=new_id()), Problem.BAD_SIGNATURE),
    "signed by another": (
        lambda device: history_ask(replace(device, signing=FakeDevice(URL).signing)),
        Problem.BAD_SIGNATURE,
    ),
    "long ago": (lambda device: changed(device, asked_at=Ms(now() - ASK_LIFE_MS - READ_MS)), Problem.EXPIRED),
    "tomorrow": (lambda device: changed(device, asked_at=Ms(now() + DAY_MS)), Problem.EXPIRED),
    "no key": (lambda device: changed(device, keys=()), Problem.MALFORMED),
    "too many keys": (lambda device: changed(device, keys=(b"x",) * (MOST_KEYS + 1)), Problem.MALFORMED),
    "days out of order": (lambda device: changed(device, first_on=Ms(1)), Problem.MALFORMED),
    "another document": (lambda device: dsse.sign(SignedTime(now(), "0" * 32), device.signing), Problem.MALFORMED),
    "no JSON": (lambda _: b"\xff\x00", Problem.MALFORMED),
}


@pytest.mark.parametrize(("bad", "problem"), BAD.values(), ids=BAD)
def test_what_the_device_did_not_ask_just_now_is_an_entry_and_keeps_nothing(
    face: InProcess, database: Database, keeper: FakeDevice, bad: Callable[[FakeDevice], bytes], problem: Problem
) -> None:
    assert problem_in(face.send(ask(keeper, bad(keeper))))[:2] == (problem.status, problem.code)
    assert select(database, ROWS) == []
    assert [outcome for outcome, _, _ in entries(database, Verb.BATCH_REFUSED)] == ["denied"]


def test_a_stranger_a_replay_and_a_large_one_are_turned_down(
    face: InProcess, database: Database, keeper: FakeDevice
) -> None:
    assert problem_in(face.send(ask(FakeDevice(URL))))[:2] == (401, "unknown-device")
    swapped = replace(ask(keeper), body=history_ask(keeper))
    assert problem_in(face.send(swapped))[:2] == (401, "bad-signature")
    assert strangers(database) == {"unknown-device": 1, "bad-signature": 1}
    assert problem_in(face.send(ask(keeper, b"x" * (MAX_HISTORY + 1))))[:2] == (413, "too-large")
    for method in ("GET", "PUT", "DELETE"):
        assert problem_in(face.send(keeper.request(method, HISTORY_PATH, b"")))[:2] == (404, "not-found")
    assert select(database, ROWS) == []
    once = ask(keeper)
    assert face.send(once).status == 200
    assert problem_in(face.send(once))[:2] == (409, "replayed")


@pytest.mark.parametrize("wrong", ["agency", "case", "device"])
def test_the_role_of_ingest_keeps_it_of_its_own_device_alone_and_gives_no_keys(
    database: Database, keeper: FakeDevice, case: Case, wrong: str
) -> None:
    honest: dict[str, object] = {"agency": case.agency.id, "case": case.case, "device": keeper.device}
    row = (
        'insert into rights_historyask (id, agency, "case", salt, device, digest, signed, asked_at, entries, first_on, last_on)'
        " values (%(id)s, %(agency)s, %(case)s, '', %(device)s, %(digest)s, '', 0, 1, 0, 0)"
    )
    keys = (
        'insert into rights_historykeys (id, agency, "case", salt, ask, opening, digest, sealed, made_at)'
        " select gen_random_uuid(), agency, \"case\", '', id, id, digest, '', 0 from rights_historyask"
    )
    honest |= {"id": new_id(), "digest": secrets.token_bytes(32)}
    with database.connect("offmon_ingest", autocommit=True) as ingest, ingest.transaction(force_rollback=True):
        ingest.execute("select set_config('offmon.agency', %s, true)", [case.agency.id])
        ingest.execute(row, honest)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"), ingest.transaction():
            ingest.execute(keys)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            ingest.execute(row, honest | {"id": new_id(), "digest": secrets.token_bytes(32), wrong: Id("c" * 32)})
