"""A device gets no first profile with a list that can raise an urgent alert unless somebody would answer (issue 20)."""

import pytest

from offmon.core.authority.standstill import Why
from offmon.core.errors import Refused
from offmon.core.states import DeploymentState
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.actions import compile as compiling
from offmon.server.deployments.actions import do_begin, do_offer_enrolment, do_resume, do_sign_profile, do_stop
from offmon.server.deployments.models import Profile
from offmon.server.deployments.queries.answering import missing_shown
from tests.prove.markers import proves
from tests.support.answered import fill_rota, reach, somebody_answers, urgent_list
from tests.support.story import Story
from tests.support.taken import superuser


def signed(story: Story) -> str | None:
    """Why the signer refused the profile that the officer asks for now; None: it signed it."""
    asked = story.ask_profile()
    with story.running(Process.SIGNER), story.with_keys():
        do_sign_profile(asked, story.signing(), actor=story.signer)
        with scope(story.signer):
            return Profile.objects.get(id=asked).refusal


def offer(story: Story) -> None:
    with story.console(), story.with_keys():
        do_offer_enrolment(story.deployment, actor=story.officer)


def nobody_is_on_call(story: Story) -> None:
    with superuser(story) as hand:
        hand.execute("update agencies_shift set ended_at = since, ended_by = staff_id")


@proves("S197", compiling._check_answered, disabled=lambda basis, grants, live: None)
def test_the_signer_refuses_a_first_profile_until_somebody_answers(story: Story) -> None:
    urgent_list(story)
    assert signed(story) == "nobody-answers"
    fill_rota(story)
    assert signed(story) == "nobody-answers"
    reach(story, (story.colleague,))
    assert signed(story) == "nobody-answers"
    reach(story, (story.supervisor,))
    assert signed(story) is None


def test_a_list_that_raises_none_asks_for_nobody(story: Story) -> None:
    assert signed(story) is None
    offer(story)


def test_a_device_that_has_a_profile_keeps_getting_them_when_the_rota_has_a_gap(story: Story) -> None:
    urgent_list(story)
    somebody_answers(story)
    assert signed(story) is None
    nobody_is_on_call(story)
    assert signed(story) is None


def test_no_code_is_given_out_and_the_page_says_what_is_missing(story: Story) -> None:
    urgent_list(story)
    with pytest.raises(Refused, match="On call"):
        offer(story)
    fill_rota(story)
    with story.console():
        missing = missing_shown(story.deployment, actor=story.officer)
    assert missing is not None
    assert (missing.gaps, missing.unreached) == ((), ("Colleague Invented", "Supervisor Invented"))
    with pytest.raises(Refused, match="How you are reached"):
        offer(story)
    reach(story, (story.colleague, story.supervisor))
    with story.console():
        assert missing_shown(story.deployment, actor=story.officer) is None
    offer(story)


def test_suspended_monitoring_is_resumed_only_if_somebody_answers(story: Story) -> None:
    urgent_list(story)
    somebody_answers(story)
    assert signed(story) is None
    with story.running(Process.WORKER):
        do_begin(story.deployment, actor=story.worker)
    with story.console():
        do_stop(story.deployment, DeploymentState.SUSPENDED, Why.CUSTODY, "in prison", actor=story.officer)
    nobody_is_on_call(story)
    with story.console(), pytest.raises(Refused, match="could reach nobody"):
        do_resume(story.deployment, "released", actor=story.officer)
