"""The court's copy of a bundle's report: the page of the bundle as a PDF, with the names of whom it mentions.

Rules
- It says what `data/report.html` of the bundle says, element by element. Names alone differ: they come from the agency's directory, and the
  copy says so. No bundle holds a name, so nobody checks them by the bundle.
- Only who is mentioned in the report is named. Whoever makes this copy may take the bundle out, and the log says to whom it goes.
- Text is handed to the typesetter as data. What a page's title says is never markup, opens no file, and asks no network for anything.
- One page and one list of names give one PDF, to the byte. It is tagged, so that a screen reader can read it (PDF/UA-1).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import typst

from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.server.evidence.report_words import london

MOST: Final = 512 << 10
"""Bytes of a report that is set here: some 1,000 disclosures, which took 13 seconds and 300 MiB on two busy cores."""
_VOID: Final = {"meta", "br"}
_UNSEEN: Final = {"style", "head"}
_OF_BLOCKS: Final = {"main", "div", "table", "thead", "tbody", "tr", "ul"}
"""Between what these hold, a line's end is no space."""
_SPACES: Final = re.compile(r"[ \n\t\r]+")
_TEMPLATES: Final = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Names:
    """Whom the copy names. `people`: staff by id; `at`: when the directory was read."""

    supervised: str
    people: Mapping[Id, str]
    agency: str
    at: Ms


@dataclass(slots=True)
class _Element:
    tag: str
    attributes: dict[str, str | None]
    kids: list["_Element | str"] = field(default_factory=list)


class _Reader(HTMLParser):
    """The elements of a page, as they nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [_Element("page", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = _Element(tag, dict(attrs))
        self.open[-1].kids.append(found)
        if tag not in _VOID:
            self.open.append(found)

    def handle_endtag(self, tag: str) -> None:
        if len(self.open) > 1 and self.open[-1].tag == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].kids.append(data)


def people_in(report: bytes) -> set[Id]:
    """The ids of those whom a report mentions: whose names its copy needs."""
    return {Id(person) for one in _elements(_read(report)) if (person := one.attributes.get("data-person"))}


def copy_of(report: bytes, names: Names) -> dict[str, Any]:
    """What the typesetter is given: title, author, and the elements of the page with names in their places."""
    page = _read(report)
    title = next("".join(_texts(one)) for one in _elements(page) if one.tag == "title")
    body = next(one for one in _elements(page) if one.tag == "main")
    return {"title": title, "author": names.agency, "nodes": [*_nodes(body.kids, names, within=body.tag)]}


def as_pdf(report: bytes, names: Names) -> bytes:
    """The copy. Raises Refused (`report-too-long`) where setting it would take too long: then the page itself is printed."""
    if len(report) > MOST:
        raise Refused(
            "report-too-long",
            "This report is too long for a PDF. Download the bundle, open its report, and print that.",
        )
    return typst.compile(
        _TEMPLATES / "report.typ",
        root=_TEMPLATES,
        sys_inputs={"doc": json.dumps(copy_of(report, names))},
        format="pdf",
        pdf_standards="ua-1",
        timestamp=names.at // 1000,
    )


def _read(report: bytes) -> _Element:
    reader = _Reader()
    reader.feed(report.decode())
    reader.close()
    return reader.open[0]


def _elements(one: _Element) -> Iterator[_Element]:
    yield one
    for kid in one.kids:
        if isinstance(kid, _Element):
            yield from _elements(kid)


def _texts(one: _Element) -> Iterator[str]:
    for kid in one.kids:
        if isinstance(kid, str):
            yield kid
        else:
            yield from _texts(kid)


def _nodes(kids: Iterable["_Element | str"], names: Names, *, within: str) -> Iterator[dict[str, Any]]:
    """What the typesetter is given: a text, or an element with what is in it. `within`: the tag around them."""
    for kid in kids:
        if isinstance(kid, str):
            if kid.strip() or within not in _OF_BLOCKS:
                yield {"tag": "text", "text": _SPACES.sub(" ", kid)}
        elif kid.tag not in _UNSEEN:
            given = _named(kid, names)
            found: dict[str, Any] = {
                "tag": kid.tag,
                "kids": [*_nodes(kid.kids if given is None else [given], names, within=kid.tag)],
                "new_sheet": kid.attributes.get("class") == "new-sheet",
            }
            if kid.tag == "code":
                found["text"] = "".join(_texts(kid))
            if colspan := kid.attributes.get("colspan"):
                found["colspan"] = colspan
            yield found


def _named(one: _Element, names: Names) -> str | None:
    """The name, or the words about names, that this copy has in an element's place."""
    if person := one.attributes.get("data-person"):
        return names.people.get(Id(person))
    if "data-supervised" in one.attributes:
        return names.supervised
    if "data-names" in one.attributes:
        return (
            f"The names in this copy come from the directory of {names.agency} as of {london(names.at)}. The report in the"
            " bundle is the same without names, and the bundle proves nothing about them. The appendix has the identifiers."
        )
    return None
