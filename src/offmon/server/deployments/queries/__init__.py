"""Every read of deployments: for ingest (by a device's key), for signer and worker, for the console's pages."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db.models import QuerySet

from offmon.core.access.roles import Permission
from offmon.core.authority.noticed import covers
from offmon.core.authority.profile import Profile
from offmon.core.authority.profile_issue import Issuer, open_issued
from offmon.core.authority.visit import InstallVisit
from offmon.core.errors import NotAuthentic, OffmonError, Refused
from offmon.core.formats import dsse, protocol
from offmon.core.formats.trust_file import TrustFile
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log import records
from offmon.core.log.audit import EntryOutcome, Touched, Verb
from offmon.core.states import DeploymentState, ProfileState
from offmon.server.agencies import queries as agencies
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append, append_each
from offmon.server.base.actor import Actor
from offmon.server.base.columns import person_key
from offmon.server.base.scope import scope
from offmon.server.base.sessions import Refusal
from offmon.server.base.statements import ask
from offmon.server.deployments import models
from offmon.server.deployments.queries.notices import content_of
from offmon.server.deployments.queries.reviews import NextReview, standing
from offmon.server.deployments.queries.signed import read
from offmon.server.deployments.queries.visits import visits_of
from offmon.server.detectors import queries as detectors
from offmon.server.people import queries as people
from offmon.server.people.queries import PersonView
from offmon.words.catalogue import Language
from offmon.words.document import Paper
from offmon.words.notice import write

LONGEST_DELAY_DAYS: Final = 28
CASES_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """Whose key signed a request: enough to open the right scope."""

    agency: Id
    case: Id
    deployment: Id
    device: Id
    vkey: str


@dataclass(frozen=True, slots=True)
class DeploymentView:
    """What a page shows of a deployment."""

    id: Id
    case: Id
    state: DeploymentState
    devices: int


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as the list of cases shows it. `state` None: nothing is drafted."""

    person: PersonView
    state: DeploymentState | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """A part of the list of cases, and whether there is more of it."""

    lines: list[CaseLine]
    more: bool


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device, and the newest profile asked for it; `refusal` is the signer's code where it said no, or signed one without a grant.

    `nothing`: why the newest that is signed grants nothing, where no other could be signed and something had ended.
    """

    device: records.DeviceRecord
    profile: records.ProfileRecord | None
    refusal: str | None
    nothing: str | None


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A notice as it was made: which, in which language, and the digest of its text, which a served notice has too."""

    id: Id
    authorisation: Id
    language: Language
    made_at: Ms
    text: Digest


@dataclass(frozen=True, slots=True)
class PaperView:
    """A notice to read or to print, as it was made; `in_other`: the same in the other language.

    `stands`: it is what would be made again now of the same authorisation and checkpoint. Where not, something that it tells of changed.
    """

    line: PaperLine
    paper: Paper
    in_other: Id
    stands: bool


@dataclass(frozen=True, slots=True)
class DeploymentFile:
    """All that is recorded of a deployment of a case, the newest last. `refused`: the drafts that were, by id."""

    deployment: records.DeploymentRecord
    authorisations: tuple[records.AuthorisationRecord, ...]
    refused: Mapping[Id, Refusal]
    notices: tuple[records.NoticeRecord, ...]
    papers: tuple[PaperLine, ...]
    devices: tuple[DeviceView, ...]
    review: NextReview | None = None
    drafted_at: Mapping[Id, Ms] = field(default_factory=dict)
    visits: tuple[InstallVisit, ...] = ()

    @property
    def in_force(self) -> records.AuthorisationRecord | None:
        """What was authorised last."""
        given = [one for one in self.authorisations if one.authorised_at is not None]
        return given[-1] if given else None

    def served_of(self, line: PaperLine) -> records.NoticeRecord | None:
        """How a paper was served last, if it was."""
        return next((one for one in reversed(self.notices) if one.text == line.text), None)

    @property
    def notice_due(self) -> bool:
        """Whether the newest authorisation would collect more than the newest notice told of: the signer would refuse it."""
        given = [one for one in self.authorisations if one.authorised_at is not None]
        told = next(
            (one.authorisation for one in self.papers if self.notices and one.text == self.notices[-1].text), None
        )
        noticed = next((one.choices for one in self.authorisations if one.id == told), ())
        return bool(given) and not covers(noticed, given[-1].choices)


def cases(*, actor: Actor, page: int = 0) -> CasePage:
    """The cases on the actor's caseload, `CASES_PAGE` at a time; one consultation entry a person shown."""
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        shown, total = people.on_caseload(page * CASES_PAGE, CASES_PAGE)
        those = [person.case for person in shown]
        states = dict(_live().filter(case__among=those).values_list("case", "state"))
        append_each(actor, Verb.CASE_CONSULTED, cases=those)
        return CasePage(
            [CaseLine(person, states.get(person.case)) for person in shown], (page + 1) * CASES_PAGE < total
        )


def not_begun(cases: Collection[Id]) -> dict[Id, DeploymentState | None]:
    """Which of these cases are not active yet, inside the scope that is open; None: nothing is drafted."""
    known = list(models.Deployment.objects.filter(case__among=cases).values_list("case", "state"))
    live = {case: state for case, state in known if state is not DeploymentState.ENDED}
    ended = {case for case, _ in known} - live.keys()
    begun = {DeploymentState.ACTIVE, DeploymentState.SUSPENDED}
    return {case: live.get(case) for case in cases if case not in ended and live.get(case) not in begun}


def devices_to_show_themselves() -> dict[Id, Id]:
    """The devices of monitoring that was noticed and is not active, each with its deployment, inside the scope that is open."""
    waiting = models.Device.objects.filter(deployment__state=DeploymentState.NOTICE_SERVED)
    return dict(waiting.values_list("id", "deployment_id"))


def devices_in_use() -> dict[Id, Id]:
    """The devices of monitoring that is active, each with its case, inside the scope that is open; the caller writes the consultations."""
    active = models.Device.objects.filter(deployment__state=DeploymentState.ACTIVE)
    return dict(active.values_list("id", "case"))


def file_of(case: Id) -> DeploymentFile | None:
    """The live deployment of a case, inside the caller's scope; the caller's query writes the consultation."""
    row = _live().filter(case=case).first()
    return None if row is None else _file(row)


def ended_of(case: Id) -> tuple[DeploymentFile, ...]:
    """The monitoring of a case that has ended, the newest last. Inside the scope that is open; the caller writes the consultation."""
    rows = models.Deployment.objects.filter(case=case, state=DeploymentState.ENDED)
    return tuple(_file(row) for row in sorted(rows, key=lambda one: one.stopped_at or 0))


def _file(row: models.Deployment) -> DeploymentFile:
    authorisations = list(models.Authorisation.objects.filter(deployment=row).order_by("authorised_at", "id"))
    notices = models.Notice.objects.filter(deployment=row).order_by("served_at")
    papers = models.NoticePaper.objects.filter(deployment=row).defer("words").order_by("made_at", "language")
    devices = models.Device.objects.filter(deployment=row).order_by("enrolled_at")
    return DeploymentFile(
        row.core(),
        tuple(one.core() for one in authorisations),
        {one.id: refusal for one in authorisations if (refusal := one.said_no)},
        tuple(one.core() for one in notices),
        tuple(_line(one) for one in papers),
        tuple(_device(one) for one in devices),
        next((standing(one) for one in reversed(authorisations) if one.authorised_at is not None), None),
        {one.id: one.begun_at for one in authorisations},
        visits_of(row.case, row.id),
    )


def paper(paper_id: Id, *, actor: Actor) -> PaperView | None:
    """A notice as it was made, consulted by the actor. None outside their caseload. Raises NotAuthentic for one that was altered."""
    actor.check(Permission.DEPLOYMENT_READ)
    with scope(actor):
        row = models.NoticePaper.objects.filter(id=paper_id).select_related("authorisation").first()
        if row is None:
            return None
        append(actor, Verb.CASE_CONSULTED, case=row.case)
        kept = Paper.parse(person_key().open(row.words, models.NoticePaper, row.id, "words"))
        if kept.digest != row.text:
            raise NotAuthentic("notice-altered", "The notice that is kept is not the one that was made.")
        made_with_it = models.NoticePaper.objects.filter(deployment=row.deployment_id, made_at=row.made_at)
        other = made_with_it.get(language=row.language.other)
        return PaperView(_line(row), kept, other.id, _stands(row))


def _stands(row: models.NoticePaper) -> bool:
    try:
        return write(content_of(row.authorisation, row.checkpoint, row.made_at), row.language).digest == row.text
    except OffmonError:
        return False


def _line(row: models.NoticePaper) -> PaperLine:
    return PaperLine(row.id, row.authorisation_id, row.language, row.made_at, row.text)


def checkpoints_told(case: Id) -> set[str]:
    """The checkpoints that stand on the served notices of a case, each as its three lines. Inside the scope that is open."""
    served = models.Notice.objects.filter(case=case).values("text")
    papers = models.NoticePaper.objects.filter(case=case, text__in=served)
    return set(papers.values_list("checkpoint", flat=True))


def device_by_key(keyid: str) -> KnownDevice | None:
    """The enrolled device that a key id names. A directory read, before any scope."""
    found = ask(_DEVICE_OF_KEY, [keyid])
    if not found:
        return None
    *names, vkey = found[0]
    agency, case, deployment, device = (Id(name.hex) for name in names)
    return KnownDevice(agency, case, deployment, device, vkey)


# In SQL, as every request asks it.
_DEVICE_OF_KEY: Final = 'select agency_id, "case", deployment, device, vkey from deployments_devicekey where keyid = %s'


def agency_of_code(proof: bytes) -> Id | None:
    """The agency whose code has this proof. A directory read, before any scope."""
    row = models.EnrolmentCode.objects.filter(secret=models.digest_of_proof(proof)).first()
    return None if row is None else row.agency_id


def update_for(device: KnownDevice) -> protocol.ProfileUpdate:
    """What a device that asks for its profile is given. Inside the scope that is open."""
    keys = agencies.keys_of(device.agency)
    row = _signed(device).order_by("-version").first()
    if row is None or row.document is None:
        return protocol.ProfileUpdate(keys, None, None, (), ())
    profile = dsse.peek(Profile, row.document)
    lists = list(models.ProfileList.objects.filter(profile_id=row.id).order_by("position"))
    enclosed = models.ProfileContacts.objects.filter(profile_id=row.id).values_list("ciphertext", flat=True)
    return protocol.ProfileUpdate(
        keys=keys,
        profile=row.document,
        exclusions=detectors.exclusions_named(profile.exclusions),
        lists=tuple(item.document for item in lists),
        entries=tuple(item.ciphertext for item in lists),
        contacts=None if profile.contacts is None else enclosed.first(),
    )


def profile_of_device(device: Id, digest: Digest) -> Profile:
    """The signed profile that an envelope names, inside the scope that is open. Raises Refused where there is none."""
    row = models.Profile.objects.filter(device_id=device, digest=digest).first()
    if row is None or row.document is None:
        raise _no_profile()
    return dsse.peek(Profile, row.document)


def profiles_of_devices(named: Collection[tuple[Id, Digest]]) -> dict[tuple[Id, Digest], Profile]:
    """As `profile_of_device`, for many at once and each read once; one that there is not is left out."""
    rows = models.Profile.objects.filter(device_id__in={device for device, _ in named}, document__isnull=False)
    rows = rows.filter(digest__in={digest for _, digest in named})
    found = rows.values_list("device_id", "digest", "document")
    return {(device, digest): read(document) for device, digest, document in found}


def issued_profile(device: Id, digest: Digest, brought: TrustFile, *, actor: Actor) -> Profile:
    """As `profile_of_device`, but held to the roots that the process was given: for the vault, which opens what a profile grants.

    The row, with the document that it names, is the one that a PROFILE_SIGNED entry commits to; the first of these says when it was
    signed, which the database stamped. Raises NotAuthentic or Refused.
    """
    row = models.Profile.objects.filter(device_id=device, digest=digest).first()
    if row is None or row.document is None:
        raise _no_profile()
    written = row.touched()
    said = log.recorded(actor, row.case, Verb.PROFILE_SIGNED, Ms(0))
    at = next((entry.at for entry in said if entry.outcome is EntryOutcome.ALLOWED and written in entry.touched), None)
    if at is None:
        raise NotAuthentic("profile-not-logged", "No entry of the log says that this profile was signed.")
    issuer = Issuer(row.agency, row.case, brought.agency(row.agency).origin)
    return open_issued(row.document, row.core(), issuer, agencies.ring_of(row.agency, brought), at)


def asked_profiles() -> list[Id]:
    """Profiles that wait for the signer, oldest first. Inside the scope that is open."""
    return list(
        models.Profile.objects.filter(state=ProfileState.ASKED).order_by("lease_since").values_list("id", flat=True)
    )


def deployment_of(case: Id, *, actor: Actor) -> DeploymentView | None:
    """The live deployment of a case, consulted by the actor."""
    with scope(actor):
        row = models.Deployment.objects.filter(case=case).exclude(state=DeploymentState.ENDED).first()
        if row is None:
            return None
        append(actor, Verb.CASE_CONSULTED, case=case)
        return DeploymentView(row.id, row.case, row.state, models.Device.objects.filter(deployment_id=row.id).count())


def _no_profile() -> Refused:
    return Refused("no-profile", "The profile that this was collected under is not here; a backup may be incomplete.")


def _live() -> "QuerySet[models.Deployment]":
    return models.Deployment.objects.exclude(state=DeploymentState.ENDED)


def _device(row: models.Device) -> DeviceView:
    every = models.Profile.objects.filter(device=row).order_by("-version")
    newest, signed = every.first(), every.filter(state=ProfileState.SIGNED).first()
    nothing = None if signed is None else signed.refusal
    if newest is None:
        return DeviceView(row.core(), None, None, None)
    return DeviceView(row.core(), newest.core(), newest.refusal, nothing)


def _signed(device: KnownDevice) -> "QuerySet[models.Profile]":
    return models.Profile.objects.filter(device_id=device.device, state=ProfileState.SIGNED)


def documents_of(case: Id) -> list[tuple[Profile, bytes]]:
    """Every signed profile of the case, read and as it was signed, inside the scope that is open."""
    rows = models.Profile.objects.filter(case=case, document__isnull=False).order_by("device_id", "version")
    documents = [row.document or b"" for row in rows]
    return [(dsse.peek(Profile, document), document) for document in documents]


def signed_at(case: Id) -> dict[tuple[Id, int], Ms]:
    """When each profile of the case was signed, by device and version, as the log says. Inside the scope that is open."""
    said = [one for one in log.said_of(case, {Verb.PROFILE_SIGNED}) if one.outcome is EntryOutcome.ALLOWED]
    at = {touched.id: entry.at for entry in reversed(said) for touched in entry.touched}
    rows = models.Profile.objects.filter(case=case, id__in=at).values_list("id", "device_id", "version")
    return {(device, version): at[profile] for profile, device, version in rows}


def deployments_of(case: Id) -> list[Id]:
    """The deployments of a case, ended ones too. Inside the scope that is open."""
    return list(models.Deployment.objects.filter(case=case).values_list("id", flat=True))


def exists(deployment: Id) -> bool:
    """Whether there is such a deployment in the scope that is open."""
    return models.Deployment.objects.filter(id=deployment).exists()


def devices_of(deployment: Id) -> list[Id]:
    """The devices that were ever enrolled for a deployment, inside the scope that is open."""
    return list(models.Device.objects.filter(deployment_id=deployment).values_list("id", flat=True))


def without_key(case: Id) -> list[Id]:
    """The deployments of a case whose key was destroyed, inside the scope that is open."""
    return list(
        models.Deployment.objects.filter(case=case, key_destroyed_at__isnull=False).values_list("id", flat=True)
    )


@dataclass(frozen=True, slots=True)
class HeldKey:
    """The key that opens what a deployment's devices enclosed: its public half."""

    deployment: Id
    key: bytes


def key_held(case: Id) -> HeldKey | None:
    """The key of a case's live deployment, if one was made and none was destroyed. Inside the scope that is open."""
    row = _live().filter(case=case, evidence_key__isnull=False, key_destroyed_at=None).first()
    return None if row is None or row.evidence_key is None else HeldKey(row.id, row.evidence_key)


def case_of(deployment: Id) -> Id:
    """The case of a deployment, inside the scope that is open; whoever asks shows nothing by it."""
    return models.Deployment.objects.only("case").get(id=deployment).case


def enrolled(case: Id) -> dict[Id, Ms]:
    """When each device of a case was enrolled, of ended deployments too: what it was given stays given. Inside the scope that is open."""
    return dict(models.Device.objects.filter(case=case).values_list("id", "enrolled_at"))


def device_in_log(device: Id) -> tuple[Id, Touched] | None:
    """The case of a device, and how an entry names it. Inside the scope that is open."""
    row = models.Device.objects.filter(id=device).first()
    return None if row is None else (row.case, row.touched())


def person_texts(case: Id) -> dict[Id, str]:
    """What the person was told of each term, by every profile of theirs. Inside the scope that is open."""
    return {said.term: said.text for profile in _profiles(case) for said in profile.person_texts}


def collected_since(case: Id) -> Ms | None:
    """From when the first profile of a case let something be collected; None: there is none. Inside the scope that is open."""
    signed = models.Profile.objects.filter(case=case, state=ProfileState.SIGNED).order_by("lease_since")
    return signed.values_list("lease_since", flat=True).first()


def welsh_texts(case: Id) -> dict[str, str]:
    """The Welsh words for the person, by the English ones, of every profile of theirs. Inside the scope that is open."""
    found: dict[str, str] = {}
    for profile in _profiles(case):
        english = {said.term: said.text for said in profile.person_texts}
        found |= {english[said.term]: said.text for said in profile.welsh_texts if said.term in english}
    return found


def _profiles(case: Id) -> Iterator[Profile]:
    documents = models.Profile.objects.filter(case=case, state=ProfileState.SIGNED).order_by("version")
    return (read(document) for document in documents.values_list("document", flat=True) if document is not None)


def delay_of(case: Id) -> int:
    """After how many days the person of a case is told, as the notice said; the longest where nothing is drafted.

    The longest of all its deployments, ended ones too: what was sent under one is told after that one's delay at the earliest.
    """
    found = models.Deployment.objects.filter(case=case).order_by("-delay_days").values_list("delay_days", flat=True)
    return found.first() or LONGEST_DELAY_DAYS


def served_paper(case: Id, language: Language) -> Paper | None:
    """The newest notice that was served in a case, in a language. For the person, inside the scope that is open."""
    served = (
        models.Notice.objects.filter(case=case).order_by("-served_at", "-id").values_list("text", flat=True).first()
    )
    made = models.NoticePaper.objects.filter(case=case, text=served).values_list("deployment_id", "made_at").first()
    if served is None or made is None:
        return None
    rows = models.NoticePaper.objects.filter(deployment_id=made[0], made_at=made[1], language=language)
    paper_id, words, text = rows.values_list("id", "words", "text").get()
    kept = Paper.parse(person_key().open(words, models.NoticePaper, paper_id, "words"))
    if kept.digest != text:
        raise NotAuthentic("notice-altered", "The notice that is kept is not the one that was made.")
    return kept
