"""The forms of a notice, each made from the kept text.

Rules (R-RGT-6)
- The page, the large print and the file are the notice word for word. The file is its text to the byte, so that anyone can check its
  fingerprint. Easy Read says the same in other words, and says so.
- Audio, braille and other languages are not made here, so they are neither offered nor recorded as served.
"""

from enum import StrEnum

from offmon.words.catalogue import Language
from offmon.words.document import Paper
from offmon.words.easy_read import easy


class NoticeFormat(StrEnum):
    """A form of the notice."""

    PAGE = "page"
    LARGE = "large"
    EASY = "easy"
    TEXT = "text"


def in_form(notice: Paper, form: NoticeFormat, language: Language) -> Paper | None:
    """The notice as that form shows it; None where it has no such form."""
    return easy(notice, language) if form is NoticeFormat.EASY else notice


def forms_of(notice: Paper, language: Language) -> tuple[NoticeFormat, ...]:
    """The forms that this notice has."""
    return tuple(form for form in NoticeFormat if in_form(notice, form, language) is not None)
