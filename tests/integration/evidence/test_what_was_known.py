"""A bundle is judged by the state at the time of each act, not by later signatures or records (formats §5, §9; design §1.9)."""

import pytest

from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import Choice
from offmon.core.authority.protected_contacts import ContactKind, ProtectedContact
from offmon.core.bundle.read import read_bag
from offmon.core.clock import DAY_MS, MINUTE_MS, Period
from offmon.core.ids import Id, Ms
from offmon.server.base.scope import scope
from offmon.server.base.vault import VaultClient
from offmon.server.deployments.actions import (
    do_add_contact,
    do_agree_contacts,
    do_authorise,
    do_draft,
    do_serve_notice,
)
from offmon.server.deployments.actions.notices import Served
from offmon.server.deployments.models import Notice
from offmon.server.detectors import queries as detectors
from tests.integration.evidence.test_export import export, verified
from tests.support.fake_device import now
from tests.support.story import ANSWERS, Story


def narrow(story: Story) -> None:
    """Authorise phrases alone: from now on no site is to be looked for."""
    with story.console():
        with scope(story.officer):
            [phrases] = [one.ref.id for one in detectors.declarations() if one.capability is Capability.PHRASE]
        choice = Choice(Capability.PHRASE, (story.terms[Capability.PHRASE],), (phrases,), None)
        do_authorise(do_draft(story.case, (choice,), actor=story.officer), ANSWERS, actor=story.authoriser)


def test_what_came_before_the_signer_had_signed_less_stays_and_verifies(story: Story, vault: VaultClient) -> None:
    """The lease of the narrower profile begins when it is asked for. Until it is signed the device goes on under the one it has."""
    narrow(story)
    asked = story.ask_profile()
    story.disclose(1)
    story.send()
    story.sign(asked)
    assert [one.version for one in story.profiles] == [1, 2]
    assert verified(story, export(story, vault)).counts.shown == 4


def test_nor_does_an_event_ahead_of_the_servers_clock_fall_under_what_was_asked_for_after_it_came(
    story: Story, vault: VaultClient
) -> None:
    narrow(story)
    story.disclose(1, clock_offset_ms=4 * MINUTE_MS)
    story.send()
    story.sign(story.ask_profile())  # its lease begins before that event
    counts = verified(story, export(story, vault, Period(Ms(now() - DAY_MS), Ms(now() + 6 * MINUTE_MS)))).counts
    assert counts.shown == 4


def test_what_comes_after_it_is_kept_as_a_hash_alone(story: Story, vault: VaultClient) -> None:
    narrow(story)
    story.sign(story.ask_profile())
    story.disclose(1, under=story.profiles[0])
    story.send()
    counts = verified(story, export(story, vault)).counts
    assert (counts.shown, counts.refused) == (3, 1)


@pytest.mark.parametrize("first", [True, False])
def test_a_service_written_down_late_takes_nothing_from_the_one_before(
    story: Story, vault: VaultClient, monkeypatch: pytest.MonkeyPatch, *, first: bool
) -> None:
    """The same paper by post and by hand; whichever of the two has the lower id."""
    with story.console(), scope(story.officer):
        served = Notice.objects.get()
    drawn = Id(("0" if first else "f") * 32)
    monkeypatch.setattr(Notice._meta.get_field("id"), "_get_default", lambda: drawn)
    with story.console():
        late = do_serve_notice(
            story.paper, Served(served.served_at, "by post", acknowledged=False), actor=story.officer
        )
    assert (late < served.id) is first
    verified(story, export(story, vault))


def test_a_bundle_verifies_whose_profile_names_protected_contacts_and_holds_none(
    story: Story, vault: VaultClient
) -> None:
    own = ProtectedContact(Id("0" * 32), ContactKind.SOLICITOR, "", ("marked-solicitor.example",))
    with story.console(), story.with_keys():
        do_agree_contacts(do_add_contact(story.case, own, actor=story.officer), actor=story.colleague)
    story.sign(story.ask_profile())
    story.disclose(1)
    story.send()
    bundle = export(story, vault)
    assert story.profiles[-1].contacts is not None
    assert verified(story, bundle).counts.shown == 4
    assert [path for path, data in read_bag(bundle).payload.items() if b"marked-solicitor" in data] == []
