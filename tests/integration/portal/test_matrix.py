"""Two people request each address of the portal: each sees their own case, and nothing of the other's (issue 2, "Matrix")."""

from offmon.core.access.roles import Role
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.person.deadlines import RequestKind
from offmon.server.base.actor import Actor, supervised_person
from offmon.server.rights.models import PersonSitting
from offmon.server.rights.queries import sitting_of
from tests.integration.portal.person import Person, portal
from tests.prove.markers import proves
from tests.support.story import Story
from tests.unit.server.faces.matrix import elsewhere, filled

GUARDED = [path for line in elsewhere("portal") if line.permission is not None for path in filled(line.route)]
OWN, OTHERS = "inert words of the one", "inert words of the other"


def pages(person: Person) -> dict[str, tuple[int, str]]:
    """Status and body of every page that only a person may read."""
    answers = {path: person.browser.get(path) for path in GUARDED}
    return {path: (answer.status_code, answer.content.decode()) for path, answer in answers.items()}


def looked(story: Story, since: int) -> set[tuple[Id | None, Id, Role]]:
    """Whose cases the log says were looked at, and by whom, from so many entries on."""
    return {(entry.case, entry.actor.id, entry.actor.role) for entry in story.entries(Verb.PERSON_LOOKED)[since:]}


def whoever_came_first(token: str, request: Id) -> Actor | None:
    row = PersonSitting.objects.order_by("began_at").first()
    return None if row is None else supervised_person(row.agency, row.case, row.session, request)


@proves("S61", sitting_of, disabled=whoever_came_first)
def test_every_address_shows_whoever_asks_their_own_case_and_nobody_elses(story: Story, two: dict[Id, Person]) -> None:
    """The second person has a case of the same agency and the same officer: nothing but whose it is tells the two apart."""
    (_, one), (second, other) = two.items()
    with portal(story):
        for person, words in ((one, OWN), (other, OTHERS)):
            assert {person.send(f"/en/ask/{kind}/", words=words).status_code for kind in RequestKind} == {302}
        ones, before = pages(one), len(story.entries(Verb.PERSON_LOOKED))
        assert looked(story, 0) == {(story.case, story.case, Role.SUPERVISED_PERSON)}
        others = pages(other)
    assert looked(story, before) == {(second, second, Role.SUPERVISED_PERSON)}
    assert {status for status, _ in ones.values()} == {200}
    for word in (OTHERS, "Pat Otherwise", "86/OTHER", second, other.name):
        assert [path for path, (_, body) in ones.items() if word in body] == [], word
    for word in (OWN, "Sam Invented", "You must not use listed places", story.case, one.name):
        assert [path for path, (_, body) in others.items() if word in body] == [], word
    assert OWN in ones["/en/ask/"][1]
    assert OTHERS in others["/en/ask/"][1]
