"""The court's copy of a report: the page of the bundle with names in their places, as one PDF."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from offmon.core.errors import Refused
from offmon.core.formats.event import Body
from offmon.core.ids import Ms
from offmon.server.evidence import court_copy, report
from offmon.server.evidence.court_copy import Names, as_pdf, copy_of, people_in
from tests.support.forge import Forge
from tests.unit.server.evidence.test_report import AGENCY, case_of

HOSTILE = '#read("/etc/passwd") *bold* <script>'


@pytest.fixture(scope="module")
def page() -> bytes:
    """Of a case with an exhibit, in which somebody saw a title that the typesetter could take for its own language."""
    forge = Forge(body=lambda body: Body(body.url, HOSTILE, body.matched_entry, None, None))
    return report.render(case_of(forge.build()), AGENCY)


def names(page: bytes) -> Names:
    people = {person: f"Officer {number} Invented" for number, person in enumerate(sorted(people_in(page)))}
    return Names("Sam Invented, 86/0001", people, "An invented force", Ms(1_780_000_000_000))


def texts(nodes: list[dict[str, Any]]) -> Iterator[str]:
    for node in nodes:
        yield from [node["text"]] if node["tag"] == "text" else texts(node["kids"])


def test_each_person_whom_the_report_mentions_is_named_and_nobody_is_in_the_bundle(page: bytes) -> None:
    named = names(page)
    words = "".join(texts(copy_of(page, named)["nodes"]))
    assert len(named.people) == 5
    for name in (*named.people.values(), named.supervised):
        assert name in words
        assert name not in page.decode()
    assert "Staff member" not in words
    assert re.search(r"AB1 \(possible breach 1\): evidential, decided by Officer \d Invented, case officer", words)


def test_whom_the_directory_does_not_know_keeps_the_mark_of_the_report(page: bytes) -> None:
    words = "".join(texts(copy_of(page, Names("Sam Invented", {}, "An invented force", Ms(0)))["nodes"]))
    assert "decided by AB, case officer" in words
    assert "Staff member 1, supervisor" in words


def test_one_page_and_one_list_of_names_give_one_pdf_and_no_text_is_markup(page: bytes) -> None:
    assert HOSTILE in "".join(texts(copy_of(page, names(page))["nodes"]))
    first = as_pdf(page, names(page))
    assert first.startswith(b"%PDF-1.7")
    assert first == as_pdf(page, names(page))


def test_a_report_that_is_too_long_is_printed_from_its_page(page: bytes) -> None:
    with pytest.raises(Refused, match="too long for a PDF"):
        as_pdf(page + b" " * court_copy.MOST, names(page))
