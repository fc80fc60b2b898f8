"""Invented keys and a small log, for the tests of this folder."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from offmon.core.errors import OffmonError
from offmon.core.formats.keys import Algorithm, SigningKey
from offmon.core.log.tlog.merkle import leaf_hash

VECTORS = Path(__file__).parents[4] / "vectors" / "tlog"
ORIGIN = "log.invalid/86"
ENTRIES = [b"entry %d" % n for n in range(300)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def log_key(name: str = ORIGIN) -> SigningKey:
    return SigningKey.from_seed(name, sha256(name.encode()).digest())


def witness_key(name: str = "witness.invalid/one") -> SigningKey:
    return SigningKey.from_seed(name, sha256(name.encode()).digest(), Algorithm.COSIGNATURE)


def refuses_or_reads[T](read: Callable[[T], object], data: T) -> bool:
    """Whether `data` was read. A refusal is an OffmonError; anything else fails the test that asked."""
    try:
        read(data)
    except OffmonError:
        return False
    return True
