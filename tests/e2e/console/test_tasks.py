"""What a day's work costs, in a real browser. `make tasks` prints it; `docs/howto/officer.md` keeps it, and no count may grow (issue 17).

To record what shrank, or what a task newly needs: OFFMON_WRITE_REFERENCE=1, and look at the difference.
"""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from offmon.core import clock as time
from offmon.core.access.roles import Role
from offmon.core.clock import Period
from offmon.core.ids import Slug
from offmon.server.agencies.authentication.codes import code_of, step_of
from offmon.server.base import clock
from offmon.server.orders.actions import do_record_term
from tests.e2e.console.conftest import Face
from tests.e2e.console.counting import Task
from tests.e2e.console.test_officer import at_desk, stays_signed_in
from tests.e2e.pressing import fill_date
from tests.e2e.serving import opened
from tests.integration.console.office import PASSWORD, SECRET, sign_in_name
from tests.support.orders import a_term
from tests.unit.server.faces.matrix import Whose

DOCUMENT = Path("docs/howto/officer.md")
KINDS = ("pages", "loads", "presses", "fields", "words")
DECIDE = "Decide the gravest alert, from the sign-in page on"
MORNING = "Decide the twenty alerts of a morning, ten of them revealed"
PARTNER = "A partner agency’s officer finds the breach of their licence"
SECOND = "A second officer confirms one condition and refuses another"
LEAVE = "Hand a caseload to a colleague for two weeks"
NOT_HIM = "“It was not him”: correct a decision"
LIMITS = {DECIDE: {"pages": 4, "presses": 6, "words": 350}, MORNING: {"presses": 60}, PARTNER: {"presses": 2}}
WHY = "Read in full; the address says enough (invented)."
ALERTS = 20


@pytest.fixture(scope="module")
def measured() -> Iterator[dict[str, dict[str, int]]]:
    found: dict[str, dict[str, int]] = {}
    yield found
    for name, counts in found.items():
        sys.stdout.write(f"{name}: " + ", ".join(f"{counts[kind]} {kind}" for kind in KINDS) + "\n")
    if os.environ.get("OFFMON_WRITE_REFERENCE"):
        text = DOCUMENT.read_text()
        lines = [
            f"| {name} | " + " | ".join(str(counts[kind]) for kind in KINDS) + " |" for name, counts in found.items()
        ]
        table = re.compile(r"(\| --- [^\n]*\n)(\| [^\n]*\n)*")
        DOCUMENT.write_text(table.sub(lambda head: head[1] + "\n".join(lines) + "\n", text, count=1))


def recorded() -> dict[str, dict[str, int]]:
    """What the page for officers says of each task."""
    rows = [line.strip("| \n").split(" | ") for line in DOCUMENT.read_text().splitlines() if line.startswith("| ")]
    return {row[0]: dict(zip(KINDS, map(int, row[1:]), strict=True)) for row in rows[2:] if row[1].isdecimal()}


@contextmanager
def costs(name: str, task: Task, measured: dict[str, dict[str, int]]) -> Iterator[Task]:
    """The task, and afterwards: no count is above what is recorded, or above its limit."""
    yield task
    measured[name] = task.counts
    if not os.environ.get("OFFMON_WRITE_REFERENCE"):
        kept = recorded()[name]
        assert {kind: count for kind, count in task.counts.items() if count > kept[kind]} == {}, name
    assert {kind: task.counts[kind] for kind, most in LIMITS.get(name, {}).items() if task.counts[kind] > most} == {}


@pytest.fixture(scope="module", autouse=True)
def morning(face: Face) -> None:
    """What came overnight: twenty alerts of one person, each of another rule."""

    def come() -> None:
        for number in range(1, ALERTS + 1):  # beside the one that the story has, which the first task decides
            face.story.disclose(rule=Slug(f"rule-{number}"))
        face.story.send()
        face.story.group()

    face.apart(come)


def test_sign_in_and_decide_the_gravest_alert(
    chromium: Browser, face: Face, measured: dict[str, dict[str, int]]
) -> None:
    with opened(chromium, face.address) as page, costs(DECIDE, Task(page), measured) as task:
        task.opens("/")
        task.fills("Sign-in name", "officer")
        task.fills("Password", PASSWORD)
        task.presses_button("Sign in")
        task.fills("Code from your authenticator app", code_of(SECRET, step_of(clock.now())))
        task.presses_button("Sign in")
        stays_signed_in(page, face, "officer")
        task.follows(page.get_by_role("link", name=re.compile(", host$")))
        task.fills("Why do you need to see it?", "To decide it (invented).")
        task.presses_button("Reveal the disclosure")
        assert "https://listed.invalid/" in page.inner_text("main")
        task.chooses("Reasonable excuse considered")
        task.fills("Why?", WHY)
        task.presses_button("Record the decision", ends=True)
        assert "Recorded: Reasonable excuse considered" in page.inner_text("main")


def test_twenty_alerts_of_a_morning(chromium: Browser, face: Face, measured: dict[str, dict[str, int]]) -> None:
    with at_desk(chromium, face, "officer") as page, costs(MORNING, Task(page), measured) as task:
        task.opens("/")
        task.follows(page.locator("main table a"))
        for number in range(ALERTS):
            if number % 2:
                task.fills("Why do you need to see it?", "To decide it (invented).")
                task.presses_button("Reveal the disclosure")
            task.chooses("Permitted")
            task.fills("Why?", WHY)
            task.presses_button("Record the decision", ends=number == ALERTS - 1)
        assert "No alert is left" in page.inner_text("main")


def test_a_wrong_decision_is_corrected(chromium: Browser, face: Face, measured: dict[str, dict[str, int]]) -> None:
    """The day after: from the start page by the person to the decision."""
    with at_desk(chromium, face, "officer") as page, costs(NOT_HIM, Task(page), measured) as task:
        task.opens("/cases/")
        task.follows(page.get_by_role("link", name=face.story.person))
        task.follows(page.get_by_role("link", name="Alerts and decisions"))
        task.follows(page.get_by_role("link", name=re.compile("^host")))
        task.follows(page.get_by_role("link", name="Correct the decision"))
        task.fills("Why do you correct the decision?", "His brother used the tablet (invented).")
        task.chooses("Not this person")
        task.fills("Why?", "The brother says so, and the times agree (invented).")
        task.presses_button("Continue")
        task.presses_button("Record the decision", ends=True)
        assert "Not this person" in page.inner_text(".govuk-panel")


def test_a_partner_finds_the_breach(chromium: Browser, face: Face, measured: dict[str, dict[str, int]]) -> None:
    def again() -> None:
        face.story.disclose(rule=Slug("of-their-licence"))
        face.story.send()
        face.story.group()

    face.apart(again)
    guest = sign_in_name(Role.OFFENDER_MANAGER, Whose.PARTYS)
    with at_desk(chromium, face, guest) as page, costs(PARTNER, Task(page), measured) as task:
        task.opens("/")
        task.presses_button("Work on cases of An invented force")
        task.follows(page.get_by_role("link", name=re.compile(", of-their-licence")), ends=True)
        assert page.locator("h1").inner_text() == "Possible breach: of-their-licence"


def test_a_second_officer_confirms_one_condition_and_refuses_another(
    chromium: Browser, face: Face, measured: dict[str, dict[str, int]]
) -> None:
    def two() -> None:
        with face.story.console(), face.story.with_keys():
            for text in ("You must not go to listed places.", "You must not use listed words."):
                term = a_term(Period(clock.now(), None), verbatim="Invented words.", person_text=text, source_page=2)
                do_record_term(face.story.instrument, term, actor=face.story.officer)

    face.apart(two)
    with at_desk(chromium, face, "colleague") as page, costs(SECOND, Task(page), measured) as task:
        task.opens("/")
        task.follows(page.get_by_role("link", name=re.compile("^Confirm a condition")))
        page.get_by_role("checkbox").check()
        task.presses += 1
        task.presses_button("Confirm the condition")
        task.opens("/")
        task.follows(page.get_by_role("link", name=re.compile("^Confirm a condition")))
        task.follows(page.get_by_role("link", name=re.compile("[Rr]efuse")))
        task.fills("Why do you refuse it?", "The last day differs from the page.")
        task.presses_button("Refuse the condition", ends=True)


def test_a_caseload_is_handed_over_for_two_weeks(
    chromium: Browser, face: Face, measured: dict[str, dict[str, int]]
) -> None:
    with at_desk(chromium, face, "officer") as page, costs(LEAVE, Task(page), measured) as task:
        task.opens("/cases/")
        task.follows(page.get_by_role("link", name="Hand a caseload to a colleague for a time"))
        task.selects("Who covers for them?", "Colleague Invented, offender manager")
        fill_date(page, "What is the last day?", time.local_day(clock.now()) + timedelta(days=14))
        task.fields += 1
        task.fills("Why?", "Annual leave (invented).")
        task.presses_button("Hand over the caseload", ends=True)
        assert "covers 1 case until the end of" in page.inner_text("main")
