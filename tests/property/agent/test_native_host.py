"""The shim carries whole messages, however pipe and socket cut them, and reads or refuses any bytes."""

import json
from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from offmon.agent.native_host import TooLong, as_line, as_message, lines, messages

JSON = st.recursive(st.none() | st.booleans() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one))


def cut(data: bytes, at: list[int]) -> Iterator[bytes]:
    """The data in pieces, as a pipe may give it."""
    places = sorted({0, len(data), *(place % (len(data) + 1) for place in at)})
    return (data[a:b] for a, b in pairwise(places))


@given(st.lists(st.binary(max_size=200)), st.lists(st.integers(min_value=0)))
def test_messages_arrive_whole_however_the_pipe_cuts_them(sent: list[bytes], at: list[int]) -> None:
    received = bytearray()
    got: list[bytes] = []
    for piece in cut(b"".join(map(as_message, sent)), at):
        received += piece
        got += messages(received)
    assert (got, bytes(received)) == (sent, b"")


@given(st.lists(st.binary(max_size=200).filter(lambda line: b"\n" not in line)), st.lists(st.integers(min_value=0)))
def test_lines_arrive_whole_however_the_socket_cuts_them(sent: list[bytes], at: list[int]) -> None:
    received = bytearray()
    got: list[bytes] = []
    for piece in cut(b"".join(line + b"\n" for line in sent), at):
        received += piece
        got += lines(received)
    assert (got, bytes(received)) == (sent, b"")


@given(st.binary(max_size=500))
def test_no_bytes_raise_anything_but_too_long(data: bytes) -> None:
    for take in (messages, lines):
        try:
            list(take(bytearray(data)))
        except TooLong:
            continue


@given(JSON, st.sampled_from([None, 1]))
def test_a_message_becomes_one_line_that_says_the_same(doc: object, indent: int | None) -> None:
    line = as_line(json.dumps(doc, indent=indent).encode().replace(b"\n", b"\r\n"))
    assert line.count(b"\n") == 1
    assert json.loads(line) == doc
