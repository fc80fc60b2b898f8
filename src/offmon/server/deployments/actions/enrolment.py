"""Enrols a device: offers a code and accepts it. Enrolment collects nothing.

Rules
- A code's secret is on the printed sheet only. The database keeps a digest of its proof, and takes a device only with that proof (S73).
- A device is given the root that the trust file names, by code and by answer, or none (`agencies.roots.trusted_root`).
- The database puts the device's key into the directory, together with its device.
"""

import hmac
from pathlib import Path

from django.conf import settings

from offmon.core.access.roles import Permission
from offmon.core.alerts.answering import check_answers
from offmon.core.authority.profile import check_reads
from offmon.core.errors import Refused
from offmon.core.formats import envelope, protocol
from offmon.core.formats.canon import Tag, digest
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Id, Ms, Origin
from offmon.core.log.audit import Verb
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.roots import trusted_root
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_secret
from offmon.server.base.scope import action
from offmon.server.deployments import models
from offmon.server.deployments.actions.visits import check_device_settled
from offmon.server.deployments.policy import check_enrollable
from offmon.server.deployments.queries.answering import missing_for


@action
def do_offer_enrolment(deployment: Id, *, actor: Actor) -> protocol.Code:
    """A code for one device of this deployment: single use, 15 minutes. Of its secret no more is kept than a digest of its proof.

    Raises Refused unless the visit says by what right this device is accessed (R-LEG-32) and its conditions allow its kind (R-LEG-15).
    And unless somebody would answer an urgent alert that it may raise (`nobody-answers`), and where the directory's root is not that of
    the trust file (`root-differs`).
    """
    actor.check(Permission.NOTICE_SERVE)
    row = models.Deployment.objects.get(id=deployment)
    check_enrollable(row)
    check_device_settled(row)
    check_answers(missing_for(row))
    root = trusted_root(row.agency)
    secret = new_secret(protocol.SECRET_BYTES)
    code = models.EnrolmentCode(
        agency_id=row.agency,
        case=row.case,
        deployment=row.id,
        secret=models.digest_of_proof(proof_of(secret)),
        offered_by=actor.id,
        expires_at=Ms(clock.now() + protocol.CODE_LIFE_MS),
    )
    code.save(force_insert=True)
    append(actor, Verb.ENROLMENT_OFFERED, case=row.case, touched=(code.touched(),))
    return protocol.code_for(secret, root)


def do_enrol(enrol: protocol.Enrol, *, actor: Actor) -> protocol.Enrolled:
    """Enrol a device by its code. It collects nothing: there is no profile for it yet.

    Raises Refused `bad-code` or `root-differs`. Raises Malformed for a list key that no list could be enclosed to, and for a device
    that reads no profile of now.

    The same device asking again with the same code gets the same answer: its first answer may have been lost. A try that is refused
    counts, so it is committed before the refusal is raised.
    """
    envelope.check_key(enrol.list_key)
    check_reads(enrol.schema)
    root = trusted_root(actor.agency)
    device = _try_code(enrol, actor=actor)
    if device is None:
        raise Refused("bad-code", "The enrolment code is wrong, used or out of time; ask for a new one.")
    view = agencies.agency(actor.agency)
    return protocol.Enrolled(
        agency=view.id,
        deployment=device.deployment_id,
        device=device.id,
        root=root.vkey,
        keys=agencies.keys_of(view.id),
        log_origin=Origin(view.origin),
    )


@action
def _try_code(enrol: protocol.Enrol, *, actor: Actor) -> models.Device | None:
    """Use a code, or use up one of its tries. None: refused."""
    proof, now = proof_of(enrol.secret), clock.now()
    codes = models.EnrolmentCode.objects.select_for_update()
    code = codes.filter(secret=models.digest_of_proof(proof), agency_id=actor.agency).first()
    if code is None or code.expires_at <= now or code.tries >= protocol.CODE_TRIES:
        return None
    device = models.Device.objects.filter(deployment_id=code.deployment, device_key=enrol.device_key).first()
    keyid = PublicKey.parse(enrol.device_key).keyid
    is_taken = device is not None or models.DeviceKey.objects.filter(keyid=keyid).exists()
    if not is_taken and code.used_at is None:
        device = _add_device(code, proof, enrol, now, actor)
    if device is not None:
        code.used_at = code.used_at or now
    code.tries += 1
    code.save(update_fields=["tries", "used_at"])
    return device


def _add_device(
    code: models.EnrolmentCode, proof: bytes, enrol: protocol.Enrol, now: Ms, actor: Actor
) -> models.Device:
    device = models.Device(
        agency=actor.agency,
        case=code.case,
        deployment_id=code.deployment,
        device_key=enrol.device_key,
        list_key=enrol.list_key.key,
        account=enrol.account,
        enrolled_at=now,
        code=code,
        proof=proof,
    )
    device.save(force_insert=True)
    append(actor, Verb.DEVICE_ENROLLED, case=code.case, touched=(device,))
    return device


def proof_of(secret: bytes) -> bytes:
    """The keyed hash of a secret, of which the digest is kept: useless to whoever has the database alone."""
    return hmac.digest(Path(settings.OFFMON_CODE_KEY_FILE).read_bytes(), digest(Tag.SECRET, secret), "sha256")
