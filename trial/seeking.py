"""Searches every file of a run for words, as someone with the disk would: one tool for the demo and for every test.

Rules
- A word is searched in the spellings that software leaves. It is searched as it is, in lower and upper case, percent-encoded, as a form has
  it, and in JSON. It is also searched in hex, in UTF-16, and in base64 at each of its three offsets.
- It may be in a file's content, in the name of a file or folder, or in a link's target.
- Everything in the run's own folder is searched. Places where anybody may write are searched too, and the home of the user who runs it.
  There only files changed since the start count, if the run's accounts own them or anybody may change them. Older files cannot hold a word
  drawn since. An owner can set a file's modification date back, but not the date used here (ctime).
- No search goes into another file system below such a place. No account of the run can mount one: a `/proc` there is somebody else's.
- An empty result proves nothing by itself. Callers first show that the search finds something else in the same places.
"""

import base64
import json
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

from offmon.core.ids import Ms
from offmon.server.base import clock

ANYBODYS: Final = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path("/run/lock"))  # noqa: S108  # to be read, not written
BLOCK: Final = 1 << 20
_COARSE_MS: Final = 1000  # the clock that dates files is a few milliseconds behind the one that we read

type Found = set[tuple[str, Path]]


@dataclass(frozen=True, slots=True)
class SoughtRun:
    """A run whose files are sought through: its folder, the uids of its processes, and when it began."""

    folder: Path
    uids: frozenset[int]
    began: Ms = field(default_factory=clock.now)

    def found(self, words: Iterable[str]) -> Found:
        """Which of the words lies in which file of the run."""
        written = (_below(place, self._may_enter, self._may_have_written) for place in (*ANYBODYS, Path.home()))
        return _found(words, chain(_below(self.folder), *written))

    def _may_enter(self, folder: str, about: os.stat_result) -> bool:
        return folder != str(self.folder) and bool(about.st_uid in self.uids or about.st_mode & 0o011)

    def _may_have_written(self, about: os.stat_result) -> bool:
        if about.st_ctime * 1000 < self.began - _COARSE_MS:
            return False
        return about.st_uid in self.uids or bool(about.st_mode & stat.S_IWOTH and not stat.S_ISLNK(about.st_mode))


def found(words: Iterable[str], folders: Iterable[Path]) -> Found:
    """Which of the words lies in which file of the folders. A file that ends while it is read held what could be read."""
    return _found(words, chain.from_iterable(map(_below, folders)))


def beside(found: Found, places: Collection[Path]) -> Found:
    """What was found in none of these places, folders or files."""
    return {(word, path) for word, path in found if not {path, *path.parents} & {*places}}


def spellings(word: str) -> set[bytes]:
    """The word as it may lie in a file."""
    told = {
        word,
        word.lower(),
        word.upper(),
        quote(word, safe=""),
        quote_plus(word),
        quote(word, safe="").lower(),
        json.dumps(word)[1:-1],
    }
    plain = {one.encode() for one in told}
    wide = {word.encode("utf-16-le"), word.encode("utf-16-be")}
    return plain | wide | {word.encode().hex().encode()} | {_in_base64(word.encode(), offset) for offset in range(3)}


def _found(words: Iterable[str], paths: Iterable[Path]) -> Found:
    wanted = {word: spellings(word) for word in words}
    longest = max(len(one) for spelled in wanted.values() for one in spelled)
    return {
        (word, path)
        for path in paths
        for part in _said(path, longest)
        for word, spelled in wanted.items()
        if any(one in part for one in spelled)
    }


def _below(
    folder: Path,
    enters: Callable[[str, os.stat_result], bool] = lambda *_: True,
    counts: Callable[[os.stat_result], bool] = lambda _: True,
) -> Iterator[Path]:
    """Everything below a folder that counts, folders too. A folder is gone into only if `enters` allows it, and no link is followed."""
    if not folder.exists() or not enters(str(folder), folder.lstat()):
        return
    waiting, device = [str(folder)], folder.stat().st_dev
    while waiting:
        for entry, about in _listed(waiting.pop()):
            if counts(about):
                yield Path(entry)
            if stat.S_ISDIR(about.st_mode) and about.st_dev == device and enters(entry, about):
                waiting.append(entry)


def _listed(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    yield entry.path, entry.stat(follow_symlinks=False)
    except OSError as error:
        _pass_over(error)


def _said(path: Path, longest: int) -> Iterator[bytes]:
    """What a path says: its name, where it leads, and what stands in the file, in pieces that share what is longest but a byte."""
    yield os.fsencode(path.name)
    try:
        if path.is_symlink():
            yield os.fsencode(path.readlink())
        elif path.is_file():
            with path.open("rb") as file:
                kept = b""
                while block := file.read(BLOCK):
                    yield kept + block
                    kept = (kept + block)[1 - longest :]
    except OSError as error:
        _pass_over(error)


def _pass_over(error: OSError) -> None:
    """What went away meanwhile held what was read. What is closed to who seeks is another's, or else this raises."""
    with suppress(FileNotFoundError):
        if not isinstance(error, PermissionError) or Path(error.filename).lstat().st_uid == os.geteuid():
            raise error


def _in_base64(text: bytes, offset: int) -> bytes:
    """What is the same in base64 whatever stands before and after, when `offset` bytes of its first group stand before."""
    first = -(-offset * 8 // 6)
    last = (offset + len(text)) * 8 // 6
    return base64.b64encode(b"\0" * offset + text)[first:last]
