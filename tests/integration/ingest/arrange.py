"""An invented agency and a case with a device, as console and signer would leave them; and the face, as ingest runs it."""

import hmac
import importlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, LiteralString
from unittest.mock import patch

import psycopg
from django.db import connection, connections
from django.test import Client
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from offmon.core import clock
from offmon.core.authority.capability import CAPABILITIES, Capability, Purpose
from offmon.core.authority.profile import SCHEMA, Controller, Grant, ListRef, Profile, TermPeriod
from offmon.core.clock import Period
from offmon.core.formats import canon, codec, dsse, envelope
from offmon.core.formats.canon import Tag
from offmon.core.formats.keys import PublicKey, SigningKey
from offmon.core.formats.problem import by_uri
from offmon.core.formats.trust import KeyRole, KeysDocument, ListedKey
from offmon.core.formats.trust_file import Root, TrustedAgency, TrustedWitness, TrustFile
from offmon.core.ids import Digest, Id, Ms, Origin, Versioned
from offmon.core.log.audit import Verb
from offmon.core.states import DeploymentState, ProfileState
from offmon.server.agencies import models as agencies
from offmon.server.base.policies import Process
from offmon.server.base.settings import common
from offmon.server.deployments import models as deployments
from tests.database import Database
from tests.support.fake_device import FakeDevice, Request, new_id, now

URL = "http://127.0.0.1:9"
LIST = ListRef(Id("5" * 32), Versioned("listed-sites@1"), Digest("6" * 64))
TERM = Id("7" * 32)


def seed_key(name: str) -> SigningKey:
    return SigningKey.from_seed(name, secrets.token_bytes(32))


@dataclass
class Agency:
    """An agency with its keys. Its rows are put there by a superuser, which none of our processes is."""

    database: Database
    id: Id = field(default_factory=new_id)
    root: SigningKey = field(default_factory=lambda: seed_key("force.invalid/86/root"))
    profile_key: SigningKey = field(default_factory=lambda: seed_key("force.invalid/86/profile"))
    trust: Path | None = None  # where the trust file is to lie that names its root

    def stand(self, receipt: PublicKey) -> "Agency":
        """Put the agency into its directory, with the statement of its keys."""
        period = Period(Ms(now() - clock.DAY_MS), Ms(now() + 300 * clock.DAY_MS))
        listed = (
            ListedKey(KeyRole.PROFILE, self.profile_key.public.vkey, period),
            ListedKey(KeyRole.RECEIPT, receipt.vkey, period),
        )
        keys = dsse.sign(KeysDocument(self.id, 1, None, period, listed, None), self.root)
        with as_superuser(self.database):
            agencies.Agency(
                id=self.id,
                name="An invented force",
                force_code="86",
                origin=f"force.invalid/{self.id}",
                root=self.root.public.vkey,
                contact="none",
                office_hours="none",
                **dict.fromkeys(("on_call_urgent", "on_call_high", "on_call_standard", "duty_inspector"), "none"),
            ).save(force_insert=True)
            agencies.KeysStatement(agency_id=self.id, version=1, document=keys).save(force_insert=True)
        if self.trust is not None:
            root = Root(self.root.public.vkey, Period(period.since, None))
            witness = TrustedWitness(seed_key("witness.invalid/1").public.vkey, "A test", False, period)
            named = TrustedAgency(self.id, Origin(f"force.invalid/{self.id}"), (root,))
            self.trust.write_bytes(codec.dump(TrustFile(86_400, 1, (named,), (witness,))) + b"\n")
        return self


@dataclass
class Case:
    """One case of an agency: a deployment that is active, and profiles signed for its devices."""

    agency: Agency
    case: Id = field(default_factory=new_id)
    deployment: Id = field(default_factory=new_id)
    authorisation: Id = field(default_factory=new_id)

    def stand(self) -> "Case":
        """Put deployment and authorisation there."""
        place = {"agency": self.agency.id, "case": self.case}
        with as_superuser(self.agency.database):
            deployments.Deployment(
                id=self.deployment, state=DeploymentState.ACTIVE, opened_by=new_id(), delay_days=14, **place
            ).save(force_insert=True)
            deployments.Authorisation(
                id=self.authorisation,
                deployment_id=self.deployment,
                choices=b"[]",
                drafted_by=new_id(),
                begun_at=0,
                **place,
            ).save(force_insert=True)
            deployments.Visit(
                deployment_id=self.deployment,
                begun_by=new_id(),
                begun_at=0,
                others=0,
                others_met=0,
                device_kind="computer",
                access="own_agreed",
                password="person",
                **place,
            ).save(force_insert=True)
        return self

    def offer_code(self, code_key: bytes, *, expires_at: Ms | None = None) -> bytes:
        """The secret half of a code that enrols one device."""
        secret = secrets.token_bytes(10)
        proof = hmac.digest(code_key, canon.digest(Tag.SECRET, secret), "sha256")
        with as_superuser(self.agency.database):
            deployments.EnrolmentCode(
                agency_id=self.agency.id,
                case=self.case,
                deployment=self.deployment,
                secret=sha256(proof).digest(),
                offered_by=new_id(),
                expires_at=Ms(now() + clock.MINUTE_MS) if expires_at is None else expires_at,
            ).save(force_insert=True)
        return secret

    def enrolled(self, server: str) -> FakeDevice:
        """A device that is enrolled already."""
        device = FakeDevice(server, deployment=self.deployment)
        place = {"agency": self.agency.id, "case": self.case}
        with as_superuser(self.agency.database):
            deployments.Device(
                id=device.device,
                deployment_id=self.deployment,
                device_key=device.signing.public.vkey,
                list_key=envelope.public_of(device.opening).key,
                account=Digest("8" * 64),
                enrolled_at=now(),
                code_id=new_id(),
                proof=b"",
                **place,
            ).save(force_insert=True)
            deployments.DeviceKey(
                keyid=device.signing.public.keyid,
                vkey=device.signing.public.vkey,
                agency_id=self.agency.id,
                case=self.case,
                deployment=self.deployment,
                device=device.device,
            ).save(force_insert=True)
        return device

    def sign_profile(self, device: FakeDevice, version: int = 1, **changed: Any) -> Profile:
        """A profile for that device, signed; it holds it then. `changed`: fields that are otherwise."""
        since = Ms(now() - clock.DAY_MS)
        true = Profile(
            schema=SCHEMA,
            agency=self.agency.id,
            case=self.case,
            deployment=self.deployment,
            device=device.device,
            device_key=device.signing.public.vkey,
            list_key=envelope.public_of(device.opening),
            evidence_key=envelope.public_of(EVIDENCE),
            version=version,
            previous=None,
            lease=Period(since, Ms(since + 20 * clock.DAY_MS)),
            grants=(grant(Period(since, None)),),
            exclusions=Digest("9" * 64),
            person_texts=(),
            controllers=(Controller(self.agency.id, "An invented force", "none"),),
            delay_days=14,
            log_origin=Origin("force.invalid/86/log"),
            ingest=device.server,
        )
        profile = replace(true, **changed)
        signed = dsse.sign(profile, self.agency.profile_key)
        with as_superuser(self.agency.database):
            deployments.Profile(
                agency=self.agency.id,
                case=self.case,
                deployment_id=self.deployment,
                device_id=device.device,
                version=version,
                state=ProfileState.SIGNED,
                authorisation_id=self.authorisation,
                asked_by=new_id(),
                lease_since=profile.lease.since,
                lease_until=profile.lease.until,
                document=signed,
                digest=dsse.digest_of(signed),
            ).save(force_insert=True)
        device.hold(profile, signed)
        return profile


EVIDENCE = FakeDevice(URL).opening  # the vault's key of these deployments; nothing here ever opens anything


def grant(period: Period, of: ListRef = LIST) -> Grant:
    """A grant of listed sites, resting on one term."""
    terms = (TermPeriod(TERM, period),)
    return Grant(Capability.SITE, Id("a" * 32), terms, Purpose.SUPERVISION, CAPABILITIES[Capability.SITE].fields, (of,))


@contextmanager
def as_superuser(database: Database) -> Iterator[None]:
    """Django as a superuser on whom no trigger and no policy works: to arrange rows, never to show that anything holds."""
    url = _superuser(database)
    given = common.database(url, str(conninfo_to_dict(url)["user"]), pooled=False)
    before = connections["default"], connections.settings["default"]
    connections.settings["default"] = connections.configure_settings({"default": given})["default"]
    connections["default"] = connections.create_connection("default")
    try:
        with connection.cursor() as cursor:
            cursor.execute("set session_replication_role = replica")
        yield
    finally:
        connection.close()
        connections["default"], connections.settings["default"] = before


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class InProcess:
    """Sends to the face in this process, through the whole of Django's handler and the face's own middleware."""

    def __init__(self) -> None:
        self._client = Client(raise_request_exception=False)

    def send(self, request: Request, **extra: Any) -> Answer:
        sent, kind = (request.method, request.path, request.body), request.headers.get("Content-Type", "")
        response = self._client.generic(*sent, kind, headers=request.headers, **extra)
        return Answer(response.status_code, response.content, dict(response.headers))


def keys_in(folder: Path) -> dict[str, str]:
    """Key files as the process is given them: settings by name."""
    files = {"OFFMON_CODE_KEY_FILE": folder / "code", "OFFMON_RECEIPT_KEY_FILE": folder / "receipt"}
    for file in files.values():
        file.write_bytes(secrets.token_bytes(32))
        file.chmod(0o600)
    told = {"OFFMON_RECEIPT_KEY_NAME": "force.invalid/86/receipt", "OFFMON_TRUST": str(folder / "trust.json")}
    return told | {name: str(file) for name, file in files.items()}


def ingest_settings(told: dict[str, str]) -> dict[str, Any]:
    """What the face's own settings module says, less its database. `told`: the environment that its process would have."""
    address = {"OFFMON_DATABASE_URL": f"postgresql://{Process.INGEST}@127.0.0.1/none"}
    with patch.dict(os.environ, {**told, **address}):
        module = importlib.reload(importlib.import_module("offmon.server.base.settings.ingest"))
    names = ("ROOT_URLCONF", "MIDDLEWARE", "ALLOWED_HOSTS", "TEMPLATES")
    own = (name for name in dir(module) if name.startswith("OFFMON_"))
    return {name: getattr(module, name) for name in (*names, *own)}


def problem_in(answer: Answer) -> tuple[int, str, dict[str, Any]]:
    """Status, code and document of a problem, after checking that it is one of RFC 9457 and of the closed list."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer
    assert answer.headers["Cache-Control"] == "no-store"
    doc = json.loads(answer.body)
    found = by_uri(doc["type"])
    assert found is not None
    assert (found.status, found.title, found.status) == (doc["status"], doc["title"], answer.status)
    return answer.status, found.code, doc


def select(database: Database, statement: LiteralString | sql.Composed, *values: object) -> list[tuple[Any, ...]]:
    """What a superuser sees: past every policy."""
    with psycopg.connect(_superuser(database)) as superuser:
        return superuser.execute(statement, values or None).fetchall()


def held(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that intake holds of devices, but not its counts, nonces and times of hearing: what a refusal must leave as it was."""
    tables = ("intake_journal", "intake_batch", "intake_leaf", "deployments_device", "deployments_devicekey")
    return {
        table: select(database, sql.SQL("select * from {} order by id").format(sql.Identifier(table)))
        for table in tables
    }


def entries(database: Database, verb: Verb) -> list[tuple[Any, ...]]:
    """Outcome, reason and case of each audit entry with that verb, oldest first."""
    found = select(database, 'select outcome, reason, "case" from audit_entry where verb = %s order by at', verb.value)
    return [(outcome, reason, case.hex) for outcome, reason, case in found]


def strangers(database: Database) -> dict[str, int]:
    """How many requests were counted as strangers', by reason."""
    return dict(select(database, "select reason, count from intake_stranger"))


def everything(database: Database) -> str:
    """Every row of every table of the database, as text; bytes in hex."""
    tables = select(database, "select tablename from pg_tables where schemaname = 'public'")
    whole = sql.SQL("select it::text from {} it")
    rows = [row for (table,) in tables for row in select(database, whole.format(sql.Identifier(table)))]
    return "\n".join(text for (text,) in rows)


def _superuser(database: Database) -> str:
    return make_conninfo(database.server.superuser_url, dbname=database.name)
