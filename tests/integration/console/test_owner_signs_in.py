"""Who owns the database writes accounts, apps and access to cases by hand, triggers off and on; and comes no further (issue 16, S132)."""

from unittest.mock import patch

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.test import Client

from offmon.core.access.roles import Role
from offmon.core.errors import NotAuthentic
from offmon.core.ids import Id
from offmon.core.log import as_logged
from offmon.core.log.as_logged import Said
from offmon.core.log.audit import Verb
from offmon.core.public.assurance import Control, ControlStanding
from offmon.server.agencies.actions import do_grant_caseload
from offmon.server.agencies.authentication import actions as door
from offmon.server.agencies.authentication.codes import code_of, plain, step_of
from offmon.server.audit import queries as log
from offmon.server.base import clock
from offmon.server.base.ids import new_id
from offmon.server.base.rows import CommittedRow
from tests.integration.console.office import PASSWORD, Office, next_code, send, sign_in, sign_in_name
from tests.integration.console.test_passkeys import add, answer
from tests.integration.console.test_second_factor import GROUPS, reset
from tests.integration.console.test_signing_in import denied, knock
from tests.integration.oversight.looking import standing
from tests.prove.markers import proves
from tests.support import accounts
from tests.support.authenticator import Authenticator
from tests.support.owner import by_hand
from tests.unit.server.faces.matrix import Whose

OWN = "a password of the attacker's own"
CASELOAD = (
    'insert into agencies_caseload (id, agency, "case", salt, staff_id, since, reason, granted_by)'
    " values (%s, %s, %s, %s, %s, 1, 'r', %s)"
)
STAFF = (
    "insert into agencies_staff (id, password, agency_id, team_id, sign_in, display_name, role, is_active, salt, credentials)"
    " values (%s, %s, %s, %s, 'mallory', 'Mallory Invented', 'supervisor', true, %s, %s)"
)


def answered(name: str, password: str) -> HttpResponse:
    return send(Client(enforce_csrf_checks=True), "/sign-in/", sign_in=name, password=password)


def why(office: Office) -> list[str | None]:
    return [one.reason for one in denied(office)]


def is_red(office: Office) -> bool:
    return standing(Control.SECOND_FACTOR, office.story.database) is ControlStanding.FAILS


def is_not_confirmed(page: HttpResponse) -> bool:
    return page.status_code == 200 and "does not confirm this account" in page.content.decode()


@proves("S132", as_logged.check_as_logged, disabled=lambda row, said: None)
def test_a_password_that_the_log_knows_nothing_of_opens_nothing(office: Office) -> None:
    half = knock("officer")
    by_hand(
        office.story,
        "agencies_staff",
        "update agencies_staff set password = %s where sign_in = 'officer'",
        make_password(OWN),
    )
    assert is_not_confirmed(answered("officer", OWN))
    assert half.get("/sign-in/code/")["Location"] == "/sign-in/"  # nor does what was begun before
    assert set(why(office)) == {as_logged.ACCOUNT}
    accounts.change(
        office.story.database, office.story.officer.id
    )  # the operator looks, and says in the log how it stands
    assert answered("officer", OWN).status_code == 302


@pytest.mark.parametrize(
    "statement",
    [
        "delete from agencies_secondfactor where staff_id = %s",
        "update agencies_secondfactor set secret = null, confirmed_at = null, recovery = '{}' where staff_id = %s",
    ],
)
@proves("S132", as_logged.check_first_app, disabled=lambda row, said, *, set_up_before: None)
def test_an_app_that_was_taken_away_by_hand_is_not_set_up_again(office: Office, statement: str) -> None:
    by_hand(office.story, "agencies_secondfactor", statement, office.story.colleague.id)
    assert is_red(office)
    browser, before = knock("colleague"), len(office.story.entries(Verb.FACTOR_SET_UP))
    [key] = GROUPS.findall(browser.get("/sign-in/set-up/").content.decode())
    assert is_not_confirmed(send(browser, "/sign-in/set-up/", code=code_of(plain(key), step_of(clock.now()))))
    assert browser.get("/alerts/").status_code == 302
    assert len(office.story.entries(Verb.FACTOR_SET_UP)) == before
    assert why(office) == [as_logged.ACCOUNT]


def test_what_was_taken_away_by_hand_an_administrator_resets_and_its_person_sets_up_anew(office: Office) -> None:
    statement = "delete from agencies_secondfactor where staff_id = %s"
    by_hand(office.story, "agencies_secondfactor", statement, office.story.colleague.id)
    reset("colleague", office)
    browser = knock("colleague")
    [key] = GROUPS.findall(browser.get("/sign-in/set-up/").content.decode())
    send(browser, "/sign-in/set-up/", code=code_of(plain(key), step_of(clock.now())))
    assert browser.get("/alerts/").status_code == 200
    assert not is_red(office)


def test_an_app_that_is_not_the_logs_signs_nobody_in(office: Office) -> None:
    """Its recovery codes are those of another account, which are enclosed to nobody."""
    statement = "update agencies_secondfactor set last_step = last_step - 1 where staff_id = %s"
    by_hand(office.story, "agencies_secondfactor", statement, office.story.officer.id)
    assert is_not_confirmed(send(knock("officer"), "/sign-in/code/", code=next_code("officer")))
    assert why(office) == [as_logged.ACCOUNT]


def test_a_passkey_that_is_not_the_logs_signs_nobody_in(office: Office) -> None:
    key, browser = Authenticator("https://testserver"), sign_in("officer")
    add(browser, key)
    by_hand(office.story, "agencies_passkey", "update agencies_passkey set counter = 0, name = 'mine'")
    browser = Client(enforce_csrf_checks=True)
    assert send(browser, "/sign-in/", sign_in="officer", password=PASSWORD)["Location"] == "/sign-in/passkey/"
    assert is_not_confirmed(answer(browser, "/sign-in/passkey/", key.show))
    assert why(office) == [as_logged.ACCOUNT]


def test_an_account_that_nobody_opened_opens_nothing(office: Office) -> None:
    story, mallory, salt = office.story, new_id(), bytes(32)
    assert not is_red(office)
    row = [mallory, make_password(OWN), story.agency, story.officer.team, salt, bytes(32)]
    by_hand(story, "agencies_staff", STAFF, *row)
    by_hand(
        story, "agencies_caseload", CASELOAD, new_id(), story.agency, story.case, salt, mallory, story.supervisor.id
    )
    assert is_not_confirmed(answered("mallory", OWN))
    assert is_red(office)


@proves("S132", drop="drop trigger audited on agencies_staff")
def test_the_database_lets_no_account_change_without_an_entry(office: Office) -> None:
    with pytest.raises(psycopg.IntegrityError, match="names it"), office.story.database.connect_as_owner() as owner:
        owner.execute("update agencies_staff set role = 'supervisor'")


def test_a_sign_in_that_is_cut_off_leaves_row_and_log_as_they_were(office: Office) -> None:
    code = next_code("officer")
    with patch.object(door, "show", side_effect=RuntimeError), pytest.raises(RuntimeError):
        door.do_sign_in(code, actor=office.story.officer)
    assert send(knock("officer"), "/sign-in/code/", code=code).status_code == 302


def test_a_session_is_nobody_s_who_reads_or_copies_its_row(office: Office) -> None:
    officer, own = sign_in("officer").cookies[settings.SESSION_COOKIE_NAME].value, Client()
    with office.story.database.connect_as_owner() as owner:
        [(kept,)] = owner.execute("select session_key from django_session").fetchall()
        assert kept != officer
    own.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert own.get("/alerts/")["Location"].startswith("/sign-in/")
    half = knock("colleague")
    with office.story.database.connect_as_owner() as owner:
        copied = (
            "update django_session set session_data = (select session_data from django_session where session_key = %s)"
        )
        assert owner.execute(copied, [kept]).rowcount == 2
    assert half.get("/alerts/")["Location"].startswith("/sign-in/")


def test_an_act_between_the_two_looks_is_no_mismatch(office: Office) -> None:
    browser, look = sign_in("officer"), log.newest_of

    def meanwhile(row: CommittedRow, agency: Id, case: Id | None = None) -> Said | None:
        with patch.object(log, "newest_of", look):
            accounts.change(office.story.database, office.story.officer.id, given_until=None, team_id=office.team)
        looks.stop()
        return look(row, agency, case)

    looks = patch.object(log, "newest_of", meanwhile)
    looks.start()
    assert browser.get("/alerts/").status_code == 200
    assert why(office) == []


def test_a_role_that_the_operator_changes_counts_at_once(office: Office) -> None:
    browser = sign_in("officer")
    accounts.change(office.story.database, office.story.officer.id, role=Role.DATA_PROTECTION)
    assert browser.get("/assessments/").status_code == 200
    assert browser.get("/alerts/").status_code == 403


@pytest.mark.parametrize(
    "change", ["role = 'supervisor'", "team_id = (select id from agencies_team where name <> 'North' limit 1)"]
)
def test_a_role_or_team_given_by_hand_ends_the_session(office: Office, change: str) -> None:
    browser = sign_in("officer")
    by_hand(office.story, "agencies_staff", f"update agencies_staff set {change} where sign_in = 'officer'")  # noqa: S608  # ours
    assert browser.get("/alerts/")["Location"].startswith("/sign-in/")
    assert set(why(office)) == {as_logged.ACCOUNT}


def test_access_given_by_hand_opens_no_page_of_the_case_neither_decides_nor_gives_access(office: Office) -> None:
    story, own = office.story, sign_in_name(Role.OFFENDER_MANAGER, Whose.COLLEAGUES)
    stranger = office.staff[Role.OFFENDER_MANAGER, Whose.COLLEAGUES]
    browser = sign_in(own)
    by_hand(story, "agencies_caseload", CASELOAD, new_id(), story.agency, story.case, bytes(32), stranger, stranger)
    assert is_red(office)
    other = office.staff[Role.SUPERVISOR, Whose.COLLEAGUES]
    for path in ("", "people/new/", f"instruments/{story.instrument}/", f"instruments/{story.instrument}/pages/1/"):
        assert browser.get(f"/cases/{story.case}/{path}").status_code == 404
    assert browser.get(f"/alerts/{story.alerts[0]}/").status_code == 404
    with pytest.raises(NotAuthentic):
        do_grant_caseload(story.case, other, "to help", actor=office.actor(Role.OFFENDER_MANAGER, Whose.COLLEAGUES))
