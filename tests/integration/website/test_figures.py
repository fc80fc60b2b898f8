"""The monthly figure of alerts: counted by the worker, told by the site in tens, and the site reads no alert (issue 20; R-AI-17)."""

import html
import json
import re
from collections.abc import Iterable
from datetime import date

import psycopg
import pytest
from django.test import Client

from offmon.core import clock as time
from offmon.core.clock import DAY_MS, MINUTE_MS
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms
from offmon.core.public.alert_figures import month_after, starts
from offmon.server.base import clock
from offmon.server.base.policies import Process
from offmon.server.oversight.models import AlertFigure
from offmon.server.processes.worker.figures import publish_figures
from offmon.words.catalogue import Language, translate
from tests.prove.markers import proves
from tests.server import as_process
from tests.support.story import Story
from tests.support.taken import superuser

COLUMNS = (
    'agency, "case", salt, deployment, capability, list_name, rule, gravity, state, owner, last_at, due_at, is_full'
)
ALERTS = (
    f"with mine as (insert into triage_alert (id, opened_at, risen_at, {COLUMNS})"  # noqa: S608  names above
    f" select gen_random_uuid(), %(at)s, %(at)s, {COLUMNS.replace('rule', 'rule || %(rule)s || number')}"
    " from (select * from triage_alert limit 1) one, generate_series(1, %(count)s) number"
    ' returning id, agency, "case"),'
    ' items as (insert into triage_alertitem (id, agency, "case", salt, alert_id, leaf, device, epoch, n, event_at, captured_at, leads)'
    " select gen_random_uuid(), agency, \"case\", '', id, gen_random_uuid(), id, id, 0, 0, 0, true from mine)"
    ' insert into triage_acknowledgement (id, agency, "case", salt, alert_id, by, at)'
    " select gen_random_uuid(), agency, \"case\", '', id, agency, %(answered)s from mine"
)


def last_told() -> date:
    """The newest month of which a figure may be there."""
    return month_after(time.local_day(clock.now()).replace(day=1), -2)


def raised(story: Story, month: date, *counts: tuple[int, int], began: Ms | None = None) -> None:
    """So many alerts of high gravity on the tenth of a month, each answered so many minutes later; the log began the month before."""
    at = Ms(starts(month) + 10 * DAY_MS)
    begin = starts(month_after(month, -1)) if began is None else began
    with superuser(story) as hand:
        hand.execute(
            "update audit_entry set at = %s where id = (select id from audit_entry order by at limit 1)", [begin]
        )
        for number, (count, minutes) in enumerate(counts):
            given = {"at": at, "answered": at + minutes * MINUTE_MS, "count": count, "rule": f"-{month}-{number}-"}
            hand.execute(ALERTS, given)


def published(story: Story) -> list[AlertFigure]:
    """What the worker publishes, the oldest month first."""
    with as_process(story.database, Process.WORKER):
        while publish_figures(story.worker):
            pass
        return sorted(AlertFigure.objects.all(), key=lambda one: (one.month, list(Gravity).index(one.gravity)))


def of(found: Iterable[AlertFigure], gravity: Gravity) -> list[tuple[int | None, int | None, int | None]]:
    return [(one.in_time, one.passed_on, one.neither) for one in found if one.gravity is gravity]


def main(site: Client, language: Language) -> str:
    body = site.get(f"/{language}/figures/").content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_the_worker_counts_each_month_once_in_tens(story: Story) -> None:
    raised(story, last_told(), (23, 239), (9, 241))
    found = published(story)
    assert of(found, Gravity.HIGH) == [(20, None, None)]
    assert of(found, Gravity.URGENT) == of(found, Gravity.STANDARD) == [(None, None, None)]
    assert {one.month for one in found} == {starts(last_told())}
    with superuser(story) as hand:
        hand.execute("delete from triage_alert where opened_at < %s", [clock.now() - 30 * DAY_MS])
    assert of(published(story), Gravity.HIGH) == [(20, None, None)]


def test_each_whole_month_since_the_log_began_has_a_figure_whether_or_not_there_was_an_alert(story: Story) -> None:
    months = [month_after(last_told(), -back) for back in (2, 1, 0)]
    raised(story, months[0], (12, 500))
    found = published(story)
    assert [one.month for one in found if one.gravity is Gravity.HIGH] == [starts(one) for one in months]
    assert of(found, Gravity.HIGH) == [(None, None, 10), (None, None, None), (None, None, None)]


def test_a_log_that_began_of_late_has_none(story: Story) -> None:
    assert published(story) == []


@pytest.mark.parametrize("language", Language)
def test_the_page_draws_the_newest_month_and_has_every_one_in_a_table(
    site: Client, story: Story, language: Language
) -> None:
    assert translate(language, "site.figures.nothing") in main(site, language)
    raised(story, month_after(last_told(), -1), (31, 1))
    published(story)
    with as_process(story.database, Process.WEBSITE):
        said = main(site, language)
        body = site.get(f"/{language}/figures/").content.decode()
    assert translate(language, "site.figures.ten", least=30, most=39) in said
    assert translate(language, "site.figures.few") in said
    assert translate(language, f"date.month.{last_told().month}") in said
    assert body.count("<svg") == 1
    assert body.count('<tr class="govuk-table__row" role="row">') == 1 + 2 * 3
    assert re.findall(r"\b31\b", said.replace(str(last_told().year), "")) == []


def test_programs_read_the_same(site: Client, story: Story) -> None:
    raised(story, last_told(), (10, 1))
    published(story)
    with as_process(story.database, Process.WEBSITE):
        data = json.loads(site.get("/figures.json").content)
    assert data["type"] == "offmon/alert-figures@1"
    [months] = data["agencies"].values()
    month = last_told().strftime("%Y-%m")
    assert months[1] == {"month": month, "gravity": "high", "in_time": 10, "passed_on": None, "neither": None}


def test_a_month_with_few_alerts_is_told_like_one_without(site: Client, story: Story) -> None:
    raised(story, last_told(), (9, 1), (9, 500))
    published(story)
    with as_process(story.database, Process.WEBSITE):
        few = site.get("/figures.json").content
    with superuser(story) as hand:
        hand.execute("truncate oversight_alertfigure")
        hand.execute("delete from triage_alert where opened_at < %s", [clock.now() - 30 * DAY_MS])
    published(story)
    with as_process(story.database, Process.WEBSITE):
        assert site.get("/figures.json").content == few


READS = {
    "figures": "select id, agency, month, gravity, in_time, passed_on, neither from oversight_alertfigure",
    "when": "select xmin from oversight_alertfigure",
    "alerts": "select id from triage_alert",
    "hand-overs": "select at from triage_handover",
    "answers": "select at from triage_acknowledgement",
    "entries": "select at from audit_entry",
    "times": "select agreed_at from agencies_timesversion",
}


@pytest.mark.parametrize("what", READS)
@proves("S202", drop="grant select on triage_alert to offmon_website", row="alerts")
def test_the_site_reads_what_is_published_and_no_alert(story: Story, what: str) -> None:
    with story.database.connect(Process.WEBSITE) as website:
        if what == "figures":
            website.execute(READS[what])
            return
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            website.execute(READS[what])


INSERT = (
    "insert into oversight_alertfigure (id, agency, month, gravity, in_time, passed_on, neither)"
    " values (gen_random_uuid(), %s, %s, 'high', %s, %s, %s)"
)


@pytest.mark.parametrize("exact", [0, 1, 9, 11, -10])
@pytest.mark.parametrize("place", range(3))
@proves("S202", drop="alter table oversight_alertfigure drop constraint alert_figure_in_tens")
def test_the_database_keeps_no_exact_number(story: Story, place: int, exact: int) -> None:
    numbers = [exact if each == place else 20 for each in range(3)]
    with story.database.connect(Process.WORKER) as worker:
        worker.execute(INSERT, [story.agency, 0, 10, None, 120])
        with pytest.raises(psycopg.errors.CheckViolation, match="alert_figure_in_tens"):
            worker.execute(INSERT, [story.agency, 1, *numbers])


@proves("S202", drop="drop trigger figure_of_a_month_over on oversight_alertfigure")
def test_the_database_takes_no_figure_of_a_month_that_is_not_long_over(story: Story) -> None:
    with (
        story.database.connect(Process.WORKER) as worker,
        pytest.raises(psycopg.errors.CheckViolation, match="long over"),
    ):
        worker.execute(INSERT, [story.agency, clock.now() - 57 * DAY_MS, 10, None, None])


def test_the_worker_changes_and_deletes_none(story: Story) -> None:
    for statement in ("update oversight_alertfigure set neither = null", "delete from oversight_alertfigure"):
        with (
            story.database.connect(Process.WORKER) as worker,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            worker.execute(statement)
