"""What names no one site, as a table (R-LEG-5)."""

import pytest

from offmon.core.authority.lists import ListEntry
from offmon.core.errors import Malformed
from offmon.core.formats.event import Gravity
from offmon.core.ids import Slug
from offmon.match.shared_domains import COUNTRIES, EACH, HOSTS, KINDS, RARER, is_everybodys
from offmon.match.sites import Pattern, Sites, normal_host


@pytest.mark.parametrize(
    ("host", "everybodys"),
    [
        ("uk", True),
        ("com", True),
        ("invalid", True),
        ("xn--p1ai", True),
        *(
            (f"{kind}.uk", True)
            for kind in ("ac", "co", "gov", "ltd", "me", "net", "nhs", "org", "plc", "police", "sch")
        ),
        ("kent.sch.uk", True),
        ("school.kent.sch.uk", False),
        ("example.uk", False),
        ("example.co.uk", False),
        ("a.example.co.uk", False),
        ("co.uk.example", False),
        ("notco.uk", False),
        ("com.au", True),
        ("nsw.au", True),
        ("co.jp", True),
        ("gouv.fr", True),
        ("gob.mx", True),
        ("ny.us", True),
        ("or.at", True),
        ("anything.ck", True),
        ("www.ck", False),
        ("web.de", False),
        ("id.me", False),
        ("t.me", False),
        ("x.com", False),
        ("go.com", False),
        ("com.example", False),
        ("github.io", True),
        ("someone.github.io", False),
        ("github.com", False),
        ("pages.dev", True),
        ("service.gov.uk", True),
        ("uk.com", True),
        ("s3.amazonaws.com", True),
        ("amazonaws.com", False),
        ("127.0.0.1", False),
        ("0.0.1", True),
        ("127.1", True),
        ("1.0.127.0.0.1", True),
        ("[::1]", False),
    ],
)
def test_what_is_everybodys(host: str, *, everybodys: bool) -> None:
    assert is_everybodys(host) is everybodys


@pytest.mark.parametrize(
    "text", ["co.uk", "CO.UK.", "co.uk/forum", "c%6F.uk", "ｃｏ.uk", "co。uk", "GitHub.io/someone", "0.1/a"]
)
def test_an_entry_that_would_cover_everybodys_sites_is_refused_and_says_what_to_do(text: str) -> None:
    with pytest.raises(Malformed, match="List each site that is meant") as refusal:
        Sites([ListEntry(Slug("all"), text, Gravity.HIGH)])
    assert refusal.value.code == "whole-suffix"


def test_an_exclusion_may_be_a_whole_suffix() -> None:
    assert Pattern.parse("nhs.uk", one_site=False).host == "nhs.uk"


def test_the_tables_are_in_the_form_in_which_hosts_are_compared() -> None:
    for host in (*HOSTS.split(), *EACH, *(f"{k}.{c}" for c, kinds in COUNTRIES.items() for k in kinds.split())):
        assert normal_host(host) == host
    assert not KINDS & set(RARER)
    assert all(len(country) == 2 for countries in RARER.values() for country in countries.split())
