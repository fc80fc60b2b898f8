"""No renewal without a person: a lease ends with the review that is due, and nothing is signed past it (R-LEG-23)."""

from offmon.core import clock
from offmon.core.authority import review as rule
from offmon.core.authority.review import ReviewOutcome
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.actions import do_authorise, do_draft, do_put_off, do_review, do_sign_profile
from offmon.server.deployments.models import Authorisation
from tests.integration.signer.test_newer_order import renewed
from tests.integration.signer.test_sign import device_of
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import ANSWERS, Story
from tests.support.taken import a_row, forge, overwrite

SOON = 3 * clock.DAY_MS


def authorised_for(story: Story, ms: int) -> None:
    """The same once more, to be reviewed within that time."""
    with story.console(), scope(story.officer):
        choices = Authorisation.objects.get(id=story.authorisation).chosen or ()
    with story.console():
        story.authorisation = do_draft(story.case, choices, actor=story.officer)
        do_authorise(story.authorisation, ANSWERS, ms, actor=story.authoriser)
    story.serve_notice()


def reviewed(story: Story, due: Ms) -> None:
    with story.console():
        outcome = ReviewOutcome.CONTINUE
        do_review(story.authorisation, outcome, "Nothing was found in two months.", due, actor=story.authoriser)


def asked(story: Story) -> None:
    """The next profile is asked for, and signed or refused."""
    profile = story.ask_profile()
    with story.running(Process.SIGNER), story.with_keys():
        do_sign_profile(profile, story.signing(), actor=story.signer)


def test_a_lease_ends_with_the_review_that_is_due_and_goes_on_once_it_is_recorded(story: Story) -> None:
    authorised_for(story, SOON)
    before = now()
    story.sign(story.ask_profile())
    until = story.profiles[-1].lease.until
    assert until is not None
    assert until <= now() + SOON
    assert renewed(story) == []  # the next would end then too
    due = Ms(now() + 20 * clock.DAY_MS)
    reviewed(story, due)
    for asked in renewed(story):
        story.sign(asked)
    assert story.profiles[-1].lease.until == due
    assert len(story.entries(Verb.DEPLOYMENT_REVIEWED)) == 1
    assert before < due


@proves("S166", rule.check_reviewed, disabled=lambda due, lease: None)
def test_past_it_nothing_is_signed_and_the_worker_asks_no_person(story: Story) -> None:
    authorised_for(story, 1)
    asked(story)
    assert device_of(story).refusal == "review-due"
    reviewed(story, Ms(now() + SOON))
    story.sign(story.ask_profile())
    assert device_of(story).refusal is None
    assert story.profiles[-1].grants


def test_put_off_by_a_supervisor_it_goes_on_until_then_and_never_by_who_reviews(story: Story) -> None:
    authorised_for(story, 1)
    due = Ms(now() + SOON)
    with story.console():
        refused = code_of(do_put_off, story.authorisation, "Ill.", due, actor=story.authoriser)
        assert refused == "not-permitted"
        do_put_off(story.authorisation, "The authoriser is ill (invented).", due, actor=story.supervisor)
    story.sign(story.ask_profile())
    assert story.profiles[-1].lease.until == due


def test_who_drafted_reviews_nothing_nor_an_older_authorisation(story: Story) -> None:
    outcome, older = ReviewOutcome.CONTINUE, story.authorisation
    authorised_for(story, SOON)
    with story.console():
        given = (outcome, "It goes on.", Ms(now() + SOON))
        assert code_of(do_review, story.authorisation, *given, actor=story.officer) == "not-permitted"
        assert code_of(do_review, older, *given, actor=story.authoriser) == "not-reviewed"
        far = Ms(now() + rule.LATER_MS + clock.DAY_MS)
        assert code_of(do_review, story.authorisation, outcome, "x", far, actor=story.authoriser) == "review-too-late"
        assert code_of(do_review, story.authorisation, outcome, " ", Ms(now() + SOON), actor=story.authoriser) == (
            "no-reason"
        )


def test_a_review_that_nobody_made_counts_nothing(story: Story) -> None:
    """Written by hand, with an entry of another act that names it."""
    authorised_for(story, 1)
    row = a_row(story) | {
        "authorisation_id": story.authorisation, "outcome": "continue", "reasons": "x", "reviewed_by": story.authoriser.id,
        "reviewed_at": now(), "due": now() + SOON,
    }  # fmt: skip
    forge(story, Verb.CASE_CONSULTED, "deployments_review", row)
    asked(story)
    assert device_of(story).refusal in {"act-not-logged", "rows-changed"}


def test_nor_a_first_review_that_the_database_was_told_is_years_ahead(story: Story) -> None:
    authorised_for(story, SOON)
    far = now() + 1000 * clock.DAY_MS
    overwrite(story, "deployments_authorisation", story.authorisation, {"review_by": far})
    asked(story)
    assert device_of(story).refusal in {"review-too-late", "changed-after", "rows-changed"}
