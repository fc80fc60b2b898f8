"""A list of sensitive data in the console: chosen with three answers, seen by the authoriser, authorised or refused (R-DPA-3)."""

from dataclasses import replace

import pytest
from django.test import Client

from offmon.core.authority.capability import Capability
from offmon.core.authority.policy_document import check_policies
from offmon.core.authority.profile import Choice, Sensitive
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.log.records import AuthorisationRecord
from offmon.server.deployments.actions import authority
from tests.integration.console.office import Office, send, send_checked, sign_in
from tests.integration.console.test_acts import errors, monitoring
from tests.integration.oversight.test_signed import another_list
from tests.prove.markers import proves
from tests.support.policies import NECESSARY, documented, prepare_policy

ANSWERS = dict.fromkeys(("aim", "rational_link", "less_intrusive", "fair_balance"), "In my own words.") | {
    "review_in": "12"
}


def chosen(office: Office, listed: Id, **more: object) -> dict[str, object]:
    return {"site_terms": [office.story.terms[Capability.SITE]], "site_lists": [listed], **more}


def why_of(why: Sensitive) -> dict[str, object]:
    return {"site_necessary": why.strictly_necessary, "site_condition": why.condition.value, "site_policy": why.apd}


def draft_it(office: Office, officer: Client) -> tuple[str, Sensitive, AuthorisationRecord]:
    """The address of the case, why the list was chosen, and the draft."""
    case, listed, why = (
        f"/cases/{office.story.case}/",
        another_list(office.story, sensitive=True),
        documented(office.story),
    )
    missing = errors(send(officer, f"{case}draft/", **chosen(office, listed)))
    for said in ("Enter why it is strictly necessary", "Select the condition of the law", "Select the policy document"):
        assert said in missing
    assert send(officer, f"{case}draft/", **chosen(office, listed, **why_of(why))).status_code == 302
    waiting = [one for one in monitoring(office).authorisations if one.authorised_by is None]
    return case, why, waiting[0]


def test_without_a_policy_document_in_force_it_is_not_offered_and_the_page_says_what_to_do(office: Office) -> None:
    listed = another_list(office.story, sensitive=True)
    waiting = prepare_policy(office.story)
    officer = sign_in("officer")
    page = officer.get(f"/cases/{office.story.case}/draft/").content.decode()
    assert "no policy document is in force. Ask a supervisor to add one" in page
    assert (listed in page, waiting in page, "site_policy" in page) == (False, False, False)
    assert "Select from" in errors(send(officer, f"/cases/{office.story.case}/draft/", **chosen(office, listed)))


@proves("S127", check_policies, disabled=lambda choices, policies, at: None)
def test_nobody_drafts_under_a_policy_document_that_waits_or_by_dates_of_their_own(office: Office) -> None:
    story, listed, why = office.story, another_list(office.story, sensitive=True), documented(office.story)
    longer = replace(why, apd_period=Period(why.apd_period.since, None))
    for forged in (replace(why, apd=prepare_policy(story)), longer):
        choice = Choice(Capability.SITE, (story.terms[Capability.SITE],), (listed,), forged)
        with pytest.raises(Refused, match="no policy document"):
            authority.do_draft(story.case, (choice,), actor=story.officer)


def test_it_is_chosen_with_three_answers_that_the_second_person_sees_before_authorising(office: Office) -> None:
    officer, authoriser = sign_in("officer"), sign_in("authoriser")
    case, why, draft = draft_it(office, officer)
    [choice] = draft.choices
    assert choice.sensitive == why
    for page in (
        authoriser.get(f"{case}drafts/{draft.id}/"),
        authoriser.get(f"{case}drafts/{draft.id}/authorise/"),
        send(authoriser, f"{case}drafts/{draft.id}/authorise/", **ANSWERS),
        send(authoriser, f"{case}drafts/{draft.id}/refuse/", reason="Too much."),
    ):
        shown = page.content.decode()
        for said in (NECESSARY, "Schedule 8, paragraph 2", "Sensitive data in supervision, version 1", "end then"):
            assert said in shown
    assert send_checked(authoriser, f"{case}drafts/{draft.id}/authorise/", **ANSWERS).status_code == 302


def test_the_second_person_refuses_with_a_reason_and_nobody_authorises_it_then(office: Office) -> None:
    officer, authoriser = sign_in("officer"), sign_in("authoriser")
    case, _, draft = draft_it(office, officer)
    assert officer.get(f"{case}drafts/{draft.id}/refuse/").status_code == 403
    assert "Enter why you refuse it" in errors(send(authoriser, f"{case}drafts/{draft.id}/refuse/"))
    assert send_checked(authoriser, f"{case}drafts/{draft.id}/refuse/", reason="Visits would do.").status_code == 302
    assert "Visits would do." in officer.get(f"{case}drafts/{draft.id}/").content.decode()
    assert ", refused" in officer.get(f"{case}monitoring/").content.decode()
    assert "was refused" in authoriser.get(f"{case}drafts/{draft.id}/authorise/").content.decode()
    [entry] = office.story.entries(Verb.DEPLOYMENT_REFUSED)
    assert (entry.actor.id, entry.reason) == (office.story.authoriser.id, "Visits would do.")
    with pytest.raises(Refused, match="refused already"):
        authority.do_authorise(draft.id, authority.ProportionalityAnswers(*"abcd"), actor=office.story.authoriser)
