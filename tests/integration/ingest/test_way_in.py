"""`POST /v1/way-in`: a device's code is kept as a digest, five a day, and opens nothing on another's word (docs/adr/0009)."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

from offmon.core import clock
from offmon.core.access import portal_access
from offmon.core.access.portal_access import MOST_A_DAY, DrawnWayIn, WayIn
from offmon.core.authority.profile import Profile
from offmon.core.formats import codec, dsse
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.problem import Problem
from offmon.core.formats.protocol import MAX_WAY_IN, WAY_IN_PATH, SignedTime
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from tests.database import Database
from tests.integration.ingest.arrange import (
    URL,
    Agency,
    Case,
    InProcess,
    entries,
    everything,
    problem_in,
    select,
    strangers,
)
from tests.prove.markers import proves
from tests.support.fake_device import FakeDevice, Request, new_id, now

ROWS: LiteralString = (
    'select made_by, device, "case", code, drawn, tries, used_at, pin from rights_personaccess order by made_at'
)


def drawn() -> WayIn:
    return portal_access.draw(secrets.choice)


def ask(device: FakeDevice) -> Request:
    return device.ask_way_in(device.draw(drawn()))


@pytest.fixture
def known(device: FakeDevice, profile: Profile) -> FakeDevice:
    """A device that holds a profile."""
    assert profile.device == device.device
    return device


def test_what_a_device_drew_is_kept_as_it_signed_it_and_answered_by_a_signed_time(
    face: InProcess, database: Database, known: FakeDevice, case: Case, receipt_key: PublicKey
) -> None:
    given = drawn()
    signed = known.draw(given)
    request = known.ask_way_in(signed)
    answer = face.send(request)
    assert answer.status == 200, answer.body
    told = dsse.open_signed(SignedTime, answer.body, receipt_key)
    assert (told.nonce, abs(told.at - now()) < clock.MINUTE_MS) == (request.nonce, True)
    ((made_by, device, of, proof, document, tries, used_at, pin),) = select(database, ROWS)
    assert (made_by, device.hex, of.hex, tries, used_at, pin) == (None, known.device, case.case, 0, None, None)
    assert (bytes(proof).hex(), bytes(document)) == (portal_access.proof_of(given), signed)
    assert entries(database, Verb.DEVICE_ACCESS_MADE) == [("allowed", None, case.case)]
    rows = everything(database)
    for secret in (given.name, given.code, given.code.replace("-", "")):
        assert secret not in rows
        assert secret.encode().hex() not in rows


def test_sent_again_after_a_lost_answer_it_is_kept_once(face: InProcess, database: Database, known: FakeDevice) -> None:
    signed = known.draw(drawn())
    for _ in range(3):
        assert face.send(known.ask_way_in(signed)).status == 200
    assert len(select(database, ROWS)) == 1
    assert len(entries(database, Verb.DEVICE_ACCESS_MADE)) == 1


def test_five_a_day_and_no_more(face: InProcess, database: Database, known: FakeDevice, case: Case) -> None:
    for _ in range(MOST_A_DAY):
        assert face.send(ask(known)).status == 200
    before = select(database, ROWS)
    assert problem_in(face.send(ask(known)))[:2] == (429, "too-many")
    assert select(database, ROWS) == before
    assert entries(database, Verb.BATCH_REFUSED) == [("denied", "too-many, 1 since the last such entry", case.case)]
    other = case.enrolled(URL)
    case.sign_profile(other)
    assert face.send(ask(other)).status == 200
    with psycopg.connect(database.server.superuser_url, dbname=database.name) as superuser:
        superuser.execute("set session_replication_role = replica")
        superuser.execute("update rights_personaccess set made_at = made_at - %s", [clock.DAY_MS])
    assert face.send(ask(known)).status == 200


# --- who may not ----------------------------------------------------------------------------------------------------------


def unsigned(device: FakeDevice) -> Request:
    request = ask(device)
    return replace(request, headers={name: value for name, value in request.headers.items() if name != "Signature"})


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (unsigned, Problem.BAD_SIGNATURE),
        (lambda device: replace(ask(device), body=device.draw(drawn())), Problem.BAD_SIGNATURE),
        (lambda _: ask(FakeDevice(URL)), Problem.UNKNOWN_DEVICE),
    ],
    ids=["unsigned", "body swapped", "never enrolled"],
)
def test_a_stranger_is_counted_and_makes_none(
    face: InProcess, database: Database, known: FakeDevice, bad: Callable[[FakeDevice], Request], problem: Problem
) -> None:
    assert problem_in(face.send(bad(known)))[:2] == (problem.status, problem.code)
    assert strangers(database) == {problem.code: 1}
    assert select(database, ROWS) == []


def in_clear(device: FakeDevice) -> bytes:
    return codec.dump(DrawnWayIn(device.device, now(), portal_access.proof_of(drawn())))


def one_field_more(device: FakeDevice) -> bytes:
    return dsse.seal(DrawnWayIn.TYPE, in_clear(device).replace(b'"type"', b'"more":null,"type"'), device.signing)


BAD: dict[str, tuple[Callable[[FakeDevice], bytes], Problem]] = {
    "of another device": (lambda device: replace(device, device=new_id()).draw(drawn()), Problem.BAD_SIGNATURE),
    "signed by another": (
        lambda device: replace(device, signing=FakeDevice(URL).signing).draw(drawn()),
        Problem.BAD_SIGNATURE,
    ),
    "drawn long ago": (lambda device: device.draw(drawn(), at=Ms(now() - portal_access.LIFE_MS)), Problem.EXPIRED),
    "drawn tomorrow": (lambda device: device.draw(drawn(), at=Ms(now() + clock.DAY_MS)), Problem.EXPIRED),
    "another document": (lambda device: dsse.sign(SignedTime(now(), "0" * 32), device.signing), Problem.MALFORMED),
    "in clear": (in_clear, Problem.MALFORMED),
    "one field more": (one_field_more, Problem.MALFORMED),
    "nothing": (lambda _: b"{}", Problem.MALFORMED),
    "no JSON": (lambda _: b"\xff\x00", Problem.MALFORMED),
}


@pytest.mark.parametrize(("bad", "problem"), BAD.values(), ids=BAD)
def test_what_the_device_did_not_draw_just_now_is_an_entry_and_makes_none(
    face: InProcess, database: Database, known: FakeDevice, bad: Callable[[FakeDevice], bytes], problem: Problem
) -> None:
    assert problem_in(face.send(known.ask_way_in(bad(known))))[:2] == (problem.status, problem.code)
    assert select(database, ROWS) == []
    assert [outcome for outcome, _, _ in entries(database, Verb.BATCH_REFUSED)] == ["denied"]


def test_a_request_that_is_sent_twice_is_replayed(face: InProcess, database: Database, known: FakeDevice) -> None:
    request = ask(known)
    assert face.send(request).status == 200
    before = select(database, ROWS)
    assert problem_in(face.send(request))[:2] == (409, "replayed")
    assert select(database, ROWS) == before


def test_a_large_one_is_refused_before_it_is_read(face: InProcess, known: FakeDevice) -> None:
    assert problem_in(face.send(known.ask_way_in(b"x" * (MAX_WAY_IN + 1))))[:2] == (413, "too-large")


def test_a_device_on_which_nothing_is_monitored_gets_none(
    face: InProcess, database: Database, device: FakeDevice, case: Case
) -> None:
    assert problem_in(face.send(ask(device)))[:2] == (422, "unknown-grant")  # it has no profile yet
    case.sign_profile(device)
    assert face.send(ask(device)).status == 200
    case.sign_profile(device, version=2, grants=())  # it has ended
    assert problem_in(face.send(ask(device)))[:2] == (422, "unknown-grant")
    assert len(select(database, ROWS)) == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_there_is_nothing_else_at_that_address(face: InProcess, known: FakeDevice, method: str) -> None:
    assert problem_in(face.send(known.request(method, WAY_IN_PATH, b"")))[:2] == (404, "not-found")


# --- what ingest's own role may do ----------------------------------------------------------------------------------------


def insert(session: psycopg.Connection[Any], **values: object) -> None:
    """A row of those columns."""
    row = {"id": new_id(), "salt": b"", "made_at": 0, "code": secrets.token_bytes(32), "tries": 0} | values
    names = sql.SQL(", ").join(sql.Identifier(name) for name in row)
    places = sql.SQL(", ").join(sql.Placeholder() * len(row))
    statement = sql.SQL("insert into rights_personaccess ({}) values ({})").format(names, places)
    session.execute(statement, list(row.values()))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"case": Id("c" * 32)}, "row-level security"),
        ({"agency": Id("c" * 32)}, "row-level security"),
        ({"device": Id("c" * 32)}, "row-level security"),
        ({"device": None, "drawn": None}, "row-level security"),
        ({"made_by": Id("a" * 32)}, "permission denied"),
        ({"used_at": 1}, "permission denied"),
        ({"pin": "x"}, "permission denied"),
    ],
    ids=["another-case", "another-agency", "another-device", "no-device", "an-officer-s", "used", "with-a-pin"],
)
@proves(
    "S57", drop="alter policy offmon_ingest on rights_personaccess using (true) with check (true)", row="another-case"
)
def test_the_role_of_ingest_inserts_what_a_device_of_the_case_drew_and_nobody_used(
    database: Database, known: FakeDevice, case: Case, changed: dict[str, object], why: str
) -> None:
    honest: dict[str, object] = {"agency": case.agency.id, "case": case.case, "device": known.device, "drawn": b"x"}
    with database.connect("offmon_ingest", autocommit=True) as session, session.transaction(force_rollback=True):
        session.execute("select set_config('offmon.agency', %s, true)", [case.agency.id])
        insert(session, **honest)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match=why):
            insert(session, **{**honest, **changed})


def test_the_role_of_ingest_sees_no_officer_s_way_in_and_changes_none(
    database: Database, agency: Agency, case: Case
) -> None:
    with psycopg.connect(database.server.superuser_url, dbname=database.name) as superuser:
        superuser.execute("set session_replication_role = replica")
        insert(superuser, agency=agency.id, case=case.case, made_by=new_id())
    with database.connect("offmon_ingest", autocommit=True) as session:
        session.execute("select set_config('offmon.agency', %s, false)", [agency.id])
        assert session.execute("select count(*) from rights_personaccess").fetchone() == (0,)
        forbidden: tuple[LiteralString, ...] = (
            "update rights_personaccess set tries = 0",
            "delete from rights_personaccess",
            "select pin from rights_personaccess",
            "select name from rights_accessname",
            "select token from rights_personsitting",
        )
        for statement in forbidden:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(statement)
