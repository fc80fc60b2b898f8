"""Prepared requests, and clients that send them."""

import http.client
import io
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final
from wsgiref.types import WSGIEnvironment

from bench.result import NotMeasured

BODILESS: Final = {b"204", b"304"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request: what a client sends, and what a WSGI server makes of it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""

    def raw(self) -> bytes:
        """As it travels on a connection that stays open."""
        lines = [f"{self.method} {self.path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in (*self.headers.items(), ("Content-Length", len(self.body)))]
        return "\r\n".join([*lines, "", ""]).encode() + self.body

    def environ(self) -> WSGIEnvironment:
        """As PEP 3333 has it."""
        given = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()}
        kind = given.pop("HTTP_CONTENT_TYPE", "")
        path, _, query = self.path.partition("?")
        return {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(len(self.body)) if self.body else "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            **given,
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """How long an answer took, in seconds, and its `Server-Timing` header, where there is one."""

    seconds: float
    timing: str


def send(port: int, requests: Sequence[Request]) -> list[Answer]:
    """Send each over one connection once the one before is answered. Raises NotMeasured."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    answers = []
    try:
        for request in requests:
            began = time.perf_counter()
            connection.request(request.method, request.path, request.body, request.headers)
            answer = connection.getresponse()
            body = answer.read()
            seconds = time.perf_counter() - began
            if answer.status != http.client.OK:
                raise NotMeasured(f"{answer.status}: {body[:500]!r}")
            answers.append(Answer(seconds, answer.headers.get("Server-Timing", "")))
    finally:
        connection.close()
    return answers


def stream(port: int, requests: Sequence[bytes]) -> list[float]:
    """Send what stands as bytes on one connection, each once the one before is answered; the seconds that each took. Raises NotMeasured.

    A client that reads no header but the length takes a fifth of the time of `http.client`: for what is small and sent by thousands.
    """
    seconds = []
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in requests:
            began = time.perf_counter()
            connection.sendall(request)
            answer = b""
            while not is_whole(answer):
                part = connection.recv(1 << 16)
                answer += part
                if not part:
                    break
            seconds.append(time.perf_counter() - began)
            if not answer.startswith(b"HTTP/1.1 200 "):
                raise NotMeasured(repr(answer[:500]))
    return seconds


def is_whole(answer: bytes) -> bool:
    """Whether this is all of an answer that states its length, or of one that has no body."""
    head, end, body = answer.partition(b"\r\n\r\n")
    if end and head.split(b" ", 2)[1] in BODILESS:
        return True
    stated = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return stated.isdigit() and len(body) >= int(stated)


def send_at_once(port: int, queues: Sequence[Sequence[Request]], clients: int) -> float:
    """Send every queue in order, so many queues at a time; the seconds that all of it took."""
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda queue: send(port, queue), queues))
    return time.perf_counter() - began
