"""queue_page: the p95 of a page of the console's queue over HTTP, at 100,000 undecided alerts, against 150 ms.

An agency of 2,000 cases has 50 undecided alerts in each. The officer works on 40 of the cases, so row-level security finds 2,000 alerts
among 100,000. Pages come over HTTP from the console's own process, early and late ones equally often. Each writes its CONSULTATION entries,
one a person shown, before it is sent.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Final

import psycopg
from django.contrib.auth.hashers import make_password
from psycopg.conninfo import make_conninfo

from bench.ground import Ground, free_port, inside, percentile, serving
from bench.requests import Request, send
from bench.result import Found, NotMeasured
from offmon.core.log.audit import Verb
from offmon.server.base.policies import Process
from offmon.server.people.actions import do_open_case
from offmon.server.triage.queries.queue_lines import QUEUE_PAGE
from tests.database import Database
from tests.support import accounts
from tests.support.story import Story
from trial.acting import set_app_up
from trial.apps import StaffWayIn
from trial.officer import Officer
from trial.stack import HOSTS

LIMIT_S: Final = 0.150
CASES: Final = 2000
OWN: Final = 40
EACH: Final = 50  # alerts of a case
PAGES: Final = 20
ROUNDS: Final = 6
QUEUE: Final = "/alerts/"
# By a superuser whom no trigger stops: only what is read is real here, not how it came to be.
FILL: Final = """
set session_replication_role = replica;
create temporary table cases as
    select "case", gen_random_uuid() as deployment from agencies_caseload where staff_id = '{officer}'
    union all
    select gen_random_uuid(), gen_random_uuid() from generate_series(1, {others});
insert into agencies_caseload (id, agency, salt, "case", staff_id, since, reason, granted_by)
    select gen_random_uuid(), '{agency}', '', cases."case", '{colleague}', 0, 'works on it', '{colleague}' from cases;
insert into triage_alert (id, agency, salt, "case", deployment, capability, list_name, rule, gravity, state, opened_at, last_at, risen_at,
    due_at, is_full)
    select gen_random_uuid(), '{agency}', '', "case", deployment, 'site', 'listed-sites@1', 'rule.' || n, 'standard', 'open', at, at, at,
           at + 604800000, false
    from cases, generate_series(1, {each}) n, lateral (select (1.8e12 + random() * 1e9 + n)::bigint) opened (at);
insert into triage_alertitem (id, agency, salt, "case", alert_id, leaf, device, epoch, n, event_at, captured_at, leads)
    select gen_random_uuid(), agency, '', "case", id, gen_random_uuid(), deployment, deployment, n, opened_at, opened_at + n, true
    from triage_alert, generate_series(0, 1) n;
analyze;
"""


class Browser(Officer):
    """An officer whose session a profile may borrow."""

    def request(self, path: str) -> Request:
        """A page, asked for as this officer."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return Request("GET", path, {"Host": f"{HOSTS['console']}:{self._port}", "Cookie": cookies})


@dataclass(frozen=True)
class Office:
    """A filled database, and what its console is told."""

    database: Database
    port: int
    by: StaffWayIn
    environment: dict[str, str]

    @contextmanager
    def at_desk(self) -> Iterator["Browser"]:
        """The console, answering; its officer."""
        with serving("offmon.server.faces.console.wsgi", self.environment, self.port, ask="/sign-in/"):
            yield Browser(self.port, self.by)

    @contextmanager
    def open(self) -> Iterator[list[Request]]:
        """The console, answering; pages of the queue as an officer asks for them."""
        with self.at_desk() as browser:
            yield [browser.request(f"{QUEUE}?page={number}") for number in range(1, PAGES + 1)]

    @cached_property
    def as_superuser(self) -> str:
        """The address of who sees everything."""
        return make_conninfo(self.database.server.superuser_url, dbname=self.database.name)

    def entries(self) -> int:
        """How often the queue was consulted: a subject and page each."""
        with psycopg.connect(self.as_superuser) as all_seeing:
            counted = all_seeing.execute(
                "select count(*) from audit_entry where verb = %s", [Verb.QUEUE_CONSULTED.value]
            )
            [(count,)] = counted.fetchall()
        return int(count)


def measure(ground: Ground) -> Found:
    """Every page, some rounds."""
    with filled(ground) as office, office.open() as pages:
        send(office.port, pages)
        before = office.entries()
        seconds = [answer.seconds for answer in send(office.port, pages * ROUNDS)]
        entries = office.entries() - before
    if not entries:
        raise NotMeasured("pages of the queue were shown and no consultation was written")
    return Found(
        ratios={"queue_page": percentile(seconds, 0.95) / LIMIT_S},
        figures={
            "queue_page.p95_ms": 1000 * percentile(seconds, 0.95),
            "queue_page.p50_ms": 1000 * median(seconds),
            "queue_page.rows": QUEUE_PAGE,
            "queue_page.entries": entries / len(seconds),
            "queue_page.alerts": CASES * EACH,
            "queue_page.own_alerts": OWN * EACH,
        },
    )


def hottest(ground: Ground) -> list[str]:
    """A profile of the console, its HTTP server left out."""
    with filled(ground) as office, office.open() as pages:
        return inside("console", office.environment, pages)


def environment_of(story: Story, folder: Path) -> dict[str, str]:
    """What the console of a story's database is told."""
    return {
        "OFFMON_DATABASE_URL": story.database.url(Process.CONSOLE),
        "OFFMON_SECRET_KEY": secrets.token_urlsafe(48),
        "OFFMON_CONSOLE_HOSTS": HOSTS["console"],
        "OFFMON_DOCUMENTS": str(story.documents),
        "OFFMON_TRUST": str(story.trust_path()),
        "OFFMON_VAULT_SOCKET": str(folder / "vault"),
        "OFFMON_INGEST_URL": "https://ingest.invalid",
        "OFFMON_SIGNER_SOCKET": str(folder / "signer"),
        **{f"OFFMON_{name.upper()}_KEY_FILE": str(folder / name) for name in ("column", "code")},
    }


@contextmanager
def filled(ground: Ground, cases: int = CASES, own: int = OWN, each: int = EACH) -> Iterator[Office]:
    """A database of so many cases, of which an officer works on some, with so many undecided alerts in each."""
    with ground.database() as (database, folder):
        story, password, port = Story(database, folder), secrets.token_urlsafe(24), free_port()
        with story.console(), story.with_keys():
            for number in range(own):
                do_open_case(f"86/{number:04}", f"Invented Person {number}", actor=story.officer)
            held: list[str] = []
            set_app_up(story.officer, held.append)
        accounts.change(database, story.officer.id, password=make_password(password))
        office = Office(
            database,
            port,
            StaffWayIn("officer", password, held[0]),
            environment_of(story, folder),
        )
        with psycopg.connect(office.as_superuser) as superuser:
            people = {"officer": story.officer.id, "colleague": story.colleague.id, "agency": story.agency}
            superuser.execute(FILL.format(**people, others=cases - own, each=each).encode())
        yield office
