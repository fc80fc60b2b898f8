"""What a page of the portal says, read from its own HTML: a table's lines, a list's items, and an outline in the catalogue's keys."""

import html
import re
from functools import cache
from html.parser import HTMLParser
from typing import Final

from offmon.words.catalogue import Language, placeholders, texts

type Row = tuple[str, ...]
"""A line of a table: the day that it stands under, then each text of each cell, with "|" between cells."""

AREAS: Final = (
    "frame.",
    "portal.",
    "capability.",
    "inventory.never.",
    "notice.title",
    "notice.why.term",
    "easy.title",
    "watched.",
)
_VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta"})
_TOLD: Final = frozenset(
    {"action", "aria-label", "autocomplete", "colspan", "download", "href", "id", "inputmode", "method", "name"}
    | {"rel", "role", "scope", "spellcheck", "tabindex", "type"}
)
_LONGEST: Final = 60
_SILENT: Final = frozenset({"path", "script", "svg", "title"})


def plain(page: str) -> str:
    """A page's text as it is read, the marks taken out that say which of it is in another language."""
    return html.unescape(re.sub(r'<span lang="\w+">(.*?)</span>', r"\1", page, flags=re.S))


def section(page: str, named: str) -> str:
    """What stands under the head of that id."""
    return page.partition(f'id="{named}"')[2].partition("<h2")[0]


def rows(page: str, named: str) -> list[Row]:
    """The lines of the table under the head of that id, in their order."""
    found, on = list[Row](), ""
    for line in re.findall(r"<tr[^>]*>(.*?)</tr>", section(page, named).partition("</thead>")[2], re.S):
        day = re.search(r'<th scope="rowgroup"[^>]*>(.*?)</th>', line, re.S)
        cells = re.findall(r"<td[^>]*>(.*?)</td>", line, re.S)
        on = plain(day[1]) if day else on
        if cells:
            found.append((on, *(text for cell in cells for text in ("|", *_texts(cell)))))
    return found


def items(part: str) -> list[str]:
    """The texts of the items of the lists in a part of a page."""
    return [" ".join(_texts(item)) for item in re.findall(r"<li[^>]*>(.*?)</li>", part, re.S)]


def _texts(cell: str) -> list[str]:
    """The texts of a cell: what a line break or a box of its own parts."""
    parts = re.split(r"<br>|</?div[^>]*>", re.sub(r"</?(?:span|a)[^>]*>", "", cell))
    return [" ".join(html.unescape(part).split()) for part in parts if part.strip()]


def outline(page: str, language: Language) -> list[str]:
    """What stands in a page's main part, a line each: the element, what it is called by or leads to, and its text as the catalogue's key.

    A language's own part of an address is "*", so that a page has one outline in every language. What stands in an `article` is left out.
    """
    main = re.sub(r"<article.*</article>", "", page.partition("<main")[2].partition("</main>")[0], flags=re.S)
    title = html.unescape(page.partition("<title>")[2].partition("</title>")[0]).rpartition(" – ")[0]
    return [f"title: {keyed(title, language)}", *_lines(f"<main{main}", language)]


def around(page: str, language: Language) -> list[str]:
    """The same of what stands around the main part."""
    before, _, rest = page.partition("<body")[2].partition("</html>")[0].partition("<main")
    frame = f"<body{before}{rest.partition('</main>')[2]}"
    return _lines(re.sub(r"</?strong[^>]*>", "", frame), language)  # the page's own place in the navigation is one


def _lines(part: str, language: Language) -> list[str]:
    reader = _Reader(language)
    reader.feed(re.sub(r"</?span[^>]*>", "", part))
    return reader.lines


class _Reader(HTMLParser):
    """`_begun`: the line of the element that was opened last, as long as nothing stands in it."""

    def __init__(self, language: Language) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._language, self._open, self._said, self._begun = language, list[str](), "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end()
        told = {name: value or "" for name, value in attrs if name in _TOLD or name.startswith("data-i18n")}
        line = " ".join(f"{name}={self._value(value)}" for name, value in sorted(told.items()))
        if "hreflang" in dict(attrs):
            line = "to the other language"
        self._begun = bool(line) and tag not in _SILENT and told.get("name") != "csrfmiddlewaretoken"
        if self._begun:
            self.lines.append(f"{tag} {line}")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._end()
        self._begun = False
        assert tag in _VOID or self._open.pop() == tag, "what is opened is closed, in that order"

    def handle_data(self, data: str) -> None:
        self._said += data

    def _end(self) -> None:
        said, self._said = " ".join(self._said.split()), ""
        if not said or not self._open or self._open[-1] in {*_SILENT, "textarea"}:
            return
        key = keyed(said, self._language)
        if self._begun:
            self.lines[-1] += f": {key}"
        else:
            self.lines.append(f"{self._open[-1]}: {key}")

    def _value(self, value: str) -> str:
        if " " in value or value[:1].isupper():
            return keyed(value, self._language)
        return value.replace(f"/{self._language}/", "/*/")


def keyed(said: str, language: Language) -> str:
    """A text as the keys of the catalogue that say it, with what is filled in; what is not the catalogue's stands in quotes."""
    whole, filled = _catalogue(language)
    if said in whole:
        return whole[said]
    if re.fullmatch("[0-9a-f]{64}", said):
        return "a digest"
    before, colon, after = said.partition(": ")
    if colon and before in whole:
        return f"{whole[before]}: {keyed(after, language)}"
    sentences = [text for text in whole if text[-1] in ".?" and said.startswith(f"{text} ")]
    for line, key in () if sentences else filled:
        found = line.fullmatch(said)
        if found is not None:
            given = ", ".join(f"{name}={keyed(value, language)}" for name, value in sorted(found.groupdict().items()))
            return f"{key}({given})"
    for text in (*sentences, *whole, ":"):
        if said.startswith(f"{text} "):
            return f"{whole.get(text, text)} + {keyed(said.removeprefix(f'{text} '), language)}"
    return f"“{said if len(said) < _LONGEST else said[:_LONGEST] + '…'}”"


@cache
def _catalogue(language: Language) -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    """The texts that have nothing to fill in, longest first, with every key that says each; and the others as patterns."""
    known = {key: text for key, text in texts(language).items() if key.startswith(AREAS)}
    whole, filled = dict[str, list[str]](), list[tuple[int, re.Pattern[str], str]]()
    for key, text in sorted(known.items()):
        if not placeholders(text):
            whole.setdefault(text, []).append(key)
            continue
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(text))
        filled.append((-len(text), re.compile(pattern), key))
    longest = sorted(whole.items(), key=lambda one: -len(one[0]))
    return {text: "|".join(keys) for text, keys in longest}, [
        (line, key) for _, line, key in sorted(filled, key=lambda o: (o[0], o[2]))
    ]
