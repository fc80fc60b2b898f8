"""Every read of authentication. It holds nothing about a case, so reading it is no consultation."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings

from offmon.core.access.roles import Permission, Role
from offmon.core.access.step_up import (
    PHISHING_RESISTANT,
    Act,
    Factor,
    check_resisting,
    check_shown,
    is_good_for_a_form,
    resists,
    was_shown,
)
from offmon.core.ids import Id, Ms
from offmon.core.log.verbs import Verb
from offmon.server.agencies.authentication.models import FactorShown, Passkey, SecondFactor
from offmon.server.agencies.models import Agency, Staff
from offmon.server.audit import queries as log
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import current, scope


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff as whoever manages accounts sees them. `has_factor`: an authenticator app is set up.

    `has_lost`: the log says so too, and no app is there.

    `showed`: by what they signed in, or showed it again, last.
    """

    id: Id
    sign_in: str
    display_name: str
    role: Role
    has_factor: bool
    has_lost: bool
    passkeys: int
    showed: Factor | None


@dataclass(frozen=True, slots=True)
class OwnPasskey:
    """A passkey of one's own."""

    id: Id
    name: str
    credential: bytes
    added_at: Ms


def passkeys(*, actor: Actor) -> list[OwnPasskey]:
    """The actor's passkeys, the oldest first."""
    with scope(actor):
        rows = Passkey.objects.filter(staff_id=actor.id, removed_at=None).order_by("added_at", "id")
        return [OwnPasskey(row.id, row.name, row.credential, row.added_at) for row in rows]


def has_factor(*, actor: Actor) -> bool:
    """Whether the actor has set an authenticator app up."""
    with scope(actor):
        return SecondFactor.objects.filter(staff_id=actor.id, confirmed_at__isnull=False).exists()


def has_app_by_log(staff: Id, row: SecondFactor | None, agency: Id) -> bool:
    """Whether somebody set an app up that nobody took away since, by the log. `row`: what is held of it. Inside the open scope."""
    if not log.has_set_up_app(staff, agency):
        return False
    said = None if row is None else log.newest_of(row, agency)
    return row is None or said is None or said.verb is not Verb.FACTOR_RESET or said.commit != row.commitment()


def recovery_codes_left(*, actor: Actor) -> int:
    """How many of the actor's recovery codes are unused."""
    with scope(actor):
        row = SecondFactor.objects.filter(staff_id=actor.id).first()
        return 0 if row is None else len(row.recovery)


@dataclass(frozen=True, slots=True)
class LastFactorShown:
    """Which factor was shown, and when."""

    factor: Factor
    at: Ms


def last_shown(staff: Id, session: Id | None, at: Ms, of: Collection[Factor] = tuple(Factor)) -> LastFactorShown | None:
    """What that person showed last in that sitting `of` these factors, up to an instant. Inside the open scope."""
    row = _shown(staff, session, at, of)
    return None if row is None else LastFactorShown(row.factor, row.at)


def _shown(staff: Id, session: Id | None, at: Ms, of: Collection[Factor]) -> FactorShown | None:
    rows = FactorShown.objects.filter(staff_id=staff, session=session, at__lte=at, factor__in=[*of])
    return rows.order_by("-at").first()


def _logged_at(staff: Id, session: Id | None, at: Ms, of: Collection[Factor] = tuple(Factor)) -> Ms | None:
    """When that was. Raises NotAuthentic unless the log says of it what its row says."""
    row = _shown(staff, session, at, of)
    if row is not None:
        log.check_logged(row, row.agency)
    return None if row is None else row.at


def check_shown_in(act: Act, staff: Id, session: Id | None, at: Ms) -> None:
    """Raises Refused (`factor-stale`, `factor-phishable`) unless that person had shown what the act needs in that sitting lately then.

    NotAuthentic, where the log does not say so. Inside the open scope. What the vault asks of rows and log; nothing that the console says
    is in it but in which sitting the act was.
    """
    check_shown(act, None if session is None else _logged_at(staff, session, at), at)
    if needs_passkey(act, staff):
        check_resisting(act, _logged_at(staff, session, at, PHISHING_RESISTANT), at)


def check_shown_by(act: Act, *, actor: Actor) -> None:
    """Raises Refused (`factor-stale`, `factor-phishable`) unless the actor has shown what the act needs in their sitting lately."""
    with scope(actor):
        check_shown_in(act, actor.id, actor.session, clock.now())


def needs_passkey(act: Act, staff: Id) -> bool:
    """Whether that person must show a passkey for the act, by the agency of the scope that is open: the one that leads the case."""
    actor = current()
    enough = actor is not None and _code_is_enough(actor.agency)
    has_one = act is Act.KEYS and Passkey.objects.filter(staff_id=staff, removed_at=None).exists()
    return resists(act, code_is_enough=enough, has_passkey=has_one)


def code_is_enough(*, actor: Actor) -> bool:
    """Whether the agency in whose scope the actor works lets an app's code open content and bundles."""
    return _code_is_enough(actor.agency)


def _code_is_enough(agency: Id) -> bool:
    return Agency.objects.filter(id=agency, force_code__in=getattr(settings, "OFFMON_CODE_IS_ENOUGH_FOR", ())).exists()


def is_asked_again(act: Act, *, opening: bool, actor: Actor) -> bool:
    """Whether the actor must show a factor before a page that ends in the act; `opening` it, or sending what was filled in there."""
    with scope(actor):
        of = PHISHING_RESISTANT if needs_passkey(act, actor.id) else tuple(Factor)
        last = None if actor.session is None else last_shown(actor.id, actor.session, clock.now(), of)
    rule = is_good_for_a_form if opening else was_shown
    return not rule(act, None if last is None else last.at, clock.now())


def shown_by(*, actor: Actor) -> LastFactorShown | None:
    """What the actor showed last in their sitting."""
    with scope(actor):
        return None if actor.session is None else last_shown(actor.id, actor.session, clock.now())


def sign_in_name(*, actor: Actor) -> str:
    """The name that the actor signs in with: what an app calls the account."""
    return Staff.objects.get(id=actor.id).sign_in


def names_of_account(*, actor: Actor) -> tuple[str, str]:
    """The name that the actor signs in with, and their own."""
    row = Staff.objects.get(id=actor.id)
    return row.sign_in, row.display_name


def colleagues(*, actor: Actor) -> list[Colleague]:
    """The active staff of the actor's agency, by name. Raises Refused `not-permitted`."""
    actor.check(Permission.STAFF_MANAGE)
    with scope(actor):
        rows = Staff.objects.filter(agency_id=actor.agency, is_active=True).order_by("display_name", "sign_in")
        apps = {row.staff_id: row for row in SecondFactor.objects.all()}
        ready = {staff for staff, row in apps.items() if row.confirmed_at is not None}
        counts = Counter(Passkey.objects.filter(removed_at=None).values_list("staff_id", flat=True))
        showed = dict(
            FactorShown.objects.order_by("staff_id", "-at").distinct("staff_id").values_list("staff_id", "factor")
        )
        return [
            Colleague(
                row.id,
                row.sign_in,
                row.display_name,
                Role(row.role),
                row.id in ready,
                row.id not in ready and has_app_by_log(row.id, apps.get(row.id), actor.agency),
                counts[row.id],
                showed.get(row.id),
            )
            for row in rows
        ]
