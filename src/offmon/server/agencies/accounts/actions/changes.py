"""Writes of what administrators ask of accounts, and the worker that carries it out (`core.access.accounts`).

Rules
- Who asks fixes the whole: whom it is about, role and team. Who agrees sees that, and changes nothing of it.
- A one-time password is drawn where the last person acts: whoever asked for what takes two never sees it.
- The worker runs the rule again over rows and log before it writes: nothing that the console says alone gives anybody a role.
- Whoever takes a role away first holds the accounts that manage staff or read the log: two at once cannot each leave the other's out.
"""

import secrets
import string
from typing import Final

from django.contrib.auth.hashers import make_password

from offmon.core.access.accounts import GIVEN_MS, STAFF_ROLES, AccountAct, check_closes, takes_two
from offmon.core.access.roles import Permission, Role, those_who_may
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.records import check_two_people
from offmon.core.log.verbs import Verb
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.accounts.actions import NewStaff, StaffChange, check_team, locked
from offmon.server.agencies.accounts.models import AccountChange
from offmon.server.agencies.models import Staff, Team
from offmon.server.agencies.policy import check_agreed
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.audit.queries import check_logged
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.rows import once
from offmon.server.base.scope import action

_LETTERS: Final = "".join(one for one in string.ascii_lowercase + string.digits if one not in "0o1li")
_GIVEN: Final = 16  # letters of a one-time password: 79 bits


def _draw() -> str:
    """A password that is read out: four groups of four letters and numbers."""
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(_GIVEN))
    return "-".join(drawn[start : start + 4] for start in range(0, _GIVEN, 4))


@action
def do_ask_account(joiner: NewStaff, team: Id, reason: str, *, actor: Actor) -> str | None:
    """Ask that an account is opened. Its one-time password; None where a colleague must agree first, who gets it then.

    Raises Refused (`not-permitted`, `no-reason`, `no-such-role`, `unknown-team`, `sign-in-taken`, `name-taken`).
    """
    if Staff.objects.filter(sign_in=joiner.sign_in).exists():
        raise Refused("sign-in-taken", "Somebody signs in by that name already. Choose another.")
    if Staff.objects.filter(agency_id=actor.agency, display_name__iexact=joiner.display_name.strip()).exists():
        raise Refused(
            "name-taken",
            "A colleague has that very name. Add what tells them apart: a court reads names, not accounts.",
        )
    row = AccountChange(
        staff=joiner.id,
        act=AccountAct.JOIN,
        sign_in=joiner.sign_in,
        display_name=joiner.display_name,
        role=joiner.role,
        team_id=team,
    )
    return _ask(row, reason, actor)


@action
def do_ask_move(staff: Id, change: StaffChange, reason: str, *, actor: Actor) -> None:
    """Ask that a colleague gets another role or team. Raises Refused (`nothing-changed`, `own-account`, `last-administrator`) too."""
    held = _hold_needed(actor.agency)
    row = locked(staff, actor)
    check_logged(row, row.agency_id)
    role, team = change.role or Role(row.role), change.team or row.team_id
    if (role, team) == (row.role, row.team_id) or not row.is_active:
        raise Refused("nothing-changed", "You made no changes. Change something, or cancel.")
    if role is Role(row.role):
        _ask(_about(row, AccountAct.MOVE, role, team), reason, actor)
        return
    check_closes(staff, actor.id, *held)
    _ask(_about(row, AccountAct.ROLE, role, team), reason, actor)


@action
def do_ask_password(staff: Id, reason: str, *, actor: Actor) -> None:
    """Ask for a one-time password for a colleague who lost theirs: another administrator gives it. Raises Refused."""
    row = locked(staff, actor)
    if staff == actor.id:
        raise Refused(
            "own-account", "This is your own account. Change your password yourself, or ask another administrator."
        )
    _ask(_about(row, AccountAct.RESET, Role(row.role), row.team_id), reason, actor)


@action
def do_agree_change(change: Id, *, actor: Actor) -> str | None:
    """A second administrator agrees. The one-time password, where one goes with it. Raises Refused (`one-person`, `one-session`, …)."""
    row = _waiting(change, actor)
    row.agreed_by, row.agreed_in = actor.id, actor.session
    given = None if row.act in {AccountAct.MOVE, AccountAct.ROLE} else _draw()
    if row.act == AccountAct.JOIN and given is not None:
        row.password = make_password(given)
    row.save(update_fields=["agreed_by", "agreed_in", "password"])
    append(actor, Verb.STAFF_CHANGE_AGREED, case=None, touched=(row,))
    if row.act == AccountAct.RESET and given is not None:
        _give(row, given, actor)
    return given


@action
def do_refuse_change(change: Id, reason: str, *, actor: Actor) -> None:
    """A second administrator says no, or whoever asked takes it back, for a reason. Raises Refused."""
    row = _unanswered(change, actor)
    row.save(update_fields=row.refuse(actor.id, clock.now(), reason))
    append(actor, Verb.STAFF_CHANGE_REFUSED, case=None, touched=(row,), reason=reason)


@action
def do_carry_out(change: Id, *, actor: Actor) -> bool:
    """The worker carries out what was asked, and agreed to where two must. False where there is nothing left to do. Raises Refused."""
    row = as_left(_locked_change(change))
    if row.applied_at is not None or row.refused_by is not None:
        return False
    _check_asked(row)
    now = clock.now()
    if row.act == AccountAct.ROLE:
        check_closes(row.staff, row.asked_by, *_hold_needed(row.agency))
    if row.act == AccountAct.JOIN:
        touched, verb = _open(row, now), Verb.STAFF_ADDED
    else:
        touched, verb = _move(row), Verb.STAFF_CHANGED
    row.applied_at, row.password = now, ""
    row.save(update_fields=["applied_at", "password"])
    append(actor, verb, case=None, touched=(touched.touched(), row), reason=f"{row.act}, as asked")
    return True


@action
def do_close_account(staff: Id, reason: str, *, actor: Actor) -> None:
    """Close a colleague's account, at once and for good: every session of theirs ends with their next page.

    Raises Refused (`not-permitted`, `no-reason`, `own-account`, `last-administrator`, `closed-already`).
    """
    _check_reason(reason, actor)
    held = _hold_needed(actor.agency)
    row = locked(staff, actor)
    check_logged(row, row.agency_id)
    check_closes(staff, actor.id, *held)
    if not row.is_active:
        raise Refused("closed-already", "This account is closed already.")
    row.is_active = False
    row.save(update_fields=["is_active"])
    append(actor, Verb.STAFF_LEFT, case=None, touched=(row.touched(),), reason=reason)


@action
def do_confirm_needed(staff: Id, *, actor: Actor) -> None:
    """Say that somebody still needs their account: asked of each once a quarter. Raises Refused, also of one's own."""
    actor.check(Permission.STAFF_MANAGE)
    row = locked(staff, actor)
    if staff == actor.id:
        raise Refused("own-account", "This is your own account. Another administrator confirms it.")
    append(actor, Verb.STAFF_STILL_NEEDED, case=None, touched=(row.touched(),))


@action
def do_add_team(name: str, *, actor: Actor) -> Id:
    """Open a team of the actor's agency. Raises Refused (`team-there`)."""
    actor.check(Permission.STAFF_MANAGE)
    row = Team(id=new_id(), agency_id=actor.agency, name=name.strip())
    with once("team_one_of_a_name", "team-there", "The agency has a team of that name already."):
        row.save(force_insert=True)
    append(actor, Verb.TEAM_ADDED, case=None, reason=row.name)
    return row.id


def _hold_needed(agency: Id) -> tuple[set[Id], set[Id]]:
    """The open accounts of an agency that manage staff, and those that read its log. Each is held until the transaction ends.

    They are held in one order, and before any other account, so that two who wait for each other do not occur.
    """
    manage, watch = those_who_may(Permission.STAFF_MANAGE), those_who_may(Permission.AUDIT_READ)
    rows = Staff.objects.select_for_update().filter(agency_id=agency, role__in=[*manage, *watch], is_active=True)
    held = rows.order_by("id").values_list("id", "role")
    return {one for one, role in held if role in manage}, {one for one, role in held if role in watch}


def _about(row: Staff, act: AccountAct, role: Role, team: Id) -> AccountChange:
    names = {"sign_in": row.sign_in, "display_name": row.display_name}
    return AccountChange(staff=row.id, act=act, role=role, team_id=team, **names)


def _ask(row: AccountChange, reason: str, actor: Actor) -> str | None:
    _check_reason(reason, actor)
    check_team(row.team_id, actor)
    if row.role not in STAFF_ROLES:
        raise Refused("no-such-role", "Nobody gets that role here. Take one from the list.")
    row.agency, row.reason, row.asked_by, row.asked_at = actor.agency, reason.strip(), actor.id, clock.now()
    row.begun_in = actor.session
    given = None if row.act != AccountAct.JOIN or takes_two(AccountAct.JOIN, row.role) else _draw()
    row.password = "" if given is None else make_password(given)
    with once(
        "account_change_one_at_a_time",
        "change-waits",
        "Something asked of this account still waits. Answer that first.",
    ):
        row.save(force_insert=True)
    append(actor, Verb.STAFF_CHANGE_ASKED, case=None, touched=(row,), reason=row.reason)
    return given


def _unanswered(change: Id, actor: Actor) -> AccountChange:
    actor.check(Permission.STAFF_MANAGE)
    row = as_left(_locked_change(change))
    if row.applied_at is not None or row.agreed_by is not None or row.refused_by is not None:
        raise Refused("answered", "This was answered already. Check how it stands.")
    return row


def _waiting(change: Id, actor: Actor) -> AccountChange:
    row = _unanswered(change, actor)
    if row.staff == actor.id:
        raise Refused("own-account", "This is about your own account. Another administrator answers it.")
    check_two_people(row.asked_by, actor.id, "This change")
    row.check_agreeing_in(actor.session, "This change")
    return row


def _check_asked(row: AccountChange) -> None:
    """Raises unless those who stand behind it may do it still, two of them where two must, each by their own account as the log has it."""
    people = [row.asked_by]
    if takes_two(AccountAct(row.act), Role(row.role)):
        check_two_people(row.asked_by, row.agreed_by, "This change")
        row.check_two_sittings("This change")
        people.append(row.agreed_by or row.asked_by)
    for one in people:
        check_agreed(one, Permission.STAFF_MANAGE, "This change of an account")
        agencies.check_account(one)


def _open(row: AccountChange, now: Ms) -> Staff:
    new = Staff(
        id=row.staff,
        agency_id=row.agency,
        team_id=row.team_id,
        sign_in=row.sign_in,
        display_name=row.display_name,
        role=row.role,
        password=row.password,
        given_until=Ms(now + GIVEN_MS),
    )
    new.credentials = new.digest()
    with once("agencies_staff_sign_in_key", "sign-in-taken", "Somebody signs in by that name already."):
        new.save(force_insert=True)
    return new


def _move(row: AccountChange) -> Staff:
    named = Staff.objects.only(*agencies.ACCOUNT, "salt", "credentials").select_for_update()
    held = named.get(id=row.staff, agency_id=row.agency, is_active=True)
    check_logged(held, held.agency_id)
    held.role, held.team_id = row.role, row.team_id
    held.save(update_fields=["role", "team"])
    return held


def _give(row: AccountChange, given: str, actor: Actor) -> None:
    held = locked(row.staff, actor)
    check_logged(held, held.agency_id)
    held.set_password(given)
    held.credentials, held.given_until = held.digest(), Ms(clock.now() + GIVEN_MS)
    held.save(update_fields=["password", "credentials", "given_until"])
    row.applied_at = clock.now()
    row.save(update_fields=["applied_at"])
    append(actor, Verb.PASSWORD_GIVEN, case=None, touched=(held.touched(), row))


def _locked_change(change: Id) -> AccountChange:
    row = AccountChange.objects.select_for_update().filter(id=change).first()
    if row is None:
        raise Refused("no-such-change", "Nobody asked for that. Check the list again.")
    return row


def _check_reason(reason: str, actor: Actor) -> None:
    actor.check(Permission.STAFF_MANAGE)
    if not reason.strip():
        raise Refused("no-reason", "Enter a reason. It is recorded in the log.")
