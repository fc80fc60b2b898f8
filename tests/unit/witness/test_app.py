"""The witness's HTTP face, asked through WSGI without a server."""

import sqlite3
from io import BytesIO
from pathlib import Path
from wsgiref.types import WSGIEnvironment

import pytest

from offmon.core.log.tlog.submission import MAX_SUBMISSION
from offmon.witness.app import App
from tests.unit.witness.sample import LOG, make_witness


class Unreadable(BytesIO):
    """A body that must not be read."""

    def read(self, _size: int | None = -1) -> bytes:
        raise AssertionError("read")


def ask(app: App, method: str, path: str, **more: object) -> tuple[str, dict[str, str], bytes]:
    told: list[tuple[str, dict[str, str]]] = []

    def start(status: str, headers: list[tuple[str, str]], _exc: object = None) -> object:
        told.append((status, dict(headers)))
        return None

    environ: WSGIEnvironment = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": Unreadable(), **more}
    body = b"".join(app(environ, start))  # type: ignore[arg-type]
    ((status, headers),) = told
    assert headers["Content-Length"] == str(len(body))
    return status, headers, body


def add(app: App, body: bytes, beyond: bytes = b"") -> tuple[str, dict[str, str], bytes]:
    sent = {"wsgi.input": BytesIO(body + beyond), "CONTENT_LENGTH": str(len(body))}
    return ask(app, "POST", "/add-checkpoint", **sent)


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(make_witness(tmp_path))


def test_a_checkpoint_is_added(app: App) -> None:
    body = LOG.submission(0, 5).data
    status, headers, answer = add(app, body, b"beyond")
    assert status == "200 OK"
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.startswith("— witness.invalid/one ".encode())


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, "411 Length Required"),
        ({"CONTENT_LENGTH": ""}, "411 Length Required"),
        ({"CONTENT_LENGTH": "-1"}, "411 Length Required"),
        ({"CONTENT_LENGTH": "1_0"}, "411 Length Required"),
        ({"CONTENT_LENGTH": "٣"}, "411 Length Required"),
        ({"CONTENT_LENGTH": "5", "HTTP_TRANSFER_ENCODING": "chunked"}, "411 Length Required"),
        ({"CONTENT_LENGTH": str(MAX_SUBMISSION + 1)}, "413"),
        ({"CONTENT_LENGTH": "9" * 5000}, "413"),
    ],
)
def test_a_body_is_not_read_before_its_length_is_known_and_allowed(
    app: App, headers: dict[str, str], status: str
) -> None:
    assert ask(app, "POST", "/add-checkpoint", **headers)[0].startswith(status)


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/add-checkpoint", "405", "POST"),
        ("POST", "/", "405", "GET"),
        ("DELETE", "/abc/checkpoint", "405", "GET"),
        ("GET", "/abc/checkpoint", "404", None),
        ("GET", "/elsewhere", "404", None),
        ("POST", "/add-checkpoint/", "404", None),
        ("GET", "", "404", None),
    ],
)
def test_there_are_three_addresses_and_no_other(
    app: App, method: str, path: str, status: str, allow: str | None
) -> None:
    answered, headers, _ = ask(app, method, path)
    assert answered.startswith(status)
    assert headers.get("Allow") == allow


def test_a_state_file_that_fails_is_a_503_that_tells_nothing(
    app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error on /secret/place")

    monkeypatch.setattr("offmon.witness.ledger.LedgerUpdate.record", fail)
    body = LOG.submission(0, 5).data
    status, _, answer = add(app, body)
    assert status == "503 Service Unavailable"
    assert b"secret" not in answer
    assert "/secret/place" in caplog.text
