"""The vault trusts no profile because it is stored: it walks the agency's keys from roots of its own (formats §2; design §1.8).

A profile that grants more than the order needs a signature by a profile key that the offline root listed. Whoever controls the database has
no such key and cannot change the vault's trust file.
"""

import secrets
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from offmon.core import clock
from offmon.core.authority.profile import Profile
from offmon.core.authority.profile_issue import open_issued
from offmon.core.formats import commitment, dsse
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.trust import KeyRole, KeysDocument
from offmon.core.ids import Count, Ms, Slug
from offmon.core.log.audit import Touched, Verb
from offmon.core.log.records import ProfileRecord, values_of
from offmon.core.states import ProfileState
from offmon.server.base.ids import new_id
from offmon.server.base.scope import scope
from offmon.server.base.vault import VaultClient
from offmon.server.deployments import queries as deployments
from tests.integration.vault.test_reveal import ask, occurrences, title_of
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.instant_witness import seed_key
from tests.support.refused import code_of
from tests.support.story import ORIGIN, Story
from tests.support.taken import forge, forge_as_superuser, overwrite, taken_console

PROFILES = "deployments_profile"


def record_of(story: Story, forged: Profile, document: bytes) -> ProfileRecord:
    """What the agency's record would say of it."""
    of, until = (new_id(), story.deployment, story.device.device, forged.version), forged.lease.until or now()
    asked = (story.authorisation, story.officer.id, forged.lease.since, until)
    return ProfileRecord(*of, ProfileState.SIGNED, *asked, dsse.digest_of(document))


def row_of(story: Story, record: ProfileRecord, document: bytes, salt: bytes) -> dict[str, Any]:
    """… and the row."""
    return {
        "id": record.id, "agency": story.agency, "case": story.case, "salt": salt, "deployment_id": record.deployment,
        "device_id": record.device, "version": record.version, "state": record.state.value, "document": document,
        "authorisation_id": record.authorisation, "asked_by": record.asked_by, "lease_since": record.lease_since,
        "lease_until": record.lease_until, "digest": bytes.fromhex(record.digest or ""),
    }  # fmt: skip


def write_profile(story: Story, by: SigningKey, *, logged: bool = True) -> Profile:
    """A next profile, forged whole by whoever owns the database: its row, and (`logged`) an entry that commits to it."""
    newest = story.profiles[-1]
    forged = replace(newest, version=Count(newest.version + 1), previous=story.device.digests[newest.version])
    document, salt = dsse.sign(forged, by), secrets.token_bytes(32)
    record = record_of(story, forged, document)
    commit = commitment.commit(ProfileRecord.KIND, salt, values_of(record))
    touched = [Touched(Slug(ProfileRecord.KIND), record.id, commit)] if logged else []
    forge_as_superuser(story, Verb.PROFILE_SIGNED, PROFILES, row_of(story, record, document, salt), *touched)
    story.device.hold(forged, document)
    return forged


def refused(story: Story, vault: VaultClient) -> str:
    """With what code the newest disclosure of the alert stays closed."""
    newest = max(occurrences(story), key=lambda one: one.place.n)
    return code_of(vault.reveal, ask(story, newest))


def disclose_under(story: Story, profile: Profile) -> None:
    """A device that follows the forger: ingest and worker take what they are told, for they hold no roots."""
    story.disclose(1, under=profile)
    story.send()
    story.group()


@proves("S30", drop="drop trigger profile_begins_asked on deployments_profile")
def test_the_console_cannot_write_a_profile_as_signed(story: Story) -> None:
    """It may ask for one. A newer row that ingest sent on would stall the device, which refuses it, until its lease ended."""
    newest = story.profiles[-1]
    forged = replace(newest, version=Count(newest.version + 1), previous=story.device.digests[newest.version])
    document = dsse.sign(forged, seed_key(f"{ORIGIN}/{KeyRole.PROFILE}"))
    row = row_of(story, record_of(story, forged, document), document, secrets.token_bytes(32))
    with pytest.raises(psycopg.errors.CheckViolation, match="begins as a request"):
        forge(story, Verb.PROFILE_SIGNED, PROFILES, row)
    asked = row | {"state": ProfileState.ASKED.value, "document": None, "digest": None}
    forge(story, Verb.PROFILE_ASKED, PROFILES, asked)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), taken_console(story) as console:
        console.execute("update deployments_profile set state = 'signed' where id = %s", [asked["id"]])


@proves("S30", open_issued, disabled=lambda data, record, issuer, ring, at: dsse.peek(Profile, data))
def test_a_profile_by_a_key_that_no_root_listed_opens_nothing(story: Story, vault: VaultClient) -> None:
    disclose_under(story, write_profile(story, seed_key(f"{ORIGIN}/{KeyRole.PROFILE}")))
    assert refused(story, vault) == "unknown-key"
    assert title_of(vault.reveal(ask(story))) == "An invented page"  # what the true profile grants opens as before


def test_nor_one_by_another_of_the_agencys_keys(story: Story, vault: VaultClient) -> None:
    disclose_under(story, write_profile(story, story.keys[KeyRole.LIST]))
    assert refused(story, vault) == "unknown-key"


def test_nor_one_that_no_entry_of_the_log_commits_to(story: Story, vault: VaultClient) -> None:
    disclose_under(story, write_profile(story, story.keys[KeyRole.PROFILE], logged=False))
    assert refused(story, vault) == "profile-not-logged"


def test_nor_does_another_document_under_the_digest_of_a_true_one(story: Story, vault: VaultClient) -> None:
    with story.console(), scope(story.officer):
        monitoring = deployments.file_of(story.case)
    assert monitoring is not None
    [device] = monitoring.devices
    assert device.profile is not None
    forged = dsse.sign(story.profiles[-1], seed_key(f"{ORIGIN}/{KeyRole.PROFILE}"))
    overwrite(story, PROFILES, device.profile.id, {"document": forged})
    assert refused(story, vault) == "profile-not-recorded"


def test_nor_does_a_root_that_stands_in_the_database_only(story: Story, vault: VaultClient) -> None:
    """Whoever owns the database puts a chain of their own in the place of the agency's, with a root of their own."""
    root, mine = seed_key("force.invalid/86/root"), seed_key(f"{ORIGIN}/{KeyRole.PROFILE}")
    true = dsse.peek(KeysDocument, story.statement())
    listed = tuple(replace(one, vkey=mine.public.vkey) if one.role is KeyRole.PROFILE else one for one in true.keys)
    with story.database.connect_as_owner() as owner:
        owner.execute("update agencies_agency set root = %s", [root.public.vkey])
        owner.execute("update agencies_keysstatement set document = %s", [dsse.sign(replace(true, keys=listed), root)])
    disclose_under(story, write_profile(story, mine))
    assert refused(story, vault) == "foreign-root"


def test_a_lease_that_begins_before_the_key_was_lost_does_not_help(story: Story, vault: VaultClient) -> None:
    """A stolen key back-dates: what counts is when the signature was recorded, by the database's own clock."""
    true = dsse.peek(KeysDocument, story.statement())
    until = Ms(now() - clock.MINUTE_MS)
    over = {
        one: replace(one, period=replace(one.period, until=until)) for one in true.keys if one.role is KeyRole.PROFILE
    }
    ended = tuple(over.get(one, one) for one in true.keys)
    with story.database.connect_as_owner() as owner:
        owner.execute(
            "update agencies_keysstatement set document = %s", [dsse.sign(replace(true, keys=ended), story.root)]
        )
    assert refused(story, vault) == "key-out-of-time"
