"""For a party's staff the vault opens a body and releases nothing, whatever a compromised console writes (design §5)."""

from dataclasses import replace

import pytest

from offmon.core.access.roles import Role
from offmon.core.log.audit import Verb
from offmon.server.agencies.queries import acting
from offmon.server.base.actor import Actor
from offmon.server.base.vault import VaultClient
from offmon.server.evidence.actions import do_ask_reveal, do_hand_over
from offmon.server.triage import queries as triage
from tests.integration.evidence.test_exhibit import row
from tests.integration.evidence.test_forged_export import row as row_of_export
from tests.integration.vault.test_reveal import title_of
from tests.prove.markers import proves
from tests.support.partner import Partner
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.taken import forge


@pytest.fixture
def guest(story: Story) -> Actor:
    """An evidence officer of the probation service, on the case: at home that role seals and asks for bundles."""
    story.decide()
    partner = Partner(story)
    return partner.is_party(partner.evidence).evidence


def test_a_guest_s_reveal_opens_and_names_the_guest_s_agency(story: Story, guest: Actor, vault: VaultClient) -> None:
    assert guest.role is Role.EVIDENCE_OFFICER
    with story.console(), story.with_keys():
        shown = triage.alert(story.alerts[0], actor=guest)
        assert shown is not None
        one = shown.occurrences[0]
        reveal = do_ask_reveal(story.alerts[0], one.leaf, one.place, "to advise on the licence", actor=guest)
    assert title_of(vault.reveal(reveal)) == "An invented page"
    [entry] = story.entries(Verb.CONTENT_REVEALED)
    assert (entry.agency, entry.actor.id, entry.actor.agency) == (story.agency, guest.id, guest.home)


@proves("S32", acting, disabled=lambda staff_id, case: replace(acting(staff_id, case), home=None))
def test_a_forged_request_seals_nothing_and_builds_nothing_for_a_guest(
    story: Story, guest: Actor, vault: VaultClient
) -> None:
    """Though they had shown their factor in their own sitting."""
    sealing, export = (
        row(story, producer=guest.id, asked_in=guest.session),
        row_of_export(story, guest.id, guest.session),
    )
    forge(story, Verb.EXHIBIT_ASKED, "evidence_exhibit", sealing)
    forge(story, Verb.EXPORT_ASKED, "evidence_export", export)
    assert code_of(vault.seal, sealing["id"]) == "not-as-party"
    assert code_of(vault.open_export, export["id"]) == "not-as-party"
    assert story.entries(Verb.EXHIBIT_OPENED, Verb.EXPORT_OPENED, Verb.EXPORT_BODY_OPENED) == []


def test_nobody_of_a_party_is_in_charge_of_an_investigation(story: Story, guest: Actor, vault: VaultClient) -> None:
    forged = row(story, oic=guest.id)
    forge(story, Verb.EXHIBIT_ASKED, "evidence_exhibit", forged)
    assert code_of(vault.seal, forged["id"]) == "no-oic"


def test_an_exhibit_is_handed_to_nobody_of_a_party(story: Story, guest: Actor, vault: VaultClient) -> None:
    asked = row(story)
    forge(story, Verb.EXHIBIT_ASKED, "evidence_exhibit", asked)
    vault.seal(asked["id"])
    with story.console():
        given = code_of(do_hand_over, asked["id"], guest.id, "their store", "they asked", actor=story.officer)
    assert given == "not-to-a-party"
