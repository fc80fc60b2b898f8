"""Public keys as text: any text is a key or refused (C2SP signed-note)."""

import base64

from hypothesis import example, given, settings
from hypothesis import strategies as st

from offmon.core.formats.keys import PublicKey
from tests.unit.core.samples import code_of


@given(st.text(max_size=80) | st.text("abf+/=0189", max_size=80))
@example("\ud800+00000000+" + base64.b64encode(b"\1" + bytes(32)).decode())
@example("a\0b+00000000+" + base64.b64encode(b"\1" + bytes(32)).decode())
@settings(max_examples=60)
def test_any_text_is_a_key_or_refused(text: str) -> None:
    assert code_of(PublicKey.parse, text) == "bad-vkey"
