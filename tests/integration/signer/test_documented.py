"""Collection of a sensitive class ends with its policy document, whoever asks for longer (R-DPA-3)."""

from dataclasses import replace

import pytest

from offmon.core import clock
from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import Choice, check_documented
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Ms
from offmon.core.log.attribution import check_policy_acts
from offmon.core.log.audit import Verb
from offmon.core.states import ProfileState
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.base.signer import SignerClient
from offmon.server.deployments.actions import do_authorise, do_draft
from offmon.server.detectors import queries as detectors
from offmon.server.detectors.actions import do_approve, do_draft_list, do_sign
from offmon.server.processes.worker import jobs
from offmon.server.processes.worker.job import Each
from tests.integration.oversight.looking import do
from tests.integration.signer.test_assessed import newest
from tests.integration.signer.test_sign import TABLE, request
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.policies import documented
from tests.support.story import ANSWERS, ENTRIES, Story, a_list
from tests.support.taken import forge

DAYS = 5  # that the policy document still runs


@pytest.fixture
def until(story: Story) -> Ms:
    """A list of a sensitive class is authorised and noticed, on a policy document that ends then."""
    ends = Ms(now() + DAYS * clock.DAY_MS)
    why = documented(story, review_by=ends)
    site = Capability.SITE
    with story.console():
        drafted = do_draft_list(replace(a_list(site, ENTRIES[site], version=2), sensitive=True), actor=story.officer)
        do_approve(drafted, actor=story.supervisor)
    with story.running(Process.SIGNER):
        do_sign(drafted, story.keys[KeyRole.LIST], actor=story.signer)
    with story.console():
        with scope(story.officer):
            [listed] = [one.ref.id for one in detectors.declarations() if one.sensitive]
        choices = (Choice(site, (story.terms[site],), (listed,), why),)
        story.authorisation = do_draft(story.case, choices, actor=story.officer)
        do_authorise(story.authorisation, ANSWERS, actor=story.authoriser)
    story.serve_notice()
    return ends


def test_a_lease_ends_with_the_policy_document_and_is_not_asked_for_again(
    story: Story, until: Ms, signer: SignerClient
) -> None:
    signer.sign_profile(story.ask_profile())
    assert newest(story) == (ProfileState.SIGNED, None, until)
    story.take_profile()
    assert story.profiles[-1].lease.until == until
    with story.running(Process.WORKER):
        assert not jobs.renew(Each("renew"), story.worker)  # it would end no later


@proves("S59", check_documented, disabled=lambda choices, lease: None)
def test_a_forged_request_for_longer_is_refused(story: Story, until: Ms, signer: SignerClient) -> None:
    row = request(story)  # thirty days
    assert row["lease_until"] > until
    forge(story, Verb.PROFILE_ASKED, TABLE, row)
    signer.sign_profile(row["id"])
    assert newest(story)[:2] == (ProfileState.REFUSED, "policy-ends-first")


@proves("S127", check_policy_acts, disabled=lambda *_: None)
def test_a_policy_document_that_nobody_else_agreed_to_supports_no_profile(
    story: Story, until: Ms, signer: SignerClient
) -> None:
    """Whoever has the console's database changes what a colleague agreed to: the log says otherwise."""
    do(story.database, "update orders_policy_document set retention = 'All of it, for ever.'")
    signer.sign_profile(story.ask_profile())
    assert newest(story)[:2] == (ProfileState.REFUSED, "policy-not-agreed")
