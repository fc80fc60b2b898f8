"""The permission matrix that people read is the one that the code has."""

import os

from tests.unit.server.faces.matrix import DOCUMENT, document, lines


def test_the_document_is_what_roles_and_addresses_say() -> None:
    if os.environ.get("OFFMON_WRITE_REFERENCE"):
        DOCUMENT.write_text(document())
    assert DOCUMENT.read_text() == document(), "run this test with OFFMON_WRITE_REFERENCE=1, and look at the difference"


def test_what_anybody_may_open_is_a_short_list_that_was_looked_at() -> None:
    assert {line.route for line in lines() if line.permission is None} == {
        *("", "sign-in/", "sign-in/code/", "sign-in/passkey/", "sign-in/recovery/", "sign-in/set-up/", "sign-out/"),
        *("show-again/", "show-again/passkey/", "your-app/", "your-password/", "your-passkeys/", "your-passkeys/new/"),
        *(f"how-you-are-reached/{act}" for act in ("", "new/", "test/", "remove/")),
        *("your-passkeys/remove/", "static/<slug:release>/<path:name>"),
    }
