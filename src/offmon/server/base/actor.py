"""Who acts: a person who signed in, or one of our own processes."""

from dataclasses import dataclass
from enum import StrEnum

from offmon.core import audit, roles
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.roles import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which agency, in which session and request. Pseudonymous ids; never a name."""

    id: Id
    role: Role
    team: Id | None
    agency: Id
    session: Id | None = None
    request: Id | None = None

    def may(self, permission: StrEnum, /) -> bool:
        """Whether the role has the permission at all. Which case it reaches is the scope's."""
        return permission in roles.MATRIX[self.role]

    def check(self, permission: StrEnum, /) -> None:
        """Raises Refused `not-permitted` unless the role has the permission."""
        if not self.may(permission):
            raise Refused("not-permitted", "Your role does not include this. Ask a colleague whose role does.")

    def core(self) -> audit.Actor:
        """The actor as an audit entry names them."""
        return audit.Actor(self.id, self.role, self.team, self.agency)


class Service(StrEnum):
    """Our own processes, where they act for themselves."""

    INGEST = "ingest"
    WORKER = "worker"
    SIGNER = "signer"
    VAULT = "vault"
    ASSURANCE = "assurance"


def service(name: Service, agency: Id) -> Actor:
    """A process as an actor. Its id is its name in ASCII, padded with zeros: whoever reads a log entry can spell it out."""
    return Actor(Id(name.encode().hex().ljust(32, "0")), Role.SERVICE, None, agency)
