"""An agency's text is English, and marked so on a Welsh page (WCAG 2.2, 3.1.2). How it is shown: tests/integration/portal."""

from offmon.server.base.web.languages import say_around
from offmon.words.agency_text import theirs
from offmon.words.catalogue import Language, translate

CALLED = "this machine (trial)"


def test_what_an_agency_wrote_is_english() -> None:
    assert theirs(CALLED) == ((CALLED, Language.ENGLISH),)


def test_within_a_sentence_what_is_theirs_is_english_and_what_is_ours_is_in_the_pages_language() -> None:
    for language in Language:
        ours = translate(language, "watched.not-independent")
        parts = say_around(language, "watched.line", {"operator": CALLED}, name="w", independence=ours)
        assert "".join(text for text, _ in parts) == translate(
            language, "watched.line", operator=CALLED, name="w", independence=ours
        )
        assert [text for text, of in parts if of is Language.ENGLISH and CALLED in text] == [CALLED]
        assert [of for text, of in parts if ours in text] == [language]
