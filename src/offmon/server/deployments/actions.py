"""Every write to deployments, in the order in which a deployment lives."""

import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from offmon.core import clock as time
from offmon.core import dsse, envelope, protocol
from offmon.core.audit import Outcome, Verb
from offmon.core.canon import Tag, digest
from offmon.core.errors import OffmonError, Refused
from offmon.core.ids import Digest, Id, Ms, Origin
from offmon.core.keys import PublicKey, SigningKey
from offmon.core.order import as_known_at
from offmon.core.profile import Choice, HpkeKey, Profile, compile_grants
from offmon.core.records import check_authorised
from offmon.core.roles import Permission
from offmon.core.states import DEPLOYMENT, PROFILE, DeploymentState, ProfileState, check_move
from offmon.server.agencies import queries as agencies
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_secret
from offmon.server.base.scope import action
from offmon.server.deployments import models
from offmon.server.deployments.compile import basis_of, compile_profile
from offmon.server.deployments.policy import check_authorise, check_enrollable
from offmon.server.detectors import queries as detectors
from offmon.server.orders.queries import authority_of

LEASE_MS: Final = 30 * time.DAY_MS


@dataclass(frozen=True, slots=True)
class Answers:
    """The four questions of proportionality, answered in words (R-LEG-24)."""

    aim: str
    rational_link: str
    less_intrusive: str
    fair_balance: str


@dataclass(frozen=True, slots=True)
class Served:
    """How a notice was served (R-RGT-2). `text` is the digest of what was handed over."""

    at: Ms
    method: str
    language: str
    acknowledged: bool
    text: Digest


@action
def do_draft(case: Id, choices: tuple[Choice, ...], *, actor: Actor) -> Id:
    """Draft what is to be monitored. It is compiled at once, so that an unlawful choice is refused here. Returns the authorisation."""
    actor.check(Permission.DEPLOYMENT_DRAFT)
    at = clock.now()
    instruments, terms = authority_of(case)
    if not compile_grants([as_known_at(i, at) for i in instruments], terms, choices, detectors.declarations(), at):
        raise Refused(
            "no-live-term", "No confirmed term that is in force makes any of this necessary; nothing was drafted."
        )
    deployment = models.Deployment.objects.filter(case=case).exclude(state=DeploymentState.ENDED).first()
    touched: list[models.Deployment | models.Authorisation] = []
    if deployment is None:
        delay = agencies.agency(actor.agency).delay_days
        deployment = models.Deployment(agency=actor.agency, case=case, opened_by=actor.id, delay_days=delay)
        deployment.save(force_insert=True)
        touched.append(deployment)
    row = models.Authorisation(
        agency=actor.agency,
        case=case,
        deployment=deployment,
        choices=models.write_choices(choices),
        drafted_by=actor.id,
    )
    row.save(force_insert=True)
    append(actor, Verb.DEPLOYMENT_DRAFTED, case=case, touched=[*touched, row])
    return row.id


@action
def do_authorise(authorisation: Id, answers: Answers, *, actor: Actor) -> None:
    """A second person authorises, with the four answers (R-LEG-24). The vault then makes the deployment's evidence key."""
    row = models.Authorisation.objects.select_for_update().get(id=authorisation)
    check_authorise(actor, row)
    row.authorised_by, row.authorised_at = actor.id, clock.now()
    row.aim, row.rational_link = answers.aim, answers.rational_link
    row.less_intrusive, row.fair_balance = answers.less_intrusive, answers.fair_balance
    check_authorised(row.core())
    row.save(update_fields=["authorised_by", "authorised_at", "aim", "rational_link", "less_intrusive", "fair_balance"])
    deployment = models.Deployment.objects.select_for_update().get(id=row.deployment_id)
    if deployment.state is DeploymentState.DRAFT:
        _move(deployment, DeploymentState.AUTHORISED)
    append(actor, Verb.DEPLOYMENT_AUTHORISED, case=row.case, touched=(row, deployment))


@action
def do_keep_evidence_key(deployment: Id, public: HpkeKey, *, actor: Actor) -> None:
    """The vault records the public half of the key that it made for an authorised deployment. Once."""
    row = models.Deployment.objects.select_for_update().get(id=deployment)
    if row.state is not DeploymentState.AUTHORISED or row.evidence_key is not None:
        raise Refused("no-key-due", "A key is made once, when the monitoring has been authorised.")
    row.evidence_key = public.key
    row.save(update_fields=["evidence_key"])
    append(actor, Verb.EVIDENCE_KEY_MADE, case=row.case, touched=(row,))


@action
def do_serve_notice(deployment: Id, served: Served, *, actor: Actor) -> Id:
    """Record that the notice was served. A refusal to acknowledge is recorded and stops nothing (R-RGT-2)."""
    actor.check(Permission.NOTICE_SERVE)
    row = models.Deployment.objects.select_for_update().get(id=deployment)
    if served.at > clock.now():
        raise Refused("not-yet", "A notice cannot have been served in the future; correct the time.")
    notice = models.Notice(
        agency=row.agency,
        case=row.case,
        deployment=row,
        served_by=actor.id,
        served_at=served.at,
        method=served.method,
        language=served.language,
        acknowledged=served.acknowledged,
        text=served.text,
    )
    notice.save(force_insert=True)
    if row.state is DeploymentState.AUTHORISED:
        _move(row, DeploymentState.NOTICE_SERVED)
    append(actor, Verb.NOTICE_SERVED, case=row.case, touched=(notice, row))
    return notice.id


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


@action
def do_enrol(enrol: protocol.Enrol, *, actor: Actor) -> protocol.Enrolled:
    """Enrol a device by its code. It collects nothing: there is no profile for it yet. Raises Refused `bad-code`.

    The same device asking again with the same code gets the same answer: its first answer may have been lost.
    """
    code = (
        models.EnrolmentCode.objects.select_for_update()
        .filter(secret=keyed(enrol.secret), agency_id=actor.agency)
        .first()
    )
    now = clock.now()
    if code is None or code.expires_at <= now or code.tries >= protocol.CODE_TRIES:
        raise Refused("bad-code", "The enrolment code is wrong, used or out of time; ask for a new one.")
    code.tries += 1
    key = PublicKey.parse(enrol.device_key)
    known = models.DeviceKey.objects.filter(keyid=key.keyid).first()
    if known is None and code.used_at is None:
        known = _add_device(code, enrol, key, now, actor)
        code.used_at = now
    if known is None or known.vkey != enrol.device_key or known.deployment != code.deployment:
        raise Refused("bad-code", "The enrolment code is wrong, used or out of time; ask for a new one.")
    code.save(update_fields=["tries", "used_at"])
    view = agencies.agency(actor.agency)
    return protocol.Enrolled(
        agency=view.id,
        deployment=known.deployment,
        device=known.device,
        root=PublicKey.parse(view.root).vkey,
        keys=agencies.keys_of(view.id),
        log_origin=Origin(view.origin),
    )


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


@action
def do_ask_profile(device: Id, *, actor: Actor) -> Id:
    """Ask the signer for a device's next profile. The worker asks too, to renew a lease, without a new authorisation (formats §4)."""
    row = models.Device.objects.get(id=device)
    authorisation = (
        models.Authorisation.objects.filter(deployment_id=row.deployment_id, authorised_by__isnull=False)
        .order_by("-authorised_at")
        .first()
    )
    if authorisation is None:
        raise Refused("not-authorised", "Have the monitoring authorised first.")
    last = models.Profile.objects.filter(device_id=row.id).order_by("-version").first()
    now = clock.now()
    profile = models.Profile(
        agency=row.agency,
        case=row.case,
        deployment_id=row.deployment_id,
        device=row,
        version=1 if last is None else last.version + 1,
        authorisation=authorisation,
        asked_by=actor.id,
        lease_since=now,
        lease_until=Ms(now + LEASE_MS),
    )
    profile.save(force_insert=True)
    append(actor, Verb.PROFILE_ASKED, case=row.case, touched=(profile,))
    return profile.id


@action
def do_sign_profile(profile: Id, key: SigningKey, ingest: str, *, actor: Actor) -> None:
    """The signer's whole act: read the request and what supports it, apply the rule again, sign or refuse, and say so in the log."""
    row = models.Profile.objects.select_for_update().get(id=profile)
    check_move(PROFILE, row.state, ProfileState.SIGNED)
    try:
        basis = basis_of(row)
        compiled = compile_profile(basis, ingest)
    except OffmonError as refusal:
        row.state, row.refusal = ProfileState.REFUSED, refusal.code
        row.save(update_fields=["state", "refusal"])
        append(actor, Verb.PROFILE_SIGNED, case=row.case, touched=(row,), outcome=Outcome.DENIED, reason=refusal.code)
        return
    row.document = dsse.sign(compiled, key)
    row.digest, row.state = dsse.digest_of(row.document), ProfileState.SIGNED
    row.save(update_fields=["document", "digest", "state"])
    lists = _enclose_lists(row, compiled)
    append(actor, Verb.PROFILE_SIGNED, case=row.case, touched=(row, *lists))
    if basis.deployment.state is DeploymentState.NOTICE_SERVED:
        _move(basis.deployment, DeploymentState.ACTIVE)
        append(actor, Verb.DEPLOYMENT_MOVED, case=row.case, touched=(basis.deployment,))


def _enclose_lists(row: models.Profile, profile: Profile) -> list[models.ProfileList]:
    """Each list that the profile names, its entries enclosed to the device's own key."""
    wanted = {ref.digest for grant in profile.grants for ref in grant.lists}
    made: list[models.ProfileList] = []
    for live in detectors.live_lists():
        if live.declared.ref.digest not in wanted:
            continue
        place = protocol.list_place(profile.device, live.declared.ref.digest)
        made.append(
            models.ProfileList(
                agency=row.agency,
                case=row.case,
                profile=row,
                position=len(made),
                document=live.document,
                ciphertext=envelope.seal_bytes(live.entries, profile.list_key, place),
            )
        )
        made[-1].save(force_insert=True)
    return made


def _move(deployment: models.Deployment, to: DeploymentState) -> None:
    check_move(DEPLOYMENT, deployment.state, to)
    deployment.state = to
    deployment.save(update_fields=["state"])


def keyed(secret: bytes) -> bytes:
    """The keyed hash by which a secret is found: useless to whoever has the database alone."""
    return hmac.digest(Path(settings.OFFMON_CODE_KEY_FILE).read_bytes(), digest(Tag.SECRET, secret), "sha256")
