"""No page raises, whatever it holds. Only a readable page's title is used, and words have one form in any spelling."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.authority.capability import Capability
from offmon.core.authority.lists import ListEntry
from offmon.core.formats.event import Gravity, Observation, Origin, PageClass
from offmon.core.ids import Slug
from offmon.core.text.addresses import as_listed, place_of
from offmon.match.address_redaction import kept_address
from offmon.match.pages import page_class
from offmon.match.phrases import Phrases
from offmon.match.pipeline import Pipeline
from offmon.match.text import words
from tests.support.fake_agency import EXCLUSIONS, PHRASES
from tests.unit.match.test_pipeline import AGENCY, BOTH, NOW, PHRASE_LIST, SITE_LIST, held

HOSTS = ("listed.example", "a.listed.example", "google.com")
MORE = (ListEntry(Slug("everything"), "google.com", Gravity.STANDARD),)
EVERYWHERE = Pipeline(EXCLUSIONS, [SITE_LIST, PHRASE_LIST, held(AGENCY.sign_list(Capability.SITE, MORE))])


@given(st.text(), st.text(), st.none() | st.text())
def test_no_page_ever_raises(url: str, title: str, text: str | None) -> None:
    BOTH.examine(Observation(NOW, url, title, page_class(url), text, Origin.TYPED), NOW, 0)


@given(
    st.sampled_from(["https://listed.example/", "https://mail.google.com/", "https://www.google.com/search?q=pie"]),
    st.text(),
    st.sampled_from(PageClass),
    st.none() | st.just("a purple elephant"),
    st.sampled_from(Origin),
)
def test_no_finding_of_a_site_holds_a_title_or_says_more_than_the_list_names(
    url: str, title: str, page: PageClass, text: str | None, origin: Origin
) -> None:
    """R-LEG-30, S77. What no finding holds, no disclosure does: `decide` hands the body on as it is."""
    for found in EVERYWHERE.examine(Observation(NOW, url, title, page, text, origin), NOW, 0):
        is_site = found.kind is Capability.SITE
        assert found.body.title == (None if is_site else title)
        assert found.body.url == (as_listed(url, found.body.matched_entry or "") if is_site else url)


@given(
    st.sampled_from(["https://", "HTTP:\\\\", "https:", "view-source:https://", " blob:http://"]),
    st.text(alphabet="ab1:@%. é", min_size=1).map(lambda text: f"{text}xyzzy@") | st.just(""),
    st.sampled_from(
        ["listed.example", "a.LISTED.example:443/", "listed.example.\\a", "google.com/x@y/z?q=1@2", "google.com?q"]
    ),
    st.text().map(lambda text: f"#{text}xyzzy") | st.just(""),
    st.sampled_from(PageClass),
)
def test_no_finding_holds_a_user_name_a_password_or_a_fragment(
    scheme: str, secret: str, where: str, fragment: str, page: PageClass
) -> None:
    url = f"{scheme}{secret}{where}{fragment}"
    [found] = EVERYWHERE.examine(Observation(NOW, url, "A title", page, None, Origin.TYPED), NOW, 0)
    assert found.body.url in {f"{way}://{host}" for way in ("http", "https") for host in HOSTS}
    kept = place_of(kept_address(url))
    assert kept == place_of(url)
    assert "xyzzy" not in kept_address(url)
    assert "#" not in kept_address(url)


@given(st.text(alphabet="purle phant-’'é\u0301", max_size=60))
def test_words_have_one_form(text: str) -> None:
    assert words(text.upper()) == words(text)
    Phrases(PHRASES).find(text)
