"""A log line tells where an error happened and never what it says (R-SEC-15)."""

import logging
import sys

import pytest

from offmon.core.errors import Refused
from offmon.server.base.logs import WithoutWords
from offmon.server.base.settings.common import LOGGING

SAID = "Key (name)=(someone's name) already exists"


def shown(error: BaseException) -> str:
    try:
        raise error
    except BaseException:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "Internal error", None, sys.exc_info())
    return WithoutWords("%(message)s").format(record)


@pytest.mark.parametrize("error", [ValueError(SAID), KeyError(SAID), OSError(5, SAID)])
def test_the_words_of_an_error_are_not_told(error: Exception) -> None:
    line = shown(error)
    assert "someone" not in line
    assert type(error).__qualname__ in line
    assert "in shown" in line


def test_nor_are_those_of_what_led_to_it() -> None:
    try:
        try:
            raise ValueError(SAID)
        except ValueError as first:
            raise RuntimeError(SAID) from first
    except RuntimeError as second:
        line = shown(second)
    assert "someone" not in line
    assert line.index("builtins.ValueError") < line.index("builtins.RuntimeError")


def test_our_own_errors_tell_their_code() -> None:
    assert "[one-person]" in shown(Refused("one-person", "Ask a colleague."))


def test_every_process_logs_so() -> None:
    handler = LOGGING["formatters"][LOGGING["handlers"]["stderr"]["formatter"]]
    assert handler["()"] == f"{WithoutWords.__module__}.{WithoutWords.__qualname__}"
