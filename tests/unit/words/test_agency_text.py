"""A Welsh notice marks an agency's own words as English (WCAG 2.2, 3.1.2)."""

from dataclasses import replace

import pytest

from offmon.core.authority.notice import Content, NoticeController, NoticeGround, ToldTerm, Watcher
from offmon.core.formats.event import Gravity
from offmon.words.agency_text import in_parts
from offmon.words.catalogue import Language, translate
from offmon.words.document import Block, Kind, Paper
from offmon.words.forms import NoticeFormat, in_form
from offmon.words.notice import write
from tests.unit.core.authority.test_notice import content

WELSH = Language.WELSH


def written() -> tuple[Content, list[str]]:
    """A notice whose every word of an agency's is unmistakable, with our own punctuation in it, and those words."""
    it, words = content(), list[str]()

    def word(of: str) -> str:
        words.append(f"Agency's {of}, “the {of}”. O hyd at, {len(words)}")
        return words[-1]

    def ground(n: int) -> NoticeGround:
        one = it.told.grounds[n]
        terms = tuple(ToldTerm(word(f"term {n}"), term.period) for term in one.terms)
        return replace(one, made_by=word(f"court {n}"), reference=word(f"reference {n}"), terms=terms)

    controllers = tuple(
        NoticeController(word(f"name {n}"), word(f"contact 86 00{n}"), one.root) for n, one in enumerate(it.controllers)
    )
    told = replace(it.told, grounds=tuple(ground(n) for n in range(len(it.told.grounds))))
    witnesses = tuple(
        Watcher(f"w{n}", one.fingerprint, word(f"operator {n}"), one.independent) for n, one in enumerate(it.witnesses)
    )
    changed = replace(it, controllers=controllers, told=told, witnesses=witnesses, office_hours=word("hours"))
    changed = replace(
        changed, on_call={gravity: word(gravity) for gravity in Gravity}, duty_inspector=word("inspector")
    )
    return changed, words


@pytest.mark.parametrize("form", [NoticeFormat.PAGE, NoticeFormat.LARGE, NoticeFormat.EASY])
def test_every_word_of_an_agency_is_english_and_every_word_of_ours_is_welsh(form: NoticeFormat) -> None:
    it, words = written()
    paper = in_form(write(it, WELSH), form, WELSH)
    assert paper is not None
    pieces = [piece for _, texts in in_parts(paper, WELSH) for parts in texts for piece in parts]
    english = {text for text, language in pieces if language is Language.ENGLISH}
    ours = "\n".join(text for text, language in pieces if language is WELSH)
    assert [word for word in words if word in ours] == []
    said = words if form is not NoticeFormat.EASY else [word for word in words if word in paper.text]
    assert len(said) > 6
    assert [word for word in said if not any(word in text for text in english)] == []
    names = {translate(WELSH, f"notice.gravity.{gravity}") for gravity in Gravity}
    assert [text for text in english if names & set(text.split(":")[:1])] == []


@pytest.mark.parametrize("language", Language)
def test_the_pieces_together_are_the_notice_word_for_word(language: Language) -> None:
    paper = write(written()[0], language)
    parts = in_parts(paper, language)
    together = [(kind, tuple("".join(text for text, _ in one) for one in texts)) for kind, texts in parts]
    assert together == list(paper.parts)


def test_in_english_all_of_it_is_english() -> None:
    paper = write(content(), Language.ENGLISH)
    pieces = [piece for _, texts in in_parts(paper, Language.ENGLISH) for parts in texts for piece in parts]
    assert {language for _, language in pieces} == {Language.ENGLISH}


def test_what_stands_under_another_head_or_none_is_shown_as_it_is() -> None:
    said = translate(WELSH, "notice.contact.party", name="A force", contact="86 000")
    paper = Paper((Block.of(Kind.TITLE, "Hysbysiad"), Block.of(Kind.HEADING, "Pennawd"), Block.of(Kind.ITEM, said)))
    assert list(in_parts(paper, WELSH))[-1] == (Kind.ITEM, (((said, WELSH),),))


@pytest.mark.parametrize("form", [NoticeFormat.PAGE, NoticeFormat.EASY])
def test_a_term_that_has_welsh_words_is_told_in_them_in_welsh_and_in_english_as_before(form: NoticeFormat) -> None:
    it, own = content(), "Rhaid i chi beidio ag ymweld â’r siopau."
    ground = it.told.grounds[0]
    terms = (replace(ground.terms[0], welsh=own), *ground.terms[1:])
    it = replace(it, told=replace(it.told, grounds=(replace(ground, terms=terms), *it.told.grounds[1:])))
    paper = in_form(write(it, WELSH), form, WELSH)
    assert paper is not None
    pieces = [piece for _, texts in in_parts(paper, WELSH, [own, None]) for parts in texts for piece in parts]
    assert {language for text, language in pieces if own in text} == {WELSH}
    english = write(it, Language.ENGLISH).text
    assert ground.terms[0].text in english
    assert own not in english
