"""A terminal shows any word, whoever wrote it, and does nothing by it."""

import io

import pytest

from offmon.core.text.terminal import printable, tolerate


@pytest.mark.parametrize(
    "sign", ["\x00", "\x1b", "\r", "\n", "\x7f", "\x85", "\x9b", "\u200e", "\u2028", "\u202e", "\u2066", "\ud800"]
)
def test_what_a_terminal_would_act_on_is_said_by_its_number(sign: str) -> None:
    said = printable(f"a{sign}b")
    assert said.isprintable()
    assert said == f"a{ascii(sign)[1:-1]}b"


def test_words_are_left_as_they_are() -> None:
    assert printable("The field “title”, ŵ and 監") == "The field “title”, ŵ and 監"


@pytest.mark.parametrize("encoding", ["ascii", "cp437"])
def test_a_letter_that_a_terminal_lacks_is_no_error(encoding: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    tolerate(stream, io.StringIO())  # what is no terminal and no file is left as it is
    stream.write("“ŵ”")
    stream.flush()
    assert raw.getvalue() == rb"\u201c\u0175\u201d"
