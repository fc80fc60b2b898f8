"""The person reads their own protected contacts once two officers agreed, in both languages, and nobody else's."""

from offmon.core.authority.protected_contacts import ContactKind, ProtectedContact
from offmon.core.ids import Id
from offmon.server.deployments.actions import do_add_contact, do_agree_contacts
from offmon.words.catalogue import Language, translate
from tests.integration.portal.person import Person, portal
from tests.support.story import Story

SOLICITOR = ProtectedContact(
    Id("0" * 32), ContactKind.SOLICITOR, "Invented Solicitors", ("solicitors.example", "other.example")
)


def never(person: Person, language: Language) -> str:
    return person.browser.get(f"/{language}/never/").content.decode()


def test_the_person_reads_their_own_contacts_and_nobody_elses(story: Story, two: dict[Id, Person]) -> None:
    own, other = two[story.case], next(person for case, person in two.items() if case != story.case)
    with story.console(), story.with_keys():
        waits = do_add_contact(story.case, SOLICITOR, actor=story.officer)
    with portal(story):
        assert translate(Language.ENGLISH, "portal.never.own-none") in never(own, Language.ENGLISH)
    with story.console(), story.with_keys():
        do_agree_contacts(waits, actor=story.colleague)
    with portal(story):
        for language in Language:
            page = never(own, language)
            assert translate(language, "portal.never.own-kind.solicitor") in page
            assert "solicitors.example, other.example" in page
            assert translate(language, "portal.never.own-name", name="Invented Solicitors") in page
            assert "example" not in never(other, language)
