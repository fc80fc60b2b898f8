"""Every read of detectors. These are the agency's own rows; reading them consults nobody."""

from dataclasses import dataclass

from offmon.core import codec, dsse
from offmon.core.errors import Refused
from offmon.core.ids import Digest, Id
from offmon.core.lists import ListDocument, declaration
from offmon.core.profile import ListDeclaration
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.detectors.models import ExclusionsVersion, ListVersion


@dataclass(frozen=True, slots=True)
class LiveList:
    """A signed list version: what it declares, the signed bytes, and the bytes of its entries."""

    declared: ListDeclaration
    document: bytes
    entries: bytes


def live_lists() -> list[LiveList]:
    """Every signed list of the scope's agency, with entries: for the signer, which encloses them to devices."""
    rows = ListVersion.objects.filter(document__isnull=False).order_by("name")
    return [LiveList(_declaration(row), row.document or b"", row.entries) for row in rows]


def declarations() -> list[ListDeclaration]:
    """What every signed list of the scope's agency declares: for choosing and compiling."""
    return [
        _declaration(row)
        for row in ListVersion.objects.filter(document__isnull=False).defer("entries").order_by("name")
    ]


def choosable(*, actor: Actor) -> list[ListDeclaration]:
    """What every signed list of the actor's agency declares, for pages on which one is chosen."""
    with scope(actor):
        return declarations()


def documents() -> list[bytes]:
    """Every signed declaration of the scope's agency, for a bundle."""
    return [
        row.document or b""
        for row in ListVersion.objects.filter(document__isnull=False).defer("entries").order_by("name")
    ]


def newest_exclusions() -> bytes:
    """The newest signed exclusion list. Raises Refused where there is none: without it nothing may be collected."""
    rows = ExclusionsVersion.objects.filter(document__isnull=False)
    newest = max(rows, key=lambda row: version_of(row.name), default=None)
    if newest is None or newest.document is None:
        raise Refused("no-exclusions", "Sign an exclusion list first; nothing is collected without one.")
    return newest.document


def version_of(name: str) -> int:
    """The number of a versioned name: `sites@10` is newer than `sites@9`."""
    return int(name.rpartition("@")[2])


def exclusions_named(digest: Digest) -> bytes | None:
    """The exclusion list with that digest, as a profile names it."""
    for row in ExclusionsVersion.objects.filter(document__isnull=False):
        if row.document is not None and dsse.digest_of(row.document) == digest:
            return row.document
    return None


def waiting_for_signature() -> list[Id]:
    """Approved versions that the signer has not yet signed."""
    lists = ListVersion.objects.filter(document=None, approved_by__isnull=False).values_list("id", flat=True)
    exclusions = ExclusionsVersion.objects.filter(document=None, approved_by__isnull=False).values_list("id", flat=True)
    return [*lists, *exclusions]


def _declaration(row: ListVersion) -> ListDeclaration:
    return declaration(row.document or b"", codec.load(ListDocument, row.declared, max_size=dsse.MAX_SIGNED))
