"""How a built payload is stored until it leaves: enclosed to the vault's own key, and again to that of each deployment of its case.

Rules
- Destroying a deployment's key also erases payloads built from its devices' data, in every copy of the database, found or not.
- The keys are read before anything is opened. If one goes meanwhile, nobody can open the payload.
- It is compressed first: a row takes no gibibyte, and most of a payload is digests in hex. No outsider sees how much that saved.
- A payload built after a deployment's key went holds nothing that it opened, and does not need it.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from offmon.core.authority.profile import HpkeKey
from offmon.core.bundle import write
from offmon.core.errors import Refused
from offmon.core.formats import envelope
from offmon.core.ids import Digest, Id
from offmon.server.processes.vault.keys import KeyStore

MAX_LAID: Final = 500 << 20  # what PostgreSQL gives back of a row, written as text
_FASTEST: Final = 1


@dataclass(frozen=True, slots=True)
class Layers:
    """The keys that a payload is enclosed to, the innermost first. `under`: whose they are, without the vault's own."""

    own: HpkeKey
    under: tuple[Id, ...]
    keys: tuple[HpkeKey, ...]


def layers(store: KeyStore, deployments: Sequence[Id]) -> Layers:
    """Those of a case's deployments whose keys are here."""
    under = tuple(one for one in deployments if store.has(one))
    return Layers(
        envelope.public_of(store.payloads()), under, tuple(envelope.public_of(store.opening(one)) for one in under)
    )


def enclose(payload: bytes, to: Layers, place: bytes) -> bytes:
    """A payload as it lies. Raises Refused (`too-large`)."""
    packed = zlib.compress(payload, _FASTEST)
    if len(packed) > MAX_LAID:
        raise Refused("too-large", f"This is more than the database keeps of a bundle. {write.WHAT_NEXT}")
    enclosed = envelope.seal_bytes(packed, to.own, place)
    for key in to.keys:
        enclosed = envelope.seal_bytes(enclosed, key, place)
    return enclosed


def open_enclosed(enclosed: bytes, store: KeyStore, under: Sequence[Id], place: bytes) -> bytes:
    """Undo `enclose`. Raises Refused (`erased`) or NotAuthentic."""
    check_here(store, under)
    for deployment in reversed(under):
        enclosed = envelope.open_bytes(enclosed, store.opening(deployment), place)
    packed = envelope.open_bytes(enclosed, store.payloads(), place)
    if packed.startswith(write.LOCAL_MARK):
        return packed  # as an earlier release laid it
    return zlib.decompressobj().decompress(packed, write.MAX_BUNDLE)


def check_here(store: KeyStore, under: Sequence[Id]) -> None:
    """Raises Refused (`erased`) where a key that a payload is enclosed to was destroyed."""
    if not all(map(store.has, under)):
        raise Refused(
            "erased",
            "The content of this bundle was erased with its key. Request a new bundle, which states each erasure.",
        )


def place_of(export: Id, manifest: Digest) -> bytes:
    """What a payload is bound to: HPKE's `info`."""
    return f"offmon/payload@1 {export} {manifest}".encode()
