"""What an agency wrote is in English, and is marked as that on a Welsh page (WCAG 2.2 3.1.2)."""

from offmon.server.base.web.languages import say_around, theirs
from offmon.words.catalogue import Language, say

CALLED = "Control room (invented), extension 0001, at once"
KEY = "site.frame.witness"


def test_it_is_marked_in_welsh_and_stands_plainly_in_english() -> None:
    assert theirs(Language.ENGLISH, CALLED) == CALLED
    assert theirs(Language.WELSH, CALLED) == f'<span lang="en">{CALLED}</span>'


def test_what_is_ours_within_the_same_sentence_is_not_marked() -> None:
    ours = say(Language.WELSH, "site.frame.not-independent")
    said = say_around(Language.WELSH, KEY, {"operator": "this machine (trial)"}, independence="peiriant")
    assert said.count("<span") == 1
    assert '<span lang="en">this machine (trial)</span>' in said
    assert "peiriant" in said.partition("</span>")[2]
    english = say_around(Language.ENGLISH, KEY, {"operator": "this machine (trial)"}, independence=ours)
    assert "<span" not in english


def test_markup_in_it_stays_text() -> None:
    for language in Language:
        said = say_around(language, KEY, {"operator": "<b>{x}</b>"}, independence="<i>")
        assert "&lt;b&gt;{x}&lt;/b&gt;" in said
        assert "&lt;i&gt;" in said
