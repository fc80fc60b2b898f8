"""The notice as written: every heading, only what was chosen, plain words, repeatable (R-RGT-1, R-RGT-5, R-RGT-6)."""

import re
from dataclasses import replace
from hashlib import sha256

import pytest

from offmon.core.authority import inventory
from offmon.core.authority.bases import Basis, Family
from offmon.core.authority.notice import Content, NoticeSection
from offmon.core.errors import Malformed, Refused
from offmon.core.formats.event import Gravity
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.words.card import card
from offmon.words.catalogue import Language, texts, translate
from offmon.words.document import Block, Kind, Paper
from offmon.words.notice import write
from tests.unit.core.authority.test_notice import BY_LICENCE, BY_SITE, content, told

GRADE = 6.0  # of US schools, where one is 11 or 12 years old in the sixth


def headings(paper: Paper) -> list[str]:
    return [block.text for block in paper.blocks if block.kind is Kind.HEADING]


def under(paper: Paper, head: str) -> list[Block]:
    """The blocks below a heading."""
    starts = [n for n, block in enumerate(paper.blocks) if block.kind is Kind.HEADING]
    first = next(n for n in starts if paper.blocks[n].text == head)
    return list(paper.blocks[first + 1 : next((n for n in starts if n > first), None)])


@pytest.mark.parametrize("language", Language)
def test_every_head_is_there_and_has_something_under_it(language: Language) -> None:
    paper = write(content(), language)
    wanted = [translate(language, f"notice.head.{head}") for head in NoticeSection]
    assert headings(paper) == wanted
    assert len(set(wanted)) == len(NoticeSection) == 20
    assert all(under(paper, head) for head in wanted)


def test_what_it_is_about_stands_in_it() -> None:
    it = content()
    text = write(it, Language.ENGLISH).text
    for said in (it.person, it.reference, it.authorisation, it.duty_inspector, it.office_hours):
        assert said in text
    assert it.checkpoint.splitlines()[2] in text
    for party in it.controllers:
        assert party.root in text
        assert party.contact in text
    for ground in it.told.grounds:
        assert ground.reference in text
        assert all(term.text in text for term in ground.terms)
    assert "This is not an emergency service" in text
    assert "14 days later" in text
    assert "run by A university" in text


@pytest.mark.parametrize("language", Language)
def test_a_notice_of_sites_alone_says_nothing_of_phrases(language: Language) -> None:
    paper = write(replace(content(), told=told(BY_SITE)), language)
    what = [block.text for block in under(paper, translate(language, "notice.head.what"))]
    assert translate(language, "capability.site.notice") in what
    assert translate(language, "capability.phrase.notice") not in what
    names = ("context_before", "context_after", "url")
    fields = {name for name in names if translate(language, f"inventory.leaves.body.{name}") in what}
    assert fields == {"url"}
    assert translate(language, "notice.court.licence") not in paper.text
    assert [ground.basis for ground in told(BY_SITE).grounds] == [Basis.SHPO_SC]


def test_the_words_for_the_inventory_are_of_its_own_fields_and_of_no_others() -> None:
    known = {key for key in texts(Language.ENGLISH) if key.startswith("inventory.")}
    lines, about = set[str](), {"inventory.journal"}
    for field in inventory.FIELDS:
        if field.part is not None:
            lines.add(f"inventory.leaves.{field.said}")
        if field.part not in {None, *inventory.RECORD}:
            about.add(f"inventory.about.{field.part}")
    never = {f"inventory.never.{number}" for number in range(len(inventory.NEVER))}
    assert known == lines | about | never
    assert tuple(translate(Language.ENGLISH, f"inventory.never.{n}") for n in range(len(never))) == inventory.NEVER


@pytest.mark.parametrize("language", Language)
def test_the_card_names_who_monitors_until_when_and_whom_to_call_and_nothing_that_shames(language: Language) -> None:
    it = content()
    made = card(write(it, language), language)
    assert made is not None
    said = "\n".join("".join(text for text, _ in line) for line in made)
    for told_of in (it.controllers[0].name, it.controllers[0].contact, it.reference):
        assert told_of in said
    assert translate(language, "notice.card.open") in said
    for ground in it.told.grounds:
        kept = (ground.reference, ground.made_by, translate(language, f"notice.basis.{ground.basis}"))
        assert [one for one in (*kept, *(term.text for term in ground.terms)) if one in said] == []
    assert it.person not in said
    english = {text for line in made for text, of in line if of is Language.ENGLISH}
    assert language is Language.ENGLISH or english == {it.controllers[0].name, it.controllers[0].contact, it.reference}


def test_the_card_says_the_day_after_which_no_condition_lasts() -> None:
    last = replace(content(), told=told(BY_LICENCE))
    assert "Until: the end of 28 February 2027" in write(last, Language.ENGLISH).text


def test_a_notice_with_other_heads_has_no_card() -> None:
    notice = write(content(), Language.ENGLISH)
    more = replace(notice, blocks=(*notice.blocks, Block.of(Kind.HEADING, "Another head")))
    assert card(more, Language.ENGLISH) is None


@pytest.mark.parametrize("language", Language)
def test_there_is_a_place_for_each_to_sign_and_to_sign_is_not_to_agree(language: Language) -> None:
    blocks = under(write(content(), language), translate(language, "notice.head.receipt"))
    signing = [block.text for block in blocks if block.kind is Kind.FIELD]
    assert signing == [
        translate(language, f"notice.receipt.{who}") for who in ("person", "officer", "interpreter", "adult")
    ]
    assert translate(language, "notice.receipt.means") in [block.text for block in blocks]


def test_who_is_called_for_several_gravities_is_named_once() -> None:
    it = replace(content(), on_call={**content().on_call, Gravity.URGENT: "the night desk, 86 009"})
    said = [block.text for block in under(write(it, Language.ENGLISH), "When someone is watching")]
    assert "urgent: the night desk, 86 009" in said
    assert "high, standard: the duty desk, 86 001" in said


def test_the_same_content_gives_the_same_bytes_and_the_bytes_are_the_paper() -> None:
    for language in Language:
        paper, again = write(content(), language), write(content(), language)
        assert paper.text == again.text
        assert Paper.parse(paper.text) == paper
        assert paper.digest == sha256(paper.text.encode()).hexdigest()
    english = write(content(), Language.ENGLISH).digest
    assert english != write(content(), Language.WELSH).digest
    assert english != write(replace(content(), delay_days=15), Language.ENGLISH).digest


def test_the_checkpoint_can_be_copied_from_it_for_the_verifier() -> None:
    paper = under(write(content(), Language.WELSH), translate(Language.WELSH, "notice.head.paper"))
    code = [block.text for block in paper if block.kind is Kind.CODE]
    copied = Checkpoint.copied("\n".join(code[:3]).encode())
    assert (copied.origin, copied.size) == ("force.invalid/86/log", 12)


def test_what_lacks_a_piece_is_not_written() -> None:
    with pytest.raises(Refused, match=r"\[notice-incomplete\]"):
        write(replace(content(), witnesses=()), Language.ENGLISH)


def test_a_text_in_many_lines_becomes_one_and_cannot_make_a_heading() -> None:
    it = replace(content(), person="Sam\n## Your rights\nInvented")
    paper = write(it, Language.ENGLISH)
    assert len(headings(paper)) == len(NoticeSection)
    assert "Sam ## Your rights Invented" in paper.text


def test_a_text_that_begins_like_a_heading_is_refused() -> None:
    with pytest.raises(Malformed):
        _ = Paper((Block.of(Kind.TITLE, "A notice"), Block.of(Kind.TEXT, "# Not a title"))).text


@pytest.mark.parametrize("text", ["", "# A\n- b\n", "# A\n\n\nb\n", "# A", "# A\n\n- b\n\n- c\n"])
def test_a_text_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Paper.parse(text)


def test_parts_keep_a_list_together() -> None:
    kinds = (Kind.TITLE, Kind.TEXT, Kind.TEXT, Kind.ITEM, Kind.ITEM)
    blocks = tuple(Block(kind, text) for kind, text in zip(kinds, "Tabcd", strict=True))
    assert list(Paper(blocks).parts) == [(Kind.TEXT, ("a",)), (Kind.TEXT, ("b",)), (Kind.ITEM, ("c", "d"))]


def syllables(word: str) -> int:
    """Groups of vowels, less a silent e: what the formula's authors counted by ear."""
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith("le") and groups > 1
    return max(groups - silent, 1)


def grade(sentences: list[str]) -> float:
    """Flesch–Kincaid grade: 0.39 words a sentence + 11.8 syllables a word − 15.59 (Kincaid et al., 1975)."""
    words = [word for sentence in sentences for word in re.findall(r"[a-z’']+", sentence.lower())]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_the_grade_is_that_of_the_formula() -> None:
    assert grade(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    hard = "Notwithstanding considerable organisational complications, administration necessitates documentation."
    assert grade([hard]) > 20


def test_a_reader_of_twelve_can_read_it() -> None:
    it = replace(content(), told=told(BY_SITE))
    said = [block.text for block in write(it, Language.ENGLISH).blocks if block.kind in {Kind.TEXT, Kind.ITEM}]
    sentences = [one for text in said for one in re.split(r"(?<=[.?:])\s+", text)]
    assert len(sentences) > 60
    assert grade(sentences) <= GRADE, f"the notice is for grade {grade(sentences):.1f}"
    # … and no single sentence is long.
    assert [one for one in sentences if len(one.split()) > 32] == []


def test_each_basis_can_be_told() -> None:
    wanted = {f"notice.basis.{basis}" for basis in Basis}
    wanted |= {f"notice.{of}.{family}" for family in Family for of in ("happens", "court")}
    assert wanted <= set(texts(Language.ENGLISH))


def test_content_has_no_default_that_could_stand_for_a_missing_piece() -> None:
    with pytest.raises(TypeError):
        Content()  # type: ignore[call-arg]
