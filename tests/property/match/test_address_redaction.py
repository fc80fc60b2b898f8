"""Redacting any address raises nothing, and removes the values of named secrets alone (R-LEG-30, issue 3)."""

from hypothesis import given
from hypothesis import strategies as st

from offmon.core.text.addresses import place_of
from offmon.match.address_redaction import kept_address

NAMED = st.sampled_from(
    ["password", "PASSWD", "p%61ss", "card_no", "cardNumber", "cvc", "a.pin", "x%5Btoken%5D", "sessionId"]
)
BLANKS = "".join(map(chr, range(0x21)))
OTHER = st.sampled_from(["q", "user", "author", "page%20", "", "shopping", "id"])
VALUE = st.text(alphabet="ab1%=+/.é", max_size=9)


@given(st.one_of(st.text(), st.text(alphabet="pas=&;?/%73w\ud800\0 #").map(lambda text: f"https://a.example/{text}")))
def test_no_address_ever_raises_and_what_is_kept_is_kept_again(url: str) -> None:
    kept = kept_address(url)
    assert kept_address(kept) == kept.rstrip(BLANKS)
    before, after = place_of(url), place_of(kept)
    if ";" not in url and kept == kept.rstrip(BLANKS) and before is not None and after is not None:
        assert (after.host, after.path) == (before.host, before.path)


@given(st.lists(st.tuples(st.sampled_from("&;"), st.booleans(), NAMED, OTHER, VALUE), max_size=9))
def test_values_of_named_secrets_go_and_nothing_else(parameters: list[tuple[str, bool, str, str, str]]) -> None:
    sent = kept = "https://listed.example/a?"
    for between, is_named, named, other, value in parameters:
        sent += f"{between}{named if is_named else other}={value}"
        kept += f"{between}{named if is_named else other}={'' if is_named else value}"
    assert kept_address(sent) == kept
