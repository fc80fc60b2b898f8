"""The register of known devices, by an officer at the console: what monitoring covers, and what it does not (issue 20)."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from offmon.core import clock
from offmon.core.access.roles import Role
from offmon.core.authority.order import Media
from offmon.core.log.audit import Verb
from offmon.core.person.deadlines import RequestKind
from offmon.server.base.clock import now
from tests.integration.console.office import Office, send, sign_in, sign_in_as
from tests.integration.console.test_acts import day, errors
from tests.integration.console.test_request_desk import asked
from tests.integration.console.test_start_page import links, text
from tests.support.images import page_image
from tests.support.taken import superuser
from tests.unit.core.person.test_photograph import PLAIN
from tests.unit.server.faces.matrix import Whose

CHANGE = re.compile(r'href="([^"]*/known-devices/[0-9a-f]{32}/)">Change<span[^>]*>([^<]*)')
LABEL = PLAIN[Media.PNG]
TODAY = clock.local_day(now())
PHONE = {
    "called": "old phone",
    "kind": "mobile_phone",
    "owner": "person",
    "place": "at his mother’s",
    "whereabouts": "at_hand",
    "enrolled": "no",
    "why_not": "no_condition",
    "known": "person",
}


@pytest.fixture
def officer(office: Office) -> Client:  # who signs in works there
    return sign_in("officer")


def at(office: Office) -> str:
    return f"/cases/{office.story.case}/known-devices/"


def change(officer: Client, office: Office, called: str = "old phone") -> str:
    """The page on which the device of that name is changed."""
    page = officer.get(at(office)).content.decode()
    return str(next(path for path, about in re.findall(CHANGE, page) if about.endswith(called)))


def test_queue_alert_and_case_say_how_many_of_the_known_devices_are_covered(office: Office, officer: Client) -> None:
    case, alert = f"/cases/{office.story.case}/", f"/alerts/{office.story.alerts[0]}/"
    assert "Monitoring covers 1 of 1 known device" in text(officer, case)
    assert "known device" not in text(officer, "/alerts/")  # nothing to say: it covers all
    assert send(officer, at(office) + "new/", **PHONE).status_code == 302
    for page in (case, "/alerts/", alert, at(office)):
        assert "Monitoring covers 1 of 2 known devices" in text(officer, page)


def test_an_enrolled_device_that_nobody_recorded_asks_to_be_recorded_and_is_counted_once(
    office: Office, officer: Client
) -> None:
    [path] = [path for path in links(officer, at(office)) if "enrolled=" in path]
    device = path.partition("enrolled=")[2]
    assert f'value="{device}" checked' in officer.get(path).content.decode()
    laptop = {**PHONE, "called": "grey laptop", "kind": "computer", "enrolled": device, "why_not": "", "known": "seen"}
    assert send(officer, at(office) + "new/", **laptop, **day("seen_on", TODAY)).status_code == 302
    page = text(officer, at(office))
    assert "Monitoring covers 1 of 1 known device" in page
    assert "Record device" not in page
    for elsewhere in ("monitoring/", "devices/"):
        assert "grey laptop" in text(officer, f"/cases/{office.story.case}/{elsewhere}")
    assert f"Yes, as device {device[:8]}" in page
    twin = errors(send(officer, at(office) + "new/", **laptop | {"called": "another"}))
    assert "Another device of the register has this enrolment" in twin


def test_a_device_is_moved_seized_and_returned_and_each_entry_stays(office: Office, officer: Client) -> None:
    send(officer, at(office) + "new/", **PHONE)
    seized = PHONE | {"whereabouts": "seized", "place": "property store 4", "known": "seen"}
    assert send(officer, change(officer, office), **seized, **day("seen_on", TODAY)).status_code == 302
    assert "Monitoring covers 1 of 1 known device" in text(officer, at(office))
    assert send(officer, change(officer, office), **PHONE, **day("seen_on", TODAY)).status_code == 302
    page = text(officer, at(office))
    assert "Monitoring covers 1 of 2 known devices" in page
    assert page.count("Seized, or handed in") == 1
    assert "at his mother’s" in page
    with superuser(office.story) as hand:
        entries = hand.execute("select count(*) from audit_entry where verb = %s", [Verb.DEVICE_RECORDED]).fetchone()
    assert entries == (3,)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"why_not": ""}, "say why it is not monitored"),
        ({"called": ""}, "Enter what you call the device"),
        (day("seen_on", TODAY + timedelta(days=2)), "cannot be in the future"),
        ({"whereabouts": ""}, "Select where it stands"),
        ({"enrolled": "f" * 32}, "There is a problem"),
    ],
)
def test_what_does_not_hold_together_is_refused_and_nothing_typed_is_lost(
    office: Office, officer: Client, given: dict[str, str], said: str
) -> None:
    answer = send(officer, at(office) + "new/", **PHONE | given)
    assert said in errors(answer)
    assert "at his mother’s" in answer.content.decode()
    assert "No device is recorded" in text(officer, at(office))


def test_a_wrong_entry_counts_no_longer_and_a_retired_device_comes_back_from_nowhere(
    office: Office, officer: Client
) -> None:
    send(officer, at(office) + "new/", **PHONE)
    path = change(officer, office)
    assert send(officer, path, **PHONE | {"whereabouts": "retired"}).status_code == 302
    assert "replaced or retired" in errors(send(officer, path, **PHONE))
    wrong = next(path for path in links(officer, at(office)) if "standing" in path)  # the newest
    assert send(officer, wrong, standing="wrong", why="It was another phone.").status_code == 302
    assert "Monitoring covers 1 of 2 known devices" in text(officer, at(office))


def test_who_may_record_no_orders_reads_the_register_and_changes_nothing(office: Office, officer: Client) -> None:
    send(officer, at(office) + "new/", **PHONE)
    authoriser = sign_in_as(office, Role.AUTHORISING_OFFICER, Whose.OWN)
    assert "old phone" in text(authoriser, at(office))
    assert authoriser.get(at(office) + "new/").status_code == 403


def test_what_the_person_tells_of_a_device_leads_whoever_works_on_the_case_to_the_register(
    office: Office, officer: Client
) -> None:
    told = asked(office, RequestKind.DEVICE)
    request = f"/requests/{told}/"
    assert "Tells about a device" in text(officer, "/requests/")
    assert at(office) in links(officer, request)


def test_a_photograph_of_the_label_is_kept_without_what_the_camera_wrote_and_with_the_term(
    office: Office, officer: Client
) -> None:
    told = SimpleUploadedFile("label.png", page_image(LABEL), "image/png")
    sent = PHONE | {"photograph": told} | day("until", TODAY + timedelta(days=90))
    assert send(officer, at(office) + "new/", **sent).status_code == 302
    [path] = [one for one in links(officer, at(office)) if one.endswith("/pages/1/")]
    assert "Expected until" in text(officer, at(office))
    answer = officer.get(path)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer.content == LABEL
    assert send(officer, change(officer, office), **PHONE | {"place": "at work"}).status_code == 302
    assert officer.get(path).content == LABEL  # it stays with the device
    assert office.story.entries(Verb.DOCUMENT_OPENED)
    for one in office.story.documents.rglob("*"):
        assert not one.is_file() or LABEL[:16] not in one.read_bytes()  # it lies enclosed


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7", "must be a PNG or JPEG"),
        (LABEL[:-20], "damaged or cut off"),
        (b"x" * (5 << 20) + b"x", "5 MB or less"),
    ],
)
def test_what_is_no_photograph_is_refused_and_named(office: Office, officer: Client, data: bytes, said: str) -> None:
    told = SimpleUploadedFile("label.png", data, "image/png")
    assert said in errors(send(officer, at(office) + "new/", **PHONE | {"photograph": told}))
    assert "No device is recorded" in text(officer, at(office))
