"""The draft page says which collection no list fits, and a draft or a variation takes nothing that nobody was asked about (R-LEG-5)."""

from offmon.server.detectors import queries as lists
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import a_term, an_order, errors, record_order, the_id
from tests.integration.console.test_acts import day as boxes
from tests.integration.console.test_lists import live
from tests.integration.console.test_new_documents import sro, terms
from tests.integration.console.test_start_page import links, text
from tests.support.days import today


def test_what_cannot_be_chosen_is_said_with_what_to_do(office: Office) -> None:
    officer, supervisor, page = sign_in("officer"), sign_in("supervisor"), f"/cases/{office.story.case}/draft/"
    assert "What you cannot choose" not in text(officer, page)
    send(supervisor, f"/lists/{live(office)}/pause/", reason="Too many false matches.")
    shown = text(officer, page)
    assert "a confirmed condition makes it necessary, but no approved list for it fits" in shown
    assert "Sexual Harm Prevention Order (Sentencing Code) (Sexual communication with a child online)" in shown
    assert {"/lists/", "/lists/new/"} <= set(links(officer, page))
    assert "site_terms" not in shown


def test_a_list_must_fit_each_condition_of_the_choice(office: Office) -> None:
    story, officer = office.story, sign_in("officer")
    made = {**sro(), "controller": story.agency, "offence_types": ["fraud"]}
    added = record_order(officer, story.case, "sro", **made)
    order = the_id(added, "instruments")
    until = boxes("until_on", today().replace(year=today().year + 2))
    term = f"/cases/{story.case}/instruments/{order}/terms/new/"
    assert send(officer, term, **a_term() | until).status_code == 302
    [new] = [one.id for one in terms(office, story.case) if one.instrument == order]
    send(sign_in("colleague"), f"/cases/{story.case}/terms/{new}/confirm/", compared="certified")
    [site] = [one.ref.id for one in lists.choosable(actor=story.officer) if one.ref.name == "site-list@1"]
    old = next(
        one.id for one in terms(office, story.case) if one.instrument == story.instrument and "site" in one.capabilities
    )
    draft = f"/cases/{story.case}/draft/"
    said = errors(send(officer, draft, site_terms=[old, new], site_lists=[site]))
    assert "The list site-list@1 is for no type of offence of this order: Sexual Risk Order" in said
    assert send(officer, draft, site_terms=[old], site_lists=[site]).status_code == 302


def test_a_variation_adds_no_type_of_offence(office: Office) -> None:
    story, officer = office.story, sign_in("officer")
    dated = [boxes(name, today()) for name in ("made_on", "served_on", "effective_on")]
    made = {key: value for one in dated for key, value in one.items()} | {"served_at": "00:01", "reference": "T86/0098"}
    given: dict[str, object] = {
        **an_order(),
        **made,
        "controller": story.agency,
        "varies": story.instrument,
        "varied_for": "person",
    }
    given["offence_types"] = ["contact_online", "fraud"]
    assert "A variation adds no type of offence" in errors(record_order(officer, story.case, "shpo_sc", **given))
