"""A password's slow hash, computed once for a run.

The hash is slow on purpose. Signing in sixty people with one password took a third of the console's tests. The product's own code computes
the hash; one password, salt and count give one result. In tests all accounts share one salt. In the product Django draws one for each.
"""

import functools
from unittest.mock import patch

from django.contrib.auth import hashers
from django.utils.crypto import pbkdf2


def hash_once() -> None:
    """From now on in this process."""
    salt = hashers.PBKDF2PasswordHasher().salt()
    patch.object(hashers.PBKDF2PasswordHasher, "salt", lambda _: salt).start()
    patch.object(hashers, "pbkdf2", functools.cache(pbkdf2)).start()
