"""The expert's downloads: each file on the page comes, with the SHA-256 printed beside it (N4)."""

import re
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from django.test import Client

from offmon.server.faces.website import published
from offmon.words.catalogue import Language, translate

OFFERED = re.compile(r'<li><a[^>]*href="(/files/[^"]+)">([^<]+)</a>(.*?)</li>', re.DOTALL)
TYPES = {".json": "application/json", ".pyz": "application/octet-stream", ".md": "text/plain; charset=utf-8"}
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


@pytest.mark.parametrize("language", Language)
def test_each_file_is_offered_with_what_it_is_and_comes_as_its_digest_says(
    site: Client, tmp_path: Path, language: Language
) -> None:
    folder = tmp_path / "published"
    body = site.get(f"/{language}/defence-experts/").content.decode()
    offered = OFFERED.findall(body)
    assert len(offered) == body.count('href="/files/')
    names = [name for _, name, _ in offered]
    assert names == [name for name in published.ABOUT if (folder / name).exists()]
    assert {Path(name).suffix for name in names} == {".json", ".pyz", ".md"}, "trust file, verifier, specifications"
    for link, name, beside in offered:
        answer = site.get(link)
        assert (answer.status_code, answer.content) == (200, (folder / name).read_bytes()), name
        assert DIGEST.findall(beside) == [sha256(answer.content).hexdigest()], name
        assert (answer["Content-Type"], answer["Cache-Control"]) == (TYPES[Path(name).suffix], "no-cache"), name
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert translate(language, f"site.experts.{published.ABOUT[name]}") in unescape(beside), name


def test_what_is_far_too_large_is_not_read_and_not_offered(site: Client, tmp_path: Path) -> None:
    for name, size in (("large.md", published.MOST_BYTES), ("larger.md", published.MOST_BYTES + 1)):
        with (tmp_path / "published" / name).open("wb") as file:
            file.truncate(size)
    body = site.get("/en/defence-experts/").content.decode()
    assert ("/files/large.md" in body, "/files/larger.md" in body) == (True, False)
    assert site.get("/files/larger.md").status_code == 404
