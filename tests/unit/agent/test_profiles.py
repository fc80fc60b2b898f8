"""The trust state machine, given one dishonest thing at a time (formats §2, §4; after python-tuf's repository simulator)."""

import secrets
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.agent.profiles import AcceptedProfile, Trust, _check_version, accept, check_in_force, first_trust
from offmon.core import clock
from offmon.core.authority.capability import Capability
from offmon.core.authority.lists import Exclusions
from offmon.core.authority.profile import SCHEMA
from offmon.core.clock import Period
from offmon.core.errors import Malformed, NotAuthentic, OffmonError, Refused
from offmon.core.formats import dsse, envelope
from offmon.core.formats.event import Observation, Origin, PageClass
from offmon.core.formats.protocol import ProfileUpdate
from offmon.core.formats.trust import KeyRole, ListedKey
from offmon.core.ids import Digest, Ms
from offmon.match.shared_domains import is_everybodys
from tests.prove.markers import proves
from tests.support.fake_agency import EXCLUSIONS, PHRASES, SITES, FakeAgency, new_id, new_key

NOW = Ms(1_800_000_000_000)


class Device:
    """A device of an honest agency, and what it believes so far."""

    def __init__(self) -> None:
        self.agency = FakeAgency(NOW)
        self.identity = self.agency.identity()
        self.trust = first_trust(self.agency.enrolled())

    def take(self, update: ProfileUpdate | None = None, at: Ms = NOW) -> Trust:
        self.trust = accept(self.identity, self.trust, update or self.agency.update(), at)
        return self.trust

    def renew(self, **changes: object) -> AcceptedProfile:
        """Takes the agency's next profile, with these changes."""
        self.agency.issue(**changes)
        held = self.take().held
        assert held is not None
        return held


@pytest.fixture
def device() -> Device:
    return Device()


def refused(device: Device, code: str, update: ProfileUpdate | None = None, at: Ms = NOW) -> None:
    """The update is refused for this reason, and what was believed is still believed."""
    before = device.trust
    with pytest.raises(OffmonError) as error:
        device.take(update, at)
    assert error.value.code == code
    assert device.trust is before


def test_an_honest_profile_is_accepted_and_renewed(device: Device) -> None:
    assert device.take().held is None
    first, second = device.renew(), device.renew()
    assert (first.profile.version, second.profile.version) == (1, 2)
    assert second.pipeline.excludes("https://helpline.example/")


def test_an_agency_that_sends_no_profile_takes_none_away(device: Device) -> None:
    held = device.renew()
    device.agency.profile = None
    assert device.take().held is held


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"schema": SCHEMA + 1}, "unknown-schema"),
        ({"schema": SCHEMA - 1}, "unknown-schema"),
        ({"device": new_id()}, "other-device"),
        ({"deployment": new_id()}, "other-device"),
        ({"agency": new_id()}, "other-device"),
        ({"device_key": new_key("device").public.vkey}, "other-key"),
        ({"list_key": envelope.public_of(X25519PrivateKey.generate())}, "other-key"),
        ({"lease": Period(NOW, Ms(NOW + 30 * clock.DAY_MS + 1))}, "lease-too-long"),
        ({"lease": Period(NOW, None)}, "lease-too-long"),
        ({"lease": Period(Ms(NOW - clock.DAY_MS), NOW)}, "out-of-lease"),
        ({"lease": Period(Ms(NOW + 1), Ms(NOW + clock.DAY_MS))}, "out-of-lease"),
        ({"version": 0}, "profile-out-of-order"),
        ({"version": 2}, "profile-out-of-order"),
        ({"previous": Digest("0" * 64)}, "profile-out-of-order"),
        ({"exclusions": Digest("0" * 64)}, "other-exclusions"),
        ({"grants": ()}, "other-lists"),
    ],
)
def test_a_first_profile_is_refused_for(device: Device, changes: dict[str, object], code: str) -> None:
    device.agency.issue(**changes)
    refused(device, code)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"previous": Digest("0" * 64)}, "profile-forked"),
        ({"previous": None}, "profile-out-of-order"),
        ({"version": 1}, "profile-rolled-back"),
        ({"version": 2, "delay_days": 15}, "profile-forked"),
        ({"version": 5, "previous": None}, "profile-out-of-order"),
    ],
)
def test_a_later_profile_is_refused_for(device: Device, changes: dict[str, object], code: str) -> None:
    device.agency.issue()
    device.renew()
    device.agency.issue(**changes)
    refused(device, code)


def test_a_grant_that_names_no_list_refuses_the_profile(device: Device) -> None:
    device.agency.issue(grants=(replace(device.agency.grant(device.agency.lists[0]), lists=()),))
    refused(device, "grant-without-list")


def test_a_profile_that_follows_ones_never_seen_is_accepted(device: Device) -> None:
    device.renew()
    device.agency.issue()
    device.agency.issue()
    assert device.renew().profile.version == 4


@proves("S11", _check_version, disabled=lambda held, profile, digest: None)
def test_rollback_to_an_older_profile_is_refused(device: Device) -> None:
    device.agency.issue()
    old = device.agency.update()
    device.renew()
    refused(device, "profile-rolled-back", old)


def test_a_server_that_freezes_on_one_profile_lets_its_lease_run_out(device: Device) -> None:
    held = device.renew()
    later = Ms(NOW + 7 * clock.DAY_MS)
    refused(device, "out-of-lease", at=later)
    with pytest.raises(Refused):
        check_in_force(held.profile, later)
    check_in_force(held.profile, Ms(later - 1))


@pytest.mark.parametrize("role", [KeyRole.LIST, KeyRole.RECEIPT, KeyRole.LOG, KeyRole.RELEASE, None])
def test_a_profile_by_a_key_of_another_role_or_a_foreign_key_is_refused(device: Device, role: KeyRole | None) -> None:
    key = device.agency.keys[role] if role else new_key("profile")
    device.agency.profile = dsse.sign(device.agency.next_profile(), key)
    refused(device, "unknown-key")


def test_a_profile_of_another_device_of_the_same_agency_is_refused(device: Device) -> None:
    own = device.agency.device
    device.agency.device = new_id()
    device.agency.issue()
    device.agency.device = own
    refused(device, "other-device")


def test_keys_by_another_root_are_refused(device: Device) -> None:
    stranger = FakeAgency(NOW, agency=device.agency.agency)
    refused(device, "foreign-root", replace(device.agency.update(), keys=stranger.statements))


def test_keys_of_another_agency_under_the_same_root_are_refused(device: Device) -> None:
    other = FakeAgency(NOW, root=device.agency.root)
    refused(device, "other-agency", replace(device.agency.update(), keys=other.statements))


def test_keys_that_are_rolled_back_or_forked_are_refused(device: Device) -> None:
    old = device.agency.update()
    device.agency.publish_keys()
    device.take()
    refused(device, "keys-rolled-back", old)
    fork = FakeAgency(NOW, agency=device.agency.agency, root=device.agency.root)
    fork.publish_keys()
    refused(device, "keys-forked", replace(old, keys=fork.statements))


def test_keys_whose_newest_statement_is_over_are_refused(device: Device) -> None:
    device.agency.issue()
    refused(device, "keys-out-of-time", at=Ms(NOW + 301 * clock.DAY_MS))


def test_a_compromised_profile_key_is_refused_from_its_moment_on(device: Device) -> None:
    device.renew()
    forever = Period(Ms(0), None)
    until = {KeyRole.PROFILE: Period(Ms(0), Ms(NOW - 1))}
    listed = tuple(ListedKey(r, k.public.vkey, until.get(r, forever)) for r, k in device.agency.keys.items())
    device.agency.publish_keys(keys=listed)
    refused(device, "key-out-of-time")


def test_exclusions_that_are_missing_altered_or_by_another_key_are_refused(device: Device) -> None:
    device.agency.issue()
    refused(device, "other-exclusions", replace(device.agency.update(), exclusions=None))
    shorter = dsse.sign(replace(EXCLUSIONS, hosts=()), device.agency.keys[KeyRole.LIST])
    refused(device, "other-exclusions", replace(device.agency.update(), exclusions=shorter))
    device.agency.exclusions = dsse.sign(EXCLUSIONS, device.agency.keys[KeyRole.PROFILE])
    device.agency.issue()
    refused(device, "unknown-key")


def test_a_profile_without_grants_is_obeyed_without_exclusions_and_looks_at_nothing(device: Device) -> None:
    """It ends what the one before granted, which must not go on because no list key holds any more (S107)."""
    device.renew()
    device.agency.issue(grants=())
    held = device.take(replace(device.agency.update(), exclusions=None, lists=(), entries=())).held
    assert held is not None
    assert (held.profile.version, held.profile.grants) == (2, ())
    page = "https://listed.example/"
    assert not held.pipeline.wants_text(page, NOW, {one.ref for one in device.agency.lists})
    seen = Observation(NOW, page, "A title", PageClass.READABLE, "words of a listed phrase", Origin.TYPED)
    assert held.pipeline.examine(seen, NOW, 0) == ()


def test_exclusions_that_cannot_be_used_refuse_the_profile(device: Device) -> None:
    unusable = Exclusions(EXCLUSIONS.name, ("https://x.example/",), ())
    device.agency.exclusions = dsse.sign(unusable, device.agency.keys[KeyRole.LIST])
    device.agency.issue()
    refused(device, "bad-pattern")


def test_lists_are_exactly_the_ones_that_the_grants_name(device: Device) -> None:
    device.agency.issue()
    honest = device.agency.update()
    extra = device.agency.sign_list(Capability.SITE, SITES)
    for lists, entries in (
        ((), ()),
        ((*honest.lists, extra.signed), (*honest.entries, device.agency.enclose(extra))),
        (honest.lists * 2, honest.entries * 2),
        (honest.lists, ()),
        ((extra.signed,), honest.entries),
    ):
        refused(device, "other-lists", replace(honest, lists=lists, entries=entries))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agency": new_id()}, "other-lists"),
        ({"valid": Period(Ms(0), NOW)}, "list-not-valid"),
        ({"entries": Digest("0" * 64)}, "other-entries"),
    ],
)
def test_a_list_is_refused_for(device: Device, changes: dict[str, object], code: str) -> None:
    device.agency.lists = (device.agency.sign_list(Capability.SITE, SITES, **changes),)
    device.agency.issue()
    refused(device, code)


def test_a_list_of_another_kind_than_its_grant_is_refused(device: Device) -> None:
    phrases = device.agency.sign_list(Capability.PHRASE, PHRASES)
    grant = replace(device.agency.grant(device.agency.lists[0]), lists=(phrases.ref,))
    device.agency.lists = (phrases,)
    device.agency.issue(grants=(grant,))
    refused(device, "other-lists")


def test_entries_enclosed_for_another_device_or_list_do_not_open(device: Device) -> None:
    device.agency.issue()
    honest = device.agency.update()
    own = device.agency.device
    device.agency.device = new_id()
    moved = device.agency.enclose(device.agency.lists[0])
    device.agency.device = own
    refused(device, "does-not-open", replace(honest, entries=(moved,)))
    refused(device, "does-not-open", replace(honest, entries=(secrets.token_bytes(80),)))


@pytest.mark.parametrize(("pattern", "code"), [("https://x.example/", "bad-pattern"), ("co.uk", "whole-suffix")])
@proves("S51", is_everybodys, disabled=lambda host: "." not in host)
def test_an_unusable_list_refuses_the_profile(device: Device, pattern: str, code: str) -> None:
    device.agency.lists = (device.agency.sign_list(Capability.SITE, (*SITES, replace(SITES[0], pattern=pattern))),)
    device.agency.issue()
    refused(device, code)


def test_bytes_that_are_no_document_are_refused_as_such(device: Device) -> None:
    device.agency.issue()
    for junk in (b"", b"{}", b"\xff", b'{"payload":""}'):
        for update in (
            replace(device.agency.update(), profile=junk),
            replace(device.agency.update(), keys=(junk,)),
            replace(device.agency.update(), lists=(junk,)),
            replace(device.agency.update(), exclusions=junk),
        ):
            with pytest.raises((Malformed, NotAuthentic)):
                device.take(update)


def test_enrolment_by_keys_of_another_agency_is_refused() -> None:
    agency = FakeAgency(NOW)
    with pytest.raises(NotAuthentic):
        first_trust(replace(agency.enrolled(), agency=new_id()))
    with pytest.raises(NotAuthentic):
        first_trust(replace(agency.enrolled(), root=new_key("root").public.vkey))


def test_a_widened_profile_is_refused(device: Device) -> None:
    """A grant more, without the agency's signature over it."""
    device.agency.issue()
    honest = device.agency.update()
    assert honest.profile is not None
    signed = dsse.peek(type(device.agency.next_profile()), honest.profile)
    wider = replace(signed, grants=(*signed.grants, replace(signed.grants[0], id=new_id())))
    refused(device, "unknown-key", replace(honest, profile=dsse.sign(wider, new_key("profile"))))
