"""Signed requests: any headers are read or refused in our own words (RFC 9421)."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.core.formats.test_httpsig import refused


@settings(max_examples=60)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
@example("\ud800", "\ud800", "sig1=:\ud800:")
def test_any_headers_are_refused_in_our_own_words(given_input: str, digest: str, signature: str) -> None:
    assert refused(changed={"Signature-Input": given_input}) == "unsigned"
    assert refused(changed={"Content-Digest": digest}) == "bad-signature"
    assert refused(changed={"Signature": signature}) == "bad-signature"
