"""The key ceremony: what each process receives, and that none receives the root."""

import stat
from pathlib import Path

import pytest

from offmon.core.clock import DAY_MS
from offmon.core.errors import NotAuthentic
from offmon.core.formats import dsse, trust_file
from offmon.core.formats.keys import PublicKey, SigningKey
from offmon.core.formats.trust import KeyRole, KeysDocument, walk
from offmon.core.ids import Ms
from offmon.server.base import clock
from offmon.server.base.columns import derived
from offmon.witness import config, keyfile
from tests.prove.markers import proves
from trial import ceremony
from trial.places import TrialHome
from trial.uids import is_root, process_account

HOLDERS = {
    "signer": ("profile-keys", "list-keys", "contacts-key"),
    "worker": ("log-keys",),
    "ingest": ("receipt-key",),
    "portal": ("person-key", "contacts-key", "access-key"),
}


def now() -> Ms:
    return Ms(clock.now())


def test_the_keys_walk_from_the_root_that_the_trust_file_names(home: TrialHome) -> None:
    at = now()
    made = ceremony.hold(home, at)
    trust = trust_file.load(home.trust.read_bytes())
    for agency in made.agencies:
        ring = walk([agency.statement], trust.roots_of(agency.agency, at))
        assert ring.agency == agency.agency
        assert ring.period.until == at + 400 * DAY_MS
    with pytest.raises(NotAuthentic):
        walk([made.agencies[0].statement], trust.roots_of(made.agencies[1].agency, at))


def test_every_key_that_a_process_holds_is_one_that_the_root_signed(home: TrialHome) -> None:
    made = ceremony.hold(home, now())
    force = made.force
    listed = {key.role: PublicKey.parse(key.vkey) for key in dsse.peek(KeysDocument, force.statement).keys}
    files = {
        KeyRole.PROFILE: home.of("signer") / "profile-keys" / force.agency,
        KeyRole.LIST: home.of("signer") / "list-keys" / force.agency,
        KeyRole.LOG: home.of("worker") / "log-keys" / force.agency,
        KeyRole.RECEIPT: home.of("ingest") / "receipt-key",
    }
    for role, file in files.items():
        assert SigningKey.from_seed(listed[role].name, file.read_bytes()).public == listed[role]
    assert listed[KeyRole.LOG].name == force.origin


def test_the_root_lies_apart_and_in_no_process_s_folder(home: TrialHome) -> None:
    made = ceremony.hold(home, now())
    roots = {file.read_text() for file in home.offline_root.iterdir() if file.name.endswith("-root")}
    assert len(roots) == len(made.agencies)
    assert stat.S_IMODE(home.offline_root.stat().st_mode) == 0o700
    for process in ("ingest", "console", "worker", "signer", "vault", "witness"):
        for file in home.of(process).rglob("*"):
            assert not file.is_file() or file.read_bytes().hex() not in roots


def test_each_process_alone_reads_its_own(home: TrialHome) -> None:
    ceremony.hold(home, now())
    for process, names in HOLDERS.items():
        account = process_account(process)
        for file in [home.of(process), *(home.of(process) / name for name in names)]:
            found = file.stat()
            assert not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
            assert found.st_uid == account.uid
    if is_root():
        assert len({home.of(process).stat().st_uid for process in HOLDERS}) == len(HOLDERS)


def test_a_second_ceremony_is_the_first_one(home: TrialHome) -> None:
    first = ceremony.hold(home, now())
    trust = home.trust.read_bytes()
    assert ceremony.hold(home, Ms(now() + DAY_MS)) == first
    assert home.trust.read_bytes() == trust


def test_the_witness_is_configured_for_every_log_and_says_that_it_is_not_independent(home: TrialHome) -> None:
    made = ceremony.hold(home, now())
    settings = config.load(ceremony.write_witness_config(home, made, 8082))
    assert set(settings.logs) == {agency.origin for agency in made.agencies}
    assert keyfile.load(settings.key_file).public.vkey == made.witness
    assert not settings.independent
    trust = trust_file.load(home.trust.read_bytes())
    assert [witness.independent for witness in trust.witnesses] == [False]
    assert trust == ceremony.trust_file(made)


@proves("S65", derived, disabled=lambda key, purpose: key)
def test_no_process_s_folder_holds_another_s_key(home: TrialHome) -> None:
    ceremony.hold(home, now())
    seen: dict[bytes, Path] = {}
    for process in (*HOLDERS, "console"):
        for file in home.of(process).rglob("*"):
            shared = {"code-key": {"console", "ingest"}, "contacts-key": {"portal", "signer"}}.get(file.name, set())
            if file.is_file() and process not in shared:
                assert file.read_bytes() not in seen
                seen[file.read_bytes()] = file
