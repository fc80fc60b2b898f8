"""A short heartbeat says that nothing changed, and counts as much as a whole one (docs/specs/device-protocol.md)."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from offmon.core import clock
from offmon.core.authority.profile import Profile
from offmon.core.formats import beat, dsse
from offmon.core.formats.beat import Beat, known_as
from offmon.core.formats.event import Receipt
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Digest, Id, Ms
from offmon.server.intake.short_beats import do_hear, known_by
from tests.database import Database
from tests.integration.ingest.arrange import Case, InProcess, held, problem_in, select
from tests.prove.markers import proves
from tests.support.fake_device import FakeDevice, Request, new_id, now

OTHER = Digest("ab" * 32)


@pytest.fixture
def keys(case: Case) -> Digest:
    [[statement]] = select(case.agency.database, "select document from agencies_keysstatement")
    return dsse.digest_of(statement)


@pytest.fixture
def beats(face: InProcess, device: FakeDevice, profile: Profile, keys: Digest) -> Callable[..., Request]:
    """Makes the short heartbeats of a device with a profile that was heard whole."""
    device.note()
    assert face.send(device.send()).status == 200
    return partial(device.beat, keys=keys)


def test_it_is_answered_by_what_makes_the_receipt_that_a_whole_one_would_get(
    face: InProcess, case: Case, device: FakeDevice, beats: Callable[..., Request], receipt_key: PublicKey
) -> None:
    whole = dsse.open_signed(Receipt, face.send(device.heartbeat()).body, receipt_key)
    request = beats()
    answer = face.send(request)
    assert (answer.status, len(answer.body)) == (200, 72)
    nonce = beat.load(request.body).beat.nonce(device.server + request.path)
    told = dsse.open_signed(
        Receipt, beat.receipt_of(answer.body, replace(whole, nonce=nonce), receipt_key.keyid), receipt_key
    )
    assert replace(told, at=whole.at, nonce=whole.nonce) == whole
    assert abs(told.at - now()) < clock.MINUTE_MS


def test_it_is_kept_as_a_sign_of_life_and_as_nothing_else(
    face: InProcess, database: Database, beats: Callable[..., Request]
) -> None:
    life = "select heard_at, beat_at, boot, epoch, size, release, release_since from intake_liveness"
    [before], rest = select(database, life), held(database)
    assert face.send(beats()).status == 200
    [after] = select(database, life)
    assert after[0] == after[1] > before[0]
    assert after[2:] == before[2:]
    assert held(database) == rest


@pytest.mark.parametrize(
    "changed",
    [
        {"epoch": Id("0" * 32)},
        {"size": 7},
        {"root": OTHER},
        {"boot": new_id()},
        {"keys": OTHER},
        {"profile": None},
        {"log_checkpoint": "another"},
        {"device": new_id()},
    ],
    ids=lambda one: next(iter(one)),
)
def test_of_another_state_nothing_is_kept_and_the_device_is_to_say_all(
    face: InProcess, database: Database, beats: Callable[..., Request], changed: dict[str, object]
) -> None:
    before = select(database, "select * from intake_liveness")
    answer = face.send(beats(**changed))
    assert (answer.status, answer.body) == (204, b"")
    assert select(database, "select * from intake_liveness") == before


def test_a_batch_that_comes_in_between_makes_another_state(
    face: InProcess, database: Database, device: FakeDevice, beats: Callable[..., Request]
) -> None:
    sent = beat.load(beats().body).beat
    known = known_by(sent.keyid)
    assert known is not None
    assert sent.state == known.digest(None)
    device.note()
    assert face.send(device.send()).status == 200
    before = select(database, "select * from intake_liveness")
    assert do_hear(sent, "1f" * 16, now(), known, None) is None
    assert select(database, "select * from intake_liveness") == before


def test_a_device_that_was_never_heard_whole_is_to_say_all(face: InProcess, device: FakeDevice, keys: Digest) -> None:
    assert face.send(device.beat(keys)).status == 204


@proves("S207", Beat.signed_bytes, disabled=lambda self, target: self.said)
def test_it_counts_once_for_one_address_from_one_device_and_now(
    face: InProcess, device: FakeDevice, case: Case, beats: Callable[..., Request]
) -> None:
    request = beats()
    assert face.send(request).status == 200
    assert problem_in(face.send(request))[:2] == (409, "replayed")
    assert problem_in(face.send(beats(at=Ms(1))))[:2] == (400, "clock-skew")
    device.server = "https://elsewhere.invalid"
    elsewhere = face.send(beats())
    assert elsewhere.status == 401
    assert problem_in(elsewhere)[1] == "bad-signature"
    assert (
        problem_in(face.send(FakeDevice(case.enrolled("https://x.invalid").server).beat(OTHER)))[1] == "unknown-device"
    )


@pytest.mark.parametrize("part", range(0, 160, 10))
def test_a_changed_byte_is_refused(face: InProcess, beats: Callable[..., Request], part: int) -> None:
    body = bytearray(beats().body)
    body[part] ^= 1
    status, code, _ = problem_in(face.send(replace(beats(), body=bytes(body))))
    assert (status, code) in {(401, "bad-signature"), (401, "unknown-device"), (400, "malformed")}


@pytest.mark.parametrize("body", [b"", bytes(112), bytes(600), bytes(112) + b"\xff", b"\xff" * 112 + b"k"])
def test_what_is_none_is_malformed(face: InProcess, body: bytes) -> None:
    code = problem_in(face.send(Request("POST", "/v1/beats", body, {})))[1]
    assert code in {"malformed", "too-large"}


def test_who_holds_the_newest_profile_is_told_so_in_a_few_bytes(
    face: InProcess, device: FakeDevice, profile: Profile, keys: Digest
) -> None:
    newest = known_as(keys, device.digests[profile.version])
    asked = device.ask_profile()
    answer = face.send(replace(asked, headers={**asked.headers, "If-None-Match": newest}))
    assert (answer.status, answer.body) == (304, b"")
    for other in (known_as(keys, None), known_as(OTHER, device.digests[profile.version]), "*", ""):
        asked = device.ask_profile()
        assert face.send(replace(asked, headers={**asked.headers, "If-None-Match": other})).status == 200
