"""One row by a compromised console hides no list version, stops no update and no pause (R-AI-1, R-RGT-10; S36)."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from offmon.core.authority.capability import Capability
from offmon.core.authority.lists import Exclusions, ListDocument, unbroken
from offmon.core.errors import Refused
from offmon.core.formats import codec
from offmon.core.ids import Id, Versioned
from offmon.core.log.audit import Verb
from offmon.core.states import ListState, ProfileState
from offmon.server.base.ids import new_id
from offmon.server.base.signer import SignerClient
from offmon.server.detectors import queries
from offmon.server.detectors.actions import do_approve, do_draft_list, do_pause
from offmon.server.processes.worker import jobs
from offmon.server.processes.worker.job import Each
from tests.integration.signer.test_each_by_itself import draft, waiting
from tests.integration.signer.test_first_person import LISTS, approved_by, drafted_by
from tests.integration.signer.test_noticed import signed
from tests.prove.markers import proves
from tests.support.story import ENTRIES, EXCLUSIONS, Story, a_list
from tests.support.taken import forge, forge_as_superuser, taken_console

type Forged = dict[str, dict[str, Any]]

OF_LISTS = LISTS[0]
DRAFT = {"approved_by": None, "agreed_in": None, "document": None}
HIDING: Forged = {
    "a-number-far-ahead": {"name": "{base}@999999999"},
    "the-name-of-none": {"name": "no name at all"},
    "a-number-that-is-none": {"name": "{base}@junk"},
    "a-number-of-5000-digits": {"name": "{base}@" + "9" * 5000},
    "the-number-nought": {"name": "{base}@0"},
    "another-names-second": {"name": "another@2"},
}
DECLARING: Forged = {
    "what-does-not-open": {"name": "{base}@2", "declared": b"junk"},
    "nothing": {"name": "{base}@2", "declared": b""},
    "another-version": {"name": "{base}@2"},
}
UNSIGNED: Forged = {"signed-by-nobody": {"name": "{base}@2", "document": b"junk"}}
OF_A_LIST: Forged = {
    "another-lists-id": {"name": "{base}@2", "list_id": "e" * 32},
    "entries-that-do-not-open": {"name": "{base}@2", "entries": b"\xff junk"},
}


def row_of(story: Story, table: str, **columns: Any) -> dict[str, Any]:
    """Another version of the exclusion list, or of the list of sites: a draft of the officer's but for what is changed."""
    with taken_console(story) as console:
        cursor = console.cursor(row_factory=dict_row)
        statement = sql.SQL("select * from {} where name = any(%s)").format(sql.Identifier(table))
        [row] = cursor.execute(statement, [["site-list@1", EXCLUSIONS.name]]).fetchall()
    if columns.get("document"):
        row |= {"document": None}
    else:
        row |= DRAFT
    base = str(row["name"]).partition("@")[0]
    changed = {column: value.format(base=base) if column == "name" else value for column, value in columns.items()}
    return row | {"id": new_id(), "salt": secrets.token_bytes(32), "begun_in": new_id()} | changed


def declaring(row: dict[str, Any], table: str) -> dict[str, Any]:
    """The same, declaring what its name says."""
    declared, name = bytes(row["declared"]), Versioned(row["name"])
    if table == OF_LISTS:
        return row | {"declared": codec.dump(replace(codec.load(ListDocument, declared, max_size=1 << 20), name=name))}
    return row | {"declared": codec.dump(replace(codec.load(Exclusions, declared, max_size=1 << 20), name=name))}


def everything(story: Story, signer: SignerClient, table: str) -> None:
    """What officers do with lists: it is looked at, drafted, approved, signed, chosen, and paused."""
    with story.console():
        looking, never = queries.register(actor=story.officer)
        site = next(line for line in looking if line.name == "site-list@1")
        [kept] = [line for line in never if line.state is ListState.LIVE]
        view = queries.list_version(site.id, actor=story.officer)
        assert view is not None
        assert (view.line.state, kept.name) == (ListState.LIVE, EXCLUSIONS.name)
        assert queries.exclusions_version(kept.id, actor=story.officer) is not None
        chosen = queries.choosable(actor=story.officer)
        assert {one.ref.name for one in chosen} == {"site-list@1", "phrase-list@1"}
        name, before = queries.next_exclusions(actor=story.officer)
        assert before is not None
        exclusions = draft(story, int(name.partition("@")[2]), story.officer)
        next_site = a_list(Capability.SITE, ENTRIES[Capability.SITE], version=int(view.following.partition("@")[2]))
        listed = do_draft_list(next_site, actor=story.officer)
        for row in (exclusions, listed):
            do_approve(row, actor=story.supervisor)
    assert set(waiting(story)[0]) == {exclusions, listed}
    assert jobs.sign(Each("sign"), signer, story.worker)
    assert waiting(story)[0] == []
    with story.console():
        do_pause(listed, "Wrong entries.", actor=story.supervisor)
        assert {one.ref.name for one in queries.choosable(actor=story.officer)} == {"phrase-list@1"}


# --- what the database refuses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", LISTS)
@pytest.mark.parametrize("columns", (HIDING | UNSIGNED).values(), ids=HIDING | UNSIGNED)
@proves(
    "S91",
    drop="drop trigger version_follows on detectors_exclusions_version",
    row="a-number-far-ahead-detectors_exclusions_version",
)
def test_a_version_follows_the_one_before_and_begins_unsigned(
    story: Story, table: str, columns: dict[str, Any]
) -> None:
    row = row_of(story, table, **columns)
    if row["document"] is not None:
        row |= {"approved_by": story.supervisor.id, "agreed_in": new_id()}
    with pytest.raises(psycopg.errors.CheckViolation) as refusal:
        forge(story, Verb.LIST_DRAFTED, table, row)
    expected = "version_begins_unsigned" if row["document"] is not None else "version_follows"
    assert refusal.value.diag.constraint_name == expected


@pytest.mark.parametrize("columns", [OF_A_LIST["another-lists-id"], {"name": "another@1"}])
def test_a_list_has_an_id_of_its_own_in_every_version(story: Story, columns: dict[str, Any]) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as refusal:
        forge(story, Verb.LIST_DRAFTED, OF_LISTS, row_of(story, OF_LISTS, **columns))
    assert refusal.value.diag.constraint_name == "version_of_its_list"


# --- what the rows say where the database did not refuse it ----------------------------------------------------------------


def gaps_and_all(names: Iterable[str]) -> dict[str, list[Versioned]]:
    found: dict[str, list[Versioned]] = {}
    for name in sorted(names, key=lambda name: int(name.partition("@")[2])):
        found.setdefault(name.partition("@")[0], []).append(Versioned(name))
    return found


@pytest.mark.parametrize("table", LISTS)
@pytest.mark.parametrize("columns", (HIDING | DECLARING).values(), ids=HIDING | DECLARING)
@proves("S91", unbroken, disabled=gaps_and_all, row="a-number-far-ahead-detectors_exclusions_version")
def test_a_row_that_is_no_version_hides_none_and_stops_nothing(
    story: Story, signer: SignerClient, table: str, columns: dict[str, Any]
) -> None:
    forge_as_superuser(story, Verb.LIST_DRAFTED, table, row_of(story, table, **columns))
    everything(story, signer, table)


@pytest.mark.parametrize("columns", OF_A_LIST.values(), ids=OF_A_LIST)
def test_nor_does_one_of_another_list_or_that_looks_for_nothing(
    story: Story, signer: SignerClient, columns: dict[str, Any]
) -> None:
    forge_as_superuser(story, Verb.LIST_DRAFTED, OF_LISTS, declaring(row_of(story, OF_LISTS, **columns), OF_LISTS))
    everything(story, signer, OF_LISTS)


@pytest.mark.parametrize("table", LISTS)
def test_what_waits_for_the_signer_is_hidden_by_no_draft(story: Story, signer: SignerClient, table: str) -> None:
    """Nor by one that an officer drafted meanwhile: two people stand behind what waits."""
    approved = drafted_by(story, table, story.officer.id)
    approved_by(story, table, approved, story.supervisor)
    ahead = declaring(row_of(story, table, name="{base}@3"), table)
    forge(story, Verb.LIST_DRAFTED, table, ahead)
    assert waiting(story)[0] == [approved]
    signer.sign_list(approved)
    assert waiting(story)[0] == []


@pytest.mark.parametrize("table", LISTS)
def test_nor_by_a_number_far_ahead_that_claims_to_be_approved(story: Story, signer: SignerClient, table: str) -> None:
    ahead = row_of(story, table, name="{base}@999999999", approved_by=story.supervisor.id, agreed_in=new_id())
    forge_as_superuser(story, Verb.LIST_DRAFTED, table, ahead)
    approved = drafted_by(story, table, story.officer.id)
    approved_by(story, table, approved, story.supervisor)
    assert waiting(story)[0] == [approved]


@pytest.mark.parametrize("table", LISTS)
def test_what_declares_nothing_is_approved_and_signed_by_nobody(story: Story, signer: SignerClient, table: str) -> None:
    row = row_of(story, table, **DECLARING["what-does-not-open"])
    forge(story, Verb.LIST_DRAFTED, table, row)
    with story.console(), pytest.raises(Refused, match="bad-move"):
        do_approve(Id(row["id"]), actor=story.supervisor)
    approved_by(story, table, Id(row["id"]), story.supervisor)
    with pytest.raises(Refused):
        signer.sign_list(Id(row["id"]))


def signed_by_nobody(story: Story) -> dict[str, Any]:
    agreed = {"approved_by": story.supervisor.id, "agreed_in": new_id()}
    return row_of(story, OF_LISTS, name="{base}@2", document=b"junk", **agreed)


@pytest.mark.parametrize(
    "forged",
    [
        lambda story: declaring(signed_by_nobody(story), OF_LISTS),
        signed_by_nobody,
        *(lambda story, columns=columns: row_of(story, OF_LISTS, **columns) for columns in HIDING.values()),
    ],
)
def test_a_list_is_paused_whatever_else_was_written(
    story: Story, signer: SignerClient, forged: Callable[[Story], dict[str, Any]]
) -> None:
    with story.console():
        [live] = [line.id for line in queries.register(actor=story.officer)[0] if line.name == "site-list@1"]
    forge_as_superuser(story, Verb.LIST_PUBLISHED, OF_LISTS, forged(story))
    with story.console():
        assert queries.list_version(live, actor=story.officer) is not None
        do_pause(live, "Wrong entries.", actor=story.supervisor)
        with pytest.raises(Refused):
            do_pause(live, "Once more.", actor=story.supervisor)
    assert signed(story, signer) == (ProfileState.REFUSED, "unknown-list")
