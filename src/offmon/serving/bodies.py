"""How long a request's body may take, and how many may arrive at once (R-SEC).

Rules
- A body may wait GRACE_S for its first bytes. Each RATE bytes let it wait a second more, STILL_S at most: what came quickly buys no hour
  of silence. It may take an hour in all. A slower one is ended: `Late`.
- One address may have AN_ADDRESS bodies arriving, all addresses IN_ALL. Beyond that a new body is let in, and the idlest is ended: the one
  of which least came in its last seconds. So slow bodies keep no quicker one out, not even from the same address.
- All bodies may hold HELD_BYTES. Beyond that, the idlest of those that hold something is ended.
- A body of another length than stated is `Cut`. One that is longer than `most_bytes`, or states no length, is not read at all.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from math import exp2
from typing import Final

GRACE_S: Final = 10
RATE: Final = 1024
STILL_S: Final = 30
LATELY_S: Final = 5
LONGEST_S: Final = 3600
AN_ADDRESS: Final = 16
IN_ALL: Final = 256
HELD_BYTES: Final = 256 << 20


class Late(Exception):
    """It came too slowly, or gave way to others."""


class Cut(Exception):
    """It is not as long as it was said to be."""


def patience_s(left: float, received: int) -> float:
    """For how many seconds a body may stand still, which had so many `left` when `received` more bytes of it came."""
    return min(STILL_S, left + received / RATE)


@dataclass(slots=True, eq=False)
class _OnItsWay:
    """One body that is being read: from where, what of it is here, and what ends it."""

    address: str
    began: float
    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    timeout: asyncio.Timeout | None = None
    gave_way: bool = False
    came_at: float = 0.0
    came_lately: float = 0.0
    """Bytes, each of which counts half after LATELY_S and a quarter after twice that. As of `came_at`."""

    def add(self, chunk: bytes, at: float) -> None:
        """So much more of it is here."""
        self.came_at, self.came_lately = at, self._lately(at) + len(chunk)
        self.parts.append(chunk)
        self.size += len(chunk)

    def rate(self, at: float) -> float:
        """Bytes a second lately, of which the first is a whole one."""
        return self._lately(at) / max(1.0, min(LATELY_S, at - self.began))

    def _lately(self, at: float) -> float:
        return self.came_lately * exp2((self.came_at - at) / LATELY_S)


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
        loop = asyncio.get_running_loop()
        until = one.began + GRACE_S
        try:
            async with asyncio.timeout_at(until) as one.timeout:
                self._admit(one)
                while one.size < stated:
                    chunk = await _next(chunks)
                    if one.gave_way:
                        raise Late
                    if not chunk or one.size + len(chunk) > stated:
                        raise Cut
                    now = loop.time()
                    one.add(chunk, now)
                    self._held += len(chunk)
                    until = now + patience_s(until - now, len(chunk))
                    one.timeout.reschedule(min(until, one.began + LONGEST_S))
                    self._make_room(now)
        except TimeoutError:
            raise Late from None
        if one.gave_way:
            raise Late
        del self._on_their_way[one]

    def _admit(self, one: _OnItsWay) -> None:
        of_the_address = [each for each in self._on_their_way if each.address == one.address]
        if len(of_the_address) >= self._an_address:
            self._gives_way(_idlest(of_the_address, one.began))
        elif len(self._on_their_way) >= self._in_all:
            self._gives_way(_idlest(self._on_their_way, one.began))
        self._on_their_way[one] = None

    def _make_room(self, at: float) -> None:
        while self._held > self._held_bytes and (holding := [each for each in self._on_their_way if each.size]):
            self._gives_way(_idlest(holding, at))

    def _gives_way(self, one: _OnItsWay) -> None:
        del self._on_their_way[one]
        one.gave_way = True
        self._held -= one.size
        if one.timeout is not None:
            one.timeout.reschedule(asyncio.get_running_loop().time())


def _idlest(bodies: Iterable[_OnItsWay], at: float) -> _OnItsWay:
    return min(bodies, key=lambda each: each.rate(at))


async def _next(chunks: AsyncIterator[bytes]) -> bytes:
    """The next chunk; empty where there is none. Not `anext`, whose default cannot be cancelled through granian's own awaitable."""
    try:
        return await chunks.__anext__()
    except StopAsyncIteration:
        return b""
