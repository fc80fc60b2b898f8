"""Every write to agencies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from offmon.core.access.cover import check_cover, check_giver
from offmon.core.access.roles import Permission
from offmon.core.access.sharing import SharingGround, check_share
from offmon.core.alerts.escalation import check_reachable
from offmon.core.errors import Refused
from offmon.core.formats import trust
from offmon.core.formats.event import Gravity
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.publishing import check_keeps
from offmon.core.ids import Id, Ms, Origin, VKey
from offmon.core.log.audit import Verb
from offmon.core.person.request_desk import TO_ANSWER
from offmon.server.agencies import queries
from offmon.server.agencies.accounts.actions import NewStaff, add_staff
from offmon.server.agencies.leads import queries as leads
from offmon.server.agencies.models import Agency, Caseload, GuestOffer, KeysStatement, Party, Team
from offmon.server.agencies.policy import check_leaves_someone, check_manages, check_open_to, check_supervised
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.rows import once
from offmon.server.base.scope import action, scope

OPEN_ALREADY: Final = ("open-already", "They already have access to the case.")
COVER_ENDED: Final = "The cover ended"
SHARED_ALREADY: Final = ("shared-already", "The case is already shared with that agency.")


@dataclass(frozen=True, slots=True)
class Sharing:
    """With which agency a case is shared, on which ground (another one in words), and why."""

    partner: Id
    ground: SharingGround
    ground_words: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cover:
    """Who is away, who covers for them, until when, and why."""

    away: Id
    by: Id
    until: Ms
    reason: str


def grant_caseload(
    case: Id, staff: Id, reason: str, *, party: Party | None = None, covering: Cover | None = None, actor: Actor
) -> None:
    """Open a case to a member of staff, inside the caller's action. `party` is the sharing that a guest's grant rests on.

    `covering`: while they cover for somebody, and until then.
    """
    grant = Caseload(
        agency=actor.agency,
        case=case,
        staff_id=staff,
        party=party,
        offer_id=leads.taken_by(case, actor) if party is None else None,
        covers_id=None if covering is None else covering.away,
        since=clock.now(),
        until=None if covering is None else covering.until,
        reason=reason,
        granted_by=actor.id,
    )
    with once("caseload_one_open", *OPEN_ALREADY):
        grant.save(force_insert=True)
    append(actor, Verb.CASELOAD_GRANTED, case=case, touched=(grant,), reason=reason, recipient=_name(party))


def open_to_answer(case: Id, *, actor: Actor) -> list[Caseload]:
    """Opens a case to whoever answers a request of its person, inside the caller's action. None where they have access already.

    The caller's entry names the grant and gives `TO_ANSWER` as its reason: the desk may not manage access.
    """
    now = clock.now()
    if queries.open_at(now).filter(case=case, staff_id=actor.id).exists():
        return []
    grant = Caseload(
        agency=actor.agency,
        case=case,
        staff_id=actor.id,
        offer_id=leads.taken_by(case, actor),
        since=now,
        reason=TO_ANSWER,
        granted_by=actor.id,
    )
    with once("caseload_one_open", *OPEN_ALREADY):
        grant.save(force_insert=True)
    return [grant]


def close_answered(case: Id, *, actor: Actor) -> list[Caseload]:
    """Ends the access that the actor got by `open_to_answer`, inside the caller's action, whose entry names it."""
    now = clock.now()
    grants = list(queries.open_at(now).filter(case=case, staff_id=actor.id, granted_by=actor.id, reason=TO_ANSWER))
    for grant in grants:
        grant.until = now
        grant.save(update_fields=["until"])
    return grants


@action
def do_grant_caseload(case: Id, staff: Id, reason: str, *, actor: Actor) -> None:
    """Open a case to a colleague, or to someone of an agency that it is shared with, for a reason. Raises Refused."""
    check_manages(case, reason, actor, clock.now())
    person = queries.active_staff(staff)
    party = None
    if person is not None and person.agency != actor.lead:
        party = Party.objects.select_for_update().filter(case=case, partner_id=person.agency, until=None).first()
    check_open_to(person, party, actor)
    if queries.open_at(clock.now()).filter(case=case, staff_id=staff).exists():
        raise Refused(*OPEN_ALREADY)
    grant_caseload(case, staff, reason, party=party, actor=actor)
    if party is not None or actor.took_over:
        GuestOffer.objects.get_or_create(staff_id=staff, agency_id=actor.agency, took_over=party is None)


@action
def do_end_caseload(case: Id, staff: Id, reason: str, *, actor: Actor) -> None:
    """End someone's access to a case, for a reason. Raises Refused (`not-open`, `nobody-left`)."""
    check_manages(case, reason, actor, clock.now())
    grants = list(_open_grants(Q(case=case)))
    ending = [one for one in grants if one.staff_id == staff]
    if not ending:
        raise Refused("not-open", "They no longer have access to the case.")
    check_supervised(ending[0], actor)
    check_leaves_someone(ending[0], [one for one in grants if one.staff_id != staff])
    for grant in ending:
        _end(grant, clock.now(), reason, actor=actor)


def cover_cases(cover: Cover, *, actor: Actor) -> list[Id]:
    """Open the cases of whoever is away to whoever covers, until that day, inside the caller's action. Those cases; at least one.

    Of the cases that the actor works on too: who works on a case is said by who sees it. Raises Refused.
    """
    actor.check(Permission.CASELOAD_MANAGE)
    now, away, by = clock.now(), queries.active_staff(cover.away), queries.active_staff(cover.by)
    if away is None or by is None or away.agency != actor.lead or not cover.reason.strip():
        raise Refused("cover-unlike", "Choose two people of your agency, and enter a reason.")
    check_giver(away.id, queries.open_at(now).filter(covers_id=by.id).exists(), actor.id, actor.role)
    check_cover((away.id, away.agency, away.role), (by.id, by.agency, by.role), cover.until, now)
    covered = queries.open_at(now).filter(staff_id=by.id, covers_id=away.id).values("case")
    theirs = queries.open_at(now).filter(staff_id=away.id, covers=None, case__in=queries.caseload_of(actor.id, now))
    cases = sorted(set(theirs.exclude(case__in=covered).values_list("case", flat=True)))
    if not cases:
        raise Refused("nothing-to-cover", "They have no case on your caseload that is not covered already.")
    for case in cases:
        check_manages(case, cover.reason, actor, now)
        grant_caseload(case, by.id, cover.reason, covering=cover, actor=actor)
    return cases


def hand_on_cases(left: Id, to: Id, reason: str, *, actor: Actor) -> list[Id]:
    """Open the cases of somebody who has left to a colleague, for good, and end the access of who left, inside the caller's action.

    Those cases, of the actor's own caseload; at least one. Raises Refused (`has-not-left`, `sees-no-case`, `nothing-to-hand-on`).
    """
    actor.check(Permission.TEAM_READ)
    now = clock.now()
    if queries.active_staff(left) is not None:
        raise Refused("has-not-left", "Their account is open. Hand cases over one by one, or record a cover.")
    check_open_to(queries.active_staff(to), None, actor)
    theirs = list(_open_grants(Q(staff_id=left, party=None, case__in=queries.caseload_of(actor.id, now))))
    if not theirs:
        raise Refused("nothing-to-hand-on", "They have no case on your caseload. Check the list again.")
    there = set(queries.open_at(now).filter(staff_id=to, covers=None).values_list("case", flat=True))
    for grant in theirs:
        check_manages(grant.case, reason, actor, now)
        if grant.case not in there:
            grant_caseload(grant.case, to, reason, actor=actor)
            there.add(grant.case)
        _end(grant, now, reason, actor=actor)
    return sorted({grant.case for grant in theirs})


@action
def do_end_cover(away: Id, by: Id, *, actor: Actor) -> int:
    """End a cover sooner, on each case of it that the actor works on. How many cases."""
    actor.check(Permission.CASELOAD_MANAGE)
    now = clock.now()
    mine = queries.caseload_of(actor.id, now)
    grants = list(_open_grants(Q(case__in=mine, staff_id=by, covers_id=away)))
    for grant in grants:
        check_manages(grant.case, COVER_ENDED, actor, now)
        _end(grant, now, COVER_ENDED, actor=actor)
    return len(grants)


@action
def do_share_case(case: Id, sharing: Sharing, *, actor: Actor) -> Id:
    """Share a case with another agency: a disclosure, whose entry names the recipient. Nobody there sees it yet. Returns the party's id."""
    check_manages(case, sharing.reason, actor, clock.now())
    if sharing.partner == actor.agency != actor.lead:
        raise Refused(
            "not-back", "The case began with that agency. Propose a transfer back to it, if it is to work on it."
        )
    check_share(actor.lead, sharing.partner, sharing.ground, sharing.ground_words, sharing.reason)
    if Party.objects.filter(case=case, partner_id=sharing.partner, until=None).exists():
        raise Refused(*SHARED_ALREADY)
    party = Party(
        agency=actor.agency,
        case=case,
        partner_id=sharing.partner,
        ground=sharing.ground,
        ground_words=sharing.ground_words,
        reason=sharing.reason,
        since=clock.now(),
        shared_by=actor.id,
    )
    with once("party_one_open", *SHARED_ALREADY):
        party.save(force_insert=True)
    append(actor, Verb.CASE_SHARED, case=case, touched=(party,), reason=sharing.reason, recipient=_name(party))
    return party.id


@action
def do_end_sharing(party_id: Id, reason: str, *, actor: Actor) -> None:
    """End a sharing, and with it each grant that rests on it: its staff see nothing from their next request on."""
    party = Party.objects.select_for_update().get(id=party_id)
    now = clock.now()
    check_manages(party.case, reason, actor, now)
    if party.until is not None:
        raise Refused("not-shared", "The case is no longer shared with that agency.")
    for grant in _open_grants(Q(party=party)):
        _end(grant, now, reason, actor=actor)
    party.until = now
    party.save(update_fields=["until"])
    append(actor, Verb.CASE_SHARING_ENDED, case=party.case, touched=(party,), reason=reason, recipient=_name(party))


def end_grants(which: Q, reason: str, *, actor: Actor) -> None:
    """End each open access of these, inside the caller's action: of a case that the actor sees."""
    now = clock.now()
    for grant in _open_grants(which):
        _end(grant, now, reason, actor=actor)


def _open_grants(which: Q) -> "QuerySet[Caseload]":
    """Locked until the transaction ends, so that of two who leave at once the second still sees that they are the last."""
    open_now = queries.open_at(clock.now()).filter(which)
    return open_now.select_related("staff", "party__partner").select_for_update(of=("self",)).order_by("id")


def _end(grant: Caseload, at: Ms, reason: str, *, actor: Actor) -> None:
    grant.until = at
    grant.save(update_fields=["until"])
    append(actor, Verb.CASELOAD_ENDED, case=grant.case, touched=(grant,), reason=reason, recipient=_name(grant.party))
    took_over = grant.offer_id is not None
    if (grant.party is not None or took_over) and not queries.has_a_case(grant.staff_id, at, took_over=took_over):
        GuestOffer.objects.filter(staff=grant.staff, agency_id=actor.agency, took_over=took_over).delete()


def _name(party: Party | None) -> str | None:
    """To whom what is shared goes (s.62(3)(b)): the agency, by name."""
    return None if party is None else party.partner.name


@action
def do_record_guest(*, actor: Actor) -> None:
    """Record that a guest came to work on this agency's cases: in its log, the session that later entries carry begins here."""
    append(actor, Verb.CAME_AS_GUEST, case=None)


@action
def do_change_on_call(office_hours: str, on_call: Mapping[Gravity, str], duty_inspector: str, *, actor: Actor) -> None:
    """Change which hours are watched, who is called in the others for each gravity, and the duty inspector.

    Raises Refused (`no-out-of-hours`, `nothing-changed`).
    None of them can be emptied, whatever is monitored now: any day a device may become active, and the signer would then refuse it.
    """
    actor.check(Permission.STAFF_MANAGE)
    check_reachable(office_hours, on_call, duty_inspector)
    row = Agency.objects.select_for_update().get(id=actor.agency)
    new = {f"on_call_{gravity.value}": on_call[gravity].strip() for gravity in Gravity}
    new |= {"office_hours": office_hours.strip(), "duty_inspector": duty_inspector.strip()}
    changes = {name: (getattr(row, name), contact) for name, contact in new.items() if getattr(row, name) != contact}
    if not changes:
        raise Refused("nothing-changed", "You made no changes. Change something, or cancel.")
    for name, (_, contact) in changes.items():
        setattr(row, name, contact)
    row.save(update_fields=list(changes))
    said = "; ".join(f"{name}: {before or 'nothing'} → {after}" for name, (before, after) in changes.items())
    append(actor, Verb.ON_CALL_CHANGED, case=None, touched=(row.touched(),), reason=said)


@action
def do_check_contact(contact: str, *, actor: Actor) -> None:
    """Record that someone tried how people reach the agency, and that it is right. Raises Refused (`contact-changed`).

    `contact` is what they were shown: what has changed since then, they have not checked.
    """
    actor.check(Permission.STAFF_MANAGE)
    row = Agency.objects.select_for_update().get(id=actor.agency)
    if row.contact != contact:
        raise Refused("contact-changed", "Your public contact has changed meanwhile. Check the new one.")
    row.contact_checked_at, row.contact_checked_by = clock.now(), actor.id
    row.save(update_fields=["contact_checked_at", "contact_checked_by"])
    append(actor, Verb.CONTACT_CHECKED, case=None, touched=(row.touched(),), reason=row.contact)


@dataclass(frozen=True, slots=True)
class NewAgency:
    """An agency to set up: what stands on its paper, its signed Keys statements, and its first team."""

    id: Id
    name: str
    force_code: str
    origin: Origin
    root: VKey
    contact: str
    office_hours: str
    on_call: Mapping[Gravity, str]
    duty_inspector: str
    statements: tuple[bytes, ...]
    team: str
    staff: tuple[NewStaff, ...]


def set_up_agency(new: NewAgency) -> bool:
    """Write an agency's directory: done once, by the operator, before anyone can sign in. False where it was done already.

    Directory rows only, on the migrating role: no process could. The agency's log begins with an entry for each account.
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
            office_hours=new.office_hours,
            on_call_urgent=new.on_call[Gravity.URGENT],
            on_call_high=new.on_call[Gravity.HIGH],
            on_call_standard=new.on_call[Gravity.STANDARD],
            duty_inspector=new.duty_inspector,
        )
        agency.save(force_insert=True)
        for version, document in enumerate(new.statements, 1):
            KeysStatement.objects.create(agency=agency, version=version, document=document)
        team = Team.objects.create(agency=agency, name=new.team)
        operator = service(Service.OPERATOR, agency.id)
        with scope(operator):
            for one in new.staff:
                add_staff(one, team.id, "the set-up", actor=operator)
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
        check_keeps(trust.walk(known, roots), ring)
        if clock.now() not in ring.period:
            raise Refused("keys-not-in-force", "The statement is not in force now; every device would refuse it.")
        KeysStatement.objects.create(agency=agency, version=ring.version, document=statement)
        return ring.version
