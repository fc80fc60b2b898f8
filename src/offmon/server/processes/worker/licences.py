"""The two doors of the licence feed: files in a folder, and pages that are fetched over HTTP (docs/specs/licence-feed.md).

Rules
- Both bring the same documents. Each change of one is a transaction of its own, so that a stop midway loses nothing: the document is read
  again, and what it changed already stays as it is.
- A file's size is asked before it is read, and it is no link. It is moved once it is done with: to `done`, or to `refused` with its reason.
- A file with which something fails stops no other. It stays and is tried again. The administrator sees it among the refused.
- A name that is not plain may say anything, and be too long to be moved. Such a file gets a name of ours.
- A page comes from the address that is configured, over https or from this machine. No redirect is followed. Size and time are limited.
- What is logged or kept of a document is its name and codes, and no word of it.
"""

import logging
import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from ssl import create_default_context
from typing import Final
from urllib.parse import urlencode, urlsplit

from offmon.core.authority.licence_feed import MAX_BYTES, FeedDocument, read
from offmon.core.errors import Malformed, OffmonError, Refused
from offmon.server.audit.witness_client import is_this_machine
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.deployments.actions import do_take_change
from offmon.server.orders.licences.actions import note_heard, note_refused
from offmon.server.orders.licences.queries import cursor_of, known_licences

TIMEOUT_S: Final = 10.0
LONGEST_S: Final = 30.0
PAGES_AT_ONCE: Final = 20
FILES_AT_ONCE: Final = 20
_PIECE: Final = 1 << 16
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}\.json")

_log = logging.getLogger("offmon.worker")


class FeedUnavailable(OffmonError):
    """No page now. Nothing is lost: it is asked for again from where the last one ended."""


def take(data: bytes, name: str, actor: Actor) -> FeedDocument:
    """Take what a document says. Raises Malformed or Refused (`other-agency`) where none of it counts; that is noted too."""
    try:
        document = read(data, clock.now())
        if document.agency != actor.agency:
            raise Refused("other-agency", "This document is for another agency. Nothing of it was used.")
    except OffmonError as error:
        note_refused(name, error.code, actor=actor)
        raise
    with scope(actor):
        ours = known_licences({change.licence for _, change in document.changes}, actor.agency)
    applied, refused = 0, [f"change {one.number}: {one.code}" for one in document.refused]
    for number, change in document.changes:
        if change.licence in ours:
            try:
                applied += do_take_change(change, actor=actor)
            except Refused as refusal:
                refused.append(f"change {number}: {refusal.code}")
    if refused:
        _log.warning("licence feed: %s: %d changes refused", name, len(refused))
    note_heard(document, name, applied, refused, actor=actor)
    return document


@dataclass(frozen=True)
class FeedFolder:
    """The files of an agency: `FOLDER/AGENCY/in`, `done` and `refused`. Whoever writes one names it `….json` once it is whole."""

    folder: Path
    actor: Actor

    def __call__(self) -> bool:
        """Take each file that is there, in the order of their names; whether one was done with. Raises the first failure after the rest."""
        places = [self.folder / self.actor.agency / place for place in ("in", "done", "refused")]
        for place in places:
            place.mkdir(parents=True, exist_ok=True)
        waiting = sorted(one for one in places[0].iterdir() if one.suffix == ".json")
        dealt_with, failures = 0, list[Exception]()
        for number, file in enumerate(waiting):
            if dealt_with == FILES_AT_ONCE:
                break
            name = file.name if _NAME.fullmatch(file.name) else f"file-{number}-without-a-plain-name"
            try:
                self._take(file, name, places[1], places[2])
                dealt_with += 1
            except Exception as failure:  # whatever it is, the others are not held up
                failures.append(failure)
                if isinstance(failure, OSError):
                    note_refused(name, "not-moved", actor=self.actor)
        if failures:
            raise failures[0]
        return bool(dealt_with)

    def _take(self, file: Path, name: str, done: Path, refused: Path) -> None:
        kept = f"{clock.now()}-{name}"
        try:
            take(self._read(file, name), name, self.actor)
        except (Malformed, Refused) as error:
            _log.warning("licence feed: a file is refused: %s", error.code)
            file.replace(refused / kept)
            (refused / f"{kept}.reason").write_text(f"{error.code}\n{error.message}\n")
        else:
            file.replace(done / kept)

    def _read(self, file: Path, name: str) -> bytes:
        try:
            if name != file.name:
                said = "The name of a file has at most 86 letters, digits, dots and dashes, and ends in .json."
                raise Malformed("bad-name", said)
            return _bytes_of(file)
        except Malformed as error:
            note_refused(name, error.code, actor=self.actor)
            raise


def _bytes_of(file: Path) -> bytes:
    try:
        opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        raise Malformed(
            "not-a-file", "This is a link, or cannot be read. Put a file there that the worker can read."
        ) from None
    found = os.fstat(opened)
    if not stat.S_ISREG(found.st_mode):  # a folder cannot even be opened as a stream
        os.close(opened)
        raise Malformed("not-a-file", "This is no file. Put a file there.")
    with os.fdopen(opened, "rb") as stream:
        if found.st_size > MAX_BYTES:
            raise Malformed("too-large", f"A document of the feed has at most {MAX_BYTES >> 20} MiB. Send several.")
        return stream.read(MAX_BYTES + 1)


@dataclass(frozen=True, slots=True)
class LicenceSource:
    """Where the feed is fetched, and the token that shows who asks."""

    url: str
    token: str = field(repr=False)
    timeout_s: float = TIMEOUT_S

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        secure = parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(parts.hostname))
        if not secure or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
            raise Refused("feed-address", "The licence feed is fetched over https, or over http on this machine.")
        if re.search(r"[^\x21-\x7e]", self.token):
            raise Refused("feed-token", "The token of the licence feed is one word. Correct its file.")

    def page(self, agency: str, after: str | None) -> bytes:
        """The page after that cursor. Raises FeedUnavailable."""
        parts, asked = urlsplit(self.url), {"agency": agency} | ({} if after is None else {"after": after})
        host, connection = str(parts.hostname), HTTPConnection
        if parts.scheme == "https":
            opened: HTTPConnection = HTTPSConnection(
                host, parts.port, timeout=self.timeout_s, context=create_default_context()
            )
        else:
            opened = connection(host, parts.port, timeout=self.timeout_s)
        try:
            headers = {"Accept": "application/json", "Authorization": f"Bearer {self.token}"}
            opened.request("GET", f"{parts.path or '/'}?{urlencode(asked)}", headers=headers)
            with opened.getresponse() as answer:
                if answer.status != HTTPStatus.OK:
                    said = f"The licence feed answered {answer.status}. It is asked again."
                    raise FeedUnavailable("feed-refused", said)
                return b"".join(_pieces(answer))
        except (OSError, HTTPException):
            raise FeedUnavailable(
                "feed-unreachable", "The licence feed cannot be reached. It is asked again."
            ) from None
        finally:
            opened.close()


def _pieces(answer: HTTPResponse) -> Iterator[bytes]:
    """The body, up to a byte more than a document may have."""
    until, size = time.monotonic() + LONGEST_S, 0
    while size <= MAX_BYTES and (piece := answer.read1(_PIECE)):
        if time.monotonic() > until:
            raise FeedUnavailable("feed-slow", "The licence feed answers too slowly. It is asked again.")
        size += len(piece)
        yield piece


def pull(source: LicenceSource, actor: Actor) -> bool:
    """Fetch and take the pages that are new; whether there are more. Raises FeedUnavailable; Malformed or Refused for a page."""
    for _ in range(PAGES_AT_ONCE):
        with scope(actor):
            after = cursor_of(actor.agency)
        page = take(source.page(actor.agency, after), "a page", actor)
        if not page.more or page.cursor in {None, after}:
            return False
    return True
