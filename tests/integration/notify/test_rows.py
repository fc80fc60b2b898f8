"""What the process that sends can read holds no name, case, alert or content: every row that its role sees is searched (issue 20)."""

import psycopg
import pytest
from psycopg import sql

from offmon.core.alerts.reaching import ChannelKind
from offmon.server.base.policies import Process
from tests.integration.notify.office import MAIL, add, sending
from tests.prove.markers import proves
from tests.support.mailbox import Mailbox
from tests.support.story import Story
from tests.support.taken import superuser

READABLE = """
select relname, array_agg(attname::text) from pg_class join pg_attribute on attrelid = pg_class.oid
where relkind in ('r', 'v') and relnamespace = 'public'::regnamespace and attnum > 0 and not attisdropped
    and has_column_privilege('offmon_notify', attrelid, attnum, 'select')
group by relname
"""
READERS = """
select grantee from information_schema.column_privileges
where table_name = 'reaching_channel' and column_name = 'address' and privilege_type = 'SELECT'
"""


def visible(story: Story) -> str:
    """Every column of every row that the role may read, as text."""
    found = []
    with superuser(story) as hand:
        readable = hand.execute(READABLE).fetchall()
    with story.database.connect(Process.NOTIFY) as notify:
        notify.execute("select set_config('offmon.agency', %s, false)", [story.agency])
        for table, names in readable:
            listed = sql.SQL(", ").join(map(sql.Identifier, names))
            rows = notify.execute(sql.SQL("select {} from {}").format(listed, sql.Identifier(table))).fetchall()
            found.append(f"{table}: {rows}")
    return "\n".join(found)


def markers(story: Story) -> list[str]:
    """What is of the case: name, reference, ids, site, words."""
    with superuser(story) as hand:
        [(reference,)] = hand.execute("select reference from people_person").fetchall()
    known = [
        story.person,
        story.person.split()[0],
        reference,
        story.case,
        *story.alerts,
        story.deployment,
        story.device.device,
    ]
    return [*known, "listed.invalid", "invented phrase", "Officer Invented", "SHPO", MAIL]


@proves("S187", drop="grant select on audit_entry to offmon_notify")
def test_no_row_that_it_sees_nor_any_mail_holds_a_marker_of_the_case(story: Story, mailbox: Mailbox) -> None:
    add(story)
    add(story, ChannelKind.TEXT, "07700 900123")
    with sending(story, mailbox) as office:
        office.turn(beats=True)
    seen = visible(story)
    assert "reaching_message" in seen
    assert "reaching_channel" in seen
    mails = b"".join(mailbox.mail).decode() + " ".join(mailbox.greeted)
    for marker in markers(story):
        for form in {marker, marker.upper(), _dashed(marker)}:
            assert form not in seen, "no row that notify sees says anything of the case"
            assert marker == MAIL or form not in mails


def _dashed(marker: str) -> str:
    """An id as PostgreSQL writes it."""
    is_id = len(marker) == 32 and marker.isalnum()
    return f"{marker[:8]}-{marker[8:12]}-{marker[12:16]}-{marker[16:20]}-{marker[20:]}" if is_id else marker


@pytest.mark.parametrize(
    "table",
    [
        "triage_called",
        "triage_alert",
        "people_person",
        "agencies_caseload",
        "audit_entry",
        "intake_leaf",
        "orders_instrument",
    ],
)
def test_it_may_not_ask_for_what_it_is_about(story: Story, table: str) -> None:
    with story.database.connect(Process.NOTIFY) as notify:
        notify.execute("select set_config('offmon.agency', %s, false)", [story.agency])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            notify.execute(sql.SQL("select * from {}").format(sql.Identifier(table)))


def test_no_process_that_sends_nothing_reads_where_staff_are_reached_but_enclosed(story: Story) -> None:
    with superuser(story) as hand:
        found = {one for (one,) in hand.execute(READERS)}
    assert found - {"offmon_owner"} == {"offmon_console", "offmon_notify", "offmon_integrity"}
