"""The server's random values: ids, which disclose nothing and have no order. Salts, which keep commitments from being guessed."""

import secrets

from offmon.core.formats.commitment import SALT_BYTES
from offmon.core.ids import Id


def new_id() -> Id:
    """A new id (32 hex digits)."""
    return Id(secrets.token_hex(16))


def new_salt() -> bytes:
    """A new record's salt (32 bytes), kept in its row and erased with it."""
    return secrets.token_bytes(SALT_BYTES)


def new_secret(size: int) -> bytes:
    """A secret of `size` bytes that is given away once and kept only as a keyed hash."""
    return secrets.token_bytes(size)


def uuid_text(value: Id) -> str:
    """An id as PostgreSQL writes a uuid: what the backstop compares with."""
    return "-".join((value[:8], value[8:12], value[12:16], value[16:20], value[20:]))
