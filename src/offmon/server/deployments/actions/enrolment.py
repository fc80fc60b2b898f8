"""Enrolling a device: a code that is offered, and a code that is used. Nothing is collected by it."""

import hmac
from pathlib import Path

from django.conf import settings

from offmon.core import envelope, protocol
from offmon.core.audit import Verb
from offmon.core.canon import Tag, digest
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms, Origin
from offmon.core.keys import PublicKey
from offmon.core.roles import Permission
from offmon.server.agencies import queries as agencies
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_secret
from offmon.server.base.scope import action
from offmon.server.deployments import models
from offmon.server.deployments.policy import check_enrollable


@action
def do_offer_enrolment(deployment: Id, *, actor: Actor) -> protocol.Code:
    """A code for one device of this deployment: single use, 15 minutes. Only the keyed hash of its secret is kept."""
    actor.check(Permission.NOTICE_SERVE)
    row = models.Deployment.objects.get(id=deployment)
    check_enrollable(row)
    secret = new_secret(protocol.SECRET_BYTES)
    models.EnrolmentCode(
        agency_id=row.agency,
        case=row.case,
        deployment=row.id,
        secret=keyed(secret),
        offered_by=actor.id,
        expires_at=Ms(clock.now() + protocol.CODE_LIFE_MS),
    ).save(force_insert=True)
    append(actor, Verb.ENROLMENT_OFFERED, case=row.case)
    return protocol.code_for(secret, PublicKey.parse(agencies.agency(row.agency).root))


def do_enrol(enrol: protocol.Enrol, *, actor: Actor) -> protocol.Enrolled:
    """Enrol a device by its code. It collects nothing: there is no profile for it yet.

    Raises Refused `bad-code`, or Malformed for a list key that no list could be enclosed to.

    The same device asking again with the same code gets the same answer: its first answer may have been lost. A try that is refused
    counts, so it is committed before the refusal is raised.
    """
    envelope.check_key(enrol.list_key)
    known = _try_code(enrol, actor=actor)
    if known is None:
        raise Refused("bad-code", "The enrolment code is wrong, used or out of time; ask for a new one.")
    view = agencies.agency(actor.agency)
    return protocol.Enrolled(
        agency=view.id,
        deployment=known.deployment,
        device=known.device,
        root=PublicKey.parse(view.root).vkey,
        keys=agencies.keys_of(view.id),
        log_origin=Origin(view.origin),
    )


@action
def _try_code(enrol: protocol.Enrol, *, actor: Actor) -> models.DeviceKey | None:
    """Use a code, or use up one of its tries. None: refused."""
    codes = models.EnrolmentCode.objects.select_for_update()
    code = codes.filter(secret=keyed(enrol.secret), agency_id=actor.agency).first()
    now = clock.now()
    if code is None or code.expires_at <= now or code.tries >= protocol.CODE_TRIES:
        return None
    key = PublicKey.parse(enrol.device_key)
    known = models.DeviceKey.objects.filter(keyid=key.keyid).first()
    if known is None and code.used_at is None:
        known = _add_device(code, enrol, key, now, actor)
        code.used_at = now
    code.tries += 1
    code.save(update_fields=["tries", "used_at"])
    is_this_codes = known is not None and known.vkey == enrol.device_key and known.deployment == code.deployment
    return known if is_this_codes else None


def _add_device(
    code: models.EnrolmentCode, enrol: protocol.Enrol, key: PublicKey, now: Ms, actor: Actor
) -> models.DeviceKey:
    device = models.Device(
        agency=actor.agency,
        case=code.case,
        deployment_id=code.deployment,
        device_key=key.vkey,
        list_key=enrol.list_key.key,
        account=enrol.account,
        enrolled_at=now,
    )
    device.save(force_insert=True)
    append(actor, Verb.DEVICE_ENROLLED, case=code.case, touched=(device,))
    row = models.DeviceKey(
        keyid=key.keyid,
        vkey=key.vkey,
        agency_id=actor.agency,
        case=code.case,
        deployment=code.deployment,
        device=device.id,
    )
    row.save(force_insert=True)
    return row


def keyed(secret: bytes) -> bytes:
    """The keyed hash by which a secret is found: useless to whoever has the database alone."""
    return hmac.digest(Path(settings.OFFMON_CODE_KEY_FILE).read_bytes(), digest(Tag.SECRET, secret), "sha256")
