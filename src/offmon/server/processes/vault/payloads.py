"""How a built payload lies until it leaves: enclosed to the vault's own key, and again to that of each deployment of its case.

Rules
- Whoever destroys a deployment's key erases by it what was built from what its devices sent: in every copy of the database, found or not.
- The keys are taken before anything is opened. One that goes meanwhile leaves a payload that nobody opens.
- What is built after a deployment's key went holds nothing that it opened, and needs it no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from offmon.core import envelope
from offmon.core.errors import Refused
from offmon.core.ids import Digest, Id
from offmon.core.profile import HpkeKey
from offmon.server.processes.vault.keys import KeyStore


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
    """A payload as it lies."""
    enclosed = envelope.seal_bytes(payload, to.own, place)
    for key in to.keys:
        enclosed = envelope.seal_bytes(enclosed, key, place)
    return enclosed


def open_enclosed(enclosed: bytes, store: KeyStore, under: Sequence[Id], place: bytes) -> bytes:
    """Undo `enclose`. Raises Refused (`erased`) or NotAuthentic."""
    check_here(store, under)
    for deployment in reversed(under):
        enclosed = envelope.open_bytes(enclosed, store.opening(deployment), place)
    return envelope.open_bytes(enclosed, store.payloads(), place)


def check_here(store: KeyStore, under: Sequence[Id]) -> None:
    """Raises Refused (`erased`) where a key that a payload is enclosed to was destroyed."""
    if not all(map(store.has, under)):
        raise Refused(
            "erased", "What was in this bundle has been erased with its key. Ask for a new one, which says so of each."
        )


def place_of(export: Id, manifest: Digest) -> bytes:
    """What a payload is bound to: HPKE's `info`."""
    return f"offmon/payload@1 {export} {manifest}".encode()
