"""Gate 2, as a table: what the named profile must grant, and what a newer one may take away (design §1.3, §1.9; R-LEG-6)."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from offmon.core import clock
from offmon.core.authority.capability import CAPABILITIES, Capability, Purpose
from offmon.core.authority.may_leave import RefusalReason
from offmon.core.authority.profile import SCHEMA, Grant, ListRef, Profile, TermPeriod
from offmon.core.clock import Period
from offmon.core.formats import dsse, envelope
from offmon.core.formats.event import DisclosureLeaf, Leaf
from offmon.core.ids import Digest, Id, Ms, Origin, Versioned
from offmon.server.intake.may_stay import NotGranted, verdicts
from tests.support.fake_device import FakeDevice, claim_of

NOW = Ms(1_781_000_000_000)
DAY = clock.DAY_MS
LIST = ListRef(Id("1" * 32), Versioned("sites@1"), Digest("1" * 64))
OTHER = ListRef(Id("2" * 32), Versioned("others@1"), Digest("2" * 64))
DEVICE = FakeDevice("https://ingest.invalid")


def grant(of: ListRef = LIST, since: int = -30, until: int | None = 30) -> Grant:
    """Listed sites, under a term that is in force from `since` to `until` (days from now)."""
    period = Period(Ms(NOW + since * DAY), None if until is None else Ms(NOW + until * DAY))
    terms, fields = (TermPeriod(Id("4" * 32), period),), CAPABILITIES[Capability.SITE].fields
    return Grant(Capability.SITE, Id("3" * 32), terms, Purpose.SUPERVISION, fields, (of,))


def profile(version: int = 1, since: int = -10, until: int = 10, grants: tuple[Grant, ...] | None = None) -> Profile:
    """A profile whose lease runs from `since` to `until` (days from now)."""
    return Profile(
        schema=SCHEMA,
        agency=Id("5" * 32),
        case=Id("6" * 32),
        deployment=DEVICE.deployment,
        device=DEVICE.device,
        device_key=DEVICE.signing.public.vkey,
        list_key=envelope.public_of(DEVICE.opening),
        evidence_key=envelope.public_of(DEVICE.opening),
        version=version,
        previous=None,
        lease=Period(Ms(NOW + since * DAY), Ms(NOW + until * DAY)),
        grants=(grant(),) if grants is None else grants,
        exclusions=Digest("7" * 64),
        person_texts=(),
        controllers=(),
        delay_days=14,
        log_origin=Origin("force.invalid/86/log"),
        ingest=DEVICE.server,
    )


@dataclass
class Sender:
    """The directory's row."""

    deployment: Id = DEVICE.deployment
    device: Id = DEVICE.device
    vkey: str = DEVICE.signing.public.vkey


class Agency:
    """The profiles that an agency signed for the device, and how often it was asked."""

    def __init__(self, *profiles: Profile) -> None:
        self.by_digest = {dsse.digest_of(str(p.version).encode()): p for p in profiles}
        self.asked: list[object] = []

    def named(self, digest: Digest) -> Profile | None:
        self.asked.append(digest)
        return self.by_digest.get(digest)

    def newest_before(self, at: Ms) -> Profile | None:
        self.asked.append(at)
        begun = [p for p in self.by_digest.values() if p.lease.since <= at]
        return max(begun, key=lambda p: p.version, default=None)

    def judge(self, *leaves: Leaf, sender: Sender | None = None) -> list[RefusalReason | None]:
        return verdicts(leaves, sender or Sender(), self.named, self.newest_before, NOW)


def leaf(of: Profile, *, at: int = 0, envelope: dict[str, Any] | None = None, **claimed: Any) -> DisclosureLeaf:
    """A disclosure under the profile's first grant, of an event `at` days from now."""
    device = DEVICE.clone()
    device.digests = {of.version: dsse.digest_of(str(of.version).encode())}
    when = Ms(NOW + at * DAY)
    claim = claim_of(of.grants[0], when)
    asked = {"event_at": when, "captured_at": when, "terms": claim.terms, **claimed}
    device.disclose(of, of=envelope, **asked)
    found = device.leaves[-1]
    assert isinstance(found, DisclosureLeaf)
    return found


def test_what_its_own_profile_grants_stays_where_no_newer_one_says_otherwise() -> None:
    only = profile()
    assert Agency(only).judge(leaf(only), leaf(only, at=-1)) == [None, None]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"envelope": {"profile": Digest("f" * 64)}}, RefusalReason.NO_GRANT),
        ({"envelope": {"profile_version": 2}}, RefusalReason.NO_GRANT),
        ({"envelope": {"deployment": Id("f" * 32)}}, RefusalReason.NO_GRANT),
        ({"grant": Id("f" * 32)}, RefusalReason.NO_GRANT),
        ({"kind": Capability.PHRASE}, RefusalReason.NO_GRANT),
        ({"list": OTHER}, RefusalReason.LIST_NOT_GRANTED),
        ({"list": replace(LIST, digest=Digest("f" * 64))}, RefusalReason.LIST_NOT_GRANTED),
        ({"terms": ()}, RefusalReason.WRONG_TERMS),
        ({"at": -11}, RefusalReason.OUT_OF_LEASE),
        ({"at": 0, "clock_offset_ms": 6 * clock.MINUTE_MS}, RefusalReason.FUTURE),
    ],
)
def test_what_its_own_profile_does_not_grant_refuses_the_batch(changed: dict[str, Any], reason: RefusalReason) -> None:
    only = profile()
    with pytest.raises(NotGranted) as refused:
        Agency(only).judge(leaf(only), leaf(only, **changed))
    assert refused.value.reason is reason


def test_an_event_outside_the_term_is_out_of_period_though_inside_the_lease() -> None:
    ended = profile(grants=(grant(until=-1),))
    with pytest.raises(NotGranted) as refused:
        Agency(ended).judge(leaf(ended, at=0))
    assert refused.value.reason is RefusalReason.OUT_OF_PERIOD


@pytest.mark.parametrize(
    "sender",
    [Sender(device=Id("f" * 32)), Sender(deployment=Id("f" * 32)), Sender(vkey=FakeDevice("x").signing.public.vkey)],
    ids=["device", "deployment", "key"],
)
def test_a_profile_of_another_is_no_profile(sender: Sender) -> None:
    only = profile()
    with pytest.raises(NotGranted):
        Agency(only).judge(leaf(only), sender=sender)


@pytest.mark.parametrize(
    ("newer", "reason"),
    [
        (profile(2, since=-5), None),
        (profile(2, since=-5, grants=(grant(replace(LIST, name=Versioned("sites@2"))),)), None),
        (profile(2, since=-5, grants=()), RefusalReason.NO_GRANT),
        (profile(2, since=-5, grants=(grant(OTHER),)), RefusalReason.LIST_NOT_GRANTED),
        (profile(2, since=-5, grants=(grant(until=-2),)), RefusalReason.OUT_OF_PERIOD),
        (profile(2, since=-5, grants=(replace(grant(), fields=grant().fields[1:]),)), RefusalReason.FIELD_NOT_GRANTED),
        (profile(2, since=1, grants=()), None),
    ],
    ids=["renewed", "a newer list", "no grant", "another list", "the term had ended", "a field fewer", "begins later"],
)
def test_a_newer_profile_that_had_begun_decides_what_stays(newer: Profile, reason: RefusalReason | None) -> None:
    older = profile()
    assert Agency(older, newer).judge(leaf(older)) == [reason]


def test_each_event_is_judged_by_the_newest_profile_of_its_own_time_whatever_the_order() -> None:
    older, newer = profile(), profile(2, since=-5, grants=(grant(OTHER),))
    days = [-1, -6, -3, -8]
    found = Agency(older, newer).judge(*(leaf(older, at=day) for day in days))
    assert found == [RefusalReason.LIST_NOT_GRANTED if day >= -5 else None for day in days]


def test_the_profiles_are_asked_for_once_each_and_not_once_a_leaf() -> None:
    older, newer = profile(), profile(2, since=-5)
    agency = Agency(older, newer)
    agency.judge(*(leaf(older, at=day) for day in (-1, -2, -6, -3, -7, -8)))
    assert len(agency.asked) == 3


def test_gaps_and_notes_pass() -> None:
    device = DEVICE.clone()
    device.note()
    device.gap()
    agency = Agency()
    assert agency.judge(*device.leaves) == [None, None]
    assert agency.asked == []
