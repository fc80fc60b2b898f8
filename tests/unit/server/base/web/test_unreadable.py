"""A request with unreadable headers gets the bad-request page, with everything every answer has (issue 2, "Bad input")."""

from pathlib import Path

import pytest

from offmon.server.base.web.application import Application
from tests.support import strange

FACES = Path(__file__).parents[5] / "src/offmon/server/faces"


@pytest.mark.parametrize("content_type", strange.CONTENT_TYPES)
def test_it_gets_the_plain_400_page(content_type: str) -> None:
    status, headers, page = strange.ask(Application(), "/send/", content_type)
    assert status == 400
    assert "We could not read that request" in page
    assert headers["X-Request-Id"] in page
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert content_type not in page


@pytest.mark.parametrize(
    "said", ["text/plain", "text/plain; charset=UTF-8", "text/plain; charset=utf8", "text/plain; charset=no", ";"]
)
def test_what_can_be_read_goes_on_to_its_view(said: str) -> None:
    status, _, page = strange.ask(Application(), "/send/", said)
    assert (status, "The page was open too long" in page) == (403, True), "this form has no token"


def test_no_caller_says_that_a_request_is_unreadable() -> None:
    """What says so is no header: those that are sent have names of their own."""
    status, *_ = strange.ask(Application(), "/send/", "text/plain", HTTP_OFFMON_UNREADABLE="1")
    assert status == 403


def test_each_face_is_served_by_it() -> None:
    for face in FACES.glob("*/wsgi.py"):
        assert "django" not in face.read_text(encoding="utf-8"), face
