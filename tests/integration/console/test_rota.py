"""The page On call: gaps first, a shift is added, ended and copied; and an alert is acknowledged (issue 20)."""

import re
from datetime import date, timedelta

from django.test import Client

from offmon.core import clock as time
from offmon.core.access.roles import Role
from offmon.core.alerts.rota import Tier
from offmon.core.log.audit import Verb
from offmon.server.base.clock import now
from tests.integration.console.office import Office, send, sign_in, sign_in_name
from tests.integration.console.test_acts import errors
from tests.support.answered import fill_rota, reach
from tests.unit.server.faces.matrix import Whose

ADMIN = sign_in_name(Role.TENANT_ADMIN, Whose.OWN)
INSPECTOR = sign_in_name(Role.DUTY_INSPECTOR, Whose.OWN)


def given(office: Office, post: str, *, begins: date, **changed: str) -> dict[str, str]:
    ends = begins + timedelta(days=1)
    days = {
        f"{end}_day-{part}": str(getattr(day, part))
        for end, day in (("from", begins), ("to", ends))
        for part in ("day", "month", "year")
    }
    whole = {"staff": office.story.officer.id, "post": post, "from_time": "17:00", "to_time": "09:00"}
    return whole | days | changed


def page(browser: Client, path: str = "/on-call/") -> str:
    return str(browser.get(path).content.decode())


def tomorrow() -> date:
    return time.local_day(now()) + timedelta(days=1)


def test_a_gap_is_said_first_and_a_shift_closes_it(office: Office) -> None:
    admin = sign_in(ADMIN)
    assert page(admin).index("Nobody is on call for") < page(admin).index("Add a shift")
    assert "The rota has gaps ahead" in page(admin, "/staff/")  # where an administrator begins
    before = page(admin).count("Nobody is on call for")
    new = given(office, f"first/{office.story.officer.team}", begins=tomorrow())
    assert send(admin, "/on-call/shifts/new/", **new).status_code == 302
    assert "Officer Invented" in page(admin)
    assert page(admin).count("Nobody is on call for") > before  # one gap before it, and one after
    assert "already" in errors(send(admin, "/on-call/shifts/new/", **new))
    [entry] = office.story.entries(Verb.SHIFT_SET)
    assert (entry.case, entry.touched[0].table) == (None, "shift")


def test_it_says_of_whom_on_call_no_message_reaches(office: Office) -> None:
    fill_rota(office.story)
    admin, unreached = sign_in(ADMIN), "No message reaches them"
    before = page(admin).count(unreached)
    reach(office.story, (office.story.colleague,))
    assert 0 < page(admin).count(unreached) < before
    reach(office.story, (office.story.supervisor,))
    assert unreached not in page(admin)


def test_a_shift_is_shown_once_more_before_it_is_ended(office: Office) -> None:
    admin = sign_in(ADMIN)
    send(admin, "/on-call/shifts/new/", **given(office, "second/agency", begins=tomorrow()))
    [path] = re.findall(r"/on-call/shifts/[0-9a-f]{32}/end/", page(admin))
    assert "This cannot be undone" in page(admin, path)
    assert office.story.entries(Verb.SHIFT_ENDED) == []
    assert send(admin, path).status_code == 302
    assert len(office.story.entries(Verb.SHIFT_ENDED)) == 1
    assert admin.get(path).status_code == 404


def test_the_week_is_copied_in_one_press_and_what_is_taken_is_left_out(office: Office) -> None:
    admin, today = sign_in(ADMIN), time.local_day(now())
    assert "Add shifts first" in errors(send(admin, "/on-call/copy/"))
    send(admin, "/on-call/shifts/new/", **given(office, "first/agency", begins=today, from_time="23:58"))
    for copied, said in ((2, "1 shift was copied"), (2, "1 was not")):
        assert send(admin, "/on-call/copy/").status_code == 302
        shown = page(admin)
        assert said in shown
        assert len(re.findall(r"/end/", shown)) == copied


def test_a_supervisor_keeps_their_own_teams_rota_and_an_officer_reads_it(office: Office) -> None:
    supervisor, officer = sign_in("supervisor"), sign_in("officer")
    team = office.story.supervisor.team
    offered = re.findall(r'<option value="(\w+/\w+)"', page(supervisor, "/on-call/shifts/new/"))
    assert offered == [f"{tier}/{team}" for tier in (Tier.FIRST, Tier.SECOND)]
    assert "The rota has gaps ahead" in page(supervisor, "/")
    assert "Add a shift" not in page(officer)
    assert officer.get("/on-call/shifts/new/").status_code == 403


def test_a_form_that_makes_no_sense_says_what_to_do(office: Office) -> None:
    admin = sign_in(ADMIN)
    for changed, said in (
        ({"to_time": "never"}, "must be a time"),
        ({"staff": "0" * 32}, "Select who is on call"),
        ({"to_day-year": "2199"}, "7 days at most"),
        ({"post": "inspector/agency"}, "may be on call"),
    ):
        new = given(office, "first/agency", begins=tomorrow()) | changed
        assert said in errors(send(admin, "/on-call/shifts/new/", **new)), said
    past = given(office, "first/agency", begins=time.local_day(now()) - timedelta(days=2))
    assert "begins in the past" in errors(send(admin, "/on-call/shifts/new/", **past))


def test_a_duty_inspector_has_a_start_page_and_sees_no_case(office: Office) -> None:
    inspector = sign_in(INSPECTOR)
    assert "Nothing waits for you" in page(inspector, "/")
    for path in ("/alerts/", "/cases/", f"/cases/{office.story.case}/", f"/alerts/{office.story.alerts[0]}/"):
        assert inspector.get(path).status_code == 403
    assert inspector.get(f"/alerts/{office.story.alerts[0]}/acknowledge/").status_code == 404


def test_whoever_has_an_alert_says_so_and_its_page_shows_who(office: Office) -> None:
    officer, alert = sign_in("officer"), office.story.alerts[0]
    assert "I have this" in page(officer, f"/alerts/{alert}/")
    assert send(officer, f"/alerts/{alert}/acknowledge/").status_code == 302
    shown = page(officer, f"/alerts/{alert}/")
    assert "Acknowledged by Officer Invented" in shown
    assert "I have this" not in shown
    assert "Acknowledged by Officer Invented" in page(officer, "/alerts/")
    [entry] = office.story.entries(Verb.ALERT_ACKNOWLEDGED)
    assert entry.alert == alert
