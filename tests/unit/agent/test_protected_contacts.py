"""Protected contacts on the device: asked before any detector, and refused unless exactly what the profile names (R-RGT-10)."""

from dataclasses import replace

import pytest

from offmon.core.authority.protected_contacts import ContactKind, ProtectedContact
from offmon.core.formats import dsse, envelope
from offmon.core.formats.protocol import contacts_place
from offmon.core.formats.trust import KeyRole
from offmon.match.exclusions import Excluded
from tests.prove.markers import proves
from tests.support.fake_agency import new_id, new_key
from tests.unit.agent.test_profiles import Device, refused

SOLICITOR = ProtectedContact(
    new_id(), ContactKind.SOLICITOR, "Invented Solicitors", ("listed.example/solicitor", "own.example")
)


@pytest.fixture
def device() -> Device:
    return Device()


@proves("S124", Excluded.covers, disabled=lambda self, url: False)
@pytest.mark.parametrize(
    "url",
    [
        "https://listed.example/solicitor/ask",
        "https://www.own.example/",
        "https://duckduckgo.com/?q=invented+solicitors+listed.example",
        "https://www.google.com/search?q=own.example",
    ],
)
def test_pages_of_a_contact_and_searches_for_them_yield_nothing(device: Device, url: str) -> None:
    held = device.renew(contacts=device.agency.protect(SOLICITOR))
    assert held.pipeline.excludes(url)
    assert not held.pipeline.excludes("https://listed.example/other")
    assert held.pipeline.excludes("https://helpline.example/")


@pytest.mark.parametrize(
    "changed", [{"deployment": new_id()}, {"agency": new_id()}], ids=["of-another-person", "of-another-agency"]
)
def test_anothers_contacts_are_refused(device: Device, changed: dict[str, object]) -> None:
    device.agency.issue(contacts=device.agency.protect(SOLICITOR, **changed))
    refused(device, "other-contacts")


def test_contacts_are_exactly_the_ones_that_the_profile_names(device: Device) -> None:
    agency = device.agency
    agency.issue(contacts=agency.protect(SOLICITOR))
    update = agency.update()
    refused(device, "other-contacts", replace(update, contacts=None))
    agency.protect(replace(SOLICITOR, hosts=("other.example",)))
    assert agency.contacts is not None
    place = contacts_place(agency.device, dsse.digest_of(agency.contacts))
    other = envelope.seal_bytes(agency.contacts, agency.list_key, place)
    refused(device, "does-not-open", replace(update, contacts=other))
    agency.issue()
    refused(device, "other-contacts", replace(agency.update(), contacts=other))


def test_contacts_that_no_list_key_signed_are_refused(device: Device) -> None:
    agency = device.agency
    agency.keys |= {KeyRole.LIST: new_key("a forged list key")}
    digest = agency.protect(SOLICITOR)
    agency.issue(contacts=digest)
    refused(device, "unknown-key")


@pytest.mark.parametrize(
    "contact",
    [
        ProtectedContact(new_id(), ContactKind.OTHER, "", ("co.uk",)),
        ProtectedContact(new_id(), ContactKind.OTHER, "elephant", ()),
    ],
    ids=["a-shared-domain", "one-word"],
)
def test_a_contact_that_would_hide_everything_is_refused(device: Device, contact: ProtectedContact) -> None:
    device.agency.issue(contacts=device.agency.protect(contact))
    refused(device, "whole-suffix" if contact.hosts else "bad-name")
