"""Compiles a profile from the rows that support it. The signer signs the result, and takes nothing from its caller (design §5).

Rules
- If the next profile is refused and the newest still lets a device collect what no order gives, the next grants nothing
  (`compile_nothing`). So no paused list or missing assessment lets a device exceed its orders. The same if monitoring stopped or its key
  was destroyed.
- An unreadable row does not block that: an unreadable term or order is not in force, and an unreadable monitoring state counts as over.
- An empty profile needs no support. It must only be the device's own next version, of now, after the one that the device holds.
- A request at fault itself (never authorised, or overtaken) takes nothing away if one made now for the newest authorisation would pass
  (`_would_be_signed`). The worker asks for that one next.
"""

from dataclasses import dataclass, replace

from offmon.core import clock as time
from offmon.core.alerts.answering import check_answers
from offmon.core.authority.assessing import check_assessed_throughout
from offmon.core.authority.content_classes import check_unlocked
from offmon.core.authority.noticed import check_covers, check_served
from offmon.core.authority.order import Instrument, Term, as_confirmed_at, as_known_at
from offmon.core.authority.policy_document import check_policies
from offmon.core.authority.profile import (
    SCHEMA,
    Controller,
    Grant,
    HpkeKey,
    ListDeclaration,
    PersonText,
    Profile,
    agreed_of,
    check_documented,
    check_lease,
    compile_grants,
    controllers_of,
    for_device,
    person_texts_of,
)
from offmon.core.authority.profile_ending import has_ended
from offmon.core.authority.review import check_first, check_reviewed
from offmon.core.clock import Period
from offmon.core.errors import Malformed, OffmonError, Refused
from offmon.core.formats import dsse
from offmon.core.formats.keys import SigningKey
from offmon.core.formats.trust import KeyRing
from offmon.core.ids import Digest, Id, Ms, Origin, VKey
from offmon.core.log.attribution import ASKED, check_not_stopped, check_not_superseded, check_review_act
from offmon.core.log.provenance import check_signed_in_time
from offmon.core.states import ProfileState
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.leads import queries as leads
from offmon.server.agencies.queries import AgencyView
from offmon.server.audit.policy import check_rows_agree
from offmon.server.audit.queries import said_of
from offmon.server.base import clock
from offmon.server.deployments import models
from offmon.server.deployments.lease import lease_end
from offmon.server.deployments.policy import (
    COLLECTING,
    check_authoriser,
    check_collects,
    check_enrolled,
    newest_authorised,
)
from offmon.server.deployments.queries.contacts import signed_contacts
from offmon.server.deployments.queries.reviews import newest_first, next_review
from offmon.server.deployments.queries.silences import settled_at, silences_signed
from offmon.server.deployments.queries.visits import kind_of
from offmon.server.detectors import queries as detectors
from offmon.server.orders.end_events.queries import check_events_confirmed
from offmon.server.orders.licences.queries import check_licences_run
from offmon.server.orders.queries import (
    assessments,
    authority_of,
    check_confirmed,
    check_documents,
    check_withdrawals,
    policies,
    readable_authority_of,
)
from offmon.server.reaching.queries import answering_of


@dataclass(frozen=True)
class Signing:
    """What the signer brings: its keys of the agency, the address that devices call, and the agency's keys, walked from its own roots."""

    profiles: SigningKey
    lists: SigningKey
    ingest: str
    ring: KeyRing


@dataclass(frozen=True, slots=True)
class ProfileRows:
    """The rows that one profile rests on."""

    row: models.Profile
    deployment: models.Deployment
    device: models.Device
    authorisation: models.Authorisation
    agency: AgencyView


def basis_of(row: models.Profile) -> ProfileRows:
    """Read, inside the scope that is open, what supports a profile. Raises Refused where it does not stand (`check_collects`)."""
    basis = _named(row)
    deployment, authorisation = basis.deployment, basis.authorisation
    check_enrolled(basis.device)
    notice = models.Notice.objects.filter(deployment_id=deployment.id).order_by("-served_at").first()
    check_collects(deployment, authorisation, None if notice is None else notice.core(), agencies.lead_of(row.case))
    if notice is not None and notice.served_at > row.lease_since:
        raise Refused("notice-after-lease", "The profile would begin before the notice was served. Request a new one.")
    _check_noticed(deployment, notice, authorisation)
    if authorisation.authorised_at is None or authorisation.authorised_at > row.lease_since:
        raise Refused("authorised-after-lease", "The profile would begin before its authorisation. Request a new one.")
    check_authoriser(authorisation)
    _check_reviewed(row, authorisation)
    _check_newest(authorisation)
    if notice is not None:
        # The newest alone, as it is the one that must cover what is signed; a verifier is content with any.
        check_served([(notice.core(), notice.touched(), said_of(row.case, ASKED))], row.lease_since)
    _check_of_now(row)
    return basis


def compile_profile(basis: ProfileRows, by: Signing) -> Profile:
    """The profile that the rows give at the start of its lease. Raises Refused where the law does not let it be."""
    row, choices = basis.row, basis.authorisation.core().choices
    check_rows_agree(row.case, None)
    check_documents(row.case)
    chosen = {term for choice in choices for term in choice.terms}
    check_confirmed(chosen, row.lease_since)
    check_licences_run(chosen, row.lease_since)
    check_events_confirmed(chosen, Period(row.lease_since, row.lease_until))
    check_withdrawals(row.case)
    instruments, terms = authority_of(row.case)
    live = detectors.live_lists(by.ring, clock.now())
    grants = _grants(basis, instruments, terms, [one.declared for one in live])
    check_unlocked(grant.kind for grant in grants)
    _check_answered(basis, grants, live)
    lease = Period(row.lease_since, row.lease_until)
    check_assessed_throughout(assessments(), {grant.kind for grant in grants}, lease)
    check_documented(choices, lease)
    check_policies(choices, policies(), row.lease_since)
    controllers = tuple(
        Controller(view.id, view.name, view.contact)
        for view in map(
            agencies.agency, controllers_of(grants, instruments, terms, leads.leads_of(row.case, row.lease_since))
        )
    )
    exclusions = dsse.digest_of(detectors.newest_exclusions(by.ring, clock.now()))
    texts = {"person_texts": person_texts_of(grants, terms), "welsh_texts": person_texts_of(grants, terms, welsh=True)}
    agreed = agreed_of(grants, instruments, terms)
    settled = settled_at(row.deployment_id, basis.authorisation)
    contacts = signed_contacts(row.case, row.deployment_id, by.lists)
    return replace(
        _written(basis, by.ingest, exclusions, grants=grants, **texts, controllers=controllers, agreed=agreed),
        contacts=None if contacts is None else dsse.digest_of(contacts),
        silences=silences_signed(row.case, settled, lease, grants, live),
    )


def compile_nothing(row: models.Profile, by: Signing) -> Profile:
    """The profile without a grant that a request gets which may get no other, where what the newest grants has ended, or monitoring (S107).

    Raises Refused: `ask-anew`, where the next request would get what this one may not; `nothing-ended`; and where it is not the device's
    next, of now (`_named`, `_check_of_now`). That the device was enrolled was asked of what it holds: what has become of that since must
    not let it go on.
    """
    basis = _named(row)
    _check_of_now(row)
    anew = _made_now(row)
    if _would_be_signed(anew, by):
        raise Refused("ask-anew", "Only this request is in the way of what the device may collect; ask for it again.")
    before = _before(row)
    held = None if before is None or before.document is None else dsse.peek(Profile, before.document)
    instruments, terms = readable_authority_of(row.case)
    at = row.lease_since
    grants = () if held is None or at not in held.lease else held.grants
    ended = (has_ended(grant, instruments, terms, at, at) for grant in grants)
    if held is None or not grants or not (_is_over(_named(anew)) or any(ended)):
        raise Refused("nothing-ended", "What the device may collect still rests on an order; nothing is taken away.")
    try:
        exclusions = dsse.digest_of(detectors.newest_exclusions(by.ring, clock.now()))
    except Refused:
        exclusions = held.exclusions  # the schema wants one; a device under it looks at nothing, and asks for none
    return _written(basis, by.ingest, exclusions)


def _made_now(row: models.Profile) -> models.Profile:
    """The request that the worker would make in this one's place, now; never written."""
    authorisation, now = newest_authorised(row.deployment_id) or row.authorisation, clock.now()
    return models.Profile(
        id=row.id,
        agency=row.agency,
        case=row.case,
        deployment_id=row.deployment_id,
        device_id=row.device_id,
        version=row.version,
        authorisation=authorisation,
        asked_by=row.asked_by,
        lease_since=now,
        lease_until=lease_end(now, authorisation.chosen or (), next_review(authorisation)),
    )


def _would_be_signed(row: models.Profile, by: Signing) -> bool:
    try:
        compile_profile(basis_of(row), by)
    except OffmonError:
        return False
    return True


def _written(
    basis: ProfileRows,
    ingest: str,
    exclusions: Digest,
    *,
    grants: tuple[Grant, ...] = (),
    person_texts: tuple[PersonText, ...] = (),
    welsh_texts: tuple[PersonText, ...] = (),
    controllers: tuple[Controller, ...] = (),
    agreed: tuple[Id, ...] = (),
) -> Profile:
    """The profile of these, for the device, deployment and lease of the request."""
    row, evidence, before = basis.row, basis.deployment.evidence_key, _before(basis.row)
    if evidence is None:
        raise Refused("no-evidence-key", "The vault has no key for this monitoring yet. Create the key first.")
    profile = Profile(
        schema=SCHEMA,
        agency=row.agency,
        case=row.case,
        deployment=basis.deployment.id,
        device=basis.device.id,
        device_key=VKey(basis.device.device_key),
        list_key=HpkeKey(1, basis.device.list_key),
        evidence_key=HpkeKey(1, evidence),
        version=row.version,
        previous=None if before is None else before.digest,
        lease=Period(row.lease_since, row.lease_until),
        grants=grants,
        exclusions=exclusions,
        person_texts=person_texts,
        welsh_texts=welsh_texts,
        controllers=controllers,
        agreed=agreed,
        device_kind=kind_of(basis.device),
        delay_days=basis.deployment.delay_days,
        log_origin=Origin(basis.agency.origin),
        ingest=ingest,
    )
    check_lease(profile)
    return profile


def _named(row: models.Profile) -> ProfileRows:
    """What a request names. Raises Refused unless it is the next of that device, for its own case and deployment."""
    deployment = models.Deployment.objects.defer("state").get(id=row.deployment_id)  # read where it is asked of
    authorisation = models.Authorisation.objects.get(id=row.authorisation_id)
    device = models.Device.objects.get(id=row.device_id)
    _check_belong(row, deployment, authorisation, device)
    _check_follows(row)
    return ProfileRows(row, deployment, device, authorisation, agencies.agency(row.agency))


def _is_over(basis: ProfileRows) -> bool:
    """Whether monitoring was stopped, by its row or by the log, or nobody could open what comes."""
    try:
        check_not_stopped(basis.authorisation.id, basis.deployment.id, said_of(basis.row.case, ASKED))
        state = basis.deployment.state
    except (Refused, Malformed):
        return True
    return state not in COLLECTING or basis.deployment.key_destroyed_at is not None


def _check_of_now(row: models.Profile) -> None:
    if row.lease_since > clock.now():
        raise Refused("lease-ahead", "The profile would begin in the future, when the law may differ. Request it then.")
    # A verifier asks the same of the signature's entry, which comes a moment later.
    check_signed_in_time(row.lease_since, Ms(clock.now() + time.MINUTE_MS))


def _check_noticed(
    deployment: models.Deployment, notice: models.Notice | None, authorisation: models.Authorisation
) -> None:
    """The newest notice covers what is to be signed (R-RGT-3, R-LEG-9): it leads to the authorisation that its paper tells of."""
    papers = models.NoticePaper.objects.filter(deployment=deployment).defer("words")
    paper = None if notice is None else papers.filter(text=notice.text).select_related("authorisation").first()
    check_covers(() if paper is None else paper.authorisation.core().choices, authorisation.core().choices)


def _check_reviewed(row: models.Profile, authorisation: models.Authorisation) -> None:
    """Somebody looks again before the lease ends: as the newest review says, if the log says of it what the row does (R-LEG-23)."""
    if authorisation.review_by is None:
        raise Refused("no-review-day", "The authorisation has no day of review. Have the monitoring authorised anew.")
    check_first(authorisation.authorised_at or row.lease_since, authorisation.review_by)
    review = newest_first(authorisation).first()
    if review is not None:
        check_review_act(review.core(), authorisation.core(), review.touched(), said_of(row.case, ASKED))
    due = authorisation.review_by if review is None else review.due
    check_reviewed(due, Period(row.lease_since, row.lease_until))


def _check_newest(authorisation: models.Authorisation) -> None:
    """Nothing rests on what two people have since replaced, or on what was stopped: a request names what its writer chose."""
    log = said_of(authorisation.case, ASKED)
    same = models.Authorisation.objects.filter(deployment_id=authorisation.deployment_id).values_list("id", flat=True)
    check_not_superseded(authorisation.id, set(same), log)
    check_not_stopped(authorisation.id, authorisation.deployment_id, log)


def _check_belong(
    row: models.Profile, deployment: models.Deployment, authorisation: models.Authorisation, device: models.Device
) -> None:
    """The rows are of one case and deployment: what the request names, its author chose."""
    cases = {row.case, deployment.case, authorisation.case, device.case}
    deployments = {row.deployment_id, authorisation.deployment_id, device.deployment_id}
    if len(cases) != 1 or len(deployments) != 1:
        raise Refused(
            "other-case", "The request names a record of another case. The signer signs nothing across cases."
        )


def _check_follows(row: models.Profile) -> None:
    """The request takes the number after the last: whoever writes one could else take the highest that there is, and none would follow."""
    before = models.Profile.objects.filter(device_id=row.device_id, version__lt=row.version).count()
    if row.version != before + 1:
        raise Refused("version-skipped", "The request does not have the next number of its device. Make a new request.")


def _grants(
    basis: ProfileRows, instruments: tuple[Instrument, ...], terms: tuple[Term, ...], lists: list[ListDeclaration]
) -> tuple[Grant, ...]:
    """What may be collected, which must be the same as known now and as known when the lease begins.

    A court recomputes the second (docs/specs/bundle.md); if something was learned in between, the request is out of date.
    """
    at = basis.row.lease_since
    choices = for_device(basis.authorisation.core().choices, terms, kind_of(basis.device))
    known = [as_known_at(instrument, at) for instrument in instruments]
    confirmed = [as_confirmed_at(term, at) for term in authority_of(basis.row.case, known_at=at)[1]]
    grants = compile_grants(instruments, terms, choices, lists, at)
    if grants != compile_grants(known, confirmed, choices, lists, at):
        raise Refused("changed-since", "The records for this changed after the request. Make a new request.")
    return grants


def _check_answered(basis: ProfileRows, grants: tuple[Grant, ...], live: list[detectors.LiveList]) -> None:
    """Somebody would answer an urgent alert, before a device gets its first profile with a list that can raise one (`alerts.answering`)."""
    if _before(basis.row) is not None:
        return
    named = {ref.digest for grant in grants for ref in grant.lists}
    if any(one.declared.ref.digest in named and detectors.is_urgent(one.entries) for one in live):
        check_answers(answering_of(basis.row.case, clock.now()))


def _before(row: models.Profile) -> models.Profile | None:
    """The signed profile before this one; the signer signs them in order."""
    return (
        models.Profile.objects.filter(device_id=row.device_id, version__lt=row.version, state=ProfileState.SIGNED)
        .order_by("-version")
        .first()
    )
