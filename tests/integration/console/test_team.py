"""How the supervisor's team stands: who is behind, who has room, and which case nobody keeps (issue 18)."""

import re

from django.test import Client

from offmon.core import clock as time
from offmon.core.access.roles import Permission, Role
from offmon.core.log.audit import Verb
from offmon.server.agencies.actions import do_end_caseload
from offmon.server.agencies.queries import colleagues_on
from offmon.server.base.clock import now
from offmon.server.base.scope import scope
from offmon.server.people.queries import names_of
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.integration.console.test_start_page import links, text
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose

HEADS = ("cases", "alerts", "overdue", "passed on", "oldest", "tasks", "late tasks", "reveals")


def lines(browser: Client) -> dict[str, dict[str, str]]:
    """What the table says of each officer, in its order."""
    page = browser.get("/team/").content.decode()
    found = {}
    for row in re.findall(r"<tr.*?</tr>", page.partition("<tbody")[2].partition("</tbody>")[0], re.DOTALL):
        cells = [
            " ".join(re.sub(r"<.*?>", " ", one).split()) for one in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        found[cells[0]] = dict(zip(HEADS, cells[1:], strict=True))
    return found


def office_reference(office: Office) -> str:
    with office.story.console(), office.story.with_keys(), scope(office.story.supervisor):
        return names_of([office.story.case])[office.story.case].reference


def test_each_officer_stands_with_what_is_assigned_to_them_who_is_behind_first(office: Office) -> None:
    story = office.story
    supervisor = sign_in("supervisor")
    before = lines(supervisor)
    assert before["Officer Invented"] | {"oldest": ""} == dict.fromkeys(HEADS, "0") | {
        "cases": "1",
        "alerts": "1",
        "oldest": "",
    }
    assert "Nothing is assigned to them" in next(name for name in before if name.startswith("Colleague"))
    with superuser(story) as hand:
        hand.execute("update triage_alert set due_at = %s", [now() - time.MINUTE_MS])
    late = lines(supervisor)
    assert next(iter(late)) == "Officer Invented"
    assert (late["Officer Invented"]["alerts"], late["Officer Invented"]["overdue"]) == ("1", "1")
    assert f"/alerts/?owner={story.officer.id}" in links(supervisor, "/team/")


def test_a_reveal_is_counted_and_what_it_showed_is_not_there(office: Office) -> None:
    supervisor = sign_in("supervisor")
    assert lines(supervisor)["Officer Invented"]["reveals"] == "0"
    officer = sign_in("officer")
    [alert], leaf = office.story.alerts, office.story.alert().occurrences[0].leaf
    send(officer, f"/alerts/{alert}/occurrences/{leaf}/", why="To decide it (invented).")
    assert lines(supervisor)["Officer Invented"]["reveals"] == "1"
    assert "listed.invalid" not in supervisor.get("/team/").content.decode()


def test_a_case_that_nobody_keeps_is_named_and_can_be_given_to_somebody(office: Office) -> None:
    story = office.story
    supervisor = sign_in("supervisor")
    assert "no offender manager" not in text(supervisor, "/team/")
    with story.console():
        with scope(story.supervisor):
            officers = colleagues_on(story.case, Permission.DEPLOYMENT_DRAFT, now())
        for one in officers:
            do_end_caseload(story.case, one.id, "left (invented)", actor=story.supervisor)
    before = len(story.entries(Verb.START_PAGE_CONSULTED))
    shown = text(supervisor, "/team/")
    assert "1 case has no offender manager" in shown
    assert f"Give {story.person}" in shown
    assert len(story.entries(Verb.START_PAGE_CONSULTED)) == before + 1
    assert f"/cases/{story.case}/people/new/" in links(supervisor, "/team/")


def test_each_overdue_task_stands_with_whose_it_is_and_since_when(office: Office) -> None:
    story, supervisor = office.story, sign_in("supervisor")
    story.decide()
    assert "No task is overdue" in text(supervisor, "/team/")
    with superuser(story) as hand:
        hand.execute("update triage_action set due_at = %s", [now() - 3 * time.DAY_MS])
        [(task,)] = hand.execute("select replace(id::text, '-', '') from triage_action").fetchall()
    before = len(story.entries(Verb.ACTION_CONSULTED))
    shown = text(supervisor, "/team/").partition("Overdue tasks")[2].partition("Second looks")[0]
    assert f"{story.person} {office_reference(office)}" in shown
    assert "3 days" in shown
    assert "Officer Invented" in shown
    assert "Keeps the case now" not in shown
    assert len(story.entries(Verb.ACTION_CONSULTED)) == before + 1
    assert {f"/actions/{task}/", f"/cases/{story.case}/people/new/"} <= {*links(supervisor, "/team/")}
    do_end_caseload(story.case, story.officer.id, "left (invented)", actor=story.supervisor)
    assert "Keeps the case now: " in text(supervisor, "/team/")
    elsewhere = sign_in(sign_in_name(Role.SUPERVISOR, Whose.COLLEAGUES))
    assert "No task is overdue" in text(elsewhere, "/team/")


def test_it_is_the_supervisors_alone_and_counts_only_what_is_open_to_them(office: Office) -> None:
    stranger = sign_in(sign_in_name(Role.SUPERVISOR, Whose.COLLEAGUES))
    assert {line["alerts"] for line in lines(stranger).values()} == {"0"}
    for role in Role:
        if role not in {Role.SUPERVISOR, Role.SERVICE, Role.SUPPLIER_OPERATOR, Role.SUPERVISED_PERSON}:
            assert sign_in(sign_in_name(role, Whose.OWN)).get("/team/").status_code == 403, role
