"""What intake copies out of a leaf's document, for gate 2, triage and figures (design §4)."""

from typing import Final, NamedTuple

from offmon.core.authority.capability import Capability
from offmon.core.authority.may_leave import event_time
from offmon.core.errors import Malformed
from offmon.core.formats import codec
from offmon.core.formats.batches import MAX_BATCH
from offmon.core.formats.event import DeviceNote, DisclosureLeaf, Envelope, Gap, GapLeaf, Gravity, NoteLeaf
from offmon.core.formats.journal import clear_commit
from offmon.core.ids import Digest, Id, Ms, Slug, Versioned

_DOCUMENTS: Final[dict[str, type[Envelope | Gap | DeviceNote]]] = {
    DisclosureLeaf.KIND: Envelope,
    GapLeaf.KIND: Gap,
    NoteLeaf.KIND: DeviceNote,
}


class Copies(NamedTuple):
    """The columns of a leaf's row that follow from its document, in the table's order."""

    event_at: Ms
    deployment: Id | None = None
    capability: Capability | None = None
    list_name: Versioned | None = None
    rule: Slug | None = None
    gravity: Gravity | None = None


def copies_of(said: Envelope | Gap | DeviceNote) -> Copies:
    """What is copied from it. `event_at`: corrected by the device's offset where the document gives one."""
    match said:
        case Envelope(claim=claim):
            return Copies(event_time(claim), said.deployment, claim.kind, claim.list.name, claim.rule, claim.gravity)
        case Gap():
            return Copies(said.since)
        case DeviceNote():
            return Copies(said.at)


def read(kind: str, document: bytes, salt: bytes) -> tuple[Envelope | Gap | DeviceNote, Digest]:
    """A leaf's document as it is held, and the commitment to it. Raises Malformed."""
    if kind not in _DOCUMENTS:
        raise Malformed("unknown-leaf", "A leaf of the journal is of a kind that is not known here.")
    return codec.load(_DOCUMENTS[kind], document, max_size=MAX_BATCH), clear_commit(kind, salt, document)
