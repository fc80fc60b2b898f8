"""Which places a pattern covers, as a table; no address takes long (R-RGT-10, issue 2)."""

import pytest

from offmon.core.authority.lists import ListEntry
from offmon.core.errors import Malformed
from offmon.core.formats.event import Gravity
from offmon.core.ids import Slug
from offmon.core.text.addresses import place_of
from offmon.match.sites import Pattern, Sites


def entry(rule: str, pattern: str) -> ListEntry:
    return ListEntry(Slug(rule), pattern, Gravity.STANDARD)


@pytest.mark.parametrize(
    ("pattern", "url", "covered"),
    [
        ("example.org", "https://example.org/", True),
        ("example.org", "http://example.org", True),
        ("example.org", "https://www.example.org/a/b?c#d", True),
        ("example.org", "https://a.b.example.org/", True),
        ("example.org", "HTTPS://EXAMPLE.ORG/", True),
        ("example.org", "https://example.org./", True),
        ("example.org", "https://example.org:8443/", True),
        ("example.org", "https://user:pass@example.org/", True),
        ("example.org", "https://example.org%2F@example.org/", True),
        ("example.org", "https://ex%61mple.org/", True),
        ("example.org", "https:/example.org", True),
        ("example.org", "https:\\\\example.org\\a", True),
        ("example.org", "  https://exam\tple.org\n", True),
        ("example.org", "view-source:https://example.org/", True),
        ("example.org", "blob:https://example.org/0-1", True),
        ("example.org", "https://example。org/", True),
        ("example.org", "https://EXAMPLE．ORG/", True),
        ("example.org", "https://exa\u00admple.org/", True),
        ("example.org", "https://notexample.org/", False),
        ("example.org", "https://example.org.evil.invalid/", False),
        ("example.org", "https://example.organic/", False),
        ("example.org", "https://evil.invalid/example.org", False),
        ("example.org", "https://evil.invalid/?u=https://example.org/", False),
        ("example.org", "https://example.org@evil.invalid/", False),
        ("example.org", "https://evil.invalid#@example.org/", False),
        ("example.org", "https://evil.invalid\\@example.org/", False),
        ("example.org", "ftp://example.org/", False),
        ("example.org", "file://example.org/", False),
        ("example.org", "example.org", False),
        ("example.org", "about:blank", False),
        ("example.org", "", False),
        ("www.example.org", "https://example.org/", False),
        ("bücher.example", "https://xn--bcher-kva.example/", True),
        ("xn--bcher-kva.example", "https://BÜCHER.example/", True),
        ("bücher.example", "https://bucher.example/", False),
        ("straße.example", "https://strasse.example/", False),
        ("example.org/forum", "https://example.org/forum", True),
        ("example.org/forum", "https://example.org/forum/", True),
        ("example.org/forum/", "https://example.org/forum/a", True),
        ("example.org/forum", "https://example.org//forum//a", True),
        ("example.org/forum", "https://example.org/x/../forum", True),
        ("example.org/forum", "https://example.org/x/%2e%2E/forum", True),
        ("example.org/forum", "https://example.org/%66orum", True),
        ("example.org/forum", "https://example.org/forum?x", True),
        ("example.org/forum", "https://example.org/forums", False),
        ("example.org/forum", "https://example.org/FORUM", False),
        ("example.org/forum", "https://example.org/a/forum", False),
        ("example.org/forum", "https://example.org/?/forum", False),
        ("example.org/ü", "https://example.org/%c3%bc", True),
        ("127.0.0.1", "http://127.0.0.1:8000/", True),
        ("[::1]", "http://[::1]:8000/", True),
    ],
)
def test_a_pattern_covers_its_host_its_subdomains_and_what_lies_below(pattern: str, url: str, *, covered: bool) -> None:
    place = place_of(url)
    assert (place is not None and Pattern.parse(pattern).covers(place)) is covered


@pytest.mark.parametrize(
    "text", ["", "uk", "com/a", "https://example.org", "a b.example", "example..org", "a.example?x", ".example.org"]
)
def test_a_pattern_that_names_no_site_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Pattern.parse(text)


def test_the_most_specific_entry_is_named() -> None:
    sites = Sites([entry("whole", "big.example"), entry("forum", "big.example/forum"), entry("sub", "a.big.example")])

    def named(url: str) -> str | None:
        place = place_of(url)
        found = sites.find(place) if place else None
        return found.rule if found else None

    assert named("https://big.example/") == "whole"
    assert named("https://big.example/forum/1") == "forum"
    assert named("https://x.a.big.example/forum") == "sub"
    assert named("https://bigger.example/") is None


@pytest.mark.parametrize("part", ["a", ".", "blob:", "%2e", "@", "/", "../", "\0", "\ud800", "é", "[", ":"])
def test_much_of_one_thing_is_no_trouble(part: str) -> None:
    much = part * (100_000 // len(part))  # work that grew as its square would take minutes
    for url in (much, f"https://{much}", f"https://example.org/{much}", f"https://example.org/?q={much}"):
        place_of(url)
