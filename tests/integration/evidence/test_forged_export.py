"""A bundle that nobody may request is not built, released or handed out, whatever a compromised console writes (design §5)."""

from dataclasses import replace
from typing import Any, LiteralString

import psycopg
import pytest

from offmon.core.access.roles import Role
from offmon.core.clock import MINUTE_MS, Period
from offmon.core.ids import Digest, Id, Ms, Slug
from offmon.core.log.audit import LEAF, Touched, Verb
from offmon.core.log.records import ExportRecord
from offmon.server.agencies.actions import do_end_caseload
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.vault import VaultClient
from offmon.server.evidence import models
from offmon.server.evidence.bundle_contents import contents_of
from offmon.server.evidence.policy import check_agreed, check_may
from tests.integration.evidence.test_export import approve, ask, build, record, released
from tests.integration.ingest.arrange import select
from tests.prove.markers import proves
from tests.support import accounts
from tests.support.fake_device import now
from tests.support.partner import Partner
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.taken import a_row, forge, insert, name, opened_earlier, overwrite, shown_earlier, taken_console

TABLE = "evidence_export"
MAY_NOT = {"authoriser": "not-permitted", "stranger": "not-on-caseload", "nobody": "unknown-id"}


def row(story: Story, asked_by: Id, begun_in: Id | None) -> dict[str, Any]:
    """A request for everything, as the console's role could write it."""
    return a_row(story) | {
        "state": "asked", "asked_by": asked_by, "asked_at": now(), "begun_in": begun_in, "reason": "x", "recipient": "x",
        "opened_since": 0, "opened_until": now(), "alerts": [], "exhibits": [], "withheld": b"[]",
    }  # fmt: skip


def say_opened(story: Story, export: Id, *, by: Actor | None = None, said: Actor | None = None) -> None:
    """What the vault would say in the log, written by the console's role in another's name; then witnessed."""
    mine = Touched(Slug(ExportRecord.KIND), export, Digest("0" * 64))
    with taken_console(story) as console:
        leaves = console.execute("select id, commit from intake_leaf").fetchall()
        for leaf, commit in leaves:
            opened = Touched(LEAF, Id(leaf.hex), Digest(bytes(commit).hex()))
            name(console, story, Verb.EXPORT_BODY_OPENED, TABLE, export, mine, opened, by=by, said=said)
        name(console, story, Verb.EXPORT_OPENED, TABLE, export, mine, by=by, said=said)
    assert leaves
    story.publish()


def payloads(story: Story) -> int:
    [(count,)] = select(story.database, "select count(*) from evidence_enclosedpayload")
    return int(count)


def asker(story: Story, who: str) -> Actor:
    if who == "guest":
        partner = Partner(story)
        return partner.is_party(partner.evidence).evidence
    return replace(story.officer, id=new_id()) if who == "nobody" else story.staff[who]


@pytest.mark.parametrize(("who", "code"), [("guest", "not-as-party"), *MAY_NOT.items()])
@proves("S68", check_may, disabled=lambda case, person, permission: None)
def test_nothing_is_built_for_who_may_not_ask_though_the_log_says_that_it_was_opened(
    story: Story, vault: VaultClient, who: str, code: str
) -> None:
    person = asker(story, who)
    forged = row(story, person.id, person.session)
    forge(story, Verb.EXPORT_ASKED, TABLE, forged)
    say_opened(story, forged["id"])
    assert code_of(vault.open_export, forged["id"]) == code
    assert code_of(vault.build_export, forged["id"]) == code
    assert payloads(story) == 0


def test_nor_for_a_sitting_in_which_no_factor_was_shown(story: Story, vault: VaultClient) -> None:
    forged = row(story, story.officer.id, new_id())
    forge(story, Verb.EXPORT_ASKED, TABLE, forged)
    say_opened(story, forged["id"])
    assert code_of(vault.build_export, forged["id"]) == "factor-stale"
    assert payloads(story) == 0


def test_nor_on_another_s_word_that_it_was_opened(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    say_opened(story, asked)
    assert code_of(vault.build_export, asked) == "bad-move"
    overwrite(story, TABLE, asked, {"state": "opened"})
    assert code_of(vault.build_export, asked) == "rows-changed"
    overwrite(story, TABLE, asked, {"state": "asked"})
    assert payloads(story) == 0
    build(story, vault, asked)


@proves("S89", drop="drop trigger vault_s_own_word on audit_entry")
@proves("S68", drop="drop trigger vault_s_own_word on audit_entry")
def test_no_other_role_writes_an_entry_of_the_vault(story: Story) -> None:
    asked = ask(story)
    for role in (Role.SERVICE, Role.SUPERVISOR):  # whatever it says that its role is
        with pytest.raises(psycopg.errors.CheckViolation, match="written by the vault"):
            say_opened(story, asked, by=replace(story.vault, role=role))
        # Nor one whose words alone say so: a court reads those.
        with pytest.raises(psycopg.errors.CheckViolation, match="says what its columns say"):
            say_opened(story, asked, by=story.officer, said=replace(story.vault, role=role))


def test_nothing_is_let_go_for_who_may_not_ask(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    build(story, vault, asked)
    approve(story, asked)
    overwrite(story, TABLE, asked, {"asked_by": story.stranger.id})
    assert code_of(vault.release, asked) == "not-on-caseload"
    assert story.entries(Verb.EXPORTED) == []


def test_a_bundle_is_given_out_to_nobody_who_may_not_take_it(story: Story, vault: VaultClient) -> None:
    asked = released(story, vault)
    [exported] = story.entries(Verb.EXPORTED)
    for who, code in MAY_NOT.items():
        with taken_console(story) as console:
            taker = asker(story, who)
            name(console, story, Verb.EXPORT_DOWNLOADED, TABLE, asked, by=taker, manifest=exported.manifest)
        assert code_of(vault.download, asked) == code
    record(story, asked)
    vault.download(asked).close()


# --- a bundle that nobody approved, or that the vault did not let go ---------------------------------------------------------------------


def as_superuser(story: Story, statement: LiteralString, *values: object) -> None:
    """One change of one row, on which no trigger works."""
    with psycopg.connect(story.database.server.superuser_url, dbname=story.database.name) as superuser:
        superuser.execute("set session_replication_role = replica")
        assert superuser.execute(statement, values).rowcount == 1


def listed(story: Story, export: Id) -> Digest:
    """The list of files that the vault made."""
    with taken_console(story) as console:
        [(manifest,)] = console.execute("select manifest from evidence_export where id = %s", [export]).fetchall()
    return Digest(bytes(manifest).hex())


def say(story: Story, export: Id, *verbs: Verb, by: Actor) -> None:
    """Entries about an export, and about this very list of files; then witnessed."""
    mine, files = Touched(Slug(ExportRecord.KIND), export, Digest("0" * 64)), listed(story, export)
    for verb in verbs:
        with taken_console(story) as console:
            name(console, story, verb, TABLE, export, mine, by=by, manifest=files)
    story.publish()


@proves("S78", drop="drop trigger export_whose_move on evidence_export")
def test_the_console_calls_no_bundle_ready(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    build(story, vault, asked)
    refused = pytest.raises(psycopg.errors.CheckViolation, match="does not go from built to ready")
    with refused, taken_console(story) as console:
        console.execute("update evidence_export set state = 'ready' where id = %s", [asked])
    with pytest.raises(psycopg.errors.CheckViolation, match="begins as a request"):
        forge(story, Verb.EXPORT_ASKED, TABLE, row(story, story.officer.id, None) | {"state": "ready"})


def test_what_was_approved_is_not_changed_by_the_console(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    build(story, vault, asked)
    approve(story, asked)
    refused = pytest.raises(psycopg.errors.CheckViolation, match="does not go from approved to approved")
    with refused, taken_console(story) as console:
        console.execute("update evidence_export set approved_at = approved_at - 1 where id = %s", [asked])


def test_nor_does_the_vault_give_out_what_it_did_not_let_go_itself(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    build(story, vault, asked)
    overwrite(story, TABLE, asked, {"state": "ready"})
    say(story, asked, Verb.EXPORT_APPROVED, by=story.supervisor)
    say(story, asked, Verb.EXPORTED, by=story.officer)
    record(story, asked)
    assert code_of(vault.download, asked) == "not-ready"


def approved(story: Story, **changed: Any) -> dict[str, Any]:
    """What a taken console would write to have an export approved by the supervisor."""
    written = {"state": "approved", "approved_by": story.supervisor.id, "agreed_in": story.supervisor.session}
    return written | {"approved_at": now()} | changed


@proves("S78", check_agreed, disabled=lambda export, *, vault: None)
def test_nor_lets_it_go_on_an_approval_that_the_approver_did_not_make(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    build(story, vault, asked)
    overwrite(story, TABLE, asked, approved(story))
    assert code_of(vault.release, asked) == "act-not-logged"
    say(story, asked, Verb.EXPORT_APPROVED, by=story.officer)
    assert code_of(vault.release, asked) == "act-not-logged"
    overwrite(story, TABLE, asked, approved(story, agreed_in=new_id()))  # in a sitting in which no factor was shown
    say(story, asked, Verb.EXPORT_APPROVED, by=story.supervisor)
    assert code_of(vault.release, asked) == "factor-stale"
    assert story.entries(Verb.EXPORTED) == []


def test_nor_lets_it_go_where_by_the_log_nobody_asked_for_it(story: Story, vault: VaultClient) -> None:
    forged = row(story, story.officer.id, story.officer.session)  # who might have, and had shown their factor
    with taken_console(story) as console:
        insert(console, TABLE, forged)
        name(console, story, Verb.EXPORT_ASKED, TABLE, forged["id"], models.Export(**forged).touched(), by=story.worker)
    build(story, vault, forged["id"])
    approve(story, forged["id"])
    assert code_of(vault.release, forged["id"]) == "act-not-logged"
    assert story.entries(Verb.EXPORTED) == []


def test_an_approval_is_as_old_as_the_log_says_and_not_the_row(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    build(story, vault, asked)
    earlier = now() - 15 * MINUTE_MS
    shown_earlier(story, 16)
    opened_earlier(story, 16)
    overwrite(story, TABLE, asked, approved(story, approved_at=earlier))
    say(story, asked, Verb.EXPORT_APPROVED, by=story.supervisor)
    assert code_of(vault.release, asked) == "factor-stale"


def test_what_two_people_do_not_stand_behind_any_more_is_not_given_out(story: Story, vault: VaultClient) -> None:
    asked = released(story, vault)
    record(story, asked)
    overwrite(story, TABLE, asked, {"agreed_in": new_id()})
    assert code_of(vault.download, asked) == "factor-stale"
    accounts.change(story.database, story.supervisor.id, role=Role.DATA_PROTECTION)
    assert code_of(vault.download, asked) == "not-permitted"
    overwrite(story, TABLE, asked, {"recipient": "Somebody else"})
    assert code_of(vault.download, asked) == "not-ready"  # not the row that it let go


def test_a_bundle_is_given_out_again_when_its_case_has_been_handed_on(story: Story, vault: VaultClient) -> None:
    asked = released(story, vault)
    with story.console():
        do_end_caseload(story.case, story.supervisor.id, "handed on", actor=story.supervisor)
    record(story, asked)
    vault.download(asked).close()


@proves("S78", drop="drop trigger export_whose_move on evidence_export")
def test_nobody_but_the_vault_calls_a_bundle_opened(story: Story) -> None:
    asked = ask(story)
    refused = pytest.raises(psycopg.errors.CheckViolation, match="does not go from asked to opened")
    with refused, taken_console(story) as console:
        console.execute("update evidence_export set state = 'opened' where id = %s", [asked])


def test_whoever_approves_is_shown_what_the_vault_opened_and_not_what_another_says(
    story: Story, vault: VaultClient
) -> None:
    asked = ask(story, Period(Ms(now() - 2), Ms(now() - 1)))  # in which nothing happened
    build(story, vault, asked)
    say_opened(story, asked)
    unbuilt = ask(story, Period(Ms(now() - 2), Ms(now() - 1)))
    say_opened(story, unbuilt)
    for one in (asked, unbuilt):
        with story.console():
            contents = contents_of(one, actor=story.supervisor)
        assert contents is not None
        assert (contents.counts.shown, contents.items) == (0, ())
