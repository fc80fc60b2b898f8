"""A device counts only if a printed code enrolled it, and by nothing that ingest alone could do (S73; formats §4).

The attacker has ingest's own role, with everything that it may read and the key that it holds.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from offmon.core.errors import Refused
from offmon.core.formats import envelope
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Id
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.base.signer import SignerClient
from offmon.server.deployments.actions import do_offer_enrolment, proof_of
from offmon.server.deployments.policy import check_enrolled
from offmon.server.deployments.queries import asked_profiles
from offmon.server.processes.worker import jobs
from offmon.server.processes.worker.job import Each
from tests.integration.ingest.arrange import select
from tests.prove.markers import proves
from tests.support.fake_device import FakeDevice, now
from tests.support.story import INGEST, Story
from tests.support.taken import a_row, forge_as_superuser, insert, name, superuser, taken_console

DEVICES = "deployments_device"
CODES = "select id, secret from deployments_enrolmentcode where used_at is null"
BY_CODE = "device_by_its_code"


@dataclass(frozen=True)
class Paper:
    """A code that is out: what the table shows of it, and what only its secret gives."""

    id: Id
    digest: bytes
    proof: bytes


@pytest.fixture
def paper(story: Story) -> Paper:
    """The officer gives out a code for another device of the same deployment."""
    with story.with_keys():
        with story.console():
            secret = do_offer_enrolment(story.deployment, actor=story.officer).secret
        ((code, digest),) = select(story.database, CODES)
        return Paper(code.hex, digest, proof_of(secret))


@contextmanager
def taken_ingest(story: Story) -> Iterator["psycopg.Connection[Any]"]:
    """Ingest's role in its scope. Commits on a clean exit."""
    with story.database.connect("offmon_ingest") as ingest:
        for setting, value in (("offmon.agency", story.agency), ("offmon.actor", story.ingest.id)):
            ingest.execute("select set_config(%s, %s, true)", [setting, value])
        yield ingest


def device_of_its_own(story: Story, keys: FakeDevice, **changed: Any) -> dict[str, Any]:
    """A device's row with keys of whoever writes it."""
    return a_row(story) | {
        "id": keys.device, "deployment_id": story.deployment, "device_key": keys.signing.public.vkey,
        "list_key": envelope.public_of(keys.opening).key, "account": bytes(32), "enrolled_at": now(),
    } | changed  # fmt: skip


def written_by_ingest(story: Story, row: Mapping[str, Any]) -> None:
    """With an entry that names it, as the backstop wants."""
    with taken_ingest(story) as ingest:
        insert(ingest, DEVICES, row)
        name(ingest, story, Verb.DEVICE_ENROLLED, DEVICES, row["id"], by=story.ingest)


def after_its_time(story: Story, paper: Paper) -> dict[str, Any]:
    with story.database.connect_as_owner() as owner:
        owner.execute("update deployments_enrolmentcode set expires_at = %s where id = %s", [now(), paper.id])
    return {"code_id": paper.id, "proof": paper.proof}


def by_a_code_that_was_used(story: Story, _paper: Paper) -> dict[str, Any]:
    ((code, proof),) = select(story.database, "select code_id, proof from deployments_device")
    return {"code_id": code, "proof": proof}


def by_one_that_it_calls_unused(story: Story, paper: Paper) -> dict[str, Any]:
    with taken_ingest(story) as ingest:
        ingest.execute("update deployments_enrolmentcode set used_at = null")
    return by_a_code_that_was_used(story, paper)


def by_a_code_out_of_time(story: Story, paper: Paper) -> dict[str, Any]:
    return {**after_its_time(story, paper), "enrolled_at": now() + 1}


FORGED: dict[str, Callable[[Story, Paper], dict[str, Any]]] = {
    "of_no_code": lambda _, paper: {"code_id": None, "proof": b""},
    "by_what_the_table_shows": lambda _, paper: {"code_id": paper.id, "proof": paper.digest},
    "by_a_guess": lambda _, paper: {"code_id": paper.id, "proof": secrets.token_bytes(32)},
    "of_another_case": lambda _, paper: {"code_id": paper.id, "proof": paper.proof, "case": new_id()},
    "of_another_deployment": lambda _, paper: {"code_id": paper.id, "proof": paper.proof, "deployment_id": new_id()},
    "after_its_time": after_its_time,
    "by_a_code_that_was_used": by_a_code_that_was_used,
    "by_one_that_it_calls_unused": by_one_that_it_calls_unused,
    "by_a_code_out_of_time": by_a_code_out_of_time,
    "by_a_code_that_nobody_gave_out": lambda _, paper: {"code_id": new_id(), "proof": secrets.token_bytes(32)},
}


@pytest.mark.parametrize(
    ("forged", "constraint"),
    [
        ("of_no_code", None),  # the column is never empty
        ("by_what_the_table_shows", BY_CODE),
        ("by_a_guess", BY_CODE),
        ("of_another_case", BY_CODE),
        ("of_another_deployment", BY_CODE),
        ("after_its_time", BY_CODE),
        ("by_a_code_that_was_used", BY_CODE),
        ("by_one_that_it_calls_unused", "deployments_device_code_id_key"),
    ],
)
@proves(
    "S73",
    drop="drop trigger device_by_its_code on deployments_device",
    row="by_what_the_table_shows-device_by_its_code",
)
def test_ingest_adds_no_device_by_itself(story: Story, paper: Paper, forged: str, constraint: str | None) -> None:
    row = device_of_its_own(story, FakeDevice(INGEST), **FORGED[forged](story, paper))
    with pytest.raises(psycopg.IntegrityError) as refusal:
        written_by_ingest(story, row)
    assert refusal.value.diag.constraint_name == constraint
    assert refusal.value.diag.column_name == ("code_id" if constraint is None else None)


def test_a_secret_that_is_brought_to_ingest_enrols_one_device(story: Story, paper: Paper) -> None:
    """What remains to whoever takes ingest, in the minutes of an enrolment (THREATS)."""
    first, second = FakeDevice(INGEST), FakeDevice(INGEST)
    written_by_ingest(story, device_of_its_own(story, first, code_id=paper.id, proof=paper.proof))
    keys = select(story.database, "select vkey, device from deployments_devicekey")
    assert (first.signing.public.vkey, first.device) in [(vkey, device.hex) for vkey, device in keys]
    with pytest.raises(psycopg.IntegrityError) as refusal:
        written_by_ingest(story, device_of_its_own(story, second, code_id=paper.id, proof=paper.proof))
    assert refusal.value.diag.constraint_name == "deployments_device_code_id_key"


@pytest.mark.parametrize(
    "statement",
    [
        "update deployments_device set device_key = 'mine'",
        "update deployments_device set code_id = gen_random_uuid()",
        "update deployments_devicekey set vkey = 'mine'",
        "insert into deployments_devicekey select gen_random_uuid(), 'mine', vkey, agency_id, \"case\" from deployments_devicekey",
        "update deployments_enrolmentcode set secret = '\\x00'",
        "update deployments_enrolmentcode set expires_at = expires_at + 1",
        "insert into deployments_enrolmentcode (id) values (gen_random_uuid())",
    ],
)
def test_ingest_changes_no_key_and_no_code(story: Story, statement: str) -> None:
    with taken_ingest(story) as ingest, pytest.raises(psycopg.errors.InsufficientPrivilege):
        ingest.execute(statement.encode())


def test_no_code_names_a_root_that_the_owner_of_the_database_wrote(story: Story) -> None:
    theirs = SigningKey.from_seed("owner.invalid/1", secrets.token_bytes(32)).public.vkey
    with superuser(story) as hand:
        hand.execute("update agencies_agency set root = %s where id = %s", [theirs, story.agency])
    with story.with_keys(), story.console(), pytest.raises(Refused, match="published trust file"):
        do_offer_enrolment(story.deployment, actor=story.officer)
    assert select(story.database, CODES) == []


def test_no_code_is_given_out_without_an_entry_that_names_it(story: Story) -> None:
    """A taken console has no quieter way than the officer's own."""
    code = {
        "id": new_id(), "agency_id": story.agency, "case": story.case, "deployment": story.deployment, "secret": bytes(32),
        "offered_by": story.officer.id, "expires_at": now() + 60_000, "tries": 0,
    }  # fmt: skip
    with (
        pytest.raises(psycopg.IntegrityError, match="without an audit entry that names it"),
        taken_console(story) as console,
    ):
        insert(console, "deployments_enrolmentcode", code)


@pytest.mark.parametrize(
    "forged", ["by_what_the_table_shows", "by_a_guess", "by_a_code_out_of_time", "by_a_code_that_nobody_gave_out"]
)
@proves("S73", check_enrolled, disabled=lambda device: None, row="by_a_guess")
def test_no_profile_is_signed_for_a_device_behind_which_no_code_stands(
    story: Story, paper: Paper, signer: SignerClient, forged: str
) -> None:
    """As where the trigger was taken away. The worker asks for its profile as for any device's; the signer reads the rows."""
    row = device_of_its_own(story, FakeDevice(INGEST), **FORGED[forged](story, paper))
    forge_as_superuser(story, Verb.DEVICE_ENROLLED, DEVICES, row)
    with story.running(Process.WORKER):
        assert jobs.renew(Each("renew"), story.worker)
        with scope(story.worker):
            waiting = asked_profiles()
    for profile in waiting:
        signer.sign_profile(profile)
    states = dict(select(story.database, "select device_id, refusal from deployments_profile"))
    assert {device.hex: refusal for device, refusal in states.items()} == {
        story.device.device: None,
        row["id"]: "not-enrolled",
    }
    said = [(entry.outcome, entry.reason) for entry in story.entries(Verb.PROFILE_SIGNED)]
    assert sorted(said) == [(EntryOutcome.ALLOWED, None), (EntryOutcome.DENIED, "not-enrolled")]
