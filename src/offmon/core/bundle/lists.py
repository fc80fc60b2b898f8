"""The lists of a bundle: each belongs to the agency, and a grant rests on it (formats §2, §4; docs/specs/bundle.md).

Rules
- A list's signature counts by a list key of the agency's ring, good when the profile that names the list was witnessed.
- A list's path gives its id and version (`case.load`). A grant of a profile in the bundle names it by digest. Nothing would vouch for
  any other file in that folder.
"""

from collections.abc import Iterator
from contextlib import suppress

from offmon.core.authority.lists import ListDocument, declaration, version_of
from offmon.core.authority.profile import ListDeclaration, ListRef, Profile
from offmon.core.bundle import layout
from offmon.core.bundle.case import Case
from offmon.core.errors import NotAuthentic, OffmonError, Refused
from offmon.core.formats import dsse
from offmon.core.formats.trust import KeyRing, KeyRole
from offmon.core.ids import Ms


def named_by(profile: Profile) -> set[ListRef]:
    """The lists that a profile's grants rest on."""
    return {ref for grant in profile.grants for ref in grant.lists}


def declared(case: Case, profile: Profile, ring: KeyRing, at: Ms) -> list[ListDeclaration]:
    """The signed declarations that the profile's grants name; `at`: when that was witnessed. Raises Malformed, NotAuthentic or Refused."""
    found = list[ListDeclaration]()
    for ref in sorted(named_by(profile), key=lambda ref: ref.digest):
        data = case.files.lists.get(ref.digest)
        if data is None:
            raise NotAuthentic("list-left-out", "A grant rests on a list whose declaration is not in the bundle.")
        document = dsse.open_signed(ListDocument, data, ring.key(KeyRole.LIST, dsse.signer_of(data), at))
        if document.agency != profile.agency:
            raise Refused("list-of-other-agency", "A list that a grant rests on is another agency's.")
        found.append(declaration(data, document))
    return found


def unnamed(case: Case) -> Iterator[str]:
    """The paths of the lists that no grant of a profile in the bundle names."""
    named = set[ListRef]()
    for signed in (data for device in case.files.profiles.values() for data in device.values()):
        with suppress(OffmonError):  # a fault is found where profiles are checked
            named |= named_by(dsse.peek(Profile, signed))
    for digest in sorted(case.files.lists.keys() - {ref.digest for ref in named}):
        document = dsse.peek(ListDocument, case.files.lists[digest])
        yield layout.list_path(document.id, version_of(document.name))
