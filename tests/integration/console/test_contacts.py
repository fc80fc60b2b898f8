"""A person's own protected contacts: added by one officer, confirmed by another, and on no other person's device (R-RGT-10)."""

import secrets
from base64 import b64encode

import pytest
from django.test import Client

from offmon.agent.profiles import Identity, accept, first_trust
from offmon.core.access.roles import Role
from offmon.core.errors import NotAuthentic
from offmon.core.formats import codec, dsse, envelope
from offmon.core.formats.protocol import Enrolled, contacts_place, list_place
from offmon.core.ids import Id, Ms, Origin
from offmon.core.log.attribution import check_contacts_acts
from offmon.core.log.audit import Verb
from offmon.core.states import ProfileState
from offmon.match.pipeline import Pipeline
from offmon.server.base import clock
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments import models
from offmon.server.deployments.actions import do_sign_profile
from offmon.server.deployments.queries.contacts import signed_contacts
from offmon.server.deployments.queries.renewal import devices_to_renew
from tests.integration.console.addresses import beside_story
from tests.integration.console.office import Office, send, sign_in, sign_in_as
from tests.prove.markers import proves
from tests.support.fake_agency import ORIGIN
from tests.support.story import EXCLUSIONS, Story
from tests.support.taken import superuser
from tests.unit.server.faces.matrix import Whose


def add(browser: Client, story: Story, **given: object) -> str:
    """The page after a contact was added by the form, or the form with what is wrong."""
    answer = send(
        browser, f"/cases/{story.case}/contacts/new/", **({"kind": "solicitor", "hosts": "", "name": ""} | given)
    )
    page = browser.get(answer["Location"]) if answer.status_code == 302 else answer
    return page.content.decode()


def newest(story: Story) -> Id:
    with story.running(Process.SIGNER), scope(story.signer):
        row = models.ContactsVersion.objects.filter(case=story.case).order_by("-version").first()
        assert row is not None
        return row.id


def confirm(browser: Client, story: Story) -> str:
    answer = send(browser, f"/cases/{story.case}/contacts/{newest(story)}/confirm/")
    return browser.get(answer["Location"]).content.decode() if answer.status_code == 302 else answer.content.decode()


def due(story: Story) -> list[Id]:
    """The devices for which the worker would ask for a profile now, without any lease that ends."""
    with story.running(Process.WORKER), scope(story.worker):
        return devices_to_renew(Ms(0), clock.now())


def pipeline(story: Story) -> Pipeline:
    """What the real agent makes of what ingest answers that device."""
    device, update = story.device, story.update()
    identity = Identity(
        story.agency, story.deployment, device.device, story.root.public, device.signing.public.vkey, device.opening
    )
    enrolled = Enrolled(
        story.agency, story.deployment, device.device, story.root.public.vkey, update.keys, Origin(ORIGIN)
    )
    held = accept(identity, first_trust(enrolled), update, clock.now()).held
    assert held is not None
    return held.pipeline


@proves("S125", signed_contacts, disabled=lambda case, deployment, key: None)
def test_one_adds_another_confirms_and_only_that_persons_device_holds_it(office: Office) -> None:
    story, other = office.story, beside_story(office, "Pat Otherwise")
    mark = secrets.token_hex(8)
    page = f"https://{mark}.example/appointment"
    officer, colleague = sign_in("officer"), sign_in("colleague")
    assert "Not confirmed" in add(officer, story, hosts=f"{mark}.example", name=f"{mark} Solicitors")
    assert (
        "a colleague must confirm"
        in officer.get(f"/cases/{story.case}/contacts/{newest(story)}/confirm/").content.decode()
    )
    story.sign(story.ask_profile())
    assert not pipeline(story).excludes(page)
    assert due(story) == []
    assert f"{mark}.example" in confirm(colleague, story)
    assert due(story) == [story.device.device]
    for one in (story, other):
        one.sign(one.ask_profile())
    assert pipeline(story).excludes(page)
    assert pipeline(story).excludes(f"https://www.google.com/search?q={mark}+solicitors")
    assert not pipeline(other).excludes(page)
    sought_everywhere(story, other, mark)
    written = story.entries(Verb.CONTACTS_PROPOSED, Verb.CONTACTS_AGREED)
    assert [one.actor.id for one in written] == [story.officer.id, story.colleague.id]
    assert mark not in str(story.entries(*Verb))


def sought_everywhere(story: Story, other: Story, mark: str) -> None:
    """In no row in clear; and in nothing that the other's device is sent, in clear or opened by its key. It opens nothing of this one's."""
    forms = (mark.encode(), mark.encode().hex().encode(), b64encode(mark.encode())[:-4])
    with superuser(story) as hand:
        tables = [name for (name,) in hand.execute("select tablename from pg_tables where schemaname = 'public'")]
        for table in tables:
            rows = str(hand.execute(f'select t::text from "{table}" t').fetchall()).encode()  # noqa: S608 - its own catalogue's names
            assert [form for form in forms if form in rows] == [], table
    sent, device = other.update(), other.device
    assert sent.contacts is None
    assert [form for form in forms if form in codec.dump(sent)] == []
    for document, enclosed in zip(sent.lists, sent.entries, strict=True):
        opened = envelope.open_bytes(enclosed, device.opening, list_place(device.device, dsse.digest_of(document)))
        assert mark.encode() not in opened
    own, named = story.update(), story.profiles[-1].contacts
    assert own.contacts is not None
    assert named is not None
    for place in (contacts_place(story.device.device, named), contacts_place(device.device, named)):
        with pytest.raises(NotAuthentic):
            envelope.open_bytes(own.contacts, device.opening, place)


def test_a_second_officer_says_no_or_who_proposed_it_withdraws_it(office: Office) -> None:
    story, officer, colleague = office.story, sign_in("officer"), sign_in("colleague")
    add(officer, story, name="Invented Surgery", kind="doctor")
    refuse = f"/cases/{story.case}/contacts/{newest(story)}/refuse/"
    assert "Enter why you refuse it" in send(colleague, refuse, reason="").content.decode()
    assert send(colleague, refuse, reason="No such surgery.").status_code == 302
    page = officer.get(f"/cases/{story.case}/contacts/").content.decode()
    assert "refused the change" in page
    assert "No such surgery." in page
    assert "No contact is protected" in page
    assert "answered or changed meanwhile" in colleague.get(refuse.replace("refuse", "confirm")).content.decode()
    add(officer, story, name="Another Surgery", kind="doctor")
    again = f"/cases/{story.case}/contacts/{newest(story)}/refuse/"
    assert "Withdraw the change" in officer.get(again).content.decode()
    assert send(officer, again, reason="A mistake.").status_code == 302
    assert [one.actor.id for one in story.entries(Verb.CONTACTS_REFUSED)] == [story.colleague.id, story.officer.id]
    assert story.entries(Verb.CONTACTS_AGREED) == []
    assert due(story) == []


def test_two_are_added_one_after_the_other_and_one_is_taken_out_for_a_reason(office: Office) -> None:
    story, officer, colleague = office.story, sign_in("officer"), sign_in("colleague")
    add(officer, story, hosts="solicitors.example")
    add(officer, story, kind="faith", name="Invented Chapel")
    page = confirm(colleague, story)
    assert "solicitors.example" in page
    assert "Invented Chapel" in page
    remove = page.split("/remove/")[0].rpartition('"')[2] + "/remove/"
    colleague.get(remove)
    assert "Enter why it is taken out" in send(officer, remove, reason=" ").content.decode()
    assert send(officer, remove, reason="They changed solicitor.").status_code == 302
    shown = colleague.get(f"/cases/{story.case}/contacts/{newest(story)}/confirm/").content.decode()
    assert "takes protection away" in shown
    assert "They changed solicitor." in shown
    left = confirm(colleague, story)
    assert "solicitors.example" not in left
    assert "Invented Chapel" in left


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Enter a web address, or a name below"),
        ({"hosts": "co.uk"}, "Line 1"),
        ({"hosts": "github.io"}, "Line 1"),
        ({"hosts": "one.example, two.example"}, "one web address a line"),
        ({"name": "elephant"}, "at least two words"),
        ({"kind": ""}, "Select who it is"),
        ({"hosts": "a.example\nb.example\nc.example\nd.example\ne.example\nf.example"}, "at most 5"),
        ({"hosts": "a.example", "shared": ["yes"]}, "does not have this contact"),
    ],
)
def test_what_would_hide_too_much_or_nothing_is_refused(office: Office, given: dict[str, object], said: str) -> None:
    assert said in add(sign_in("officer"), office.story, **given)
    assert office.story.entries(Verb.CONTACTS_PROPOSED) == []


def test_an_entry_of_the_shared_list_is_moved_by_one_act(office: Office) -> None:
    story, officer = office.story, sign_in("officer")
    listed = EXCLUSIONS.hosts[0]
    page = add(officer, story, hosts=f"https://{listed}", shared=["yes"])
    assert "Then the next exclusion list is drafted without it" in page
    assert "exclusions@2" not in officer.get("/lists/").content.decode()
    confirm(sign_in("colleague"), story)
    lists = officer.get("/lists/").content.decode()
    assert "exclusions@2" in lists
    draft = lists.split("exclusions@2")[1].partition("/lists/exclusions/")[2][:32]
    shown = sign_in("supervisor").get(f"/lists/exclusions/{draft}/approve/").content.decode()
    assert listed in shown
    assert "moved it to that person" in shown
    assert story.person not in shown


def test_a_contact_that_is_refused_stays_on_the_shared_list(office: Office) -> None:
    story, officer = office.story, sign_in("officer")
    add(officer, story, hosts=f"https://{EXCLUSIONS.hosts[0]}", shared=["yes"])
    refusal = f"/cases/{story.case}/contacts/{newest(story)}/refuse/"
    assert send(sign_in("colleague"), refusal, reason="It is a public helpline.").status_code == 302
    assert "exclusions@2" not in officer.get("/lists/").content.decode()


@pytest.mark.parametrize(
    ("host", "warned"), [("listed.invalid", True), ("www.listed.invalid/help", True), ("solicitors.example", False)]
)
def test_the_second_officer_is_told_where_a_list_looks_for_the_contact(
    office: Office,
    host: str,
    warned: bool,
) -> None:
    story = office.story
    add(sign_in("officer"), story, hosts=host)
    shown = sign_in("colleague").get(f"/cases/{story.case}/contacts/{newest(story)}/confirm/").content.decode()
    assert ("A list in use looks for pages of this contact: site-list@1" in shown) is warned


def test_only_officers_of_the_case_and_their_supervisor_see_them(office: Office) -> None:
    story, officer = office.story, sign_in("officer")
    add(officer, story, hosts="solicitors.example")
    confirm(sign_in("colleague"), story)
    page = f"/cases/{story.case}/contacts/"
    assert "solicitors.example" in sign_in("supervisor").get(page).content.decode()
    for role in (Role.AUTHORISING_OFFICER, Role.EVIDENCE_OFFICER, Role.DATA_PROTECTION):
        browser = sign_in_as(office, role, Whose.OWN)
        assert browser.get(page).status_code == 403, role
        assert "solicitors.example" not in browser.get(f"/cases/{story.case}/monitoring/").content.decode()
    assert sign_in("stranger").get(page).status_code == 404
    for whose in (Whose.ANOTHER_AGENCYS, Whose.PARTYS):
        assert sign_in_as(office, Role.OFFENDER_MANAGER, whose).get(page).status_code in {403, 404}


@proves("S125", check_contacts_acts, disabled=lambda proposed_by, agreed_by, row, log: None)
def test_a_row_that_one_person_wrote_is_never_signed(office: Office) -> None:
    """As a taken console would: the row says that a colleague agreed, and no entry of the log does."""
    story = office.story
    add(sign_in("officer"), story, hosts="solicitors.example")
    with superuser(story) as hand:
        hand.execute("set session_replication_role = replica")
        hand.execute(
            "update deployments_contacts set agreed_by = %s, agreed_at = %s, agreed_in = gen_random_uuid()",
            [story.colleague.id, clock.now()],
        )
    asked = story.ask_profile()
    with story.running(Process.SIGNER), story.with_keys():
        do_sign_profile(asked, story.signing(), actor=story.signer)
        with scope(story.signer):
            row = models.Profile.objects.get(id=asked)
            assert (row.state, row.refusal) == (ProfileState.REFUSED, "act-not-logged")
