"""Chance draws the looks that an auditor dip-checks; another draws the same again, and what is asked about is a task (issue 18)."""

import re
from dataclasses import replace
from hashlib import sha256

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from offmon.core import clock as time
from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log import samples as rules
from offmon.core.log.audit import Verb
from offmon.core.log.reading import ReadingPurpose
from offmon.core.log.samples import FEWEST, Mark
from offmon.server.audit.actions.readings import do_open_log
from offmon.server.audit.actions.samples import do_draw_looks, do_mark_look
from offmon.server.audit.models import Entry, LogSample
from offmon.server.audit.samples.queries import sample
from offmon.server.base.actor import Actor
from offmon.server.base.clock import now
from offmon.server.base.ids import new_id
from offmon.server.base.scope import scope
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import day
from tests.integration.console.test_log import ASKED, AUDITOR, rows
from tests.integration.console.test_look_ups import picked, watch
from tests.integration.console.test_start_page import text
from tests.prove.markers import proves
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose

NOTE = {"note": "They were on call that day (invented)."}


def looked(office: Office) -> None:
    """Eight looks at a case, in the log of a witnessed checkpoint."""
    for browser in map(sign_in, ("officer", "colleague")):
        for _ in range(4):
            browser.get(f"/cases/{office.story.case}/")
    office.story.publish()


@pytest.fixture
def auditor(office: Office) -> Actor:
    actor = replace(office.actor(Role.AUDITOR, Whose.COLLEAGUES), session=new_id())
    looked(office)
    do_open_log(ReadingPurpose.LAWFULNESS, "Which looks were made?", actor=actor)
    return actor


def auditors() -> Client:
    browser = sign_in(AUDITOR)
    send(browser, "/log/samples/", **ASKED)
    return browser


def draw(browser: Client, size: int = FEWEST) -> str:
    """The address of the sample that was drawn of today's looks."""
    today = time.local_day(now())
    days = day("since", today) | day("until", today)
    return str(send(browser, "/log/samples/", **days, size=str(size))["Location"])


def test_an_auditor_draws_looks_and_says_of_each_whether_it_is_explained(office: Office) -> None:
    looked(office)
    browser = sign_in(AUDITOR)
    assert "For which purpose" in text(browser, "/log/samples/")
    send(browser, "/log/samples/", **ASKED)
    assert "Enter a number between 5 and 50" in send(browser, "/log/samples/", size="51").content.decode()
    address = draw(browser)
    page = browser.get(address).content.decode()
    shown = rows(page, "looks")
    assert len(shown) == FEWEST
    assert all("Invented" in one and "86/" in one and "UTC" in one for one in shown)
    assert "they are the same looks" in page
    assert office.story.person not in page
    assert "There is a problem" in send(browser, address, mark="ask").content.decode()
    send(browser, address, mark="explained", **NOTE)
    send(browser, address, mark="ask", note="Nobody knows why (invented).")
    assert sum("Explained" in one for one in rows(browser.get(address).content.decode(), "looks")) == 1
    [drawn] = rows(browser.get("/log/samples/").content.decode(), "samples")
    assert re.search(r"5 of \d+ 1 1 3$", drawn)
    [entry] = office.story.entries(Verb.SAMPLE_DRAWN)
    assert re.fullmatch(r"5 of \d+, seed [0-9a-f]{64}", entry.reason or "")
    assert [one.reason for one in office.story.entries(Verb.SAMPLE_MARKED)] == ["explained", "ask"]
    assert any(one.reason == f"sample {address.split('/')[3]}" for one in office.story.entries(Verb.LOG_READ))


def test_what_is_asked_about_is_a_task_for_professional_standards_once(office: Office) -> None:
    looked(office)
    browser = auditors()
    send(browser, draw(browser), mark="ask", note="Nobody knows why (invented).")
    watch(office)
    watch(office)
    asked = [one for one in picked(browser) if "A dip-check asks about it" in one]
    assert len(asked) == 1
    assert "86/" in asked[0]


@proves("S163", rules.drawn, disabled=lambda seed, looks, size: list(looks)[:size])
def test_the_looks_are_those_that_the_witnessed_log_gives_and_no_others(office: Office, auditor: Actor) -> None:
    drawn = do_draw_looks(Ms(0), now(), None, FEWEST, actor=auditor)
    with scope(auditor):
        row = LogSample.objects.get(id=drawn)
        consulted = Entry.objects.filter(case__isnull=False, verb__in=rules.DRAWN_FROM, outcome="allowed")
        people = consulted.exclude(actor_role__in=rules.NOT_OF).values_list("id", flat=True)
        lots = {sha256(b"offmon/lot@1\0" + bytes.fromhex(row.seed + one)).digest(): one for one in people}
    assert row.entries == [lots[one] for one in sorted(lots)][:FEWEST]
    assert row.drawn_from == len(lots)
    again = do_draw_looks(Ms(0), now(), None, FEWEST, actor=auditor)
    with scope(auditor):
        assert LogSample.objects.get(id=again).entries == row.entries


@pytest.mark.parametrize("change", ["update audit_logsample set entries = '{}'", "delete from audit_logsample"])
def test_nobody_changes_what_was_drawn_and_a_draw_that_was_made_up_is_seen(
    office: Office, auditor: Actor, change: str
) -> None:
    drawn = do_draw_looks(Ms(0), now(), None, FEWEST, actor=auditor)
    with pytest.raises(DatabaseError), scope(auditor), connection.cursor() as cursor:
        cursor.execute(change)
    found = sample(drawn, actor=auditor)
    assert found is not None
    assert found.is_redrawn
    with superuser(office.story) as hand:
        hand.execute("update audit_logsample set entries = (select array_agg(one) from unnest(entries[2:]) one)")
    found = sample(drawn, actor=auditor)
    assert found is not None
    assert not found.is_redrawn


def test_a_look_is_marked_once_by_another_and_only_if_it_was_drawn(office: Office, auditor: Actor) -> None:
    with pytest.raises(Refused, match="holds no look"):
        do_draw_looks(Ms(0), Ms(1), None, FEWEST, actor=auditor)
    drawn = do_draw_looks(Ms(0), now(), None, FEWEST, actor=auditor)
    with scope(auditor):
        entry = Id(LogSample.objects.get(id=drawn).entries[0])
    with pytest.raises(Refused, match="was not drawn"):
        do_mark_look(drawn, new_id(), Mark.ASK, "Why?", actor=auditor)
    do_mark_look(drawn, entry, Mark.EXPLAINED, "On call.", actor=auditor)
    with pytest.raises(Refused, match="meanwhile"):
        do_mark_look(drawn, entry, Mark.ASK, "Why?", actor=auditor)
    without = replace(auditor, session=new_id())
    for act in (lambda: do_draw_looks(Ms(0), now(), None, FEWEST, actor=without), lambda: sample(drawn, actor=without)):
        with pytest.raises(Refused, match="Say first"):
            act()
    with pytest.raises(Refused):
        do_draw_looks(Ms(0), now(), None, FEWEST, actor=office.story.officer)
