"""Signed lists: what a device looks for, and what each list may serve (design §1.1; R-EVD-19).

Rules
- A list is two documents. The signed `ListDocument` *declares* kind of collection, bases, offence types, sensitivity, validity and the
  digest of its entries. The `ListEntries` hold what to look for, and travel only enclosed to a device's own key.
- So a court bundle shows which list found something, and what that list may serve, without showing the list.
- Versions of a list count up from the first, one by one. A name out of that sequence is no version and hides none.
- A rule id (`slug`) names one entry for the life of the list. Changing an entry's pattern takes a new list version.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count, takewhile
from typing import ClassVar, Final

from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import ListDeclaration, ListRef
from offmon.core.clock import Period
from offmon.core.errors import NotAuthentic
from offmon.core.formats import codec, dsse
from offmon.core.formats.canon import Tag, digest
from offmon.core.formats.event import Gravity
from offmon.core.ids import CHECKS, Digest, Id, Slug, Versioned

MAX_ENTRIES_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One thing to look for. What `pattern` may be is the detector's that the list is for."""

    rule: Slug
    pattern: str
    gravity: Gravity


@dataclass(frozen=True, slots=True)
class ListEntries:
    """What a list looks for."""

    TYPE: ClassVar[str] = "offmon/list-entries@1"

    list: Id
    name: Versioned
    entries: tuple[ListEntry, ...]


@dataclass(frozen=True, slots=True)
class ListDocument(dsse.Document):
    """What a list says of itself, signed by the agency's list key."""

    TYPE: ClassVar[str] = "offmon/list@1"

    id: Id
    name: Versioned
    agency: Id
    capability: Capability
    bases: tuple[Basis, ...]
    offence_types: tuple[Slug, ...]
    sensitive: bool
    entries: Digest
    valid: Period


@dataclass(frozen=True, slots=True)
class Exclusions(dsse.Document):
    """Places that yield nothing at all (R-RGT-10): hosts, and words that mark a protected intent in a search. Signed, not secret."""

    TYPE: ClassVar[str] = "offmon/exclusions@1"

    name: Versioned
    hosts: tuple[str, ...]
    intents: tuple[str, ...]


def version_of(name: Versioned) -> int:
    """The version in a list's name."""
    return int(name.rpartition("@")[2])


def unbroken(names: Iterable[str]) -> dict[str, list[Versioned]]:
    """By list, without its version: the names of its versions, oldest first, as far as they go on from the first without a gap."""
    there = {name for name in names if CHECKS[Versioned](name)}
    return {
        base: list(map(Versioned, takewhile(there.__contains__, (f"{base}@{number}" for number in count(1)))))
        for base in {name.rpartition("@")[0] for name in there}
    }


def entries_digest(entries: bytes) -> Digest:
    """The digest by which a declaration names its entries."""
    return Digest(digest(Tag.LIST, entries).hex())


def declaration(signed: bytes, document: ListDocument) -> ListDeclaration:
    """What compile needs to know of a list. `signed` are the bytes that `document` was opened from."""
    return ListDeclaration(
        ListRef(document.id, document.name, dsse.digest_of(signed)),
        document.capability,
        document.bases,
        document.offence_types,
        document.sensitive,
        document.valid,
    )


def open_entries(document: ListDocument, data: bytes) -> ListEntries:
    """The entries, if they are the declared ones. Raises Malformed or NotAuthentic."""
    if entries_digest(data) != document.entries:
        raise NotAuthentic("other-entries", "A list's entries are not the ones that its signed declaration names.")
    entries = codec.load(ListEntries, data, max_size=MAX_ENTRIES_BYTES)
    if (entries.list, entries.name) != (document.id, document.name):
        raise NotAuthentic("other-entries", "A list's entries are those of another list or version.")
    return entries
