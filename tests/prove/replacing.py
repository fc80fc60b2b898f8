"""Putting another function in the place of one, for a while and for everybody who has imported it: its code is exchanged."""

import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import FunctionType
from typing import Any

from tests.prove.verdict import is_misshapen, line_of

KEEPING = type(cache(int))
INSTEAD = "_offmon_instead"


def _stub(*args: Any, **kwargs: Any) -> Any:
    return _offmon_instead(*args, **kwargs)  # type: ignore[name-defined]  # noqa: F821  a global of the function's own module


@contextmanager
def replaced(function: Callable[..., Any], replacement: Callable[..., Any]) -> Iterator[list[str]]:
    """What stands in for the function until the end. Yields a list of how the replacement itself fails: whoever calls it may hide that."""
    inner, broke, within = code_holder(function), list[str](), threading.local()
    true = FunctionType(inner.__code__, inner.__globals__, inner.__name__, inner.__defaults__, inner.__closure__)
    true.__kwdefaults__ = inner.__kwdefaults__

    def instead(*args: Any, **kwargs: Any) -> Any:
        asks_the_true_one = getattr(within, "replacement", False)
        within.replacement = not asks_the_true_one
        try:
            return (true if asks_the_true_one else replacement)(*args, **kwargs)
        except Exception as error:
            if is_misshapen(error) and not asks_the_true_one:
                broke.append(f"the replacement: {line_of(error)}")
            raise
        finally:
            within.replacement = asks_the_true_one

    inner.__globals__[INSTEAD] = instead
    inner.__code__ = _stub.__code__.replace(co_freevars=inner.__code__.co_freevars)
    forget(inner)
    try:
        yield broke
    finally:
        inner.__code__ = true.__code__
        del inner.__globals__[INSTEAD]
        forget(inner)


def code_holder(function: Callable[..., Any]) -> FunctionType:
    """The plain function below what wraps it."""
    inner = inspect.unwrap(function)
    assert isinstance(inner, FunctionType)
    return inner


def forget(function: FunctionType) -> None:
    """What the function's module has kept of earlier calls."""
    for kept in vars(sys.modules[function.__module__]).values():
        if type(kept) is KEEPING:  # a lazy object of Django would wake if it were asked what it is
            kept.cache_clear()
