"""The monthly figure of alerts as a stranger sees it, drawn and as a table (issue 20)."""

from contextlib import closing

import psycopg
from playwright.sync_api import Browser

from offmon.core.formats.event import Gravity
from offmon.core.ids import Id
from offmon.core.public.alert_figures import month_after, starts
from offmon.words.catalogue import Language
from tests.e2e.looking import look
from tests.e2e.serving import opened
from tests.e2e.website.conftest import Face
from tests.integration.website.test_figures import last_told

NUMBERS = {Gravity.URGENT: (20, None, None), Gravity.HIGH: (140, 10, None), Gravity.STANDARD: (250, 30, 10)}
INSERT = (
    "insert into oversight_alertfigure (id, agency, month, gravity, in_time, passed_on, neither)"
    " values (gen_random_uuid(), %s, %s, %s, %s, %s, %s)"
)


def publish(face: Face, agency: Id) -> None:
    """As the worker would have, of two months."""
    with closing(psycopg.connect(face.database.server.superuser_url, dbname=face.database.name)) as hand, hand:
        for back in (0, 1):
            month = starts(month_after(last_told(), -back))
            for gravity, numbers in NUMBERS.items():
                hand.execute(INSERT, [agency, month, gravity.value, *numbers])


def test_the_figure_is_drawn_and_fits_in_both_languages(chromium: Browser, face: Face) -> None:
    publish(face, face.story.agency)
    with opened(chromium, face.address) as page:
        for language in Language:
            page.goto(f"/{language}/figures/")
            look(page, f"figures-{language}")
            assert page.locator("main svg").count() == 1
            assert page.locator("main tbody tr").count() == 2 * len(Gravity)
