"""A restricted line leaves no trace: the page is the same, to the byte, as if it never existed (R-DPA-26)."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.db import connection

from offmon.core import clock as time
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.formats.event import GapReason
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.person import delay, restrictions
from offmon.core.person.restrictions import (
    AgreedRestriction,
    Decided,
    Line,
    RestrictionGround,
    RestrictionRequest,
    Telling,
)
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.scope import scope
from offmon.server.deployments import queries as deployments
from offmon.server.rights.restrictions import queries
from offmon.server.rights.restrictions.actions import do_ask_restriction, do_decide_restriction, do_lift_restriction
from offmon.server.rights.restrictions.models import Restriction
from offmon.server.triage.queries import queue_lines
from offmon.words.catalogue import Language, translate
from tests.integration.portal.person import DAYS, Person, portal, signed_in
from tests.integration.portal.test_coverage import lines, since
from tests.integration.portal.test_pages import pages, read
from tests.prove.markers import proves
from tests.support.story import Story
from tests.support.taken import superuser
from tests.support.twins import begins_anew

REASONS = "An inquiry into others would be obstructed: inert marker of mine."


@contextmanager
def later(days: int) -> Iterator[None]:
    """The delay and the restrictions are asked whole days from now; whoever sits there has not aged."""
    told, holds, on = delay.shown_before, restrictions.is_withheld, days * time.DAY_MS

    def held(line: Line, happened: Period, due: Ms, by: Iterable[AgreedRestriction], at: Ms) -> bool:
        return holds(line, happened, due, by, Ms(at + on))

    with (
        patch.object(delay, "shown_before", lambda at, after: told(Ms(at + on), after)),
        patch.object(restrictions, "is_withheld", held),
    ):
        yield


def asked(**changed: Any) -> RestrictionRequest:
    """Everything of yesterday to tomorrow, for two months."""
    now = clock.now()
    given = RestrictionRequest(
        RestrictionGround.INQUIRY,
        frozenset(Line),
        Ms(now - time.DAY_MS),
        Ms(now + time.DAY_MS),
        REASONS,
        Telling.NOTHING,
        routes_given=False,
        ends_at=time.end_of_day(time.local_day(Ms(now + 60 * time.DAY_MS))),
    )
    return replace(given, **changed)


def restrict(story: Story, **changed: Any) -> Id:
    """Asked by the officer, agreed to by the supervisor."""
    with story.console(), story.with_keys():
        row = do_ask_restriction(story.case, asked(**changed), actor=story.officer)
        do_decide_restriction(row, Decided.AGREED, "It is needed.", actor=story.supervisor)
    return row


def ask(story: Story) -> None:
    do_ask_restriction(story.case, asked(), actor=story.officer)


def agree(story: Story) -> None:
    (row,) = queries.on_caseload(actor=story.supervisor)
    do_decide_restriction(row.id, Decided.AGREED, "It is needed.", actor=story.supervisor)


def lift(story: Story) -> None:
    (row,) = queries.on_caseload(actor=story.supervisor)
    do_lift_restriction(row.id, "The inquiry is over.", actor=story.supervisor)


def never_were(story: Story) -> None:
    """Take away what was sent, every look, the gap and the restrictions, as if they had never been."""
    with superuser(story) as owner:
        owner.execute("delete from rights_restriction")
        owner.execute("delete from intake_leaf where kind <> 'note'")
        owner.execute("delete from audit_entry where verb = any(%s)", [[verb.value for verb in delay.LOOKS]])


def looked_later(story: Story, days: int) -> None:
    """Who looked did so whole days later, as time would have it: after the days of the restriction."""
    with superuser(story) as owner:
        moved = [verb.value for verb in delay.LOOKS]
        owner.execute("update audit_entry set at = at + %s where verb = any(%s)", [days * time.DAY_MS, moved])


def decided_in(story: Story, days: int) -> None:
    """What was decided was decided so many days from now, as time would have it."""
    with superuser(story) as owner:
        owner.execute("update rights_restriction set decided_at = decided_at + %s", [days * time.DAY_MS])


def everything(person: Person) -> dict[str, Any]:
    """Every page, and the file that the person may take away."""
    return {**pages(person), "file": person.browser.get("/en/told/file/").content}


def shown(story: Story, days: int) -> tuple[bool, bool]:
    """Whether a line of what was sent, and one of who looked at it, stands on the page so many days from now."""
    person = signed_in(story)
    with portal(story), later(days):
        body = person.browser.get("/en/told/").content.decode()
    return "A visit to a site on a list" in body, "A record that was sent, without" in body


@proves("S48", restrictions.is_withheld, disabled=lambda line, happened, due, held, at: False)
def test_what_is_held_back_leaves_a_page_on_which_it_never_was_to_the_byte(story: Story) -> None:
    for reason in (GapReason.QUEUE_FULL, GapReason.QUARANTINED, GapReason.STORE_DAMAGED):
        story.device.gap(reason)
    story.send()
    begins_anew(story)
    story.send()
    story.alert()
    person = signed_in(story)
    with portal(story), later(DAYS + 2):
        open_to_all = everything(person)
        assert b"A visit to a site on a list" in open_to_all["/en/told/"][1]
        assert b"An officer who works on your case" in open_to_all["/en/told/"][1]
        told = [translate(Language.ENGLISH, f"portal.gap.{one}").encode() for one in GapReason if delay.waits(one)]
        assert [one for one in told if one not in open_to_all["/en/now/"][1]] == []
    restrict(story)
    with portal(story), later(DAYS + 2):
        held_back = everything(person)
    assert {path for path in held_back if held_back[path] != open_to_all[path]} == {
        *(f"/{language}/{page}/" for language in ("en", "cy") for page in ("told", "now")),
        "file",
    }
    never_were(story)
    with portal(story), later(DAYS + 2):
        assert everything(person) == held_back


def test_what_was_sent_takes_with_it_every_look_at_it_and_no_other(story: Story) -> None:
    """To the byte a page on which nothing was sent, though who looked is not restricted, and looked after the days that are."""
    story.alert()
    with story.console(), story.with_keys():
        queue_lines.queue(actor=story.officer)
        deployments.cases(actor=story.officer)
    looked_later(story, 3)
    restrict(story, lines=frozenset({Line.SENT}))
    person = signed_in(story)
    with portal(story), later(DAYS + 5):
        held_back = everything(person)
    assert b"Your file" in held_back["/en/told/"][1]
    assert b"sent, without what is locked in it" not in held_back["/en/told/"][1]
    with superuser(story) as owner:
        owner.execute("delete from rights_restriction")
        owner.execute("delete from intake_leaf where kind <> 'note'")
        owner.execute("delete from audit_entry where verb = any(%s)", [[one.value for one in delay.OF_WHAT_WAS_SENT]])
    with portal(story), later(DAYS + 5):
        assert everything(person) == held_back


def asked_of_the_database(person: Person) -> list[tuple[str, int]]:
    """Every statement of the page that a restriction is about, and how many rows answered it."""
    work: list[tuple[str, int]] = []

    def note(
        execute: Callable[..., Any], statement: str, given: Any, many: bool, context: dict[str, Any]
    ) -> Any:  # Django's own form
        answer = execute(statement, given, many, context)
        work.append((re.sub(r'"s\d+_x\d+"', "savepoint", statement), context["cursor"].rowcount))
        return answer

    person.browser.get("/en/told/")  # known to the process
    with connection.execute_wrapper(note):
        assert person.browser.get("/en/told/").status_code == 200
    return work


def test_a_page_asks_no_more_and_is_answered_no_more_rows_for_a_restriction(story: Story) -> None:
    story.alert()
    person = signed_in(story)
    with portal(story), later(DAYS + 2):
        free = asked_of_the_database(person)
    restrict(story)
    with portal(story), later(DAYS + 2):
        assert asked_of_the_database(person) == free
    restrict(story)
    with portal(story), later(DAYS + 2):
        assert asked_of_the_database(person) == free


def test_asking_deciding_and_lifting_change_no_byte_of_any_page(story: Story) -> None:
    story.alert()
    person = signed_in(story)
    seen = []
    for do in (None, ask, agree, lift):
        with story.console(), story.with_keys():
            if do is not None:
                do(story)
        with portal(story):
            seen.append(everything(person))
    assert all(one == seen[0] for one in seen)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, (False, False)),
        ({"lines": frozenset({Line.SENT})}, (False, False)),  # a look at what is nowhere would tell of it
        ({"lines": frozenset({Line.LOOKED})}, (True, False)),
        ({"lines": frozenset({Line.LOOKED}), "since": Ms(0), "until": Ms(1)}, (True, True)),  # of other days
        ({"since": Ms(0), "until": Ms(1)}, (True, False)),  # the look may be at what was sent on those
    ],
)
def test_it_covers_its_kinds_and_days_and_nothing_else(
    story: Story, changed: dict[str, Any], expected: tuple[bool, bool]
) -> None:
    story.alert()
    restrict(story, **changed)
    assert shown(story, DAYS + 2) == expected


def test_it_ends_by_itself_and_what_it_held_stands_where_it_would_have_stood(story: Story) -> None:
    story.alert()
    restrict(story)
    assert shown(story, 60) == (False, False)
    assert shown(story, 61) == (True, True)


def test_lifted_it_holds_to_midnight_and_shows_nothing_before_the_delay_is_over(story: Story) -> None:
    story.alert()
    row = restrict(story)
    with story.console(), story.with_keys():
        do_lift_restriction(row, "The inquiry is over.", actor=story.supervisor)
    assert shown(story, DAYS) == (False, False)
    assert shown(story, DAYS + 1) == (True, False)
    assert shown(story, DAYS + 2) == (True, True)


def test_what_was_shown_when_it_was_decided_stays(story: Story) -> None:
    story.alert()
    restrict(story)
    decided_in(story, DAYS + 1)  # what was sent is shown; who looked at it would be a day later
    assert shown(story, DAYS + 2) == (True, False)
    decided_in(story, 2)
    assert shown(story, DAYS + 4) == (True, True)


def test_a_gap_that_waits_is_held_back_where_it_meets_the_days_and_no_other(story: Story) -> None:
    """From six days ago to three days ago is restricted; each gap goes from so many days ago to so many."""
    spans = [
        (GapReason.QUEUE_FULL, 8, 5),
        (GapReason.QUARANTINED, 4, 1),
        (GapReason.STORE_DAMAGED, 9, 7),
        (GapReason.NEW_EPOCH, 2, 1),
        (GapReason.NOT_VISIBLE, 5, 4),  # it is told at once, whatever was noticed
    ]
    at = clock.now()
    for reason, *ago in spans:
        story.device.gap(reason)
        since(story, *(at - days * time.DAY_MS for days in ago))
    story.send()
    restrict(story, lines=frozenset({Line.SENT}), since=Ms(at - 6 * time.DAY_MS), until=Ms(at - 3 * time.DAY_MS))
    person = signed_in(story)
    with portal(story), later(DAYS + 1):
        left = [reason for reason, *_ in spans if lines(person, reason)]
    assert left == [GapReason.STORE_DAMAGED, GapReason.NEW_EPOCH, GapReason.NOT_VISIBLE]
    decided_in(story, DAYS + 1)  # each is shown already
    with portal(story), later(DAYS + 1):
        assert [reason for reason, *_ in spans if not lines(person, reason)] == []


def test_nothing_is_held_back_that_nobody_else_agreed_to(story: Story) -> None:
    story.alert()
    with story.console(), story.with_keys():
        row = do_ask_restriction(story.case, asked(), actor=story.officer)
    assert shown(story, DAYS + 2) == (True, True)
    with story.console(), story.with_keys():
        do_decide_restriction(row, Decided.REFUSED, "It is not needed.", actor=story.supervisor)
    assert shown(story, DAYS + 2) == (True, True)


def test_what_is_over_is_neither_decided_nor_lifted(story: Story) -> None:
    agreed = restrict(story)
    with story.console(), story.with_keys():
        waits = do_ask_restriction(story.case, asked(), actor=story.officer)
        with superuser(story) as owner:
            owner.execute(
                "update rights_restriction set asked_at = asked_at - %(on)s, decided_at = decided_at - %(on)s, ends_at = ends_at - %(on)s",
                {"on": 70 * time.DAY_MS},
            )
        with scope(story.officer):
            for row in Restriction.objects.all():  # the log says of each that it stands so
                append(story.officer, Verb.RESTRICTION_ASKED, case=row.case, touched=(row,))
        with pytest.raises(Refused, match="ended already"):
            do_decide_restriction(waits, Decided.AGREED, "It is needed.", actor=story.supervisor)
        with pytest.raises(Refused, match="not in force"):
            do_lift_restriction(agreed, "The inquiry is over.", actor=story.supervisor)


def test_the_portal_reads_what_it_must_leave_out_and_no_ground_reason_or_name(story: Story) -> None:
    restrict(story)
    with story.database.connect("offmon_portal", autocommit=True) as session:
        assert read(
            session, "select count(*) from (select sent, ends_at from rights_restriction) r", story.agency, story.case
        ) == (1,)
        for column in ("ground", "reasons", "told", "asked_by", "decided_by", "decision", "lifting"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                read(session, f"select {column} from rights_restriction", story.agency, story.case)  # noqa: S608  # names of this test's
