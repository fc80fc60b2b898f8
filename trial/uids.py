"""Which operating-system account each part of the trial runs under.

Rules
- Nothing of the trial stays root. PostgreSQL runs as `postgres` where the machine has that user, else under a number of ours.
- Each process has a number of its own, so that the kernel keeps one from reading another's secrets or memory.
- The numbers need no entry in /etc/passwd and leave none behind. They are in 60706-61183, which the systemd and Debian allocation tables
  both leave unused.
- Run by an ordinary user, every part is that user, and says so by having the same `Account`.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from offmon.core.errors import Refused
from offmon.server.base.policies import Process

PROCESSES = (*(process.name.lower() for process in Process), "witness", "mailbox")
OURS = range(60_800, 60_900)
DATABASE_UID = 60_800
PROCESS_UIDS: Mapping[str, int] = {name: DATABASE_UID + 1 + place for place, name in enumerate(PROCESSES)}
# Who is in this group may reach the database's socket. The supervised person's account, also on this machine, is not.
DATABASE_CLIENTS_GID = 60_899


@dataclass(frozen=True)
class Account:
    """Numbers to run under: `uid`, its own `gid`, and supplementary `groups`."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()


def is_root() -> bool:
    """Whether this process may become someone else."""
    return os.geteuid() == 0


def own_account() -> Account:
    """The account that this process already runs under."""
    return Account(os.geteuid(), os.getegid())


def database_account(preferred: str = "postgres") -> Account:
    """The account for PostgreSQL, which refuses to run as root. `preferred` is a user name that bare machines lack."""
    if not is_root():
        return own_account()
    try:
        entry = pwd.getpwnam(preferred)
    except KeyError:
        return Account(DATABASE_UID, DATABASE_UID)
    return Account(entry.pw_uid, entry.pw_gid)


def uids_of_a_run() -> frozenset[int]:
    """Under which numbers anything of a run may be: where root parts them, all that are ours and the database's; else one's own."""
    return frozenset({*OURS, database_account().uid} if is_root() else {os.geteuid()})


def process_account(process: str) -> Account:
    """The account for one of `PROCESSES`, in the group that may reach the database's socket."""
    uid = PROCESS_UIDS[process]
    return Account(uid, uid, (DATABASE_CLIENTS_GID,)) if is_root() else own_account()


def named_account(account: Account) -> Account:
    """`account` if the machine has a name for it, else `nobody`: some programs refuse a number without a name."""
    try:
        pwd.getpwuid(account.uid)
    except KeyError:
        if not is_root():
            return account
        entry = pwd.getpwnam("nobody")
        return Account(entry.pw_uid, entry.pw_gid)
    return account


def run_as(account: Account, command: Sequence[str | Path], timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a command as `account` from `/` with a clean environment; the caller reads the exit status.

    The caller's environment stays out: a stray PGDATA, PGHOST or LD_PRELOAD must not steer a database of ours.
    Raises PermissionError where the account cannot reach the program.
    """
    change = is_root()
    return subprocess.run(  # noqa: S603 - argument lists of this package, never a shell, never text from outside
        [str(part) for part in command],
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout_s,
        start_new_session=True,  # a terminal's Ctrl-C is for the trial alone, which then stops the database by such a command
        user=account.uid if change else None,
        group=account.gid if change else None,
        extra_groups=account.groups if change else None,
    )


def make_passable(folder: Path) -> None:
    """Make `folder`, if it is not there, so that others may pass through it and not list it, whatever the umask says."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o711)


def check_reaches(account: Account, folder: Path) -> None:
    """Refuse a folder that `account` cannot pass through.

    We never widen the rights of a parent folder instead: a venv below /root must not open /root to the machine.
    """
    test = shutil.which("test", path=os.defpath) or "/usr/bin/test"
    if run_as(account, [test, "-x", folder]).returncode != 0:
        code = "folder-out-of-reach"
        message = f"User {account.uid} cannot enter {folder}. Choose a folder whose parents others may pass through."
        raise Refused(code, message)
