"""What the catalogue says of the software is what the software does: neither of what it reads, nor of what it protects, more."""

import re
from pathlib import Path

import pytest

import offmon.verify
from offmon.core.event import PageClass
from offmon.match.exclusions import Excluded
from offmon.match.exclusions_default import default_exclusions
from offmon.match.pages import ENGINES, page_class
from offmon.server.faces.website.published import ABOUT, SPECIFICATIONS, Published
from offmon.words.catalogue import Language, texts

ROOT = Path(__file__).parents[3]
DOCUMENTS = ["https://docs.google.com/document/d/1/edit", "https://listed.invalid/a.pdf", "file:///home/a.odt"]
OF_DOCUMENTS = re.compile(r"(search|chwilio)[^.]*(documents|dogfennau)", re.I)
UNCONDITIONAL = re.compile(
    r"solicitor[^.]*(is never collected|no trace)|lawyer, nothing|gyfreithiwr, ni nodwyd|cyfreithiwr[^.]*(unrhyw ôl|byth ei gasglu)"
    r"|does not know of visits|gwybod am ymweliadau",
    re.I,
)


@pytest.mark.parametrize("language", Language)
def test_no_words_say_that_documents_are_read_while_none_is(language: Language) -> None:
    assert {page_class(url) for url in DOCUMENTS} == {PageClass.UNKNOWN}
    assert all(engine.term for engine in ENGINES)
    assert {key: text for key, text in texts(language).items() if OF_DOCUMENTS.search(text)} == {}


@pytest.mark.parametrize("language", Language)
def test_no_words_promise_that_a_place_is_protected_that_no_list_need_name(language: Language) -> None:
    assert not Excluded(default_exclusions()).covers("https://some-solicitor.invalid/")
    assert {key: text for key, text in texts(language).items() if UNCONDITIONAL.search(text)} == {}


def test_the_verifier_is_as_small_as_the_experts_page_says() -> None:
    own = sum(len(file.read_text().splitlines()) for file in Path(offmon.verify.__file__).parent.glob("*.py"))
    assert "less than a thousand lines" in texts(Language.ENGLISH)["site.experts.body.verify.text"]
    assert own < 1000


def test_each_published_file_is_called_what_it_is() -> None:
    specs = {file.stem for file in (ROOT / "docs" / "specs").glob("*.md")}
    assert specs == SPECIFICATIONS | {"README"}
    for language in Language:
        said = [texts(language)[f"site.experts.{about}"] for about in (*ABOUT.values(), "specification", "other")]
        assert len(set(said)) == len(said)
    assert Published("another.md", b"", "", "").about == "other"


def test_nobody_is_called_an_offender_on_their_own_pages_or_papers() -> None:
    own = ("portal.", "notice.", "device.", "easy.", "indicator.", "told.", "frame.")
    for language in Language:
        of_them = {key: text for key, text in texts(language).items() if key.startswith(own)}
        assert {key: text for key, text in of_them.items() if re.search(r"offender|troseddw", text, re.I)} == {}
