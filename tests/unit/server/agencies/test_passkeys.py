"""Which page may ask for a passkey, and when a counter shows a copy (WebAuthn Level 3 §7.2; ADR 8)."""

import pytest

from offmon.server.agencies.authentication.passkeys import counter_rose, is_origin


@pytest.mark.parametrize(
    ("origin", "host", "ours"),
    [
        ("https://console.example", "console.example", True),
        ("https://console.example:8443", "console.example", False),
        ("http://console.example", "console.example", False),
        ("https://elsewhere.example", "console.example", False),
        ("https://console.example.invalid", "console.example", False),
        ("https://sub.console.example", "console.example", False),
        ("https://console.example@elsewhere.invalid", "console.example", False),
        ("null", "console.example", False),
        ("", "console.example", False),
        ("http://console.localhost:8081", "console.localhost", True),
        ("http://console.localhost", "console.localhost", True),
        ("http://portal.localhost:8081", "console.localhost", False),
        ("http://console.localhost:8081.elsewhere.invalid", "console.localhost", False),
        ("http://console.localhost:8081\n", "console.localhost", False),
        ("http://consolexlocalhost:8081", "console.localhost", False),
    ],
)
def test_only_the_consoles_own_pages_may_ask(origin: str, host: str, ours: bool) -> None:
    assert is_origin(origin, host) is ours


@pytest.mark.parametrize(
    ("before", "now", "rose"), [(0, 0, True), (0, 1, True), (1, 2, True), (1, 1, False), (2, 1, False), (1, 0, False)]
)
def test_a_counter_that_does_not_rise_tells_of_a_copy(before: int, now: int, rose: bool) -> None:
    assert counter_rose(before, now) is rose
