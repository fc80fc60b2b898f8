"""A device whose case another agency took over goes on: same keys, same deployment, and its next profile names who answers now."""

from offmon.core.authority.profile import Choice
from offmon.core.ids import Id
from offmon.core.log.attribution import leads_by
from offmon.server.base.scope import scope
from offmon.server.base.signer import SignerClient
from offmon.server.deployments.actions import do_ask_profile, do_authorise, do_draft
from offmon.server.detectors import queries as detectors
from tests.prove.markers import proves
from tests.support.story import ANSWERS, Story
from tests.support.taken_over import Receiver, taken_over


def signed_for(story: Story, signer: SignerClient, receiver: Receiver) -> None:
    """The device's next profile, which its new officer asks for."""
    with story.console():
        asked = do_ask_profile(story.device.device, actor=receiver.officer)
    signer.sign_profile(asked)
    story.take_profile()


def drafted(story: Story, receiver: Receiver) -> Id:
    with scope(receiver.officer):
        by = {one.capability: one.ref.id for one in detectors.declarations()}
    choices = tuple(Choice(kind, (term,), (by[kind],), None) for kind, term in story.terms.items())
    return do_draft(story.case, choices[:1], actor=receiver.officer)


def test_the_next_profile_is_signed_as_before_and_names_the_new_controller(story: Story, signer: SignerClient) -> None:
    signer.sign_profile(story.ask_profile())
    story.take_profile()
    receiver = taken_over(story)
    signed_for(story, signer, receiver)
    before, after = story.profiles
    assert [one.agency for one in before.controllers] == [story.agency]
    assert [one.agency for one in after.controllers] == [receiver.agency]
    kept = {"device_key", "deployment", "device", "evidence_key", "agency", "log_origin", "grants"}
    assert {name: getattr(after, name) for name in kept} == {name: getattr(before, name) for name in kept}
    assert after.version == before.version + 1


@proves("S175", leads_by, disabled=lambda log, agency, at: (agency,))
def test_what_the_new_agency_drafts_and_authorises_is_signed(story: Story, signer: SignerClient) -> None:
    signer.sign_profile(story.ask_profile())
    story.take_profile()
    receiver = taken_over(story)
    with story.console(), story.with_keys():
        authorisation = drafted(story, receiver)
        do_authorise(authorisation, ANSWERS, actor=receiver.authoriser)
    signed_for(story, signer, receiver)
    assert len(story.profiles[-1].grants) == 1
