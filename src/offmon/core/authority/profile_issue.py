"""An issued profile: it matches the agency's record, and its key was good when it was signed (formats §2, §4).

Rules
- The record names the document by digest. Record and document name the same deployment, device, version and lease.
- The key is a profile key of the ring, good when the signature was recorded. The time that the document claims does not count: a stolen
  retired key back-dates.
- Verifier and vault use this one rule. Each brings its own roots and its own time of the record.
"""

from dataclasses import dataclass

from offmon.core.authority.profile import Profile
from offmon.core.errors import NotAuthentic
from offmon.core.formats import dsse
from offmon.core.formats.trust import KeyRing, KeyRole
from offmon.core.ids import Id, Ms, Origin
from offmon.core.log.records import ProfileRecord


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whose profiles are asked about: the agency, its log, and the case."""

    agency: Id
    case: Id
    origin: Origin


def open_issued(data: bytes, record: ProfileRecord, issuer: Issuer, ring: KeyRing, at: Ms) -> Profile:
    """The profile in a signed document, whose signature was recorded at `at`. Raises Malformed or NotAuthentic."""
    if record.digest != dsse.digest_of(data):
        raise NotAuthentic("profile-not-recorded", "The agency's record of this profile names another document.")
    profile = dsse.open_signed(Profile, data, ring.key(KeyRole.PROFILE, dsse.signer_of(data), at))
    if (
        (profile.agency, profile.case, profile.log_origin) != (issuer.agency, issuer.case, issuer.origin)
        or (profile.deployment, profile.device, profile.version) != (record.deployment, record.device, record.version)
        or (profile.lease.since, profile.lease.until) != (record.lease_since, record.lease_until)
    ):
        raise NotAuthentic("profile-of-other", "A profile is of another case, device or time than its record says.")
    return profile
