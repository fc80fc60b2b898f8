"""What the signer does with an id. The rules are in `deployments.actions.compile` and `detectors.actions`; the caller's words do not count.

Rules
- It searches for the row in the scope of each agency whose key could be needed. A row that awaits no signature is refused.
- It walks the agency's chain of keys from roots in its own configuration. A list that no key of the chain signed does not count.
- A refused profile is recorded in its row and in the log, with the rule's code. The caller learns only that it is done.
"""

from pathlib import Path

from django.conf import settings
from django.db import connection

from offmon.core.errors import Refused
from offmon.core.formats.trust import KeyRole
from offmon.core.formats.trust_file import TrustFile
from offmon.core.ids import Id
from offmon.server.agencies import queries as agencies
from offmon.server.base.actor import Actor, Service
from offmon.server.base.local_socket import Result, SocketServer, Verbs
from offmon.server.base.policies import Process
from offmon.server.base.trusted import trust_file
from offmon.server.deployments.actions import Signing, do_sign_profile
from offmon.server.deployments.queries import asked_profiles
from offmon.server.detectors.actions import do_sign
from offmon.server.detectors.queries import waiting_for_signature
from offmon.server.processes.roles import assert_ordinary
from offmon.server.processes.signer.keys import SigningKeys


class Signer:
    """The signer's verbs. `ingest`: the address that profiles tell devices to call; `brought`: the roots that lists are held to."""

    def __init__(self, keys: SigningKeys, ingest: str, brought: TrustFile) -> None:
        self._keys = keys
        self._ingest = ingest
        self._brought = brought

    @property
    def verbs(self) -> Verbs:
        """All that it can be asked."""
        return {"sign-profile": self.sign_profile, "sign-list": self.sign_list}

    def sign_profile(self, profile: Id) -> Result:
        """Sign the profile that a row asks for, or refuse it there. Raises Refused (`not-waiting`, `no-key`)."""
        actor = _found(agencies.whose(Service.SIGNER, lambda: profile in asked_profiles()))
        agency = agencies.agency(actor.agency)
        profiles, lists = self._keys.key(KeyRole.PROFILE, agency), self._keys.key(KeyRole.LIST, agency)
        ring = agencies.ring_of(actor.agency, self._brought)
        do_sign_profile(profile, Signing(profiles, lists, self._ingest, ring), actor=actor)
        return Result()

    def sign_list(self, row: Id) -> Result:
        """Sign an approved list or exclusion list.

        Raises Refused (`not-waiting`, `no-key`, `one-person`, `one-session`, `not-permitted`); and, where the log says otherwise than the
        row, as `core.log.attribution.check_list_acts` does.
        """
        actor = _found(agencies.whose(Service.SIGNER, lambda: row in waiting_for_signature()))
        do_sign(row, self._keys.key(KeyRole.LIST, agencies.agency(actor.agency)), actor=actor)
        return Result()


def listen() -> SocketServer:
    """The signer on its socket, as the settings say. Raises Refused."""
    connection.ensure_connection()
    assert_ordinary(connection.connection, Process.SIGNER)
    connection.close()
    keys = SigningKeys(Path(settings.OFFMON_PROFILE_KEYS), Path(settings.OFFMON_LIST_KEYS))
    signer = Signer(keys, settings.OFFMON_INGEST_URL, trust_file())
    return SocketServer(Path(settings.OFFMON_SIGNER_SOCKET), signer.verbs, settings.OFFMON_SIGNER_CALLERS)


def _found(actor: Actor | None) -> Actor:
    if actor is None:
        raise Refused("not-waiting", "Nothing of that id waits for a signature.")
    return actor
