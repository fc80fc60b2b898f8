"""Every write of authentication: failed attempts, authenticator apps, passkeys, sign-ins, refusals.

Rules
- An attempt counts as failed before it is checked (`base/attempts.py`). An unknown name is counted like an account.
- An app's secret is enclosed with the column key. A recovery code is kept as a keyed hash. Each is shown once.
- A factor shown is recorded with its session in the transaction that checks it. Vault and console read it there (`access/step_up.py`).
- An app or passkey counts only as the log has it, and so does that there is none yet (`core/log/as_logged.py`).
- The account is locked (`base/locks.py`) while a code or passkey is checked, so two uses at once count as one. A constraint allows each
  challenge once.
"""

import hmac
from pathlib import Path

import pyotp
from django.conf import settings
from django.db import IntegrityError

from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act, Factor
from offmon.core.errors import Refused
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.as_logged import check_first_app
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.server.agencies.authentication import codes, passkeys
from offmon.server.agencies.authentication.models import FactorShown, FailedSignIn, Passkey, SecondFactor
from offmon.server.agencies.authentication.queries import check_shown_in, has_app_by_log
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append
from offmon.server.base import attempts, clock
from offmon.server.base.actor import Actor
from offmon.server.base.columns import column_key
from offmon.server.base.ids import new_id
from offmon.server.base.locks import hold_account
from offmon.server.base.scope import action


def count_try(whose: str) -> Id:
    """Count a try of an account (its id) or of a name that nobody has, as failed until it is uncounted. Raises MustWait."""
    return attempts.count(FailedSignIn, Digest(_keyed("try", whose).hex()))


def uncount(one: Id) -> None:
    """The try was right. What failed before it still counts: a right password says nothing of wrong codes."""
    FailedSignIn.objects.filter(id=one).delete()


def forget_tries(account: Id) -> None:
    """Password and code were right: whoever failed before them, the account's own person has come in."""
    FailedSignIn.objects.filter(who=Digest(_keyed("try", account).hex())).delete()


@action
def do_record_denial(why: str, *, actor: Actor) -> None:
    """Record that something was refused: a code of ours, never an address with ids in it (R-SEC-3, R-SEC-15).

    At the door, before anyone is known, the actor is the account whose name was given, without a session.
    """
    append(actor, Verb.ACCESS_DENIED, case=None, outcome=EntryOutcome.DENIED, reason=why)


def draw_secret(staff: Id) -> bytes:
    """A new app's secret, enclosed for a member of staff."""
    return column_key().enclose(pyotp.random_base32(), SecondFactor, staff, "secret")


def open_secret(enclosed: bytes, staff: Id) -> str:
    """A secret, in base32. Raises NotAuthentic for another's."""
    return column_key().open(enclosed, SecondFactor, staff, "secret")


@action
def do_set_up_factor(enclosed: bytes, given: str, *, actor: Actor) -> tuple[str, ...]:
    """The actor's first app, confirmed by a code of it: they are signed in by it. The recovery codes, this once.

    Raises Refused `wrong-code`, or `factor-there`: one that is set up is replaced with a code of its own, or reset by an administrator.
    """
    row = _row_of(actor)
    if row.confirmed_at is not None:
        raise Refused("factor-there", "An authenticator app is set up already. Sign in with a code from it.")
    kept = None if row._state.adding else row
    check_first_app(
        None if kept is None else kept.touched(),
        None if kept is None else log.newest_of(kept, actor.agency),
        set_up_before=log.has_set_up_app(actor.id, actor.agency),
    )
    shown = _put(row, enclosed, given)
    append(actor, Verb.FACTOR_SET_UP, case=None, touched=(row,))
    append(actor, Verb.SIGNED_IN, case=None, touched=(show(Factor.APP, actor),))
    return shown


@action
def do_replace_factor(enclosed: bytes, given: str, current: str, *, actor: Actor) -> tuple[str, ...]:
    """Another app in place of the actor's present one, with a code of each (or a recovery code for the present one)."""
    row = _locked(actor)
    _use(row, current)
    shown = _put(row, enclosed, given)
    append(actor, Verb.FACTOR_REPLACED, case=None, touched=(row,))
    return shown


@action
def do_sign_in(given: str, *, actor: Actor) -> None:
    """The second step of signing in: use a code, or a recovery code. The session that later entries carry begins here.

    Raises Refused `wrong-code`.
    """
    append(actor, Verb.SIGNED_IN, case=None, touched=_use_code(given, actor))


@action
def do_show_again(given: str, *, actor: Actor) -> None:
    """Within a sitting, before content is opened or a bundle leaves: use a code, or a recovery code. Raises Refused `wrong-code`."""
    append(actor, Verb.FACTOR_SHOWN, case=None, touched=_use_code(given, actor))


@action
def do_sign_in_by_passkey(given: passkeys.PasskeyResponse, *, actor: Actor) -> None:
    """The second step of signing in, by a passkey. Raises Refused (`wrong-passkey`, `passkey-copied`, `challenge-used`)."""
    append(actor, Verb.SIGNED_IN, case=None, touched=_use_passkey(given, actor))


@action
def do_show_passkey_again(given: passkeys.PasskeyResponse, *, actor: Actor) -> None:
    """Within a sitting: show a passkey. Raises Refused (`wrong-passkey`, `passkey-copied`, `challenge-used`)."""
    append(actor, Verb.FACTOR_SHOWN, case=None, touched=_use_passkey(given, actor))


@action
def do_add_passkey(given: passkeys.PasskeyResponse, name: str, *, actor: Actor) -> None:
    """A passkey of the actor's, beside their app. Raises Refused (`factor-stale`, `wrong-passkey`, `passkey-there`)."""
    check_shown_in(Act.KEYS, actor.id, actor.session, clock.now())
    new = passkeys.read_new(given)
    row = Passkey(
        agency=actor.agency,
        staff_id=actor.id,
        name=name.strip(),
        credential=new.credential,
        public=new.public,
        counter=new.counter,
        added_at=clock.now(),
    )
    try:
        row.save(force_insert=True)
    except IntegrityError:
        raise Refused("passkey-there", "That passkey is registered already, or was removed. Use another one.") from None
    append(actor, Verb.PASSKEY_ADDED, case=None, touched=(row,))


@action
def do_remove_passkey(passkey: Id, *, actor: Actor) -> None:
    """Take a passkey of the actor's away, for good. Raises Refused (`factor-stale`, `no-passkey`)."""
    check_shown_in(Act.KEYS, actor.id, actor.session, clock.now())
    row = Passkey.objects.select_for_update().filter(id=passkey, staff_id=actor.id, removed_at=None).first()
    if row is None:
        raise Refused("no-passkey", "You have no such passkey. Check the list again.")
    append(actor, Verb.PASSKEY_REMOVED, case=None, touched=(_removed(row),))


@action
def do_carry(factor: Factor, at: Ms, *, actor: Actor) -> None:
    """Write down with the agency that leads what a guest showed their own: when, and not later."""
    append(actor, Verb.FACTOR_SHOWN, case=None, touched=(show(factor, actor, at=at),))


def show(factor: Factor, actor: Actor, *, at: Ms | None = None, challenge: Digest | None = None) -> FactorShown:
    """Write that the actor showed a factor in their session, now or then; an entry of the same transaction must name it."""
    row = FactorShown(
        agency=actor.agency,
        staff_id=actor.id,
        session=actor.session or new_id(),  # what was shown in no sitting counts in none
        at=clock.now() if at is None else at,
        factor=factor,
        challenge=challenge,
    )
    row.save(force_insert=True)
    return row


@action
def do_reset_factor(staff: Id, reason: str, *, actor: Actor) -> None:
    """Take a colleague's lost app and their passkeys away, with a reason: they set a new app up when they sign in next.

    Raises Refused `not-permitted`, `own-factor` or `no-factor`.
    """
    actor.check(Permission.STAFF_MANAGE)
    if staff == actor.id:
        raise Refused("own-factor", "You cannot reset your own app. Replace it, or ask another administrator.")
    row = SecondFactor.objects.select_for_update().filter(staff_id=staff).first()
    if not has_app_by_log(staff, row, actor.agency):
        raise Refused("no-factor", "There is no authenticator app to reset.")
    row = row or _new_factor(staff, actor)  # it was taken away by hand
    row.secret, row.confirmed_at, row.recovery = None, None, []
    row.save(
        **({"force_insert": True} if row._state.adding else {"update_fields": ["secret", "confirmed_at", "recovery"]})
    )
    there = Passkey.objects.select_for_update().filter(staff_id=staff, removed_at=None)
    append(actor, Verb.FACTOR_RESET, case=None, touched=(row, *map(_removed, there)), reason=reason)


def _row_of(actor: Actor) -> SecondFactor:
    """The actor's row, or a new one, with the account held until the transaction ends."""
    hold_account(actor.id)
    return SecondFactor.objects.filter(staff_id=actor.id).first() or _new_factor(actor.id, actor)


def _new_factor(staff: Id, actor: Actor) -> SecondFactor:
    return SecondFactor(agency=actor.agency, staff_id=staff, last_step=codes.NEVER, recovery=[], confirmed_at=None)


def _locked(actor: Actor) -> SecondFactor:
    """The same, of whoever shows or replaces their app. Raises NotAuthentic unless the log says of it what its row says."""
    row = _row_of(actor)
    if not row._state.adding:
        log.check_logged(row, actor.agency)
    return row


def _use(row: SecondFactor, given: str) -> bool:
    """Use up what was given. True for a recovery code. Raises Refused `wrong-code`."""
    if row.secret is None:
        raise _wrong()
    given = codes.plain(given)
    step = codes.matching_step(open_secret(row.secret, row.staff_id), given, row.last_step, clock.now())
    if step is not None:
        row.last_step = step
        return False
    used = _keyed("recovery", f"{row.staff_id} {given}").hex()
    left = [one for one in row.recovery if not hmac.compare_digest(one, used)]
    if len(left) == len(row.recovery):
        raise _wrong()
    row.recovery = left
    return True


def _use_code(given: str, actor: Actor) -> tuple[SecondFactor, FactorShown]:
    """Count one code of the actor's app, or a recovery code: the app's row, and that it was shown. Raises Refused `wrong-code`."""
    row = _locked(actor)
    recovered = _use(row, given)
    row.save(update_fields=["last_step", "recovery"])
    if recovered:
        append(actor, Verb.RECOVERY_CODE_USED, case=None, touched=(row,))
    return row, show(Factor.RECOVERY if recovered else Factor.APP, actor)


def _put(row: SecondFactor, enclosed: bytes, given: str) -> tuple[str, ...]:
    """Put a secret in force that its app gives a code of. The recovery codes that go with it."""
    now = clock.now()
    step = codes.matching_step(open_secret(enclosed, row.staff_id), given, codes.NEVER, now)
    if step is None:
        raise _wrong()
    drawn = tuple(pyotp.random_base32(32)[: codes.RECOVERY_CHARACTERS] for _ in range(codes.RECOVERY_CODES))
    row.secret, row.confirmed_at, row.last_step = enclosed, now, step
    row.recovery = [_keyed("recovery", f"{row.staff_id} {one}").hex() for one in drawn]
    changed = ["secret", "confirmed_at", "last_step", "recovery"]
    row.save(**({"force_insert": True} if row._state.adding else {"update_fields": changed}))
    return drawn


def _use_passkey(given: passkeys.PasskeyResponse, actor: Actor) -> tuple[Passkey, FactorShown]:
    """Count one answer of a passkey of the actor's: the passkey's row, and that it was shown."""
    hold_account(actor.id)
    credential = passkeys.credential_of(given)
    row = Passkey.objects.filter(staff_id=actor.id, credential=credential, removed_at=None).first()
    if row is None:
        raise Refused("wrong-passkey", "That passkey is not one of yours here. Use another, or a code from your app.")
    log.check_logged(row, actor.agency)
    counter = passkeys.read_known(given, row.public)
    if not passkeys.counter_rose(row.counter, counter):
        raise Refused(
            "passkey-copied",
            "There may be a copy of that passkey. Use a code from your app, remove the passkey, and tell us.",
        )
    row.counter = counter
    row.save(update_fields=["counter"])
    try:
        return row, show(Factor.PASSKEY, actor, challenge=given.challenge)
    except IntegrityError:
        raise Refused("challenge-used", "This was sent twice. Try again.") from None


def _removed(row: Passkey) -> Passkey:
    row.removed_at = clock.now()
    row.save(update_fields=["removed_at"])
    return row


def _wrong() -> Refused:
    return Refused("wrong-code", "The code is not right, or was used before. Wait for the next one and enter that.")


def _keyed(what: str, text: str) -> bytes:
    """A keyed hash, useless to whoever has the database alone."""
    return hmac.digest(Path(settings.OFFMON_CODE_KEY_FILE).read_bytes(), f"offmon/{what}\0{text}".encode(), "sha256")
