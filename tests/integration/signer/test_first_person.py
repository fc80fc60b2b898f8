"""The first of two people must exist too: an invented one plus an honest one is one person (R-LEG-24; S94)."""

import secrets
from dataclasses import replace

import pytest
from django.apps import apps
from psycopg import sql
from psycopg.rows import dict_row

from offmon.core.access.roles import Role
from offmon.core.ids import Id
from offmon.core.log.audit import Touched, Verb
from offmon.core.states import ProfileState
from offmon.server.agencies.policy import check_begun_on
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.rows import AgencyRow
from offmon.server.base.scope import scope
from offmon.server.base.signer import SignerClient
from offmon.server.detectors.actions import do_approve
from tests.integration.signer.test_logged import logged
from tests.integration.signer.test_noticed import signed
from tests.integration.signer.test_second_person import INVENTED, Invented, colleague
from tests.integration.signer.test_two_sittings import row_of
from tests.prove.markers import proves
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.taken import Elsewhere, insert, name, overwrite, taken_console

LISTS = ["detectors_list_version", "detectors_exclusions_version"]
FIRST = {
    "deployments_authorisation": ("drafted_by", Verb.DEPLOYMENT_DRAFTED, Verb.DEPLOYMENT_AUTHORISED),
    "orders_term": ("recorded_by", Verb.TERM_RECORDED, Verb.TERM_CONFIRMED),
    "orders_instrument": ("recorded_by", Verb.INSTRUMENT_RECORDED, None),
    "orders_assessment": ("prepared_by", Verb.ASSESSMENT_PREPARED, Verb.ASSESSMENT_SIGNED),
}
BEGINS = {"orders_assessment": Role.SUPERVISOR}  # the others an offender manager does
ELSEWHERE = Role.SUPERVISOR  # may do none of it but at home; a guest who records an order is one who works on the case


def as_it_stands(story: Story, table: str, row: Id) -> Touched:
    [model] = [one for one in apps.get_models() if issubclass(one, AgencyRow) and one._meta.db_table == table]
    with story.console(), scope(story.officer):
        return model.objects.get(id=row).touched()


def of_no_case(story: Story) -> Elsewhere:
    """For entries that are about no case."""
    return Elsewhere(story.agency, None, story.officer)


def begun_by(story: Story, table: str, who: Id) -> None:
    """As the console's role could have inserted the row, and as it can have the log say: in a role that may, it claims."""
    row = story.instrument if table == "orders_instrument" else row_of(story, table)
    column, begun, agreed = FIRST[table]
    overwrite(story, table, row, {column: who})
    stands, first = as_it_stands(story, table, row), Actor(who, _role(table), None, story.agency, session=new_id())
    second = {Verb.TERM_CONFIRMED: story.colleague, Verb.DEPLOYMENT_AUTHORISED: story.authoriser}
    about = of_no_case(story) if table == "orders_assessment" else story
    if table == "orders_instrument":  # which is recorded once: only the first entry of that counts
        logged(story, begun, lambda _, entry: replace(entry, actor=first.core(), touched=(stands,)))
        return
    with taken_console(story) as console:
        name(console, about, begun, table, row, stands, by=first)
        if agreed is not None:
            name(console, about, agreed, table, row, stands, by=second.get(agreed, story.data_protection))


def _role(table: str) -> Role:
    return BEGINS.get(table, Role.OFFENDER_MANAGER)


@pytest.mark.parametrize("invented", INVENTED)
@pytest.mark.parametrize("table", FIRST)
@proves("S94", check_begun_on, disabled=lambda case, by, verb, row, log: None, row="orders_term-nobody")
def test_no_profile_is_signed_on_what_nobody_who_may_has_begun(
    story: Story, signer: SignerClient, invented: Invented, table: str
) -> None:
    begun_by(story, table, invented(story, ELSEWHERE))
    code = "not-assessed" if table == "orders_assessment" else "not-permitted"
    assert signed(story, signer) == (ProfileState.REFUSED, code)


@pytest.mark.parametrize("table", [table for table in FIRST if table != "orders_assessment"])
def test_nor_on_what_a_colleague_has_begun_who_did_not_work_on_the_case(
    story: Story, signer: SignerClient, table: str
) -> None:
    begun_by(story, table, colleague(story, _role(table)))
    assert signed(story, signer) == (ProfileState.REFUSED, "not-on-caseload")


@pytest.mark.parametrize("table", FIRST)
def test_what_somebody_has_begun_who_may_is_signed(story: Story, signer: SignerClient, table: str) -> None:
    begun_by(story, table, (story.supervisor if table == "orders_assessment" else story.officer).id)
    assert signed(story, signer) == (ProfileState.SIGNED, None)


def drafted_by(story: Story, table: str, who: Id) -> Id:
    """The second version of a list, inserted by the console's own role, with the entry that it is somebody's draft."""
    first = Actor(who, Role.OFFENDER_MANAGER, None, story.agency, session=new_id())
    with taken_console(story) as console:
        cursor = console.cursor(row_factory=dict_row)
        [row, *_] = cursor.execute(sql.SQL("select * from {}").format(sql.Identifier(table))).fetchall()
        named = str(row["name"]).replace("@1", "@2")
        declared = bytes(row["declared"]).replace(f'"{row["name"]}"'.encode(), f'"{named}"'.encode())
        changed = {"id": new_id(), "name": named, "declared": declared, "salt": secrets.token_bytes(32)}
        agreed = dict.fromkeys(("approved_by", "agreed_in", "document"))
        row |= changed | agreed | {"drafted_by": who, "begun_in": first.session}
        insert(console, table, row)
        name(console, of_no_case(story), Verb.LIST_DRAFTED, table, row["id"], by=first)
    return Id(row["id"])


def approved_by(story: Story, table: str, row: Id, who: Actor) -> None:
    """As the console's role can write it and have the log say it, whoever drafted it."""
    overwrite(story, table, row, {"approved_by": who.id, "agreed_in": new_id()})
    with taken_console(story) as console:
        name(console, of_no_case(story), Verb.LIST_APPROVED, table, row, as_it_stands(story, table, row), by=who)


@pytest.mark.parametrize("invented", INVENTED)
@pytest.mark.parametrize("table", LISTS)
def test_no_list_is_signed_that_nobody_who_may_has_drafted(
    story: Story, signer: SignerClient, invented: Invented, table: str
) -> None:
    row = drafted_by(story, table, invented(story, ELSEWHERE))
    with story.console():
        assert code_of(do_approve, row, actor=story.supervisor) == "not-permitted"
    approved_by(story, table, row, story.supervisor)
    assert code_of(signer.sign_list, row) == "not-permitted"


@pytest.mark.parametrize("table", LISTS)
def test_one_that_somebody_has_drafted_who_may_is_signed(story: Story, signer: SignerClient, table: str) -> None:
    row = drafted_by(story, table, story.officer.id)
    with story.console():
        do_approve(row, actor=story.supervisor)
    signer.sign_list(row)
