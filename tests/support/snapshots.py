"""The visible text of a page, as people read it, and the reviewed text of each: a file a page beside the test.

Rules
- What differs from one run to the next is named (`DATE`, `TIME`, `ID`), so that a page has one text however often it is made.
- `pytest PATH --snapshot-update` writes the texts anew. Whoever changes a page reads what changed in its text, and commits both.
- Of a Welsh page no text is kept: it has the same lines as the English one, and none of the catalogue's English among them.
"""

import re
from functools import cache
from html.parser import HTMLParser
from typing import Final

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from offmon.words.catalogue import Language, texts
from tests.support.spoken import defaults_in_welsh, said_in

MONTHS: Final = "January|February|March|April|May|June|July|August|September|October|November|December"
DAYS: Final = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
DIFFERS: Final = (
    (re.compile(rf"(?:(?:{DAYS}) )?\b\d{{1,2}} (?:{MONTHS}) \d{{4}}\b"), "DATE"),
    (re.compile(rf"\b\d{{1,2}} (?:{MONTHS})\b"), "DAY"),
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), "DATE"),
    (re.compile(r"\b\d\d?:\d\d(:\d\d)?([ap]m)?\b"), "TIME"),
    (re.compile(r"\b[0-9a-f]{8,}\b"), "ID"),
    (re.compile(r"\b86/[0-9a-f]{6}\b"), "86/ID"),
    (re.compile(r"\b[A-Z]-[0-9A-F]{4}-[0-9A-F]{4}\b"), "REFERENCE"),
    (re.compile(r"\b([A-Z2-7]{4}[ -]){3,}[A-Z2-7]{4}\b"), "CODE"),
    (re.compile(r"\b\d{12,}\b"), "ID"),
    (re.compile(r"(?<=umber )\d{4}\b"), "ID"),
    (re.compile(r"\b\d+ (?=(?:days?|hours?) (?:left|ago|remain))"), "N "),
    (re.compile(r"\b([Ll]ess than a minute|\d+ (?:minutes?|hours?))( so far)?$", re.MULTILINE), "MINUTES"),
    (
        re.compile(r"^td (?:\d+ h|\d+ min|\d+ h \d+ min)\n", re.MULTILINE),
        "",
    ),  # by day and hour, as long as a test takes
    (re.compile(r"[\w+/=-]{40,}"), "KEY"),
)
_VOID: Final = frozenset({"meta", "link", "input", "br", "hr", "img", "path", "source", "col", "wbr"})
_INLINE: Final = frozenset({"a", "abbr", "b", "br", "code", "em", "span", "strong", "time"})
_SILENT: Final = frozenset({"script", "style", "svg", "template", "title"})
_NAMES: Final = {"submit": "button", "button": "button", "radio": "( )", "checkbox": "[ ]", "hidden": ""}


class PageText(SingleFileSnapshotExtension):
    """`snapshot(extension_class=PageText, name=…)`: one text file a page."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


def read(page: str) -> str:
    """The text of a page's main part (or of all of it, where it has none), a line for each block: the element, and what it says."""
    reader = _Reader()
    reader.feed(page.partition("<main")[2].partition(">")[2].partition("</main>")[0] or page)
    reader.close()
    return "".join(f"{line}\n" for line in reader.lines)


def around(page: str) -> str:
    """The text of what stands around the main part."""
    before, _, rest = page.partition("<body")[2].partition(">")[2].partition("<main")
    return read(before + rest.partition("</main>")[2])


def fixed(text: str) -> str:
    """That text, with a name in the place of what differs."""
    for pattern, name in DIFFERS:
        text = pattern.sub(name, text)
    return text


def assert_welsh(welsh: str, english: str) -> None:
    """A Welsh page says none of the catalogue's English as Welsh, and has line for line the blocks of the English page."""
    assert 'lang="cy"' in welsh
    assert english_in(said_in(welsh, "cy")) == []
    assert defaults_in_welsh(welsh) == set()
    blocks = [[line.partition(" ")[0] for line in read(page).splitlines()] for page in (welsh, english)]
    assert blocks[0] == blocks[1]


def english_in(welsh: str) -> list[str]:
    """The keys of the English texts that stand in a Welsh text."""
    said = " ".join(welsh.split())
    return [key for key, text in _only_english().items() if text in said]


@cache
def _only_english() -> dict[str, str]:
    """Each English text of several words, nothing to be filled in, that is not the Welsh too."""
    welsh = texts(Language.WELSH)
    return {
        key: " ".join(text.split())
        for key, text in texts(Language.ENGLISH).items()
        if len(text.split()) > 2 and "{" not in text and "](" not in text and text != welsh.get(key)
    }


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _INLINE:
            self._end()
        if tag == "br":
            self._said += " / "
        if tag in {"input", "textarea", "select"}:
            kind = _NAMES.get(given.get("type", "text"), f"[{given.get('type', tag if tag != 'input' else 'text')}]")
            of_date = "govuk-date-input__input" in given.get("class", "").split() and given.get("value")
            held = (
                "NUMBER"
                if of_date
                else ""
                if given.get("type") in {"radio", "checkbox", "hidden"}
                else given.get("value", "")
            )
            mark = "(x)" if "checked" in given and kind == "( )" else "[x]" if "checked" in given else kind
            self.lines += [f"{mark} {held}".strip()] if kind else []
        if tag not in _VOID:
            self._open.append((tag, tag in _SILENT or "hidden" in given))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self._end()
        while tag not in _VOID and self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(silent for _, silent in self._open):
            self._said += data

    def close(self) -> None:
        super().close()
        self._end()

    def _end(self) -> None:
        said, self._said = " ".join(self._said.split()), ""
        if any(letter.isalnum() for letter in said):
            block = next((tag for tag, _ in reversed(self._open) if tag not in _INLINE), "")
            self.lines.append(f"{block} {said}".strip())


def words_of(text: str) -> int:
    """How many words somebody reads there."""
    return len([word for word in text.split() if any(letter.isalnum() for letter in word)])
