"""Which files may be a document, by their first and last bytes, and an instrument's digest of it (R-LEG-1)."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from offmon.core.authority.order import Media
from offmon.core.errors import NotAuthentic, Refused
from offmon.core.ids import Digest
from offmon.server.base.settings import common
from offmon.server.orders import scan
from offmon.server.orders.models import DocumentRow
from offmon.server.orders.scan import Scan, check_committed, digest_of
from tests.prove.markers import proves
from tests.support.papers import JPEG, PDF, PNG


def sha(data: bytes) -> Digest:
    return Digest(sha256(data).hexdigest())


def test_a_pdf_or_page_images_in_their_order_are_a_document() -> None:
    assert Scan.of([PDF]).kinds == (Media.PDF,)
    assert Scan.of([PNG, JPEG]).kinds == (Media.PNG, Media.JPEG)
    assert len(Scan.of([PNG] * 30).files) == 30


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([], "empty-file"),
        ([b""], "empty-file"),
        ([PNG, b""], "empty-file"),
        ([PNG] * 31, "too-many-pages"),
        ([PDF, PDF], "several-documents"),
        ([PNG, PDF], "several-documents"),
        ([b"<html><script>"], "not-a-scan"),
        ([b" %PDF-1.7"], "not-a-scan"),
        ([b"GIF89a"], "not-a-scan"),
        ([b"<svg xmlns='http://www.w3.org/2000/svg'>"], "not-a-scan"),
        ([PDF + bytes(20 << 20)], "document-too-large"),
        ([PNG + bytes(5 << 20)], "image-too-large"),
        ([PNG + bytes((5 << 20) - 99)] * 9, "document-too-large"),
        ([b"%PDF-"], "cut-off"),
        ([PDF[:-6]], "cut-off"),
        ([PDF + b"\n" * 1024], "cut-off"),
        ([PNG[:8]], "cut-off"),
        ([PNG[:-1]], "cut-off"),
        ([JPEG[:-1]], "cut-off"),
        ([PDF[: len(PDF) // 2]], "cut-off"),
        ([PDF.replace(b"/Size", b"/Encrypt 5 0 R/Size")], "locked"),
        ([PDF.replace(b"/Size", b"/Enc#72ypt 5 0 R/Size")], "locked"),
        ([PDF.replace(b"/Size", b"/#45#6e#63#72#79#70#74 5 0 R/Size")], "locked"),
        ([PDF.replace(b"/Size", b"/#45#6E#63rypt 5 0 R/Size")], "locked"),
        ([PDF.replace(b"/Type/Catalog", b"/Type/Catalog/AFRelationship/EncryptedPayload")], "locked"),
    ],
)
def test_nothing_else_is(files: list[bytes], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        Scan.of(files)
    assert refusal.value.code == code


def test_what_a_scanner_or_a_sender_adds_at_the_end_cuts_nothing_off() -> None:
    assert Scan.of([PDF + b"\r\n" * 9]).kinds == (Media.PDF,)
    assert Scan.of([PNG + bytes(9), JPEG + bytes(900)]).kinds == (Media.PNG, Media.JPEG)


def test_a_name_that_only_resembles_the_lock_locks_nothing() -> None:
    for name in (b"/Enc#73ypt", b"/Enc#7 2ypt", b"/enc#72ypt"):
        assert Scan.of([PDF.replace(b"/Size", name + b" 5 0 R/Size")]).kinds == (Media.PDF,)


def test_of_several_pages_it_is_said_which_one_is_cut_off() -> None:
    with pytest.raises(Refused, match="cut-off") as refusal:
        Scan.of([PNG, JPEG[:-2], PNG])
    assert "The image of page 2 is cut off" in refusal.value.message


def test_the_digest_of_one_file_is_its_sha256_and_of_several_that_of_their_list() -> None:
    assert Scan.of([PDF]).digest == sha(PDF)
    listed = f'["{sha(PNG)}","{sha(JPEG)}"]'
    assert Scan.of([PNG, JPEG]).digest == sha(b"offmon/document@1\0" + listed.encode())
    assert Scan.of([PNG, JPEG]).digest != Scan.of([JPEG, PNG]).digest


@proves("S34", check_committed, disabled=lambda data, number, digests, committed: None)
def test_what_is_shown_is_what_was_committed_to_or_nothing() -> None:
    digests = Scan.of([PNG, JPEG]).digests
    committed = digest_of(digests)
    check_committed(JPEG, 2, digests, committed)
    for data, number, of, to in (
        (JPEG + b"\0", 2, digests, committed),  # another page
        (JPEG, 1, digests, committed),  # a page in another's place
        (JPEG, 2, (sha(PDF), sha(JPEG)), committed),  # a list that is not the one that was committed to
        (JPEG, 1, (sha(JPEG),), committed),  # a page left out
    ):
        with pytest.raises(NotAuthentic, match="document-changed"):
            check_committed(data, number, of, to)


def test_the_console_takes_as_much_as_a_document_may_have() -> None:
    """The settings lie below the apps, so the number stands in both."""
    source = (common._SERVER / "base" / "settings" / "console.py").read_text()
    assert "FILE_UPLOAD_MAX_MEMORY_SIZE = 41 << 20" in source
    assert scan.MAX_TOTAL < 41 << 20


def test_a_document_is_committed_to_as_the_specs_say() -> None:
    tests = Path(__file__).parents[3]
    known = json.loads((tests / "vectors" / "records" / "records.json").read_text("ascii"))
    (case,) = (case for case in known if case["kind"] == "document")
    values = dict(case["values"])
    row = DocumentRow(instrument_id=values.pop("instrument"), salt=bytes.fromhex(case["salt"]), **values)
    assert (row.values(), row.commitment()) == (case["values"], case["commit"])
