"""The witness's secret key: one line in a file that only its owner can read.

Rules
- The line is `PRIVATE+KEY+name+hhhhhhhh+base64(algorithm byte ‖ 32 secret bytes)`, as Go's `note` package writes it. It has the name beside
  the secret, and the vkey's check digits.
- A file that others may read is refused. An existing file is never overwritten: a lost key is a new witness.
"""

import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from offmon.core.errors import Malformed, Refused
from offmon.core.formats.keys import Algorithm, PublicKey, SigningKey
from offmon.core.ids import CHECKS, Origin
from offmon.core.log.tlog.lines import decode64, encode64

_HEAD = "PRIVATE+KEY+"
_MAX_FILE = 4096


def create(name: str, path: Path) -> PublicKey:
    """A new key in a new file of mode 0600; returns its public half. Raises Malformed (name) or Refused (file)."""
    if not CHECKS[Origin](name) or not name.isprintable():
        raise Malformed("bad-name", "A witness's name has no space and no plus sign, such as witness.example/1.")
    key = SigningKey(name, Ed25519PrivateKey.generate(), Algorithm.COSIGNATURE)
    public = key.public
    line = f"{_HEAD}{name}+{public.id.hex()}+{encode64(bytes([key.algorithm]) + key.private.private_bytes_raw())}\n"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused("key-exists", f"{path} is there already; choose another file, or keep using that key.") from None
    except OSError as error:
        raise Refused("no-key-file", f"{path} cannot be written: {error.strerror}.") from None
    with os.fdopen(handle, "w") as file:
        file.write(line)
        file.flush()
        os.fsync(handle)
    return public


def load(path: Path) -> SigningKey:
    """The key in a file. Raises Malformed or Refused; neither says anything of the secret."""
    try:
        with path.open() as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_MAX_FILE)
    except (OSError, UnicodeDecodeError):
        raise Refused(
            "no-key-file", f"{path} cannot be read; make a key with: python -m offmon.witness new-key"
        ) from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Refused("key-exposed", f"{path} can be read by others; a key that was exposed must be replaced.")
    damaged = Malformed("bad-key-file", f"{path} does not hold a witness key, or was damaged.")
    parts = text.removesuffix("\n").removeprefix(_HEAD).split("+", 2)
    if not text.startswith(_HEAD) or len(parts) != 3:
        raise damaged
    name, claimed, body = parts
    secret = decode64(body)
    if secret[:1] != bytes([Algorithm.COSIGNATURE]):
        raise damaged
    key = SigningKey.from_seed(name, secret[1:], Algorithm.COSIGNATURE)
    if key.public.id.hex() != claimed:
        raise damaged
    return key
