"""How long a request's body may take, and how many may arrive at once (R-SEC).

Rules
- A body may take GRACE_S, plus a second for each RATE bytes received, an hour in all. A slower one is ended: `Late`.
- One address may have AN_ADDRESS bodies arriving, all addresses IN_ALL. Beyond that a new body is let in, and the slowest so far is ended.
  So slow bodies keep no quicker one out, not even from the same address.
- All bodies may hold HELD_BYTES. Beyond that, the one that holds most is ended.
- A body of another length than stated is `Cut`. One that is longer than `most_bytes`, or states no length, is not read at all.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

GRACE_S: Final = 10
RATE: Final = 1024
LONGEST_S: Final = 3600
AN_ADDRESS: Final = 16
IN_ALL: Final = 256
HELD_BYTES: Final = 256 << 20


class Late(Exception):
    """It came too slowly, or gave way to others."""


class Cut(Exception):
    """It is not as long as it was said to be."""


def allowed_s(received: int) -> float:
    """Within how many seconds of its beginning a body must have gone on, `received` bytes of it being here."""
    return min(LONGEST_S, GRACE_S + received / RATE)


@dataclass(slots=True, eq=False)
class _OnItsWay:
    """One body that is being read: from where, what of it is here, and what ends it."""

    address: str
    began: float
    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    timeout: asyncio.Timeout | None = None
    gave_way: bool = False

    def rate(self, at: float) -> float:
        """Bytes a second so far, of which the first is a whole one."""
        return self.size / max(1.0, at - self.began)


class Bodies:
    """The bodies on their way to one process, in the order in which they began: of several alike the first gives way. For one loop."""

    def __init__(
        self, most_bytes: int, *, an_address: int = AN_ADDRESS, in_all: int = IN_ALL, held_bytes: int = HELD_BYTES
    ) -> None:
        self.most_bytes = most_bytes
        self._an_address, self._in_all, self._held_bytes = an_address, in_all, held_bytes
        self._on_their_way: dict[_OnItsWay, None] = {}
        self._held = 0

    @asynccontextmanager
    async def read(self, address: str, stated: int, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The whole body, which counts as held inside. Raises Late or Cut. `stated`: its length, `most_bytes` at most."""
        one = _OnItsWay(address, asyncio.get_running_loop().time())
        try:
            await self._receive(one, stated, chunks)
            body = b"".join(one.parts)
            one.parts.clear()  # or it would be held twice
            yield body
        finally:
            self._on_their_way.pop(one, None)
            if not one.gave_way:
                self._held -= one.size

    async def _receive(self, one: _OnItsWay, stated: int, chunks: AsyncIterator[bytes]) -> None:
        """Add what comes. Raises Late or Cut."""
        try:
            async with asyncio.timeout_at(one.began + allowed_s(0)) as one.timeout:
                self._admit(one)
                while one.size < stated:
                    chunk = await _next(chunks)
                    if one.gave_way:
                        raise Late
                    if not chunk or one.size + len(chunk) > stated:
                        raise Cut
                    one.parts.append(chunk)
                    one.size += len(chunk)
                    self._held += len(chunk)
                    one.timeout.reschedule(one.began + allowed_s(one.size))
                    self._make_room()
        except TimeoutError:
            raise Late from None
        if one.gave_way:
            raise Late
        del self._on_their_way[one]

    def _admit(self, one: _OnItsWay) -> None:
        of_the_address = [each for each in self._on_their_way if each.address == one.address]
        if len(of_the_address) >= self._an_address:
            self._gives_way(min(of_the_address, key=lambda each: each.rate(one.began)))
        elif len(self._on_their_way) >= self._in_all:
            self._gives_way(min(self._on_their_way, key=lambda each: each.rate(one.began)))
        self._on_their_way[one] = None

    def _make_room(self) -> None:
        while self._held > self._held_bytes and self._on_their_way:
            self._gives_way(max(self._on_their_way, key=lambda each: each.size))

    def _gives_way(self, one: _OnItsWay) -> None:
        del self._on_their_way[one]
        one.gave_way = True
        self._held -= one.size
        if one.timeout is not None:
            one.timeout.reschedule(asyncio.get_running_loop().time())


async def _next(chunks: AsyncIterator[bytes]) -> bytes:
    """The next chunk; empty where there is none. Not `anext`, whose default cannot be cancelled through granian's own awaitable."""
    try:
        return await chunks.__anext__()
    except StopAsyncIteration:
        return b""
