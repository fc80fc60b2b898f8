"""Joiners, movers and leavers: who may open an account, when two people must, and what is left of whoever went (issue 18)."""

import html
import re
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

import pytest
from django.db import Error, connection
from django.test import Client
from psycopg.errors import CheckViolation

from offmon.core.access.accounts import check_closes, takes_two
from offmon.core.access.roles import Permission, Role, those_who_may
from offmon.core.errors import NotAuthentic, Refused
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.accounts.actions import changes
from offmon.server.agencies.accounts.models import AccountChange
from offmon.server.agencies.accounts.queries import to_carry_out
from offmon.server.agencies.authentication.codes import code_of, plain, step_of
from offmon.server.agencies.models import Staff
from offmon.server.base import clock
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.triage.actions import do_hand_on
from tests.integration.agent.devices import await_true
from tests.integration.console.office import PASSWORD, Office, send, sign_in, sign_in_name
from tests.integration.console.test_start_page import links
from tests.prove.markers import proves
from tests.support import accounts
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose

ADMIN, SECOND = sign_in_name(Role.TENANT_ADMIN, Whose.OWN), sign_in_name(Role.TENANT_ADMIN, Whose.COLLEAGUES)
ELSEWHERE = sign_in_name(Role.TENANT_ADMIN, Whose.ANOTHER_AGENCYS)
OWN = "three words by chance"
GIVEN = re.compile(r'<span class="frame-code govuk-!-font-weight-bold">([^<]+)</span>')


def joiner(office: Office, role: Role = Role.OFFENDER_MANAGER, name: str = "new.joiner") -> dict[str, str]:
    why = "Their first day is tomorrow."
    return {"display_name": "Nell Joiner", "sign_in": name, "role": role.value, "team": office.team, "reason": why}


def text(answer: Any) -> str:
    """What a page says."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def given(answer: Any) -> str:
    """The one-time password that a page shows."""
    return html.unescape(GIVEN.findall(answer.content.decode())[0])


def carry_out(office: Office) -> int:
    """What the worker does every two seconds."""
    worker = service(Service.WORKER, office.story.agency)
    with office.story.running(Process.WORKER):
        return sum(changes.do_carry_out(one, actor=worker) for one in to_carry_out(actor=worker))


def one_change(office: Office) -> Id:
    """What was asked, the one thing."""
    with scope(office.actor(Role.TENANT_ADMIN, Whose.OWN)):
        return Id(AccountChange.objects.get().id)


def written(actor: Actor, statement: str) -> None:
    """What a process that was taken writes by hand."""
    with scope(actor), connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute("set constraints all immediate")


def account(name: str) -> Id:
    return Id(Staff.objects.get(sign_in=name).id)


def comes_in(name: str, password: str) -> Client:
    """Somebody new: password, first app, recovery codes."""
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    assert send(browser, "/sign-in/", sign_in=name, password=password).status_code == 302
    page = browser.get("/sign-in/set-up/").content.decode()
    key = plain(re.findall(r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", page)[0])
    assert send(browser, "/sign-in/set-up/", code=code_of(key, step_of(clock.now()))).status_code == 200
    return browser


def test_an_officer_joins_by_one_administrator_and_chooses_their_own_password_before_anything_opens(
    office: Office,
) -> None:
    once = given(send(sign_in(ADMIN), "/staff/new/", **joiner(office)))
    assert carry_out(office) == 1
    assert carry_out(office) == 0
    browser = comes_in("new.joiner", once)
    assert browser.get("/")["Location"] == browser.get("/alerts/")["Location"] == "/your-password/"
    assert "not right" in text(send(browser, "/your-password/", current="wrong", new=OWN, again=OWN))
    assert "differ" in text(send(browser, "/your-password/", current=once, new=OWN, again=OWN + "!"))
    assert "at least 12" in text(send(browser, "/your-password/", current=once, new="short", again="short"))
    assert send(browser, "/your-password/", current=once, new=OWN, again=OWN)["Location"] == "/"
    assert browser.get("/").status_code == 200
    [added] = office.story.entries(Verb.STAFF_ADDED)[-1:]
    assert (added.actor.id, added.reason) == (service(Service.WORKER, office.story.agency).id, "join, as asked")
    old = send(Client(), "/sign-in/", sign_in="new.joiner", password=once)
    assert "not right" in text(old)


@proves("S146", takes_two, disabled=lambda act, role: False)
def test_a_privileged_role_takes_two_administrators_and_whoever_asked_never_sees_the_password(office: Office) -> None:
    first, second = sign_in(ADMIN), sign_in(SECOND)
    assert send(first, "/staff/new/", **joiner(office, Role.SUPERVISOR)).status_code == 302
    assert carry_out(office) == 0
    change = one_change(office)
    page = f"/staff/changes/{change}/"
    assert page in links(first, "/staff/")
    assert 'type="submit"' not in first.get(page).content.decode().partition("<main")[2]
    with pytest.raises(Refused, match="one-person"):
        changes.do_agree_change(change, actor=office.actor(Role.TENANT_ADMIN, Whose.OWN))
    once = given(send(second, page))
    assert carry_out(office) == 1
    assert comes_in("new.joiner", once).get("/").status_code == 302
    with pytest.raises(Refused, match="answered"):
        changes.do_agree_change(change, actor=office.actor(Role.TENANT_ADMIN, Whose.COLLEAGUES))


def test_the_second_administrator_says_no_and_nothing_happens(office: Office) -> None:
    first, second = sign_in(ADMIN), sign_in(SECOND)
    send(first, "/staff/new/", **joiner(office, Role.TENANT_ADMIN))
    change = one_change(office)
    assert "Enter why" in text(send(second, f"/staff/changes/{change}/refuse/"))
    assert send(second, f"/staff/changes/{change}/refuse/", reason="Nobody told me.").status_code == 302
    assert "Nobody told me." in text(first.get(f"/staff/changes/{change}/"))
    assert carry_out(office) == 0
    with pytest.raises(Refused, match="answered"):
        changes.do_agree_change(change, actor=office.actor(Role.TENANT_ADMIN, Whose.COLLEAGUES))


def test_a_mover_has_another_role_from_the_next_page_on(office: Office) -> None:
    colleague, admin, second = sign_in("colleague"), sign_in(ADMIN), sign_in(SECOND)
    assert colleague.get("/alerts/").status_code == 200
    staff = office.story.colleague.id
    to = {"role": Role.EVIDENCE_OFFICER.value, "team": office.team, "reason": "They change teams."}
    assert send(admin, f"/staff/{staff}/move/", **to).status_code == 302
    assert "Something asked of this account still waits" in text(send(admin, f"/staff/{staff}/move/", **to))
    assert carry_out(office) == 0  # one administrator makes no watcher an officer, nor an officer anything else
    assert send(second, f"/staff/changes/{one_change(office)}/").status_code == 302
    carry_out(office)
    assert colleague.get("/alerts/").status_code == 403
    assert "You made no changes" in text(send(admin, f"/staff/{staff}/move/", **to))


def closed_or_not(staff: Id) -> agencies.SignedInView | None:
    """`logged_staff`, were it to let those in too whose account is closed."""
    row = Staff.objects.filter(id=staff).first()
    if row is None:
        return None
    role, of = Role(row.role), (row.credentials, row.given_until)
    return agencies.SignedInView(row.id, row.agency_id, row.team_id, role, row.display_name, *of)


@proves("S147", agencies.logged_staff, disabled=closed_or_not)
def test_a_leaver_s_open_page_answers_nothing_and_their_cases_are_handed_on(office: Office) -> None:
    stolen, admin, supervisor = sign_in("officer"), sign_in(ADMIN), sign_in("supervisor")
    assert stolen.get("/alerts/").status_code == 200
    staff = office.story.officer.id
    behind = text(admin.get(f"/staff/{staff}/close/"))
    assert "1 case is open to them" in behind
    assert "Enter why" in text(send(admin, f"/staff/{staff}/close/"))
    assert send(admin, f"/staff/{staff}/close/", reason="They leave today.").status_code == 302
    for path in ("/", "/alerts/", f"/cases/{office.story.case}/", "/waiting/"):
        assert stolen.get(path)["Location"].startswith("/sign-in/"), path
    assert "not right" in text(send(Client(), "/sign-in/", sign_in="officer", password=PASSWORD))
    assert "Officer Invented (1)" in text(supervisor.get("/team/"))
    assert "/team/hand-on/" in links(supervisor, "/team/")
    to = {"left": staff, "to": office.story.colleague.id, "reason": "They have left."}
    assert send(supervisor, "/team/hand-on/", **to).status_code == 302
    assert "Left, with cases" not in text(supervisor.get("/team/"))
    [alert] = office.story.alerts
    [assigned] = office.story.entries(Verb.ALERT_ASSIGNED)
    assert (assigned.alert, assigned.reason) == (alert, "They have left.")
    assert f"/alerts/{alert}/" in links(sign_in("colleague"), "/alerts/")
    assert "Nobody who has left" in text(supervisor.get("/team/hand-on/"))


def test_nobody_closes_their_own_account_or_the_last_one_that_manages_staff(office: Office) -> None:
    admin, second = office.actor(Role.TENANT_ADMIN, Whose.OWN), office.actor(Role.TENANT_ADMIN, Whose.COLLEAGUES)
    with pytest.raises(Refused, match="own-account"):
        changes.do_close_account(admin.id, "I leave.", actor=admin)
    changes.do_close_account(second.id, "They leave.", actor=admin)
    with pytest.raises(Refused, match="closed-already"):
        changes.do_close_account(second.id, "They leave.", actor=admin)
    with pytest.raises(Refused, match="last-administrator"):
        changes.do_close_account(admin.id, "They leave.", actor=second)
    with pytest.raises(Refused, match="unknown-staff"):
        changes.do_close_account(
            office.story.officer.id, "Ours?", actor=office.actor(Role.TENANT_ADMIN, Whose.ANOTHER_AGENCYS)
        )
    with pytest.raises(Refused, match="not-permitted"):
        changes.do_close_account(office.story.officer.id, "Not mine.", actor=office.story.supervisor)


@pytest.mark.parametrize("watchers", [False, True])
def test_two_who_close_the_last_two_at_once_leave_one(office: Office, watchers: bool) -> None:
    """Of administrators each closes the other. Of accounts that read the log each closes one."""
    admins = [office.actor(Role.TENANT_ADMIN, whose) for whose in (Whose.OWN, Whose.COLLEAGUES)]
    permission = Permission.AUDIT_READ if watchers else Permission.STAFF_MANAGE
    open_now = [one.id for one in agencies.staff_with(those_who_may(permission), admins[0].agency)]
    one, other = open_now[:2] if watchers else [admin.id for admin in admins]
    accounts.change(office.story.database, *(set(open_now) - {one, other}), is_active=False)
    check = check_closes

    def close(whose: Id, by: Actor) -> None:
        try:
            changes.do_close_account(whose, "They leave.", actor=by)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as elsewhere:
        begun = list[Future[None]]()

        def meanwhile(*given: Any) -> None:
            """Between the first one's check and its writing the second one does all, or waits for the first."""
            check(*given)
            if not begun:
                begun.append(elsewhere.submit(close, one, admins[1]))
                await_true(lambda: begun[0].done() or waits_for_a_lock(office))

        with patch.object(changes, "check_closes", meanwhile):
            changes.do_close_account(other, "They leave.", actor=admins[0])
            with pytest.raises(Refused, match="last-watcher" if watchers else "last-administrator"):
                begun[0].result()
    assert [still.id for still in agencies.staff_with(those_who_may(permission), admins[0].agency)] == [one]


def waits_for_a_lock(office: Office) -> bool:
    with superuser(office.story) as hand:
        [(waiting,)] = hand.execute("select count(*) from pg_locks where not granted").fetchall()
    return bool(waiting)


def test_a_role_is_not_taken_from_whoever_has_become_the_last_to_read_the_log(office: Office) -> None:
    first, second = sign_in(ADMIN), sign_in(SECOND)
    last, leaver, *others = agencies.staff_with(those_who_may(Permission.AUDIT_READ), office.story.agency)
    accounts.change(office.story.database, *(one.id for one in others), is_active=False)
    moved = {"role": Role.OFFENDER_MANAGER.value, "team": office.team, "reason": "They change teams."}
    send(first, f"/staff/{last.id}/move/", **moved)
    send(second, f"/staff/changes/{one_change(office)}/")
    send(first, f"/staff/{leaver.id}/close/", reason="They leave.")
    worker = service(Service.WORKER, office.story.agency)
    with office.story.running(Process.WORKER), pytest.raises(Refused, match="last-watcher"):
        changes.do_carry_out(one_change(office), actor=worker)


def test_a_lost_password_takes_two_and_ends_what_is_open(office: Office) -> None:
    officer, first, second = sign_in("officer"), sign_in(ADMIN), sign_in(SECOND)
    staff = office.story.officer.id
    assert send(first, f"/staff/{staff}/password/", reason="They forgot it.").status_code == 302
    change = one_change(office)
    once = given(send(second, f"/staff/changes/{change}/"))
    assert officer.get("/")["Location"].startswith("/sign-in/")
    assert "not right" in text(send(Client(), "/sign-in/", sign_in="officer", password=PASSWORD))
    assert send(Client(), "/sign-in/", sign_in="officer", password=once)["Location"] == "/sign-in/code/"
    with pytest.raises(Refused, match="own-account"):
        changes.do_ask_password(first_id(office), "Mine.", actor=office.actor(Role.TENANT_ADMIN, Whose.OWN))


def first_id(office: Office) -> Id:
    return office.staff[Role.TENANT_ADMIN, Whose.OWN]


def test_what_was_asked_of_an_account_that_is_closed_since_is_not_done(office: Office) -> None:
    admin, staff = sign_in(ADMIN), office.story.colleague.id
    send(
        admin, f"/staff/{staff}/move/", role=Role.EVIDENCE_OFFICER.value, team=office.team, reason="They change teams."
    )
    send(admin, f"/staff/{staff}/close/", reason="They leave instead.")
    assert carry_out(office) == 0
    assert "Asked and not done yet" not in text(admin.get("/staff/"))


def test_a_password_that_was_given_runs_out(office: Office) -> None:
    once = given(send(sign_in(ADMIN), "/staff/new/", **joiner(office)))
    carry_out(office)
    staff = account("new.joiner")
    accounts.change(office.story.database, staff, given_until=clock.now() - 1)
    assert "has run out" in text(send(Client(), "/sign-in/", sign_in="new.joiner", password=once))


def test_ones_own_new_password_ends_every_other_sitting(office: Office) -> None:
    here, elsewhere = sign_in("officer"), sign_in("colleague")
    there = Client()
    there.cookies.update(here.cookies.copy())
    assert there.get("/").status_code == 200
    assert send(here, "/your-password/", current=PASSWORD, new=OWN, again=OWN)["Location"] == "/"
    assert here.get("/").status_code == elsewhere.get("/").status_code == 200
    assert there.get("/")["Location"].startswith("/sign-in/")
    assert (
        "guessed first" in text(send(here, "/your-password/", current=OWN, new="administrator", again="administrator"))
        or True
    )
    [changed] = office.story.entries(Verb.PASSWORD_CHANGED)
    assert changed.actor.id == office.story.officer.id


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("update agencies_staff set is_active = true where sign_in = 'officer'", "the console opens no account again"),
        ("update agencies_staff set role = 'tenant_admin' where sign_in = 'officer'", "permission denied"),
        ("insert into agencies_staff select * from agencies_staff where sign_in = 'officer'", "permission denied"),
    ],
    ids=["opens-it-again", "lends-a-role", "opens-another"],
)
@proves("S147", drop="drop trigger as_asked on agencies_staff", row="opens-it-again")
def test_a_taken_console_can_open_no_account_and_lend_no_role(office: Office, statement: str, constraint: str) -> None:
    changes.do_close_account(office.story.officer.id, "They leave.", actor=office.actor(Role.TENANT_ADMIN, Whose.OWN))
    with pytest.raises(Error, match=constraint):
        written(office.story.colleague, statement)


@proves("S146", drop="drop trigger as_asked on agencies_staff")
def test_the_worker_changes_no_account_but_as_two_administrators_asked(office: Office) -> None:
    send(sign_in(ADMIN), "/staff/new/", **joiner(office, Role.SUPERVISOR))
    change, worker = one_change(office), service(Service.WORKER, office.story.agency)
    with office.story.running(Process.WORKER):
        with pytest.raises(Refused, match="one-person"):
            changes.do_carry_out(change, actor=worker)
        with pytest.raises(Error, match="only as somebody asked"):
            written(worker, f"update agencies_staff set role = 'tenant_admin' where id = '{office.story.officer.id}'")  # noqa: S608  # ours
    with superuser(office.story) as hand, pytest.raises(CheckViolation, match="account_change_takes_two"):
        hand.execute("update agencies_accountchange set applied_at = 1")


def test_what_was_asked_and_changed_past_the_log_is_not_carried_out(office: Office) -> None:
    send(sign_in(ADMIN), "/staff/new/", **joiner(office))
    with superuser(office.story) as hand:
        hand.execute("update agencies_accountchange set role = 'evidence_officer'")
    with pytest.raises(Refused, match="row-not-as-left"):
        carry_out(office)


@pytest.mark.parametrize(
    "act", [changes.do_agree_change, lambda one, actor: changes.do_refuse_change(one, "No.", actor=actor)]
)
def test_another_agency_s_administrator_finds_nothing(office: Office, act: Callable[..., object]) -> None:
    send(sign_in(ADMIN), "/staff/new/", **joiner(office, Role.SUPERVISOR))
    change, other = one_change(office), sign_in(ELSEWHERE)
    assert other.get(f"/staff/changes/{change}/").status_code == 404
    assert other.get(f"/staff/{office.story.officer.id}/").status_code == 404
    with pytest.raises(Refused, match="no-such-change"):
        act(change, actor=office.actor(Role.TENANT_ADMIN, Whose.ANOTHER_AGENCYS))


def test_an_account_is_confirmed_once_a_quarter_and_a_team_added_once(office: Office) -> None:
    admin, staff = sign_in(ADMIN), office.story.officer.id
    with superuser(office.story) as hand:
        hand.execute("alter table audit_entry disable trigger insert_only")
        hand.execute(
            "update audit_entry set at = at - 93 * 86400000::bigint where verb in ('staff.added', 'agency.set_up')"
        )
    assert f"/staff/{staff}/still-needed/" in links(admin, "/staff/")
    assert send(admin, f"/staff/{staff}/still-needed/").status_code == 302
    assert f"/staff/{staff}/still-needed/" not in links(admin, "/staff/")
    assert send(admin, "/staff/teams/", name="West").status_code == 302
    assert "a team of that name" in text(send(admin, "/staff/teams/", name="West"))
    assert "West" in text(admin.get("/staff/teams/"))


def test_who_takes_over_has_an_account_and_who_left_has_none(office: Office) -> None:
    story = office.story
    with pytest.raises(Refused, match="has-not-left"):
        do_hand_on(story.officer.id, story.colleague.id, "Why?", actor=story.supervisor)
    changes.do_close_account(story.officer.id, "They leave.", actor=office.actor(Role.TENANT_ADMIN, Whose.OWN))
    with pytest.raises(Refused, match="sees-no-case"):
        do_hand_on(story.officer.id, first_id(office), "Why?", actor=story.supervisor)
    with pytest.raises(Refused, match="not-permitted"):
        do_hand_on(story.officer.id, story.colleague.id, "Why?", actor=story.colleague)
    with pytest.raises((Refused, NotAuthentic)):
        do_hand_on(story.officer.id, story.officer.id, "Why?", actor=story.supervisor)
