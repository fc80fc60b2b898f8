"""Malformed requests over real HTTP: each that reaches the application gets a problem, and is counted (issue 2).

The server itself refuses bytes that are not HTTP, with a bare status. None of our code sees them.
"""

import http.client
import socket
from typing import Final

from offmon.core.formats.problem import CONTENT_TYPE, Problem
from tests.database import Database
from tests.integration.ingest.arrange import Answer, held, problem_in, strangers
from tests.integration.ingest.test_process import FACE, port, sender, serving  # noqa: F401  # fixtures
from tests.support import strange
from tests.support.fake_device import FakeDevice
from tests.support.patience import PATIENCE_S

POST: Final = b"POST /v1/batches HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n"
STRANGE: Final[dict[bytes, Problem]] = {
    **{POST + f"Content-Type: {said}\r\n".encode(): Problem.MALFORMED for said in strange.CONTENT_TYPES},
    POST + b"Content-Type: a/b; c=\xff\xfe\r\n": Problem.UNSIGNED,
    POST + b"Content-Type: a/b\r\nContent-Type: c/d\r\n": Problem.UNSIGNED,
    POST + b"Signature-Input: \xff\xe9\r\n": Problem.UNSIGNED,
    POST + b"Signature-Input: a\r\nSignature-Input: b\r\n": Problem.UNSIGNED,
    POST + b'Cookie: \xff=;;=a; b="\\400"\r\n': Problem.UNSIGNED,
    POST + b"Host: y\r\n": Problem.UNSIGNED,
    b"POST /v1/batches HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n": Problem.TOO_LARGE,
    b"POST /v1/batches HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n": Problem.MALFORMED,
    b"POST /v1/batches HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n": Problem.MALFORMED,
    b"GET /%zz%ff%00 HTTP/1.1\r\nHost: x\r\n": Problem.NOT_FOUND,
    b"GET /v1/profile%0a HTTP/1.1\r\nHost: x\r\n": Problem.NOT_FOUND,
    "GET /v1/profile/ł HTTP/1.1\r\nHost: x\r\n".encode(): Problem.NOT_FOUND,
    b"GET /v1/profile?%zz=%00 HTTP/1.1\r\nHost: x\r\n": Problem.NOT_FOUND,
    b"GET /" + b"a" * 60_000 + b" HTTP/1.1\r\nHost: x\r\n": Problem.NOT_FOUND,
    b"BREW /v1/batches HTTP/1.1\r\nHost: x\r\n": Problem.NOT_FOUND,
}
NO_HTTP: Final[dict[bytes, int]] = {
    **{
        f"POST /v1/batches HTTP/1.1\r\nHost: x\r\nContent-Length: {stated}\r\n".encode(): 400
        for stated in ("ten", "-1", "1e3", "9" * 25, "9" * 4000)
    },
    b"POST /v1/batches HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n": 400,
    POST + b"A: \x00\r\n": 400,
    b"GET /v1/profile?a=\x00 HTTP/1.1\r\nHost: x\r\n": 400,
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n": 414,
    POST + b"A: b\r\n" * 500: 431,
}


def ask(port: int, head: bytes) -> Answer:  # noqa: F811  # a fixture's name
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as server:
        server.sendall(head + b"\r\n")
        answer = http.client.HTTPResponse(server)
        answer.begin()
        return Answer(answer.status, answer.read(), {name.title(): value for name, value in answer.getheaders()})


def test_whatever_reaches_the_application_is_answered_in_a_problem_and_counted(
    database: Database,
    key_files: dict[str, str],
    port: int,  # noqa: F811
    sender: FakeDevice,  # noqa: F811
) -> None:
    before, told = held(database), 0
    with serving(database, key_files, port, FACE):
        counted = strangers(database)
        for head, expected in STRANGE.items():
            answer = ask(port, head)
            said = (answer.status, answer.headers.get("Content-Type"), answer.headers.get("Cache-Control"))
            assert said == (expected.status, CONTENT_TYPE, "no-store"), (head[:200], answer.body)
            assert problem_in(answer)[1] == expected.code, head[:200]
            told += 1
            assert sum(strangers(database).values()) - sum(counted.values()) == told, head[:200]
        for head, status in NO_HTTP.items():
            answer = ask(port, head)
            assert (answer.status, answer.body) == (status, b""), head[:200]
    assert held(database) == before
