"""Enrolling by a code, and requesting a profile (core/formats/protocol.py)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from offmon.core.authority.profile import SCHEMA, HpkeKey, Profile
from offmon.core.formats import codec, dsse
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.protocol import ENROL_PATH, MAX_ANSWER, MAX_ENROL, Enrol, ProfileUpdate, code_for
from offmon.core.formats.trust import KeyRole, KeysDocument, walk
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.server.agencies import queries as agencies
from offmon.server.agencies import roots
from tests.database import Database
from tests.integration.ingest.arrange import (
    URL,
    Case,
    InProcess,
    as_superuser,
    entries,
    held,
    problem_in,
    seed_key,
    select,
    strangers,
)
from tests.prove.markers import proves
from tests.support.fake_device import FakeDevice, now


@pytest.fixture
def code_key(key_files: dict[str, str]) -> bytes:
    return Path(key_files["OFFMON_CODE_KEY_FILE"]).read_bytes()


def test_a_device_enrols_with_a_code_and_learns_the_keys_by_which_it_will_know_the_agency(
    face: InProcess, database: Database, case: Case, code_key: bytes, receipt_key: PublicKey
) -> None:
    device, secret = FakeDevice(URL), case.offer_code(code_key)
    answer = face.send(device.enrol(secret))
    assert answer.status == 200, answer.body
    told = device.enrolled(answer.body)
    assert (told.agency, told.deployment) == (case.agency.id, case.deployment)
    root = PublicKey.parse(told.root)
    assert code_for(secret, root).names(case.agency.root.public)
    assert walk(told.keys, [root]).current(KeyRole.RECEIPT, now()) == (receipt_key,)
    assert entries(database, Verb.DEVICE_ENROLLED) == [("allowed", None, case.case)]
    assert face.send(device.heartbeat()).status == 200


def test_asking_again_with_the_same_key_and_code_gets_the_same_answer(
    face: InProcess, case: Case, code_key: bytes
) -> None:
    device, secret = FakeDevice(URL), case.offer_code(code_key)
    assert face.send(device.enrol(secret)).body == face.send(device.enrol(secret)).body


def test_a_device_that_is_known_is_told_who_it_is_by_another_code_and_uses_that_up(
    face: InProcess, database: Database, case: Case, code_key: bytes
) -> None:
    """Its first answer was lost and its code ran out of time: it asks with the same keys and a new one."""
    device, second = FakeDevice(URL), case.offer_code(code_key)
    told = face.send(device.enrol(case.offer_code(code_key))).body
    assert face.send(device.enrol(second)).body == told
    before = held(database)
    assert problem_in(face.send(FakeDevice(URL).enrol(second)))[1] == "bad-code"
    assert held(database) == before


@pytest.mark.parametrize("how", ["unknown", "used", "over"])
def test_a_code_that_is_wrong_used_or_over_enrols_nothing(
    face: InProcess, database: Database, case: Case, code_key: bytes, how: str
) -> None:
    secret = case.offer_code(code_key, expires_at=Ms(1) if how == "over" else None)
    if how == "unknown":
        secret = b"0123456789"
    if how == "used":
        face.send(FakeDevice(URL).enrol(secret))
    before = held(database)
    assert problem_in(face.send(FakeDevice(URL).enrol(secret)))[:2] == (403, "bad-code")
    assert strangers(database) == {"bad-code": 1}
    assert held(database) == before


@proves("S208", roots.trusted_root, disabled=lambda agency_id: PublicKey.parse(agencies.agency(agency_id).root))
@pytest.mark.parametrize("changed", ["root", "keys", "log"])
def test_whoever_owns_the_database_takes_no_device(
    face: InProcess, database: Database, case: Case, code_key: bytes, changed: str
) -> None:
    """They write a root, Keys statements or a log of their own; a device that is told these would obey them for good."""
    secret, owners = case.offer_code(code_key), seed_key("owner.invalid/1")
    told = walk(keys_of(database), [case.agency.root.public])
    theirs = dsse.sign(KeysDocument(case.agency.id, 1, None, told.period, told.keys, None), owners)
    with as_superuser(database), connection.cursor() as cursor:
        if changed != "log":
            cursor.execute("update agencies_keysstatement set document = %s", [theirs])
        if changed == "root":
            cursor.execute("update agencies_agency set root = %s", [owners.public.vkey])
        if changed == "log":
            cursor.execute("update agencies_agency set origin = 'owner.invalid/1'")
    before = held(database)
    assert problem_in(face.send(FakeDevice(URL).enrol(secret)))[:2] == (503, "unavailable")
    assert held(database) == before


def keys_of(database: Database) -> list[bytes]:
    return [document for (document,) in select(database, "select document from agencies_keysstatement")]


def test_a_key_is_enrolled_only_by_whoever_holds_it(
    face: InProcess, database: Database, case: Case, code_key: bytes
) -> None:
    secret = case.offer_code(code_key)
    theirs, mine = FakeDevice(URL).enrol(secret), FakeDevice(URL)
    before = held(database)
    assert problem_in(face.send(mine.request("POST", theirs.path, theirs.body)))[1] == "bad-signature"
    assert held(database) == before


@pytest.mark.parametrize(
    "changed",
    [
        *({"list_key": HpkeKey(*key)} for key in ((2, bytes(range(32))), (1, b"short"), (1, bytes(32)))),
        {"schema": SCHEMA - 1},
    ],
)
def test_a_device_that_could_not_read_its_profile_or_lists_is_malformed_and_uses_up_no_code(
    face: InProcess, database: Database, case: Case, code_key: bytes, changed: dict[str, Any]
) -> None:
    device, secret = FakeDevice(URL), case.offer_code(code_key)
    asked = replace(codec.load(Enrol, device.enrol(secret).body, max_size=MAX_ENROL), **changed)
    before = held(database)
    assert problem_in(face.send(device.request("POST", ENROL_PATH, codec.dump(asked))))[1] == "malformed"
    assert held(database) == before
    assert face.send(device.enrol(secret)).status == 200


def test_an_enrolment_is_not_replayed(face: InProcess, case: Case, code_key: bytes) -> None:
    request = FakeDevice(URL).enrol(case.offer_code(code_key))
    assert face.send(request).status == 200
    assert problem_in(face.send(request))[1] == "replayed"


def test_an_enrolment_with_a_wrong_clock_is_told_the_time(face: InProcess, case: Case, code_key: bytes) -> None:
    device, secret = FakeDevice(URL), case.offer_code(code_key)
    body = device.enrol(secret).body
    status, code, doc = problem_in(face.send(device.request("POST", "/v1/enrol", body, at=Ms(1))))
    assert (status, code) == (400, "clock-skew")
    assert doc["time"]


def test_the_profile_is_given_to_its_own_device_and_to_no_other(
    face: InProcess, case: Case, device: FakeDevice, profile: Profile
) -> None:
    given = _update(face.send(device.ask_profile()).body).profile
    assert given is not None
    assert dsse.open_signed(Profile, given, case.agency.profile_key.public) == profile
    assert _update(face.send(case.enrolled(URL).ask_profile()).body).profile is None


def test_a_profile_is_asked_for_without_a_body(face: InProcess, device: FakeDevice) -> None:
    request = device.request("GET", "/v1/profile", b"{}")
    assert problem_in(face.send(request))[1] == "too-large"
    assert face.send(replace(device.ask_profile(), method="POST")).status == 404


def _update(body: bytes) -> ProfileUpdate:
    return codec.load(ProfileUpdate, body, max_size=MAX_ANSWER)
