"""A device's signed profiles, as every batch asks for them.

In SQL, since Django puts a statement together anew each time it is asked, which costs more than the answer.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Final

from offmon.core.authority.profile import Profile
from offmon.core.formats import dsse
from offmon.core.ids import Digest, Id, Ms
from offmon.core.states import ProfileState
from offmon.server.base.statements import ask


def profiles_for(device: Id, named: Collection[Digest], latest: Ms) -> tuple[dict[Digest, Profile], Profile | None]:
    """The signed profiles of this device with those digests, and what `newest_before` says of `latest`. Inside the scope that is open."""
    digests = [bytes.fromhex(one) for one in named]
    values = {"device": device, "state": ProfileState.SIGNED.value, "named": digests, "latest": latest}
    by_digest, newest = dict[Digest, Profile](), None
    for digest, document, is_newest in ask(_PROFILES_FOR, values):
        profile = by_digest[Digest(digest.hex())] = read(document)
        newest = profile if is_newest else newest
    return by_digest, newest


def newest_before(device: Id, at: Ms) -> Profile | None:
    """The newest signed profile of this device whose lease begins not after `at` (design §1.9). Inside the scope that is open."""
    found = ask(_PROFILE_BEFORE, [device, ProfileState.SIGNED.value, at])
    return read(found[0][0]) if found else None


def names_of(agency: Id, device: Id) -> tuple[Digest, Digest | None]:
    """The digests of the newest statement of the agency's keys, and of the newest signed profile of this device. Inside the open scope."""
    [(keys, profile)] = ask(_NAMES_OF, {"agency": agency, "device": device, "state": ProfileState.SIGNED.value})
    return digest_of_keys(keys), None if profile is None else Digest(profile.hex())


_NAMES_OF: Final = """
select (select document from agencies_keysstatement where agency_id = %(agency)s order by version desc limit 1),
       (select digest from deployments_profile where device_id = %(device)s and state = %(state)s order by version desc limit 1)
"""
_PROFILES_FOR: Final = """
with newest as (
    select id from deployments_profile where device_id = %(device)s and state = %(state)s and lease_since <= %(latest)s
    order by version desc limit 1
)
select profile.digest, profile.document, newest.id is not null
from deployments_profile profile left join newest on newest.id = profile.id
where profile.device_id = %(device)s and profile.state = %(state)s and (profile.digest = any(%(named)s) or newest.id is not null)
"""
_PROFILE_BEFORE: Final = (
    "select document from deployments_profile where device_id = %s and state = %s and lease_since <= %s"
    " order by version desc limit 1"
)


@lru_cache(maxsize=64)
def digest_of_keys(statement: bytes) -> Digest:
    """How a signed statement of an agency's keys is named, reckoned once for all of its devices."""
    return dsse.digest_of(statement)


@lru_cache(maxsize=512)
def read(document: bytes) -> Profile:
    """A signed profile, read once however many batches and pages of the queue name it: the same bytes are the same profile."""
    return dsse.peek(Profile, document)
