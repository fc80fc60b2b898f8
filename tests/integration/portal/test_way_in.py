"""A way in that the person's device drew: the portal takes the device's signature for it, and nobody's word (docs/adr/0009; issue 3)."""

import secrets
from dataclasses import replace
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.db import connection

from offmon.core import clock as time
from offmon.core.access import portal_access
from offmon.core.access.portal_access import WayIn
from offmon.core.access.roles import Role
from offmon.core.ids import Id
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.ids import new_id, new_salt
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.people.actions import do_open_case
from offmon.server.rights import actions
from offmon.server.rights.models import AccessName, PersonAccess
from tests.integration.ingest.arrange import select
from tests.integration.portal.person import Person, draws, portal
from tests.prove.markers import proves
from tests.support.fake_device import FakeDevice
from tests.support.story import INGEST, Story
from tests.support.taken import superuser

NO = "no longer works"


def later(ms: int) -> SimpleNamespace:
    """A clock that is ahead."""
    return SimpleNamespace(now=lambda: clock.now() + ms)


def plants(story: Story, given: WayIn, drawn: bytes, *, device: Id, case: Id) -> None:
    """Whoever has taken ingest stores what they like, as far as its role goes, with the entry that the database asks for."""
    proof = bytes.fromhex(portal_access.proof_of(given))
    with story.running(Process.INGEST), scope(story.ingest, durable=True):
        row = PersonAccess(
            id=new_id(), agency=story.agency, case=case, device=device, drawn=drawn, made_at=clock.now(), code=proof
        )
        stored = row.stored()
        with connection.cursor() as cursor:
            cursor.execute(actions._KEEP, [stored[column] for column in actions._KEPT])
        AccessName(name=proof, agency_id=story.agency, case=case, access=row.id).save(force_insert=True)
        append(story.ingest, Verb.DEVICE_ACCESS_MADE, case=case, touched=(row,))


def test_it_lets_in_once_and_the_pin_after_that(person: Person, story: Story) -> None:
    given = draws(story)
    with portal(story):
        answer = person.begins(given, name=f" {given.name.upper()} ", code=given.code.lower())
        assert answer.status_code == 302, answer.content.decode()
        assert "What is monitored now" in person.browser.get("/en/now/").content.decode()
        other = Person(story)
        assert NO in other.begins(given).content.decode()  # used
        assert other.signs_in(given).status_code == 302
    made, first, again = story.entries(Verb.DEVICE_ACCESS_MADE, Verb.PERSON_SIGNED_IN)
    assert (made.actor.role, made.case) == (Role.SERVICE, story.case)
    assert [entry.actor.role for entry in (first, again)] == [Role.SUPERVISED_PERSON] * 2
    assert first.touched[0].id == made.touched[0].id


@pytest.mark.parametrize(
    ("after", "open_"), [(portal_access.LIFE_MS - time.MINUTE_MS, True), (portal_access.LIFE_MS, False)]
)
def test_it_counts_for_fifteen_minutes(person: Person, story: Story, after: int, *, open_: bool) -> None:
    given = draws(story)
    with portal(story), patch.object(actions, "clock", later(after)):
        assert (person.begins(given).status_code == 302) is open_


def test_it_counts_from_when_the_device_drew_it_however_late_it_is_brought_out(person: Person, story: Story) -> None:
    given = portal_access.draw(secrets.choice)
    kept_back = story.device.draw(given, at=clock.now() - portal_access.LIFE_MS)  # type: ignore[arg-type]  # a time
    plants(story, given, kept_back, device=story.device.device, case=story.case)
    with portal(story):
        assert NO in person.begins(given).content.decode()


def test_of_two_that_were_drawn_the_newer_counts_and_an_officer_s_ends_both(person: Person, story: Story) -> None:
    first, second = draws(story), draws(story)
    with portal(story):
        assert NO in person.begins(first).content.decode()
        assert person.begins(second).status_code == 302
    third = draws(story)
    person.is_given_a_way_in()
    with portal(story):
        assert NO in person.begins(third).content.decode()


def test_drawing_one_locks_nobody_out_and_using_it_ends_the_one_before(person: Person, story: Story) -> None:
    """Who sits down at the device, and the PIN there, keep the person from nothing; who uses the code takes the old PIN's place."""
    before = person.is_given_a_way_in()
    with portal(story):
        assert person.begins(before).status_code == 302
    given = draws(story)
    with portal(story):
        assert person.browser.get("/en/now/").status_code == 200
        assert Person(story).signs_in(before).status_code == 302
        elsewhere = Person(story)
        assert elsewhere.begins(given, pin="571930").status_code == 302
        assert person.browser.get("/en/now/").status_code == 302
        assert NO in Person(story).signs_in(before).content.decode()
        assert elsewhere.browser.get("/en/now/").status_code == 200


def test_an_officer_s_code_that_was_not_used_yet_still_works_after_one_was_drawn(person: Person, story: Story) -> None:
    given = person.is_given_a_way_in()
    drawn = draws(story)
    with portal(story):
        assert person.begins(given).status_code == 302
        assert Person(story).begins(drawn).status_code == 302  # and that one, newer, too


def test_guessing_is_counted_by_the_name(person: Person, story: Story) -> None:
    given = draws(story)
    with portal(story):
        for _ in range(5):
            assert NO in person.begins(given, code="AAAAA-AAAAA").content.decode()
        assert "Wait 5 minutes" in person.begins(given).content.decode()


@proves("S57", portal_access.check, disabled=lambda given, signed, device, key, at: None)
def test_ingest_cannot_make_one_up(person: Person, story: Story) -> None:
    """It may store what it likes and enrol keys of its own; the signer named another key in the profile of this device."""
    taken = replace(story.device, signing=FakeDevice(INGEST).signing)
    given = portal_access.draw(secrets.choice)
    plants(story, given, taken.draw(given), device=story.device.device, case=story.case)
    with portal(story):
        assert NO in person.begins(given).content.decode()
    unsigned = portal_access.draw(secrets.choice)
    plants(story, unsigned, b"", device=story.device.device, case=story.case)
    genuine, swapped = draws(story), portal_access.draw(secrets.choice)
    (document,) = select(
        story.database,
        "select drawn from rights_personaccess where code = %s",
        bytes.fromhex(portal_access.proof_of(genuine)),
    )
    plants(story, swapped, document[0], device=story.device.device, case=story.case)
    with portal(story):
        for one in (unsigned, swapped):
            assert NO in person.begins(one).content.decode()
        assert person.browser.get("/en/now/").status_code == 302
    refused = story.entries(Verb.ACCESS_DENIED)
    assert [(entry.outcome, entry.case) for entry in refused] == [(EntryOutcome.DENIED, story.case)] * 3
    assert story.entries(Verb.PERSON_SIGNED_IN) == []


def test_a_device_that_ingest_enrolled_by_itself_has_no_profile_and_lets_nobody_in(
    person: Person, story: Story
) -> None:
    rogue = FakeDevice(INGEST, deployment=story.deployment)
    with superuser(story) as hand:
        hand.execute(
            'insert into deployments_device (id, agency, "case", salt, deployment_id, device_key, list_key, account, enrolled_at,'
            ' code_id, proof) select %s, agency, "case", salt, deployment_id, %s, list_key, account, enrolled_at,'
            " gen_random_uuid(), proof from deployments_device",
            [rogue.device, rogue.signing.public.vkey],
        )
    given = portal_access.draw(secrets.choice)
    plants(story, given, rogue.draw(given), device=rogue.device, case=story.case)
    with portal(story):
        assert NO in person.begins(given).content.decode()


def test_a_device_lets_nobody_in_to_another_case(person: Person, story: Story) -> None:
    with story.console(), story.with_keys():
        other = do_open_case("86/OTHER", "Pat Otherwise", actor=story.officer)
    given = portal_access.draw(secrets.choice)
    with pytest.raises(Exception, match="row-level security"):
        plants(story, given, story.device.draw(given), device=story.device.device, case=other)
    with superuser(story) as hand:
        proof, row = bytes.fromhex(portal_access.proof_of(given)), new_id()
        hand.execute(
            'insert into rights_personaccess (id, agency, "case", salt, device, drawn, made_at, code, tries)'
            " values (%s, %s, %s, %s, %s, %s, %s, %s, 0)",
            [row, story.agency, other, new_salt(), story.device.device, story.device.draw(given), clock.now(), proof],
        )
        hand.execute(
            'insert into rights_accessname (id, name, agency_id, "case", access) values (gen_random_uuid(), %s, %s, %s, %s)',
            [proof, story.agency, other, row],
        )
    with portal(story):
        assert NO in person.begins(given).content.decode()


def test_a_device_on_which_monitoring_has_ended_lets_nobody_in(person: Person, story: Story) -> None:
    given = draws(story)
    with superuser(story) as hand:
        hand.execute("update deployments_deployment set state = 'ended'")
    with portal(story):
        assert NO in person.begins(given).content.decode()
