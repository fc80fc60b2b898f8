"""A page that shows a term says which order it is of, since two may hold the same words (R-LEG-3, R-LEG-24)."""

import html
import re
from collections.abc import Iterator
from datetime import date

from django.test import Client

from offmon.core.authority.capability import Capability
from offmon.core.ids import Id
from offmon.server.faces.console import words
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import a_term, day, file, record_order, the_id
from tests.integration.console.test_orders import a_licence

SAID = "You must not use listed places (site)."  # as the order that the office has says it
ORDER = "Sexual Harm Prevention Order (Sentencing Code), T86/0000"
LICENCE = "Licence, L86/0001"


def a_term_of_a_licence(office: Office, officer: Client) -> Id:
    """The same words again, as a licence has them, confirmed."""
    colleague, case = sign_in("colleague"), office.story.case
    given = {**a_licence(office), "reference": "L86/0001"}
    licence = the_id(record_order(officer, case, "licence", **given), "instruments")
    term = {**a_term(), "person_text": SAID, **day("until", date(2099, 1, 1))}
    assert send(officer, f"/cases/{case}/instruments/{licence}/terms/new/", **term).status_code == 302
    [mine] = [one.id for one in file(office).terms if one.instrument == licence]
    assert send(colleague, f"/cases/{case}/terms/{mine}/confirm/", compared="on").status_code == 302
    return mine


def since(office: Office, term: Id) -> str:
    [one] = [one for one in file(office).terms if one.id == term]
    return words.day(one.since)


def text(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", " ", page)))


def hints(page: str, name: str) -> Iterator[tuple[str, str]]:
    """Of each box of that name its value, and what describes it."""
    for box in re.findall(f'<input[^>]*name="{name}"[^>]*>', page):
        [value], [described] = (re.findall(f'{part}="([^"]*)"', box) for part in ("value", "aria-describedby"))
        [hint] = re.findall(f'<div id="{described}"[^>]*>(.*?)</div>', page, re.S)
        yield value, text(hint).strip()


def test_each_box_of_a_draft_says_of_which_order_its_term_is(office: Office) -> None:
    officer = sign_in("officer")
    licence, order = a_term_of_a_licence(office, officer), office.story.terms[Capability.SITE]
    page = officer.get(f"/cases/{office.story.case}/draft/").content.decode()
    assert dict(hints(page, "site_terms")) == {
        order: f"{ORDER}: from {since(office, order)}, until further order",
        licence: f"{LICENCE}: from 15 January 2026, to the end of 1 January 2099",
    }


def test_who_authorises_sees_on_which_orders_it_rests(office: Office) -> None:
    officer, case = sign_in("officer"), office.story.case
    licence, order = a_term_of_a_licence(office, officer), office.story.terms[Capability.SITE]
    [chosen] = re.findall(
        'name="site_lists"[^>]*value="([0-9a-f]{32})"', officer.get(f"/cases/{case}/draft/").content.decode()
    )
    monitoring = file(office).monitoring
    assert monitoring is not None
    before = {one.id for one in monitoring.authorisations}
    assert send(officer, f"/cases/{case}/draft/", site_terms=[order, licence], site_lists=[chosen]).status_code == 302
    monitoring = file(office).monitoring
    assert monitoring is not None
    [draft] = [one.id for one in monitoring.authorisations if one.id not in before]
    for browser, page in ((officer, ""), (sign_in("authoriser"), "authorise/")):
        read = text(browser.get(f"/cases/{case}/drafts/{draft}/{page}").content.decode())
        assert f"{SAID} {ORDER}: from {since(office, order)}, until further order" in read
        assert f"{SAID} {LICENCE}: from 15 January 2026, to the end of 1 January 2099" in read


def test_an_alert_says_under_which_order_anything_was_looking(office: Office) -> None:
    page = text(sign_in("officer").get(f"/alerts/{office.story.alerts[0]}/").content.decode())
    began = since(office, office.story.terms[Capability.SITE])
    assert f"{SAID} {ORDER}: in force from {began}, until further order" in page
