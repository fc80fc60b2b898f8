"""A duty inspector opens one alert by the pages, and a supervisor of the case reviews it there (issue 20)."""

from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.clock import HOUR_MS
from offmon.core.log.audit import Verb
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import errors
from tests.integration.console.test_rota import INSPECTOR, page
from tests.support.emergencies import comes_to
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose

WHY = "A child may be at risk tonight"


def at_work(office: Office) -> tuple[Client, str]:
    """An inspector on call, signed in, to whom the story's alert came; and the address of its page."""
    oak, admin = (office.actor(role, Whose.OWN) for role in (Role.DUTY_INSPECTOR, Role.TENANT_ADMIN))
    comes_to(office.story, office.story.alerts[0], oak, admin=admin)
    return sign_in(INSPECTOR), f"/alerts/{office.story.alerts[0]}/emergency/"


def test_from_the_start_page_by_reason_to_the_alert_and_no_further(office: Office) -> None:
    inspector, path = at_work(office)
    assert path in page(inspector, "/")
    assert inspector.get(path)["Location"] == f"{path}open/"
    for reason, said in (("", "Enter why"), ("urgent", "Enter why you cannot wait")):
        assert said in errors(send(inspector, f"{path}open/", reason=reason))
    assert send(inspector, f"{path}open/", reason=WHY)["Location"] == path
    shown = page(inspector, path)
    for said in (
        "Open to you for 59 minutes more",
        office.story.person,
        "Told at once: Robin Invented, Supervisor Invented",
        "You cannot decide it",
    ):
        assert said in shown, said
    assert f"/cases/{office.story.case}" not in shown
    assert "https://listed.invalid" not in shown
    assert WHY in page(inspector, "/")
    for other in (f"/cases/{office.story.case}/", f"/alerts/{office.story.alerts[0]}/", "/search/", "/alerts/"):
        assert inspector.get(other).status_code == 403
    [look] = office.story.entries(Verb.EMERGENCY_CONSULTED)
    assert (look.case, look.alert) == (office.story.case, office.story.alerts[0])


def test_after_its_hour_the_page_asks_for_a_new_reason(office: Office) -> None:
    inspector, path = at_work(office)
    send(inspector, f"{path}open/", reason=WHY)
    with superuser(office.story) as hand:
        hand.execute('update triage_emergencyopening set at = at - %s, "until" = "until" - %s', [HOUR_MS, HOUR_MS])
    answer = inspector.get(path, follow=True).content.decode()
    assert "Its hour is over" in answer
    assert office.story.person not in answer
    assert "You gave this reason before" in errors(send(inspector, f"{path}open/", reason=WHY))


def test_the_supervisor_reads_it_on_their_start_page_and_says_no(office: Office) -> None:
    inspector, path = at_work(office)
    send(inspector, f"{path}open/", reason=WHY)
    supervisor = sign_in("supervisor")
    assert "Review an alert opened in an emergency" in page(supervisor, "/")
    [entry] = office.story.entries(Verb.EMERGENCY_OPENED)
    review = f"/cases/{office.story.case}/emergencies/{entry.touched[0].id}/"
    assert review in page(supervisor, "/")
    assert WHY in page(supervisor, review)
    assert "Enter why it was not justified" in errors(send(supervisor, review, justified="no", why_not=" "))
    assert send(supervisor, review, justified="no", why_not="She was at her desk").status_code == 302
    assert "Review an alert opened" not in page(supervisor, "/")
    assert "She was at her desk" in page(supervisor, review)
    assert "Not justified: She was at her desk" in page(inspector, "/")


def test_who_shows_no_factor_is_asked_for_one_first(office: Office) -> None:
    inspector, path = at_work(office)
    with superuser(office.story) as hand:
        hand.execute("update agencies_factorshown set at = at - %s", [HOUR_MS])
    assert inspector.get(f"{path}open/")["Location"].startswith("/show-again/")
