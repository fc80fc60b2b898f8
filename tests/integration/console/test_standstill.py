"""Monitoring is suspended, taken up again and ended in the console; the person reads why (requirements §0.3)."""

from offmon.core.log.audit import Verb
from offmon.core.states import DeploymentState
from offmon.server.base.scope import scope
from offmon.server.deployments.models import Deployment
from tests.integration.console.office import Office, send, send_checked, sign_in
from tests.integration.console.test_acts import errors
from tests.integration.console.test_start_page import links, text


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
    assert state(office) is not DeploymentState.ENDED
    send_checked(officer, f"{case}end/", **given)
    assert state(office) is DeploymentState.ENDED
    shown = text(officer, f"{case}monitoring/")
    assert "Monitoring that has ended" in shown
    assert "A court discharged the order" in shown
    assert officer.get(f"{case}resume/").status_code == 404
