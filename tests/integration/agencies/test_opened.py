"""Who has a case from the moment that it is opened: its officer and the supervisors of their team, each as an entry (R-SEC-9)."""

from offmon.core.access.roles import Role
from offmon.core.log.audit import Verb
from offmon.server.agencies import queries
from offmon.server.base.actor import Actor
from offmon.server.base.clock import now
from offmon.server.base.ids import new_id
from offmon.server.base.scope import scope
from offmon.server.people.actions import do_open_case
from tests.support import accounts
from tests.support.story import Story


def test_the_supervisors_of_the_officers_own_team_have_it_and_no_others(story: Story) -> None:
    second, left, elsewhere, other_team = (new_id() for _ in range(4))
    with story.database.connect_as_owner() as owner:
        team = "insert into agencies_team (id, agency_id, name) values (%s, %s, 'South')"
        owner.execute(team, [other_team, story.agency])
    for person, of in ((second, story.officer.team), (left, story.officer.team), (elsewhere, other_team)):
        one = Actor(person, Role.SUPERVISOR, of, story.agency)
        accounts.add(story.database, accounts.an_account(one, person, "Robin Invented"))
    accounts.change(story.database, left, is_active=False)
    with story.console(), story.with_keys():
        case = do_open_case("86/OPENED", "Pat Otherwise", actor=story.officer)
        with scope(story.officer):
            found = set(queries.open_at(now()).filter(case=case).values_list("staff_id", flat=True))
    assert found == {story.officer.id, story.supervisor.id, second}
    entries = [one for one in story.entries(Verb.CASELOAD_GRANTED) if one.case == case]
    assert sorted(one.reason or "" for one in entries) == [
        "opened the case",
        *["supervises the team of the officer who opened the case"] * 2,
    ]
