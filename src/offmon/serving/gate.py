"""A WSGI application behind granian's own interface (RSGI): a thread begins only with a complete request.

Rules
- A long body is read only of whom the application knows. Without that anybody could fill the room that bodies have.
- The application itself refuses a late, cut or too large body, in its own words. It gets the request without a body, with the stated
  length, and the reason in `REFUSED` of its environment. No client can set that: its headers are `HTTP_…` there.
- An answer is handed over whole, and a stream part by part, so a slow reader holds no thread.
- Of an application's exceptions, the log has type and place, never the words.
"""

import asyncio
import io
import logging
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol
from wsgiref.types import WSGIApplication, WSGIEnvironment

from offmon.serving.bodies import Bodies, Cut, Late

THREADS: Final = 4
MOST_BYTES: Final = 1 << 20
OF_A_STRANGER: Final = 1 << 20
REFUSED: Final = "offmon.refused-body"
LATE: Final = "late"
CUT: Final = "cut"
TOO_LARGE: Final = "too-large"
NOT_KNOWN: Final = "not-known"

type Headers = Sequence[tuple[str, str]]
_log: Final = logging.getLogger("offmon.serving")


class Scope(Protocol):
    """What granian says of a request."""

    method: str
    scheme: str
    path: str
    query_string: str
    http_version: str
    client: str
    server: str
    headers: Any


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Headers
    whole: bytes | None
    """None where `parts` are to be sent one by one."""
    parts: Iterator[bytes]
    source: Iterable[bytes]


class Gate:
    """`application`, with its bodies read before its threads begin. One process's; it is made before granian starts its loop.

    `application.most_bytes` says how long a body may be, if it has that attribute. `application.knows(environ)`, if it has that, says
    whether whoever sent this head may send more than OF_A_STRANGER; it is asked in a thread.
    """

    def __init__(self, application: WSGIApplication, threads: int = THREADS) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="request")
        self._bodies = Bodies(getattr(application, "most_bytes", MOST_BYTES))
        self._knows: Callable[[WSGIEnvironment], bool] | None = getattr(application, "knows", None)

    async def __rsgi__(self, scope: Scope, protocol: Any) -> None:
        """Answer one request."""
        environ = _environ(scope)
        stated = _stated(environ)
        if stated > self._bodies.most_bytes:
            return await self._refuse(environ, TOO_LARGE, protocol)
        if not stated:
            return await self._answer(environ, b"", protocol)
        if (
            stated > OF_A_STRANGER
            and self._knows is not None
            and not await self._in_thread(partial(self._knows, environ))
        ):
            return await self._refuse(environ, NOT_KNOWN, protocol)
        try:
            async with self._bodies.read(environ["REMOTE_ADDR"], stated, aiter(protocol)) as body:
                return await self._answer(environ, body, protocol)
        except Late:
            return await self._refuse(environ, LATE, protocol)
        except Cut:
            return await self._refuse(environ, CUT, protocol)

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """The process ends: what waits for a thread gets none."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _refuse(self, environ: WSGIEnvironment, why: str, protocol: Any) -> None:
        _log.warning("a body was refused: %s", why)
        await self._answer({**environ, REFUSED: why}, b"", protocol)

    async def _answer(self, environ: WSGIEnvironment, body: bytes, protocol: Any) -> None:
        environ["wsgi.input"] = io.BytesIO(body)
        answer: _Answer = await self._in_thread(partial(_call, self._application, environ))
        headers = [*answer.headers, *([("Connection", "close")] if REFUSED in environ else [])]
        if answer.whole is not None:
            protocol.response_bytes(answer.status, headers, answer.whole)
            return
        transport = protocol.response_stream(answer.status, headers)
        try:
            while part := await self._in_thread(partial(next, answer.parts, b"")):
                await transport.send_bytes(part)
        finally:
            await self._in_thread(partial(_close, answer.source))

    async def _in_thread(self, work: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _environ(scope: Scope) -> WSGIEnvironment:
    """The request as WSGI has it (PEP 3333), without its body."""
    host, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name in scope.headers.keys():  # noqa: SIM118  # granian's own type
        if "_" in name:
            continue  # it would pass for another, whose hyphens WSGI writes so
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_LENGTH", "CONTENT_TYPE"} else f"HTTP_{key}"
        value = (";" if name == "cookie" else ",").join(scope.headers.get_all(name))
        environ[key] = value
    return environ


def _stated(environ: WSGIEnvironment) -> int:
    """How long the body is said to be; 0 where that is not said as the application would read it."""
    stated = str(environ.get("CONTENT_LENGTH", ""))
    if not (stated.isascii() and stated.isdigit()) or "HTTP_TRANSFER_ENCODING" in environ:
        return 0
    return int(stated) if len(stated) < len(str(sys.maxsize)) else sys.maxsize


def _call(application: WSGIApplication, environ: WSGIEnvironment) -> _Answer:
    """The application's answer. In a thread."""
    told: list[Any] = []

    def start_response(status: str, headers: Headers, _exc_info: object = None) -> Any:
        told[:] = [int(status[:3]), headers]
        return told.append  # PEP 3333's `write`, which nothing here calls

    try:
        source = application(environ, start_response)
        if getattr(source, "streaming", False):
            return _Answer(told[0], told[1], None, iter(source), source)
        try:
            return _Answer(told[0], told[1], b"".join(source), iter(()), ())
        finally:
            _close(source)
    except Exception as error:  # whatever it was, somebody waits for an answer
        _log.error("%s, unexpected:\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
        return _Answer(500, [], b"", iter(()), ())


def _close(source: Iterable[bytes]) -> None:
    getattr(source, "close", lambda: None)()
