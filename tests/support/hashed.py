"""A password's slow hash, computed once for a run, or in one of its rounds.

The hash is slow on purpose: half a second of a core for each who signs in. What another process is to check must be the real hash:
`hash_once` is for every test. The console's tests in one process compute one round, of a salt with the count in it: another count is
another hash there, as it is in truth.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.contrib.auth import hashers
from django.utils.crypto import pbkdf2


def hash_once() -> None:
    """From now on in this process: one password, salt and count give one result, and all accounts share one salt."""
    salt = hashers.PBKDF2PasswordHasher().salt()
    patch.object(hashers.PBKDF2PasswordHasher, "salt", lambda _: salt).start()
    patch.object(hashers, "pbkdf2", functools.cache(pbkdf2)).start()


@contextmanager
def hashing_at_once() -> Iterator[None]:
    """Meanwhile in this process. What is kept meanwhile is right in no other."""
    with patch.object(hashers, "pbkdf2", _one_round):
        yield


def _one_round(password: str, salt: str, iterations: int, **rest: Any) -> bytes:
    """As `pbkdf2`."""
    made: bytes = pbkdf2(password, f"{iterations} {salt}", 1, **rest)
    return made


def kept_by_one_round(password: str) -> str:
    """As Django keeps it, by one round: right in any process, for people who only ever sign in."""
    hasher = hashers.PBKDF2PasswordHasher()
    encoded: str = hasher.encode(password, hasher.salt(), 1)
    return encoded
