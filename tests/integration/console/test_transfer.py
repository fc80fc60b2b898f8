"""Another agency takes a case over, through the pages: proposed, approved, accepted; each no; and what each sees afterwards."""

import re
from unittest.mock import patch

import pytest
from django.db import IntegrityError
from django.test import Client

from offmon.core import clock as time
from offmon.core.access.roles import Role
from offmon.core.log.audit import Verb
from offmon.server.agencies.actions import end_grants
from offmon.server.agencies.transfers import actions as transfers
from offmon.server.agencies.transfers.actions import offer_of
from offmon.server.agencies.transfers.models import Transfer, TransferOffer
from offmon.server.base import clock
from offmon.server.base.scope import scope
from tests.integration.console.office import Office, decide, send, sign_in, sign_in_as, sign_in_name
from tests.prove.markers import proves
from tests.unit.server.faces.matrix import Whose

NAME = "An invented probation service"
WHY = "The person moved to another county."
NO = "The case is not ready."


def text(browser: Client, path: str) -> str:
    return re.sub(r"\s+", " ", browser.get(path).content.decode())


def case_of(office: Office) -> str:
    return f"/cases/{office.story.case}/"


def proposed(office: Office, officer: Client) -> str:
    """The address of a proposal that the case's officer made."""
    today = time.local_day(clock.now())
    day = {"counts_from-day": today.day, "counts_from-month": today.month, "counts_from-year": today.year}
    answer = send(officer, f"{case_of(office)}transfers/new/", receiver=office.other_agency, reason=WHY, **day)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def offered(office: Office, officer: Client, supervisor: Client) -> str:
    """The address at which the other agency answers."""
    path = proposed(office, officer)
    answer = send(supervisor, f"{path}approve/", sure="on")
    assert answer.status_code == 302, answer.content.decode()
    [entry] = office.story.entries(Verb.TRANSFER_APPROVED)
    return f"/transfers/{next(one.id for one in entry.touched if one.table == 'transfer-offer')}/"


def receiving(office: Office) -> Client:
    """A supervisor of the other agency, who turned to the case that is offered."""
    browser = sign_in(sign_in_name(Role.SUPERVISOR, Whose.ANOTHER_AGENCYS))
    assert "1 waiting elsewhere" in text(browser, "/")
    assert send(browser, "/working-for/", agency=office.story.agency).status_code == 302
    return browser


def new_officer(office: Office) -> str:
    return office.staff[Role.OFFENDER_MANAGER, Whose.ANOTHER_AGENCYS]


@proves("S176", end_grants, disabled=lambda which, reason, *, actor: None)
def test_the_other_agency_takes_the_case_over_and_the_first_sees_it_no_more(office: Office) -> None:
    officer, supervisor, case = sign_in("officer"), sign_in("supervisor"), case_of(office)
    path = offered(office, officer, supervisor)
    receiver = receiving(office)
    assert "Accept a case from another agency" in text(receiver, "/")
    page = text(receiver, path)
    assert WHY in page
    assert "Sam Invented" not in text(receiver, "/") + page
    assert receiver.get(case).status_code == 404
    answer = send(receiver, path, officer=new_officer(office))
    assert answer.status_code == 302, answer.content.decode()
    assert "Sam Invented" in text(receiver, answer["Location"])
    for browser in (officer, supervisor):
        assert browser.get(case).status_code == 404
        assert "Sam Invented" not in "".join(text(browser, one) for one in ("/", "/cases/", "/alerts/", "/tasks/"))
    [accepted] = office.story.entries(Verb.TRANSFER_ACCEPTED)
    assert (accepted.agency, accepted.actor.agency, accepted.recipient) == (
        office.story.agency,
        office.other_agency,
        NAME,
    )


def test_the_new_officer_goes_on_with_the_whole_case(office: Office) -> None:
    path, case = offered(office, sign_in("officer"), sign_in("supervisor")), case_of(office)
    assert send(receiving(office), path, officer=new_officer(office)).status_code == 302
    browser = sign_in(sign_in_name(Role.OFFENDER_MANAGER, Whose.ANOTHER_AGENCYS))
    assert "waiting elsewhere" in text(browser, "/")
    assert send(browser, "/working-for/", agency=f"{office.story.agency}/took-over").status_code == 302
    for tab in ("", "orders/", "monitoring/", "alerts/", "evidence/", "people/", "log/", "draft/", "record/"):
        assert browser.get(case + tab).status_code == 200, tab
    [alert] = office.story.alerts
    assert "Sam Invented" in text(browser, "/alerts/")
    browser.get(f"/alerts/{alert}/")
    assert decide(browser, alert, outcome="permitted", reason="The licence allows it.").status_code == 302
    assert browser.get("/lists/new/").status_code == 403
    assert browser.get("/cases/new/").status_code == 200
    assert f"{NAME}, lead agency" in text(browser, f"{case}people/")


def test_the_first_agency_s_supervisor_says_no_and_the_officer_reads_it(office: Office) -> None:
    officer = sign_in("officer")
    path = proposed(office, officer)
    assert "Approve the transfer" not in text(officer, path)
    assert officer.get(f"{path}approve/").status_code == 403
    supervisor = sign_in("supervisor")
    assert "Approve a transfer to another agency" in text(supervisor, "/")
    assert send(supervisor, f"{path}refuse/", reason=NO).status_code == 302
    assert NO in text(officer, "/")
    assert office.story.entries(Verb.TRANSFER_APPROVED) == []


def test_the_other_agency_says_no_and_the_officer_reads_it(office: Office) -> None:
    officer = sign_in("officer")
    path = offered(office, officer, sign_in("supervisor"))
    assert NAME in text(officer, f"{case_of(office)}people/")
    receiver = receiving(office)
    assert send(receiver, f"{path}decline/", reason=NO).status_code == 302
    assert NO in text(officer, "/")
    assert officer.get(case_of(office)).status_code == 200
    assert receiver.get(case_of(office)).status_code == 404


def test_only_the_agency_that_is_asked_sees_the_offer_and_only_its_supervisor_answers(office: Office) -> None:
    path = offered(office, sign_in("officer"), sign_in("supervisor"))
    for role, whose, status in (
        (Role.SUPERVISOR, Whose.COLLEAGUES, 404),
        (Role.SUPERVISOR, Whose.OWN, 404),
        (Role.OFFENDER_MANAGER, Whose.ANOTHER_AGENCYS, 403),
    ):
        assert sign_in_as(office, role, whose).get(path).status_code == status, role


def test_a_crash_while_the_case_is_handed_over_leaves_it_where_it_was(office: Office) -> None:
    officer = sign_in("officer")
    path = offered(office, officer, sign_in("supervisor"))
    receiver = receiving(office)
    with patch.object(transfers, "_ask_no_longer", side_effect=RuntimeError("the power went")):
        assert send(receiver, path, officer=new_officer(office)).status_code == 500
    assert officer.get(case_of(office)).status_code == 200
    assert office.story.entries(Verb.TRANSFER_ACCEPTED) == []
    assert send(receiver, path, officer=new_officer(office)).status_code == 302
    assert officer.get(case_of(office)).status_code == 404


@proves("S175", drop="drop trigger as_approved on agencies_transferoffer")
def test_the_database_takes_no_offer_of_what_nobody_approved(office: Office) -> None:
    proposed(office, sign_in("officer"))
    story = office.story
    with story.console(), scope(story.supervisor):
        asked = Transfer.objects.get()
        asked.approved_by, asked.approved_at, asked.agreed_in = (
            story.supervisor.id,
            clock.now(),
            story.supervisor.session,
        )
        with patch.object(Transfer, "save"), pytest.raises(IntegrityError):
            offer_of(asked, transfers.Summary("86/1", [], 1), actor=story.supervisor)


@proves("S175", drop="drop trigger answered_there on agencies_transferoffer")
def test_the_database_takes_an_answer_from_the_agency_that_is_asked_alone(office: Office) -> None:
    offered(office, sign_in("officer"), sign_in("supervisor"))
    story = office.story
    with story.console(), scope(story.officer):
        row = TransferOffer.objects.get()
        row.refused_by, row.refused_at, row.refusal = story.authoriser.id, clock.now(), NO
        with pytest.raises(IntegrityError):
            row.save(update_fields=["refused_by", "refused_at", "refusal"])


def test_nothing_moves_while_a_bundle_waits(office: Office) -> None:
    officer = sign_in("officer")
    path = proposed(office, officer)
    with patch("offmon.server.start_page.transfers.evidence.open_exports", return_value=1):
        assert "an evidence bundle is asked for" in text(officer, path)
        answer = send(sign_in("supervisor"), f"{path}approve/", sure="on")
    assert "must finish it first" in answer.content.decode()
    assert office.story.entries(Verb.TRANSFER_APPROVED) == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.DATA_PROTECTION])
def test_the_first_agency_s_readers_of_the_log_read_nothing_of_the_time_since(office: Office, role: Role) -> None:
    path = offered(office, sign_in("officer"), sign_in("supervisor"))
    assert send(receiving(office), path, officer=new_officer(office)).status_code == 302
    browser = sign_in(sign_in_name(role, Whose.OWN))
    assert (
        send(
            browser, "/log/", purpose="lawfulness", question="Who looked at this person since then, and why?"
        ).status_code
        == 302
    )
    [accepted] = office.story.entries(Verb.TRANSFER_ACCEPTED)
    assert accepted.actor.id not in text(browser, "/log/")
