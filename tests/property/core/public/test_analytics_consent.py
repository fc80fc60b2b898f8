"""Nobody is counted until they accept, whatever a cookie says (R-WEB-1)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.public.analytics_consent import VERSION, ConsentChoice, GivenConsent, may_count, read

ACCEPTED = GivenConsent(ConsentChoice.ACCEPTED, VERSION)


@given(st.text())
def test_a_cookie_of_anybodys_making_is_no_error_and_nothing_but_our_own_word_counts(cookie: str) -> None:
    assert may_count(read(cookie)) == (cookie == str(ACCEPTED))
