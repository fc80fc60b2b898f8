"""log_page: the p95 of a page of the agency's log over HTTP, searched in each way, against 1 s.

An agency's log holds `ENTRIES` entries of 2,000 cases and 200 members of staff over two years. Most are batches of devices. The data
protection officer names a purpose, and then asks for pages by person, staff, act and time, early and late ones. Each page writes its entry
before it is sent. The goal is meant for 10 million entries. What grows with the log is the depth of its indexes alone.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Final

import psycopg
from django.contrib.auth.hashers import make_password

from bench.ground import Ground, free_port, inside, percentile
from bench.queue_page import Browser, Office, environment_of
from bench.requests import Request, send
from bench.result import Found
from offmon.core.log.reading import ReadingPurpose
from tests.support import accounts
from tests.support.story import Story
from trial.acting import set_app_up
from trial.apps import StaffWayIn

LIMIT_S: Final = 1.0
ENTRIES: Final = 1_000_000
CASES: Final = 2000
STAFF: Final = 200
ROUNDS: Final = 6
LOG: Final = "/log/"
# By a superuser whom no trigger stops, from what the rows of a real log look like: only what is read is real here.
FILL: Final = """
set session_replication_role = replica;
create temporary table told (share float, verb text, operation text, role text);
insert into told values
    (0.60, 'batch.received', 'collection', 'service'), (0.75, 'queue.consulted', 'consultation', 'offender_manager'),
    (0.90, 'case.consulted', 'consultation', 'offender_manager'), (0.97, 'alert.review', 'consultation', 'offender_manager'),
    (0.99, 'alert.decided', 'alteration', 'offender_manager'), (0.999, 'content.revealed', 'consultation', 'service'),
    (1.00, 'export.exported', 'disclosure', 'service');
create temporary table people as select n, gen_random_uuid() as id from generate_series(0, {staff} - 1) n;
create temporary table cases as select n, gen_random_uuid() as id from generate_series(0, {cases} - 1) n;
insert into audit_entry (id, agency, "case", at, verb, operation, outcome, actor, actor_role, reason, touched, doc, salt, "commit",
                         xid, nth)
    select gen_random_uuid(), '{agency}', cases.id, {now} - ((random() * 63072000000)::bigint), act.verb, act.operation, 'allowed',
           people.id, act.role, 'To decide it (invented).', '{{}}', decode(repeat(md5(made.n::text), 40), 'hex'), ''::bytea, ''::bytea,
           '1', -made.n
    from (select n, random() as chance, (random() * ({staff} - 1))::int as who, (random() * ({cases} - 1))::int as whose
          from generate_series(1, {entries}) n) made
    join lateral (select * from told where share >= made.chance order by share limit 1) act on true
    join people on people.n = made.who join cases on cases.n = made.whose;
analyze audit_entry;
"""


def measure(ground: Ground) -> Found:
    """Every search, some rounds."""
    with _asked(ground) as (office, pages):
        send(office.port, list(pages.values()))
        seconds = {name: [one.seconds for one in send(office.port, [asked] * ROUNDS)] for name, asked in pages.items()}
    every = [one for of_one in seconds.values() for one in of_one]
    return Found(
        ratios={"log_page": percentile(every, 0.95) / LIMIT_S},
        figures={
            "log_page.entries": ENTRIES,
            "log_page.p50_ms": 1000 * median(every),
            **{f"log_page.{name}_ms": 1000 * max(of_one) for name, of_one in seconds.items()},
        },
    )


def hottest(ground: Ground) -> list[str]:
    """A profile of the console over all searches, its HTTP server left out."""
    with _asked(ground) as (office, pages):
        return inside("console", office.environment, list(pages.values()))


@contextmanager
def _asked(ground: Ground) -> Iterator[tuple[Office, dict[str, Request]]]:
    with ground.database() as (database, folder):
        story, password, port = Story(database, folder), secrets.token_urlsafe(24), free_port()
        held: list[str] = []
        with story.console(), story.with_keys():
            set_app_up(story.data_protection, held.append)
        accounts.change(database, story.data_protection.id, password=make_password(password))
        by = StaffWayIn("data_protection", password, held[0])
        office = Office(database, port, by, environment_of(story, folder))
        _fill(office, story)
        with office.at_desk() as browser:
            browser.submit(LOG, {"purpose": ReadingPurpose.LAWFULNESS, "question": "How long does a page take?"})
            yield office, _searches(office, browser)


def _fill(office: Office, story: Story) -> None:
    told = {"agency": story.agency, "entries": ENTRIES, "cases": CASES, "staff": STAFF}
    with psycopg.connect(office.as_superuser, autocommit=True) as superuser:
        [(now,)] = superuser.execute("select (extract(epoch from clock_timestamp()) * 1000)::bigint").fetchall()
        superuser.execute(FILL.format(now=now, **told).encode())
        superuser.execute("vacuum audit_entry")


def _searches(office: Office, browser: Browser) -> dict[str, Request]:
    with psycopg.connect(office.as_superuser) as all_seeing:
        found = all_seeing.execute(
            'select "case", actor, at, id from audit_entry where "case" is not null order by at limit 1 offset 500'
        )
        [(case, actor, at, last)] = found.fetchall()
    month = "since=2026-03-01&until=2026-03-31"
    asked = {
        "all": "",
        "person": f"case={case.hex}",
        "person_in_a_month": f"case={case.hex}&{month}",
        "person_looked_at": f"case={case.hex}&what=consultation",
        "staff": f"staff={actor.hex}",
        "staff_and_act": f"staff={actor.hex}&what=export.exported",
        "act": "what=content.revealed",
        "looks_in_a_month": f"what=consultation&{month}",
        "month": month,
        "oldest": f"after={at}-{last.hex}",
    }
    return {name: browser.request(f"{LOG}?{words}") for name, words in asked.items()}
