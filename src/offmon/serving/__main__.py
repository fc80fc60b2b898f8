"""Serve a WSGI application: python -m offmon.serving MODULE PORT [--host HOST] [--workers N]

MODULE has it under the name `application`.
"""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any
from wsgiref.types import WSGIApplication

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from offmon.serving.gate import Gate

HEAD_WITHIN_MS = 10_000
KILL_AFTER_S = 10


def serve(load: Callable[[], WSGIApplication], host: str, port: int, workers: int = 1) -> None:
    """Serve what `load` makes in each worker, until the process is told to stop."""
    server = Granian(
        "offmon",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_WITHIN_MS),
        websockets=False,
        workers=workers,
        workers_kill_timeout=KILL_AFTER_S,
    )
    server.serve(target_loader=partial(_gate, load), wrap_loader=False)


def _gate(load: Callable[[], WSGIApplication]) -> Any:  # granian's types know no object with `__rsgi__`
    return Gate(load())


def _load(module: str) -> WSGIApplication:
    application: WSGIApplication = import_module(module).application
    return application


def main(arguments: list[str]) -> int:
    """Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m offmon.serving", description=__doc__)
    parser.add_argument("module")
    parser.add_argument("port", type=int)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args(arguments)
    serve(partial(_load, given.module), given.host, given.port, given.workers)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
