"""No page raises, whatever is on it; words have one form however they are written."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.event import Observation, Origin
from offmon.match.pages import page_class
from offmon.match.text import Phrases, words
from tests.support.fake_agency import PHRASES
from tests.unit.match.test_pipeline import BOTH, NOW


@given(st.text(), st.text(), st.none() | st.text())
def test_no_page_ever_raises(url: str, title: str, text: str | None) -> None:
    BOTH.examine(Observation(NOW, url, title, page_class(url), text, Origin.TYPED), NOW, 0)


@given(st.text(alphabet="purle phant-’'é\u0301", max_size=60))
def test_words_have_one_form(text: str) -> None:
    assert words(text.upper()) == words(text)
    Phrases(PHRASES).find(text)
