"""The worker asks a witness over https or on this machine, follows no redirect, and believes no unreadable answer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from socket import create_server

import pytest

from offmon.core.errors import NotAuthentic, Refused
from offmon.core.formats.keys import Algorithm
from offmon.core.ids import Origin
from offmon.core.log.tlog.cosignature import cosign
from offmon.core.log.tlog.note import MAX_NOTE
from offmon.core.log.tlog.submission import SIZE_TYPE, Submission
from offmon.server.audit.witness_client import WitnessClient, WitnessElsewhere, WitnessUnavailable
from tests.unit.witness.sample import AT, ORIGIN, WITNESS_KEY, SampleLog, seeded

LOG = SampleLog()
SUBMISSION = LOG.submission(0, 3)
GOOD = cosign(LOG.note(3), WITNESS_KEY, AT).line.encode()
STRANGER = cosign(LOG.note(3), seeded("witness.invalid/stranger", Algorithm.COSIGNATURE), AT).line.encode()


@contextmanager
def answering(
    status: int, body: bytes = b"", kind: str = "text/plain", **headers: str
) -> Iterator[tuple[WitnessClient, list[bytes]]]:
    """A server on this machine that gives one answer to everything, and what it was sent."""
    sent: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent.append(self.path.encode())
            self.answer()

        def do_POST(self) -> None:
            sent.append(self.path.encode() + b" " + self.rfile.read(int(self.headers["Content-Length"])))
            self.answer()

        def answer(self) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield WitnessClient(f"http://127.0.0.1:{server.server_port}/w/", WITNESS_KEY.public), sent
        finally:
            server.shutdown()
            thread.join()


ASKED = ("https://witness.invalid", "https://witness.invalid:8443/w", "http://127.0.0.1:8090", "http://localhost:1")


@pytest.mark.parametrize("url", [*ASKED, "http://[::1]:1"])
def test_a_witness_is_asked_over_https_or_on_this_machine(url: str) -> None:
    assert WitnessClient(url, WITNESS_KEY.public).url == url


@pytest.mark.parametrize(
    "url",
    [
        *("http://witness.invalid", "http://192.0.2.7:8090", "http://127.0.0.1.witness.invalid"),
        *("http://localhost.witness.invalid", "https://127.0.0.1@witness.invalid", "https://witness.invalid/?to="),
        *("https://", "ftp://witness.invalid", "file:///etc/passwd", ""),
    ],
)
def test_nothing_else_is_asked(url: str) -> None:
    with pytest.raises(Refused, match=r"\[witness-address\]"):
        WitnessClient(url, WITNESS_KEY.public)


def test_the_submission_is_sent_as_it_is_and_the_witnesss_own_signature_is_added() -> None:
    with answering(200, STRANGER + GOOD) as (witness, sent):
        note = witness.cosign(SUBMISSION)
    assert sent == [b"/w/add-checkpoint " + SUBMISSION.data]
    assert Submission.parse(SUBMISSION.data).note == SUBMISSION.note
    assert note == SUBMISSION.note.adding([cosign(LOG.note(3), WITNESS_KEY, AT)])


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, b"", "witness-unreadable"),
        (200, b"junk\n", "witness-unreadable"),
        (200, b"\xff\n", "witness-unreadable"),
        (200, GOOD[:-1], "witness-unreadable"),
        (200, b"a" * (MAX_NOTE + 1), "witness-unreadable"),
        (200, STRANGER, "witness-other-key"),
        (403, b"no\n", "witness-refused"),
        (404, b"no\n", "witness-refused"),
        (409, b"7\n", "witness-refused"),  # without its media type, 409 says nothing of a size
        (503, b"later\n", "witness-refused"),
    ],
)
def test_any_other_answer_is_none(status: int, body: bytes, code: str) -> None:
    with answering(status, body) as (witness, _), pytest.raises(WitnessUnavailable) as refusal:
        witness.cosign(SUBMISSION)
    assert refusal.value.code == code


def test_a_witness_that_knows_another_size_says_which() -> None:
    with answering(409, b"2\n", SIZE_TYPE) as (witness, _), pytest.raises(WitnessElsewhere) as elsewhere:
        witness.cosign(SUBMISSION)
    assert elsewhere.value.size == 2


@pytest.mark.parametrize("body", [b"-2\n", b"02\n", b"two\n", b""])
def test_a_size_that_is_none_is_not_read(body: bytes) -> None:
    with answering(409, body, SIZE_TYPE) as (witness, _), pytest.raises(WitnessUnavailable):
        witness.cosign(SUBMISSION)


def test_a_witness_that_saw_other_entries_is_not_taken_for_one_that_is_down() -> None:
    with answering(422, b"no\n") as (witness, _), pytest.raises(NotAuthentic, match=r"\[log-forked\]"):
        witness.cosign(SUBMISSION)


def test_a_redirect_is_not_followed() -> None:
    with (
        answering(200, GOOD) as (target, reached),
        answering(307, Location=f"{target.url}add-checkpoint") as (witness, sent),
    ):
        with pytest.raises(WitnessUnavailable):
            witness.cosign(SUBMISSION)
        assert len(sent) == 1
    assert reached == []


def test_nobody_there_is_unavailable() -> None:
    with answering(200) as (witness, _):
        pass
    with pytest.raises(WitnessUnavailable, match=r"\[witness-unreachable\]"):
        witness.cosign(SUBMISSION)


def test_it_says_which_checkpoint_of_a_log_it_cosigned_last() -> None:
    note = LOG.note(3).adding([cosign(LOG.note(3), WITNESS_KEY, AT)])
    with answering(200, note.data) as (witness, sent):
        assert witness.last(Origin(ORIGIN)) == note
    assert sent == [f"/w/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint".encode()]
    with answering(404, b"Nothing.\n") as (witness, _):
        assert witness.last(Origin(ORIGIN)) is None


@pytest.mark.parametrize(("status", "body"), [(200, b""), (200, b"junk\n"), (302, b""), (503, b"later\n")])
def test_any_other_answer_says_nothing_of_the_log(status: int, body: bytes) -> None:
    with answering(status, body) as (witness, _), pytest.raises(WitnessUnavailable):
        witness.last(Origin(ORIGIN))


def test_a_witness_that_takes_a_connection_and_never_answers_is_not_waited_for() -> None:
    with create_server(("127.0.0.1", 0)) as silent:
        witness = WitnessClient(f"http://127.0.0.1:{silent.getsockname()[1]}", WITNESS_KEY.public, timeout_s=0.05)
        with pytest.raises(WitnessUnavailable) as unavailable:
            witness.last(Origin(ORIGIN))
    assert unavailable.value.code == "witness-unreachable"
