"""What no text may call anybody, and that each published specification has its own words."""

import re
from pathlib import Path

from offmon.server.faces.website.published import ABOUT, Published
from offmon.words.catalogue import Language, texts

ROOT = Path(__file__).parents[3]


def test_nobody_is_called_an_offender_on_their_own_pages_or_papers() -> None:
    own = ("portal.", "notice.", "device.", "easy.", "indicator.", "told.", "frame.")
    for language in Language:
        of_them = {key: text for key, text in texts(language).items() if key.startswith(own)}
        assert {key: text for key, text in of_them.items() if re.search(r"offender|troseddw", text, re.I)} == {}


def test_each_published_file_is_called_what_it_is() -> None:
    specs = {file.name for file in (ROOT / "docs" / "specs").glob("*.md")}
    assert specs == {name for name in ABOUT if name.endswith(".md")} - {"impact-assessment.md"}
    for language in Language:
        said = [texts(language)[f"site.experts.{about}"] for about in (*ABOUT.values(), "other")]
        assert len(set(said)) == len(said)
    assert Published("another.md", b"", "", "").about == "other"
