"""Monitoring is suspended, taken up again and ended in the console; the person reads why (requirements §0.3)."""

from offmon.core.clock import DAY_MS
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.core.states import DeploymentState
from offmon.server.base.scope import scope
from offmon.server.deployments.models import Deployment
from offmon.server.faces.console.words import day
from offmon.server.orders.actions import do_end_instrument
from tests.integration.console.office import Office, send, send_checked, sign_in
from tests.integration.console.test_acts import errors
from tests.integration.console.test_start_page import links, text
from tests.integration.portal.person import portal, signed_in
from tests.integration.signer.test_reviewed import authorised_for
from tests.support.fake_device import now


def state(office: Office) -> DeploymentState:
    with office.story.console(), scope(office.story.officer):
        return Deployment.objects.get(id=office.story.deployment).state


def test_custody_and_return(office: Office) -> None:
    officer, case = sign_in("officer"), f"/cases/{office.story.case}/"
    stops = {f"{case}suspend/", f"{case}end/"}
    assert stops <= set(links(officer, f"{case}monitoring/"))
    assert not stops & set(links(sign_in("supervisor"), f"{case}monitoring/"))
    assert "Select why" in errors(send(officer, f"{case}suspend/", reason="The prison wrote."))
    assert "Select why" in errors(send(officer, f"{case}suspend/", why="death", reason="Not of this move."))
    assert state(office) is DeploymentState.ACTIVE
    send(officer, f"{case}suspend/", why="custody", reason="The prison wrote.")
    assert state(office) is DeploymentState.SUSPENDED
    shown = text(officer, f"{case}monitoring/")
    assert "The person is in custody" in shown
    assert "Suspended" in shown
    assert f"{case}suspend/" not in links(officer, f"{case}monitoring/")
    assert "cannot become" in errors(send(officer, f"{case}suspend/", why="custody", reason="Once more."))
    send(officer, f"{case}resume/", reason="Released on 4 May.")
    assert state(office) is DeploymentState.NOTICE_SERVED
    assert "in custody" not in text(officer, f"{case}monitoring/")
    assert [len(office.story.entries(verb)) for verb in (Verb.DEPLOYMENT_SUSPENDED, Verb.DEPLOYMENT_RESUMED)] == [1, 1]


def test_an_end_is_for_good_and_stays_on_the_page(office: Office) -> None:
    officer, case = sign_in("officer"), f"/cases/{office.story.case}/"
    given = {"why": "discharged", "reason": "The order of the court of 3 March."}
    assert "that is in force. Record that end first" in errors(send_checked(officer, f"{case}end/", **given))
    assert "does not rest on a licence" in errors(
        send_checked(officer, f"{case}end/", **given | {"why": "licence_end"})
    )
    assert f"{case}orders/" in links(officer, f"{case}end/")
    assert state(office) is not DeploymentState.ENDED
    with office.story.console():
        do_end_instrument(office.story.instrument, now(), "The court discharged it.", actor=office.story.officer)
    send_checked(officer, f"{case}end/", **given)
    assert state(office) is DeploymentState.ENDED
    shown = text(officer, f"{case}monitoring/")
    assert "Monitoring that has ended" in shown
    assert "A court discharged the order" in shown
    kept = [one for one in links(officer, f"{case}monitoring/") if "/drafts/" in one or "/notices/" in one]
    assert kept  # a court asks by what right it went on
    assert {officer.get(one).status_code for one in kept} == {200}
    assert officer.get(f"{case}resume/").status_code == 404


def test_whoever_may_authorise_reviews_it_and_the_person_reads_by_when(office: Office) -> None:
    """R-LEG-23: past that day the devices get no new profile."""
    authoriser, officer, case = sign_in("authoriser"), sign_in("officer"), f"/cases/{office.story.case}/"
    assert f"{case}review/" in links(authoriser, f"{case}monitoring/")
    assert f"{case}review/" not in links(officer, f"{case}monitoring/")
    assert officer.get(f"{case}review/").status_code == 403
    given = {"outcome": "continue", "reasons": "Two visits, no gap, no complaint (invented)."}
    assert "Select when the next review is" in errors(send(authoriser, f"{case}review/", **given))
    assert "Enter your reasons" in errors(send(authoriser, f"{case}review/", outcome="step_down"))
    assert send(authoriser, f"{case}review/", **given, review_in="26").status_code == 302
    due = day(Ms(now() + 26 * 7 * DAY_MS))
    assert f"Review due {due}" in text(officer, f"{case}monitoring/")
    with portal(office.story):
        told = " ".join(signed_in(office.story).browser.get("/en/now/").content.decode().split())
    assert f"An officer must look at the monitoring again by {due}" in told


def test_a_review_that_is_near_stands_on_the_start_pages(office: Office) -> None:
    step_down = {"outcome": "step_down", "reasons": "A narrower authorisation is drafted (invented)."}
    case = f"/cases/{office.story.case}/"
    authoriser = sign_in("authoriser")
    assert "Monitoring to review" not in text(authoriser, "/")
    send(authoriser, f"{case}review/", **step_down)
    for browser in (authoriser, sign_in("officer")):
        assert "Monitoring to review" in text(browser, "/")
    assert "Monitoring to review" not in text(sign_in("supervisor"), "/")  # three days before


def test_a_supervisor_puts_a_review_off_once_and_then_it_is_recorded_or_the_monitoring_stops(office: Office) -> None:
    """R-LEG-23: from three days before it is due, for a fortnight at most, with a reason."""
    supervisor, case = sign_in("supervisor"), f"/cases/{office.story.case}/"
    put_off, given = f"{case}review/put-off/", {"days": "14", "reasons": "The authoriser is ill (invented)."}
    assert put_off not in links(supervisor, f"{case}monitoring/")
    assert "from three days before" in errors(send(supervisor, put_off, **given))
    authorised_for(office.story, 2 * DAY_MS)
    assert "Monitoring to review" in text(supervisor, "/")
    assert put_off in links(supervisor, f"{case}monitoring/")
    officer, authoriser = sign_in("officer"), sign_in("authoriser")
    assert [one.get(put_off).status_code for one in (officer, authoriser)] == [403, 403]
    assert "Enter why it is put off" in errors(send(supervisor, put_off, days="14"))
    assert send(supervisor, put_off, **given).status_code == 302
    assert f"Review due {day(Ms(now() + 14 * DAY_MS))}" in text(officer, f"{case}monitoring/")
    assert put_off not in links(supervisor, f"{case}monitoring/")
    assert "was put off once" in errors(send(supervisor, put_off, **given))
    reviewed = send(authoriser, f"{case}review/", outcome="continue", reasons="No gap (invented).", review_in="4")
    assert reviewed.status_code == 302
