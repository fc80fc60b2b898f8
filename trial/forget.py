"""Forgets a trial: once its processes have stopped, removes its folder with every key, row and password."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from offmon.core.errors import Refused
from trial.places import TrialHome
from trial.postgres import Cluster
from trial.stack import DATABASE
from trial.uids import PROCESSES

KNOWN: Final = frozenset(
    {
        *PROCESSES,
        "agent-release",
        "bundles",
        "ceremony.json",
        "code",
        "demo",
        "device",
        "lock",
        "logs",
        "offline-root",
        "person",
        "pg",
        "public",
        "sign-ins.json",
        "sockets",
        "standing.json",
        "standing.new",
    }
)


def forget(path: Path) -> str:
    """Remove a trial's folder; says what was removed. Raises Refused for a folder that is no trial's, and while one runs."""
    if not path.exists():
        return f"There is nothing to forget: {path} does not exist.\n"
    strangers = {item.name for item in path.iterdir()} - KNOWN
    if strangers:
        message = (
            f"{path} holds what no trial made ({', '.join(sorted(strangers)[:3])}); remove it yourself if it may go."
        )
        raise Refused("not-a-trial", message)
    with ExitStack() as holding:
        for one in (path, path / "demo", path / "device"):
            if one.exists():
                holding.enter_context(TrialHome(one).held())
        size = sum(file.lstat().st_size for file in path.rglob("*"))
        for database in (path / "pg", path / "demo" / "pg"):
            if database.exists():
                Cluster(database).destroy()  # one that a killed trial left running
        shutil.rmtree(path)
    theirs = os.environ.get("DATABASE_URL") and (
        f"The database `{DATABASE}` on your own server stays: drop it before the next run, or unset DATABASE_URL.\n"
    )
    return f"Removed {path} ({size >> 20} MiB): database, keys, passwords, logs, bundles. `make run` begins anew.\n{theirs or ''}"
