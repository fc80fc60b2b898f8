"""A refusal on a bundle's way out is an entry of the case, by the person or process that refused (R-SEC-15; issue 2)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from offmon.core.access.roles import Role
from offmon.core.clock import DAY_MS, Period
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.vault import VaultClient
from offmon.server.evidence.actions import (
    ExportRequest,
    SealRequest,
    do_approve_export,
    do_ask_export,
    do_ask_reveal,
    do_ask_seal,
    do_download,
)
from tests.integration.evidence.test_export import approve, ask, build, record, release, verified
from tests.integration.evidence.test_forged_export import TABLE, row
from tests.integration.vault.test_reveal import occurrences
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.taken import forge, overwrite, shown_earlier


def denials(story: Story) -> list[tuple[str | None, Role]]:
    """Why something was refused in this case, and by whom the entry is; in order."""
    entries = story.entries(Verb.ACCESS_DENIED)
    assert all((one.outcome, one.case) == (EntryOutcome.DENIED, story.case) for one in entries)
    return [(one.reason, one.actor.role) for one in entries]


# --- the vault ------------------------------------------------------------------------------------------------------------------------


def forged(story: Story, **changed: object) -> Id:
    """A request that the console's role wrote by hand."""
    written = row(story, story.officer.id, story.officer.session) | changed
    forge(story, Verb.EXPORT_ASKED, TABLE, written)
    return Id(str(written["id"]))


@pytest.mark.parametrize("verb", ["open_export", "build_export"])
def test_the_vault_opens_and_builds_for_nobody_who_may_not_ask(story: Story, vault: VaultClient, verb: str) -> None:
    wrong = {
        "not-permitted": {"asked_by": story.authoriser.id},
        "not-on-caseload": {"asked_by": story.stranger.id},
        "unknown-id": {"asked_by": new_id()},
        "factor-stale": {"begun_in": new_id()},
    }
    for code, changed in wrong.items():
        assert code_of(getattr(vault, verb), forged(story, **changed)) == code
    assert denials(story) == [(code, Role.SERVICE) for code in wrong]


def test_the_vault_builds_once(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    build(story, vault, asked)
    assert code_of(vault.open_export, asked) == code_of(vault.build_export, asked) == "bad-move"
    assert denials(story) == [("bad-move", Role.SERVICE)] * 2


def test_that_the_log_is_behind_refuses_nothing_to_anybody(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    vault.open_export(asked)
    assert code_of(vault.build_export, asked) == "not-witnessed-yet"
    assert denials(story) == []


def test_the_vault_lets_nothing_go_that_one_person_wants(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    build(story, vault, asked)
    assert code_of(vault.release, asked) == "one-person"
    approve(story, asked)
    overwrite(story, TABLE, asked, {"asked_by": story.stranger.id})
    assert code_of(vault.release, asked) == "not-on-caseload"
    assert denials(story) == [("one-person", Role.SERVICE), ("not-on-caseload", Role.SERVICE)]


def test_the_vault_gives_out_what_is_ready_to_whom_it_is_recorded_for(story: Story, vault: VaultClient) -> None:
    asked = ask(story)
    assert code_of(vault.download, asked) == "not-ready"
    build(story, vault, asked)
    release(story, vault, asked)
    assert code_of(vault.download, asked) == "not-recorded"
    record(story, asked)
    shown_earlier(story, 16)
    assert code_of(vault.download, asked) == "factor-stale"
    shown_earlier(story, -16)
    assert denials(story) == [(code, Role.SERVICE) for code in ("not-ready", "not-recorded", "factor-stale")]
    verified(story, b"".join(vault.download(asked)))  # the refusals stand in the bundle, which verifies


def test_the_vault_seals_nothing_that_was_not_asked_for_as_it_should_be(story: Story, vault: VaultClient) -> None:
    story.decide()
    one = occurrences(story)[0]
    with story.console():
        request = SealRequest("AB", story.supervisor.id, "For the investigation.")
        exhibit = do_ask_seal(story.alerts[0], one.leaf, one.place, request, actor=story.officer)
    shown_earlier(story, 61)
    assert code_of(vault.seal, exhibit) == "factor-stale"
    assert denials(story) == [("factor-stale", Role.SERVICE)]


def test_the_vault_makes_no_second_key(story: Story, vault: VaultClient) -> None:
    assert code_of(vault.make_key, story.deployment) == "no-key-due"
    assert denials(story) == [("no-key-due", Role.SERVICE)]


# --- the console ----------------------------------------------------------------------------------------------------------------------


def refused(story: Story, act: Callable[[], object]) -> str:
    with story.console():
        return code_of(act)


def request(recipient: str = "The court", until: Ms | None = None) -> ExportRequest:
    return ExportRequest(recipient, "trial", Period(Ms(now() - DAY_MS), until))


def test_asking_for_a_bundle(story: Story) -> None:
    until = Ms(now())

    def asking(actor: Actor, what: ExportRequest) -> str:
        return refused(story, lambda: do_ask_export(story.case, what, actor=actor))

    assert asking(story.authoriser, request(until=until)) == "not-permitted"
    assert asking(story.officer, request(" ", until)) == "no-recipient"
    assert asking(story.officer, request()) == "open-period"
    assert asking(replace(story.officer, session=new_id()), request(until=until)) == "factor-stale"
    assert denials(story) == [
        ("not-permitted", Role.AUTHORISING_OFFICER),
        *((code, Role.OFFENDER_MANAGER) for code in ("no-recipient", "open-period", "factor-stale")),
    ]
    assert story.entries(Verb.EXPORT_ASKED) == []


def test_approving_one(story: Story, vault: VaultClient) -> None:
    asked = ask(story)

    def approving(actor: Actor) -> str:
        return refused(story, lambda: do_approve_export(asked, actor=actor))

    assert approving(story.supervisor) == "bad-move"  # not built yet
    build(story, vault, asked)
    assert approving(story.officer) == "not-permitted"
    assert approving(replace(story.officer, role=Role.SUPERVISOR)) == "one-person"
    assert approving(replace(story.supervisor, session=story.officer.session)) == "one-session"
    assert approving(replace(story.supervisor, session=new_id())) == "factor-stale"
    codes = ["bad-move", "not-permitted", "one-person", "one-session", "factor-stale"]
    assert [why for why, _ in denials(story)] == codes
    assert {one.actor.role for one in story.entries(Verb.ACCESS_DENIED)} == {Role.SUPERVISOR, Role.OFFENDER_MANAGER}


def test_taking_one_out(story: Story, vault: VaultClient) -> None:
    asked = ask(story)

    def taking(actor: Actor) -> str:
        return refused(story, lambda: do_download(asked, actor=actor))

    assert taking(story.officer) == "not-ready"
    build(story, vault, asked)
    approve(story, asked)
    vault.release(asked)
    assert taking(story.authoriser) == "not-permitted"
    assert taking(replace(story.officer, session=new_id())) == "factor-stale"
    assert [why for why, _ in denials(story)] == ["not-ready", "not-permitted", "factor-stale"]
    assert story.entries(Verb.EXPORT_DOWNLOADED) == []


def test_asking_to_see_or_to_seal(story: Story) -> None:
    one = occurrences(story)[0]
    seal = SealRequest("AB", story.supervisor.id, "For the investigation.")

    def seeing() -> Id:
        return do_ask_reveal(story.alerts[0], one.leaf, one.place, " ", actor=story.officer)

    def sealing() -> Id:
        return do_ask_seal(story.alerts[0], one.leaf, one.place, seal, actor=story.officer)

    assert refused(story, seeing) == "no-reason"
    assert refused(story, sealing) == "not-decided"
    assert denials(story) == [("no-reason", Role.OFFENDER_MANAGER), ("not-decided", Role.OFFENDER_MANAGER)]
