"""The document first, then its details beside its pages: a scan waits in its case, is used once, or is discarded (R-LEG-1)."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from offmon.core import clock
from offmon.core.authority.bases import Basis
from offmon.core.errors import NotAuthentic, Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Operation, Verb
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.scope import scope
from offmon.server.orders.actions import InstrumentEntry, do_discard_scan, do_keep_scan, do_record_instrument
from offmon.server.orders.models import DocumentRow, WaitingScan
from offmon.server.orders.queries import scan_of, scan_page_of
from offmon.server.orders.scan import Scan
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import an_order, errors, file, the_id
from tests.support.fake_device import now
from tests.support.images import page_image
from tests.support.orders import an_entry
from tests.support.papers import PDF
from tests.support.story import Story
from tests.support.taken import name, taken_console
from trial.papers import pages

PAGES = [page_image(page) for page in pages(Basis.SHPO_SC)]


def given(office: Office) -> dict[str, object]:
    return {**an_order(), "reference": "T86/0009", "controller": office.story.agency}


def kept(browser: Client, case: str) -> str:
    """Given at the console, as page images; the address of its form."""
    files = [SimpleUploadedFile(f"{number}.png", page) for number, page in enumerate(PAGES)]
    return send(browser, f"/cases/{case}/instruments/new/", basis="shpo_sc", document=files)["Location"]


def scan_in(story: Story) -> Id:
    return do_keep_scan(story.case, Basis.SHPO_SC, Scan.of(PAGES), actor=story.officer)


def entry_of(story: Story, scan: Id) -> InstrumentEntry:
    month_ago = Ms(now() - 30 * clock.DAY_MS)
    return an_entry(story.agency, Basis.SHPO_SC, month_ago, reference="T86/0009", document=scan)


def test_what_nobody_could_read_beside_the_form_is_not_kept(office: Office) -> None:
    """It went all the way to a signed profile: "compared", and confirmed on a page that it does not have."""
    officer, path = sign_in("officer"), f"/cases/{office.story.case}/instruments/new/"
    locked = "The PDF is locked by a password or against changes."
    for called, data, said in (
        ("o.pdf", PDF[:-9], "The document is cut off: its end is missing. Scan or save it again"),
        ("o.pdf", PDF.replace(b"/Size", b"/Encrypt 5 0 R/Size"), locked),
        ("o.pdf", PDF.replace(b"/Size", b"/Enc#72ypt 5 0 R/Size"), locked),
        ("o.png", PAGES[0][:-1], "The document is cut off"),
    ):
        assert said in errors(send(officer, path, basis="shpo_sc", document=SimpleUploadedFile(called, data)))
    assert "document uploaded by" not in officer.get(f"/cases/{office.story.case}/orders/").content.decode()


def shown_beside(page: Any) -> list[str]:
    """The page images that stand in the frame beside the form."""
    html = page.content.decode()
    assert 'class="frame-beside"' in html
    return re.findall(r'<img src="([^"]+)"', html[html.index('id="document"') :])


def test_an_order_is_recorded_beside_its_pages_and_an_error_loses_nothing(office: Office) -> None:
    officer, story = sign_in("officer"), office.story
    path = kept(officer, story.case)
    page = officer.get(path)
    assert 'type="file"' not in page.content.decode()
    beside = [f"{path}pages/{number}/" for number in (1, 2)]
    assert shown_beside(page) == beside
    assert [officer.get(one).content for one in beside] == PAGES
    assert "object-src 'self'; frame-src 'self'" in page["Content-Security-Policy"]

    wrong = send(officer, path, **{**given(office), "checked": ""})
    assert "Select how you checked it" in errors(wrong)
    assert 'value="T86/0009"' in wrong.content.decode()
    assert shown_beside(wrong) == beside
    refused = send(officer, path, **{**given(office), "convicted_on-year": "2020"})  # by the law, not by a box
    assert "under the 2003 Act" in errors(refused)
    assert shown_beside(refused) == beside
    assert "document uploaded by" in officer.get(f"/cases/{story.case}/orders/").content.decode()

    instrument = the_id(send(officer, path, **given(office)), "instruments")
    assert "document uploaded by" not in officer.get(f"/cases/{story.case}/orders/").content.decode()
    assert officer.get(path).status_code == officer.get(beside[0]).status_code == 404
    of_it = f"/cases/{story.case}/instruments/{instrument}/"
    assert officer.get(f"{of_it}pages/2/").content == PAGES[1]
    one = next(one for one in file(office).instruments if one.id == instrument)
    assert one.document == Scan.of(PAGES).digest


def test_each_step_is_in_the_log_of_the_case(office: Office) -> None:
    officer, story = sign_in("officer"), office.story
    path = kept(officer, story.case)
    scan = path.split("/")[-2]
    officer.get(f"{path}pages/1/")
    send(officer, path, **given(office))
    said = (Verb.DOCUMENT_KEPT, Verb.DOCUMENT_OPENED, Verb.INSTRUMENT_RECORDED)
    entries = [one for one in story.entries(*said) if any(named.id == scan for named in one.touched)]
    assert [one.verb for one in entries] == list(said)
    assert {one.case for one in entries} == {story.case}
    assert entries[0].operation is Operation.COLLECTION
    with scope(story.officer):
        row = WaitingScan.objects.get(id=scan)
        assert row.touched() in entries[-1].touched
        assert (row.waits, row.names) == (False, [])
        assert DocumentRow.objects.get(id=row.id).touched() in entries[-1].touched


def test_a_scan_is_taken_up_once_and_in_its_own_case_alone(office: Office) -> None:
    officer, story = sign_in("officer"), office.story
    other = the_id(send(officer, "/cases/new/", reference="86/NEW", name="Kim Invented", language="en"), "cases")
    scan = scan_in(story)
    for path in (f"scans/{scan}/", f"scans/{scan}/pages/1/", f"scans/{scan}/discard/"):
        assert officer.get(f"/cases/{other}/{path}").status_code == 404, path
        assert officer.get(f"/cases/{story.case}/{path}").status_code == 200, path
    entry, mine = entry_of(story, scan), story.officer
    elsewhere = Actor(mine.id, mine.role, mine.team, new_id())
    for act in (
        lambda: do_record_instrument(Id(other), entry, actor=story.officer),
        lambda: do_discard_scan(Id(other), scan, actor=story.officer),
        lambda: do_record_instrument(story.case, entry, actor=story.stranger),
        lambda: do_discard_scan(story.case, scan, actor=story.stranger),
        lambda: do_discard_scan(story.case, scan, actor=elsewhere),
    ):
        with pytest.raises(Refused, match="scan-not-waiting"):
            act()
    assert scan_of(story.case, scan, actor=story.stranger) is None
    assert scan_page_of(story.case, scan, 1, actor=story.stranger) is None
    do_record_instrument(story.case, entry, actor=story.officer)
    for once_more in (
        lambda: do_record_instrument(story.case, entry, actor=story.officer),
        lambda: do_discard_scan(story.case, scan, actor=story.officer),
    ):
        with pytest.raises(Refused, match="scan-not-waiting"):
            once_more()
    assert len([one for one in file(office).instruments if one.reference == "T86/0009"]) == 1


def test_of_a_scan_that_was_changed_nothing_is_shown_or_recorded(office: Office) -> None:
    officer, story = sign_in("officer"), office.story
    scan = scan_in(story)
    with scope(story.officer):
        [first, _] = WaitingScan.objects.get(id=scan).names
    lies = story.documents / first
    lies.chmod(0o640)
    lies.write_bytes(b"another")
    path = f"/cases/{story.case}/scans/{scan}/"
    page = officer.get(path)
    assert shown_beside(page) == []
    assert "The stored scan is not the one that was uploaded" in page.content.decode()
    assert officer.get(f"{path}pages/1/").status_code == 409
    with pytest.raises(NotAuthentic, match="stored-changed"):
        do_record_instrument(story.case, entry_of(story, scan), actor=story.officer)
    assert "What was kept is not what lies there now" in errors(send(officer, path, **given(office)))
    assert not [one for one in file(office).instruments if one.reference == "T86/0009"]
    assert send(officer, f"{path}discard/").status_code == 302


def test_nor_of_one_of_which_nothing_says_where_it_lies(office: Office) -> None:
    """No entry commits to that: a console that was taken could empty it, and the order was recorded with no document to show."""
    officer, story = sign_in("officer"), office.story
    scan = scan_in(story)
    with taken_console(story) as console:
        console.execute("update orders_waiting_scan set names = '{}' where id = %s", [scan])
        name(console, story, Verb.CASE_CONSULTED, "orders_waiting_scan", scan)
    path = f"/cases/{story.case}/scans/{scan}/"
    assert "The stored scan is not the one that was uploaded" in officer.get(path).content.decode()
    assert officer.get(f"{path}pages/1/").status_code == 409
    with pytest.raises(Refused, match="row-not-as-left"):
        do_record_instrument(story.case, entry_of(story, scan), actor=story.officer)


def test_what_is_discarded_lies_there_no_more(office: Office) -> None:
    officer, story = sign_in("officer"), office.story
    before = {*story.documents.iterdir()}
    path = kept(officer, story.case)
    assert len({*story.documents.iterdir()} - before) == len(PAGES)
    assert "This deletes its pages" in officer.get(f"{path}discard/").content.decode()
    assert send(officer, f"{path}discard/").status_code == 302
    assert {*story.documents.iterdir()} == before
    assert officer.get(path).status_code == 404
    [entry] = story.entries(Verb.DOCUMENT_DISCARDED)
    assert (entry.operation, entry.case) == (Operation.ERASURE, story.case)


def test_who_may_not_record_an_order_neither_gives_sees_nor_discards_a_scan(office: Office) -> None:
    story, supervisor = office.story, sign_in("supervisor")
    scan = scan_in(story)
    for path in ("instruments/new/", f"scans/{scan}/", f"scans/{scan}/pages/1/", f"scans/{scan}/discard/"):
        assert supervisor.get(f"/cases/{story.case}/{path}").status_code == 403, path
    for act in (
        lambda: do_keep_scan(story.case, Basis.SHPO_SC, Scan.of(PAGES), actor=story.supervisor),
        lambda: do_discard_scan(story.case, scan, actor=story.supervisor),
        lambda: scan_of(story.case, scan, actor=story.supervisor),
        lambda: scan_page_of(story.case, scan, 1, actor=story.supervisor),
    ):
        with pytest.raises(Refused, match="not-permitted"):
            act()
