"""A password's slow hash, worked out once for a run.

To be slow is what the hash is for; but a test that signs sixty people in with one password waited for the same answer sixty times, and
that was a third of what the console's tests did. The answer is the product's own: of one password, salt and count there is but one. All
have one salt in a run of tests; that each has its own in the product is Django's to keep.
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
