"""An export, from the request to a bundle that a stranger verifies with keys of their own (formats §9; design §1.8)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from offmon.core.access.roles import Role
from offmon.core.bundle import read
from offmon.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, Period
from offmon.core.formats.event import DisclosureLeaf
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Id, Ms, Slug
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome, Welfare
from offmon.server.audit.actions import append
from offmon.server.audit.witness_client import WitnessClient
from offmon.server.base.ids import new_id
from offmon.server.base.scope import scope
from offmon.server.base.vault import VaultClient
from offmon.server.deployments.models import Profile
from offmon.server.evidence.actions import do_approve_export, do_ask_export, do_download
from offmon.server.orders.actions import do_end_instrument
from offmon.server.triage import queries as triage
from offmon.server.triage.actions import do_complete_action, do_record_welfare
from offmon.verify.app import judge
from offmon.verify.text import as_text
from offmon.verify.verdict import Verdict
from tests.integration.ingest.arrange import select
from tests.integration.witness.test_witness_process import NAME, Place, a_place
from tests.support.exports import everything
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import ORIGIN, Story
from tests.support.taken import name, overwrite, taken_console
from tests.support.worker import turn


def ask(story: Story, period: Period | None = None) -> Id:
    """Asked by the officer: for what happened in the last day, unless a period is given."""
    opened = period or Period(Ms(now() - DAY_MS), Ms(now() + 1))
    story.raise_alerts()
    with story.console():
        return do_ask_export(story.case, everything(story, "The court", "trial", opened), actor=story.officer)


def build(story: Story, vault: VaultClient, export: Id) -> None:
    vault.open_export(export)
    story.publish()
    vault.build_export(export)


def approve(story: Story, export: Id) -> None:
    with story.console():
        do_approve_export(export, actor=story.supervisor)


def record(story: Story, export: Id) -> None:
    """The officer is recorded as taking the bundle."""
    with story.console():
        do_download(export, actor=story.officer)


def release(story: Story, vault: VaultClient, export: Id) -> None:
    """Approved, released, witnessed."""
    approve(story, export)
    vault.release(export)
    story.publish()


def released(story: Story, vault: VaultClient, period: Period | None = None) -> Id:
    """Asked, opened and built before that."""
    asked = ask(story, period)
    build(story, vault, asked)
    release(story, vault, asked)
    return asked


def take(story: Story, vault: VaultClient, export: Id) -> bytes:
    """What was released is recorded as taken, and taken."""
    record(story, export)
    return b"".join(vault.download(export))


def export(story: Story, vault: VaultClient, period: Period | None = None) -> bytes:
    """All of it."""
    return take(story, vault, released(story, vault, period))


def verified(story: Story, data: bytes) -> Verdict:
    verdict = judge(data, story.trust())
    assert [(check.name, check.reasons) for check in verdict.checks if check.reasons] == []
    assert verdict.exit == 0
    return verdict


def test_what_is_exported_verifies_under_a_trust_file_that_the_reader_brought(story: Story, vault: VaultClient) -> None:
    story.decide(DecisionOutcome.EVIDENTIAL)
    story.send()  # a heartbeat, whose day the worker notes
    assert turn(story, "note days")
    counts = verified(story, export(story, vault)).counts
    assert (counts.shown, counts.items, counts.alerts, counts.undecided) == (3, 3, 1, 0)
    assert len(story.entries(Verb.EXPORT_BODY_OPENED)) == 3


def test_a_page_with_matches_of_several_rules_verifies_as_one_alert(story: Story, vault: VaultClient) -> None:
    moment = now()
    for rule in ("one", "two", "three"):
        story.disclose(rule=Slug(rule), event_at=moment, captured_at=moment)
    story.send()
    story.group()
    data = export(story, vault)
    counts = verified(story, data).counts
    assert (counts.shown, counts.items, counts.alerts) == (6, 6, 2)
    assert "a listed place: in the address" in read.read_bag(data).payload["data/report.html"].decode()


@pytest.fixture
def place(story: Story, tmp_path: Path) -> Iterator[Place]:
    """A real witness of the story's log, running."""
    folder = tmp_path / "witness"
    folder.mkdir()
    place = a_place(folder, ORIGIN, story.keys[KeyRole.LOG])
    with place.running():
        story.witness = WitnessClient(f"http://127.0.0.1:{place.port}", place.key)
        yield place


@pytest.mark.usefixtures("place")
def test_with_a_real_witness_the_bundle_names_it_and_its_time(story: Story, vault: VaultClient) -> None:
    verdict = verified(story, export(story, vault))
    assert [one.name for one in verdict.witnesses] == [NAME]
    assert verdict.witnessed_at is not None


# --- what is shown, and what is left out ----------------------------------------------------------------------------------------------


def test_what_followed_is_in_the_bundle_and_how_the_person_was_is_not(story: Story, vault: VaultClient) -> None:
    story.decide(DecisionOutcome.VISIT)
    with story.console(), story.with_keys():
        [due] = triage.due_actions(actor=story.officer)
        do_record_welfare(due.id, Welfare.HEALTH_SERVICE_TOLD, actor=story.officer)
        do_complete_action(due.id, "86/V/1", "Spoke to them at home.", actor=story.officer)
    data = export(story, vault)
    counts = verified(story, data).counts
    assert (counts.actions, counts.actions_open, counts.unfollowed) == (1, 0, 0)
    assert b"health_service_told" not in data
    page = read.read_bag(data).payload["data/report.html"].decode()
    assert "a visit" in page
    assert "86/V/1" in page


def test_what_lies_outside_the_period_is_withheld_and_counted(story: Story, vault: VaultClient) -> None:
    first = story.device.leaves[1]
    assert isinstance(first, DisclosureLeaf)
    at = first.envelope.claim.event_at
    with story.console():
        do_end_instrument(story.instrument, Ms(now() - 1), "quashed", actor=story.officer)
    story.sign(story.ask_profile())
    story.device.gap()
    story.disclose(2, under=story.profiles[0])  # what the newer profile took away: gate 2 keeps the hash alone
    story.send()
    data = export(story, vault, Period(Ms(at + MINUTE_MS), Ms(at + HOUR_MS)))
    counts = verified(story, data).counts
    assert (counts.shown, counts.withheld, counts.refused, counts.gaps, counts.items) == (0, 3, 2, 1, 5)
    assert b"listed.invalid" not in data  # no address: neither shown, nor in the clear part


def test_the_courts_own_words_are_withheld_and_no_name_is_anywhere(story: Story, vault: VaultClient) -> None:
    data = export(story, vault)
    for secret in (b"which name a victim", b"Sam Invented", b"Officer Invented"):
        assert secret not in data
    payload = read.read_bag(data).payload
    terms = [text for path, text in payload.items() if path.startswith("data/records/term/")]
    assert len(terms) == 2
    assert all(b'"ground":"restricted"' in text and b'"name":"verbatim_text"' in text for text in terms)


def test_the_report_says_its_limits_first_and_never_that_something_was_done(story: Story, vault: VaultClient) -> None:
    story.decide()
    story.device.gap()
    story.send()
    page = read.read_bag(export(story, vault)).payload["data/report.html"].decode()
    sections = [
        page.index(f'id="{name}"')
        for name in ("summary", "limits", "exhibits", "possible", "shown", "authority", "gaps")
    ]
    assert sections == sorted(sections)
    assert "3 of 3 shown" in page
    assert "the software was not running" in page
    assert "https://listed.invalid/1" in page
    assert "You must not use listed places" in page
    assert "offence committed" not in page
    assert "<script" not in page
    assert 'href="' not in page


def test_a_payload_that_waits_for_approval_is_not_readable_in_the_database(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    build(story, vault, asked)
    [(kept,)] = select(story.database, "select ciphertext from evidence_enclosedpayload")
    assert len(kept) > 10_000
    assert b"listed.invalid" not in kept
    assert b"bundle.json" not in kept


def test_what_happens_after_the_bundle_was_built_stands_in_its_tail(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    build(story, vault, asked)
    story.send()
    assert turn(story, "note days")  # names the device, and changes nothing of it
    story.decide(DecisionOutcome.NOT_A_MATCH)
    release(story, vault, asked)
    counts = verified(story, take(story, vault, asked)).counts
    assert (counts.undecided, counts.changed_since) == (1, 2)


def test_what_was_decided_meanwhile_counts_whatever_its_entry_calls_it(
    story: Story, vault: VaultClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a taken console could: `device.day` is left out of what was changed where a process notes a device, and nowhere else."""
    asked = ask(story)
    build(story, vault, asked)
    monkeypatch.setattr(
        "offmon.server.triage.actions.append", lambda actor, _verb, **names: append(actor, Verb.DEVICE_DAY, **names)
    )
    with story.database.any_verb():
        story.decide(DecisionOutcome.NOT_A_MATCH)
    monkeypatch.undo()
    release(story, vault, asked)
    assert verified(story, take(story, vault, asked)).counts.changed_since == 2


# --- in its order, or not at all ------------------------------------------------------------------------------------------------------


def test_nothing_is_built_before_the_log_and_its_witness_say_what_was_opened(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    story.publish()
    assert code_of(vault.build_export, asked) == "bad-move"  # never opened
    vault.open_export(asked)
    assert code_of(vault.build_export, asked) == "not-witnessed-yet"  # opened, and nobody outside knows
    story.publish()
    vault.build_export(asked)
    assert code_of(vault.build_export, asked) == "bad-move"
    assert code_of(vault.open_export, asked) == "bad-move"


def test_what_changed_meanwhile_waits_for_the_log(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    vault.open_export(asked)
    story.publish()
    story.decide()
    assert code_of(vault.build_export, asked) == "not-witnessed-yet"
    story.publish()
    vault.build_export(asked)


def test_bodies_that_came_after_the_opening_are_not_opened_in_passing(story: Story, vault: VaultClient) -> None:
    asked = ask(story, Period(Ms(now() - DAY_MS), Ms(now() + HOUR_MS)))
    vault.open_export(asked)
    story.disclose()
    story.send()
    story.raise_alerts()
    story.publish()
    assert code_of(vault.build_export, asked) == "opened-too-little"
    build(story, vault, asked)
    assert len(story.entries(Verb.EXPORT_BODY_OPENED)) == 3 + 1  # none is opened twice in the log


def test_a_bundle_leaves_when_it_was_approved_released_witnessed_and_someone_is_recorded_as_taking_it(
    story: Story, vault: VaultClient
) -> None:
    asked = ask(story)
    assert code_of(vault.download, asked) == "not-ready"
    build(story, vault, asked)
    assert code_of(vault.release, asked) == "one-person"
    approve(story, asked)
    assert code_of(vault.download, asked) == "not-ready"
    vault.release(asked)
    assert code_of(vault.download, asked) == "not-recorded"
    assert code_of(vault.report, asked) == "not-recorded"
    record(story, asked)
    assert code_of(vault.download, asked) == "not-witnessed-yet"
    story.publish()
    verified(story, b"".join(vault.download(asked)))
    assert code_of(vault.release, asked) == "bad-move"


# --- two people, asked three times ----------------------------------------------------------------------------------------------------


def test_nobody_approves_their_own_export_by_policy(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    build(story, vault, asked)
    promoted = replace(story.officer, role=Role.SUPERVISOR)
    with story.console():
        assert code_of(do_approve_export, asked, actor=promoted) == "one-person"


APPROVE = (
    "update evidence_export set state = 'approved', approved_by = asked_by, agreed_in = gen_random_uuid(), approved_at = %s"
    " where id = %s"
)


def approve_own(story: Story, asked: Id) -> None:
    """What a taken console would do."""
    with taken_console(story) as console:
        console.execute(APPROVE, [now(), asked])
        name(console, story, Verb.EXPORT_APPROVED, "evidence_export", asked)


def test_nor_by_constraint(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    build(story, vault, asked)
    with pytest.raises(psycopg.errors.CheckViolation, match="export_approved_by_another"):
        approve_own(story, asked)


def test_nor_does_the_vault_let_it_go(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    build(story, vault, asked)
    with story.database.connect_as_owner() as owner:
        owner.execute("alter table evidence_export drop constraint export_approved_by_another")
    approve_own(story, asked)
    assert code_of(vault.release, asked) == "one-person"
    assert story.entries(Verb.EXPORTED) == []


# The supervisor's account, in the officer's browser.
IN_ONE_SESSION = "update evidence_export set state = 'approved', approved_by = %s, agreed_in = begun_in, approved_at = %s where id = %s"


def approve_in_one_session(story: Story, asked: Id) -> None:
    with taken_console(story) as console:
        console.execute(IN_ONE_SESSION, [story.supervisor.id, now(), asked])
        name(console, story, Verb.EXPORT_APPROVED, "evidence_export", asked)


def test_two_accounts_in_one_session_are_refused_by_constraint_and_by_the_vault(
    story: Story, vault: VaultClient
) -> None:
    asked = ask(story)
    build(story, vault, asked)
    with pytest.raises(psycopg.errors.CheckViolation, match="export_in_another_sitting"):
        approve_in_one_session(story, asked)
    with story.database.connect_as_owner() as owner:
        owner.execute("alter table evidence_export drop constraint export_in_another_sitting")
    approve_in_one_session(story, asked)
    assert code_of(vault.release, asked) == "one-session"
    assert story.entries(Verb.EXPORTED) == []


@pytest.mark.parametrize(("who", "code"), [("stranger", "not-permitted"), ("authoriser", "not-permitted")])
def test_an_approver_is_one_whose_role_approves(story: Story, vault: VaultClient, who: str, code: str) -> None:
    asked = ask(story)
    build(story, vault, asked)
    with taken_console(story) as console:
        console.execute(APPROVE.replace("asked_by,", "%s,"), [story.staff[who].id, now(), asked])
        name(console, story, Verb.EXPORT_APPROVED, "evidence_export", asked)
    assert code_of(vault.release, asked) == code


# --- what someone who can write to the database could put in the way ------------------------------------------------------------------


def test_a_row_that_was_changed_behind_the_log_is_in_no_bundle(story: Story, vault: VaultClient) -> None:
    decision = story.decide(DecisionOutcome.NOT_A_MATCH)
    overwrite(story, "triage_decision", decision, {"outcome": DecisionOutcome.PERMITTED.value})
    asked = ask(story)
    vault.open_export(asked)
    story.publish()
    assert code_of(vault.build_export, asked) == "rows-changed"


def test_what_the_console_says_in_a_service_s_name_is_in_the_bundle_and_ends_none(
    story: Story, vault: VaultClient
) -> None:
    """The names of signer and vault are theirs alone (`vault_s_own_word`); one of its own making any process can write in."""
    nobody = replace(story.officer, id=new_id(), role=Role.SERVICE, team=None)
    with story.console(), scope(story.officer):
        true = Profile.objects.get(device_id=story.device.device).touched()
    with taken_console(story) as console:
        name(console, story, Verb.PROFILE_SIGNED, "deployments_profile", true.id, true, by=nobody)
        name(console, story, Verb.PROFILE_SIGNED, "deployments_profile", true.id, by=nobody)
        name(console, story, Verb.DISPOSED, "deployments_deployment", story.deployment, by=nobody)
    verdict = verified(story, export(story, vault))
    assert verdict.exit == 0, as_text(verdict)


def test_a_body_that_was_changed_is_in_no_bundle(story: Story, vault: VaultClient) -> None:
    [(leaf, ciphertext)] = select(story.database, "select id, ciphertext from intake_leaf where n = 2")
    asked = ask(story)
    vault.open_export(asked)
    story.publish()
    overwrite(story, "intake_leaf", leaf.hex, {"ciphertext": bytes(ciphertext)[:-1] + b"\0"})
    assert code_of(vault.build_export, asked) == "body-swapped"


def test_a_kept_payload_that_was_changed_does_not_leave(story: Story, vault: VaultClient) -> None:
    asked = released(story, vault)
    record(story, asked)
    [(row, kept)] = select(story.database, "select id, ciphertext from evidence_enclosedpayload")
    overwrite(story, "evidence_enclosedpayload", row.hex, {"ciphertext": bytes(kept)[:-1] + b"\0"})
    assert code_of(vault.download, asked) == "does-not-open"
