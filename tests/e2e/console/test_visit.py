"""The doorstep sitting in a browser without scripts, at phone width: six pages, nothing lost by going back, each page fit to be read."""

import copy

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from playwright.sync_api import Browser, Page

from tests.e2e.console.conftest import Face
from tests.e2e.console.counting import Task
from tests.e2e.console.doorstep import sitting
from tests.e2e.console.test_officer import at_desk
from tests.e2e.looking import look
from tests.support.story import Story


def an_authorised_case(face: Face) -> Story:
    """Another person, whose monitoring two officers authorised, and the vault has its key."""
    story = copy.copy(face.story)
    story.person, story.evidence, story.terms = "Sam Invented", X25519PrivateKey.generate(), {}
    for step in (story.orders, story.authorise, story.make_key, story.publish):
        step()
    return story


def test_the_install_visit_takes_six_pages_at_a_phone_and_no_script(chromium: Browser, face: Face) -> None:
    story = face.apart(lambda: an_authorised_case(face))
    with at_desk(chromium, face, "officer") as eyes, at_desk(chromium, face, "officer", scripts=False) as page:
        task = Task(page)

        def seen(shown: Page, name: str) -> None:
            """The same page in a browser that can judge it; a code is shown once, so that its page is judged where it is."""
            if name == "visit-code":
                assert shown.evaluate("document.documentElement.scrollWidth") <= 390
                return
            eyes.goto(shown.url)
            look(eyes, name)

        sitting(task, face, story, f"/cases/{story.case}/", seen)
        assert task.counts["pages"] <= 6
