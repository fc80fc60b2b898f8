"""Nothing is signed beyond what the newest notice told the person (R-RGT-3, R-LEG-9)."""

from offmon.core.authority.capability import Capability
from offmon.core.authority.noticed import check_covers
from offmon.core.states import DeploymentState, ProfileState
from offmon.server.base.signer import SignerClient
from offmon.server.deployments import queries
from tests.integration.signer.test_sign import device_of
from tests.prove.markers import proves
from tests.support.story import Story


def signed(story: Story, signer: SignerClient) -> tuple[ProfileState, str | None]:
    """The device's next profile, asked for and put to the signer: what became of it."""
    signer.sign_profile(story.ask_profile())
    view = device_of(story)
    assert view.profile is not None
    return view.profile.state, view.refusal


def authorise(story: Story, *capabilities: Capability) -> None:
    """A new authorisation, of these alone."""
    all_terms = story.terms
    story.terms = {capability: all_terms[capability] for capability in capabilities}
    story.authorise()
    story.terms = all_terms


@proves("S33", check_covers, disabled=lambda noticed, signing: None)
def test_less_needs_no_new_notice_and_more_does(story: Story, signer: SignerClient) -> None:
    assert signed(story, signer) == (ProfileState.SIGNED, None)
    authorise(story, Capability.SITE)
    assert signed(story, signer) == (ProfileState.SIGNED, None)
    story.serve_notice()  # of visits alone
    authorise(story, Capability.SITE, Capability.PHRASE)
    assert signed(story, signer) == (ProfileState.REFUSED, "not-noticed")
    story.serve_notice()
    assert signed(story, signer) == (ProfileState.SIGNED, None)


def test_a_notice_that_was_made_and_not_served_counts_for_nothing(story: Story, signer: SignerClient) -> None:
    authorise(story, Capability.SITE)
    story.serve_notice()
    authorise(story, Capability.SITE, Capability.PHRASE)
    story.make_notice()
    assert signed(story, signer) == (ProfileState.REFUSED, "not-noticed")


def test_a_refusal_leaves_what_was_signed_before_as_it_was(story: Story, signer: SignerClient) -> None:
    assert signed(story, signer) == (ProfileState.SIGNED, None)
    story.take_profile()
    authorise(story, Capability.SITE)
    story.serve_notice()
    authorise(story, Capability.SITE, Capability.PHRASE)
    assert signed(story, signer) == (ProfileState.REFUSED, "not-noticed")
    story.take_profile()
    assert story.profiles[-1] == story.profiles[0]
    with story.console():
        found = queries.deployment_of(story.case, actor=story.officer)
    assert found is not None
    assert found.state is DeploymentState.NOTICE_SERVED
