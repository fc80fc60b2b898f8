"""The ingest face with a stopwatch in it, for granian to serve in place of the product's own module.

Each answer's `Server-Timing` header (W3C) says how many milliseconds each share took. The rest is the framework's. It takes one request at
a time, since it has one stopwatch.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import wraps
from importlib import import_module
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIEnvironment

FRAMEWORK: Final = "framework"
_FACE: Final = "offmon.server.faces.ingest"
_INTAKE: Final = "offmon.server.intake.actions"
# Which functions' time a share is: the module in which each is looked up, and its name there.
SHARES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "signature": ((f"{_FACE}.signed", "check_signed"),),
    "device_and_nonce": ((f"{_FACE}.signed", "device_by_key"), (f"{_FACE}.signed", "do_use_nonce")),
    "parse": ((f"{_FACE}.views", "load"), (f"{_FACE}.views", "dsse.open_signed")),
    "journal": ((_INTAKE, "batches.check_batch"), (_INTAKE, "batches.extend")),
    "gate2": ((_INTAKE, "may_stay.verdicts"),),
    "rows": ((f"{_FACE}.views", "do_receive"),),
    "audit": ((_INTAKE, "append"),),
    "commit": (("django.db.backends.base.base", "BaseDatabaseWrapper._commit"),),  # with the triggers that wait for it
    "receipt": ((f"{_FACE}.views", "receipts.receipt"),),
}


class Stopwatch:
    """Gives each moment to the innermost share that runs."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = defaultdict(float)
        self._running = [FRAMEWORK]
        self._since = time.perf_counter()

    def watch(self, share: str, module: str, name: str) -> None:
        """Count the time of a function to a share."""
        *path, last = name.split(".")
        owner: Any = import_module(module)
        for step in path:
            owner = getattr(owner, step)
        setattr(owner, last, self.timed(share, getattr(owner, last)))

    def timed(self, share: str, whole: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its time counted to a share."""

        @wraps(whole)
        def run(*args: Any, **kwargs: Any) -> Any:
            self._turn()
            self._running.append(share)
            try:
                return whole(*args, **kwargs)
            finally:
                self._turn()
                self._running.pop()

        return run

    def taken(self) -> dict[str, float]:
        """The seconds of each share since this was last asked."""
        self._turn()
        seconds, self._seconds = dict(self._seconds), defaultdict(float)
        return seconds

    def _turn(self) -> None:
        now = time.perf_counter()
        self._seconds[self._running[-1]] += now - self._since
        self._since = now


def __getattr__(name: str) -> Any:
    """`application`, made when a server asks for it: whoever reads `SHARES` needs no settings."""
    if name != "application":
        raise AttributeError(name)
    whole = import_module(f"{_FACE}.wsgi").application
    watch = Stopwatch()
    for share, functions in SHARES.items():
        for module, function in functions:
            watch.watch(share, module, function)

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        watch.taken()

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
            said = ", ".join(f"{share};dur={1000 * seconds:.3f}" for share, seconds in watch.taken().items())
            return start_response(status, [*headers, ("Server-Timing", said)])

        result: Iterable[bytes] = whole(environ, start)
        return result

    return application
