"""Which signed profile an agency issued: by its record, its issuer, and a key that was good then (formats §2, §4)."""

from dataclasses import replace
from typing import Any

import pytest

from offmon.core.authority.profile_issue import Issuer, open_issued
from offmon.core.clock import DAY_MS, Period
from offmon.core.formats import dsse
from offmon.core.formats.trust import KeyRing, KeyRole, ListedKey
from offmon.core.ids import Digest, Ms, Origin
from offmon.core.log.records import ProfileRecord
from offmon.core.states import ProfileState
from tests.unit.core.samples import NOW, code_of, digest, ident, key, profile

SIGNER, THIEF = key("force.invalid/86/log/profile"), key("thief.invalid/profile")
SINCE, UNTIL = Ms(NOW - DAY_MS), Ms(NOW + DAY_MS)
PROFILE = profile()
SIGNED = dsse.sign(PROFILE, SIGNER)
ISSUER = Issuer(PROFILE.agency, PROFILE.case, PROFILE.log_origin)
RING = KeyRing(
    PROFILE.agency,
    1,
    digest("keys"),
    Period(SINCE, Ms(SINCE + 300 * DAY_MS)),
    (ListedKey(KeyRole.PROFILE, SIGNER.public.vkey, Period(SINCE, UNTIL)),),
)
RECORD = ProfileRecord(
    ident("profile row"),
    PROFILE.deployment,
    PROFILE.device,
    PROFILE.version,
    ProfileState.SIGNED,
    ident("authorisation"),
    ident("officer"),
    PROFILE.lease.since,
    PROFILE.lease.until or UNTIL,
    dsse.digest_of(SIGNED),
)


def test_what_the_record_names_and_a_key_in_force_signed_is_the_profile() -> None:
    assert open_issued(SIGNED, RECORD, ISSUER, RING, NOW) == PROFILE


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"digest": digest("another")}, "profile-not-recorded"),
        ({"digest": None}, "profile-not-recorded"),
        ({"deployment": ident("another")}, "profile-of-other"),
        ({"device": ident("another")}, "profile-of-other"),
        ({"version": 2}, "profile-of-other"),
        ({"lease_since": Ms(PROFILE.lease.since - 1)}, "profile-of-other"),
        ({"lease_until": Ms((PROFILE.lease.until or UNTIL) + 1)}, "profile-of-other"),
    ],
)
def test_a_record_of_something_else_is_not_met(changed: dict[str, Any], code: str) -> None:
    assert code_of(open_issued, SIGNED, replace(RECORD, **changed), ISSUER, RING, NOW) == code


@pytest.mark.parametrize(
    "changed", [{"agency": ident("another")}, {"case": ident("another")}, {"origin": Origin("force.invalid/87/log")}]
)
def test_nor_is_another_issuer(changed: dict[str, Any]) -> None:
    assert code_of(open_issued, SIGNED, RECORD, replace(ISSUER, **changed), RING, NOW) == "profile-of-other"


@pytest.mark.parametrize(
    ("at", "code"), [(SINCE - 1, "key-out-of-time"), (SINCE, None), (UNTIL - 1, None), (UNTIL, "key-out-of-time")]
)
def test_the_key_was_good_when_the_signature_was_recorded(at: int, code: str | None) -> None:
    assert code_of(open_issued, SIGNED, RECORD, ISSUER, RING, Ms(at)) == code


def test_a_key_that_no_root_listed_signs_nothing() -> None:
    stolen = dsse.sign(PROFILE, THIEF)
    record = replace(RECORD, digest=Digest(dsse.digest_of(stolen)))
    assert code_of(open_issued, stolen, record, ISSUER, RING, NOW) == "unknown-key"
