"""Every write to agencies."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from offmon.core import trust
from offmon.core.audit import Verb
from offmon.core.errors import Refused
from offmon.core.event import Gravity
from offmon.core.ids import Id, Origin, VKey
from offmon.core.keys import PublicKey
from offmon.core.roles import Role
from offmon.server.agencies.models import Agency, Caseload, KeysStatement, Staff, Team
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id, new_salt
from offmon.server.base.scope import action


def grant_caseload(case: Id, staff: Id, reason: str, *, actor: Actor) -> None:
    """Open a case to a member of staff, inside the caller's action."""
    grant = Caseload.objects.create(
        id=new_id(),
        agency=actor.agency,
        case=case,
        salt=new_salt(),
        staff_id=staff,
        since=clock.now(),
        reason=reason,
        granted_by=actor.id,
    )
    append(actor, Verb.CASELOAD_GRANTED, case=case, touched=(grant,), reason=reason)


@action
def do_grant_caseload(case: Id, staff: Id, reason: str, *, actor: Actor) -> None:
    """Open a case to a colleague, with a reason. The actor's own scope must hold the case."""
    grant_caseload(case, staff, reason, actor=actor)


@action
def do_record_sign_in(*, actor: Actor) -> None:
    """Record that the actor signed in: the session that later entries carry begins here."""
    append(actor, Verb.SIGNED_IN, case=None)


@dataclass(frozen=True, slots=True)
class NewStaff:
    """A member of staff to begin with. The password is hashed as it is written."""

    sign_in: str
    display_name: str
    role: Role
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewAgency:
    """An agency to set up: what stands on its paper, its signed Keys statements, and its first team."""

    id: Id
    name: str
    force_code: str
    origin: Origin
    root: VKey
    contact: str
    on_call: Mapping[Gravity, str]
    duty_inspector: str
    statements: tuple[bytes, ...]
    team: str
    staff: tuple[NewStaff, ...]


def set_up_agency(new: NewAgency) -> bool:
    """Write an agency's directory: done once, by the operator, before anyone can sign in. False where it was done already.

    Directory rows only, on the migrating role: no process could.
    """
    with transaction.atomic(durable=True):
        if Agency.objects.filter(id=new.id).exists():
            return False
        agency = Agency(
            id=new.id,
            name=new.name,
            force_code=new.force_code,
            origin=new.origin,
            root=new.root,
            contact=new.contact,
            on_call_urgent=new.on_call[Gravity.URGENT],
            on_call_high=new.on_call[Gravity.HIGH],
            on_call_standard=new.on_call[Gravity.STANDARD],
            duty_inspector=new.duty_inspector,
        )
        agency.save(force_insert=True)
        for version, document in enumerate(new.statements, 1):
            KeysStatement.objects.create(id=new_id(), agency=agency, version=version, document=document)
        team = Team.objects.create(id=new_id(), agency=agency, name=new.team)
        for one in new.staff:
            row = Staff(agency=agency, team=team, sign_in=one.sign_in, display_name=one.display_name, role=one.role)
            row.set_password(one.password)
            row.save(force_insert=True)
        return True


def publish_keys(agency_id: Id, statement: bytes) -> int:
    """Add a newer Keys statement, signed by the offline root, to the agency's chain, which devices and bundles carry. Its version.

    By the operator, on the migrating role, as `set_up_agency`: no process could, and it needs no trust of its own, since whoever reads
    the chain walks it from a root that they brought. Raises NotAuthentic or Malformed where the chain does not hold with it, and Refused
    (`key-left-out`, `keys-not-in-force`).
    """
    with transaction.atomic(durable=True):
        agency = Agency.objects.select_for_update().get(id=agency_id)
        rows = KeysStatement.objects.filter(agency=agency).order_by("version")
        known, roots = [row.document for row in rows], [PublicKey.parse(agency.root)]
        ring = trust.walk([*known, statement], roots)
        trust.check_keeps(trust.walk(known, roots), ring)
        if clock.now() not in ring.period:
            raise Refused("keys-not-in-force", "The statement is not in force now; every device would refuse it.")
        KeysStatement.objects.create(id=new_id(), agency=agency, version=ring.version, document=statement)
        return ring.version
