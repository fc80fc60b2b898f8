"""The vault's key store: a folder outside PostgreSQL, and outside every backup of it.

Rules (design §1.4, §5)
- One opening key a deployment and one an exhibit, 32 bytes in a file of mode 0600 named by its id. The vault's own key encloses payloads of
  bundles that wait to leave (`payloads`). Only the vault may enter the folder.
- A key and its folder entry are on disk before its public half is used, so that enclosed data can be opened tomorrow.
- Destroying the file erases all data enclosed to it, in every copy of the database. Which key it was, and when it went, stays recorded for
  an older copy of the database (`destroy`). No other key replaces it, whatever the database says: monitoring ends with its key. The store's
  own backups forget the key within 35 days. A disk may keep traces of a removed file; disk encryption is the deployer's task.
- A KMS or PKCS#11 device can replace this module; no other code knows how keys are stored.
"""

import os
import secrets
import stat
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.core.authority.profile import HpkeKey
from offmon.core.errors import Refused
from offmon.core.formats import envelope
from offmon.core.ids import CHECKS, Id, Ms

KEY_BYTES: Final = 32
PAYLOADS: Final = "payloads"  # the vault's own key


@dataclass(frozen=True, slots=True)
class Gone:
    """A key that was destroyed: its public half, and when that was."""

    public: HpkeKey
    at: Ms


class KeyStore:
    """The folder. One process writes it."""

    def __init__(self, folder: Path) -> None:
        """Raises Refused where others may enter the folder."""
        if stat.S_IMODE(folder.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
            raise Refused("key-store-open", f"{folder} can be entered by others; it is the vault's alone (mode 0700).")
        self._folder = folder
        self.making = (
            threading.Lock()
        )  # held from making a key until its public half is recorded, or it is discarded; and to destroy one

    def has(self, deployment: Id) -> bool:
        """Whether the deployment's key is here."""
        return self._file(deployment).exists()

    def opening(self, deployment: Id) -> X25519PrivateKey:
        """The deployment's key. Raises Refused (`no-opening-key`: destroyed, or never made)."""
        return self._read(self._file(deployment))

    def make(self, deployment: Id) -> X25519PrivateKey:
        """The deployment's key, made now unless it is here. Raises Refused (`key-destroyed`)."""
        if self._gone(deployment).exists():
            raise Refused(
                "key-destroyed", "The key of this monitoring was destroyed. End it, then draft a new authorisation."
            )
        return self._make(self._file(deployment))

    def payloads(self) -> X25519PrivateKey:
        """The vault's own key, made when it is first needed."""
        return self._make(self._folder / PAYLOADS)

    def gone(self, deployment: Id) -> Gone | None:
        """What stays of the deployment's key, where it was destroyed here."""
        if self.has(deployment) or not self._gone(deployment).exists():
            return None
        kept = self._gone(deployment).read_bytes()
        return Gone(HpkeKey(envelope.SUITE_1, kept[:KEY_BYTES]), Ms(int.from_bytes(kept[KEY_BYTES:])))

    def destroy(self, deployment: Id, at: Ms) -> None:
        """Remove the deployment's key. Which it was, and when it went, stays. Raises Refused (`no-opening-key`, `key-damaged`).

        Where an earlier try was cut short, what it wrote stands: it is of this key, since no other was made.
        """
        public = envelope.public_of(self.opening(deployment))
        gone = self._gone(deployment)
        if not self._write(gone, public.key + at.to_bytes(8)) and gone.read_bytes()[:KEY_BYTES] != public.key:
            raise Refused("key-damaged", "The store says that another key than this was destroyed; find out which was.")
        self.discard(deployment)

    def discard(self, deployment: Id) -> None:
        """Remove a key: written over first, for what that is worth. Raises Refused (`no-opening-key`)."""
        file = self._file(deployment)
        self._read(file)
        with file.open("r+b") as stream:
            stream.write(secrets.token_bytes(KEY_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        file.unlink()
        self._sync()

    def _file(self, deployment: Id) -> Path:
        if not CHECKS[Id](deployment):
            raise Refused("unknown-id", "That is not the id of a deployment.")
        return self._folder / f"{deployment}.key"

    def _gone(self, deployment: Id) -> Path:
        return self._file(deployment).with_suffix(".gone")

    def _read(self, file: Path) -> X25519PrivateKey:
        try:
            with file.open("rb") as stream:
                mode, secret = os.fstat(stream.fileno()).st_mode, stream.read(KEY_BYTES + 1)
        except FileNotFoundError:
            raise Refused(
                "no-opening-key", "The key that opens this is not here: it was destroyed, or never made."
            ) from None
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Refused("key-exposed", "A key of the vault can be read by others. Stop, and find out who did.")
        if len(secret) != KEY_BYTES:
            raise Refused("key-damaged", "A key of the vault is damaged; restore the key store from its own backup.")
        return X25519PrivateKey.from_private_bytes(secret)

    def _make(self, file: Path) -> X25519PrivateKey:
        key = X25519PrivateKey.generate()
        return key if self._write(file, key.private_bytes_raw()) else self._read(file)

    def _write(self, file: Path, data: bytes) -> bool:
        """Write a new file, so that it stays. Whether there was none."""
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return False
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(handle)
        self._sync()
        return True

    def _sync(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
