"""Opening keys: made once for an authorisation, kept outside the database, gone for good when destroyed (design §1.4; formats §8)."""

import copy
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from offmon.core.formats import envelope
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Operation, Verb
from offmon.server.audit import queries as log
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.deployments.actions import do_authorise
from offmon.server.processes.vault.keys import Gone, KeyStore
from offmon.server.processes.vault.payloads import layers
from tests.database import Database
from tests.integration.evidence.test_export import approve, build, export, record, release, take, verified
from tests.integration.evidence.test_export import ask as ask_export
from tests.integration.vault.test_reveal import ask, title_of
from tests.prove.markers import proves
from tests.support.destroyed import destroy_key
from tests.support.fake_device import now
from tests.support.proofs import check_proof
from tests.support.refused import code_of
from tests.support.story import ANSWERS, ORIGIN, Story
from tests.support.taken import name, taken_console
from tests.support.vault import answering
from trial.databases import create_database, drop_database


@pytest.fixture
def drafted(empty: Database, tmp_path: Path) -> Story:
    """Monitoring that nobody has authorised yet."""
    story = Story(empty, tmp_path)
    story.orders()
    story.lists()
    story.draft()
    return story


def test_a_key_is_made_once_and_only_for_what_was_authorised(drafted: Story) -> None:
    story = drafted
    file = story.opening_keys / f"{story.deployment}.key"
    with answering(story) as vault:
        assert code_of(vault.make_key, story.deployment) == "no-key-due"
        assert list(story.opening_keys.iterdir()) == []
        with story.console():
            do_authorise(story.authorisation, ANSWERS, actor=story.authoriser)
        vault.make_key(story.deployment)
        made = file.read_bytes()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert code_of(vault.make_key, story.deployment) == "no-key-due"
        assert file.read_bytes() == made
        assert code_of(vault.make_key, new_id()) == "unknown-id"
    assert len(story.entries(Verb.EVIDENCE_KEY_MADE)) == 1


AGREE = (
    "update deployments_authorisation set authorised_by = %s, authorised_at = %s, agreed_in = %s,"
    " aim = 'x', rational_link = 'x', less_intrusive = 'x', fair_balance = 'x', review_by = 9000000000000 where id = %s"
)


def test_none_is_made_for_a_deployment_that_nobody_who_may_has_authorised(drafted: Story) -> None:
    story = drafted
    with taken_console(story) as console:
        console.execute("update deployments_deployment set state = 'authorised' where id = %s", [story.deployment])
        name(console, story, Verb.DEPLOYMENT_AUTHORISED, "deployments_deployment", story.deployment)
    with answering(story) as vault:
        assert code_of(vault.make_key, story.deployment) == "no-key-due"
    for somebody in (story.supervisor.id, story.stranger.id, new_id()):  # none of whom may authorise
        with taken_console(story) as console:
            console.execute(AGREE, [somebody, now(), new_id(), story.authorisation])
            name(console, story, Verb.DEPLOYMENT_AUTHORISED, "deployments_authorisation", story.authorisation)
        with answering(story) as vault:
            assert code_of(vault.make_key, story.deployment) == "no-key-due"
    assert list(story.opening_keys.iterdir()) == []
    assert story.entries(Verb.EVIDENCE_KEY_MADE) == []


def test_what_the_device_encloses_to_the_key_that_was_made_opens(empty: Database, tmp_path: Path) -> None:
    story = Story(empty, tmp_path)
    story.orders()
    story.lists()
    story.authorise()
    with answering(story) as vault:
        vault.make_key(story.deployment)
        for step in (story.serve_notice, story.enrol, lambda: story.sign(story.ask_profile())):
            step()
        story.disclose(1)
        story.send()
        story.group()
        assert title_of(vault.reveal(ask(story))) == "An invented page"


def test_a_store_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    assert code_of(KeyStore, tmp_path) == "key-store-open"


def test_in_place_of_a_key_that_was_destroyed_none_is_made(tmp_path: Path) -> None:
    """Not in a database from before it was made, either: two keys would be one certificate."""
    tmp_path.chmod(0o700)
    store, deployment = KeyStore(tmp_path), new_id()
    public = envelope.public_of(store.make(deployment))
    store.destroy(deployment, Ms(1000))
    assert code_of(store.make, deployment) == "key-destroyed"
    assert not store.has(deployment)
    assert store.gone(deployment) == Gone(public, Ms(1000))
    store.make(new_id())


def test_what_is_kept_of_a_destroyed_key_is_of_that_key(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    store, deployment = KeyStore(tmp_path), new_id()
    file, gone = tmp_path / f"{deployment}.key", tmp_path / f"{deployment}.gone"
    store.make(deployment)
    kept = file.read_bytes()
    store.destroy(deployment, Ms(1000))
    said = gone.read_bytes()
    file.write_bytes(kept)  # the first try was cut short before the key went
    file.chmod(0o600)
    store.destroy(deployment, Ms(2000))
    assert gone.read_bytes() == said
    file.write_bytes(bytes(range(1, 33)))  # another key, whoever put it there
    file.chmod(0o600)
    assert code_of(store.destroy, deployment, Ms(3000)) == "key-damaged"
    assert store.has(deployment)


def test_no_id_leads_out_of_the_store(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    store = KeyStore(tmp_path)
    for outside in ("../" + "0" * 29, "", "payloads", "0" * 33):
        assert code_of(store.opening, Id(outside)) == "unknown-id"


@contextmanager
def restored(story: Story) -> Iterator[Story]:
    """The story's database as it is now, beside it: what a backup would bring back."""
    server, copied = story.database.server, f"{story.database.name}_restored"
    create_database(server, copied, template=story.database.name)
    older = copy.copy(story)
    older.database = Database(server, copied)
    try:
        yield older
    finally:
        drop_database(server, copied)


def check_log(story: Story) -> None:
    """Every entry of the case's run leads to a checkpoint that the log's key and the witness signed."""
    with story.running(Process.WORKER):
        lines = log.run_of(story.worker, story.case)
        proofs = log.proofs_of(story.worker, lines)
    log_keys, witnesses = [story.keys[KeyRole.LOG].public], [story.witness.key]
    assert lines
    for line, proof in zip(lines, proofs, strict=True):
        assert proof is not None
        check_proof(proof, line.record, origin=ORIGIN, log_keys=log_keys, witnesses=witnesses)


def test_when_the_key_is_destroyed_no_copy_of_the_database_opens_anything_and_everything_else_still_holds(
    story: Story,
) -> None:
    with answering(story) as vault:
        bundle = export(story, vault)
        reveal = ask(story)
    with restored(story) as older:
        destroy_key(story)
        assert not KeyStore(story.opening_keys).has(story.deployment)
        for copied in (story, older):
            with answering(copied) as vault:
                assert code_of(vault.reveal, reveal if copied is older else ask(copied)) == "no-opening-key"
        check_log(older)
        verified(older, bundle)
    [entry] = story.entries(Verb.DISPOSED)
    assert (entry.operation, entry.reason) == (Operation.ERASURE, "key-destroyed")
    verified(story, bundle)  # what a court has, it has
    story.publish()
    with answering(story) as vault:
        counts = verified(story, export(story, vault)).counts
    assert (counts.shown, counts.erased, counts.items) == (0, 3, 3)


@proves("S79", layers, disabled=lambda store, deployments: layers(store, ()))
def test_nor_does_any_give_out_a_bundle_that_was_built_before(story: Story) -> None:
    with answering(story) as vault:
        built, released = ask_export(story), ask_export(story)
        for one in (built, released):
            build(story, vault, one)
        release(story, vault, released)
        verified(story, take(story, vault, released))
    with restored(story) as older:
        destroy_key(story)
        for copied in (story, older):
            record(copied, released)
            approve(copied, built)
            with answering(copied) as vault:
                assert code_of(vault.download, released) == "erased"
                assert code_of(vault.release, built) == "erased"
            assert [one.reason for one in copied.entries(Verb.ACCESS_DENIED)] == ["erased", "erased"]
            assert len(copied.entries(Verb.EXPORTED)) == 1


def test_what_is_built_after_it_takes_no_key_that_is_gone(story: Story) -> None:
    destroy_key(story)
    story.publish()
    with answering(story) as vault:
        counts = verified(story, export(story, vault)).counts
    assert (counts.shown, counts.erased) == (0, 3)
