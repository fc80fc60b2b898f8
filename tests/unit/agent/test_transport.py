"""The meaning of each answer: one table, one test a row. A status alone drops nothing (anchors §4 row 6)."""

import base64
import secrets
from collections.abc import Iterator

import pytest

from offmon.agent import transport
from offmon.agent.transport import TABLE, Backoff, Client, Do, Reply, Unreachable, open_receipt, open_time
from offmon.core import clock
from offmon.core.errors import NotAuthentic, OffmonError, Refused
from offmon.core.formats import dsse
from offmon.core.formats.event import Receipt
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.problem import Problem, answer
from offmon.core.formats.protocol import PROFILE_PATH, SignedTime
from offmon.core.formats.trust import KeyRing, KeyRole, walk
from offmon.core.ids import Digest, Ms
from tests.support.fake_agency import FakeAgency, new_id, new_key
from tests.support.fake_ingest import FakeIngest

NOW = Ms(1_800_000_000_000)
NONCE = "0" * 32
AGENCY = FakeAgency(NOW)
RING: KeyRing = walk(AGENCY.statements, [AGENCY.root.public])
RECEIPT = Receipt(new_id(), new_id(), 0, Digest("0" * 64), (), NONCE, NOW, None)


def came(status: int, body: bytes) -> Reply:
    return Reply(status, body, 0, NONCE)


@pytest.mark.parametrize(
    ("problem", "do"),
    [
        (Problem.UNSIGNED, Do.RETRY),
        (Problem.BAD_SIGNATURE, Do.RETRY),
        (Problem.UNKNOWN_DEVICE, Do.RETRY),
        (Problem.REPLAYED, Do.RETRY),
        (Problem.EXPIRED, Do.RETRY),
        (Problem.CLOCK_SKEW, Do.RESYNC_CLOCK),
        (Problem.TOO_LARGE, Do.QUARANTINE),
        (Problem.MALFORMED, Do.QUARANTINE),
        (Problem.UNKNOWN_GRANT, Do.QUARANTINE),
        (Problem.OUT_OF_PERIOD, Do.QUARANTINE),
        (Problem.MISSING_FROM, Do.RESEND_FROM),
        (Problem.FORKED, Do.NEW_EPOCH),
        (Problem.BAD_CODE, Do.RETRY),
        (Problem.NOT_FOUND, Do.RETRY),
        (Problem.UNAVAILABLE, Do.RETRY),
    ],
)
def test_a_problem_is_answered_as_the_table_says(problem: Problem, do: Do) -> None:
    told = answer(problem)
    assert transport.refusal(came(told.status, told.body)).do is do
    assert set(TABLE) == set(Problem)


@pytest.mark.parametrize(
    "status", [200, 204, 301, 302, 400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 599]
)
def test_a_status_alone_is_tried_again(status: int) -> None:
    for body in (b"", b"<html>", b"[]", b'{"type": 5}', b'{"type": "about:blank"}', answer(Problem.FORKED).body):
        if status != Problem.FORKED.status:
            assert transport.refusal(came(status, body)).do is Do.RETRY


def test_members_are_taken_where_they_make_sense() -> None:
    told = answer(Problem.CLOCK_SKEW, time=base64.b64encode(b"x").decode())
    assert transport.refusal(came(told.status, told.body)).time == b"x"
    epoch = new_id()
    forked = answer(Problem.FORKED, epoch=epoch, size=7)
    assert transport.refusal(came(forked.status, forked.body)).head == (epoch, 7)
    for members in ({"epoch": "x", "size": 7}, {"epoch": epoch, "size": -1}, {"epoch": epoch}):
        assert transport.refusal(came(409, answer(Problem.FORKED, **members).body)).head is None
    assert transport.refusal(came(400, answer(Problem.CLOCK_SKEW, time="?").body)).time is None


def test_a_receipt_counts_when_its_key_and_nonce_are_right() -> None:
    signed = dsse.sign(RECEIPT, AGENCY.keys[KeyRole.RECEIPT])
    assert open_receipt(RING, came(200, signed), NOW) == RECEIPT


@pytest.mark.parametrize(
    ("key", "nonce", "at"),
    [
        (AGENCY.keys[KeyRole.PROFILE], NONCE, NOW),
        (new_key("receipt"), NONCE, NOW),
        (AGENCY.keys[KeyRole.RECEIPT], "1" * 32, NOW),
        (AGENCY.keys[KeyRole.RECEIPT], NONCE, Ms(NOW + clock.HOUR_MS)),
    ],
)
def test_a_receipt_by_another_key_or_for_another_request_is_none(key: SigningKey, nonce: str, at: Ms) -> None:
    signed = dsse.sign(RECEIPT, key)
    with pytest.raises(NotAuthentic):
        open_receipt(RING, Reply(200, signed, 0, nonce), at)


def test_a_signed_time_is_believed_from_the_receipt_key_for_this_request_only() -> None:
    signed = dsse.sign(SignedTime(NOW, NONCE), AGENCY.keys[KeyRole.RECEIPT])
    assert open_time(RING, signed, NONCE).at == NOW
    ages_ago = dsse.sign(SignedTime(Ms(5), NONCE), AGENCY.keys[KeyRole.RECEIPT])
    foreign = dsse.sign(SignedTime(NOW, NONCE), AGENCY.keys[KeyRole.LOG])
    for other, nonce in ((signed, "1" * 32), (ages_ago, NONCE), (foreign, NONCE), (b"junk", NONCE)):
        with pytest.raises(OffmonError):
            open_time(RING, other, nonce)


@pytest.mark.parametrize(
    ("server", "secure"),
    [
        ("https://ingest.example", True),
        ("https://ingest.example:8443/", True),
        ("http://127.0.0.1:8000", False),
        ("http://localhost", False),
        ("http://ingest.localhost:80", False),
        ("http://[::1]:8000", False),
    ],
)
def test_an_address_that_may_be_used(server: str, *, secure: bool) -> None:
    assert transport.check_address(server)[0] is secure


@pytest.mark.parametrize(
    "server",
    [
        *("http://ingest.example", "http://10.0.0.1", "http://localhost.evil.invalid", "http://127.0.0.1@evil.invalid"),
        *("http://0.0.0.0", "ftp://localhost", "https://a/b", "https://a?b", "https://", "localhost", ""),
        "https://ä.example",
    ],
)
def test_an_address_that_may_not_be_used(server: str) -> None:
    with pytest.raises(Refused):
        transport.check_address(server)


def test_waits_grow_to_a_quarter_of_an_hour_and_are_not_all_the_same() -> None:
    backoff = Backoff()
    waits = [backoff.failed() for _ in range(40)]
    for failures, wait in enumerate(waits):
        longest = min(1000 << failures, 15 * clock.MINUTE_MS)
        assert longest // 2 <= wait <= longest
    assert len(set(waits[12:])) > 20
    backoff.succeeded()
    assert backoff.failed() <= 1000


def test_retry_after_is_a_floor_and_has_a_limit() -> None:
    assert Backoff().failed(120) >= 120_000
    for field, seconds in (("7", 7), ("999999999999", 3600), ("-1", 0), ("soon", 0), (None, 0), ("٣", 0)):
        assert transport._seconds(field) == seconds


@pytest.fixture
def ingest() -> Iterator[tuple[FakeIngest, str]]:
    one = FakeIngest(FakeAgency(NOW))
    server = one.serve(lambda: NOW)
    yield one, server.url
    server.close()


def test_a_request_is_signed_over_method_address_and_body(ingest: tuple[FakeIngest, str]) -> None:
    service, url = ingest
    key = new_key("device")
    service.agency.device_key = key.public.vkey
    told = Client(url, key).send("GET", PROFILE_PATH, b"", NOW)
    assert told.ok
    assert told.nonce in service.nonces
    assert not Client(url, new_key("device")).send("GET", PROFILE_PATH, b"", NOW).ok


def test_a_skewed_clock_is_told_the_signed_time(ingest: tuple[FakeIngest, str]) -> None:
    service, url = ingest
    key = new_key("device")
    service.agency.device_key = key.public.vkey
    told = Client(url, key).send("GET", PROFILE_PATH, b"", Ms(NOW - clock.HOUR_MS))
    said = transport.refusal(told)
    assert said.do is Do.RESYNC_CLOCK
    assert said.time is not None
    ring = walk(service.agency.statements, [service.agency.root.public])
    assert open_time(ring, said.time, told.nonce).at == NOW


def test_no_answer_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        Client("http://127.0.0.1:9", new_key("device")).send("GET", PROFILE_PATH, secrets.token_bytes(3), NOW)
