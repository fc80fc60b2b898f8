"""Each function whose time a benchmark counts is there under its name."""

from functools import reduce
from importlib import import_module

from bench.watched import SHARES
from tests.server import set_up_django

set_up_django()


def test_what_a_benchmark_watches_is_there() -> None:
    for module, name in (one for watched in SHARES.values() for one in watched):
        assert callable(reduce(getattr, name.split("."), import_module(module))), (module, name)
