"""An impact assessment's pages at both widths: one person prepares, another signs, the ICO is consulted."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from offmon.core.errors import NotAuthentic
from offmon.server.base.actor import Service, service
from offmon.server.base.policies import Process
from offmon.server.evidence.actions import refusals_noted
from offmon.server.evidence.agreeing import changed
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk
from tests.e2e.looking import look
from tests.support.days import in_days
from tests.support.story import Story

ONE = re.compile("/assessments/[0-9a-f]{32}/$")


def fill_day(page: Page, legend: str, ahead: int) -> None:
    day = in_days(ahead)
    group = page.get_by_role("group", name=legend)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(part).fill(str(value))


def found(story: Story) -> None:
    """What the vault says when it finds a record that was changed."""
    vault = service(Service.VAULT, story.agency)
    with story.running(Process.VAULT), pytest.raises(NotAuthentic), refusals_noted(story.case, actor=vault):
        raise changed()


def test_data_protection_sees_first_which_records_were_changed(chromium: Browser, face: Face) -> None:
    face.apart(lambda: found(face.story))
    with at_desk(chromium, face, "data_protection") as page:
        assert "Records that do not match the log" in page.inner_text("main")
        look(page, "assessments-mismatch")


def test_an_assessment_from_its_document_to_the_ico(chromium: Browser, face: Face, tmp_path: Path) -> None:
    document = tmp_path / "assessment.md"
    document.write_text("# An invented assessment")
    with at_desk(chromium, face, "supervisor") as page:
        page.goto("/assessments/")
        look(page, "assessments")
        page.get_by_role("button", name="Prepare an assessment").click()
        page.wait_for_url("**/assessments/new/")
        page.get_by_role("button", name="Record the assessment").click()
        page.wait_for_selector(".govuk-error-summary")
        look(page, "prepare-assessment-errors")
        page.get_by_label("Title").fill("Listed sites, read in the browser")
        page.get_by_label("Visits to listed sites").check()
        page.get_by_label("In the browser").check()
        page.get_by_label("The document").set_input_files(document)
        fill_day(page, "When is it due for review?", 90)
        look(page, "prepare-assessment")
        page.get_by_role("button", name="Record the assessment").click()
        page.wait_for_url(ONE)
        look(page, "assessment-prepared")
        address = page.url
    with at_desk(chromium, face, "data_protection") as page:
        assert page.url.endswith("/assessments/")  # where this role begins
        page.goto(address)
        page.get_by_role("button", name="Sign the assessment").click()
        page.wait_for_url("**/sign/")
        look(page, "sign-assessment")
        page.get_by_label("The document that you read").set_input_files(document)
        page.get_by_label("I have read it").check()
        page.get_by_role("button", name="Sign the assessment").click()
        page.wait_for_url(ONE)
        assert "IN FORCE" in page.inner_text("main").upper()
        look(page, "assessment-signed")
        page.get_by_role("button", name="Record that the ICO was asked").click()
        page.wait_for_url("**/ico/")
        look(page, "put-to-ico")
        fill_day(page, "When was the ICO asked?", -2)
        page.get_by_label("Six weeks", exact=True).check()
        page.get_by_role("button", name="Record the consultation").click()
        page.wait_for_url(ONE)
        look(page, "assessment-waiting")
        page.get_by_role("link", name="Back", exact=True).click()
        page.wait_for_url("**/assessments/")
        look(page, "assessments-two")
