"""Whoever asks for a bundle chooses what it opens; what nobody decided, or was not theirs, stays closed without a reason."""

import re
from datetime import date
from typing import Any

from django.test import Client

from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.evidence.models import Export
from offmon.server.triage.queries.choosing import ids_of
from tests.integration.console.addresses import beside_story
from tests.integration.console.office import Office, send, send_checked, sign_in
from tests.integration.console.test_acts import day
from tests.support.story import Story

ASKED = {
    "recipient": "An invented court",
    "reason": "A hearing",
    **day("since", date(2026, 1, 1)),
    **day("until", date(2099, 1, 1)),
}


def ticked(browser: Client, story: Story) -> list[str]:
    """The alerts that are chosen before anybody chooses."""
    page = browser.get(f"/cases/{story.case}/exports/new/").content.decode()
    return re.findall(r'name="alerts" type="checkbox" value="([0-9a-f]{32})" checked', page)


def chosen(story: Story) -> Export | None:
    with story.running(Process.VAULT), scope(story.vault):
        return Export.objects.order_by("-asked_at").first()


def test_an_undecided_alert_is_not_chosen_beforehand_and_opens_only_for_a_reason(office: Office) -> None:
    story, officer = office.story, sign_in("officer")
    form = f"/cases/{story.case}/exports/new/"
    assert ticked(officer, story) == []
    refused = send(officer, form, **ASKED, alerts=story.alerts).content.decode()
    assert "Enter why the court needs an alert that is not decided" in refused
    assert chosen(story) is None
    answer = send_checked(officer, form, **ASKED, alerts=story.alerts, closed_reason="The judge ordered it.")
    assert answer.status_code == 302
    row = chosen(story)
    assert row is not None
    assert (row.alerts, row.closed_reason) == (story.alerts, "The judge ordered it.")


def test_a_request_that_is_sent_twice_asks_once(office: Office) -> None:
    story, officer = office.story, sign_in("officer")
    form = f"/cases/{story.case}/exports/new/"
    given: dict[str, Any] = {**ASKED, "alerts": story.alerts, "closed_reason": "Ordered."}
    first, again = (send_checked(officer, form, **given) for _ in range(2))
    assert first["Location"] == again["Location"]
    assert "You requested this bundle already" in officer.get(again["Location"]).content.decode()
    assert len(story.entries(Verb.EXPORT_ASKED)) == 1
    assert send_checked(officer, form, **{**given, "reason": "An appeal"})["Location"] != first["Location"]


def test_a_decided_alert_is_chosen_beforehand_and_one_of_another_person_is_not(office: Office) -> None:
    story, officer = office.story, sign_in("officer")
    [alert] = story.alerts
    story.decide(DecisionOutcome.EVIDENTIAL)
    assert ticked(officer, story) == [alert]
    assert "evidential" in officer.get(f"/cases/{story.case}/exports/new/").content.decode()


def test_an_alert_of_another_person_is_counted_and_left_closed(office: Office) -> None:
    story, officer = office.story, sign_in("officer")
    story.decide(DecisionOutcome.NOT_THIS_PERSON)
    assert ticked(officer, story) == []
    assert send_checked(officer, f"/cases/{story.case}/exports/new/", **ASKED).status_code == 302
    row = chosen(story)
    assert row is not None
    assert (row.alerts, row.closed_reason) == ([], None)
    story.publish()
    supervisor = sign_in("supervisor")
    page = supervisor.get(f"/cases/{story.case}/exports/{row.id}/approve/").content.decode()
    assert "Disclosure left closed: not this person" in page


def test_an_alert_of_another_case_is_no_choice(office: Office) -> None:
    story, other = office.story, beside_story(office, "Pat Otherwise")
    other.disclose()
    other.send()
    other.raise_alerts()
    with story.running(Process.VAULT), scope(story.vault):
        theirs: list[Id] = sorted(ids_of(other.case))
    page = send(sign_in("officer"), f"/cases/{story.case}/exports/new/", **ASKED, alerts=theirs, closed_reason="All.")
    assert "Select" in page.content.decode()
    assert chosen(story) is None
