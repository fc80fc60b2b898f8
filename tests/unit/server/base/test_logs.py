"""A log line names where an error happened and never quotes it (R-SEC-15)."""

import logging
import sys
from types import SimpleNamespace

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


@pytest.mark.parametrize(
    ("match", "line"),
    [(None, "404 at no address of ours"), (SimpleNamespace(route="files/<str:name>"), "404 at files/<str:name>")],
)
def test_what_was_asked_is_not_told(match: SimpleNamespace | None, line: str) -> None:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "Not Found: %s", ("/86/1I/",), None)
    record.status_code, record.request = 404, SimpleNamespace(path="/86/1I/", resolver_match=match)
    assert WithoutWords("%(message)s").format(record) == line
    assert record.getMessage() == "Not Found: /86/1I/"  # as another handler would have it


def test_every_process_logs_so() -> None:
    handler = LOGGING["formatters"][LOGGING["handlers"]["stderr"]["formatter"]]
    assert handler["()"] == f"{WithoutWords.__module__}.{WithoutWords.__qualname__}"
