"""One request and its answer, whatever comes back (RFC 9112)."""

import socket
import threading

import pytest

from offmon.agent import http
from offmon.agent.http import Answer, NoAnswer

MOST = 10


def asked(came: bytes) -> tuple[bytes, Answer]:
    """What was sent, and what was understood of what came."""
    near, far = socket.socketpair()
    with near, far:

        def write() -> None:
            far.sendall(came)
            far.shutdown(socket.SHUT_WR)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            answer = http.ask(near, "POST", "a:1", "/v1/x", {"Date": "now"}, body=b"body", most=MOST)
        finally:
            near.shutdown(socket.SHUT_WR)
            writer.join()
        sent = b""
        while part := far.recv(1 << 16):
            sent += part
    return sent, answer


def test_a_request_is_sent_whole() -> None:
    sent, answer = asked(b"HTTP/1.1 201 Created\r\nRetry-After: 7\r\ncontent-length: 3\r\n\r\nyes")
    assert (
        sent
        == b"POST /v1/x HTTP/1.1\r\nHost: a:1\r\nAccept-Encoding: identity\r\nContent-Length: 4\r\nDate: now\r\n\r\nbody"
    )
    assert answer == Answer(201, {"retry-after": "7", "content-length": "3"}, b"yes")


@pytest.mark.parametrize(
    ("came", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nyes\r\n2\r\nno\r\n0\r\n\r\n", 200, b"yesno"),
        (b"HTTP/1.0 503\r\n\r\nto the end", 503, b"to the end"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, b"x"),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, b""),
        (b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example\r\nContent-Length: 0\r\n\r\n", 302, b""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + b"x" * 99, 200, b"x" * MOST),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfff\r\n" + b"x" * 4095, 200, b"x" * MOST),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 99, 200, b"x" * MOST),
    ],
)
def test_a_body_is_read_as_it_says_that_it_is_and_up_to_its_limit(came: bytes, status: int, body: bytes) -> None:
    _, answer = asked(came)
    assert (answer.status, answer.body) == (status, body)


@pytest.mark.parametrize(
    "came",
    [
        *(b"", b"HTTP/1.1 200 OK", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 2x0 OK\r\n\r\n", b"HTTP/1.1 -20 OK\r\n\r\n"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nyes",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nyes",
        b"HTTP/1.1 200 OK\r\nno field\r\n\r\nyes",
        b"HTTP/1.1 200 OK\r\n folded: yes\r\n\r\nyes",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\nyes",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nyes",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\nno\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 101 + b"\r\n",
        b"HTTP/1.1 200 OK\r\na: " + b"b" * 9_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_answer_or_not_all_of_one_is_none(came: bytes) -> None:
    with pytest.raises(NoAnswer):
        asked(came)
