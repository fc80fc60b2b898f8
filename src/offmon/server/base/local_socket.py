"""One request, one answer, over a local socket: the only way to ask signer and vault.

Rules (design §5)
- A request carries an id, never an argument. The row says what is to be done, and the receiver reads it itself.
- The kernel states the peer's uid (SO_PEERCRED), which is checked before a byte is read. The socket has mode 0660, in a folder closed to
  others whose group is the callers'.
- A caller may be limited to some verbs by its uid. The worker reminds the vault of approved destructions, and asks for no content.
- A request is one line of canonical JSON, of a closed list of verbs. Its size is checked before it is parsed.
- An answer is one line, then as many raw bytes as the line says. An error is a code: never content, never a traceback.
- Each caller has its own thread and a short time limit, so a slow or faulty caller delays only itself. Places are each uid's own, so a
  process that takes all of its own leaves another's. The caller states how long it waits, so a receiver that hangs holds it no longer.
"""

import logging
import os
import socket
import stat
import struct
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from django.core.exceptions import ObjectDoesNotExist
from django.db import connections

from offmon.core.errors import Malformed, OffmonError, Refused
from offmon.core.formats import codec
from offmon.core.ids import Count, Id, Slug

MAX_REQUEST: Final = 512
MAX_ANSWER: Final = 1 << 18  # a body has at most 64 KiB, and a third more in base64
MAX_CALLERS: Final = 32  # of each uid
ASK_S: Final = 5.0  # to say what one wants
TAKE_S: Final = 60.0  # to take any one piece of the answer
WAIT_S: Final = 300.0  # for whoever asked and says nothing else: building a bundle takes its time
_PIECE: Final = 1 << 16
_QUEUE_FULL_S: Final = 0.05
_PEER: Final = struct.Struct("3i")  # pid, uid, gid

_log = logging.getLogger("offmon.socket")


@dataclass(frozen=True, slots=True)
class SocketRequest:
    """What is wanted, of the row with that id."""

    TYPE: ClassVar[str] = "offmon/socket-request@1"

    verb: Slug
    id: Id


@dataclass(frozen=True, slots=True)
class SocketReply:
    """`error`: the code of a refusal, or None. `document`: what was asked for, or nothing. `follows`: how many raw bytes come after."""

    TYPE: ClassVar[str] = "offmon/socket-answer@1"

    error: Slug | None
    document: bytes
    follows: Count


@dataclass(frozen=True, slots=True)
class Result:
    """What a verb came to: a small document, or a long stream, or neither."""

    document: bytes = b""
    stream: bytes = b""


type Verbs = Mapping[str, Callable[[Id], Result]]


class SocketServer:
    """Answers on a socket until it is closed."""

    def __init__(
        self, path: Path, verbs: Verbs, callers: Collection[int], limited: Mapping[int, Verbs] | None = None
    ) -> None:
        """`callers`: the uids that may ask everything. `limited`: what others may ask, by uid.

        Raises Refused where the folder is open to others, or another server answers.
        """
        self._verbs = {**(limited or {}), **dict.fromkeys(callers, verbs)}
        self._places = {uid: threading.BoundedSemaphore(MAX_CALLERS) for uid in self._verbs}
        self._path = path
        self._socket = _listen(path)

    def serve(self) -> None:
        """Answer until `close`."""
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            uid = _uid_of(peer)
            places = self._places.get(uid)
            if places is None or not places.acquire(blocking=False):
                peer.close()
                continue
            threading.Thread(target=self._attend, args=(peer, uid), daemon=True).start()

    def close(self) -> None:
        """Stop listening. Whoever is being answered is answered to the end."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._path.unlink(missing_ok=True)

    def _attend(self, peer: socket.socket, uid: int) -> None:
        try:
            with peer:
                peer.settimeout(ASK_S)
                self._answer(peer, self._verbs[uid])
        except OSError:
            pass  # they went away, or were too slow; nothing is owed
        finally:
            connections.close_all()
            self._places[uid].release()

    def _answer(self, peer: socket.socket, verbs: Verbs) -> None:
        error: Slug | None
        try:
            line, _ = _line(peer, MAX_REQUEST, time.monotonic() + ASK_S)
            request = codec.load(SocketRequest, line, max_size=MAX_REQUEST)
        except Malformed as junk:
            error, result = Slug(junk.code), Result()
        else:
            error, result = self._do(request, verbs)
        peer.settimeout(TAKE_S)
        peer.sendall(codec.dump(SocketReply(error, result.document, len(result.stream))) + b"\n")
        for at in range(0, len(result.stream), _PIECE):
            peer.sendall(result.stream[at : at + _PIECE])

    def _do(self, request: SocketRequest, verbs: Verbs) -> tuple[Slug | None, Result]:
        verb = verbs.get(request.verb)
        if verb is None:
            return Slug("unknown-verb"), Result()
        try:
            return None, verb(request.id)
        except OffmonError as refusal:
            code = refusal.code
        except ObjectDoesNotExist:
            code = "unknown-id"
        except Exception as fault:  # its text may quote a row, so neither they nor the log see it
            _log.error("%s failed: %s", request.verb, type(fault).__name__)
            code = "fault"
        _log.info("%s refused: %s", request.verb, code)
        return Slug(code), Result()


class Caller:
    """Asks one process. `name` says which, in what a person reads; `wait_s`: how long it may take to answer."""

    def __init__(self, name: str, path: Path, wait_s: float = WAIT_S) -> None:
        self._name = name
        self._path = path
        self._wait_s = wait_s

    def ask(self, verb: str, row: Id) -> bytes:
        """The document of the answer. Raises Refused with the code that came back, or `<name>-unreachable`."""
        answer, stream = self._ask(verb, row)
        stream.close()
        return answer.document

    def fetch(self, verb: str, row: Id) -> "Stream":
        """The stream of the answer, to be read once. Raises Refused, before any of it."""
        return self._ask(verb, row)[1]

    def _ask(self, verb: str, row: Id) -> "tuple[SocketReply, Stream]":
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            until = time.monotonic() + self._wait_s
            _connect(peer, self._path, min(TAKE_S, self._wait_s))
            peer.sendall(codec.dump(SocketRequest(Slug(verb), row)) + b"\n")
            line, rest = _line(peer, MAX_ANSWER, until)
            answer = codec.load(SocketReply, line, max_size=MAX_ANSWER)
        except (OSError, Malformed):
            peer.close()
            raise _unreachable(self._name) from None
        if answer.error is not None:
            peer.close()
            raise Refused(answer.error, f"The {self._name} says no: {answer.error}.")
        return answer, Stream(self._name, peer, rest, answer.follows)


class Stream:
    """The bytes that follow an answer. `size` is how many; fewer is an error, so that a cut bundle is never taken for whole."""

    def __init__(self, name: str, peer: socket.socket, begun: bytes, size: int) -> None:
        self.size = size
        self._name = name
        self._peer = peer
        self._begun = begun

    def __iter__(self) -> Iterator[bytes]:
        left, piece = self.size, self._begun[: self.size]
        with self._peer:
            self._peer.settimeout(TAKE_S)
            while left:
                piece = piece or self._next(left)
                left -= len(piece)
                yield piece
                piece = b""

    def close(self) -> None:
        """Take no more of it."""
        self._peer.close()

    def _next(self, left: int) -> bytes:
        try:
            piece = self._peer.recv(min(left, _PIECE))
        except OSError:
            piece = b""
        if not piece:
            raise _unreachable(self._name)
        return piece


def _unreachable(name: str) -> Refused:
    return Refused(f"{name}-unreachable", f"The {name} does not answer. Nothing is lost; try again in a moment.")


def _listen(path: Path) -> socket.socket:
    if stat.S_IMODE(path.parent.stat().st_mode) & stat.S_IRWXO:
        raise Refused(
            "socket-folder-open", f"{path.parent} is open to everyone; a socket lies where only its callers reach."
        )
    if path.exists():
        _remove_stale(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o117)  # so that it is never open to others, not for a moment
    try:
        listening.bind(str(path))
    finally:
        os.umask(before)
    listening.listen(MAX_CALLERS)
    return listening


def _remove_stale(path: Path) -> None:
    """A socket that a killed process left. One that answers is another process's, and stays."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
        except OSError:
            pass
    raise Refused("socket-taken", f"Another process answers on {path}; stop it first.")


def _uid_of(peer: socket.socket) -> int:
    _, uid, _ = _PEER.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return int(uid)


def _connect(peer: socket.socket, path: Path, wait_s: float) -> None:
    """A local socket whose queue is full says so at once, however long one would wait: ask again until then. Raises OSError."""
    until = time.monotonic() + wait_s
    peer.settimeout(wait_s)
    while True:
        try:
            return peer.connect(str(path))
        except BlockingIOError:
            if time.monotonic() > until:
                raise
        time.sleep(_QUEUE_FULL_S)


def _line(peer: socket.socket, limit: int, until: float) -> tuple[bytes, bytes]:
    """One line without its end, and what came after it. Raises Malformed, or OSError where it is not there in time."""
    data = b""
    while b"\n" not in data:
        if len(data) > limit:
            raise Malformed("too-large", "What was sent is longer than one line may be.")
        peer.settimeout(max(until - time.monotonic(), 0.001))
        piece = peer.recv(_PIECE)
        if not piece:
            raise Malformed("no-line", "What was sent has no end.")
        data += piece
    line, _, rest = data.partition(b"\n")
    return line, rest
