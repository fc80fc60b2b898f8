"""What the site's own pages show of a promise is looked at as a stranger would: a page that is gone turns its line red (issue 3)."""

from dataclasses import dataclass

import pytest

from offmon.core.assurance import Control, Standing
from offmon.core.ids import Ms
from offmon.server.oversight.site import Answer, Site, look

WORDS = {
    Control.PRIVACY_PAGE: ("privacy/", b'<h2 id="roles">'),
    Control.CONTACT_PAGE: ("contact/", b'name="about_a_person"'),
}
NOT_FOUND = Answer(404, False, b"")


@dataclass(frozen=True, slots=True)
class Pages(Site):
    """A site that answers with these pages, and knows no other."""

    pages: dict[str, Answer]

    def get(self, path: str) -> Answer:
        return self.pages.get(path, NOT_FOUND)


def stands(control: Control, pages: dict[str, Answer]) -> Standing:
    return look(control, Pages("", "", pages), Ms(1)).standing


@pytest.mark.parametrize("control", WORDS)
def test_a_page_that_is_there_in_both_languages_holds_and_one_that_is_gone_fails(control: Control) -> None:
    name, words = WORDS[control]
    whole = {f"/{language}/{name}": Answer(200, False, words) for language in ("en", "cy")}
    assert stands(control, whole) is Standing.HOLDS
    for path in whole:
        assert stands(control, {**whole, path: NOT_FOUND}) is Standing.FAILS
        assert stands(control, {**whole, path: Answer(200, False, b"another page")}) is Standing.FAILS


@pytest.mark.parametrize("control", WORDS)
def test_a_site_that_does_not_answer_fails(control: Control) -> None:
    assert look(control, Site("127.0.0.1:9", "nowhere"), Ms(1)).standing is Standing.FAILS
