"""A row's entry is in its own agency's log, in its own case's run, or the row is not written (ADR 4; S15, S95)."""

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.base.ids import new_id
from tests.integration.signer.test_second_person import another_agency
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.taken import Elsewhere, a_row, insert, name, taken_console

TABLE = "agencies_caseload"


def elsewhere(story: Story, agency: Id, case: Id | None) -> Elsewhere:
    return Elsewhere(agency, case, replace(story.officer, agency=agency))


WHERE: dict[str, Callable[[Story], Elsewhere]] = {
    "of_no_agency": lambda story: elsewhere(story, new_id(), story.case),
    "of_another_agency": lambda story: elsewhere(story, another_agency(story), story.case),
    "of_another_case": lambda story: elsewhere(story, story.agency, new_id()),
    "of_no_case": lambda story: elsewhere(story, story.agency, None),
}


def open_to_the_stranger(story: Story, where: Elsewhere) -> None:
    """By the console's own role: the case is opened to somebody, and an entry that names that is written there."""
    row = a_row(story) | {
        "since": now(),
        "staff_id": story.stranger.id,
        "reason": "none",
        "granted_by": story.officer.id,
    }
    with taken_console(story) as console:
        insert(console, TABLE, row)
        console.execute("select set_config('offmon.agency', %s, true)", [where.agency])
        name(console, where, Verb.CASELOAD_GRANTED, TABLE, str(row["id"]))


@pytest.mark.parametrize(
    ("where", "refused"),
    [
        ("of_no_agency", psycopg.errors.ForeignKeyViolation),
        ("of_another_agency", psycopg.errors.IntegrityConstraintViolation),
        ("of_another_case", psycopg.errors.IntegrityConstraintViolation),
        ("of_no_case", psycopg.errors.IntegrityConstraintViolation),
    ],
)
@proves("S95", drop="drop trigger audited on agencies_caseload", row="of_another_case-IntegrityConstraintViolation")
def test_no_case_is_opened_by_an_entry_that_stands_elsewhere(
    story: Story, where: str, refused: type[psycopg.Error]
) -> None:
    there = WHERE[where](story)
    with pytest.raises(refused):
        open_to_the_stranger(story, there)


def test_one_in_its_own_log_is(story: Story) -> None:
    open_to_the_stranger(story, elsewhere(story, story.agency, story.case))
    with taken_console(story) as console:
        held = "select count(*) from agencies_caseload where staff_id = %s"
        assert console.execute(held, [story.stranger.id]).fetchone() == (1,)


def say_nothing_of_note(story: Story, where: Elsewhere) -> None:
    """By the console's own role: an entry there that goes with no row."""
    with taken_console(story) as console:
        console.execute("select set_config('offmon.agency', %s, true)", [where.agency])
        name(console, where, Verb.CASE_CONSULTED, TABLE, new_id())


@proves("S95", drop="drop trigger of_an_agency on audit_entry")
def test_nothing_at_all_is_said_in_the_log_of_no_agency(story: Story) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="an agency that there is"):
        say_nothing_of_note(story, WHERE["of_no_agency"](story))
