"""Lists, on-call contacts, and a bundle's approval: each page at both widths, forms without scripts."""

import re
from datetime import date

from playwright.sync_api import Browser

from offmon.core.access.roles import Role
from offmon.core.authority.capability import Capability
from offmon.core.authority.lists import ListEntry
from offmon.core.clock import Period
from offmon.core.formats.event import Gravity
from offmon.core.ids import Id, Ms, Slug
from offmon.core.log.records import DecisionOutcome
from offmon.server.base.vault import Vault
from offmon.server.detectors.actions import do_draft_list
from offmon.server.evidence.actions import ExportRequest, do_ask_export
from tests.e2e.console.conftest import Face
from tests.e2e.console.test_officer import at_desk, fill_date, follow, press
from tests.e2e.looking import look
from tests.integration.console.office import sign_in_name
from tests.support.fake_device import now
from tests.support.story import ENTRIES, a_list
from tests.unit.server.faces.matrix import Whose


def test_a_list_is_drafted_put_right_and_approved_by_another(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, "officer", scripts=False) as page:
        follow(page, "Lists")
        follow(page, "Draft a list", "button")
        page.get_by_label("Name of the list").fill("forums")
        page.get_by_label("Visits to listed sites").check()
        page.get_by_label("Purpose, or changes and reasons").fill("Forums on which adults meet children.")
        page.get_by_role("group", name="For which orders and licences may it be used?").get_by_role(
            "checkbox"
        ).first.check()
        page.get_by_label("For which types of offence?").fill("contact online")
        page.get_by_label("No", exact=True).check()
        fill_date(page, "From when is it valid?", date(2026, 1, 15))
        page.get_by_label("Entries", exact=True).fill(
            "forum-1, forum.invalid/chat, high\nforum-2, forum, dire\nforum-3, a.invalid"
        )
        press(page, "Save the draft")
        assert "Line 2: The gravity must be urgent, high or standard" in page.inner_text(".govuk-error-summary")
        assert "Line 3: Enter a short name" in page.inner_text(".govuk-error-summary")
        page.get_by_label("Entries", exact=True).fill(
            "forum-1, forum.invalid/chat, high\nforum-2, other.invalid, urgent"
        )
        press(page, "Save the draft")
        assert "waiting for a colleague’s approval" in page.inner_text("main")
        drafted = page.url
    with at_desk(chromium, face, "supervisor") as page:
        page.goto(drafted)
        follow(page, "Review for approval", "button")
        press(page, "Approve forums@1")
        assert "forums@1 is approved" in page.inner_text("main")


def test_the_pages_of_the_lists_are_accessible_and_fit(chromium: Browser, face: Face) -> None:
    story = face.story
    regraded = ListEntry(ENTRIES[Capability.SITE].rule, "elsewhere.invalid", Gravity.URGENT)
    more = [
        ListEntry(Slug(f"added-{n}"), f"a-rather-long-name-of-a-forum-{n}.invalid/below/it", Gravity.STANDARD)
        for n in range(3)
    ]

    def drafted() -> Id:
        with story.console():
            return do_draft_list(a_list(Capability.SITE, regraded, *more, version=2), actor=story.officer)

    row = face.apart(drafted)
    with at_desk(chromium, face, "colleague") as page:
        page.goto("/lists/")
        look(page, "lists")
        page.goto(f"/lists/{row}/")
        look(page, "list")
        page.goto(f"/lists/{row}/next/")
        page.get_by_label("Entries", exact=True).fill("a, b\nb, c")
        press(page, "Save the draft")
        look(page, "draft-version-with-errors")
        page.goto("/lists/new/")
        look(page, "draft-list")
        page.goto("/lists/exclusions/new/")
        look(page, "draft-exclusions")
        page.get_by_label("Excluded sites").fill("solicitor.invalid")
        page.get_by_label("Why are entries removed? (optional)").fill("It closed down.")
        press(page, "Save the draft")
        look(page, "exclusions")
        excluded = page.url
    with at_desk(chromium, face, sign_in_name(Role.SUPERVISOR, Whose.OWN)) as page:
        page.goto(f"/lists/{row}/approve/")
        look(page, "approve-list")
        page.goto(f"{excluded}approve/")
        assert page.inner_text("main").index("Removed") < page.inner_text("main").index("solicitor.invalid")
        look(page, "approve-exclusions")
        page.goto("/lists/")
        follow(page, re.compile(r"^Open\s+phrase-list"))
        follow(page, "Pause this list", "button")
        look(page, "pause-list")
        page.get_by_label("Why is it paused?").fill("Too many false matches.")
        press(page, "Pause this list")
        look(page, "list-paused")


def test_the_administrator_changes_who_is_called(chromium: Browser, face: Face) -> None:
    with at_desk(chromium, face, sign_in_name(Role.TENANT_ADMIN, Whose.OWN), scripts=False) as page:
        follow(page, "On call")
        assert "This is not an emergency service" in page.inner_text("main")
        follow(page, "Change hours and on-call contacts", "button")
        page.get_by_label("Duty inspector").fill("")
        press(page, "Save")
        assert "duty inspector" in page.inner_text(".govuk-error-summary")
        page.get_by_label("Duty inspector").fill("Inspector on duty, 86 009")
        press(page, "Save")
        assert "86 009" in page.inner_text("main")
    with at_desk(chromium, face, sign_in_name(Role.TENANT_ADMIN, Whose.COLLEAGUES)) as page:
        page.goto("/on-call/")
        look(page, "on-call")
        page.goto("/on-call/change/")
        look(page, "change-on-call")


def test_an_approver_sees_what_a_bundle_holds(chromium: Browser, face: Face) -> None:
    story = face.story

    def built() -> Id:
        story.decide(DecisionOutcome.EVIDENTIAL)
        with story.console():
            request = ExportRequest("An invented court", "A hearing", Period(Ms(0), Ms(now() + 1)))
            asked = do_ask_export(story.case, request, actor=story.officer)
        vault = Vault(story.folder / "run" / "vault")
        vault.open_export(asked)
        story.publish()
        vault.build_export(asked)
        return asked

    asked = face.apart(built)
    with at_desk(chromium, face, sign_in_name(Role.SUPERVISOR, Whose.OWN)) as page:
        page.goto(f"/cases/{story.case}/exports/{asked}/approve/")
        assert "3 of 3 shown" in page.inner_text("main")
        look(page, "approve-export")
