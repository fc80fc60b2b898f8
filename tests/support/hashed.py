"""A password's slow hash, in one of its rounds.

The hash is slow on purpose: half a second of a core for each who signs in. Here it is the product's own, with its own salts and its own
count of rounds in what is kept. One round is computed, of a salt with the count in it: another count is another hash, as it is in truth.
"""

from typing import Any
from unittest.mock import patch

from django.contrib.auth import hashers
from django.utils.crypto import pbkdf2


def hash_at_once() -> None:
    """From now on in this process."""
    patch.object(hashers, "pbkdf2", one_round).start()


def one_round(password: str, salt: str, iterations: int, **rest: Any) -> bytes:
    """As `pbkdf2`. What was kept by one round is so by the real function too, and so of another process."""
    made: bytes = pbkdf2(password, salt if iterations == 1 else f"{iterations} {salt}", 1, **rest)
    return made


def kept_by_one_round(password: str) -> str:
    """As Django keeps it, by one round: right in any process, for people who only ever sign in."""
    hasher = hashers.PBKDF2PasswordHasher()
    encoded: str = hasher.encode(password, hasher.salt(), 1)
    return encoded
