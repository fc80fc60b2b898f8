"""Every write to rights: portal access, the person's sessions, what they read, and what they asked for.

Rules
- A code is shown once and kept as a keyed hash. It counts for a day, for five attempts and once. The PIN is keyed, then hashed as passwords
  are, since six digits alone are soon guessed.
- Ingest stores a code that the person's device drew, and who signed the request. The portal decides here whether it opens, by the device's
  signature and the key that the signer named in its profile (docs/adr/0009).
- An attempt counts as failed before it is checked (`base/attempts.py`). An unknown name is counted and answered like a known one, in the
  same time. A failure is an entry of that case. Few attempts are let through, so nobody can fill the log by guessing.
"""

import hmac
import secrets
from collections.abc import Callable
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection

from offmon.core.access import portal_access
from offmon.core.access.pin import check_pin
from offmon.core.access.portal_access import WayIn
from offmon.core.access.roles import Permission
from offmon.core.clock import DAY_MS
from offmon.core.errors import OffmonError, Refused
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.person.deadlines import RequestKind
from offmon.server.agencies.queries import check_on_caseload
from offmon.server.audit.actions import append
from offmon.server.base import attempts, clock
from offmon.server.base.actor import Actor, supervised_person
from offmon.server.base.ids import new_id
from offmon.server.base.locks import hold_device
from offmon.server.base.scope import action
from offmon.server.deployments.queries import KnownDevice
from offmon.server.deployments.queries.signed import newest_before
from offmon.server.deployments.queries.told import told_profiles
from offmon.server.rights import sign_in
from offmon.server.rights.keys import keyed
from offmon.server.rights.models import AccessName, FailedTry, PersonAccess, PersonSitting
from offmon.server.rights.queries import digest_of, named, own_case, standing
from offmon.server.rights.requests.actions import opened

# What ingest's role may write of a way in: no column that says who else made it, or used it.
_KEPT: Final = ("id", "agency", "salt", "case", "device", "drawn", "made_at", "code", "tries")
_KEEP: Final = (
    'insert into rights_personaccess (id, agency, salt, "case", device, drawn, made_at, code, tries)'
    " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


@action
def do_make_access(case: Id, *, actor: Actor) -> WayIn:
    """A way in for the person of a case; the one before ends by it. What is returned is shown once. Raises Refused."""
    actor.check(Permission.NOTICE_SERVE)
    check_on_caseload(case, actor.id, clock.now())
    drawn = portal_access.draw(secrets.choice)
    row = PersonAccess(
        agency=actor.agency,
        case=case,
        made_by=actor.id,
        made_at=clock.now(),
        code=keyed("code", portal_access.plain_code(drawn.code)),
    )
    row.save(force_insert=True)
    name = AccessName(name=named(drawn.name), agency_id=actor.agency, case=case, access=row.id)
    name.save(force_insert=True)
    append(actor, Verb.PERSON_ACCESS_MADE, case=case, touched=(row,))
    return drawn


@action
def do_keep_way_in(signed: bytes, device: KnownDevice, key: PublicKey, *, actor: Actor) -> None:
    """Keep what the person drew on their device; said again, it is kept once. The caller has checked that `key` signed the request.

    Raises Malformed, NotAuthentic, or Refused (`expired`, `too-many`; `unknown-grant` where nothing is monitored on the device).
    """
    now = clock.now()
    drawn = portal_access.read(signed, device.device, key, now)
    proof = bytes.fromhex(drawn.proof)
    hold_device(device.device)  # so that what it drew today is counted right
    earlier = PersonAccess.objects.filter(device=device.device)
    if earlier.filter(code=proof).exists():
        return
    profile = newest_before(device.device, now)
    if profile is None or not profile.grants:
        raise Refused("unknown-grant", "Nothing is monitored on this device; ask the officer for a way in.")
    portal_access.check_not_too_many(earlier.filter(made_at__gt=now - DAY_MS).count())
    row = PersonAccess(
        agency=device.agency, case=device.case, device=device.device, drawn=signed, made_at=now, code=proof
    )
    stored = row.stored()
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [stored[column] for column in _KEPT])
    name = AccessName(name=proof, agency_id=device.agency, case=device.case, access=row.id)
    name.save(force_insert=True)
    append(actor, Verb.DEVICE_ACCESS_MADE, case=device.case, touched=(row,))


def do_begin(name: str, code: str, pin: str, request: Id) -> str:
    """The first visit: use the code, choose the PIN. What the browser's cookie is to hold.

    Raises Refused (`weak-pin`, `not-right`) and MustWait.
    """
    check_pin(pin)
    given = WayIn(name, code)
    return _enter(name, lambda row: _use_code(row, given, pin), request, bytes.fromhex(portal_access.proof_of(given)))


def do_sign_in(name: str, pin: str, request: Id) -> str:
    """A later visit. What the browser's cookie is to hold. Raises Refused (`not-right`) and MustWait."""
    return _enter(name, lambda row: _is_pin(row, pin), request)


def do_leave(token: str) -> None:
    """Sign out: the cookie is worth nothing any more."""
    PersonSitting.objects.filter(token=digest_of(token)).delete()


def do_see(token: str) -> None:
    """That the person is still there."""
    PersonSitting.objects.filter(token=digest_of(token)).update(seen_at=clock.now())


@action
def do_ask(kind: RequestKind, words: str, *, actor: Actor) -> str:
    """Open a request. Its reference. The words may be none: nobody need say anything. Raises Refused (`too-long`)."""
    actor.check(Permission.PORTAL_ASK)
    row = opened(kind, words, clock.now(), own_case(actor), actor)
    append(actor, Verb.PERSON_ASKED, case=row.case, touched=(row,))
    return row.reference


def _enter(name: str, check: Callable[[PersonAccess], bool], request: Id, proof: bytes | None = None) -> str:
    """Let someone in by a name and what `check` looks at; a new cookie. Raises MustWait and Refused (`not-right`).

    `proof`: what the name is kept as until it is used, where a device drew it.
    """
    who = named(name)
    one = attempts.count(FailedTry, Digest(who.hex()))
    known = AccessName.objects.filter(name__in=[who] if proof is None else [who, proof])
    found = min(known, key=lambda row: row.name != who, default=None)
    if found is None:
        make_password(name)  # as long as a real check takes
        raise _not_right()
    actor = supervised_person(found.agency_id, found.case, new_id(), request)
    if not _try(found.access, check, actor=actor):
        raise _not_right()
    FailedTry.objects.filter(id=one).delete()
    return _sit(found, actor)


@action
def _try(access: Id, check: Callable[[PersonAccess], bool], *, actor: Actor) -> bool:
    """Look at a code or a PIN while its row is locked, and write down how that ended."""
    case = own_case(actor)
    row = standing(PersonAccess.objects.select_for_update(), case, access)
    if row is None:
        make_password("another one was made since")
        append(actor, Verb.ACCESS_DENIED, case=case, outcome=EntryOutcome.DENIED, reason="old-name")
        return False
    before = row.values()
    right = check(row)
    touched = () if row.values() == before else (row,)
    if right:
        append(actor, Verb.PERSON_SIGNED_IN, case=case, touched=touched)
    else:
        append(actor, Verb.ACCESS_DENIED, case=case, outcome=EntryOutcome.DENIED, reason="not-right", touched=touched)
    return right


def _use_code(row: PersonAccess, given: WayIn, pin: str) -> bool:
    """Use the code up, or one of its tries."""
    encoded = make_password(keyed("pin", pin).hex())  # right or wrong, it takes as long
    now = clock.now()
    if row.used_at is not None or row.tries >= sign_in.CODE_TRIES or not 0 <= now - row.made_at < sign_in.CODE_MS:
        return False
    row.tries += 1
    right = _is_drawn(row, given, now) if row.made_by is None else _is_given(row, given)
    if right:
        row.used_at, row.pin = now, encoded
    row.save(update_fields=["tries", "used_at", "pin"])
    if right and row.made_by is None:  # from now on it is found as an officer's is, by the name alone
        AccessName(name=named(given.name), agency_id=row.agency, case=row.case, access=row.id).save(force_insert=True)
    return right


def _is_given(row: PersonAccess, given: WayIn) -> bool:
    """Whether an officer gave that code."""
    return hmac.compare_digest(row.code, keyed("code", portal_access.plain_code(given.code)))


def _is_drawn(row: PersonAccess, given: WayIn, now: Ms) -> bool:
    """Whether a device of the case drew that name and code: one that is monitored, by the key in the profile that the signer signed.

    Ingest enrols devices and stored this row, so that neither the row nor the device's is asked whose key it is.
    """
    profiles = (one.profile for one in told_profiles(row.case) if one.device == row.device)
    profile = next((one for one in profiles if one is not None), None)
    if profile is None or row.drawn is None:
        return False
    try:
        portal_access.check(given, row.drawn, profile.device, PublicKey.parse(profile.device_key), now)
    except OffmonError:
        return False
    return True


def _is_pin(row: PersonAccess, pin: str) -> bool:
    if row.pin is None:
        make_password(pin)
        return False
    return check_password(keyed("pin", pin).hex(), row.pin)


def _sit(found: AccessName, actor: Actor) -> str:
    """A new sitting. Its cookie's text, which is kept by hash."""
    now, token = clock.now(), secrets.token_urlsafe(32)
    PersonSitting.objects.filter(began_at__lte=now - sign_in.LONGEST_MS).delete()
    row = PersonSitting(
        token=digest_of(token),
        agency=found.agency_id,
        case=found.case,
        access=found.access,
        session=actor.session or new_id(),
        began_at=now,
        seen_at=now,
    )
    row.save(force_insert=True)
    return token


def _not_right() -> Refused:
    return Refused(
        "not-right", "That is not right, or it counts no more. Check it, or ask your officer for a new code."
    )
