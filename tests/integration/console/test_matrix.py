"""Every address × every role × whose case, signed in through the form: what the document says is what happens (issue 2, "Matrix")."""

from django.test import Client

from offmon.core.audit import Verb
from tests.integration.console.addresses import Addresses
from tests.integration.console.office import Office, sign_in, sign_in_as, sign_in_name
from tests.unit.server.faces.matrix import ROLES, Whose

LEADS_ON = {  # public, and where they lead depends on who one is and how far they have come
    "",
    "sign-in/code/",
    "sign-in/recovery/",
    "sign-in/set-up/",
    "sign-out/",
}


def test_each_address_opens_to_whom_the_document_says(office: Office) -> None:
    addresses = Addresses.of(office)
    wrong = []
    for role in ROLES:
        for whose in Whose:
            browser = sign_in_as(office, role, whose)
            for line, path in addresses.pages():
                status = browser.get(path, follow=line.route in LEADS_ON).status_code
                if status != line.expected(role, whose):
                    wrong.append(f"{role} {path} ({whose.value} case): {status}, not {line.expected(role, whose)}")
    assert wrong == []


def test_a_form_is_refused_to_whom_its_page_is(office: Office) -> None:
    """Sent outright, as by someone who never opened the page: the door is the same, and nothing is written."""
    addresses = Addresses.of(office)
    before = _entries(office)
    wrong, refused = [], 0
    for role in ROLES:
        for whose in (Whose.COLLEAGUES, Whose.ANOTHER_AGENCYS):
            browser = sign_in(sign_in_name(role, whose))
            browser.handler.enforce_csrf_checks = False
            for line, path in addresses.pages():
                if not line.of_a_case:
                    continue
                refused += whose is Whose.COLLEAGUES
                if browser.post(path).status_code != line.expected(role, whose):
                    wrong.append(f"{role} {path} ({whose.value} case)")
    assert wrong == []
    # Of this agency's own: the sign-ins, and each refusal.
    assert _entries(office) - before == len(ROLES) + refused


def test_a_guest_s_form_is_refused_where_a_party_has_no_part(office: Office) -> None:
    addresses = Addresses.of(office)
    wrong = []
    for role in ROLES:
        browser = sign_in_as(office, role, Whose.PARTYS)
        browser.handler.enforce_csrf_checks = False
        for line, path in addresses.pages():
            expected = line.expected(role, Whose.PARTYS)
            if line.of_a_case and expected != 200 and browser.post(path).status_code != expected:
                wrong.append(f"{role} {path}")
    assert wrong == []


def test_nobody_signed_in_is_led_to_the_sign_in_page(office: Office) -> None:
    nobody = Client()
    for line, path in Addresses.of(office).pages():
        if line.permission is not None:
            answer = nobody.get(path)
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/"), path


def _entries(office: Office) -> int:
    return len(office.story.entries(*Verb))
