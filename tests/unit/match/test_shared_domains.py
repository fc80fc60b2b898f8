"""What names no one site, as a table: what a device refuses by itself, and what is refused where a list is drafted (R-LEG-5)."""

import pytest

from offmon.core.authority.lists import ListEntry
from offmon.core.errors import Malformed
from offmon.core.formats.event import Gravity
from offmon.core.ids import Slug
from offmon.match.shared_domains import is_everybodys
from offmon.match.sites import Pattern, Sites
from offmon.server.detectors.entries import site_form

PLAIN = (
    *("uk", "com", "invalid", "xn--p1ai", "co.uk", "net.uk", "org.uk", "com.au", "co.jp", "gob.mx", "0.0.1", "127.1"),
    "1.0.127.0.0.1",
)
LISTED = (
    *("nhs.uk", "kent.sch.uk", "nsw.au", "ny.us", "or.at", "anything.ck", "kawasaki.jp", "xn--55qx5d.cn"),
    *("github.io", "pages.dev", "service.gov.uk", "uk.com", "s3.amazonaws.com", "blogspot.com"),
)
SITES = (
    *("example.uk", "example.co.uk", "a.example.co.uk", "co.uk.example", "notco.uk", "school.kent.sch.uk", "www.ck"),
    *("web.de", "id.me", "t.me", "x.com", "go.com", "com.example", "someone.github.io", "github.com", "amazonaws.com"),
    *("127.0.0.1", "[::1]"),
)


def taken(host: str) -> bool:
    try:
        site_form(host)
    except Malformed:
        return False
    return True


@pytest.mark.parametrize("host", PLAIN + LISTED + SITES)
def test_what_is_everybodys(host: str) -> None:
    assert is_everybodys(host) is (host in PLAIN)
    assert taken(host) is (host in SITES)


@pytest.mark.parametrize(
    "text", ["co.uk", "CO.UK.", "co.uk/forum", "c%6F.uk", "ｃｏ.uk", "co。uk", "Co.NZ/someone", "0.1/a"]
)
def test_an_entry_that_would_cover_everybodys_sites_is_refused_and_says_what_to_do(text: str) -> None:
    with pytest.raises(Malformed, match="List each site that is meant") as refusal:
        Sites([ListEntry(Slug("all"), text, Gravity.HIGH)])
    assert refusal.value.code == "whole-suffix"


@pytest.mark.parametrize("text", ["GitHub.io/someone", "GITHUB.IO.", "公司.cn", "g%69thub.io"])
def test_so_is_a_suffix_however_it_is_written_where_a_list_is_drafted(text: str) -> None:
    assert not taken(text)


def test_an_exclusion_may_be_a_whole_suffix() -> None:
    assert Pattern.parse("nhs.uk", one_site=False).host == "nhs.uk"
