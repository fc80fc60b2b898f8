"""A bundle's report: limits first, plain words, and no disclosed text becomes markup (R-LEG-28)."""

import html
from collections.abc import Iterable, Mapping
from enum import StrEnum
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from offmon.core.authority.order import TermKind
from offmon.core.bundle.case import Case, load
from offmon.core.bundle.layout import UNTOLD, Limit
from offmon.core.bundle.read import Bag, read_bag
from offmon.core.formats.commitment import Unfit, WithholdingGround
from offmon.core.formats.event import Body, GapReason
from offmon.core.ids import Id
from offmon.core.log.records import DecisionOutcome
from offmon.server.agencies.queries import AgencyView
from offmon.server.evidence import report, report_words
from tests.support.forge import Forge, Forged

AGENCY = AgencyView(
    Id("a" * 32), "An invented force", "force.invalid/86/log", "root", "86 000", "always", {}, "86 001", 14
)
HOSTILE = '<script>alert("1")</script> & <img src=x onerror=y>'


def page_of(forged: Forged) -> str:
    return report.render(case_of(forged), AGENCY).decode()


def case_of(forged: Forged) -> Case:
    bag = read_bag(forged.bundle())
    return load(Bag(bag.payload, bag.tags))


@pytest.fixture(scope="module")
def page() -> str:
    """Of a case with alerts, gaps, refusals, erasures and an order that ended."""
    return page_of(Forge().build())


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (report_words.LIMITS, Limit),
        (report_words.OUTCOMES, DecisionOutcome),
        (report_words.GAPS, GapReason),
        (report_words.GROUNDS, [*WithholdingGround, *Unfit]),
        (report_words.EFFECTS, TermKind),
    ],
)
def test_everything_that_can_be_said_has_its_words(words: Mapping[StrEnum, str], known: Iterable[StrEnum]) -> None:
    assert set(words) == set(known)
    assert all(text.strip() for text in words.values())


def test_limits_come_before_anything_else(page: str) -> None:
    sections = [
        page.index(f'<h2 id="{name}"') for name in ("summary", "limits", "exhibits", "possible", "shown", "appendix")
    ]
    assert sections == sorted(sections)
    summary = page[: page.index('<h2 id="limits">')]
    assert summary.index(report_words.LIMITS[Limit.NOT_WHO]) < summary.index("possible breach")


@pytest.mark.parametrize("declared", [True, False])
def test_beside_the_gaps_stands_that_the_last_hour_s_may_be_missing(
    monkeypatch: pytest.MonkeyPatch, *, declared: bool
) -> None:
    """A device tells once an hour, so "none was declared" is no word on the hour before the newest thing that it said."""
    if not declared:
        monkeypatch.setattr(report, "_gaps", lambda _case: [])
    page = page_of(Forge().build())
    limits, gaps = (page.partition(f'<h2 id="{name}">')[2].partition("<h2")[0] for name in ("limits", "gaps"))
    assert ("None was declared." in gaps) is not declared
    assert UNTOLD in html.unescape(limits)
    assert UNTOLD in html.unescape(gaps)


def test_what_was_counted_is_what_the_verifier_counts(page: str) -> None:
    assert "3 alerts, 1 rejected, 1 not yet decided" in page
    assert "Not yet decided" in page
    assert "Disclosure erased: no longer necessary" in page
    assert "legal privilege" in page


def test_no_word_says_that_something_was_done(page: str) -> None:
    lower = page.lower()
    for word in ("offence committed", "offender", "guilty", "breached", "violation", "suspect"):
        assert word not in lower
    assert lower.count("breach") == lower.count("possible breach")


class Outline(HTMLParser):
    """Tags as they nest, and what would make a page do anything by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(text: str) -> Outline:
    parser = Outline()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return parser


def test_the_page_does_nothing_and_asks_for_nothing(page: str) -> None:
    for tag, attributes in outline(page).seen:
        assert tag not in {"script", "img", "a", "link", "iframe", "form", "object", "svg"}
        assert not {name for name in attributes if name.startswith("on") or name in {"src", "href", "style"}}


def test_tables_say_what_they_are_and_headings_do_not_jump(page: str) -> None:
    found = outline(page).seen
    tags = [tag for tag, _ in found]
    assert tags.count("table") == tags.count("caption") > 0
    assert all("scope" in attributes for tag, attributes in found if tag == "th")
    levels = [int(tag[1]) for tag in tags if tag in {"h1", "h2", "h3"}]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert dict(found)["html"] == {"lang": "en-GB"}


def test_what_was_seen_is_shown_as_text_whatever_it_holds() -> None:
    forged = Forge(body=lambda body: Body(HOSTILE, HOSTILE, body.matched_entry, None, None)).build()
    text = page_of(forged)
    assert "&lt;script&gt;alert" in text
    assert "<script>" not in text
    assert "<img" not in text
