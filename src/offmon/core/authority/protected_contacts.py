"""A person's own protected contacts: a solicitor, doctor or faith contact whose pages yield nothing on this person's devices (R-RGT-10).

Rules
- They are a document of their own, of one deployment. It is signed by the list key and enclosed to the deployment's devices alone. So no
  other supervised person learns who helps whom.
- Its profile names it by digest. The document has a salt, so nobody who sees the profile can guess its contacts.
- One officer of the case proposes a version and another agrees to it, or says no. A version has every contact and counts up from 1.
- A contact is one site, never a shared domain, or a name of at least two words. So no contact hides a whole suffix or an everyday word.
- Taking a contact out needs a reason, as with the exclusion list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from offmon.core.errors import Refused
from offmon.core.formats import dsse
from offmon.core.ids import Count, Id

MAX_CONTACTS: Final = 30
MAX_HOSTS: Final = 5
MAX_NAME: Final = 100
SALT_BYTES: Final = 16


class ContactKind(StrEnum):
    """Whom a protected contact helps the person as."""

    SOLICITOR = "solicitor"
    DOCTOR = "doctor"
    FAITH = "faith"
    COUNSELLOR = "counsellor"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ProtectedContact:
    """One contact. `name`: as the person searches for it, or empty. `hosts`: their sites, as an exclusion list has them."""

    id: Id
    kind: ContactKind
    name: str
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProtectedContacts(dsse.Document):
    """All protected contacts of one deployment. `salt`: random, so that the digest tells nothing."""

    TYPE: ClassVar[str] = "offmon/protected-contacts@1"

    agency: Id
    deployment: Id
    version: Count
    salt: bytes
    contacts: tuple[ProtectedContact, ...]


@dataclass(frozen=True, slots=True)
class ContactsText:
    """What one version says, as it is kept. `why`: for what reason it takes something out; empty where it does not.

    `moved`: the contacts that come off the agency's own exclusion list once this is agreed to.
    """

    TYPE: ClassVar[str] = "offmon/protected-contacts-text@1"

    salt: bytes
    contacts: tuple[ProtectedContact, ...]
    why: str
    moved: tuple[Id, ...]


@dataclass(frozen=True, slots=True)
class ContactsChange:
    """What a version adds to the one before, and what it takes out."""

    added: tuple[ProtectedContact, ...]
    removed: tuple[ProtectedContact, ...]


def change(before: Sequence[ProtectedContact], after: Sequence[ProtectedContact]) -> ContactsChange:
    """What changes from one version to the next."""
    return ContactsChange(
        tuple(one for one in after if one not in before), tuple(one for one in before if one not in after)
    )


def check_change(before: Sequence[ProtectedContact], after: Sequence[ProtectedContact], why: str) -> ContactsChange:
    """The change that a version proposes. Raises Refused (`no-change`, `too-many-contacts`, `no-reason`, `nothing-to-protect`)."""
    made = change(before, after)
    protects = [(one.name, one.hosts) for one in after]
    if not (made.added or made.removed) or len(set(protects)) != len(protects):
        raise Refused("no-change", "This contact is protected already. Nothing changed.")
    if len(after) > MAX_CONTACTS or any(len(one.hosts) > MAX_HOSTS or len(one.name) > MAX_NAME for one in after):
        raise Refused(
            "too-many-contacts",
            f"A person has at most {MAX_CONTACTS} protected contacts, each with {MAX_HOSTS} sites and a name of {MAX_NAME} characters.",
        )
    if not all(one.hosts or one.name for one in after):
        raise Refused("nothing-to-protect", "Enter a web address or a name that the person searches for.")
    if made.removed and not why.strip():
        raise Refused("no-reason", "Enter why a contact is taken out. The colleague who confirms it sees this first.")
    return made
