"""python -m bench.inside FACE [statements]: play requests to a face inside this process, under a profiler.

With `statements` it says as JSON how many statements each request asked of the database: all but the begin and end of transactions.
Requests come from standard input, as `bench` itself pickled them. The process has the face's own settings and role, as under granian.
"""

import cProfile
import io
import json
import pickle
import pstats
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Final
from wsgiref.types import WSGIApplication

from django.db import connection

from bench.requests import Request

WARM: Final = 5  # the first requests open connections and fill caches
TOP: Final = 10


def play(application: WSGIApplication, requests: Sequence[Request]) -> None:
    """Each request in turn. Raises RuntimeError for an answer that is not 200."""
    for request in requests:
        told: list[str] = []
        body = b"".join(application(request.environ(), lambda status, *_: told.append(status)))  # type: ignore[arg-type]  # noqa: B023
        if not told[0].startswith("200"):
            raise RuntimeError(f"{told[0]}: {body[:500]!r}")


def hottest(profile: cProfile.Profile | str) -> str:
    """The ten functions in which most time was spent, one a line, without the folders before the names of their files.

    A profile of another process comes as the file that it left.
    """
    said = io.StringIO()
    pstats.Stats(profile, stream=said).strip_dirs().sort_stats("tottime").print_stats(TOP)
    lines = said.getvalue().splitlines()
    head = next(i for i, line in enumerate(lines) if line.lstrip().startswith("ncalls"))
    return "\n".join(line for line in lines[head:] if line.strip()) + "\n"


def statements_of(application: WSGIApplication, request: Request) -> int:
    """How many statements a request asks, once what is kept for the next ones is there."""
    said: list[str] = []

    def watch(execute: Callable[..., Any], words: str, *given: Any) -> Any:
        said.append(words)
        return execute(words, *given)

    play(application, [request] * 2)
    with connection.execute_wrapper(watch):
        play(application, [request])
    return len(said)


def main(arguments: list[str]) -> int:
    """Play what standard input holds; returns the exit status."""
    face, *what = arguments
    requests: list[Request] = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
    application: WSGIApplication = import_module(f"offmon.server.faces.{face}.wsgi").application
    if what:
        sys.stdout.write(json.dumps([statements_of(application, one) for one in requests]))
        return 0
    play(application, requests[:WARM])
    profile = cProfile.Profile()
    profile.runcall(play, application, requests[WARM:])
    sys.stdout.write(hottest(profile))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
