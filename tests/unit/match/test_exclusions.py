"""Excluded places yield nothing at all, and the default list has every category of R-RGT-10."""

from urllib.parse import quote

import pytest

from offmon.core.authority.lists import Exclusions
from offmon.core.errors import Malformed
from offmon.core.ids import Versioned
from offmon.match.exclusions import Excluded
from offmon.match.exclusions_default import CATEGORIES, FEW, Confirmed, confirmed_by, default_exclusions

OURS = Excluded(default_exclusions(["portal.localhost", "solicitor.example"]))


@pytest.mark.parametrize(
    "url",
    [
        "https://www.nhs.uk/conditions/",
        "https://SAMARITANS.ORG./how-we-can-help",
        "https://user@www.childline.org.uk:8443/?x=1",
        "https://www.gov.uk/find-court-tribunal/x",
        "http://portal.localhost:8000/",
        "https://solicitor.example/",
        "view-source:https://www.refuge.org.uk/",
        "https://www.google.com/search?q=Women%E2%80%99s+Refuge",
        "https://www.bing.com/search?q=how+to+find+a+SOLICITOR+near+me",
        "https://www.bing.com/search?q=refuge+near+me",
        "https://www.google.com/search?q=GP+appointment+tomorrow",
        "https://www.google.com/search?q=solicitors+in+leeds",
        "https://duckduckgo.com/?q=criminal+defence+firm",
        "https://duckduckgo.com/?q=samaritans&ia=chat",
        "https://www.google.com/search?q=suicidé",
        "https://www.google.com/search?q=papyrus-uk.org",
        "https://www.google.com/search?q=call+%22WWW.Papyrus-UK.org.%22+today",
        "https://www.google.com/search?q=site%3Apapyrus-uk.org+pie",
        "https://duckduckgo.com/?q=https%3A%2F%2Fuser%40www.papyrus-uk.org%3A8443%2Fhelp%3Fx%3D1",
        "https://www.bing.com/search?q=gov.uk%2Flegal-aid%2Fapply",
        *(
            f"https://www.google.com/search?q={quote(said)}"
            for said in (
                *("papyrus-uk.org…", "papyrus-uk.org–map", "«papyrus-uk.org»", "`papyrus-uk.org`", "•papyrus-uk.org→"),
                *("\u202apapyrus-uk.org\u202c", "papy\u00adrus-uk.org", "papyrus-uk。org", "ｐａｐｙｒｕｓ-uk．org"),
                *("papyrus-uk.org·map", "https%3A%2F%2Fpapyrus-uk.org"),
                *("https://google.com/url?q=https%3A%2F%2Fpapyrus-uk.org%2Fx", "https%253A%252F%252Fpapyrus-uk.org"),
                "https://google.com/url?q=https%3A%2F%2Fl.example%2F%3Fu%3Dhttps%253A%252F%252Fpapyrus-uk.org",
                *("_papyrus-uk.org_", "papyrus\u2010uk.org", "papyrus\u2011uk.org", "samar\u00aditans"),
                *("samar\ufe0fitans", "samar\u3164itans", "papyrus\u034f-uk.org", "papyrus\u2013uk.org"),
                *("papyrus\u2212uk.org", "papyrus\u2011uk.org\u2013help", "papyrus\u2010uk.org\u2014map"),
                *("papyrus\u00ad-uk.org\u2013fees", "papyrus-uk\u3002org\u2014fees", "samaritans\u3164help"),
                *(f"women{mark}s refuge" for mark in ("\u2018", "\u02bc", "\u00b4", "\u2032", "`")),
                *("samar\x02itans", "samar\ufffeitans", "%22samaritans%22", "how%20to%20contact%20samaritans%20now"),
                "q=rape%2520crisis",
            )
        ),
        "https://www.google.com/search?q=pie&as_epq=samaritans",
        "https://www.google.com/search?q=pie&as_sitesearch=papyrus-uk.org",
    ],
)
def test_places_and_searches_of_help_are_excluded(url: str) -> None:
    assert OURS.covers(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.gov.uk/",
        "https://notsamaritans.org/",
        "https://samaritans.org.evil.invalid/",
        "https://evil.invalid/?q=samaritans",
        "https://evil.invalid/samaritans.org",
        "https://www.google.com/search?q=pie",
        "https://www.google.com/search?q=solicitorships",
        "https://www.google.com/search?q=wildlife+refuge",
        "https://www.google.com/search?q=defence",
        "https://www.google.com/search?x=solicitor",
        "https://www.google.com/search?q=notpapyrus-uk.org+papyrus-uk.org.evil.invalid",
        "https://www.google.com/search?q=evil.invalid%2Fpapyrus-uk.org",
        "https://www.google.com/search?q=gov.uk",
        "https://www.google.com/search?q=pie&oq=samaritans",
        "https://www.bing.com/search?q=pie&pq=papyrus-uk.org",
        "https://www.google.com/search?q=.+-+%3A%2F%2F+%00",
        "about:blank",
        "",
        "https://\0/",
    ],
)
def test_adding_a_word_of_help_hides_nothing_else(url: str) -> None:
    assert not OURS.covers(url)


def test_the_default_list_has_every_category_that_the_requirement_names() -> None:
    assert {category.name for category in CATEGORIES} == {
        "addiction", "asylum", "bank", "child_helpline", "counselling", "court", "crisis_and_suicide", "domestic_abuse",
        "health", "journalist", "lawyer", "lgbt", "member_of_parliament", "oversight", "place_of_worship",
        "police_and_complaints", "rape_crisis", "sexual_health_and_pregnancy", "stalking", "trade_union",
        "victim_services", "whistle_blowing",
    }  # fmt: skip
    assert all(category.hosts and category.intents for category in CATEGORIES)
    for category in CATEGORIES:
        assert all(OURS.covers(f"https://{host}/") for host in category.hosts)
        assert all(OURS.covers(f"https://www.google.com/search?q={host}") for host in category.hosts)
        assert all(OURS.covers(f"https://www.google.com/search?q=www.{host}") for host in category.hosts)
        assert all(
            OURS.covers(f"https://www.google.com/search?q={intent.replace(' ', '+')}") for intent in category.intents
        )


def test_every_host_was_confirmed_and_says_how_far() -> None:
    hosts = [host for category in CATEGORIES for host in category.hosts]
    assert set(hosts) >= FEW
    assert {confirmed_by(host) for host in hosts} == set(Confirmed)
    assert confirmed_by("find-court-tribunal.service.gov.uk") is confirmed_by("gov.uk/legal-aid") is Confirmed.RESERVED
    assert confirmed_by("refuge.org.uk") is Confirmed.MANY


def test_no_host_is_listed_twice_or_below_another() -> None:
    hosts = [host for category in CATEGORIES for host in category.hosts]
    assert [one for one in hosts for other in hosts if one != other and one.endswith(f".{other}")] == []
    assert len(hosts) == len(set(hosts))


@pytest.mark.parametrize(("hosts", "intents"), [(("uk",), ()), ((), ("…",)), (("https://a.example",), ())])
def test_a_list_that_cannot_be_used_is_refused_whole(hosts: tuple[str, ...], intents: tuple[str, ...]) -> None:
    with pytest.raises(Malformed):
        Excluded(Exclusions(Versioned("x@1"), hosts, intents))
