"""From an observation to findings: exclusions first, then sites, then phrases on readable pages."""

from dataclasses import replace

import pytest

from offmon.core.authority.capability import Band, Capability
from offmon.core.authority.lists import ListEntries
from offmon.core.clock import Period
from offmon.core.formats import codec
from offmon.core.formats.event import Finding, Observation, Origin, PageClass
from offmon.core.ids import Ms
from offmon.match.detectors import _where
from offmon.match.exclusions import Excluded
from offmon.match.pages import page_class
from offmon.match.pipeline import HeldList, Pipeline
from offmon.match.unsafe_text import MAX_TITLE, is_poison
from tests.prove.markers import proves
from tests.support.fake_agency import EXCLUSIONS, PHRASES, SITES, FakeAgency, SignedList

NOW = Ms(1_800_000_000_000)
AGENCY = FakeAgency(NOW)
RESULTS = "https://www.google.com/search?q=pie"


def held(signed: SignedList) -> HeldList:
    return HeldList(signed.ref, signed.document, codec.load(ListEntries, signed.entries, max_size=1 << 20))


SITE_LIST = held(AGENCY.sign_list(Capability.SITE, SITES))
PHRASE_LIST = held(AGENCY.sign_list(Capability.PHRASE, PHRASES))
BOTH = Pipeline(EXCLUSIONS, [SITE_LIST, PHRASE_LIST])


def seen(url: str, text: str | None = None) -> Observation:
    return Observation(NOW, url, "A title", page_class(url), text, Origin.LINK)


def examine(observation: Observation, pipeline: Pipeline = BOTH) -> tuple[Finding, ...]:
    return pipeline.examine(observation, Ms(NOW + 5), 1000)


def test_a_listed_site_is_found_and_says_host_and_entry() -> None:
    (found,) = examine(seen("https://a.listed.example/x"))
    assert (found.detector, found.rule, found.band) == ("site@1", "listed-1", Band.EXACT)
    assert (found.event_at, found.captured_at, found.clock_offset_ms) == (NOW, NOW + 5, 1000)
    assert (found.body.url, found.body.title) == ("https://a.listed.example", None)
    assert found.body.matched_entry == "listed.example"
    assert (found.body.context_before, found.body.context_after) == (None, None)


def test_one_finding_for_each_list_that_names_the_place() -> None:
    other = held(AGENCY.sign_list(Capability.SITE, SITES))
    assert len(examine(seen("https://listed.example/"), Pipeline(EXCLUSIONS, [SITE_LIST, other]))) == 2


@pytest.mark.parametrize(
    ("url", "text", "band"),
    [
        (RESULTS, "a Purple,  ELEPHANT here", Band.POSSIBLE),
        ("https://www.google.com/search?q=purple+elephant", "nothing", Band.STRONG),
        ("https://www.google.com/search?q=pie&oq=purple+elephant", "the purple elephant", Band.POSSIBLE),
        (RESULTS, "a purple-elephant", Band.POSSIBLE),
        (RESULTS, "purple elephants", None),
        (RESULTS, "elephant purple", None),
        (RESULTS, None, None),
        ("https://evil.invalid/search?q=pie", "purple elephant", None),
        ("https://mail.google.com/", "purple elephant", None),
    ],
)
def test_a_phrase_is_found_on_readable_pages_only(url: str, text: str | None, band: Band | None) -> None:
    assert [found.band for found in examine(seen(url, text))] == ([] if band is None else [band])


@pytest.mark.parametrize(
    ("url", "page", "where"),
    [
        ("https://sam:secret@listed.example:8443/a?b#c", PageClass.READABLE, "https://listed.example"),
        ("HTTP:\\\\A.listed.example/a", PageClass.UNKNOWN, "http://a.listed.example"),
        ("https://listed.example/a?b", PageClass.MESSAGE, "https://listed.example"),
        ("https://big.example/forum/7?reply=1", PageClass.UNKNOWN, "https://big.example/forum"),
        ("https://big.example/forum/7?reply=1", PageClass.MESSAGE, "https://big.example"),
    ],
)
@proves("S77", _where, disabled=lambda seen, place, named=None: (seen.url, seen.title))
def test_what_is_said_of_a_page_hangs_on_its_class(url: str, page: PageClass, where: str) -> None:
    """R-LEG-30, S77: a title, or which conversation it is, leaves under no grant."""
    [found] = examine(replace(seen(url), page_class=page))
    assert (found.body.url, found.body.title) == (where, None)


def test_words_that_matched_come_with_the_address_and_title_of_their_page() -> None:
    [found] = examine(seen("https://sam:secret@www.google.com/search?q=pie#c", "a purple elephant"))
    assert (found.body.url, found.body.title) == (RESULTS, "A title")


def test_a_phrase_comes_with_what_stands_around_it_and_no_more() -> None:
    (found,) = examine(seen(RESULTS, "x" * 500 + " before it the purple elephant and after " + "y" * 500))
    assert found.body.context_before == "before it the"
    assert found.body.context_after == "and after"


@pytest.mark.parametrize(
    "url", ["https://helpline.example/", "https://www.google.com/search?q=crisis+line+purple+elephant"]
)
@proves("S8", Excluded.covers, disabled=lambda self, *args, **kwargs: False)
def test_an_excluded_page_yields_nothing_though_a_list_names_it(url: str) -> None:
    sites = (replace(SITES[0], pattern="helpline.example"), replace(SITES[1], pattern="google.com"))
    everything = held(AGENCY.sign_list(Capability.SITE, sites))
    pipeline = Pipeline(EXCLUSIONS, [everything, PHRASE_LIST])
    assert pipeline.excludes(url)
    assert not pipeline.wants_text(url, NOW, [PHRASE_LIST.ref])
    assert examine(seen(url, "purple elephant"), pipeline) == ()


@pytest.mark.parametrize(
    ("url", "lists", "wanted"),
    [
        (RESULTS, [SITE_LIST, PHRASE_LIST], True),
        (RESULTS, [SITE_LIST], False),
        ("https://listed.example/", [SITE_LIST, PHRASE_LIST], False),
        ("https://web.whatsapp.com/", [PHRASE_LIST], False),
    ],
)
def test_text_is_wanted_only_where_it_may_be_read_and_would_be_used(
    url: str, lists: list[HeldList], *, wanted: bool
) -> None:
    pipeline = Pipeline(EXCLUSIONS, lists)
    assert pipeline.wants_text(url, NOW, [one.ref for one in lists]) is wanted
    assert not pipeline.wants_text(url, NOW, [SITE_LIST.ref])  # no grant that is in force names the list of words


def test_a_list_out_of_its_validity_is_silent() -> None:
    over = replace(SITE_LIST, document=replace(SITE_LIST.document, valid=Period(Ms(0), Ms(NOW))))
    old = replace(PHRASE_LIST, document=replace(PHRASE_LIST.document, valid=Period(Ms(0), Ms(NOW))))
    pipeline = Pipeline(EXCLUSIONS, [over, old])
    assert examine(seen("https://listed.example/"), pipeline) == ()
    assert not pipeline.wants_text(RESULTS, NOW, [old.ref])


@pytest.mark.parametrize(
    ("text", "poison"),
    [
        ("", False),
        ("ordinary – text 😀", False),
        ("a\0b", True),
        ("\ud800", True),
        ("x" * MAX_TITLE, False),
        ("x" * (MAX_TITLE + 1), True),
    ],
)
def test_what_cannot_be_examined(text: str, *, poison: bool) -> None:
    assert is_poison(text, MAX_TITLE) is poison


def test_a_site_that_a_profile_leaves_out_yields_nothing_and_the_site_beside_it_does() -> None:
    """R-LEG-27: with the pages below it, whatever a list has there."""
    without = Pipeline(EXCLUSIONS, [SITE_LIST], (), ("a.listed.example",))
    assert without.excludes("https://b.a.listed.example/x")
    assert examine(seen("https://a.listed.example/x"), without) == ()
    assert len(examine(seen("https://c.listed.example/x"), without)) == 1
