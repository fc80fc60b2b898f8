"""A document and its conditions on one page, the same words never typed twice, and all of it confirmed at once (issue 17)."""

import time
from datetime import date

from django.test import Client

from offmon.core.authority.order import Compared, Term
from offmon.core.clock import local_day
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.server.base.scope import scope
from offmon.server.orders.queries import authority_of
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import an_order, day, errors, scan, the_id
from tests.integration.console.test_start_page import links, text
from tests.support.taken import overwrite

WORDS = "You must not visit the shops in the schedule."
WELSH = "Rhaid i chi beidio ag ymweld â’r siopau yn yr atodlen."


def condition(number: int = 1, **changed: object) -> dict[str, object]:
    given = {"effect": "prohibition", "verbatim": "Not to visit the shops.", "person_text": WORDS, "source_page": "2"}
    return {f"c{number}_{name}": value for name, value in (given | {"capabilities": ["site"]} | changed).items()}


def licence() -> dict[str, object]:
    given = {name: value for name, value in an_order().items() if not name.startswith("convicted_on")}
    return {**given, "reference": "L86/0001", **day("requested_on", date(2026, 1, 16))}


def kept(browser: Client, case: Id, basis: str) -> str:
    answer = send(browser, f"/cases/{case}/instruments/new/", basis=basis, document=scan())
    return f"/cases/{case}/scans/{the_id(answer, 'scans')}/"


def terms(office: Office, case: Id) -> list[Term]:
    with office.story.console(), scope(office.story.officer):
        return list(authority_of(case)[1])


def test_a_document_is_recorded_with_its_conditions_or_not_at_all(office: Office) -> None:
    officer, case = sign_in("officer"), office.story.case
    path, before = kept(officer, case, "shpo_sc"), len(terms(office, case))
    given = {**an_order(), "controller": office.story.agency, "reference": "T86/0077"}
    refused = errors(send(officer, path, **given, **condition(person_text="")))
    assert "Enter the words for the person of condition 1" in refused
    short = day("until_on", date(2027, 1, 14))
    assert "lasts at least 5 years" in errors(send(officer, path, **given, **condition(), **short))
    assert len(terms(office, case)) == before
    assert "T86/0077" not in text(officer, f"/cases/{case}/orders/")  # the document stands only with its conditions
    assert send(officer, path, **given, **condition(), **condition(2, person_text="Nor ask for them."))["Location"] == (
        f"/cases/{case}/orders/"
    )
    added = [one for one in terms(office, case) if one.person_text in {WORDS, "Nor ask for them."}]
    assert [(one.source_page, one.until) for one in added] == [(2, None)] * 2
    assert len(office.story.entries(Verb.TERM_RECORDED)) == before + 2


def test_of_a_condition_that_another_document_has_only_the_page_is_asked(office: Office) -> None:
    officer, story = sign_in("officer"), office.story
    path = kept(officer, story.case, "licence")
    like = next(one for one in terms(office, story.case) if one.instrument == story.instrument)
    given = {**licence(), "controller": office.other_agency, f"same_{like.id}": "1"}
    assert "Enter its last day" in errors(send(officer, path, **given))
    assert send(officer, path, **given, **day("until_on", date(2027, 6, 30))).status_code == 302
    [same] = [one for one in terms(office, story.case) if one.person_text == like.person_text and one.id != like.id]
    assert (same.capabilities, same.effect, same.source_page) == (like.capabilities, like.effect, 1)
    assert "The words of the order, which name a victim." in text(sign_in("colleague"), f"/cases/{story.case}/confirm/")


def test_a_person_who_reads_welsh_is_told_a_condition_in_welsh(office: Office) -> None:
    """R-RGT-5. The words stand beside the English from the box to the page that the second officer confirms."""
    officer, story = sign_in("officer"), office.story
    given = {**an_order(), "controller": story.agency, "reference": "T86/0079"}
    path = kept(officer, story.case, "shpo_sc")
    assert "in Welsh" not in text(officer, path)  # the box comes where the person reads Welsh
    overwrite(story, "people_person", story.case, {"language": "cy"})
    assert "Words for the person in Welsh (optional)" in text(officer, path)
    send(officer, path, **given, **condition(person_text_welsh=WELSH), **condition(2, person_text="Nor ask for them."))
    found = {one.person_text: one.person_text_welsh for one in terms(office, story.case)}
    assert (found[WORDS], found["Nor ask for them."]) == (WELSH, None)
    said = f'<span lang="cy">{WELSH}</span>'
    colleague = sign_in("colleague")
    [waiting] = [one.id for one in terms(office, story.case) if one.person_text == WORDS]
    for page in ("confirm/", f"terms/{waiting}/confirm/", "orders/"):
        assert said in colleague.get(f"/cases/{story.case}/{page}").content.decode()
    send(colleague, f"/cases/{story.case}/terms/{waiting}/refuse/", reason="The Welsh names a victim (invented).")
    again = officer.get(f"/cases/{story.case}/instruments/{the_order(office, WORDS)}/terms/new/?again={waiting}")
    assert WELSH in again.content.decode()


def the_order(office: Office, words: str) -> Id:
    return next(one.instrument for one in terms(office, office.story.case) if one.person_text == words)


def test_a_second_officer_confirms_several_at_once_and_never_their_own(office: Office) -> None:
    officer, colleague, story = sign_in("officer"), sign_in("colleague"), office.story
    assert "No condition waits for a second officer" in text(colleague, f"/cases/{story.case}/confirm/")
    path = kept(officer, story.case, "shpo_sc")
    given = {**an_order(), "controller": story.agency, "reference": "T86/0078"}
    send(officer, path, **given, **condition(), **condition(2, person_text="Nor ask for them."))
    confirm = f"/cases/{story.case}/confirm/"
    assert "You recorded what waits here" in text(officer, confirm)
    assert confirm in links(colleague, f"/cases/{story.case}/orders/")
    assert "Tick each condition" in errors(send(colleague, confirm))
    waiting = [one.id for one in terms(office, story.case) if one.confirmed_by is None]
    token = {"csrfmiddlewaretoken": officer.cookies["__Host-csrftoken"].value}
    assert officer.post(confirm, {"terms": waiting, **token}).status_code == 200  # they are no choice of the officer's
    assert send(colleague, confirm, terms=waiting[:1], compared="court_confirmed").status_code == 302
    assert [one.id for one in terms(office, story.case) if one.confirmed_by is None] == waiting[1:]
    [agreed] = [one for one in terms(office, story.case) if one.id == waiting[0]]
    assert agreed.compared_with is Compared.COURT_CONFIRMED
    assert "the court confirmed it" in text(officer, f"/cases/{story.case}/terms/{agreed.id}/confirm/")


def test_a_case_opens_with_its_first_document(office: Office) -> None:
    officer = sign_in("officer")
    person = {"reference": "86/NEW", "name": "Kim Invented", "language": "en"}
    assert "Select the type of document" in errors(send(officer, "/cases/new/", **person, document=scan()))
    assert "Choose the document, or select no type" in errors(send(officer, "/cases/new/", **person, basis="licence"))
    answer = send(officer, "/cases/new/", **person, basis="licence", document=scan())
    assert "/scans/" in answer["Location"]
    assert "New conditions" in text(officer, answer["Location"])


def sro() -> dict[str, object]:
    given = {name: value for name, value in an_order().items() if not name.startswith("convicted_on")}
    return {**given, "reference": "SRO/1"}


def test_an_order_that_rests_on_no_conviction_says_so_wherever_it_is_read(office: Office) -> None:
    """R-LEG-8: a Sexual Risk Order of somebody who was convicted of nothing."""
    officer, story = sign_in("officer"), office.story
    path = kept(officer, story.case, "sro")
    assert "Leave empty if there is no conviction" in text(officer, path)
    given = {**sro(), "controller": story.agency, **condition()}
    assert "lasts at least 2 years" in errors(send(officer, path, **given, **day("until_on", date(2028, 1, 13))))
    assert send(officer, path, **given, **day("until_on", date(2028, 1, 14))).status_code == 302
    shown = text(officer, f"/cases/{story.case}/orders/")
    assert "Sexual Risk Order" in shown
    assert "The order rests on no conviction" in shown


def test_how_the_court_came_to_make_it_decides_which_conviction_it_may_rest_on(office: Office) -> None:
    """R-LEG-7: of a conviction since December 2020 the order is under the Sentencing Code, unless somebody applied for it."""
    officer, story = sign_in("officer"), office.story
    path = kept(officer, story.case, "shpo_soa")
    given = {**an_order(), "controller": story.agency, "reference": "T86/0081"}
    assert "Select how the court came to make it" in errors(send(officer, path, **given))
    assert "under the Sentencing Code" in errors(send(officer, path, **given, route="conviction"))
    assert send(officer, path, **given, route="application").status_code == 302


def test_a_variation_keeps_the_first_day_of_its_conditions_and_takes_the_place_of_the_order(office: Office) -> None:
    """R-LEG-9: five years count from the order that is varied, and the older order is over once the variation counts."""
    officer, colleague, story = sign_in("officer"), sign_in("colleague"), office.story
    path = kept(officer, story.case, "shpo_sc")
    like = next(one for one in terms(office, story.case) if one.instrument == story.instrument)
    today = local_day(Ms(int(time.time() * 1000)))
    dated = [day(name, today) for name in ("made_on", "served_on", "effective_on")]
    made = {key: value for one in dated for key, value in one.items()}
    given = {**an_order(), **made, "served_at": "00:01", "controller": story.agency, "reference": "T86/0082"}
    varies = {"varies": story.instrument, f"same_{like.id}": "1"}
    assert "Select who asked the court" in errors(send(officer, path, **given | varies))
    assert send(officer, path, **given | varies, varied_for="person").status_code == 302
    [same] = [one for one in terms(office, story.case) if one.person_text == like.person_text and one.id != like.id]
    assert same.since == like.since
    again = kept(officer, story.case, "shpo_sc")
    assert "varies that order already" in errors(send(officer, again, **given | varies, varied_for="person"))
    send(colleague, f"/cases/{story.case}/terms/{same.id}/confirm/", compared="certified")
    assert "varies this one and takes its place" in text(officer, f"/cases/{story.case}/orders/")


def test_what_allows_no_monitoring_is_refused_with_the_reason(office: Office) -> None:
    """R-LEG-2."""
    officer, case = sign_in("officer"), office.story.case
    said = errors(send(officer, f"/cases/{case}/instruments/new/", basis="voo", document=scan()))
    assert "It gives no power to monitor a device" in said
