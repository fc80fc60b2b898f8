"""A store in a directory that one process owns: it puts bytes away and gives them back.

Rules
- Written once: a name is the SHA-256 of its bytes, so its content never changes. It may be removed.
- It holds ciphertext. It learns a length and a time, and nothing else.
- The bytes are on the disk when `put` returns, so a row may then name them. If that row is never written, nobody can open what is left.
- A file appears under its name whole or not at all: written beside, flushed, then linked. A link never replaces a file.
- A name is 64 hex digits and nothing else, so none leads out of the directory. A link in the place of a file is not followed.
- Files are 0440: a backup account may be in their group, and nothing writes to them again. A backup keeps removed files.
"""

import os
import re
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final, NewType

from django.conf import settings

from offmon.core.errors import NotAuthentic, Refused

MAX_STORED: Final = 21 << 20  # the largest thing of ours is a document of 20 MB, enclosed
MODE: Final = 0o440
_NAME: Final = re.compile(r"[0-9a-f]{64}")
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC


Name = NewType("Name", str)
"""64 hex digits: the SHA-256 of what lies there."""


class Directory:
    """What lies in one folder. Raises Refused where there is no such folder."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise Refused("no-store", "The folder in which documents are kept is not there; make or mount it first.")
        self._folder = folder

    def put(self, data: bytes) -> Name:
        """Keep `data`, of at most `MAX_STORED` bytes. The same bytes again are the same file. Raises Refused."""
        if len(data) > MAX_STORED:
            raise Refused("too-large-to-keep", f"What is kept has at most {MAX_STORED >> 20} MB; send less at once.")
        name = Name(sha256(data).hexdigest())
        unfinished = self._folder / f".{name}.{secrets.token_hex(8)}"
        handle = os.open(unfinished, _NEW, MODE)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(file.fileno(), MODE)  # whatever the umask took away
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(unfinished, self._folder / name)
        finally:
            unfinished.unlink()
        self._flush()
        return name

    def get(self, name: str) -> bytes:
        """The bytes of that name, exactly as they were put. Raises NotAuthentic where they are gone or are others."""
        if not _NAME.fullmatch(name):
            raise NotAuthentic("stored-name", "What is asked for has no name that the store gives.")
        try:
            with os.fdopen(os.open(self._folder / name, _OLD), "rb") as file:
                data = file.read(MAX_STORED + 1)
        except OSError:
            raise NotAuthentic(
                "stored-missing", "What was kept is no longer there; restore it from a backup."
            ) from None
        if sha256(data).hexdigest() != name:
            raise NotAuthentic("stored-changed", "What was kept is not what lies there now; restore it from a backup.")
        return data

    def remove(self, name: str) -> None:
        """What lies there is gone from the disk; nothing where there is none. Call it once no row names it: when that is committed."""
        if not _NAME.fullmatch(name):
            raise NotAuthentic("stored-name", "What is to be removed has no name that the store gives.")
        (self._folder / name).unlink(missing_ok=True)
        self._flush()

    def _flush(self) -> None:
        """A new name is on the disk only when its directory is."""
        handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def document_store() -> Directory:
    """This process's store of documents. Raises Refused where the process is given none."""
    folder = settings.OFFMON_DOCUMENTS
    if folder is None:
        raise Refused("no-documents", "This process may not read documents.")
    return Directory(Path(folder))
