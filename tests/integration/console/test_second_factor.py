"""A code beside the password: required, used once, few attempts. Set-up, replacement and reset each make an entry (R-SEC-10, ADR 6)."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.test import Client

from offmon.core import clock as time
from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.server.agencies.authentication import actions as door
from offmon.server.agencies.authentication import queries
from offmon.server.agencies.authentication.codes import RECOVERY_CODES, code_of, plain, step_of
from offmon.server.agencies.authentication.models import FailedSignIn, SecondFactor
from offmon.server.audit.actions import append
from offmon.server.base import attempts, clock
from offmon.server.base.actor import Actor
from offmon.server.base.attempts import MustWait
from offmon.server.base.scope import action
from tests.integration.console.office import PASSWORD, SECRET, Office, next_code, send, sign_in, sign_in_name
from tests.integration.console.test_signing_in import denied, knock, signed_in
from tests.prove.markers import proves
from tests.unit.server.faces.matrix import ROLES, Whose

GROUPS = re.compile(r'<span class="frame-code[^"]*">((?:[A-Z2-7]{4} ?)+)</span>')
ADMIN = sign_in_name(Role.TENANT_ADMIN, Whose.OWN)


@contextmanager
def later(minutes: int) -> Iterator[Callable[[], Ms]]:
    """The door's own clock goes that much ahead, and that of the tries; the database's and the log's do not, nor does what is shown."""

    def now() -> Ms:
        return Ms(clock.now() + minutes * time.MINUTE_MS)

    ahead, show = SimpleNamespace(now=now), door.show
    with (
        patch.multiple(door, clock=ahead, show=lambda factor, actor: show(factor, actor, at=clock.now())),
        patch.object(attempts, "clock", ahead),
    ):
        yield now


def at_once(count: int, act: Callable[[], object]) -> int:
    """So many do it at the same moment; how many of them were let."""
    start = Barrier(count)

    def one() -> bool:
        start.wait()
        try:
            act()
        except (Refused, MustWait):
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return sum(done.result() for done in [threads.submit(one) for _ in range(count)])


def test_the_right_password_alone_opens_nothing(office: Office) -> None:
    browser = knock("officer")
    for path in ("/", "/alerts/", "/cases/", f"/cases/{office.story.case}/", "/your-app/"):
        assert browser.get(path)["Location"].startswith("/sign-in/")
    assert browser.get("/sign-in/set-up/")["Location"] == "/sign-in/code/"  # an app that is there is not replaced here
    session = browser.session
    session["half"] = session["half"] | {"began_at": session["half"]["began_at"] - 5 * 60_000}
    session.save()
    assert browser.get("/sign-in/code/")["Location"] == "/sign-in/"


def test_a_code_signs_in_once(office: Office) -> None:
    code, first, second = next_code("officer"), knock("officer"), knock("officer")
    assert send(first, "/sign-in/code/", code=code).status_code == 302
    answer = send(second, "/sign-in/code/", code=code)
    assert (answer.status_code, "used before" in answer.content.decode()) == (200, True)
    assert second.get("/alerts/").status_code == 302


def test_two_uses_of_one_code_at_once_are_one_sign_in(office: Office) -> None:
    code, before = next_code("officer"), len(signed_in(office))
    assert at_once(4, lambda: door.do_sign_in(code, actor=office.story.officer)) == 1
    assert len(signed_in(office)) - before == 1


@action
def do_go_back(*, actor: Actor) -> None:
    """What no action does: make a used code count again."""
    row = SecondFactor.objects.get(staff_id=actor.id)
    row.last_step -= 1
    row.save(update_fields=["last_step"])
    append(actor, Verb.SIGNED_IN, case=None, touched=(row,))


@proves("S40", drop="drop trigger code_used_once on agencies_secondfactor")
def test_the_database_lets_no_code_count_again(office: Office) -> None:
    with pytest.raises(IntegrityError, match="used once"):
        do_go_back(actor=office.story.officer)


@action
def do_take_over(*, actor: Actor) -> None:
    """What no action does: put another app in the place of somebody's, and tell nobody."""
    row = SecondFactor.objects.get(staff_id=actor.id)
    row.secret = b"another's"
    row.save(update_fields=["secret"])


@proves("S39", drop="drop trigger audited on agencies_secondfactor")
def test_no_app_is_put_in_anothers_place_without_an_entry(office: Office) -> None:
    with pytest.raises(DatabaseError, match="names"):
        do_take_over(actor=office.story.officer)


def test_after_five_failures_nobody_may_try_whatever_they_know(office: Office) -> None:
    answers = []
    for name in ("officer", "nobody-of-that-name"):
        for _ in range(5):
            assert (
                send(Client(enforce_csrf_checks=True), "/sign-in/", sign_in=name, password="wrong").status_code == 200
            )
        for password in (PASSWORD, "wrong"):
            answer = send(Client(enforce_csrf_checks=True), "/sign-in/", sign_in=name, password=password)
            text = answer.content.decode()
            answers.append((answer.status_code, text[text.index("<main") : text.index("</main>")]))
    assert len(set(answers)) == 1
    assert answers[0][0] == 429
    assert "Wait 5 minutes" in answers[0][1]
    assert [one.reason for one in denied(office)] == ["wrong-password"] * 5
    with later(6) as now:
        code = code_of(SECRET, step_of(now()))
        assert send(knock("officer"), "/sign-in/code/", code=code).status_code == 302
    assert sign_in("colleague").get("/alerts/").status_code == 200  # nobody else was kept waiting


def test_a_right_password_does_not_make_wrong_codes_forgotten(office: Office) -> None:
    for _ in range(5):
        assert send(knock("officer"), "/sign-in/code/", code="000000").status_code == 200
    answer = send(Client(enforce_csrf_checks=True), "/sign-in/", sign_in="officer", password=PASSWORD)
    assert answer.status_code == 429
    assert [one.reason for one in denied(office)] == ["wrong-code"] * 5


def test_a_right_code_makes_failures_forgotten(office: Office) -> None:
    for _ in range(4):
        send(knock("officer"), "/sign-in/code/", code="000000")
    sign_in("officer")
    assert not FailedSignIn.objects.exists()


def test_tries_at_once_are_counted_one_by_one(office: Office) -> None:
    assert at_once(8, lambda: door.count_try("somebody")) == 5


def test_nothing_kept_of_a_failure_names_anyone(office: Office) -> None:
    send(Client(enforce_csrf_checks=True), "/sign-in/", sign_in="my password by mistake", password="wrong")
    send(Client(enforce_csrf_checks=True), "/sign-in/", sign_in="officer", password="wrong")
    with office.story.database.connect_as_owner() as owner:
        rows = owner.execute("select row_to_json(failed)::text from agencies_failedsignin failed").fetchall()
    assert len(rows) == 2
    for (row,) in rows:
        assert set(re.findall(r'"(\w+)":', row)) == {"id", "who", "at"}
        assert office.story.officer.id not in row.replace("-", "")


def test_the_first_sign_in_sets_an_app_up_and_shows_recovery_codes_once(office: Office) -> None:
    reset("colleague", office)
    browser = knock("colleague")
    assert browser.get("/sign-in/code/")["Location"] == "/sign-in/set-up/"
    page = browser.get("/sign-in/set-up/").content.decode()
    [key] = GROUPS.findall(page)
    assert GROUPS.findall(browser.get("/sign-in/set-up/").content.decode()) == [key]  # the same when looked at again
    assert "<svg" in page
    assert "data:" not in page
    assert plain(key) not in repr(dict(browser.session))  # it is enclosed there too
    assert send(browser, "/sign-in/set-up/", code="000000").status_code == 200
    assert browser.get("/alerts/").status_code == 302
    shown = send(browser, "/sign-in/set-up/", code=code_of(plain(key), step_of(clock.now())))
    codes = GROUPS.findall(shown.content.decode())
    assert len(set(codes)) == RECOVERY_CODES
    assert shown["Cache-Control"] == "no-store"
    assert browser.get("/alerts/").status_code == 200
    assert [one.actor.id for one in office.story.entries(Verb.FACTOR_SET_UP)][-1] == office.story.colleague.id
    for signed_in_by_it in (True, False):  # each signs in once, whatever spaces and capitals are typed
        answer = send(knock("colleague"), "/sign-in/recovery/", code=codes[0].lower())
        assert (answer.status_code == 302) is signed_in_by_it
    assert len(office.story.entries(Verb.RECOVERY_CODE_USED)) == 1
    assert queries.recovery_codes_left(actor=office.story.colleague) == RECOVERY_CODES - 1


def test_an_app_that_is_there_is_not_set_up_again_by_whoever_has_the_password(office: Office) -> None:
    """Two browsers were on the way to set the first app up; one of them did."""
    reset("colleague", office)
    first, second = knock("colleague"), knock("colleague")
    keys = [plain(GROUPS.findall(one.get("/sign-in/set-up/").content.decode())[0]) for one in (first, second)]
    assert len(set(keys)) == 2
    now = step_of(clock.now())
    assert send(first, "/sign-in/set-up/", code=code_of(keys[0], now)).status_code == 200
    second.handler.enforce_csrf_checks = False
    assert second.post("/sign-in/set-up/", {"code": code_of(keys[1], now)})["Location"] == "/sign-in/code/"
    with pytest.raises(Refused, match="factor-there"):
        door.do_set_up_factor(door.draw_secret(office.story.colleague.id), "000000", actor=office.story.colleague)


def test_an_app_is_replaced_with_a_code_of_each(office: Office) -> None:
    browser = sign_in("officer")
    [key] = GROUPS.findall(browser.get("/your-app/").content.decode())
    new = code_of(plain(key), step_of(clock.now()))
    assert "not right" in send(browser, "/your-app/", current="000000", code=new).content.decode()
    answer = send(browser, "/your-app/", current=next_code("officer"), code=new)
    assert len(GROUPS.findall(answer.content.decode())) == RECOVERY_CODES
    [entry] = office.story.entries(Verb.FACTOR_REPLACED)
    assert (entry.actor.id, [one.table for one in entry.touched]) == (office.story.officer.id, ["second_factor"])
    old = send(knock("officer"), "/sign-in/code/", code=code_of(SECRET, step_of(clock.now()) + 1))
    assert old.status_code == 200


def test_an_administrator_resets_a_colleagues_app_for_a_reason_and_not_their_own(office: Office) -> None:
    admin = sign_in(ADMIN)
    assert admin.get("/")["Location"] == "/staff/"
    colleague, own = office.story.colleague.id, office.staff[Role.TENANT_ADMIN, Whose.OWN]
    assert "Enter why" in send(admin, f"/staff/{colleague}/reset-app/").content.decode()
    assert send(admin, f"/staff/{colleague}/reset-app/", reason="The phone was lost.").status_code == 302
    [entry] = office.story.entries(Verb.FACTOR_RESET)
    assert (entry.actor.id, entry.reason) == (own, "The phone was lost.")
    assert [one.table for one in entry.touched] == ["second_factor"]
    assert knock("colleague").get("/sign-in/code/")["Location"] == "/sign-in/set-up/"
    with pytest.raises(Refused, match="own-factor"):
        door.do_reset_factor(own, "Mine.", actor=office.actor(Role.TENANT_ADMIN, Whose.OWN))
    with pytest.raises(Refused, match="not-permitted"):
        door.do_reset_factor(colleague, "Not my task.", actor=office.story.supervisor)
    elsewhere = office.actor(Role.TENANT_ADMIN, Whose.ANOTHER_AGENCYS)
    with pytest.raises(Refused, match="no-factor"):
        door.do_reset_factor(office.story.officer.id, "Another agency's.", actor=elsewhere)


def test_the_staff_page_shows_ones_own_agency(office: Office) -> None:
    admin = sign_in(ADMIN)
    page = admin.get("/staff/").content.decode()
    everybody = len(office.story.staff) + 2 * len(ROLES)  # on the caseload and off it
    assert page.count("Signs in as") == everybody
    colleague = office.story.colleague.id
    assert f"/staff/{colleague}/reset-app/" in admin.get(f"/staff/{colleague}/").content.decode()


def reset(name: str, office: Office) -> None:
    """Someone lost their app."""
    admin = office.actor(Role.TENANT_ADMIN, Whose.OWN)
    door.do_reset_factor(office.story.staff[name].id, "It was lost.", actor=admin)
