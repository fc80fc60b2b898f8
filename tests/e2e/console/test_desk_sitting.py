"""One sitting at the desk: from confirmed conditions to monitoring that is authorised, in a browser (issue 19)."""

from playwright.sync_api import Browser

from tests.e2e.console.conftest import Face
from tests.e2e.console.counting import Task
from tests.e2e.console.test_officer import at_desk
from tests.e2e.looking import look, unfold

MOST_PAGES = 8
LOWER = "Setting 1: Visits to listed sites"
QUESTIONS = ("Is the aim important enough to limit this person’s rights?", "How does this monitoring serve that aim?")
OWN = "The lists of sites alone missed two searches in May (invented)."


def test_from_the_draft_to_the_authorisation_in_few_pages(chromium: Browser, face: Face) -> None:
    """The officer chooses what the conditions make necessary; the authoriser takes the lower of two settings, goes back, and takes it."""
    case = f"/cases/{face.story.case}/"
    with at_desk(chromium, face, "officer") as page:
        task = Task(page)
        task.opens(f"{case}monitoring/")
        task.follows(page.get_by_role("button", name="Draft an authorisation"))
        assert "The words of the order" in page.inner_text("main")
        unfold(page)
        look(page, "map-conditions")
        task.ticks_all()
        task.presses_button("Record the draft")
        with at_desk(chromium, face, "authoriser") as theirs:
            desk = task.at(theirs)
            desk.opens("/")
            assert "Waiting" in theirs.inner_text("main")
            desk.follows(theirs.get_by_role("link", name="Authorise monitoring"))
            look(theirs, "draft-waits")
            desk.follows(theirs.get_by_role("button", name="Answer the four questions"))
            unfold(theirs)
            look(theirs, "authorise-settings")
            desk.chooses(LOWER)
            desk.fills("Why is less not enough?", OWN)
            for question in (*QUESTIONS, "Is it a fair balance?"):
                desk.fills(question, "Standing text (invented).")
            desk.chooses("In 12 weeks")
            desk.presses_button("Continue")
            look(theirs, "authorise-check")
            theirs.go_back()  # nothing is lost
            assert theirs.get_by_label("Why is less not enough?").input_value() == OWN
            assert theirs.get_by_label(LOWER, exact=True).is_checked()
            desk.presses_button("Continue")
            desk.presses_button("Authorise the monitoring")
            desk.opens(f"{case}monitoring/")
            theirs.get_by_role("link", name="authorised by").last.click()
            assert "(chosen)" in theirs.inner_text("main")
            look(theirs, "authorised")
    assert task.counts["pages"] <= MOST_PAGES, task.words
