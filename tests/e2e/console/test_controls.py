"""Every page of the console: accessible at any width, its ids unique, and the words beside a control select that control (issue 13)."""

import re
from collections import defaultdict
from functools import partial
from zlib import crc32

import pytest
from playwright.sync_api import Browser, Page

from offmon.core.access.roles import Role
from offmon.core.alerts.escalation import RESPONSE_MS
from offmon.core.errors import NotAuthentic
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id, Slug
from offmon.core.log.records import Welfare
from offmon.core.person.deadlines import Channel, RequestOutcome
from offmon.core.person.restrictions import Decided
from offmon.server.agencies.actions import do_end_sharing
from offmon.server.base import clock
from offmon.server.base.policies import Process
from offmon.server.evidence.actions import refusals_noted
from offmon.server.evidence.agreeing import changed
from offmon.server.orders.actions import do_end_instrument, do_put_to_ico
from offmon.server.rights.requests.actions import RequestAnswer, do_answer
from offmon.server.rights.restrictions.actions import do_decide_restriction
from offmon.server.triage.actions import do_complete_action, do_record_welfare
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk
from tests.e2e.controls import each_label_selects_its_own, is_labelled
from tests.e2e.looking import WIDTHS, look, unfold
from tests.e2e.pressing import follow, press
from tests.integration.console.addresses import Addresses
from tests.integration.console.office import sign_in_name
from tests.integration.triage.test_pass_on import age, turn
from tests.support.days import today
from tests.support.story import Story
from tests.unit.server.faces.matrix import ROLES, Line, Whose

HAS = "(what) => document.querySelector(what) !== null"


@pytest.fixture(scope="module")
def addresses(face: Face) -> Addresses:
    def in_office() -> Addresses:
        with face.office.running():
            return Addresses.of(face.office)

    made: Addresses = face.apart(in_office)
    return made


def test_every_page_is_accessible_and_fits_and_so_is_each_refused_form(
    chromium: Browser, face: Face, addresses: Addresses
) -> None:
    """As whoever may open it first, all of it unfolded; and where it has boxes, sent empty. Each label selects its own control."""
    clicked = refused = 0
    for role, paths in by_whom(addresses).items():
        with at_desk(chromium, face, sign_in_name(role, Whose.OWN)) as page:
            for path in paths:
                page.goto(path)
                unfold(page)
                look(page, path)
                clicked += each_label_selects_its_own(page, path)
                refused += is_refused(page, path)
    assert clicked > 200
    assert refused > 20


def is_refused(page: Page, path: str) -> bool:
    """Whether the page's form, sent empty, comes back with what is wrong; then that page is looked at too."""
    if page.evaluate(HAS, "main form[method=post] :is(input:not([type=hidden]), select, textarea)") is False:
        return False
    page.evaluate("document.querySelectorAll('main form').forEach((one) => { one.reset(); one.noValidate = true; })")
    with page.expect_navigation():
        page.locator("main form[method=post]:has(input:not([type=hidden]), select, textarea) button").last.click()
    if page.evaluate(HAS, ".govuk-error-summary") is False:
        return False
    is_labelled(page, f"{path} refused")
    if crc32(path.encode()) % 3 == 0:  # its form was judged whole; what an error adds is the same on each
        look(page, f"{path} refused", widths=(WIDTHS[1],))
    return True


def test_the_words_of_each_outcome_record_that_outcome(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer") as page:
        for alert in undecided(page):
            page.goto(alert)
            unfold(page)
            is_labelled(page, "alert")
            assert each_label_selects_its_own(page, "alert") == 17
            page.get_by_label("Why?", exact=True).fill("Someone may be at risk.")
            page.get_by_label("You revealed no disclosure").fill("The address says enough.")
            page.locator("label").get_by_text("Step down", exact=True).click()
            page.locator("label").get_by_text("Safeguarding referral", exact=True).click()
            press(page, "Record the decision")
            page.goto(alert)
            assert "Safeguarding referral" in page.locator("dd").first.inner_text()


def undecided(page: Page) -> list[str]:
    page.goto("/alerts/")
    found = [link.get_attribute("href") for link in page.locator("tbody a[href^='/alerts/']").all()]
    return [href for href in found if href is not None]


def test_a_page_is_as_good_for_a_guest_and_once_its_matter_has_gone_on(
    chromium: Browser, face: Face, addresses: Addresses
) -> None:
    """Passed on, done, answered, agreed to, ended; and with a record that was changed or a document that was damaged."""
    story, given = face.story, addresses.given
    case = f"/cases/{story.case}/"
    with at_desk(chromium, face, sign_in_name(Role.SUPERVISOR, Whose.PARTYS)) as page:
        each_is_good(page, "/working-for/", "/alerts/")
        press(page, "Work on cases of An invented force")
        each_is_good(page, "/alerts/", "/cases/", case)
    face.apart(lambda: notice_more(story))
    with at_desk(chromium, face, "officer") as page:
        for holder in ("the supervisor: Supervisor Invented", "the duty inspector: Robin Invented"):
            face.apart(partial(age, story, RESPONSE_MS[Gravity.HIGH]))
            while face.apart(partial(turn, story)):
                pass
            each_is_good(page, "/alerts/")
            assert f"To {holder}" in page.inner_text("tbody")
        follow(page, re.compile(", unseen,"))
        look(page, "alert-passed-on")
        face.apart(lambda: goes_on(face, {name: Id(value) for name, value in given.items()}))
        each_is_good(
            page,
            case,
            f"{case}orders/",
            f"{case}monitoring/",
            f"{case}requests/",
            f"{case}people/",
            f"{case}parties/new/",
            f"{case}terms/{given['term_id']}/confirm/",
        )
        each_is_good(page, f"/actions/{given['action_id']}/", f"/requests/{given['request_id']}/")
        each_is_good(page, f"/restrictions/{given['restriction_id']}/")
    with at_desk(chromium, face, "data_protection") as page:
        each_is_good(page, "/", "/data-protection/", f"/assessments/{given['assessment_id']}/", "/assessments/")
        assert "Records that do not match the log" in page.inner_text("main")


def each_is_good(page: Page, *paths: str) -> None:
    for path in paths:
        page.goto(path)
        look(page, path)


def notice_more(story: Story) -> None:
    """An alert that nobody has looked at."""
    story.disclose(rule=Slug("unseen"))
    story.send()
    story.group()


def goes_on(face: Face, given: dict[str, Id]) -> None:
    story, supervisor = face.story, face.story.supervisor
    with face.office.running():
        do_record_welfare(given["action_id"], Welfare.NO_CONCERN, actor=story.officer)
        do_complete_action(given["action_id"], "86/V/1", "Spoke to them.", actor=story.officer)
        answer = RequestAnswer("We are sorry.", Channel.LETTER, today(), RequestOutcome.PARTLY)
        do_answer(given["request_id"], answer, actor=story.data_protection)
        do_decide_restriction(given["restriction_id"], Decided.AGREED, "It is needed.", actor=supervisor)
        do_put_to_ico(given["assessment_id"], clock.now(), None, extended=True, actor=story.data_protection)
        do_end_instrument(story.instrument, clock.now(), "Quashed on appeal.", actor=story.officer)
        do_end_sharing(given["party_id"], "The licence ended.", actor=supervisor)
    for file in story.documents.iterdir():
        file.chmod(0o640)
        file.write_bytes(b"another")
    with story.running(Process.VAULT), pytest.raises(NotAuthentic), refusals_noted(story.case, actor=story.vault):
        raise changed()


def by_whom(addresses: Addresses) -> dict[Role, list[str]]:
    """Each page, with the first role that may open it. The pages of a document are images, and an end certificate a file.

    What an offered transfer shows is another agency's alone (`test_transfer`).
    """
    given = defaultdict[Role, list[str]](list)
    for line, path in addresses.pages():
        role = who_may(line)
        is_page = "/pages/" not in path and not path.endswith(("/file/", "/waiting/"))  # a number for a script
        if is_page and role is not None:
            given[role].append(path)
    return given


def who_may(line: Line) -> Role | None:
    return next((role for role in ROLES if line.expected(role, Whose.OWN) == 200), None)
