"""The key ceremony: makes every key of the trial once, and gives each half to those who may hold it (formats §2, §10).

Rules
- The root signs only its first Keys statement. It is then put away in `offline-root/`, which only root (or the caller) reads, and the trial
  never reads it again. An agency does this before witnesses, on a machine without a network, and puts the seed into a safe.
- Each other private half goes only to the folder of the one process that signs with it.
- The trust file names roots and witnesses only. The trial's witness runs on this machine, so it says that it is not independent.
- `ceremony.json` is written last. Where it exists, nothing is made again.
"""

import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from offmon.core import clock
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.formats import codec, dsse
from offmon.core.formats.keys import PublicKey, SigningKey
from offmon.core.formats.trust import KeyRole, KeysDocument, ListedKey
from offmon.core.formats.trust_file import Root, TrustedAgency, TrustedWitness, TrustFile
from offmon.core.ids import Id, Ms, Origin, VKey
from offmon.server.base.columns import derived
from offmon.server.processes.roles import write_secret
from trial.invented import AGENCIES, InventedAgency
from trial.places import TrialHome
from trial.uids import is_root, process_account

LIFE_MS: Final = 400 * clock.DAY_MS
MAX_LAG_S: Final = 86_400
OPERATOR: Final = "this machine (trial)"
WITNESS_NAME: Final = "witness.trial.invalid/1"
WITNESS_S: Final = 60.0
_MAX: Final = 1 << 20
# Who holds the private half. The release key signs software, which no process does: it stays with the root.
_HOLDER: Final = {
    KeyRole.PROFILE: "signer",
    KeyRole.LIST: "signer",
    KeyRole.LOG: "worker",
    KeyRole.RECEIPT: "ingest",
    KeyRole.RELEASE: None,
}


@dataclass(frozen=True, slots=True)
class AgencyKeys:
    """What an agency's ceremony left in public: its id, its log's origin, its root and its first Keys statement."""

    code: str
    agency: Id
    origin: Origin
    root: VKey
    statement: bytes


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What the whole ceremony left in public. The force that leads the case comes first."""

    TYPE: ClassVar[str] = "offmon/trial-ceremony@1"

    at: Ms
    agencies: tuple[AgencyKeys, ...]
    witness: VKey

    @property
    def force(self) -> AgencyKeys:
        """The agency that leads the case."""
        return self.agencies[0]


def origin_of(agency: InventedAgency) -> Origin:
    """What the agency's log is called."""
    return Origin(f"{agency.domain}/{agency.code}")


def key_name(agency: InventedAgency, role: str) -> Origin:
    """What a key is called: whose it is and what for. A log's key is called as its log (C2SP tlog-checkpoint)."""
    return origin_of(agency) if role == KeyRole.LOG.value else Origin(f"{origin_of(agency)}/{role}")


def hold(home: TrialHome, at: Ms) -> Ceremony:
    """The ceremony of this home: made at `at`, or as it was made before."""
    record = _record(home)
    if record.exists():
        return load(home)
    home.offline_root.mkdir(mode=0o700, exist_ok=True)
    witness = _make_witness_key(home)
    made = Ceremony(at, tuple(_make_agency(home, agency, at) for agency in AGENCIES), witness)
    column_key, code_key = secrets.token_bytes(32), secrets.token_bytes(32)
    _write(home, "console", "column-key", column_key)
    # Portal and signer have neither of the console's keys, but what is made from each for one purpose.
    _write(home, "portal", "person-key", derived(column_key, "person"))
    for process in ("portal", "signer"):
        _write(home, process, "contacts-key", derived(column_key, "contacts"))
    _write(home, "notify", "reaching-key", derived(column_key, "reaching"))
    _write(home, "portal", "access-key", derived(code_key, "access"))
    for process in ("console", "ingest"):  # one makes enrolment codes, the other looks them up
        _write(home, process, "code-key", code_key)
    for process in ("console", "portal"):
        home.give(process, "secret-key", secrets.token_urlsafe(48))
    home.trust.parent.mkdir(exist_ok=True)
    home.trust.parent.chmod(0o755)
    home.trust.write_bytes(codec.dump(trust_file(made)) + b"\n")
    home.trust.chmod(0o644)
    unfinished = record.with_suffix(".new")
    unfinished.write_bytes(codec.dump(made))
    unfinished.chmod(0o644)
    unfinished.rename(record)
    return made


def load(home: TrialHome) -> Ceremony:
    """The ceremony as it was held."""
    return codec.load(Ceremony, _record(home).read_bytes(), max_size=_MAX)


def trust_file(made: Ceremony) -> TrustFile:
    """What a verifier brings: roots and witnesses."""
    period = Period(made.at, Ms(made.at + LIFE_MS))
    agencies = tuple(TrustedAgency(a.agency, a.origin, (Root(a.root, period),)) for a in made.agencies)
    return TrustFile(
        MAX_LAG_S, 1, agencies, (TrustedWitness(made.witness, OPERATOR, independent=False, period=period),)
    )


def write_witness_config(home: TrialHome, made: Ceremony, port: int) -> Path:
    """The witness's configuration: which logs it knows, and by which keys."""
    lines = [
        f'operator = "{OPERATOR}"',
        "independent = false",
        'key = "key"',
        'state = "state.sqlite"',
        f'listen = "127.0.0.1:{port}"',
    ]
    for agency in made.agencies:
        keys = dsse.peek(KeysDocument, agency.statement).keys
        vkeys = ", ".join(f'"{listed.vkey}"' for listed in keys if listed.role is KeyRole.LOG)
        lines += ["[[logs]]", f'origin = "{agency.origin}"', f"vkeys = [{vkeys}]"]
    return home.give("witness", "witness.toml", "\n".join(lines) + "\n")


def _record(home: TrialHome) -> Path:
    return home.path / "ceremony.json"


def _make_agency(home: TrialHome, agency: InventedAgency, at: Ms) -> AgencyKeys:
    agency_id = Id(secrets.token_hex(16))
    period = Period(at, Ms(at + LIFE_MS))
    root = _draw(key_name(agency, "root"))
    listed = []
    for role in agency.keys:
        key = _draw(key_name(agency, role.value))
        holder = _HOLDER[role]
        if holder is None:
            write_secret(home.offline_root / f"{agency.code}-{role}", key.private.private_bytes_raw().hex())
        else:
            _write(home, holder, _file(holder, agency_id, role), key.private.private_bytes_raw())
        listed.append(ListedKey(role, key.public.vkey, period))
    statement = dsse.sign(KeysDocument(agency_id, 1, None, period, tuple(listed), None), root)
    write_secret(home.offline_root / f"{agency.code}-root", root.private.private_bytes_raw().hex())
    return AgencyKeys(agency.code, agency_id, origin_of(agency), root.public.vkey, statement)


def _file(holder: str, agency: Id, role: KeyRole) -> str:
    """Where a process looks for a key."""
    match holder:
        case "worker":
            return f"log-keys/{agency}"
        case "ingest":
            return "receipt-key"
    return f"{role}-keys/{agency}"


def _draw(name: Origin) -> SigningKey:
    return SigningKey(name, Ed25519PrivateKey.generate())


def _make_witness_key(home: TrialHome) -> VKey:
    """The witness's own program makes its key, as an operator of it would: the server shares no code with it."""
    file = home.of("witness") / "key"
    file.unlink(missing_ok=True)
    command = [sys.executable, "-P", "-m", "offmon.witness", "new-key", WITNESS_NAME, str(file)]
    made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=WITNESS_S)  # noqa: S603 - our own module
    if made.returncode != 0:
        raise Refused("no-witness-key", f"The witness's key could not be made. {made.stderr.strip()}")
    if is_root():
        account = process_account("witness")
        os.chown(file, account.uid, account.gid)
    return PublicKey.parse(made.stdout.strip()).vkey


def _write(home: TrialHome, process: str, name: str, secret: bytes) -> None:
    """A secret of `process`, in its own folder, its folders on the way as closed as that one."""
    account = process_account(process)
    top = home.of(process)
    file = top / name
    for folder in reversed([parent for parent in file.parents if parent.is_relative_to(top) and parent != top]):
        folder.mkdir(mode=0o700, exist_ok=True)
        if is_root():
            os.chown(folder, account.uid, account.gid)
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(secret)
        if is_root():
            os.fchown(handle, account.uid, account.gid)
