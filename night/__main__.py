"""python -m night [--seed N] [--days N] [--agencies N] [--devices N] [--all]: play a night. Exit status 1 on one miss."""

import argparse
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from offmon.server.processes.roles import create_roles
from tests.database import answer_at_once, quick_place, short_folder
from tests.server import set_up_django
from trial.postgres import Server, launch


@contextmanager
def a_server(folder: Path) -> Iterator[Server]:
    """A PostgreSQL of its own."""
    server = launch(folder / "pg", durable=False)
    try:
        create_roles(server.superuser_url, server.secrets)
        answer_at_once(server)
        yield server
    finally:
        server.destroy()


def main(arguments: list[str]) -> int:
    """Play one; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m night", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="a night that was played before; otherwise a new one")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--agencies", type=int, default=3)
    parser.add_argument("--devices", type=int, default=120)
    parser.add_argument("--all", action="store_true", help="print each escalation, with whom and when")
    given = parser.parse_args(arguments)
    seed, began = secrets.randbelow(1_000_000) if given.seed is None else given.seed, time.monotonic()
    set_up_django()  # before models are imported
    from night import judge, play, script, told  # noqa: PLC0415

    sys.stdout.write(f"seed {seed}\n")
    sys.stdout.flush()
    written = script.written(seed, script.Size(given.days, given.agencies, given.devices))
    with (
        tempfile.TemporaryDirectory() as own,
        short_folder(quick_place()) as folder,
        a_server(folder) as server,
        play.staged(written, server, Path(own)) as played,
    ):
        played.play()
        seen = played.seen()
    verdict = judge.judge(written, seen)
    sys.stdout.write(told.text(written, seen, verdict, time.monotonic() - began, every=given.all))
    return 1 if verdict.misses else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
