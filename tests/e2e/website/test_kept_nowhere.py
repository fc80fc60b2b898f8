"""A record number sent to the site is stored nowhere: in no file of the database, in no log (R-WEB-2).

The numbers are invented, and valid in no scheme (R-ID-12).
"""

import base64
import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
import pytest
from playwright.sync_api import Browser

from offmon.server.base.policies import Process
from offmon.server.processes.roles import create_roles
from tests.database import DJANGO_MIGRATIONS, Database, Template, short_folder
from tests.e2e.serving import face_served, free_port
from tests.e2e.website.conftest import HOST
from tests.support.patience import PATIENCE_S
from trial.postgres import Cluster
from trial.seeking import found

# Digits that no other file of the run has by chance; each spelled as the scheme of its letters spells it.
NUMBERS = {"PNC": "2086/7391846I", "CRO": "739184/86I", "prison number": "A7391QZ", "CRN": "Q739184"}
# The same four as people misspell them: another dash, no stroke, spaces between, the label glued on.
MISSPELLED = [
    "2086\u20137391846I",
    "2086 7391846I",
    "PNC2086/7391846I",
    "739184\u221586I",
    "A 7391 QZ",
    "NOMSA7391QZ",
    "Q 739184",
]
SPELLED = [*NUMBERS.values(), *MISSPELLED]
KEPT = "An inert control, which the seeker has to find"
ADDRESS = "inert-control@example.invalid"
WRITE = "/en/contact/write/"


@dataclass(frozen=True)
class Site:
    """The running site, and every folder in which it or its database could have left something."""

    database: Database
    port: int
    folders: tuple[Path, ...]

    def send(self, path: str, form: dict[str, str] | None = None, **headers: str) -> int:
        """One request, as any program may make it. The status of the answer."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)) as connection:
            body = None if form is None else urlencode(form)
            told = {"Host": HOST, **({} if form is None else {"Content-Type": "application/x-www-form-urlencoded"})}
            connection.request("GET" if form is None else "POST", path, body, told | headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status

    def checkpoint(self) -> None:
        """Everything that the database still had in memory is in its files."""
        url = self.database.server.superuser_url
        with closing(psycopg.connect(url, dbname=self.database.name, autocommit=True)) as hand:
            hand.execute("checkpoint")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """On a PostgreSQL of its own, whose files are ours to read, even where other tests are given one."""
    with short_folder() as folder:
        cluster, run = Cluster(folder / "pg"), folder / "run"
        run.mkdir()
        published = run / "published"
        published.mkdir()
        cluster.start()
        try:
            create_roles(cluster.superuser_url, cluster.secrets)
            template = Template.build(cluster, DJANGO_MIGRATIONS)
            with template.clone() as database:
                port = free_port()
                told = {
                    "TMPDIR": str(run),
                    "OFFMON_DATABASE_URL": database.url(Process.WEBSITE),
                    "OFFMON_WEBSITE_URL": f"http://{HOST}:{port}",
                    "OFFMON_PUBLISHED": str(published),
                }
                with face_served("offmon.server.faces.website.wsgi", told, run / "website.log", port):
                    yield Site(database, port, (cluster.home, run))
        finally:
            cluster.destroy()
            for file in sorted(run.rglob("*"), reverse=True):
                file.rmdir() if file.is_dir() else file.unlink()
            run.rmdir()


@pytest.mark.parametrize("before", ["", "a", "ab"])
def test_the_seeker_finds_a_number_however_it_was_written(before: str, tmp_path: Path) -> None:
    number = NUMBERS["PNC"]
    plain = f"{before}{number} and more"
    written = [
        plain,
        plain.lower(),
        quote(plain),
        quote(plain, safe=""),
        base64.b64encode(plain.encode()).decode(),
        plain.encode().hex(),
    ]
    for place, text in enumerate([*written, json.dumps(plain)]):
        (tmp_path / str(place)).write_text(text)
    (tmp_path / "wide").write_text(plain, "utf-16")
    assert len(found([number], [tmp_path])) == len(written) + 2


def test_a_number_of_somebodys_record_is_found_nowhere_afterwards(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(base_url=f"http://{HOST}:{site.port}")
    page = context.new_page()
    page.goto(f"{WRITE}?about=no")
    for number in SPELLED:
        page.get_by_label("Your message").fill(f"About the record {number}, please.")
        page.get_by_role("button", name="Send").click()
        assert "We did not keep it" in page.inner_text("main")
        assert number not in page.content()
    context.close()
    for number in MISSPELLED:
        assert site.send(WRITE, {"message": f"About {number}, please.", "reply": ""}) == 200
    for number in NUMBERS.values():
        assert site.send(WRITE, {"message": "A question.", "reply": f"{number}@example.invalid"}) == 200
        assert site.send(WRITE, {"message": "A question.", "another": number}) == 302  # a box that we do not have
        assert site.send(f"{WRITE}?about={quote(number)}") == 302  # to the question
        assert site.send(f"/en/{quote(number)}/") == 404
        assert (
            site.send("/en/", None, **{"User-Agent": number, "Referer": number, "Cookie": f"offmon_choice={number}"})
            == 200
        )
        assert site.send("/en/", None, Host=f"{quote(number, safe='')}.invalid") == 400
        assert site.send("/en/privacy/", {"about": number}) == 403
    for _ in range(3):  # what begins near the end of a page of the WAL has the next page's head in its midst
        assert site.send(WRITE, {"message": KEPT, "reply": ADDRESS}) == 302
    site.checkpoint()
    controls = found([KEPT, ADDRESS, "404 at no address of ours"], site.folders)
    places = {(text, next(part for part in ("pg_wal", "base", "run") if part in path.parts)) for text, path in controls}
    assert places == {
        (KEPT, "pg_wal"),
        (KEPT, "base"),
        (ADDRESS, "pg_wal"),
        (ADDRESS, "base"),
        ("404 at no address of ours", "run"),
    }
    assert found([*SPELLED, "20867391846I"], site.folders) == set()
