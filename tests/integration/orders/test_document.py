"""An order's document: enclosed in the store, shown only as committed to. On a damaged one nothing is signed (R-LEG-1)."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from offmon.core import clock
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.authority.order import TermKind
from offmon.core.clock import Period
from offmon.core.errors import NotAuthentic, Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.scope import scope
from offmon.server.deployments import queries as deployments
from offmon.server.orders.actions import (
    TermEntry,
    do_check_document,
    do_confirm_term,
    do_end_instrument,
    do_record_term,
)
from offmon.server.orders.models import DocumentRow
from offmon.server.orders.queries import PageView, check_documents, document_of, page_of
from tests.database import Database
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.images import page_image
from tests.support.orders import a_term
from tests.support.restored import operator_says_restored
from tests.support.story import Story
from tests.support.taken import name, superuser, taken_console
from trial.papers import pages

PAGES = [page_image(page) for page in pages(Basis.SHPO_SC)]


@pytest.fixture
def story(database: Database, tmp_path: Path) -> Iterator[Story]:
    """An order with its document, at the console."""
    story = Story(database, tmp_path)
    story.orders()
    with story.console(), story.with_keys():
        yield story


def shown(story: Story, number: int, actor: Actor | None = None) -> PageView | None:
    return page_of(story.case, story.instrument, number, actor=actor or story.officer)


def sitting(actor: Actor) -> Actor:
    return Actor(actor.id, actor.role, actor.team, actor.agency, session=new_id())


def rewrite(story: Story, statement: LiteralString) -> None:
    """As someone who holds the whole database, its guards included."""
    with superuser(story) as hand:
        hand.execute(statement)


def marked_by(story: Story, mark: str) -> None:
    """What the console's own role writes there, with an entry that the backstop takes."""
    with taken_console(story) as console:
        console.execute(f"update orders_document set damaged_at = {mark}")  # noqa: S608  # ours
        for (document,) in console.execute("select id from orders_document").fetchall():
            name(console, story, Verb.DOCUMENT_CHECKED, "orders_document", document.hex)


def files(story: Story) -> list[Path]:
    with scope(story.officer):
        return [story.documents / name for name in DocumentRow.objects.get().names]


def test_each_page_is_shown_as_it_was_recorded_and_no_other(story: Story) -> None:
    for number, page in enumerate(PAGES, start=1):
        view = shown(story, number)
        assert view == PageView(page, "image/png")  # type: ignore[arg-type]  # a Media is its text
    assert shown(story, 0) is None
    assert shown(story, 3) is None


def test_what_lies_in_the_store_says_nothing(story: Story) -> None:
    for file in files(story):
        data = file.read_bytes()
        assert b"PNG" not in data
        assert b"Sam Invented" not in data


def test_outside_the_caseload_there_is_none(story: Story) -> None:
    assert shown(story, 1, story.stranger) is None
    assert document_of(story.case, story.instrument, actor=story.stranger) is None
    assert story.entries(Verb.DOCUMENT_OPENED) == []


def test_each_page_that_is_shown_is_an_entry(story: Story) -> None:
    officer, colleague = sitting(story.officer), sitting(story.colleague)
    for reader in (officer, officer, colleague):
        for number in (1, 2):
            assert shown(story, number, reader) is not None
    entries = story.entries(Verb.DOCUMENT_OPENED)
    assert [entry.actor.id for entry in entries] == [officer.id] * 4 + [colleague.id] * 2
    with scope(story.officer):
        assert {one.touched() for one in DocumentRow.objects.all()} == {t for e in entries for t in e.touched}


@pytest.mark.parametrize("page", [len(PAGES) + 1, 999])
def test_no_term_stands_on_a_page_that_the_document_does_not_have(story: Story, page: int) -> None:
    words = "Not to use any chat service."
    period = clock.Period(Ms(now() - clock.MINUTE_MS), None)
    entry = TermEntry(TermKind.PROHIBITION, words, "You must not chat.", page, (Capability.SITE,), period)
    with pytest.raises(Refused, match="Enter the page of the condition") as refusal:
        do_record_term(story.instrument, entry, actor=story.officer)
    assert refusal.value.code == "no-such-page"
    do_record_term(story.instrument, replace(entry, source_page=len(PAGES)), actor=story.officer)


@pytest.mark.parametrize("harm", ["changed", "gone", "swapped"])
def test_of_a_damaged_document_nothing_is_shown_confirmed_or_signed(story: Story, harm: str) -> None:
    first, _ = files(story)
    kept = story.folder / "backup"
    shutil.copytree(story.documents, kept)
    match harm:
        case "changed":
            first.write_bytes(first.read_bytes()[:-1] + b"\0\0")
        case "gone":
            first.unlink()
        case "swapped":  # by someone who can write to the database too: page 2 in the place of page 1
            rewrite(story, "update orders_document set names = array[names[2], names[1]]")
    with pytest.raises(NotAuthentic):
        shown(story, 1)
    view = document_of(story.case, story.instrument, actor=story.officer)
    assert view is not None
    assert not view.sound
    assert not do_check_document(story.instrument, actor=story.officer)
    assert not do_check_document(story.instrument, actor=story.officer)
    [entry] = story.entries(Verb.DOCUMENT_CHECKED)
    assert (entry.outcome, entry.reason) == (EntryOutcome.DENIED, "document-changed")
    with scope(story.officer), pytest.raises(Refused, match="document-damaged"):
        check_documents(story.case)
    if harm == "swapped":
        return
    shutil.rmtree(story.documents)
    shutil.copytree(kept, story.documents)
    assert do_check_document(story.instrument, actor=story.officer)
    with scope(story.officer), pytest.raises(Refused, match="document-damaged"):
        check_documents(story.case)  # until whoever put it back says so
    operator_says_restored(story)
    assert do_check_document(story.instrument, actor=story.officer)
    assert [entry.outcome for entry in story.entries(Verb.DOCUMENT_CHECKED)] == [
        EntryOutcome.DENIED,
        EntryOutcome.ALLOWED,
    ]
    with scope(story.officer):
        check_documents(story.case)


@pytest.mark.parametrize("mark", ["null", "damaged_at + 1", "damaged_at - 60000"])
@proves("S34", drop="drop trigger damaged_until_restored on orders_document", row="null")
def test_the_console_s_role_takes_no_mark_of_damage_away(story: Story, mark: str) -> None:
    marked_by(story, str(now()))
    with pytest.raises(psycopg.errors.CheckViolation, match="stays marked"):
        marked_by(story, mark)


def test_nor_by_an_older_word_that_it_was_restored(story: Story) -> None:
    operator_says_restored(story)
    marked_by(story, str(now() + 1000))
    with pytest.raises(psycopg.errors.CheckViolation, match="stays marked"):
        marked_by(story, "null")


def test_nor_does_it_mark_one_for_a_time_to_come(story: Story) -> None:
    """No word of the operator's would come after that."""
    with pytest.raises(psycopg.errors.CheckViolation, match="as found now"):
        marked_by(story, str(now() + clock.DAY_MS))


def test_the_console_s_role_does_not_say_that_one_was_restored(story: Story) -> None:
    with taken_console(story) as console, pytest.raises(psycopg.errors.InsufficientPrivilege):
        console.execute(
            "insert into orders_restored (id, instrument_id, at, by) values (gen_random_uuid(), %s, %s, 'an operator')",
            [story.instrument, now()],
        )


def test_nobody_calls_a_sound_document_damaged(story: Story) -> None:
    assert do_check_document(story.instrument, actor=story.officer)
    assert story.entries(Verb.DOCUMENT_CHECKED) == []


def test_no_profile_is_signed_while_the_document_is_damaged(database: Database, tmp_path: Path) -> None:
    story = Story(database, tmp_path)
    for step in (story.orders, story.lists, story.authorise, story.make_key, story.serve_notice, story.enrol):
        step()
    with story.console(), story.with_keys():
        [first, _] = files(story)
        first.write_bytes(b"another")
        assert not do_check_document(story.instrument, actor=story.officer)
    profile = story.ask_profile()
    with pytest.raises(AssertionError):  # the device finds none
        story.sign(profile)
    with story.console(), scope(story.officer):
        monitoring = deployments.file_of(story.case)
    assert monitoring is not None
    assert monitoring.devices[0].refusal == "document-damaged"


def test_a_term_is_not_confirmed_beside_a_damaged_document(story: Story) -> None:
    entry = a_term(Period(Ms(now() - clock.DAY_MS), None), Capability.SITE)
    with story.console(), story.with_keys():
        term = do_record_term(story.instrument, entry, actor=story.officer)
    rewrite(story, "update orders_document set damaged_at = 1")
    with pytest.raises(Refused, match="document-damaged"):
        do_confirm_term(term, actor=story.colleague)


@pytest.mark.parametrize(
    ("days", "code"), [(-31, "ends-before-it-begins"), (367, "end-too-far"), (-1, None), (0, None), (30, None)]
)
def test_when_an_instrument_may_have_ended(story: Story, days: int, code: str | None) -> None:
    at = Ms(now() + days * clock.DAY_MS)
    if code is None:
        do_end_instrument(story.instrument, at, "discharged", actor=story.officer)
        with pytest.raises(Refused, match="already-ended"):
            do_end_instrument(story.instrument, at, "discharged again", actor=story.officer)
    else:
        with pytest.raises(Refused, match=code):
            do_end_instrument(story.instrument, at, "discharged", actor=story.officer)


def test_an_instrument_that_is_not_there_has_no_document(story: Story) -> None:
    assert document_of(story.case, Id("f" * 32), actor=story.officer) is None
