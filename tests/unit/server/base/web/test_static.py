"""Static files come from memory, by name, with an address that changes when any of them does."""

import gzip

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from offmon.server.base.web.static import static_url

CSS = "web/built/govuk.css"


def test_a_file_is_kept_for_ever_under_its_releases_address(nobody: Client) -> None:
    answer = nobody.get(static_url(CSS))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_another_releases_address_still_answers_and_is_not_kept(nobody: Client) -> None:
    assert nobody.get(f"/static/0123456789abcdef/{CSS}")["Cache-Control"] == "no-cache"


def test_what_the_browser_has_is_not_sent_again(nobody: Client) -> None:
    etag = nobody.get(static_url(CSS))["ETag"]
    answer = nobody.get(static_url(CSS), headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")


def test_a_browser_that_unpacks_gets_it_packed(nobody: Client) -> None:
    plain = nobody.get(static_url(CSS))
    packed = nobody.get(static_url(CSS), headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) * 4 < len(plain.content)
    assert "Accept-Encoding" in plain["Vary"]


@pytest.mark.parametrize(
    "name", ["web/../../jinja.py", "../static.py", "%2e%2e/static.py", "/etc/passwd", "web/", "web/built/none.css"]
)
def test_a_path_leads_nowhere(name: str, nobody: Client) -> None:
    release = static_url(CSS).split("/")[2]
    assert nobody.get(f"/static/{release}/{name}").status_code == 404


def test_a_template_that_names_a_missing_file_fails_loudly() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"no static file web/none\.css"):
        static_url("web/none.css")


def test_no_style_sheet_names_a_font_arms_or_host_that_is_not_ours(nobody: Client) -> None:
    for sheet in ("govuk", "frame"):
        text = nobody.get(static_url(f"web/built/{sheet}.css")).content.decode()
        for forbidden in ("GDS Transport", "@font-face", "crown", "crest", "url(http", "url(//", "data:"):
            assert forbidden not in text, (sheet, forbidden)
