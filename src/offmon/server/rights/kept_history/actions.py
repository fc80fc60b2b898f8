"""Every write to openings of a kept history: the device asks, an officer asks the vault, and the vault gives the device its keys.

Rules
- The vault reads the rows and what supports them, applies the rule again, and commits its entry together with the keys. So nobody has a
  key that no entry names. The entry is the officer's, since it is they who consult.
- It gives keys for a request that the device itself signed, under a grant in force, once. What it gives opens on that device alone.
"""

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.db import IntegrityError

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.authority.profile import Profile
from offmon.core.errors import Refused
from offmon.core.formats import codec, dsse, envelope
from offmon.core.formats import kept_history as protocol
from offmon.core.formats.kept_history import HistoryAnswer
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.trust_file import TrustFile
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.authentication.queries import check_shown_by, check_shown_in
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.locks import hold_device
from offmon.server.base.scope import action, scope
from offmon.server.deployments.queries import KnownDevice
from offmon.server.deployments.queries.newest import newest_issued
from offmon.server.deployments.queries.signed import newest_before
from offmon.server.evidence.actions import refusals_noted
from offmon.server.rights.kept_history.models import HistoryAsk, HistoryKeys, HistoryOpening
from offmon.server.rights.kept_history.queries import asks, case_of_ask, extent, keeps

OPENING_LIFE_MS = 5 * time.MINUTE_MS


@action
def do_keep_history_ask(signed: bytes, device: KnownDevice, key: PublicKey, *, actor: Actor) -> HistoryAnswer:
    """Keep what a device asks, once however often it is sent, and answer with its keys once an officer had it opened.

    Raises Malformed, NotAuthentic, or Refused (`expired`, `too-many`; `unknown-grant` where no grant keeps a history).
    """
    now = clock.now()
    asked = protocol.read(signed, device.device, key, now)
    hold_device(device.device)
    row = HistoryAsk.objects.filter(digest=dsse.digest_of(signed)).first()
    if row is not None:
        made = HistoryKeys.objects.filter(ask=row.id).only("id", "agency", "case", "ask", "sealed", "made_at").first()
        if made is None:
            return HistoryAnswer(None)
        if now >= made.made_at + protocol.READ_MS:
            raise Refused("expired", "That request is over. Ask again on the device.")
        return codec.load(HistoryAnswer, bytes(made.sealed), max_size=1 << 16)
    protocol.check_open(asked.asked_at, now)
    profile = newest_before(device.device, now)
    if profile is None or not keeps(profile, now):
        raise Refused("unknown-grant", "No condition allows that a history is kept on this device now.")
    protocol.check_not_too_many(HistoryAsk.objects.filter(device=device.device, asked_at__gt=now - time.DAY_MS).count())
    row = HistoryAsk(
        agency=device.agency,
        case=device.case,
        device=device.device,
        digest=dsse.digest_of(signed),
        signed=signed,
        asked_at=now,
        entries=asked.entries,
        first_on=asked.first_on,
        last_on=asked.last_on,
    )
    row.save(force_insert=True)
    append(actor, Verb.HISTORY_ASKED, case=device.case, touched=(row,))
    return HistoryAnswer(None)


def do_ask_opening(ask: Id, others: str, reason: str, *, actor: Actor) -> Id:
    """Ask the vault to open a device's history, with the person there. Returns the request's id."""
    with scope(actor):
        case = case_of_ask(ask)
    if case is None:
        raise Refused("unknown-id", "There is no such request of a device on your caseload.")
    with refusals_noted(case, actor=actor):
        return _ask_opening(case, ask, others, reason, actor=actor)


@action
def _ask_opening(case: Id, ask: Id, others: str, reason: str, *, actor: Actor) -> Id:
    now = clock.now()
    row = HistoryOpening(
        agency=actor.agency,
        case=case,
        ask=ask,
        asked_by=actor.id,
        asked_in=actor.session,
        asked_at=now,
        present=True,
        others=others.strip(),
        reason=reason.strip(),
    )
    _check(row, asks().get(id=ask), actor, now)
    check_shown_by(Act.CONTENT, actor=actor)
    row.save(force_insert=True)
    append(actor, Verb.HISTORY_OPENING_ASKED, case=case, touched=(row,), reason=row.reason)
    return row.id


def do_open_history(
    opening: Id, private: Callable[[Id], X25519PrivateKey], brought: TrustFile, *, vault: Actor
) -> None:
    """The vault gives the device its keys, once. Raises Refused or NotAuthentic, and gives nothing then."""
    with scope(vault):
        row = HistoryOpening.objects.get(id=opening)
        asker, ask = agencies.acting(row.asked_by, row.case), HistoryAsk.objects.get(id=row.ask)
        profile = newest_issued(ask.device, brought, actor=vault)
    asked = protocol.read(ask.signed, ask.device, PublicKey.parse(profile.device_key), clock.now())
    secret = private(profile.deployment)
    if envelope.public_of(secret) != profile.evidence_key:
        raise Refused(
            "other-opening-key",
            "The vault's key does not match this device's key. Restore the right key, then ask again.",
        )
    place = protocol.key_place(profile.deployment, profile.device)
    keys = [envelope.open_bytes(key, secret, place) for key in asked.keys]
    answer = HistoryAnswer(
        tuple(
            envelope.seal_bytes(key, profile.list_key, protocol.answer_place(ask.device, ask.digest, number))
            for number, key in enumerate(keys)
        )
    )
    _open(row, ask, profile, codec.dump(answer), actor=asker)


@action
def _open(row: HistoryOpening, ask: HistoryAsk, profile: Profile, sealed: bytes, *, actor: Actor) -> None:
    now = clock.now()
    _check(row, ask, actor, now)
    check_shown_in(Act.CONTENT, row.asked_by, row.asked_in, now)
    if (profile.case, profile.device) != (row.case, ask.device) or ask.case != row.case:
        raise Refused("other-case", "The request is of a device of another case, so nothing is opened.")
    if not keeps(profile, now):
        raise Refused("no-grant", "No condition allows that a history is kept on this device now.")
    made = HistoryKeys(
        agency=row.agency,
        case=row.case,
        ask=ask.id,
        opening=row.id,
        digest=dsse.digest_of(sealed),
        sealed=sealed,
        made_at=now,
    )
    try:
        made.save(force_insert=True)
    except IntegrityError:
        raise Refused("history-opened", "This request was opened already. Have the person ask again.") from None
    append(actor, Verb.HISTORY_OPENED, case=row.case, touched=(made,), reason=extent(ask))


def _check(row: HistoryOpening, ask: HistoryAsk, asker: Actor, at: Ms) -> None:
    """Raises Refused unless this officer may have that request opened now: with the person there, for a reason."""
    asker.check(Permission.CONTENT_REVEAL)
    if asker.id != row.asked_by or not row.reason:
        raise Refused("no-reason", "Enter why you need to see this. Your reason is recorded in the log.")
    if not row.present:
        raise Refused("person-absent", "The history is opened only with the person present.")
    if not row.asked_at <= at <= row.asked_at + OPENING_LIFE_MS:
        raise Refused("reveal-out-of-time", "This request has expired. Make a new request.")
    agencies.check_logged_on(row.case, row.asked_by, at)
    protocol.check_open(ask.asked_at, row.asked_at)
