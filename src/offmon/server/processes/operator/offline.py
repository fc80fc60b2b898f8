"""Commands where the root is: a machine without a network, before two people. No database, no Django.

Rules
- The root signs Keys statements and nothing else. Any other draft, or one that no reader would take, is refused before signing: nobody
  should fetch a root from its safe twice.
- A key's file holds its 32 secret bytes and nothing else, and only its owner may read it. An existing file is never overwritten.
"""

import json
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from offmon.core.errors import Malformed, Refused
from offmon.core.formats import codec, dsse, trust
from offmon.core.formats.keys import PublicKey, SigningKey
from offmon.core.formats.trust import KeysDocument
from offmon.core.ids import CHECKS, Origin

SEED_BYTES: Final = 32
MAX_FILE: Final = 1 << 20


def new_key(name: str, file: Path) -> str:
    """Make a key of that name in a new file. Returns its public half, for a draft, and the fingerprint, for paper. Raises Refused."""
    if not CHECKS[Origin](name):
        raise Refused("bad-name", "A key's name has no space and no plus sign, such as force.example/43/log/profile.")
    key = SigningKey.from_seed(name, secrets.token_bytes(SEED_BYTES))
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refused("no-key-file", f"{file} cannot be made: {error.strerror}. Choose a new file.") from None
    with os.fdopen(handle, "wb") as stream:
        stream.write(key.private.private_bytes_raw())
        stream.flush()
        os.fsync(handle)
    return f"vkey         {key.public.vkey}\nfingerprint  {key.public.fingerprint}\n"


def sign(draft: bytes, name: str, root: Path) -> str:
    """The statement that a draft gives, signed by the root in the file. Raises Malformed or Refused."""
    keys = _draft(draft)
    if keys.period.until is None or keys.period.until - keys.period.since > trust.MAX_STATEMENT_MS:
        raise Refused("keys-too-long", "A statement lasts at most 400 days; set its period, then sign.")
    for vkey in (*(listed.vkey for listed in keys.keys), *(() if keys.next_root is None else (keys.next_root,))):
        PublicKey.parse(vkey)  # a mistyped key is found here, while the root is at hand
    return dsse.sign(keys, SigningKey.from_seed(name, _seed(root))).decode() + "\n"


def read(file: Path) -> bytes:
    """A file that was named on the command line. Raises Refused."""
    try:
        return file.read_bytes()[:MAX_FILE]
    except OSError as error:
        raise Refused("no-file", f"{file} cannot be read: {error.strerror}.") from None


def _draft(data: bytes) -> KeysDocument:
    """A draft may have been through an editor, so that only what it says counts, not how it is set."""
    try:
        doc = json.loads(data)
    except ValueError:
        raise Malformed("bad-draft", "The draft is not JSON; begin again with what `draft` prints.") from None
    return codec.from_doc(KeysDocument, doc)


def _seed(file: Path) -> bytes:
    """The secret bytes, as they are or as hexadecimal digits (which can be kept on paper)."""
    data = read(file)
    if stat.S_IMODE(file.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
        raise Refused("key-exposed", f"{file} can be read by others; a root that was exposed must be replaced.")
    try:
        return bytes.fromhex(data.decode("ascii")) if len(data.strip()) == 2 * SEED_BYTES else data
    except ValueError:
        return data
