"""What was asked of the display server, kept so that all of it can be asked again in one go (R-LEG-31).

Rules
- What a look finds follows from the server's answers and from what it tells by itself (`changes`). So where it told nothing, and all
  answers are byte by byte those of the last look, the same is found.
- One wait for all answers, where a look waits for each. A server that hangs is not waited for.
- An answer that is an error is no answer: then nothing is kept, or stands.
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# python-xlib ships no types; everything that leaves this module is converted to our own.
from Xlib.protocol import rq  # type: ignore[import-untyped]

_NUMBER = slice(2, 4)  # of the request that is answered: the only part that is another each time


class Asked:
    """Questions as they were sent, each with its answer once it came."""

    def __init__(self) -> None:
        self.answers: list[tuple[bytes, bytearray]] = []

    @contextmanager
    def of(self, connection: Any) -> Iterator[None]:
        """Keep what is asked of a connection meanwhile. Use it from one thread."""
        send = connection.send_request

        def keeps(request: Any, waits: bool) -> None:
            if waits:
                self._keep(request)
            send(request, waits)

        connection.send_request = keeps
        try:
            yield
        finally:
            connection.send_request = send

    def again(self, connection: Any) -> "AskedAgain":
        """Ask all of it once more, without waiting for the answers."""
        return AskedAgain(connection, self.answers)

    def _keep(self, request: Any) -> None:
        answer, parse = bytearray(), request._parse_response
        self.answers.append((bytes(request._binary), answer))

        def parsed(data: Any) -> None:
            answer[:] = _less_number(data)
            parse(data)

        request._parse_response = parsed


class AskedAgain:
    """Answers on their way."""

    def __init__(self, connection: Any, before: list[tuple[bytes, bytearray]]) -> None:
        self._connection, self._before = connection, before
        self._asked = [_Question(connection, question) for question, _ in before]
        connection.flush()

    def same(self, within_s: float) -> bool:
        """Whether they are those of before. Raises what the connection raises."""
        if not self._asked or not select.select([self._connection.socket], [], [], within_s)[0]:
            return False
        for one in self._asked:
            one.await_answer()
        return all(one.answer == bytes(answer) for one, (_, answer) in zip(self._asked, self._before, strict=True))


class _Question(rq.ReplyRequest):  # type: ignore[misc]
    """A request by its bytes, whose answer is kept as it comes."""

    _reply = None  # python-xlib knows by this that an answer comes

    def __init__(self, connection: Any, question: bytes) -> None:
        self._display, self._binary, self._serial = connection, question, None
        self._data: dict[str, Any] | None = None
        self.answer: bytes | None = None
        connection.send_request(self, True)

    def await_answer(self) -> None:
        while self._data is None:
            self._display.send_recv_lock.acquire()
            self._display.send_and_recv(request=self._serial)

    def _parse_response(self, data: Any) -> None:
        self.answer, self._data = _less_number(data), {"sequence_number": self._serial}

    def _set_error(self, _error: Any) -> int:
        self._data = {"sequence_number": self._serial}
        return 1


def _less_number(data: Any) -> bytes:
    kept = bytearray(data)
    kept[_NUMBER] = bytes(2)
    return bytes(kept)
