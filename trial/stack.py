"""The processes of one machine: how each is started, as whom, with which secrets, and how one sees that it answers.

Rules
- Each process gets its own secrets as files in its own folder, and nothing of another's. It inherits no environment of ours.
- Each names the earlier ones that it needs (`after`). What needs nothing of another starts beside it.
"""

import http.client
import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from psycopg.conninfo import conninfo_to_dict

from offmon.core.formats.trust import KeyRole
from offmon.server.base.policies import Process
from trial import ceremony, publishing
from trial.ceremony import Ceremony
from trial.invented import AGENCIES, FORCE
from trial.places import ProgramCode, TrialHome
from trial.postgres import Server
from trial.uids import PROCESS_UIDS, is_root

DATABASE: Final = "offmon"
START_S: Final = 60.0
PART_S: Final = 120.0
ASKED: Final = ("signer", "vault")
FACES: Final = ("ingest", "console", "portal", "website")
HOSTS: Final = {
    "console": "console.localhost",
    "portal": "portal.localhost",
    "website": "www.localhost",
    "ingest": "127.0.0.1",
    "witness": "127.0.0.1",
}
OWN_HOSTS: Final = (HOSTS["console"], HOSTS["portal"], HOSTS["website"])
"""Offmon's own pages, which yield nothing to Offmon (R-RGT-10)."""


@dataclass(frozen=True, slots=True)
class Spec:
    """One process: its command, its environment, and a question to which `True` means that it answers."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    answers: Callable[[], bool]
    after: tuple[str, ...] = ()
    """Those before it in the list that must answer before it starts, and that end only after it."""
    ends: bool = False
    """It is no server: it does its work and ends with 0. Nobody asks whether it answers."""
    account: str = ""
    """As which process it runs, where that is another."""
    within_s: float = START_S


@dataclass(frozen=True, slots=True)
class Stack:
    """Everything that the processes of one home are told."""

    home: TrialHome
    code: ProgramCode
    server: Server
    made: Ceremony
    ports: Mapping[str, int]

    def url(self, name: str) -> str:
        """The address of a face or the witness."""
        return f"http://{HOSTS[name]}:{self.ports[name]}"

    def specs(self) -> tuple[Spec, ...]:
        """Every process, in the order of need; of those that need nothing of each other, the longest chain first."""
        config = ceremony.write_witness_config(self.home, self.made, self.ports["witness"])
        return (
            Spec("witness", self._module("offmon.witness", str(config)), self._base(), self._http("witness", "/")),
            *(self._asked(name) for name in ASKED),
            self._face("ingest", "/v1/profile"),
            self._face("website", "/en/"),
            self._face("console", "/", *ASKED),
            self._face("portal", "/en/"),
            self._working("worker", "working", "witness", *ASKED),
            Spec(
                "mailbox",
                self._module("trial.mailbox", *self._mailbox()),
                self._base(),
                self._said("mailbox", "taking"),
            ),
            self._working("notify", "sending", "mailbox"),
            self._working("integrity", "looking"),
            # It looks at each of these as soon as it runs, and tells the public site what did not answer.
            self._working("assurance", "looking", "witness", "worker", *FACES),
        )

    def seeding(self) -> Spec:
        """The invented case is played by the staff's own actions, which ask signer, vault and worker."""
        command = self._module("trial.play", "seed", str(self.home.path))
        after = (*ASKED, "witness", "worker")
        environment = self.environment("console")
        return Spec("seed", command, environment, lambda: True, after, ends=True, account="console", within_s=PART_S)

    def environment(self, process: str) -> dict[str, str]:
        """All that a process is told."""
        own = self.home.of(process)
        told = {
            "OFFMON_DATABASE_URL_FILE": str(own / "database-url"),
            "DJANGO_SETTINGS_MODULE": f"offmon.server.base.settings.{process}",
        }
        own_part: Callable[[Path], dict[str, str]] = getattr(self, f"_{process}")
        return self._base() | told | own_part(own)

    def write_database_addresses(self) -> None:
        """Each process's address of the database, its password in it, for that process alone."""
        for role in Process:
            process = role.name.lower()
            self.home.give(process, "database-url", self.server.url(DATABASE, role))

    def _base(self) -> dict[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", **self.code.environment()}

    def _ingest(self, own: Path) -> dict[str, str]:
        return {
            "OFFMON_INGEST_URL": self.url("ingest"),
            "OFFMON_CODE_KEY_FILE": str(own / "code-key"),
            "OFFMON_RECEIPT_KEY_FILE": str(own / "receipt-key"),
            "OFFMON_RECEIPT_KEY_NAME": ceremony.key_name(FORCE, KeyRole.RECEIPT.value),
            "OFFMON_TRUST": str(self.home.trust),
        }

    def _console(self, own: Path) -> dict[str, str]:
        return {
            "OFFMON_SECRET_KEY_FILE": str(own / "secret-key"),
            "OFFMON_COLUMN_KEY_FILE": str(own / "column-key"),
            "OFFMON_CODE_KEY_FILE": str(own / "code-key"),
            "OFFMON_DOCUMENTS": str(self.home.store("console", "documents")),
            "OFFMON_CONSOLE_HOSTS": HOSTS["console"],
            "OFFMON_INGEST_URL": self.url("ingest"),
            "OFFMON_TRUST": str(self.home.trust),
            "OFFMON_AGENT_RELEASES": publishing.release(self.home),
            **self._no_passkeys(),
            **self._callers(),
        }

    def _portal(self, own: Path) -> dict[str, str]:
        return {
            "OFFMON_SECRET_KEY_FILE": str(own / "secret-key"),
            "OFFMON_PERSON_KEY_FILE": str(own / "person-key"),
            "OFFMON_CONTACTS_KEY_FILE": str(own / "contacts-key"),
            "OFFMON_ACCESS_KEY_FILE": str(own / "access-key"),
            "OFFMON_PORTAL_HOSTS": HOSTS["portal"],
            "OFFMON_TRUST": str(self.home.trust),
        }

    def _website(self, _own: Path) -> dict[str, str]:
        return {
            "OFFMON_WEBSITE_URL": self.url("website"),
            "OFFMON_PUBLISHED": str(self.home.trust.parent),
        }

    def _assurance(self, _own: Path) -> dict[str, str]:
        return {
            "OFFMON_TRUST": str(self.home.trust),
            "OFFMON_AGENT_RELEASES": publishing.release(self.home),
            "OFFMON_DATABASE_ADMINISTRATORS": str(conninfo_to_dict(self.server.superuser_url).get("user", "")),
            **self._where("SITE", "website"),
            **self._where("CONSOLE", "console"),
            **self._where("PORTAL", "portal"),
            "OFFMON_WITNESS_URL": self.url("witness"),
            "OFFMON_WITNESS_KEY": self.made.witness,
        }

    def _where(self, called: str, face: str) -> dict[str, str]:
        """What who looks at a face is told of where it answers."""
        return {f"OFFMON_{called}_ADDRESS": f"127.0.0.1:{self.ports[face]}", f"OFFMON_{called}_HOST": HOSTS[face]}

    def _worker(self, own: Path) -> dict[str, str]:
        return {
            "OFFMON_LOG_KEYS": str(own / "log-keys"),
            "OFFMON_LICENCE_FEED": str(self.home.store("worker", "licences")),
            "OFFMON_WITNESS_URL": self.url("witness"),
            "OFFMON_WITNESS_KEY": self.made.witness,
            **self._callers(),
        }

    def _integrity(self, _own: Path) -> dict[str, str]:
        return {"OFFMON_INTEGRITY_MEMORY": str(self.home.store("integrity", "memory") / "rows.sqlite")}

    def _notify(self, own: Path) -> dict[str, str]:
        return {
            "OFFMON_REACHING_KEY_FILE": str(own / "reaching-key"),
            "OFFMON_SMTP_SERVER": f"127.0.0.1:{self.ports['mailbox']}",
            "OFFMON_SMTP_FROM": "offmon@offmon.invalid",
        }

    def _mailbox(self) -> tuple[str, str]:
        return str(self.ports["mailbox"]), str(self.home.mail)

    def _signer(self, own: Path) -> dict[str, str]:
        return {
            "OFFMON_SIGNER_SOCKET": str(self.home.socket("signer")),
            "OFFMON_PROFILE_KEYS": str(own / "profile-keys"),
            "OFFMON_LIST_KEYS": str(own / "list-keys"),
            "OFFMON_CONTACTS_KEY_FILE": str(own / "contacts-key"),
            "OFFMON_SIGNER_CALLERS": _uids("console", "worker"),
            "OFFMON_INGEST_URL": self.url("ingest"),
            "OFFMON_TRUST": str(self.home.trust),
        }

    def _vault(self, _own: Path) -> dict[str, str]:
        return {
            "OFFMON_VAULT_SOCKET": str(self.home.socket("vault")),
            "OFFMON_OPENING_KEYS": str(self.home.store("vault", "opening-keys")),
            "OFFMON_VAULT_CALLERS": _uids("console"),
            "OFFMON_VAULT_REMINDERS": _uids("worker"),
            "OFFMON_TRUST": str(self.home.trust),
            **self._no_passkeys(),
        }

    def _no_passkeys(self) -> dict[str, str]:
        """Invented officers have an authenticator app that the trial holds for them, and nobody can hold a passkey for another."""
        return {"OFFMON_CODE_IS_ENOUGH_FOR": ",".join(one.code for one in AGENCIES)}

    def _callers(self) -> dict[str, str]:
        return {
            "OFFMON_SIGNER_SOCKET": str(self.home.socket("signer")),
            "OFFMON_VAULT_SOCKET": str(self.home.socket("vault")),
        }

    def _module(self, name: str, *arguments: str) -> tuple[str, ...]:
        return (str(self.code.python), "-P", "-m", name, *arguments)

    def _process(self, name: str) -> tuple[str, ...]:
        return self._module(f"offmon.server.processes.{name}")

    def _asked(self, name: str) -> Spec:
        """One that answers on a socket."""
        return Spec(name, self._process(name), self.environment(name), _socket(self.home.socket(name)))

    def _working(self, name: str, says: str, *after: str) -> Spec:
        """One that says a word once it works."""
        return Spec(name, self._process(name), self.environment(name), self._said(name, says), after)

    def _face(self, name: str, path: str, *after: str) -> Spec:
        command = self._module("offmon.serving", f"offmon.server.faces.{name}.wsgi", str(self.ports[name]))
        return Spec(name, command, self.environment(name), self._http(name, path), after)

    def _http(self, name: str, path: str) -> Callable[[], bool]:
        return lambda: _answers_http(self.ports[name], HOSTS[name], path)

    def _said(self, name: str, word: str) -> Callable[[], bool]:
        return lambda: word in (self.home.logs / f"{name}.log").read_text()


def _uids(*processes: str) -> str:
    return ",".join(str(PROCESS_UIDS[name] if is_root() else os.geteuid()) for name in processes)


def _answers_http(port: int, host: str, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path, headers={"Host": f"{host}:{port}"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _socket(path: Path) -> Callable[[], bool]:
    def answers() -> bool:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(str(path))
            except OSError:
                return False
        return True

    return answers
