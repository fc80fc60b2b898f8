"""Which profile this device obeys: a trust machine that does no IO and reads no clock (formats §2, §4; after python-tuf's).

Rules, in this order; the first that fails refuses the whole update, and the device keeps what it had
1. The agency's keys are a chain from the root that the enrolment code named half of. It only grows: a chain that is shorter than the held
   one, or differs where that one ended, is refused. Its newest statement is in force now.
2. The profile is signed by a profile key that is good now, and is of a schema that this release knows.
3. It names this agency, deployment and device, and *this device's own keys*.
4. Its version only rises. The same version must be the same bytes, and is checked again by the newest keys. The next version names the held
   one by digest; a later version names one that this device never saw.
5. Its lease is at most 30 days, and now lies inside. Its grants each name a list; one of what sends nothing names none.
6. Exclusions are present, signed by a list key, and match the digest in the profile. A profile without grants needs none. Nothing is looked
   at under it, and an ended list key must not prolong what it ends.
7. Protected contacts are there exactly if the profile names them: enclosed to this device's list key, signed by a list key, with the digest
   in the profile, and of this deployment.
8. The lists are exactly those that the grants name, valid now, signed by a list key of this agency. Digest, id, name and capability are the
   grant's. Their entries are enclosed to this device's list key, are the declared ones, and can be matched by.
- An agency that sends no profile takes none away: only a signed document does, or the lease's end.
- A held profile is obeyed only while `check_in_force` says so, at each use.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.core.authority.capability import Capability, rule_of
from offmon.core.authority.lists import Exclusions, ListDocument, open_entries
from offmon.core.authority.profile import SCHEMA, ListRef, Profile, check_lease
from offmon.core.authority.protected_contacts import ProtectedContact, ProtectedContacts
from offmon.core.errors import NotAuthentic, Refused
from offmon.core.formats import dsse, envelope
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.protocol import Enrolled, ProfileUpdate, contacts_place, list_place
from offmon.core.formats.trust import KeyRing, KeyRole, walk
from offmon.core.ids import Digest, Id, Ms, Versioned, VKey
from offmon.match.pipeline import HeldList, Pipeline

_NONE: Final = Exclusions(Versioned("exclusions@1"), (), ())


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """Who this device is, as enrolment and its own keys say. `opening` is the secret half of its list key."""

    agency: Id
    deployment: Id
    device: Id
    root: PublicKey
    device_key: VKey
    opening: X25519PrivateKey


@dataclass(frozen=True, slots=True)
class AcceptedProfile:
    """A profile that was accepted, with the detectors that it makes of its lists. `digest` is how envelopes name it."""

    profile: Profile
    digest: Digest
    pipeline: Pipeline


@dataclass(frozen=True, slots=True)
class Trust:
    """What the device believes: the agency's keys and, once there is one, a profile."""

    ring: KeyRing
    held: AcceptedProfile | None


def first_trust(enrolled: Enrolled) -> Trust:
    """What enrolment gave: keys and no profile. Raises NotAuthentic where the keys are not the agency's that was enrolled with."""
    ring = walk(enrolled.keys, [PublicKey.parse(enrolled.root)])
    if ring.agency != enrolled.agency:
        raise NotAuthentic(
            "other-agency", "The keys that the server sent belong to another agency than the one it names."
        )
    return Trust(ring, None)


def accept(identity: Identity, trust: Trust, update: ProfileUpdate, at: Ms) -> Trust:
    """What the device believes after an update that arrived at `at` (corrected time). Raises Malformed, NotAuthentic or Refused."""
    ring = _check_keys(identity, trust.ring, update.keys, at)
    if update.profile is None:
        return Trust(ring, trust.held)
    key = ring.key(KeyRole.PROFILE, dsse.signer_of(update.profile), at)
    profile = dsse.open_signed(Profile, update.profile, key)
    digest = dsse.digest_of(update.profile)
    _check_ours(identity, profile)
    _check_version(trust.held, profile, digest)
    check_lease(profile)
    check_in_force(profile, at)
    exclusions = _check_exclusions(ring, profile, update.exclusions, at)
    contacts = _check_contacts(identity, ring, profile, update.contacts, at)
    lists = _check_lists(identity, ring, profile, update, at)
    sites = [one.site for one in profile.silences if one.site is not None]
    return Trust(ring, AcceptedProfile(profile, digest, Pipeline(exclusions, lists, contacts, sites)))


def check_in_force(profile: Profile, at: Ms) -> None:
    """Raises Refused unless the profile's lease holds at `at`: an expired order or a dead server ends collection (design §1.2)."""
    if at not in profile.lease:
        raise Refused(
            "out-of-lease", "The profile's lease does not hold now; nothing is collected until it is renewed."
        )


def _check_keys(identity: Identity, known: KeyRing, statements: Sequence[bytes], at: Ms) -> KeyRing:
    ring = walk(statements, [identity.root])
    if ring.agency != identity.agency:
        raise NotAuthentic("other-agency", "The keys that the server sent belong to another agency.")
    if ring.version < known.version:
        raise NotAuthentic("keys-rolled-back", "The server sent older keys of the agency than this device has seen.")
    if dsse.digest_of(statements[known.version - 1]) != known.newest:
        raise NotAuthentic("keys-forked", "The server sent other keys of the agency than this device has seen.")
    if at not in ring.period:
        raise NotAuthentic("keys-out-of-time", "The agency's newest statement of its keys is not in force now.")
    return ring


def _check_ours(identity: Identity, profile: Profile) -> None:
    if profile.schema != SCHEMA:
        raise Refused("unknown-schema", "The profile is written for a newer release; update this device first.")
    if (profile.agency, profile.deployment, profile.device) != (identity.agency, identity.deployment, identity.device):
        raise NotAuthentic("other-device", "The profile is for another device, deployment or agency.")
    if (profile.device_key, profile.list_key) != (identity.device_key, envelope.public_of(identity.opening)):
        raise NotAuthentic("other-key", "The profile names other keys than this device's own.")


def _check_version(held: AcceptedProfile | None, profile: Profile, digest: Digest) -> None:
    if held is None:
        if (profile.version == 1) != (profile.previous is None) or profile.version < 1:
            raise NotAuthentic("profile-out-of-order", "The profile's version and predecessor do not fit each other.")
        return
    known = held.profile.version
    if profile.version < known:
        raise NotAuthentic("profile-rolled-back", "The server sent an older profile than the one held.")
    if profile.version == known and digest != held.digest:
        raise NotAuthentic("profile-forked", "The server sent another profile under the version of the one held.")
    if profile.version > known and profile.previous is None:
        raise NotAuthentic("profile-out-of-order", "The profile does not name the one before it.")
    if profile.version == known + 1 and profile.previous != held.digest:
        raise NotAuthentic("profile-forked", "The profile follows another one than the one held.")


def _check_exclusions(ring: KeyRing, profile: Profile, signed: bytes | None, at: Ms) -> Exclusions:
    if not profile.grants:
        return _NONE
    if signed is None or dsse.digest_of(signed) != profile.exclusions:
        raise NotAuthentic("other-exclusions", "The exclusion list is missing or not the one that the profile names.")
    return dsse.open_signed(Exclusions, signed, ring.key(KeyRole.LIST, dsse.signer_of(signed), at))


def _check_contacts(
    identity: Identity, ring: KeyRing, profile: Profile, enclosed: bytes | None, at: Ms
) -> tuple[ProtectedContact, ...]:
    if (enclosed is None) != (profile.contacts is None):
        raise NotAuthentic("other-contacts", "The protected contacts are not the ones that the profile names.")
    if enclosed is None or profile.contacts is None:
        return ()
    signed = envelope.open_bytes(enclosed, identity.opening, contacts_place(identity.device, profile.contacts))
    if dsse.digest_of(signed) != profile.contacts:
        raise NotAuthentic("other-contacts", "The protected contacts are not the ones that the profile names.")
    if not profile.grants:
        return ()
    held = dsse.open_signed(ProtectedContacts, signed, ring.key(KeyRole.LIST, dsse.signer_of(signed), at))
    if (held.agency, held.deployment) != (identity.agency, identity.deployment):
        raise NotAuthentic("other-contacts", "The protected contacts are those of another person's monitoring.")
    return held.contacts


def _check_lists(
    identity: Identity, ring: KeyRing, profile: Profile, update: ProfileUpdate, at: Ms
) -> Iterator[HeldList]:
    """One after the other, so that the entries of all are never in memory together."""
    kinds = _named_lists(profile)
    digests = [dsse.digest_of(signed) for signed in update.lists]
    if sorted(digests) != sorted(ref.digest for ref in kinds) or len(update.entries) != len(update.lists):
        raise NotAuthentic("other-lists", "The lists are not exactly the ones that the profile names.")
    by_digest = {ref.digest: ref for ref in kinds}
    for digest, signed, enclosed in zip(digests, update.lists, update.entries, strict=True):
        ref = by_digest[digest]
        document = dsse.open_signed(ListDocument, signed, ring.key(KeyRole.LIST, dsse.signer_of(signed), at))
        declared = (document.id, document.name, document.agency, document.capability)
        if declared != (ref.id, ref.name, identity.agency, kinds[ref]):
            raise NotAuthentic("other-lists", "A list is not what the grant that names it says.")
        if at not in document.valid:
            raise Refused("list-not-valid", "A list that the profile names is not valid now.")
        data = envelope.open_bytes(enclosed, identity.opening, list_place(identity.device, digest))
        yield HeldList(ref, document, open_entries(document, data))


def _named_lists(profile: Profile) -> dict[ListRef, Capability]:
    """Each list that some grant names, with the kind of that grant."""
    kinds: dict[ListRef, Capability] = {}
    for grant in profile.grants:
        if bool(grant.lists) != rule_of(grant.kind).sends or (grant.fields and not grant.lists):
            raise Refused("grant-without-list", "A grant names no list, or has one though it sends nothing.")
        for ref in () if rule_of(grant.kind).follows else grant.lists:
            if kinds.setdefault(ref, grant.kind) != grant.kind:
                raise NotAuthentic("other-lists", "Two kinds of grant name one list.")
    if any(ref not in kinds for grant in profile.grants for ref in grant.lists):
        raise NotAuthentic("other-lists", "A grant of what follows findings names a list that nothing is found by.")
    return kinds
