"""The public site's text on its promises exists in both languages, and its links lead somewhere (R-WEB-3)."""

import re
from pathlib import Path

import pytest

from offmon.core.public.assurance import PROMISES, UNTOLD, Control
from offmon.words.catalogue import Language, placeholders, texts
from offmon.words.inline_markup import InlinePart, parts
from tests.prove.markers import SAFEGUARDS

ROOT = Path(__file__).parents[3]


def test_every_promise_has_its_words_and_no_words_are_of_none() -> None:
    slugs = {key.split(".")[3] for key in texts(Language.ENGLISH) if key.startswith("site.safeguards.promise.")}
    assert slugs == {promise.slug for promise in PROMISES}
    controls = {key.split(".")[3] for key in texts(Language.ENGLISH) if key.startswith("site.safeguards.control.")}
    assert controls == {control.value for control in Control if not control.startswith("paper-")}
    placed = {one: placeholders(texts(Language.ENGLISH)[f"site.safeguards.control.{one}"]) for one in controls}
    told = {one for one, names in placed.items() if names == {"figure"}}
    assert controls - told == {control.value for control in UNTOLD}


def test_what_a_promise_names_is_in_the_register() -> None:
    assert {each for promise in PROMISES for each in promise.safeguards} <= {*SAFEGUARDS}


@pytest.mark.parametrize("language", Language)
def test_every_promise_says_in_plain_words_what_keeps_it_what_stands_behind_that_and_which_test_shows_it(
    language: Language,
) -> None:
    said = texts(language)
    for promise in PROMISES:
        words = [said.get(f"site.safeguards.promise.{promise.slug}.{part}", "") for part in ("how", "behind", "shown")]
        assert all(words), promise.slug
        assert len(set(words)) == len(words), promise.slug
        assert not any(re.search(r"\bS\d+\b|tests/|::", text) for text in words), f"{promise.slug}: a name is no word"


COMMANDS = {
    "make": set(re.findall(r"^([a-z -]+):$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)),
    "offmon": {"verify", "assure"},
}


def test_what_is_typed_to_check_a_promise_is_a_command_that_there_is() -> None:
    targets = {name for line in COMMANDS["make"] for name in line.split()}
    for key, text in texts(Language.ENGLISH).items():
        for part in parts(text) if key.startswith("site.safeguards.") else ():
            if part.typed:
                program, what = part.text.split()[:2]
                known = {"make": targets, "offmon": COMMANDS["offmon"], ".venv/bin/pytest": {what}}[program]
                assert what in known, key
                assert program != ".venv/bin/pytest" or "{" in what or (ROOT / what).is_file(), key


@pytest.mark.parametrize("language", Language)
def test_what_is_typed_and_where_links_lead_is_the_same_in_both_languages(language: Language) -> None:
    def marks(text: str) -> list[tuple[str, str | None]]:
        marked = (part for part in parts(text) if part != InlinePart(part.text))
        return sorted((part.text if part.typed else "", part.leads_to) for part in marked)

    ours, english = texts(language), texts(Language.ENGLISH)
    site = [key for key in english if key.startswith("site.")]
    assert [key for key in site if marks(ours[key]) != marks(english[key])] == []


def test_a_promise_that_no_safeguard_is_about_names_a_test_that_is_there() -> None:
    for promise in PROMISES:
        assert bool(promise.safeguards) != bool(promise.tests), promise.slug
        assert [named for named in promise.tests if not (ROOT / named).is_file()] == []
