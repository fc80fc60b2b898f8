"""Restricted columns: encrypted with the agency's column key, so that the database alone discloses none (design §4).

Rules
- AES-256-GCM with a random nonce. Table, row and column are authenticated, so a value cannot move to another row.
- The key is a file of 32 bytes that only the console holds. Without it nothing is written in clear.
- Text for the person or by them (notices, requests, answers) has a key of its own, derived from that one. The portal holds only this
  derived key, so a compromised portal opens no name, order or secret.
- What is searched for exactly has a digest under another derived key, of the console alone.
- A person's own protected contacts have a derived key too. The signer and the portal hold it.
- How staff are reached has a derived key too. The process that sends messages holds it, and opens nothing else.
"""

import hmac
import os
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

from offmon.core.errors import NotAuthentic, Refused
from offmon.core.ids import Digest, Id

NONCE_BYTES = 12


class ColumnKey:
    """Encloses and opens one column value at a time."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise Refused("bad-column-key", "The column key has 32 bytes; restore its file.")
        self._aead = AESGCM(key)

    def enclose(self, text: str, model: type[models.Model], row: Id, column: str) -> bytes:
        """The bytes to store."""
        return self.enclose_bytes(text.encode(), model, row, column)

    def open(self, data: bytes, model: type[models.Model], row: Id, column: str) -> str:
        """The text that was stored. Raises NotAuthentic."""
        try:
            return self.open_bytes(data, model, row, column).decode()
        except UnicodeDecodeError:
            raise _changed() from None

    def enclose_bytes(self, data: bytes, model: type[models.Model], row: Id, column: str) -> bytes:
        """As `enclose`, for what is no text: a page image, say, which lies in a store and belongs to a row."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, data, _place(model, row, column))

    def open_bytes(self, data: bytes, model: type[models.Model], row: Id, column: str) -> bytes:
        """The bytes that were enclosed for this very place. Raises NotAuthentic."""
        try:
            return self._aead.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], _place(model, row, column))
        except (InvalidTag, ValueError):
            raise _changed() from None


@cache
def column_key() -> ColumnKey:
    """This process's column key. Raises Refused where the process is given none."""
    path = settings.OFFMON_COLUMN_KEY_FILE
    if path is None:
        raise Refused("no-column-key", "This process may not read restricted values.")
    return ColumnKey(Path(path).read_bytes())


@cache
def person_key() -> ColumnKey:
    """The key of what the person and the agency write to each other: as it was given, or made from the column key.

    Raises Refused where the process is given neither.
    """
    return _given_or_derived(settings.OFFMON_PERSON_KEY_FILE, "person")


@cache
def contacts_key() -> ColumnKey:
    """The key of a person's own protected contacts, likewise: of console, portal, and the signer, which encloses them to devices."""
    return _given_or_derived(settings.OFFMON_CONTACTS_KEY_FILE, "contacts")


@cache
def reaching_key() -> ColumnKey:
    """The key of how staff are reached, likewise: of the console, where they say so, and of notify, which sends there."""
    return _given_or_derived(settings.OFFMON_REACHING_KEY_FILE, "reaching")


def lookup_digest(text: str) -> Digest:
    """By what an enclosed text is found where it is known exactly: without the key nobody can try texts against it.

    Raises Refused where the process has no column key.
    """
    if settings.OFFMON_COLUMN_KEY_FILE is None:
        raise Refused("no-column-key", "This process may not read restricted values.")
    key = derived(Path(settings.OFFMON_COLUMN_KEY_FILE).read_bytes(), "lookup")
    return Digest(hmac.digest(key, text.encode(), "sha256").hex())


def _given_or_derived(path: str | None, purpose: str) -> ColumnKey:
    if path is not None:
        return ColumnKey(Path(path).read_bytes())
    if settings.OFFMON_COLUMN_KEY_FILE is None:
        raise Refused("no-column-key", "This process may not read restricted values.")
    return ColumnKey(derived(Path(settings.OFFMON_COLUMN_KEY_FILE).read_bytes(), purpose))


def derived(key: bytes, purpose: str) -> bytes:
    """A key for one purpose, 32 bytes; nobody gets back from it to the key that it was made from."""
    return hmac.digest(key, f"offmon/key/{purpose}".encode(), "sha256")


def _place(model: type[models.Model], row: Id, column: str) -> bytes:
    return f"{model._meta.db_table} {row} {column}".encode()


def _changed() -> NotAuthentic:
    return NotAuthentic(
        "column-changed", "A restricted value does not open; the row was changed or the key is another's."
    )
