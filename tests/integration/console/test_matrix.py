"""Every address × every role × whose case, signed in through the form, agrees with the document (issue 2, "Matrix")."""

import re
import secrets
from collections.abc import Collection
from copy import deepcopy
from http.cookies import SimpleCookie
from itertools import product
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.test import Client, override_settings

from offmon.core.access import portal_access
from offmon.core.access.roles import Role
from offmon.core.formats.protocol import MARKER_PATH
from offmon.core.log.audit import Verb
from offmon.server.base.policies import Process
from tests.integration.console.addresses import LEADS_ON, Addresses
from tests.integration.console.office import Office, sign_in, sign_in_as, sign_in_name
from tests.integration.ingest.arrange import ingest_settings, keys_in
from tests.integration.portal.person import portal
from tests.server import as_process
from tests.support.fake_device import FakeDevice, new_id
from tests.support.site import site_settings
from tests.unit.server.faces.matrix import OTHER_FACES, ROLES, Whose, elsewhere, filled, is_guest

# The portal hashes for a name that nobody has too, so that it takes as long: not here, where it is asked a hundred times.
QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"
# Every form's boxes, so that none is refused for its shape. The name is another each time, or the portal would say to wait.
FORMS = {
    "code": "x",
    "pin": "830194",
    "pin_new": "830194",
    "pin_again": "830194",
    "words": "x",
    "about_a_person": "no",
    "message": "How does it work?",
    "choice": "accepted",
}


def test_each_address_opens_to_whom_the_document_says(addresses: Addresses) -> None:
    wrong = []
    for role, whose in product(ROLES, Whose):
        browser = sign_in_as(addresses.office, role, whose)
        for line, path in addresses.pages():
            if line.route not in LEADS_ON and (whose is Whose.OWN or is_guest(role, whose)):
                continue  # `test_reads` opens each of these, and compares its answer with the document too
            if whose is not Whose.OWN and (not line.of_a_case or line.expected(role, whose) == 403):
                continue  # a page about no case, and a refusal of the role itself, are the same for those who have other cases
            status = browser.get(path, follow=line.route in LEADS_ON).status_code
            if status != line.expected(role, whose):
                wrong.append(f"{role} {path} ({whose.value} case): {status}, not {line.expected(role, whose)}")
    assert wrong == []


def test_a_form_is_refused_to_whom_its_page_is(addresses: Addresses) -> None:
    """Sent outright, as by someone who never opened the page: the door is the same, and nothing is written.

    What the role itself is refused is the same for those who have other cases: it is sent once.
    """
    before, forms = _entries(addresses.office), 0
    for role in ROLES:
        refused = forms_refused(addresses, role, Whose.COLLEAGUES, {403, 404})
        of_a_case = [line for line, _ in addresses.pages() if line.of_a_case]
        assert refused == sum(line.expected(role, Whose.COLLEAGUES) != 200 for line in of_a_case)
        forms += refused
    # Of this agency's own: the sign-ins, and each refusal.
    assert _entries(addresses.office) - before == len(ROLES) + forms
    for role, whose in product(ROLES, (Whose.ANOTHER_AGENCYS, Whose.PARTYS)):
        forms_refused(addresses, role, whose, {404})


def forms_refused(addresses: Addresses, role: Role, whose: Whose, by: Collection[int]) -> int:
    """Each form of a case that is to be refused to them so is; how many there were."""
    browser = sign_in_as(addresses.office, role, whose)
    browser.handler.enforce_csrf_checks = False
    expected = {path: line.expected(role, whose) for line, path in addresses.pages() if line.of_a_case}
    expected = {path: status for path, status in expected.items() if status in by}
    assert {path: browser.post(path).status_code for path in expected} == expected, (role, whose)
    return len(expected)


def test_nobody_signed_in_is_led_to_the_sign_in_page(addresses: Addresses) -> None:
    nobody = Client()
    for line, path in addresses.pages():
        if line.permission is not None:
            answer = nobody.get(path)
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/"), path


def test_a_sign_in_is_nobodys_on_the_other_faces(office: Office, tmp_path: Path) -> None:
    """Each address of every other face × each role, in each language: the answer is what nobody signed in gets.

    Read, and sent what it takes: three of ingest's addresses answer nothing but a POST.
    """
    cookies = [sign_in(sign_in_name(role, Whose.OWN)).cookies for role in ROLES]
    assert {*OTHER_FACES} == {"website", "portal", "ingest"}
    story = office.story
    with as_process(story.database, Process.WEBSITE), override_settings(**site_settings(tmp_path)):
        for line in elsewhere("website"):
            for path in filled(line.route):
                _same_for_all(path, cookies)
    with portal(story), override_settings(PASSWORD_HASHERS=[QUICK]):
        for line in elsewhere("portal"):
            for path in filled(line.route):
                for answer in _same_for_all(path, cookies):
                    status, leads_to, _ = _said(answer)
                    assert line.permission is None or (status, leads_to.split("?")[0]) == (302, "/"), path
    told = {**keys_in(tmp_path), "OFFMON_INGEST_URL": "http://testserver"}
    with as_process(story.database, Process.INGEST), override_settings(**ingest_settings(told)):
        for line in elsewhere("ingest"):
            path = f"/{line.route}"
            for answer in _same_for_all(path, cookies, _documents().get(path, b"")):
                assert answer.status_code in range(400, 500) or path == MARKER_PATH, path


def _same_for_all(path: str, cookies: list[SimpleCookie], document: bytes | None = None) -> list[HttpResponse]:
    """What nobody signed in gets who reads it, and who sends it a form, or this document."""
    nobody = _answers(path, SimpleCookie(), document)
    for given in cookies:
        assert [*map(_said, _answers(path, given, document))] == [*map(_said, nobody)], path
    return nobody


def _answers(path: str, cookies: SimpleCookie, document: bytes | None) -> list[HttpResponse]:
    reader, sender = (Client(raise_request_exception=False) for _ in range(2))
    for browser in (reader, sender):
        browser.cookies = deepcopy(cookies)  # what one answer sets, no other request brings
    sent: dict[str, Any] = {"data": {**FORMS, "name": new_id()}}
    if document is not None:
        sent = {"data": document, "content_type": "application/json"}
    answers: list[Any] = [reader.get(path), sender.post(path, **sent)]
    return answers


def _said(answer: HttpResponse) -> tuple[int, str, bytes]:
    """Its status, where it leads, and its words."""
    return answer.status_code, answer.headers.get("Location", ""), _words(answer.content)


def _documents() -> dict[str, bytes]:
    """What each of ingest's addresses takes, of a device that nobody knows: whole, and without the signature of the request."""
    device = FakeDevice("http://testserver")
    asked = (
        device.enrol(bytes(10)),
        device.heartbeat(),
        device.ask_profile(),
        device.ask_way_in(device.draw(portal_access.draw(secrets.choice))),
    )
    return {one.path: one.body for one in asked}


def _words(page: bytes) -> bytes:
    """The page without what differs from one request to the next: its reference, its form's token, and the minute."""
    return re.sub(rb"[0-9a-f]{32}|\"csrfmiddlewaretoken\" value=\"\w+\"|\d\d:\d\d|\"at\": \d+", b"", page)


def _entries(office: Office) -> int:
    return len(office.story.entries(*Verb))
