"""Whoever asked takes back what nobody has answered: a draft of monitoring, and a transfer to another agency."""

from offmon.core.access.roles import Role
from offmon.core.log.audit import Verb
from offmon.server.start_page import transfers
from tests.integration.console.office import Office, send, sign_in, sign_in_as
from tests.integration.console.test_acts import errors, monitoring
from tests.integration.console.test_sensitive import chosen
from tests.integration.console.test_transfer import case_of, offered, proposed, receiving, text
from tests.integration.oversight.test_signed import another_list
from tests.unit.server.faces.matrix import Whose

WHY = "The order was varied meanwhile."
ASKED = "Authorise monitoring"


def test_a_draft_that_is_withdrawn_waits_for_nobody_and_blocks_no_transfer(office: Office) -> None:
    officer, authoriser, supervisor = sign_in("officer"), sign_in("authoriser"), sign_in("supervisor")
    given, case = chosen(office, another_list(office.story)), case_of(office)
    assert send(officer, f"{case}draft/", **given).status_code == 302
    transfer = proposed(office, officer)
    assert "draft authorisation waits" in text(supervisor, transfer)
    [draft] = [one for one in monitoring(office).authorisations if one.authorised_by is None]
    path = f"{case}drafts/{draft.id}/"
    assert ASKED in text(authoriser, "/")
    assert (authoriser.get(f"{path}withdraw/").status_code, f"{path}withdraw/" in text(officer, path)) == (403, True)
    assert "Enter why you withdraw it" in errors(send(officer, f"{path}withdraw/"))
    assert send(officer, f"{path}withdraw/", reason=WHY).status_code == 302
    assert ASKED not in text(authoriser, "/")
    assert WHY not in text(officer, "/")
    assert WHY in text(authoriser, path)
    assert ", withdrawn" in text(officer, f"{case}monitoring/")
    assert "answered already" in text(officer, f"{path}withdraw/") + text(authoriser, f"{path}authorise/")
    [entry] = office.story.entries(Verb.DEPLOYMENT_WITHDRAWN)
    assert (entry.actor.id, entry.reason) == (office.story.officer.id, WHY)
    assert "draft authorisation waits" not in text(supervisor, transfer)


def test_a_colleague_on_the_case_withdraws_it_and_who_drafted_it_reads_so(office: Office) -> None:
    officer, case = sign_in("officer"), case_of(office)
    assert send(officer, f"{case}draft/", **chosen(office, another_list(office.story))).status_code == 302
    [draft] = [one for one in monitoring(office).authorisations if one.authorised_by is None]
    path = f"{case}drafts/{draft.id}/withdraw/"
    stranger = sign_in_as(office, Role.OFFENDER_MANAGER, Whose.COLLEAGUES)
    assert stranger.get(path).status_code == 404
    assert send(sign_in_as(office, Role.OFFENDER_MANAGER, Whose.OWN), path, reason=WHY).status_code == 302
    assert "Withdrawn" in text(officer, "/")
    assert WHY in text(officer, "/")


def test_a_transfer_is_withdrawn_before_the_supervisor_answers_and_another_can_be_proposed(office: Office) -> None:
    officer, supervisor = sign_in("officer"), sign_in("supervisor")
    path = proposed(office, officer)
    assert (supervisor.get(f"{path}withdraw/").status_code, f"{path}withdraw/" in text(officer, path)) == (403, True)
    assert send(officer, f"{path}withdraw/", reason=WHY).status_code == 302
    assert "Approve a transfer" not in text(supervisor, "/")
    assert WHY in text(supervisor, path)
    assert "answered already" in text(supervisor, f"{path}approve/")
    assert "Withdrawn" in text(officer, f"{case_of(office)}people/")
    assert proposed(office, officer) != path


def test_a_transfer_is_withdrawn_until_the_other_agency_accepts_and_not_after(office: Office) -> None:
    officer, supervisor = sign_in("officer"), sign_in("supervisor")
    offer = offered(office, officer, supervisor)
    receiver = receiving(office)
    [one] = transfers.transfers_of(office.story.case, actor=office.story.officer)
    path = f"{case_of(office)}transfers/{one.id}/"
    assert send(officer, f"{path}withdraw/", reason=WHY).status_code == 302
    assert receiver.get(offer).status_code == 404
    [entry] = office.story.entries(Verb.TRANSFER_WITHDRAWN)
    assert (entry.actor.id, entry.reason) == (office.story.officer.id, WHY)
    assert WHY in text(officer, path)
    assert "answered already" in text(officer, f"{path}withdraw/")
