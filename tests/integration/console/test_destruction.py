"""What was collected is destroyed at the console by two named people, with a reason, once nobody needs it (issue 15; R-RET-9, R-RET-10)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.clock import Period
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.core.person.destruction import OBSTACLE_WORDS, Obstacle, check_destroyable
from offmon.server.base.clock import now
from offmon.server.evidence.actions import ExportRequest, SealRequest, do_ask_export, do_ask_seal
from offmon.server.rights.destruction import queries
from tests.integration.console.addresses import a_request
from tests.integration.console.office import Office, hidden, send, send_checked, sign_in, sign_in_as
from tests.integration.console.test_acts import errors
from tests.integration.console.test_reads import vault_behind
from tests.prove.markers import proves
from tests.support import accounts
from tests.support.destroyed import REASON, close, end_monitoring, end_order
from tests.support.story import Story
from tests.support.taken import overwrite
from tests.unit.server.faces.matrix import Whose


def path(office: Office, page: str = "new/") -> str:
    return f"/cases/{office.story.case}/destructions/{page}"


def seen(answer: Any) -> str:
    """The page as it is read."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def ask(office: Office, officer: Client) -> str:
    """Asked, with the answers checked; the address of the request."""
    answer = send_checked(officer, path(office), reason=REASON)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def approve(supervisor: Client, request: str) -> HttpResponse:
    return send(supervisor, f"{request}approve/")


def key_is_there(story: Story) -> bool:
    return (story.opening_keys / f"{story.deployment}.key").exists()


def test_two_people_have_it_destroyed_and_a_certificate_says_so(office: Office) -> None:
    story = close(office.story)
    officer, supervisor = sign_in("officer"), sign_in("supervisor")
    checked = send(officer, path(office), reason=REASON)
    assert "nobody can ever open these disclosures again" in seen(checked)
    request = ask(office, officer)
    assert "Decide on a destruction" in seen(supervisor.get("/"))
    assert "Destruction waits for your approval" in seen(supervisor.get("/cases/"))
    assert "Decide on a destruction" not in seen(officer.get("/"))
    assert "There is no certificate yet" in seen(officer.get(f"{request}certificate/"))
    assert REASON in seen(supervisor.get(f"{request}approve/"))
    with vault_behind(story, "destroy"):
        assert approve(supervisor, request).status_code == 302
    assert not key_is_there(story)
    story.publish()
    certificate = seen(officer.get(f"{request}certificate/"))
    fingerprint = queries.of_case(story.case, actor=story.officer)[0].key
    for said in (REASON, fingerprint, story.deployment, "Requested by", "Approved by", "A witness cosigned"):
        assert said in certificate
    assert "Cases (1)" not in seen(supervisor.get("/cases/"))
    assert "Key for disclosures Destroyed" in seen(officer.get(f"/cases/{story.case}/monitoring/"))
    acts = (Verb.DESTRUCTION_ASKED, Verb.DESTRUCTION_APPROVED, Verb.DISPOSED, Verb.DESTRUCTION_DONE)
    by = [(entry.verb, entry.actor.id) for entry in story.entries(*acts)]
    people = (story.officer.id, story.supervisor.id, story.vault.id, story.vault.id)
    assert by == list(zip(acts, people, strict=True))


@proves("S123", queries.check_committed, disabled=lambda row, entry: None)
def test_a_record_that_was_changed_behind_the_log_gives_no_certificate(office: Office) -> None:
    story = close(office.story)
    request = ask(office, sign_in("officer"))
    with vault_behind(story, "destroy"):
        approve(sign_in("supervisor"), request)
    story.publish()
    overwrite(story, "rights_destruction", request.split("/")[-2], {"reason": "Another reason."})
    answer = sign_in("colleague").get(f"{request}certificate/")
    assert answer.status_code != 200
    assert "Another reason." not in answer.content.decode()


def test_the_second_says_no_and_the_first_reads_why(office: Office) -> None:
    story = close(office.story)
    officer, supervisor = sign_in("officer"), sign_in("supervisor")
    request = ask(office, officer)
    assert "Enter why you refuse" in errors(send(supervisor, f"{request}refuse/", reason=" "))
    assert send(supervisor, f"{request}refuse/", reason="The appeal still runs.").status_code == 302
    page = seen(officer.get(request))
    assert "The appeal still runs." in page
    assert "Request the destruction again" in page
    assert "There is nothing to approve: refused." in seen(supervisor.get(f"{request}approve/"))
    assert key_is_there(story)
    assert ask(office, officer) != request


def test_while_one_waits_nobody_asks_for_another(office: Office) -> None:
    close(office.story)
    ask(office, sign_in("officer"))
    answer = send_checked(sign_in("colleague"), path(office), reason=REASON)
    assert "requested already" in errors(answer)


def test_who_asked_does_not_approve_though_they_have_become_a_supervisor(office: Office) -> None:
    story = close(office.story)
    request = ask(office, sign_in("officer"))
    accounts.change(story.database, story.officer.id, role=Role.SUPERVISOR)
    supervisor = sign_in("officer")
    assert "a colleague must decide" in seen(supervisor.get(f"{request}approve/"))
    other = sign_in("supervisor").get(f"{request}approve/")
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', supervisor.get("/sign-out/").content.decode())[0]
    assert other.status_code == 200
    answer: Any = supervisor.post(f"{request}approve/", {"csrfmiddlewaretoken": token})
    assert answer.status_code == 200
    assert story.entries(Verb.DESTRUCTION_APPROVED) == []
    assert key_is_there(story)


def a_bundle(office: Office) -> None:
    request = ExportRequest("An invented court", "A hearing", Period(Ms(0), now()))
    do_ask_export(office.story.case, request, actor=office.story.officer)


def an_exhibit(office: Office) -> None:
    story = office.story
    one = story.alert().occurrences[0]
    asked = SealRequest("AB", story.supervisor.id, "For the investigation.")
    do_ask_seal(story.alerts[0], one.leaf, one.place, asked, actor=story.officer)


def a_question(office: Office) -> None:
    a_request(office.story)


def another_order(office: Office) -> None:
    office.story.record_order()


OPENS: dict[Obstacle, Callable[[Office], None]] = {
    Obstacle.COLLECTING: another_order,
    Obstacle.EXPORT: a_bundle,
    Obstacle.EXHIBIT: an_exhibit,
    Obstacle.REQUEST: a_question,
}


@pytest.mark.parametrize("what", OPENS)
@proves("S121", check_destroyable, disabled=lambda work: None)
def test_while_one_thing_is_open_nobody_asks_and_nobody_approves(office: Office, what: Obstacle) -> None:
    story = close(office.story)
    officer, supervisor = sign_in("officer"), sign_in("supervisor")
    request = ask(office, officer)
    opened = supervisor.get(f"{request}approve/")
    OPENS[what](office)
    assert OBSTACLE_WORDS[what] in seen(supervisor.get(f"{request}approve/"))
    answer: Any = supervisor.post(f"{request}approve/", hidden(opened))
    assert OBSTACLE_WORDS[what].split(".")[0] in errors(answer)
    send(supervisor, f"{request}refuse/", reason="Something is open.")
    assert OBSTACLE_WORDS[what] in seen(officer.get(path(office)))
    assert key_is_there(story)


def test_an_alert_that_nobody_decided_stands_in_the_way(office: Office) -> None:
    end_monitoring(office.story)
    page = seen(sign_in("officer").get(path(office)))
    assert OBSTACLE_WORDS[Obstacle.ALERT] in page
    assert OBSTACLE_WORDS[Obstacle.COLLECTING] not in page


def test_monitoring_goes_on_until_each_device_has_its_last_profile(office: Office) -> None:
    story, officer = office.story, sign_in("officer")
    end_order(story)
    assert OBSTACLE_WORDS[Obstacle.COLLECTING] in seen(officer.get(path(office)))
    story.sign(story.ask_profile())
    assert OBSTACLE_WORDS[Obstacle.COLLECTING] not in seen(officer.get(path(office)))


def test_a_vault_that_is_down_destroys_later_and_the_page_says_so(office: Office) -> None:
    story = close(office.story)
    request, supervisor = ask(office, sign_in("officer")), sign_in("supervisor")
    assert approve(supervisor, request).status_code == 302
    page = seen(supervisor.get(request))
    assert "Approved, waiting for the vault" in page
    assert "We ask it again until it has destroyed the key" in page
    assert key_is_there(story)


def test_it_is_asked_for_with_a_factor_shown_lately_and_by_nobody_else(office: Office) -> None:
    close(office.story)
    request = ask(office, sign_in("officer"))
    for whose, status in ((Whose.COLLEAGUES, 404), (Whose.ANOTHER_AGENCYS, 404), (Whose.PARTYS, 403)):
        browser = sign_in_as(office, Role.SUPERVISOR, whose)
        assert browser.get(f"{request}refuse/").status_code == status
    elsewhere = sign_in_as(office, Role.OFFENDER_MANAGER, Whose.ANOTHER_AGENCYS)
    assert elsewhere.get(path(office)).status_code == 404
