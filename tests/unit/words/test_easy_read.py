"""The notice in Easy Read: complete, short, and of this notice (R-RGT-6; issue 3, "the notice in every format")."""

import re
from dataclasses import replace

import pytest

from offmon.core.authority.notice import NoticeSection
from offmon.words.catalogue import Language, texts, translate
from offmon.words.document import Block, Kind, Paper
from offmon.words.easy_read import easy
from offmon.words.notice import write
from tests.unit.core.authority.test_notice import content
from tests.unit.words.test_notice import grade, headings

GRADE = 3.5  # of US schools: a reader of nine
MOST_WORDS = 14


@pytest.mark.parametrize("language", Language)
def test_every_head_of_the_notice_is_in_it_with_sentences_of_its_own(language: Language) -> None:
    made = easy(write(content(), language), language)
    assert made is not None
    assert headings(made) == [translate(language, f"easy.head.{head}") for head in NoticeSection]
    assert [head for head in NoticeSection if f"easy.{head}.1" not in texts(language)] == []
    assert Paper.parse(made.text) == made
    assert made.blocks[-1] == Block(Kind.CODE, write(content(), language).digest)


@pytest.mark.parametrize("language", Language)
def test_what_is_this_persons_own_is_the_notices_own_words(language: Language) -> None:
    it = content()
    notice = write(it, language)
    made = easy(notice, language)
    assert made is not None
    for said in (it.office_hours, it.controllers[0].name, it.controllers[0].contact, it.told.grounds[0].terms[0].text):
        assert said in made.text
    quoted = [block.text for block in made.blocks if block.kind is Kind.ITEM]
    assert quoted
    assert [text for text in quoted if text not in {block.text for block in notice.blocks}] == []


def test_it_can_be_read_at_nine() -> None:
    said = [text for key, text in texts(Language.ENGLISH).items() if key.startswith("easy.")]
    sentences = [one for text in said for one in re.split(r"(?<=[.?!:])\s+", text.strip()) if len(one.split()) > 1]
    assert [one for one in sentences if len(one.split()) > MOST_WORDS] == []
    assert grade(sentences) <= GRADE


def test_a_notice_with_other_heads_has_none() -> None:
    notice = write(content(), Language.ENGLISH)
    more = replace(notice, blocks=(*notice.blocks, Block.of(Kind.HEADING, "Another head")))
    assert easy(more, Language.ENGLISH) is None
