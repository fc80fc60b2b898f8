"""On the console's role, a person off a case's caseload finds it in no table (issue 3, "access"; S17; design §5, "Scope").

The tables are the database's own, so that a later migration's is covered too.
"""

from typing import Any

import psycopg
from psycopg import sql

from offmon.server.agencies.actions import do_end_caseload, do_end_sharing
from offmon.server.base.actor import Actor
from tests.prove.markers import proves
from tests.support.partner import Partner
from tests.support.story import Story

OF_CASES = """
select relname::text, attname::text from pg_class
join pg_attribute on attrelid = pg_class.oid and attname in ('case', 'run') and not attisdropped
where relkind in ('r', 'p', 'v', 'm') and relnamespace = 'public'::regnamespace
    and has_any_column_privilege('offmon_console', pg_class.oid, 'select')
"""
REASON = "moved to another team"


def seen_by(story: Story, actor: Actor) -> dict[str, int]:
    """How many rows of cases there are in each table, for whoever asks as the console in that person's scope, by no page."""
    with story.database.connect("offmon_console") as console:
        for setting, value in (("offmon.agency", actor.agency), ("offmon.actor", actor.id)):
            console.execute("select set_config(%s, %s, true)", [setting, value])
        return {table: _rows(console, table, case) for table, case in console.execute(OF_CASES).fetchall()}


def _rows(console: "psycopg.Connection[Any]", table: str, case: str) -> int:
    """What is of no case has none, or in the log's order the agency's own run."""
    rows = sql.SQL("select count(*) from {} where {} <> agency").format(sql.Identifier(table), sql.Identifier(case))
    found = console.execute(rows).fetchone()
    assert found is not None
    return int(found[0])


@proves(
    "S17", drop="alter policy offmon_console on audit_entry using (agency = current_setting('offmon.agency')::uuid)"
)
def test_whoever_is_off_the_caseload_finds_the_case_in_no_table(story: Story) -> None:
    partner = Partner(story)
    partner.is_party(partner.officer)
    story.decide()
    with story.console():
        do_end_caseload(story.case, story.colleague.id, REASON, actor=story.officer)
    of_case = {table for table, rows in seen_by(story, story.officer).items() if rows}
    assert of_case == {table for table, rows in seen_by(story, partner.officer).items() if rows}
    assert of_case >= {
        "audit_entry",
        "audit_sequenced",
        "agencies_caseload",
        "agencies_party",
        "people_person",
        "triage_decision",
    }
    nothing = dict.fromkeys(seen_by(story, story.officer), 0)
    assert seen_by(story, story.stranger) == nothing
    # Whoever had the case keeps one row: that it was opened to them.
    assert seen_by(story, story.colleague) == nothing | {"agencies_caseload": 1}
    with story.console():
        do_end_sharing(partner.sharing, "the licence ended", actor=story.officer)  # type: ignore[arg-type]
    assert seen_by(story, partner.officer) == nothing | {"agencies_caseload": 1}
