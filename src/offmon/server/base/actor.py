"""Who acts: a person who signed in, or one of our own processes."""

from dataclasses import dataclass
from enum import StrEnum

from offmon.core.access import roles
from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.core.log import audit


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, on which agency's cases, in which session and request. Pseudonymous ids; never a name.

    `home` is the agency that somebody belongs to. Where it is not `agency`, they are a guest: they work on cases that another agency
    leads and shares with theirs. None says the same as `agency`. `took_over`: they work on the cases that `home` took over from `agency`,
    in whose log these cases lie; there they are no guests. `case` is the supervised person's own, and the only one that they reach.
    """

    id: Id
    role: Role
    team: Id | None
    agency: Id
    session: Id | None = None
    request: Id | None = None
    home: Id | None = None
    case: Id | None = None
    took_over: bool = False

    @property
    def is_guest(self) -> bool:
        """Whether these are another agency's cases."""
        return self.home is not None and self.home != self.agency and not self.took_over

    @property
    def lead(self) -> Id:
        """The agency that leads the cases that they work on here."""
        return self.home if self.took_over and self.home is not None else self.agency

    def may(self, permission: StrEnum, /) -> bool:
        """Whether the role has the permission at all. Which case it reaches is the scope's."""
        return roles.may(self.role, permission, guest=self.is_guest, took_over=self.took_over)

    def check(self, permission: StrEnum, /) -> None:
        """Raises Refused `not-permitted` unless the role has the permission."""
        if self.is_guest and not self.may(permission):
            raise Refused(
                "not-as-party", "Only the agency that leads this case does this. Ask the colleague who keeps it."
            )
        if self.took_over and not self.may(permission) and roles.may(self.role, permission):
            raise Refused(
                "not-of-taken-over", "This is about no case that you took over. Turn to your own agency first."
            )
        if not self.may(permission):
            raise Refused("not-permitted", "Your role does not include this. Ask a colleague whose role does.")

    def core(self) -> audit.EntryActor:
        """The actor as an audit entry names them: of the agency that they belong to. Whose run it stands in is the entry's own."""
        return audit.EntryActor(self.id, self.role, self.team, self.home or self.agency)


class Service(StrEnum):
    """Our own processes, where they act for themselves; and the operator's commands."""

    INGEST = "ingest"
    WORKER = "worker"
    SIGNER = "signer"
    VAULT = "vault"
    ASSURANCE = "assurance"
    INTEGRITY = "integrity"
    NOTIFY = "notify"
    OPERATOR = "operator"


def supervised_person(agency: Id, case: Id, session: Id | None = None, request: Id | None = None) -> Actor:
    """The person of a case, known by its id: a case has one."""
    return Actor(case, Role.SUPERVISED_PERSON, None, agency, session, request, case=case)


def service(name: Service, agency: Id) -> Actor:
    """A process as an actor. Its id is its name in ASCII, padded with zeros: whoever reads a log entry can spell it out."""
    return Actor(Id(name.encode().hex().ljust(32, "0")), Role.SERVICE, None, agency)
