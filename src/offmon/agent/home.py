"""The folder of everything that the agent keeps, in the supervised person's own account.

Rules
- The agent runs as the person whose account it observes, never as root, which could see other people's accounts (design §5).
- The folder belongs to that account alone (0700), each file in it 0600. Anything looser is refused, not mended: it may have been read
  already.
- One agent a folder, by a lock that the kernel drops when the process ends, however it ends.
- The folder holds nothing else, so that it can be removed whole. A folder with anyone else's file in it is never removed.
- A file is replaced whole: written beside, flushed to the disk, then renamed. A reader finds the old one or the new one. Two are not: the
  marks and the last receipt, which are written all day, and show by themselves whether they are whole.
"""

import fcntl
import os
import re
import secrets
import stat
from pathlib import Path
from typing import Final

from offmon.core.errors import Refused
from offmon.core.formats.canon import Tag, digest
from offmon.core.ids import Digest

MAX_FILE: Final = 32 << 20
_OURS: Final = re.compile(
    r"lock|pages\.sock|outbox\.sqlite(\.damaged)?(-wal|-shm)?|history\.sqlite(-journal)?|\.?(ended|enrolled|keys|marks|pin|profile|receipt|use|withdrawn)(\.[0-9a-f]{16})?"
)
_MACHINE_ID: Final = Path("/etc/machine-id")


class AgentHome:
    """An agent's folder, checked. Raises Refused where it, or the account, may not be used."""

    def __init__(self, path: Path) -> None:
        check_account(os.geteuid())
        self.path = path.absolute()
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = self.path.lstat()
        except OSError as error:
            raise Refused("no-home", f"The agent's folder cannot be used: {error.strerror}.") from None
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise Refused(
                "home-exposed", "The agent's folder must be a folder of this account that nobody else may enter (0700)."
            )

    @property
    def socket(self) -> Path:
        """Where browsers tell of pages (`sources/page_socket`)."""
        return self.path / "pages.sock"

    @property
    def outbox(self) -> Path:
        """The queue and journal."""
        return self.path / "outbox.sqlite"

    @property
    def history(self) -> Path:
        """The history that is kept and not sent (`kept_history`)."""
        return self.path / "history.sqlite"

    def lock(self) -> int:
        """Hold the folder until the process ends. Raises Refused where another agent holds it."""
        handle = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise Refused("already-running", "An agent already runs in this folder; stop that one first.") from None
        return handle

    def read(self, name: str) -> bytes | None:
        """A file's bytes, or None if there is none. Raises Refused where others may read it."""
        try:
            handle = os.open(self.path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Refused(
                "unreadable-file", f"{name} in the agent's folder cannot be read: {error.strerror}."
            ) from None
        with os.fdopen(handle, "rb") as file:
            if os.fstat(handle).st_mode & 0o077:
                raise Refused(
                    "file-exposed", f"{name} in the agent's folder can be read by others; enrol this device anew."
                )
            return file.read(MAX_FILE)

    def write(self, name: str, data: bytes) -> None:
        """Replace a file. On the disk when this returns. Raises Refused where the disk does not take it."""
        beside = self.path / f".{name}.{secrets.token_hex(8)}"
        try:
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(handle)
            beside.rename(self.path / name)
            folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            os.fsync(folder)
            os.close(folder)
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise Refused("disk-full", f"{name} in the agent's folder cannot be written: {error.strerror}.") from None

    def overwrite(self, name: str, data: bytes) -> None:
        """As `write`, in place where the length stays: a power cut may leave half of it, which the data has to show. Raises Refused."""
        try:
            handle = os.open(self.path / name, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            self.write(name, data)
            return
        try:
            found = os.fstat(handle)
            fits = stat.S_ISREG(found.st_mode) and not found.st_mode & 0o077 and found.st_size == len(data)
            if fits and os.pwrite(handle, data, 0) == len(data):
                os.fdatasync(handle)
                return
        except OSError as error:
            raise Refused("disk-full", f"{name} in the agent's folder cannot be written: {error.strerror}.") from None
        finally:
            os.close(handle)
        self.write(name, data)

    def erase(self) -> None:
        """Write over and remove everything, and the folder. Raises Refused where something in it is not the agent's: then nothing goes."""
        found = sorted(self.path.iterdir())
        if any(not _OURS.fullmatch(file.name) or (file.is_dir() and not file.is_symlink()) for file in found):
            raise Refused("home-shared", "The folder holds files that are not the agent's. Nothing was removed.")
        try:
            for file in found:
                _overwrite(file)
                file.unlink()
            self.path.rmdir()
        except OSError as error:
            raise Refused("not-removed", f"The agent's folder could not be removed: {error.strerror}.") from None


def _overwrite(file: Path) -> None:
    """For what that is worth: a disk may keep traces for a while, as after any removal."""
    if not stat.S_ISREG(file.lstat().st_mode):
        return
    with file.open("r+b") as stream:
        stream.write(bytes(os.fstat(stream.fileno()).st_size))
        stream.flush()
        os.fsync(stream.fileno())


def check_account(uid: int) -> None:
    """Raises Refused for root."""
    if uid == 0:
        raise Refused("root", "The agent refuses to run as root; start it as the supervised person's own account.")


def account_digest() -> Digest:
    """Tells the accounts of one machine apart and names nobody: a digest over the machine's random id and the account's number."""
    try:
        machine = _MACHINE_ID.read_bytes().strip()
    except OSError:
        machine = b""
    return Digest(digest(Tag.OS_ACCOUNT, machine, b"\0", str(os.geteuid()).encode()).hex())
