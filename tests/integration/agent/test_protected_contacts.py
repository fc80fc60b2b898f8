"""The real agent holds the person's protected contacts enclosed, and says nothing of a visit to one."""

from offmon.core.authority.protected_contacts import ContactKind, ProtectedContact
from tests.integration.agent.devices import Device, await_true
from tests.integration.agent.page_marks import PageMarks
from tests.support.fake_agency import new_id


def test_a_visit_to_a_contact_is_never_sent_and_the_contact_lies_in_no_file_in_clear(
    person: Device, marks: PageMarks
) -> None:
    """The contact is a part of a listed site, named after the mark: the mark is then sought in what was sent, and in every file."""
    own = ProtectedContact(
        new_id(), ContactKind.SOLICITOR, f"{marks.body} Solicitors", (f"listed.example/{marks.body}",)
    )
    person.ingest.agency.issue(contacts=person.ingest.agency.protect(own))
    person.start()
    person.tell(
        {"url": f"https://listed.example/{marks.body}/appointment", "title": marks.title},
        {"url": f"https://www.google.com/search?q={marks.body}+solicitors+listed.example", "title": marks.title},
        {"url": "https://listed.example/", "title": "A page"},
    )
    await_true(lambda: len(person.ingest.disclosures()) == 1)
    marks.assert_nowhere()
    assert person.disclosed() == ["https://listed.example"]
