"""The changelog says what a user notices, in entries of at most 20 words; a fragment is one entry (docs/changes/README.md)."""

import re
import tomllib
from pathlib import Path

from tests.unit.tree.tree import files, text

MOST_WORDS = 20
CHANGELOG = Path("CHANGELOG.md")
SECTIONS = ["Added", "Changed", "Fixed", "Security", "Not yet"]


def too_long(entries: list[str]) -> list[str]:
    """The entries of more words than one may have."""
    return [entry for entry in entries if len(entry.split()) > MOST_WORDS]


def entries_of(changelog: str) -> list[str]:
    """Each list item, with the lines that it goes on in."""
    return [" ".join(item.split()) for item in re.findall(r"^- (.*(?:\n  .*)*)", changelog, re.MULTILINE)]


def test_each_entry_is_short() -> None:
    entries = entries_of(text(CHANGELOG))
    assert len(entries) > 20
    assert too_long(entries) == []


def test_an_entry_of_two_lines_is_one() -> None:
    assert entries_of("- One\n  two.\n- Three.\n") == ["One two.", "Three."]
    assert too_long(["word " * MOST_WORDS, "word " * (MOST_WORDS + 1)]) == ["word " * (MOST_WORDS + 1)]


def test_its_sections_are_those_of_the_form() -> None:
    kinds = [kind["name"] for kind in tomllib.loads(text(Path("pyproject.toml")))["tool"]["towncrier"]["type"]]
    assert kinds == SECTIONS[:-1]
    assert set(re.findall(r"^### (.*)$", text(CHANGELOG), re.MULTILINE)) <= set(SECTIONS)


def test_each_fragment_is_one_short_entry_of_a_known_kind() -> None:
    fragments = [path for path in files("docs/changes/*") if path.name != "README.md"]
    kinds = "|".join(section.lower() for section in SECTIONS[:-1])
    assert [str(path) for path in fragments if not re.fullmatch(rf"\+[\w-]+[.]({kinds})[.]md", path.name)] == []
    assert too_long([text(path) for path in fragments]) == []
