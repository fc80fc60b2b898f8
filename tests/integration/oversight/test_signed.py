"""With one of the signer's rules off, the matching line of the public page turns (S1, S7, S33; issue 3)."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, connection

from offmon.core.authority import profile as rule
from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import Choice, Sensitive, compile_grants
from offmon.core.clock import DAY_MS
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Id, Ms, Versioned
from offmon.core.log.audit import Verb
from offmon.core.public.assurance import Control, ControlStanding
from offmon.server.base.actor import Service, service
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.actions import compile as compiling
from offmon.server.deployments.actions import do_authorise, do_draft
from offmon.server.detectors import queries as detectors
from offmon.server.detectors.actions import do_approve, do_draft_list, do_sign
from offmon.server.orders.actions import do_end_instrument
from tests.integration.oversight.looking import SOUND, do, looks
from tests.integration.signer.test_grants_nothing import nobody_out_of_hours
from tests.integration.signer.test_sign import TABLE, request
from tests.support.around import allow
from tests.support.fake_device import now
from tests.support.policies import NECESSARY, documented
from tests.support.story import ANSWERS, ENTRIES, Story, a_list
from tests.support.taken import forge


def another_list(story: Story, *, sensitive: bool = False) -> Id:
    """A second list of sites, signed."""
    draft = replace(
        a_list(Capability.SITE, ENTRIES[Capability.SITE]), name=Versioned("another-list@1"), sensitive=sensitive
    )
    with story.console():
        row = do_draft_list(draft, actor=story.officer)
        do_approve(row, actor=story.supervisor)
    with story.running(Process.SIGNER):
        do_sign(row, story.keys[KeyRole.LIST], actor=story.signer)
    with story.console(), scope(story.officer):
        return next(one.ref.id for one in detectors.declarations() if one.ref.name == draft.name)


def by_list(story: Story, *lists: Id, why: Sensitive | None = None) -> tuple[Choice, ...]:
    return (Choice(Capability.SITE, (story.terms[Capability.SITE],), lists, why),)


def authorise(story: Story, choices: tuple[Choice, ...]) -> None:
    with story.console():
        drafted = do_draft(story.case, choices, actor=story.officer)
        do_authorise(drafted, ANSWERS, actor=story.authoriser)


def test_what_follows_findings_is_judged_as_it_was_chosen(story: Story) -> None:
    allow(story)  # its grant names a list, and its choice none
    assert looks(story.database) == SOUND


def test_more_than_the_newest_notice_told_of_turns_its_row(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    more = another_list(story)
    authorise(story, by_list(story, more))
    assert looks(story.database) == SOUND  # nothing is signed on it
    monkeypatch.setattr(compiling, "check_covers", lambda *_: None)
    story.sign(story.ask_profile())
    assert looks(story.database) == SOUND | {Control.NOTICE_FIRST: ControlStanding.FAILS}


def test_more_than_another_person_authorised_turns_its_row(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    more = by_list(story, another_list(story))
    monkeypatch.setattr(
        compiling,
        "_grants",
        lambda basis, orders, terms, lists: compile_grants(orders, terms, more, lists, basis.row.lease_since),
    )
    story.sign(story.ask_profile())
    assert looks(story.database) == SOUND | dict.fromkeys(
        (Control.FOUR_ANSWERS, Control.NOTICE_FIRST), ControlStanding.FAILS
    )


def test_a_sensitive_list_without_necessity_condition_and_policy_turns_its_row(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    sensitive = another_list(story, sensitive=True)
    monkeypatch.setattr(rule, "check_sensitive", lambda *_: None)
    authorise(story, by_list(story, sensitive))
    story.serve_notice()
    story.sign(story.ask_profile())
    monkeypatch.undo()
    assert looks(story.database) == SOUND | {Control.LISTS: ControlStanding.FAILS}


UNDOCUMENTED = {
    "no word says why it is necessary": (f'"strictly_necessary":"{NECESSARY}"', '"strictly_necessary":" "'),
    "the policy was over before the device obeyed": ('"until":{ends}', '"until":{over}'),
    "the lease outlasts the policy": ('"until":{ends}', '"until":{soon}'),
}


@pytest.mark.parametrize("name", UNDOCUMENTED)
def test_a_sensitive_list_is_used_as_it_was_documented_or_turns_its_row(story: Story, name: str) -> None:
    ends = Ms(now() + 60 * DAY_MS)
    why = documented(story, review_by=ends)
    authorise(story, by_list(story, another_list(story, sensitive=True), why=why))
    story.serve_notice()
    story.sign(story.ask_profile())
    assert looks(story.database) == SOUND
    said = {"{ends}": ends, "{over}": why.apd_period.since + 1, "{soon}": now() + DAY_MS}
    there, then = UNDOCUMENTED[name]
    for word, at in said.items():
        there, then = there.replace(word, str(at)), then.replace(word, str(at))
    do(
        story.database,
        "update deployments_authorisation set choices ="  # noqa: S608  # ours
        f" convert_to(replace(convert_from(choices, 'utf8'), '{there}', '{then}'), 'utf8')",
    )
    assert looks(story.database) == SOUND | {Control.LISTS: ControlStanding.FAILS}


POLICIES = {
    "nobody agreed to it": "agreed_by = null, agreed_at = null",
    "it was agreed to by who may not": "agreed_by = (select id from agencies_staff where role = 'authorising_officer' limit 1)",
    "its review comes before the lease ends": "review_by = prepared_at + 86400000",
    "it was not in force when the lease began": "since = review_by - 1",
}


@pytest.mark.parametrize("change", POLICIES.values(), ids=[*POLICIES])
def test_a_sensitive_list_is_used_under_a_policy_document_of_two_people_or_turns_its_row(
    story: Story, change: str
) -> None:
    why = documented(story)
    authorise(story, by_list(story, another_list(story, sensitive=True), why=why))
    story.serve_notice()
    story.sign(story.ask_profile())
    assert looks(story.database) == SOUND
    do(story.database, f"update orders_policy_document set {change}")  # noqa: S608  # ours
    assert looks(story.database) == SOUND | {Control.LISTS: ControlStanding.FAILS}


def test_whoever_looks_reads_what_was_chosen_and_no_word_of_why(story: Story) -> None:
    why = documented(story)
    authorise(story, by_list(story, another_list(story, sensitive=True), why=why))
    with story.running(Process.ASSURANCE), scope(service(Service.ASSURANCE, story.agency)):
        with connection.cursor() as cursor:
            cursor.execute("select oversight_choices(array(select id from deployments_authorisation))::text")
            read = str(cursor.fetchall())
        with connection.cursor() as cursor, pytest.raises(DatabaseError, match="permission denied"):
            cursor.execute("select choices from deployments_authorisation")
    assert why.apd in read
    assert "Sam" not in read


def test_one_that_grants_nothing_rests_on_nothing_and_turns_no_row(story: Story) -> None:
    """What the signer signs where an order has ended and the next may not be signed (S107): nobody is to be called; nor authorised this."""
    story.draft()
    nobody_out_of_hours(story)
    with story.console():
        do_end_instrument(story.instrument, Ms(now() - 1), "quashed", actor=story.officer)
    asked = request(story, version=2)
    forge(story, Verb.PROFILE_ASKED, TABLE, asked)
    story.sign(asked["id"])
    assert story.profiles[-1].grants == ()
    assert looks(story.database) == SOUND
