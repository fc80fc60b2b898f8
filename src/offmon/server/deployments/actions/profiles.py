"""A profile: requested by a person, or by the worker to renew it. The signer signs or refuses it."""

from offmon.core.access.roles import Permission, Role
from offmon.core.authority.profile import Profile
from offmon.core.errors import OffmonError, Refused
from offmon.core.formats import dsse, envelope, protocol
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.trust import KeyRing
from offmon.core.ids import Id
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.moves import PROFILE, check_move
from offmon.core.states import ProfileState
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.locks import hold_deployment, hold_device
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.deployments import models
from offmon.server.deployments.actions.compile import Signing, basis_of, compile_nothing, compile_profile
from offmon.server.deployments.lease import lease_end
from offmon.server.deployments.policy import newest_authorised
from offmon.server.deployments.queries.contacts import signed_contacts
from offmon.server.deployments.queries.reviews import next_review
from offmon.server.detectors import queries as detectors


@action
def do_ask_profile(device: Id, *, actor: Actor) -> Id:
    """Ask the signer for a device's next profile. The worker asks too, to renew a lease, without a new authorisation (formats §4)."""
    if actor.role is not Role.SERVICE:
        actor.check(Permission.NOTICE_SERVE)
    row = models.Device.objects.get(id=device)
    authorisation = newest_authorised(row.deployment_id)
    if authorisation is None:
        raise Refused("not-authorised", "An authorising officer must authorise the monitoring first.")
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
        lease_until=lease_end(now, authorisation.chosen or (), next_review(authorisation)),
    )
    with once(
        "profile_one_of_a_version", "asked-already", "One was asked for a moment ago; look at it, then ask again."
    ):
        profile.save(force_insert=True)
    append(actor, Verb.PROFILE_ASKED, case=row.case, touched=(profile,))
    return profile.id


@action
def do_sign_profile(profile: Id, given: Signing, *, actor: Actor) -> None:
    """The signer's whole act: read the request and what supports it, apply the rule again, sign or refuse, and say so in the log.

    What would be refused while the device goes on collecting what has ended is signed without a grant (`compile_nothing`); why it was not
    signed as asked stands in row and log all the same.
    """
    asked = models.Profile.objects.get(id=profile)
    hold_device(asked.device_id)
    hold_deployment(asked.deployment_id)
    row = models.Profile.objects.select_for_update().get(id=profile)
    check_move(PROFILE, row.state, ProfileState.SIGNED)
    try:
        basis = basis_of(row)
        compiled = compile_profile(basis, given)
    except OffmonError as refusal:
        _refuse(row, refusal, _nothing(row, given), given.profiles, actor)
        return
    row.refusal = None  # whoever wrote the request could have written one
    _sign(row, compiled, given.profiles)
    lists = _enclose_lists(row, compiled, given.ring)
    append(
        actor, Verb.PROFILE_SIGNED, case=row.case, touched=(row, *lists, *_enclose_contacts(row, compiled, given.lists))
    )


def _refuse(row: models.Profile, why: OffmonError, nothing: Profile | None, key: SigningKey, actor: Actor) -> None:
    """Refuse the request; where `nothing` is due instead, sign that, and say why it was not what was asked for."""
    row.refusal, outcome = why.code, EntryOutcome.DENIED if nothing is None else EntryOutcome.ALLOWED
    if nothing is None:
        row.state = ProfileState.REFUSED
        row.save(update_fields=["state", "refusal"])
    else:
        _sign(row, nothing, key)
    append(actor, Verb.PROFILE_SIGNED, case=row.case, touched=(row,), outcome=outcome, reason=why.code)


def _nothing(row: models.Profile, by: Signing) -> Profile | None:
    try:
        return compile_nothing(row, by)
    except OffmonError:
        return None


def _sign(row: models.Profile, profile: Profile, key: SigningKey) -> None:
    row.document = dsse.sign(profile, key)
    row.digest, row.state = dsse.digest_of(row.document), ProfileState.SIGNED
    row.save(update_fields=["document", "digest", "state", "refusal"])


def _enclose_lists(row: models.Profile, profile: Profile, ring: KeyRing) -> list[models.ProfileList]:
    """Each list that the profile names, its entries enclosed to the device's own key."""
    wanted = {ref.digest for grant in profile.grants for ref in grant.lists}
    made: list[models.ProfileList] = []
    for live in detectors.live_lists(ring, clock.now()):
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


def _enclose_contacts(row: models.Profile, profile: Profile, key: SigningKey) -> list[models.ProfileContacts]:
    """The person's protected contacts, enclosed to the device's own key: no other's device, and no process on the way, can open them."""
    signed = signed_contacts(row.case, row.deployment_id, key)
    if signed is None or profile.contacts is None:
        return []
    place = protocol.contacts_place(profile.device, profile.contacts)
    made = models.ProfileContacts(
        agency=row.agency,
        case=row.case,
        profile=row,
        digest=profile.contacts,
        ciphertext=envelope.seal_bytes(signed, profile.list_key, place),
    )
    made.save(force_insert=True)
    return [made]
