"""The activity record: it matches what the device held, leads to the log as the device knew it, and hides without a trace."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.db import IntegrityError

from offmon.core import clock as time
from offmon.core.access.roles import Role
from offmon.core.authority.capability import DETECTING, Capability
from offmon.core.formats.event import DisclosureLeaf
from offmon.core.formats.journal import leaf_commit
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Id, Ms
from offmon.core.log import consultations
from offmon.core.log.audit import Verb
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.cosignature import check_cosigned
from offmon.core.log.tlog.note import SignedNote
from offmon.core.person import activity_record
from offmon.core.person.activity_record import ActivityRecord, DeviceKnowledge, Fault, Judged, RecordFault
from offmon.server.agencies.actions import do_grant_caseload
from offmon.server.audit import queries as log
from offmon.server.audit.actions.looks import do_seal_looks
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments import queries as deployments
from offmon.server.faces.portal.monitored import in_language
from offmon.server.processes.worker import jobs
from offmon.server.rights import queries
from offmon.server.triage import queries as triage
from offmon.words.catalogue import Language, translate
from offmon.words.dates import day
from tests.database import Template
from tests.integration.portal.person import Person, portal, signed_in
from tests.integration.portal.reading import Row, rows
from tests.integration.portal.test_pages import read
from tests.prove.markers import proves
from tests.support import accounts
from tests.support.aged import SEALED_AGO_MS, heard, make_old, seal, seal_day, witnessed
from tests.support.story import ORIGIN, WELSH, Story
from tests.support.taken import superuser
from tests.support.twins import Monitored

WAITS = "Cannot be checked yet"

IN_WELSH = {
    "You must not use listed places (phrase).": WELSH
}  # the file is one in every language, and has the English words


@pytest.fixture
def own(story: Story) -> Person:
    """The person, signed in, with something to take away."""
    seal(story)
    return signed_in(story)


def taken(person: Person) -> bytes:
    with portal(person.story):
        answer = person.browser.get("/en/told/file/")
    assert answer.status_code == 200, answer.content.decode()[-800:]
    return answer.content


def known(story: Story) -> DeviceKnowledge:
    """What the story's device knows."""
    with story.running(Process.WORKER), scope(story.worker):
        note = log.given_at(story.agency, Ms(clock.now() + time.HOUR_MS))
    assert note is not None
    given = Checkpoint.parse(note.text)
    return DeviceKnowledge(
        agency=story.agency,
        case=story.case,
        device=story.device.device,
        origin=ORIGIN,
        keys=(story.keys[KeyRole.LOG].public,),
        commits=frozenset(leaf_commit(leaf) for leaf in story.device.leaves),
        checkpoints={given.size: given.root},
    )


@proves("S52", activity_record._sent, disabled=lambda told, known: iter(()))
def test_each_line_matches_what_the_device_held_and_what_it_was_given(own: Person, story: Story) -> None:
    file = activity_record.read(taken(own))
    device = known(story)
    held = {leaf_commit(leaf) for leaf in story.device.leaves if isinstance(leaf, DisclosureLeaf)}
    assert {line.commit for line in file.sent} == held
    looked = sum(len(day.looks) for day in file.days)
    assert activity_record.judge(file, device) == Judged(3, 0, looked, 0, ())
    assert Verb.ALERT_REVIEW in {line.look.what for day in file.days for line in day.looks}
    fewer = replace(device, commits=device.commits - {file.sent[1].commit})
    assert activity_record.judge(file, fewer).found == (RecordFault(Fault.SENT, 2),)
    assert activity_record.judge(file, replace(device, checkpoints={})).found == tuple(
        RecordFault(Fault.UNSEEN, line) for line in range(1, looked + 1)
    )
    forked = {size: bytes(32) for size in device.checkpoints}
    assert activity_record.judge(file, replace(device, checkpoints=forked)).found == (RecordFault(Fault.LOG, None),)


def test_each_state_in_the_file_and_on_a_receipt_is_one_that_a_witness_cosigned(own: Person, story: Story) -> None:
    """Whoever was given it can see by the witness's line that others were given the same."""
    file = activity_record.read(taken(own))
    with story.running(Process.WORKER), scope(story.worker):
        receipt = log.given_at(story.agency, Ms(clock.now() + time.HOUR_MS))
    assert receipt is not None
    notes = [SignedNote.parse(state.checkpoint.encode()) for state in file.log]
    assert notes
    for note in (receipt, *notes):
        assert [one.witness for one in check_cosigned(note, [story.witness.key])] == [story.witness.key]


def test_the_page_shows_each_fingerprint_and_the_file_says_no_more_than_the_page(own: Person, story: Story) -> None:
    with portal(story):
        body = own.browser.get("/en/told/").content.decode()
        answer = own.browser.get("/cy/told/file/")
    file = activity_record.read(answer.content)
    assert answer["Content-Disposition"] == 'attachment; filename="page.json"'
    assert "no-store" in answer["Cache-Control"]
    shown = [consultations.commit_of(line.look, line.salt) for day in file.days for line in day.looks]
    assert all(commit[:16] in body for commit in (*shown, *(line.commit for line in file.sent)))
    assert 'href="/en/told/file/"' in body
    staff = [one.id for one in (story.officer, story.colleague, story.supervisor)]
    hidden = (*staff, "Invented", "listed.invalid", "site-list", story.alerts[0], story.device.epoch)
    assert [word for word in hidden if word.encode() in answer.content] == []
    run = [entry.at for entry in story.entries(Verb.ALERT_REVIEW, Verb.CASE_CONSULTED)]
    assert [at for at in run if str(at).encode() in answer.content] == []


def evidence_officer(story: Story) -> Actor:
    """One of the agency's, on the caseload."""
    one = Actor(new_id(), Role.EVIDENCE_OFFICER, story.officer.team, story.agency, session=new_id())
    accounts.add(story.database, accounts.an_account(one, "evidence", "Evidence Invented"))
    story.show_factor(one)
    with story.console():
        do_grant_caseload(story.case, one.id, "the case is theirs too", actor=story.officer)
    return one


def finds_words(story: Story) -> None:
    """The device sends words on a list too."""
    held = story.profiles[-1]
    story.device.disclose(replace(held, grants=tuple(one for one in held.grants if one.kind is Capability.PHRASE)))
    story.send()


def of_the_file(file: ActivityRecord, language: Language) -> tuple[list[Row], list[Row]]:
    """The lines of both tables of the page, as the file to take away has them."""
    seen = [(line.look, consultations.commit_of(line.look, line.salt)) for day in file.days for line in day.looks]
    sent = [
        (
            day(language, line.on),
            *("|", translate(language, f"capability.{line.kind}.sent")),
            f"{translate(language, 'portal.told.fingerprint')} {line.commit[:16]}",
            *("|", *(in_language(term, IN_WELSH, language)[0][0] for term in line.terms)),
        )
        for line in file.sent
    ]
    looked = [
        (
            day(language, look.on),
            *("|", translate(language, f"portal.role.{look.role}"), look.team or ""),
            *("|", translate(language, f"portal.look.{look.what}")),
            f"{translate(language, 'portal.told.fingerprint')} {commit[:16]}",
        )
        for look, commit in seen
    ]
    return sorted(sent), sorted(looked)


def test_each_line_of_the_page_is_that_of_the_file_with_its_day_kind_terms_role_team_and_what(story: Story) -> None:
    """In both languages: three roles looked, each at something else, and one finding is of words."""
    finds_words(story)
    with story.console(), story.with_keys():
        triage.alert_in_part(story.alerts[0], actor=story.supervisor)
        deployments.cases(actor=evidence_officer(story))
    seal(story)
    person = signed_in(story)
    with portal(story):
        pages = {language: person.browser.get(f"/{language}/told/").content.decode() for language in Language}
    file = activity_record.read(taken(person))
    roles = {line.look.role for each in file.days for line in each.looks}
    assert {line.kind for line in file.sent} == set(DETECTING)
    assert {Role.OFFENDER_MANAGER, Role.SUPERVISOR, Role.EVIDENCE_OFFICER} <= roles
    assert file.waiting == ()
    for language, page in pages.items():
        assert (sorted(rows(page, "sent")), sorted(rows(page, "looks"))) == of_the_file(file, language)


def test_a_line_that_is_hidden_leaves_no_trace_in_the_file(own: Person, story: Story) -> None:
    """As if it had never been: what is left is the same to the byte, and nothing is longer, shorter or counted."""
    whole = activity_record.read(taken(own))
    (day,) = whole.days
    assert len(day.looks) >= 2
    hide = {day.looks[0].look.what}

    def fewer(*asked: Any) -> tuple[queries.ConsultationLine, ...]:
        return tuple(line for line in every(*asked) if line.what not in hide)

    every = queries._looks
    with patch.object(queries, "_looks", fewer):
        less = activity_record.read(taken(own))
    kept = tuple(line for line in day.looks if line.look.what not in hide)
    assert kept
    assert less == replace(whole, days=(replace(day, looks=kept),))
    hide |= {line.look.what for line in kept}
    with patch.object(queries, "_looks", fewer):
        assert activity_record.read(taken(own)) == replace(whole, days=(), log=())


def test_another_persons_file_is_their_own_and_says_nothing_of_this_one(story: Story, two: dict[Id, Person]) -> None:
    seal(story)
    case, other = [*two.items()][1]
    file = activity_record.read(taken(other))
    assert (file.case, file.sent, file.days, file.log, file.waiting) == (case, (), (), (), ())
    assert activity_record.judge(replace(file, case=story.case), known(story)).found == ()
    assert activity_record.judge(file, known(story)).found == (RecordFault(Fault.OTHER, None),)


def not_heard_since(story: Story) -> None:
    seal(story)
    heard(story, Ms(clock.now() - 19 * time.DAY_MS))


def never_sealed(story: Story) -> None:
    story.alert()
    make_old(story)


def witnessed_within_the_delay(story: Story) -> None:
    story.alert()
    seal_day(story, make_old(story))
    heard(story, Ms(clock.now() + time.HOUR_MS))


def enrolled_since(story: Story) -> None:
    seal(story)
    with superuser(story) as hand:
        hand.execute("update deployments_device set enrolled_at = %s", [clock.now()])


@pytest.mark.parametrize(
    "happened",
    [not_heard_since, never_sealed, witnessed_within_the_delay, enrolled_since],
    ids=lambda one: one.__name__,
)
def test_a_look_that_nothing_proves_yet_is_told_and_says_so_on_the_page_and_in_the_file(
    story: Story, happened: Callable[[Story], None]
) -> None:
    """It is shown when it is due, and for every line of its day alike: neither fingerprint nor proof, and both say that."""
    happened(story)
    person = signed_in(story)
    with portal(story):
        body = person.browser.get("/en/told/").content.decode()
    file = activity_record.read(taken(person))
    assert (len(file.sent), file.days, file.log) == (3, (), ())
    assert Verb.ALERT_REVIEW in {look.what for look in file.waiting}
    looked = body.split("Who looked</h2>")[1].split("Check this page")[0]
    rows = re.findall(r"<td class=.govuk-table__cell.>(.*?)</td>", looked, re.S)
    assert len(rows) == 2 * len(file.waiting)
    assert [WAITS in row for row in rows] == [False, True] * len(file.waiting)
    assert "Fingerprint" not in looked
    assert f"Where it says “{WAITS}”" in looked
    assert activity_record.judge(file, known(story)) == Judged(3, 0, 0, len(file.waiting), ())


def test_whether_a_look_can_be_proved_is_its_days_and_never_the_lines(own: Person, story: Story) -> None:
    """Of a day that is proved each line is, and of one that is not none, whatever else is shown or held back of it."""
    with portal(story):
        body = own.browser.get("/en/told/").content.decode()
    assert WAITS not in body
    with story.console(), story.with_keys():
        deployments.cases(actor=story.officer)
    with superuser(story) as owner:
        yesterday = clock.now() - 16 * time.DAY_MS
        owner.execute("update audit_entry set at = %s where at > %s", [yesterday, clock.now() - time.HOUR_MS])
    file = activity_record.read(taken(own))
    assert {day.on for day in file.days} & {look.on for look in file.waiting} == set()
    assert file.waiting
    assert len(file.days) == 1


def test_after_monitoring_has_ended_what_was_proved_is_still_proved(own: Person, story: Story) -> None:
    """Their device was given those states of the log while it was monitored, and has them still."""
    before = activity_record.read(taken(own))
    assert before.days
    with superuser(story) as owner:
        owner.execute("update deployments_deployment set state = 'ended'")
    after = activity_record.read(taken(own))
    assert (after.days, after.waiting) == (before.days, before.waiting)


@proves("S84", queries._given, disabled=lambda case, until: Ms(2**52))
def test_within_the_delay_the_file_counts_nothing_of_it_where_an_older_look_is_due(
    migrated_template: Template, tmp_path: Path
) -> None:
    """The proof leads to no state of the log that counts it: page and file are, to the byte, those of a case in which nothing was found."""
    with migrated_template.clone() as database:
        quiet = Monitored.begin(database, tmp_path)
        with quiet.story.console(), quiet.story.with_keys():
            deployments.cases(actor=quiet.story.officer)
        day = make_old(quiet.story)
        seal_day(quiet.story, day)
        witnessed(quiet.story, Ms(clock.now() - SEALED_AGO_MS))
        with Template(database.server, database.name).clone() as another:
            found = quiet.twin(another)
            shown = []
            for twin in (quiet, found):
                seal_day(twin.story, day + timedelta(days=1))
                witnessed(twin.story, Ms(clock.now() - time.DAY_MS))
                heard(twin.story, Ms(clock.now() + time.HOUR_MS))
                person = Person(twin.story)
                with portal(twin.story):
                    assert person.signs_in(twin.way_in).status_code == 302
                    page = person.browser.get("/en/told/").content
                shown.append((re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", page), taken(person)))
    assert activity_record.read(shown[0][1]).days
    assert shown[0] == shown[1]


@proves("S53", drop="alter table audit_sealedday drop constraint audit_sealed_once_a_day")
def test_the_worker_seals_each_day_once_it_is_over_whether_or_not_anyone_looked(story: Story) -> None:
    first = make_old(story)
    over = (
        time.local_day(Ms(clock.now() - consultations.AFTER_MS)) - first
    ).days  # within an hour of midnight, one day less
    assert over in {19, 20}
    with story.running(Process.WORKER):
        for _ in range(over):
            assert jobs.seal_looks(story.worker)
        assert not jobs.seal_looks(story.worker)
    sealed_days = [entry.reason for entry in story.entries(Verb.LOOKS_SEALED)]
    assert sealed_days == [(first + timedelta(days=n)).isoformat() for n in range(over)]
    assert {entry.case for entry in story.entries(Verb.LOOKS_SEALED)} == {None}
    with story.running(Process.WORKER), pytest.raises(IntegrityError, match="audit_sealed_once_a_day"):
        do_seal_looks(first, {}, actor=story.worker)


def test_what_a_device_sent_after_its_last_heartbeat_leads_to_no_later_state(own: Person, story: Story) -> None:
    """It may be kept back for longer than the delay; a device that fell silent by then would show its day here."""
    sealed_at = clock.now() - SEALED_AGO_MS
    heard(story, Ms(sealed_at - time.HOUR_MS))
    before = taken(own)
    with superuser(story) as owner:
        owner.execute("update intake_liveness set heard_at = %s", [sealed_at + time.HOUR_MS])
    assert taken(own) == before
    heard(story, Ms(sealed_at + time.HOUR_MS))
    assert taken(own) != before


def test_the_role_of_the_portal_reads_hashes_of_the_log_and_lines_of_its_case_alone(own: Person, story: Story) -> None:
    with story.database.connect("offmon_portal", autocommit=True) as session:
        for table in ("audit_sealedlook", "audit_sealedday", "audit_sequenced", "audit_checkpoint"):
            with pytest.raises(psycopg.errors.UndefinedObject):
                read(session, f"select count(*) from {table}", story.agency, None)  # noqa: S608  # names of this test's
        for column, table in (("run", "audit_sequenced"), ("entry", "audit_sealedlook")):
            with pytest.raises(psycopg.errors.Error):
                read(session, f"select {column} from {table}", story.agency, story.case)  # noqa: S608
        lines = "select count(*) from audit_sealedlook"
        assert read(session, lines, story.agency, story.case)[0] > 0
        assert read(session, lines, story.agency, Id("0" * 32)) == (0,)


def test_within_the_delay_no_byte_of_the_file_tells_that_something_was_sent_or_that_anyone_looked(story: Story) -> None:
    """Sealed or not: what is not told on the page is not in the file either, and the log is seen to grow once a day at most."""
    person = signed_in(story)
    before = taken(person)
    story.disclose(5)
    story.send()
    story.group()
    story.alert()
    with story.running(Process.WORKER):
        do_seal_looks(time.local_day(clock.now()), {}, actor=story.worker)
        with scope(story.worker):
            given = log.given_at(story.agency, Ms(clock.now() + time.HOUR_MS))
    story.publish()
    heard(story, Ms(clock.now() + time.HOUR_MS))
    assert taken(person) == before
    with story.running(Process.WORKER), scope(story.worker):
        assert log.given_at(story.agency, Ms(clock.now() + time.HOUR_MS)) == given
