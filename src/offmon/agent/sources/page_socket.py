"""Pages, as a browser's shim reports them over a local socket: ask first, then read.

The messages in order, one JSON object a line, each answered by one line:

    → {"hello": 1}                         a browser is here until this connection or its process ends; also `since` (ms UTC or null):
                                           from when it could report pages to nobody
    ← {"read": false}                      only once its window was found beside the indicator; until then nothing else is heard
    → {"waits": …}                         from a browser, every two seconds, between any two lines, not answered: when it saw the oldest
                                           page that it has not reported yet (ms UTC); null: there is none
    → {"url": "…"}                         a page is open; also `origin` (formats.event.Origin), `at`: when it was seen (ms UTC; else now),
                                           `within`: the addresses of the pages around its frame, innermost first, and `page`: a unique
                                           name without meaning for that page
    ← {"read": false}                      done with it; anything to keep is on the disk
    ← {"read": true}                       title and text are wanted, and only now may they be touched
    → {"title": "…", "text": "…"}          only after read: true
    → {"text": null}                       or it could not be had: the page hangs or is gone; a new page or the end means the same
    ← {"read": false}

Rules
- The answer is the same for an excluded, refused, unlisted or listed page, and while nothing is collected: it tells nothing.
- The kernel must say that the other end is a process of this same account (SO_PEERCRED). Others get no answer.
- A line that is no such object, or is longer than any page's, closes the connection and counts as one thing lost. It names no page.
- One thread, no waiting: a slow or silent source delays nobody.
"""

import json
import os
import selectors
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from offmon.core.errors import Refused
from offmon.core.formats.codec import MemoryOnly
from offmon.core.formats.event import Origin

MAX_LINE: Final = 4 << 20
MAX_SOURCES: Final = 32
_RECEIVE: Final = 1 << 16
_UCRED: Final = struct.Struct("3i")
_KEYS: Final = frozenset({"url", "origin", "at", "within", "page"})
_MISSING: Final[dict[str, object]] = {"text": None}
_MAX_NAME: Final = 64
_LATEST: Final = 2**53
_READ: Final = b'{"read":true}\n'
_DO_NOT: Final = b'{"read":false}\n'
_ORIGINS: Final = {origin.value: origin for origin in Origin}


@dataclass(frozen=True, slots=True, repr=False)
class PageFact(MemoryOnly):
    """What a source says of an open page before anything of it is read. `at` None: now. `within`: the pages around a frame.

    `page`: which page it is or stands in, where the source says so.
    """

    url: str
    origin: Origin
    at: int | None
    within: tuple[str, ...] = ()
    page: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class PageText(MemoryOnly):
    """What a page says, asked for and read: its title (empty where it is not known) and its text."""

    title: str
    text: str


class Asked(Protocol):
    """Who decides about pages. One a connection, so that a page that waits for its text is this source's own."""

    def hello(self, shim: int, since: int | None) -> bool:
        """A browser is there, and this process speaks for it. Whether that is to be answered now; else it is said again.

        `since`: since when it could tell nobody of pages, as it says.
        """

    def waits(self, oldest: int | None) -> None:
        """The browser is still there; and when the oldest page was seen of which it did not tell yet."""

    def page(self, fact: PageFact) -> bool:
        """A page is open: whether its text is to be read."""

    def text(self, read: PageText | None) -> None:
        """Title and text of the page asked for last; None: they could not be had."""

    def nonsense(self) -> None:
        """Something came that is no page."""

    def gone(self) -> None:
        """The connection has ended."""


@dataclass(slots=True, repr=False)
class _Source:
    peer: socket.socket
    asked: Asked
    received: bytearray = field(default_factory=bytearray)
    to_send: bytearray = field(default_factory=bytearray)
    awaits_text: bool = False
    greets: bool = False  # its hello is not answered yet
    since: int | None = None  # what that said


class PageSocket:
    """The listening socket and those who ask. Used by one thread."""

    def __init__(self, path: Path, new_asked: Callable[[], Asked]) -> None:
        self._path = path
        self._new_asked = new_asked
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        path.unlink(missing_ok=True)  # ours: the folder is locked
        try:
            self._listener.bind(str(path))
        except OSError:
            raise Refused(
                "no-socket", "The agent's folder has too long a name for its socket; choose a shorter one."
            ) from None
        path.chmod(0o600)
        self._listener.listen(MAX_SOURCES)
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)

    def fileno(self) -> int:
        """A descriptor that is readable when something has come."""
        return self._selector.fileno()

    def serve(self, seconds: float) -> None:
        """Answer what comes, once, waiting at most so long for something to come."""
        for key, mask in self._selector.select(seconds):
            if key.data is None:
                self._accept()
            else:
                self._work(key.data, mask)
        for source in tuple(key.data for key in self._selector.get_map().values()):
            if source is not None and source.greets:
                self._attend(source)

    def close(self) -> None:
        """End every connection; pages that wait for their text are gone."""
        for key in tuple(self._selector.get_map().values()):
            if key.data is not None:
                self._drop(key.data)
        self._selector.close()
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        try:
            peer, _ = self._listener.accept()
        except OSError:
            return
        if len(self._selector.get_map()) > MAX_SOURCES or peer_uid(peer) != os.geteuid():
            peer.close()
            return
        peer.setblocking(False)
        self._selector.register(peer, selectors.EVENT_READ, _Source(peer, self._new_asked()))

    def _work(self, source: _Source, mask: int) -> None:
        try:
            if mask & selectors.EVENT_READ:
                received = source.peer.recv(_RECEIVE)
                if not received:
                    self._drop(source)
                    return
                source.received += received
        except BlockingIOError:
            return
        except OSError:
            self._drop(source)
            return
        self._attend(source)

    def _attend(self, source: _Source) -> None:
        if not self._hear(source):
            source.asked.nonsense()
            self._drop(source)
            return
        try:
            self._send(source)
        except BlockingIOError:
            return
        except OSError:
            self._drop(source)

    def _hear(self, source: _Source) -> bool:
        """Answer every whole line; False at the first that makes no sense. Behind a hello that waits, nothing is heard."""
        source.greets = source.greets and not self._greet(source)
        while not source.greets and (end := source.received.find(b"\n")) >= 0:
            line = bytes(source.received[:end])
            del source.received[: end + 1]
            doc = _object(line)
            if is_hello(doc) and not source.awaits_text:
                source.since = _time(doc.get("since"))
                source.greets = not self._greet(source)
                continue
            if is_beat(doc):
                source.asked.waits(_time(doc["waits"]))
                continue
            read = self._answer(source, doc)
            if read is None:
                return False
            source.awaits_text = read
            source.to_send += _READ if read else _DO_NOT
        return len(source.received) <= MAX_LINE

    def _greet(self, source: _Source) -> bool:
        """Answer a hello, if it may be."""
        answered = source.asked.hello(_peer(source.peer)[0], source.since)
        if answered:
            source.to_send += _DO_NOT
        return answered

    def _answer(self, source: _Source, doc: dict[str, object]) -> bool | None:
        read = page_text(doc)
        if source.awaits_text and (read is not None or doc == _MISSING):
            source.asked.text(read)
            return False
        fact = page_fact(doc)
        if fact is None:
            return None
        if source.awaits_text:
            source.asked.text(None)
        return source.asked.page(fact)

    def _send(self, source: _Source) -> None:
        if source.to_send:
            sent = source.peer.send(source.to_send)
            del source.to_send[:sent]
        # A source that does not take its answers is not listened to until it does.
        wanted = selectors.EVENT_WRITE if source.to_send else selectors.EVENT_READ
        self._selector.modify(source.peer, wanted, source)

    def _drop(self, source: _Source) -> None:
        if source.awaits_text:
            source.asked.text(None)
        source.asked.gone()
        with suppress(KeyError, ValueError):
            self._selector.unregister(source.peer)
        source.peer.close()


def is_hello(doc: dict[str, object]) -> bool:
    """Whether a browser says that it is here."""
    return doc.get("hello") == 1 and doc.keys() <= {"hello", "since"} and _is_time(doc.get("since"))


def is_beat(doc: dict[str, object]) -> bool:
    """Whether a browser says that it is still here."""
    return doc.keys() == {"waits"} and _is_time(doc["waits"])


def page_fact(doc: dict[str, object]) -> PageFact | None:
    """The page that an object tells of, or None where it tells of none."""
    url, at, within, page = doc.get("url"), doc.get("at"), doc.get("within", []), doc.get("page")
    origin = _ORIGINS.get(str(doc.get("origin", Origin.UNKNOWN.value)))
    if not (isinstance(url, str) and origin and _is_time(at) and set(doc) <= _KEYS):
        return None
    if not (isinstance(within, list) and all(isinstance(address, str) for address in within)):
        return None
    if not (page is None or (isinstance(page, str) and len(page) <= _MAX_NAME)):
        return None
    return PageFact(url, origin, _time(at), tuple(within), page)


def page_text(doc: dict[str, object]) -> PageText | None:
    """The title and text that an object hands over, or None where it is no such object."""
    title, text = doc.get("title"), doc.get("text")
    if not (isinstance(title, str) and isinstance(text, str) and len(doc) == 2):
        return None
    return PageText(title, text)


def peer_uid(peer: socket.socket) -> int:
    """The account of the process at the other end, as the kernel knows it."""
    return _peer(peer)[1]


def _peer(peer: socket.socket) -> tuple[int, int]:
    pid, uid, _ = _UCRED.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size))
    return pid, uid


def _is_time(value: object) -> bool:
    return value is None or (type(value) is int and 0 <= value < _LATEST)


def _time(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _object(line: bytes) -> dict[str, object]:
    try:
        doc = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return doc if isinstance(doc, dict) else {}
