"""The ground of every benchmark: a durable PostgreSQL of its own, databases with the product's schema, and processes over real HTTP."""

import http.client
import math
import os
import pickle
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from bench.requests import Request
from bench.result import NotMeasured
from offmon.server.processes.roles import create_roles
from tests.database import DJANGO_MIGRATIONS, Database, Template
from trial.postgres import Server, launch

ROOT: Final = Path(__file__).parents[1]
START_S: Final = 30.0


@dataclass
class Ground:
    """A folder on a disk, and on it whatever the benchmarks ask for; `grounded` ends what was begun."""

    folder: Path
    ending: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def server(self) -> Server:
        """PostgreSQL as the trial runs it: every commit is on disk before it returns."""
        server = launch(self.folder / "pg", durable=True)
        self.ending.callback(server.destroy)
        create_roles(server.superuser_url, server.secrets)
        return server

    @cached_property
    def template(self) -> Template:
        """The product's own schema, to be copied."""
        template = Template.build(self.server, DJANGO_MIGRATIONS)
        self.ending.callback(template.drop)
        return template

    @contextmanager
    def database(self) -> Iterator[tuple[Database, Path]]:
        """A database with the product's schema, and a folder for what goes with it."""
        with self.template.clone() as database, tempfile.TemporaryDirectory(dir=self.folder) as folder:
            yield database, Path(folder)


@contextmanager
def grounded() -> Iterator[Ground]:
    """The ground for one run. /var/tmp lies on a disk, where /tmp may lie in memory and a sync would cost nothing."""
    with tempfile.TemporaryDirectory(prefix="offmon-bench-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)  # the database's account passes through
        ground = Ground(folder)
        with ground.ending:
            yield ground


@contextmanager
def serving(module: str, environment: Mapping[str, str], port: int, *, ask: str, workers: int = 1) -> Iterator[None]:
    """A WSGI module in a process of its own, as the trial starts a face, once it answers at `ask`."""
    command = [sys.executable, "-m", "offmon.serving", module, str(port), "--workers", str(workers)]
    with served(command, {**clean(), **environment}, port, ask=ask):
        yield


@contextmanager
def served(command: Sequence[str], environment: Mapping[str, str], port: int, *, ask: str) -> Iterator[None]:
    """What a command serves, in a process of its own, once it answers at `ask`."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603 - the interpreter that runs this, or a peer of a lock of ours
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            _wait(process, port, ask)
            yield
        except BaseException:
            log.seek(0)
            sys.stderr.write(log.read().decode(errors="replace")[-2000:])
            raise
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()


def inside(face: str, environment: Mapping[str, str], requests: Sequence[Request], *what: str) -> list[str]:
    """What a profiler says of requests to a face, played in one process that has the face's own settings. `what`: as `bench.inside`."""
    ended = subprocess.run(  # noqa: S603 - the interpreter that runs this
        [sys.executable, "-m", "bench.inside", face, *what],
        env={**clean(), **environment},
        input=pickle.dumps(requests),
        capture_output=True,
        check=False,
    )
    if ended.returncode != 0:
        raise NotMeasured(ended.stderr.decode(errors="replace")[-2000:])
    return ended.stdout.decode().splitlines()


def clean() -> dict[str, str]:
    """What every process is told: to run the code of this checkout, and to find `bench` beside it."""
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}


def free_port() -> int:
    """A port of this machine that nothing has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least that share of them do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[math.ceil(share * len(ranked)) - 1]


def _wait(process: "subprocess.Popen[bytes]", port: int, ask: str) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        # The port is open before the application is loaded: only an answer says that it serves.
        with (
            suppress(OSError, http.client.HTTPException),
            closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection,
        ):
            connection.request("GET", ask)
            connection.getresponse().read()
            return
        time.sleep(0.05)
    raise NotMeasured("a face did not start")
