"""How long a body may take, and which one gives way to another (issue 13)."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import suppress

import pytest

from offmon.serving.bodies import GRACE_S, LATELY_S, RATE, STILL_S, Bodies, Cut, Late, _OnItsWay, patience_s
from tests.prove.markers import proves

Begun = list[asyncio.Task[bytes | type[Exception]]]


@pytest.mark.parametrize(
    ("left", "received", "seconds"),
    [
        (GRACE_S, 0, GRACE_S),
        (GRACE_S, RATE, GRACE_S + 1),
        (1, 2 * RATE, 3),
        (GRACE_S, 64 << 20, STILL_S),
        (STILL_S, 1, STILL_S),
    ],
)
@proves("S113", patience_s, disabled=lambda left, received: 1e9)
def test_a_body_may_stand_still_a_second_for_each_kibibyte_and_half_a_minute_at_most(
    left: float, received: int, seconds: float
) -> None:
    assert patience_s(left, received) == seconds


async def whole(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def stuck(first: bytes) -> AsyncIterator[bytes]:
    yield first
    await asyncio.Event().wait()


async def read(bodies: Bodies, address: str, stated: int, chunks: AsyncIterator[bytes]) -> bytes | type[Exception]:
    try:
        async with bodies.read(address, stated, chunks) as body:
            return body
    except (Late, Cut) as refused:
        return type(refused)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def played(play: Callable[[Begun], Coroutine[None, None, None]]) -> None:
    """Runs it, and ends the bodies that it left on their way."""

    async def run() -> None:
        begun = Begun()
        await play(begun)
        for one in begun:
            one.cancel()
            with suppress(asyncio.CancelledError):
                await one

    asyncio.run(run())


@pytest.mark.parametrize(
    ("chunks", "came"),
    [
        ((b"abc", b"de"), b"abcde"),
        ((b"abcde", b"more that nobody reads"), b"abcde"),
        ((b"abc",), Cut),
        ((b"abc", b"", b"de"), Cut),
        ((b"abc", b"def"), Cut),
        ((), Cut),
    ],
)
def test_a_body_is_as_long_as_it_was_said_to_be(chunks: tuple[bytes, ...], came: object) -> None:
    assert asyncio.run(read(Bodies(10), "a", 5, whole(*chunks))) == came


def alike(*addresses: str) -> list[tuple[str, int]]:
    return [(address, 3) for address in addresses]


def of_one(*came: int) -> list[tuple[str, int]]:
    return [("a", size) for size in came]


@pytest.mark.parametrize(
    ("limits", "bodies", "gives_way"),
    [
        # of those that are alike the longest on its way
        ({"an_address": 2}, alike("a", "b", "a"), []),
        ({"an_address": 2}, alike("b", "a", "b", "a", "a"), [1]),
        ({"an_address": 2}, alike("a", "a", "a", "a"), [0, 1]),
        ({"an_address": 2}, alike("a", "b", "c", "a", "b", "c"), []),
        ({"in_all": 3}, alike("a", "b", "c", "d"), [0]),
        ({"in_all": 3, "an_address": 2}, alike("a", "b", "b", "b", "c"), [0, 1]),
        ({"held_bytes": 9}, alike("a", "b", "c", "d"), [0]),
        # the idlest, and for room too
        ({"an_address": 3}, of_one(900, 3, 500, 3), [1]),
        ({"in_all": 3}, of_one(900, 500, 3, 3), [2]),
        ({"an_address": 3}, of_one(900, 3, 500, 3, 3), [1, 3]),
        ({"held_bytes": 1000}, of_one(3, 900, 97, 3), [0]),
        ({"held_bytes": 1000}, of_one(300, 3, 900), [0, 1]),
    ],
)
def test_which_body_gives_way_to_each_that_comes(
    limits: dict[str, int], bodies: list[tuple[str, int]], gives_way: list[int]
) -> None:
    """Whoever keeps sending is not put out by those behind the same address who hardly send."""

    async def play(begun: Begun) -> None:
        held = Bodies(1000, **limits)
        for address, size in bodies:
            begun.append(asyncio.create_task(read(held, address, 1000, stuck(bytes(size)))))
            await settled()
        assert [at for at, one in enumerate(begun) if one.done()] == gives_way
        assert all(begun[at].result() is Late for at in gives_way)
        assert await read(held, "a", 3, whole(b"abc")) == b"abc"  # and a quick one is let in, whoever waits

    played(play)


def test_what_came_in_a_burst_long_ago_gives_way_to_what_still_comes() -> None:
    """Fifteen strangers who sent much, and then nothing, end no upload that grows beyond what each of them holds."""
    burst, steady = _OnItsWay("a", 0), _OnItsWay("b", 0)
    burst.add(bytes(16_000), 1)
    for second in range(1, 11):
        steady.add(bytes(1_000), second)
    assert burst.size > steady.size
    assert burst.rate(2 * LATELY_S) < steady.rate(2 * LATELY_S)


def test_what_is_being_answered_counts_as_held_until_it_is() -> None:
    async def play(begun: Begun) -> None:
        bodies = Bodies(1000, held_bytes=5)
        async with bodies.read("a", 4, whole(b"abcd")):
            assert await read(bodies, "b", 1000, stuck(b"ef")) is Late
        begun.append(asyncio.create_task(read(bodies, "b", 1000, stuck(b"ef"))))
        await settled()
        assert not begun[0].done()

    played(play)
