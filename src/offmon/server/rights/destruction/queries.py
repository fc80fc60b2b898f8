"""Every read of destructions: what still needs a key, the requests of a case, and the certificate.

The pages of a case open its file first, which writes the consultation (`evidence.queries.case_file`). A count names nobody.
"""

from dataclasses import dataclass

from django.db import connection

from offmon.core.access.roles import Permission
from offmon.core.errors import NotAuthentic
from offmon.core.formats.canon import Tag, digest
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.audit import AuditEntry, Verb
from offmon.core.log.provenance import is_done
from offmon.core.log.records import DestructionRecord
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.person.destruction import Obstacle, OpenWork, obstacles
from offmon.core.states import DestructionState
from offmon.server.agencies import queries as agencies
from offmon.server.audit import queries as log
from offmon.server.base import clock
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.scope import scope
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.queries.ending import collects
from offmon.server.evidence import queries as evidence
from offmon.server.rights.destruction.models import Destruction
from offmon.server.rights.requests.queries import unanswered
from offmon.server.triage import queries as triage


@dataclass(frozen=True, slots=True)
class Destroyable:
    """What a page says before somebody asks: the key's fingerprint, None where there is none, and what stands in the way."""

    deployment: Id | None
    key: Digest | None
    in_the_way: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """That a key was destroyed: the record as its entry commits to it, that entry's number in the case log and place in the agency's log.

    `checkpoint`: the three lines of a cosigned checkpoint that covers it; None while the witness has not cosigned.
    """

    record: DestructionRecord
    number: int
    index: int
    checkpoint: str | None


@dataclass(frozen=True, slots=True)
class AgencyDestruction:
    """A request to destroy, as who protects the agency's data sees it. `id`, `case`: None where the case is not open to them.

    `at`: of its last step.
    """

    id: Id | None
    case: Id | None
    state: DestructionState
    asked_at: Ms
    at: Ms

    @property
    def is_over(self) -> bool:
        """Whether nobody has to do anything about it any more."""
        return self.state in {DestructionState.DONE, DestructionState.REFUSED}


def of_agency(actor: Actor) -> list[AgencyDestruction]:
    """Every request of the agency, inside the scope that is open: what is not over first, the oldest of it; then what ended last.

    By a function of the database, which names no case that is not open to the actor. The caller's query writes the consultations.
    """
    actor.check(Permission.DATA_PROTECTION_READ)
    with connection.cursor() as cursor:
        cursor.execute("select * from rights_destructions_of_agency()")
        rows = cursor.fetchall()
    found = [
        AgencyDestruction(
            None if row_id is None else Id(row_id.hex),
            None if case is None else Id(case.hex),
            DestructionState(state),
            asked_at,
            Ms(ended_at or answered_at or asked_at),
        )
        for row_id, case, state, asked_at, answered_at, ended_at in rows
    ]
    return sorted(found, key=lambda one: (one.is_over, -one.at if one.is_over else one.asked_at))


def work_of(case: Id, deployment: Id) -> OpenWork:
    """What of a case still needs a deployment's key. Inside the scope that is open; the vault asks it too."""
    return OpenWork(
        collecting=collects(deployment, clock.now()),
        alerts=triage.undecided(case),
        exports=evidence.open_exports(case),
        exhibits=evidence.open_exhibits(case),
        requests=unanswered(case),
    )


def fingerprint(key: bytes) -> Digest:
    """The digest of a key's public half, for people to compare."""
    return Digest(digest(Tag.DOCUMENT, key).hex())


def destroyable(case: Id, *, actor: Actor) -> Destroyable:
    """Whether the key of the case's monitoring could be destroyed now, and what stands in the way."""
    actor.check(Permission.DESTRUCTION_ASK)
    with scope(actor):
        held = deployments.key_held(case)
        if held is None:
            return Destroyable(None, None, ())
        return Destroyable(held.deployment, fingerprint(held.key), obstacles(work_of(case, held.deployment)))


def in_the_way(case: Id, deployment: Id, *, actor: Actor) -> tuple[Obstacle, ...]:
    """What stands in the way of a request now, for its approver."""
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        return obstacles(work_of(case, deployment))


def of_case(case: Id, *, actor: Actor) -> tuple[DestructionRecord, ...]:
    """The requests of a case, the oldest first."""
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        return tuple(row.core() for row in Destruction.objects.filter(case=case).order_by("asked_at", "id"))


def waiting(*, actor: Actor) -> dict[Id, Id]:
    """The requests on the actor's caseload that they may approve or refuse, by case. Ids only."""
    if not actor.may(Permission.DESTRUCTION_APPROVE):
        return {}
    with scope(actor):
        mine = agencies.caseload_of(actor.id, clock.now())
        rows = Destruction.objects.filter(case__in=mine, state=DestructionState.ASKED).exclude(asked_by=actor.id)
        return dict(rows.values_list("case", "id"))


def approved() -> list[Id]:
    """The requests that the vault has not carried out yet. Inside the scope that is open, for the worker."""
    rows = Destruction.objects.filter(state=DestructionState.APPROVED).only("id", "approved_at")
    return [row.id for row in rows.order_by("approved_at", "id")]


def case_of(destruction: Id) -> Id | None:
    """The case of a request, if there is such a one in the scope that is open."""
    return Destruction.objects.filter(id=destruction).values_list("case", flat=True).first()


def named(destruction: Id) -> tuple[Id, Digest]:
    """The deployment that a request names, and the fingerprint of its key. Inside the scope that is open, for the vault."""
    row = Destruction.objects.only("deployment", "key").get(id=destruction)
    return row.deployment, row.key


def certificate(case: Id, destruction: Id, *, actor: Actor) -> Certificate | None:
    """The certificate of a destruction that is done; None before. Raises NotAuthentic where the row is not what the log says."""
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        row = Destruction.objects.filter(case=case, id=destruction, state=DestructionState.DONE).first()
        if row is None:
            return None
        line = next((line for line in log.run_of(actor, case) if _says_done(line, row, actor.agency)), None)
        if line is None:
            return None  # the worker has not placed the entry yet
        check_committed(row, line.entry)
        return Certificate(row.core(), line.number, line.index, _covering(actor, line.index))


def check_committed(row: Destruction, entry: AuditEntry) -> None:
    """Raises NotAuthentic (`rows-changed`) unless the entry by which it was done commits to the row as it stands."""
    if row.touched() not in entry.touched:
        raise NotAuthentic("rows-changed", "What is held of this destruction is not what the log says.")


def _says_done(line: log.Recorded, row: Destruction, agency: Id) -> bool:
    by_vault = line.by == service(Service.VAULT, agency).id
    of_it = any(one.id == row.id for one in line.entry.touched)
    return by_vault and of_it and line.entry.verb is Verb.DESTRUCTION_DONE and is_done(line.entry)


def _covering(actor: Actor, index: int) -> str | None:
    newest = log.latest_cosigned(actor)
    if newest is None or Checkpoint.parse(newest.text).size <= index:
        return None
    return newest.text


def approved_since(row: Destruction) -> Ms:
    """From when an entry of the vault's can be about a request that was approved."""
    return row.approved_at or row.asked_at
