"""Which pages may be read: only a page that is positively a result page (R-LEG-30)."""

import pytest

from offmon.core.formats.event import PageClass
from offmon.core.text.addresses import place_of
from offmon.match.pages import class_within, page_class, search_terms
from tests.prove.markers import proves

READABLE, MESSAGE, UNKNOWN = PageClass


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.google.com/search?q=pie", READABLE),
        ("https://google.co.uk/search?hl=en&q=apple+pie", READABLE),
        ("https://www.google.com/search?q=pie&udm=2", READABLE),
        ("https://www.bing.com/search?q=pie", READABLE),
        ("https://www.bing.com/images/search?q=pie", READABLE),
        ("https://duckduckgo.com/?q=pie&ia=web", READABLE),
        ("https://search.yahoo.com/search?p=pie", READABLE),
        ("https://www.google.com/search?q=pie&udm=50", UNKNOWN),
        ("https://www.google.com/search?q=pie&udm=2&udm=50", UNKNOWN),
        ("https://www.google.com/search?q=pie&udm=99", UNKNOWN),
        ("https://www.bing.com/search?q=pie&showconv=1", UNKNOWN),
        ("https://www.bing.com/chat?q=pie", UNKNOWN),
        ("https://duckduckgo.com/?q=pie&ia=chat", UNKNOWN),
        ("https://duckduckgo.com/pie?q=pie", UNKNOWN),
        ("https://www.google.com/search", UNKNOWN),
        ("https://www.google.com/search?q=", UNKNOWN),
        ("https://www.google.com/search?q=+", UNKNOWN),
        ("https://www.google.com/", UNKNOWN),
        ("https://www.google.com/search/about?q=pie", UNKNOWN),
        ("https://docs.google.com/search?q=pie", UNKNOWN),
        ("https://www.google.com.evil.invalid/search?q=pie", UNKNOWN),
        ("https://evil.invalid/search?q=pie", UNKNOWN),
        ("https://mail.google.com/mail/u/0/?q=pie", MESSAGE),
        ("https://web.whatsapp.com/", MESSAGE),
        ("https://www.facebook.com/messages/t/1", MESSAGE),
        ("https://www.facebook.com/someone", UNKNOWN),
        ("https://example.org/", UNKNOWN),
        ("file:///home/a/search?q=pie", UNKNOWN),
        ("about:blank", UNKNOWN),
        ("", UNKNOWN),
    ],
)
@proves("S9", page_class, disabled=lambda url: PageClass.READABLE)
def test_a_page_is_readable_only_where_that_is_established(url: str, expected: PageClass) -> None:
    assert page_class(url) is expected


RESULTS, MAIL, OTHER = "https://www.google.com/search?q=pie", "https://mail.google.com/", "https://example.org/"


@pytest.mark.parametrize(
    ("url", "around", "expected"),
    [
        (RESULTS, (), READABLE),
        (RESULTS, (RESULTS,), READABLE),
        (RESULTS, (OTHER,), UNKNOWN),
        (OTHER, (RESULTS,), UNKNOWN),
        (OTHER, (), UNKNOWN),
        (MAIL, (RESULTS,), MESSAGE),
        (RESULTS, (RESULTS, MAIL), MESSAGE),
        (OTHER, (MAIL, OTHER), MESSAGE),
    ],
)
def test_what_stands_in_a_frame_is_part_of_the_pages_around_it(
    url: str, around: tuple[str, ...], expected: PageClass
) -> None:
    assert class_within(url, around) is expected


@pytest.mark.parametrize(
    ("url", "terms"),
    [
        ("https://www.google.com/search?q=apple+pie", ("apple pie",)),
        ("https://www.google.com/search?q=a&q=b", ("a", "b")),
        ("https://www.google.com/search?q=%C3%A4&udm=50", ("ä",)),
        ("https://www.google.com/maps?q=pie", ("pie",)),
        ("https://example.org/?q=pie", ()),
    ],
)
def test_search_terms_are_those_of_known_engines(url: str, terms: tuple[str, ...]) -> None:
    place = place_of(url)
    assert place is not None
    assert search_terms(place) == terms
