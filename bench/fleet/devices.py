"""Many devices: each with a case, a deployment, keys and a journal of its own, made in bulk from numbers.

One device is made as ever, by the tests' own arrangement. The others are its rows again, with what differs put in its place. Keys are
derived from the device's number, so that whoever has the number can sign for it, and its signatures are real. What these rows commit to is
not: no process of these asks.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from typing import Any, Final, LiteralString
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from psycopg import sql

from offmon.core import clock
from offmon.core.authority.profile import Profile
from offmon.core.formats import dsse, envelope
from offmon.core.formats.event import DeviceNote, NoteKind, NoteLeaf
from offmon.core.formats.journal import hash_of
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Digest, Id, Ms
from offmon.server.intake.devices.queries.hours import last_recorded
from tests.integration.ingest.arrange import Agency, Case
from tests.support.fake_device import FakeDevice, now

SPARE: Final = 600
"""Devices beyond those that beat, each of which has a finding once: numbers from 0 on."""
CHUNK: Final = 1000
TABLE: Final = """
create unlogged table fleet_device (n int, "case" uuid, deployment uuid, authorisation uuid, device uuid, epoch uuid,
    boot uuid, keyid text,
    vkey text, list_key bytea, peaks bytea, document bytea, digest bytea)
"""
COPY: Final = "copy fleet_device from stdin with (format binary)"
TYPES: Final = (
    "int4",
    "uuid",
    "uuid",
    "uuid",
    "uuid",
    "uuid",
    "uuid",
    "text",
    "text",
    "bytea",
    "bytea",
    "bytea",
    "bytea",
)
# Of each table: by which of its columns the one device's row is found, and which columns have another value for each device.
ROWS: Final[dict[LiteralString, tuple[LiteralString, dict[str, LiteralString]]]] = {
    "deployments_deployment": ("id", {"id": "f.deployment"}),
    "deployments_authorisation": ("deployment_id", {"id": "f.authorisation", "deployment_id": "f.deployment"}),
    "deployments_device": (
        "id",
        {
            "id": "f.device",
            "deployment_id": "f.deployment",
            "device_key": "f.vkey",
            "list_key": "f.list_key",
            "code_id": "gen_random_uuid()",
        },
    ),
    "deployments_devicekey": (
        "device",
        {"keyid": "f.keyid", "vkey": "f.vkey", "deployment": "f.deployment", "device": "f.device"},
    ),
    "deployments_profile": (
        "device_id",
        {
            "deployment_id": "f.deployment",
            "device_id": "f.device",
            "authorisation_id": "f.authorisation",
            "document": "coalesce(f.document, t.document)",
            "digest": "coalesce(f.digest, t.digest)",
        },
    ),
    "intake_journal": ("device", {"device": "f.device", "epoch": "f.epoch", "peaks": "f.peaks"}),
    "intake_liveness": ("device", {"device": "f.device", "epoch": "f.epoch", "boot": "f.boot"}),
    "triage_cursor": ("device", {"device": "f.device", "epoch": "f.epoch"}),
}
# As it stands when monitoring is under way: authorised by a second person, and a day is over whose hours are to be recorded.
UNDER_WAY: Final = """
with authorised as (
    update deployments_authorisation set authorised_by = gen_random_uuid(), begun_in = gen_random_uuid(), agreed_in = gen_random_uuid(),
        authorised_at = %(since)s, aim = 'a', rational_link = 'b', less_intrusive = 'c', fair_balance = 'd', review_by = 4102444800000
), enrolled as (update deployments_device set enrolled_at = %(since)s)
update deployments_profile set lease_since = %(since)s
"""
FIRST: Final = """
insert into triage_cursor (id, agency, device, epoch, n) select gen_random_uuid(), agency, device, epoch, size from intake_journal
where device = %s on conflict do nothing
"""


@dataclass(frozen=True)
class Template:
    """What every device's rows are made of. Small, since each process that makes devices is handed it.

    `keys`: of the agency's newest statement; `digest`: of the first device's signed profile.
    """

    server: str
    profile: Profile
    profile_seed: bytes
    at: Ms
    keys: Digest
    digest: Digest

    def device(self, n: int) -> FakeDevice:
        """The device of that number, whose journal holds one note."""
        seed = sha256(b"a device of a fleet %d" % n).digest()
        said = sha256(b"its ids" + seed).hexdigest() + sha256(b"more ids" + seed).hexdigest()
        deployment, device, epoch, boot = (Id(said[at : at + 32]) for at in range(0, 128, 32))
        note = DeviceNote(device, epoch, 0, NoteKind.STARTED, self.at, None, None)
        return FakeDevice(
            self.server,
            SigningKey.from_seed(f"device/{device}", seed),
            X25519PrivateKey.from_private_bytes(seed),
            deployment,
            device,
            epoch,
            [NoteLeaf(note, seed)],
            boot=boot,
        )

    def beating(self, n: int) -> FakeDevice:
        """The same for one that only beats: it holds the profile that its row has, which is the first device's."""
        device = self.device(n)
        device.digests[self.profile.version] = self.digest
        return device

    def profile_of(self, n: int, device: FakeDevice) -> tuple[Profile, bytes]:
        """Its profile, and the same signed."""
        own = replace(
            self.profile,
            case=case_of(n),
            deployment=device.deployment,
            device=device.device,
            device_key=device.signing.public.vkey,
            list_key=envelope.public_of(device.opening),
        )
        return own, dsse.sign(own, SigningKey.from_seed("force.invalid/86/profile", self.profile_seed))

    def holding(self, n: int) -> tuple[FakeDevice, Profile]:
        """The device with its profile, to disclose under it."""
        device = self.device(n)
        profile, signed = self.profile_of(n, device)
        device.hold(profile, signed)
        return device, profile

    def row(self, n: int) -> tuple[Any, ...]:
        """What its rows have for themselves."""
        device = self.device(n)
        signed = self.profile_of(n, device)[1] if n < SPARE else None
        return (
            n,
            *map(UUID, (case_of(n), device.deployment, case_of(-n - 1), device.device, device.epoch, device.boot)),
            device.signing.public.keyid,
            device.signing.public.vkey,
            envelope.public_of(device.opening).key,
            hash_of(device.leaves[0]),
            signed,
            None if signed is None else bytes.fromhex(dsse.digest_of(signed)),
        )


@dataclass
class Fleet:
    """The devices of a database, that become more. `beating`: how many of them beat, the first after the spare ones."""

    agency: Agency
    template: Template
    first: FakeDevice
    beating: int = 0
    spent: int = 0  # spare ones that had their finding
    made: int = field(default=0)

    @classmethod
    def begun(cls, agency: Agency, keys: Digest, profile_seed: bytes, server: str) -> "Fleet":
        """The one device of which the others are copies. Its journal is put there by its first batch, which the caller sends."""
        case = Case(agency).stand()
        device = case.enrolled(server)
        device.note(at=Ms(now() - clock.HOUR_MS))
        profile = case.sign_profile(device)
        digest = device.digests[profile.version]
        return cls(agency, Template(server, profile, profile_seed, Ms(now() - clock.HOUR_MS), keys, digest), device)

    def fill(self, superuser: "psycopg.Connection[Any]", beating: int) -> None:
        """Have so many devices, and the spare ones beside them."""
        if SPARE + beating <= self.made:
            return
        superuser.execute(TABLE)
        with superuser.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.set_types(TYPES)
            for row in _rows(self.template, self.made, SPARE + beating):
                copy.write_row(row)
        with superuser.transaction():  # the worker sees a device with all its rows
            superuser.execute("set local session_replication_role = replica")
            if not self.made:
                superuser.execute(UNDER_WAY, {"since": clock.start_of_day(last_recorded(now()))})
                superuser.execute(FIRST, [UUID(self.first.device)])
            for table, (found_by, own) in ROWS.items():
                _again(superuser, table, found_by, own, self.first)
        superuser.execute("drop table fleet_device")
        superuser.execute("vacuum analyze")
        self.made, self.beating = SPARE + beating, self.beating or beating

    def spare(self, count: int) -> list[int]:
        """The next of those that have not had their finding."""
        if self.spent + count > SPARE:
            raise ValueError("too few spare devices")
        self.spent += count
        return list(range(self.spent - count, self.spent))


def case_of(n: int) -> Id:
    """The case of that device."""
    return Id(sha256(b"a case of a fleet %d" % n).hexdigest()[:32])


def _rows(template: Template, first: int, last: int) -> Iterator[tuple[Any, ...]]:
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(partial(_row, template), range(first, last), chunksize=CHUNK)


def _row(template: Template, n: int) -> tuple[Any, ...]:
    return template.row(n)


def _again(
    superuser: "psycopg.Connection[Any]",
    table: LiteralString,
    found_by: LiteralString,
    own: dict[str, LiteralString],
    first: FakeDevice,
) -> None:
    """The one device's row of a table once more for each device, with an id and a case of its own."""
    every = superuser.execute(
        "select column_name from information_schema.columns where table_name = %s and is_generated = 'NEVER'", [table]
    )
    values: dict[str, LiteralString] = {"id": "gen_random_uuid()", "case": 'f."case"'} | own
    columns = [name for (name,) in every.fetchall()]
    superuser.execute(
        sql.SQL(
            "insert into {table} ({columns}) select {values} from fleet_device f, {table} t where t.{found_by} = %s"
        ).format(
            table=sql.Identifier(table),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            values=sql.SQL(", ").join(
                sql.SQL(values[name]) if name in values else sql.SQL("t.{}").format(sql.Identifier(name))
                for name in columns
            ),
            found_by=sql.Identifier(found_by),
        ),
        [UUID(first.device if "device" in found_by or table == "deployments_device" else first.deployment)],
    )
