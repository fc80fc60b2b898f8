"""Every read of what devices sent: for the worker, which triages it, and for vault and evidence, which account for it.

Rules
- Nothing here reaches a person by itself. The query of triage or evidence that shows it records the consultation, in the same scope.
- Documents are parsed from the bytes that the device hashed, never assembled from columns.
- Only `enclosed_leaf` and `leaves_of(…, enclosed=True)` read enclosed data, and only the vault's role may.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BinaryField, Exists, F, Func, IntegerField, OuterRef, QuerySet, Value

from offmon.core.alerts.occurrence import goes_with
from offmon.core.authority.capability import DETECTING, FOLLOWING, Capability
from offmon.core.formats import codec
from offmon.core.formats.event import DeviceNote, Envelope, Gap, GapLeaf, GapReason, NoteKind, NoteLeaf
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.audit import Touched
from offmon.core.person import coverage
from offmon.core.person.activity_record import Unkept
from offmon.core.person.coverage import Silence, Undeclared
from offmon.core.person.heard import folded
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.intake import models
from offmon.server.intake.models import Held

MAX_DOCUMENT: Final = 1 << 16
_DISCLOSURE: Final = ("id", "case", "device", "epoch", "n", "event_at", "document")


@dataclass(frozen=True, slots=True)
class JournalView:
    """The known head of one epoch of a device. `checkpoint` is the device's signed commitment to it."""

    case: Id
    device: Id
    epoch: Id
    number: int
    size: int
    checkpoint: bytes


@dataclass(frozen=True, slots=True)
class HeldDisclosure:
    """A disclosure that was admitted, without what it encloses. `event_at` is corrected by the device's offset."""

    id: Id
    case: Id
    device: Id
    epoch: Id
    n: int
    event_at: Ms
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class EnclosedLeaf:
    """A disclosure with what it encloses and the salt of its envelope: for the vault."""

    id: Id
    case: Id
    envelope: Envelope
    salt: bytes
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class KeptLeaf:
    """One place of a journal, as it is accounted for: held, or refused, erased or lost with the hashes that remain.

    `document` are the bytes under `commit`, with their `salt`; both empty where it is not held. `ciphertext` None where there is none
    or it was not asked for.
    """

    id: Id
    n: int
    kind: str
    commit: Digest
    ciphertext_digest: Digest
    held: Held
    why: str | None
    salt: bytes
    document: bytes | None
    ciphertext: bytes | None = None


@dataclass(frozen=True, slots=True)
class DeclaredGap:
    """A hole in coverage that a device declared."""

    case: Id
    gap: Gap


@dataclass(frozen=True, slots=True)
class LivenessView:
    """When a device was last heard of, by the server's clock, and since when its heartbeats stand for less than is held of it."""

    device: Id
    heard_at: Ms
    epoch: Id
    size: int
    behind_since: Ms | None


def journals(*, actor: Actor, case: Id | None = None) -> list[JournalView]:
    """The journals of the agency's devices, or of one case; a device's in the order of its epochs."""
    with scope(actor):
        rows = models.Journal.objects.order_by("device", "number")
        if case is not None:
            rows = rows.filter(case=case)
        columns = ("case", "device", "epoch", "number", "size", "checkpoint")
        return [JournalView(*row) for row in rows.values_list(*columns)]


def disclosures_since(device: Id, epoch: Id, n: int, *, limit: int, actor: Actor) -> list[HeldDisclosure]:
    """Admitted disclosures of one journal from number `n` on, in its order, at most `limit`: those that are a finding.

    A journal's rows appear in its order and without a hole, so whoever has read up to a size has missed nothing.
    """
    with scope(actor):
        rows = _leaves(device, epoch).filter(kind="disclosure", held=Held.HELD, capability__in=DETECTING, n__gte=n)[
            :limit
        ]
        return [_disclosure(row) for row in rows.values_list(*_DISCLOSURE)]


def disclosures_named(leaves: Collection[Id], *, actor: Actor) -> list[HeldDisclosure]:
    """These admitted disclosures, without what they enclose, in their journals' order; one that is not held any more is left out."""
    with scope(actor):
        rows = models.Leaf.objects.filter(id__in=list(leaves), kind="disclosure", held=Held.HELD)
        return [_disclosure(row) for row in rows.order_by("device", "epoch", "n").values_list(*_DISCLOSURE)]


def beside(findings: Collection[HeldDisclosure]) -> list[HeldDisclosure]:
    """The admitted disclosures that go with these findings, in their journals' order. Inside the scope that is open."""
    like = {"device__in": {one.device for one in findings}, "event_at__in": {one.event_at for one in findings}}
    rows = models.Leaf.objects.filter(kind="disclosure", held=Held.HELD, capability__in=FOLLOWING, **like)
    found = map(_disclosure, rows.order_by("device", "epoch", "n").values_list(*_DISCLOSURE))
    by_time = defaultdict[tuple[Id, Ms], list[HeldDisclosure]](list)
    for one in findings:
        by_time[one.device, one.event_at].append(one)
    return [
        one
        for one in found
        if any(goes_with(one.envelope, other.envelope) for other in by_time[one.device, one.event_at])
    ]


def disclosures_from(case: Id, since: Ms) -> Iterator[HeldDisclosure]:
    """A case's admitted disclosures from an instant on, in their journals' order, read one by one. Inside the scope that is open."""
    rows = models.Leaf.objects.filter(case=case, kind="disclosure", held=Held.HELD, event_at__gte=since)
    found = rows.order_by("device", "epoch", "n").values_list(*_DISCLOSURE)
    return map(_disclosure, found.iterator(chunk_size=500))


def disclosure(leaf: Id, *, actor: Actor) -> HeldDisclosure | None:
    """One admitted disclosure, without what it encloses; None where there is none (any more) in the actor's scope."""
    return next(iter(disclosures_named([leaf], actor=actor)), None)


def enclosed_leaf(leaf: Id, *, actor: Actor) -> EnclosedLeaf | None:
    """One admitted disclosure with what it encloses; None where there is none (any more) in the actor's scope."""
    with scope(actor):
        rows = models.Leaf.objects.filter(id=leaf, kind="disclosure", held=Held.HELD)
        row = rows.values_list("id", "case", "document", "salt", "ciphertext").first()
        return None if row is None else EnclosedLeaf(row[0], row[1], _envelope(row[2]), row[3], row[4])


def leaves_of(journal: JournalView, *, actor: Actor, enclosed: bool = False) -> list[KeptLeaf]:
    """Every place of one journal up to its size, in its order: what a bundle must account for.

    What came after the journal was read is left out: the checkpoint beside it says nothing of that.
    """
    columns = ["id", "n", "kind", "commit", "ciphertext_digest", "held", "why", "salt", "document"]
    with scope(actor):
        rows = _leaves(journal.device, journal.epoch).filter(n__lt=journal.size)
        if enclosed:
            return [KeptLeaf(*row) for row in rows.values_list(*columns, "ciphertext")]
        return [KeptLeaf(*row) for row in rows.values_list(*columns)]


def leaves_by_epoch(case: Id, *, actor: Actor) -> dict[tuple[Id, Id], list[tuple[Id, KeptLeaf]]]:
    """Every place of a case's journals, by device and epoch, each with the batch in which it came, and without what it encloses."""
    columns = ["id", "n", "kind", "commit", "ciphertext_digest", "held", "why", "salt", "document"]
    found: dict[tuple[Id, Id], list[tuple[Id, KeptLeaf]]] = {}
    with scope(actor):
        rows = models.Leaf.objects.filter(case=case).order_by("device", "epoch", "n")
        for device, epoch, batch, *leaf in rows.values_list("device", "epoch", "batch", *columns):
            found.setdefault((device, epoch), []).append((batch, KeptLeaf(*leaf)))
    return found


def gaps_of(case: Id, *, actor: Actor) -> list[DeclaredGap]:
    """Every gap that the devices of a case declared, in the order of its beginning."""
    with scope(actor):
        rows = models.Leaf.objects.filter(case=case, kind=GapLeaf.KIND, held=Held.HELD).order_by("event_at", "n")
        documents = rows.values_list("case", "document")
        return [DeclaredGap(of, codec.load(Gap, document, max_size=MAX_DOCUMENT)) for of, document in documents]


def not_covered(case: Id, *, actor: Actor, before: Ms | None = None) -> list[Undeclared]:
    """What lies between two runs of an agent and no gap covers, by device and time. `before`: of batches that came before an instant."""
    with scope(actor):
        return undeclared(case, before)


def undeclared(case: Id, before: Ms | None = None) -> list[Undeclared]:
    """The same, inside the scope that is open."""
    rows = models.Batch.objects.filter(case=case, silent_since__isnull=False)
    rows = rows if before is None else rows.filter(received_at__lt=before)
    silences = defaultdict[Id, list[Silence]](list)
    for device, *silent in rows.values_list("device", "silent_since", "silent_until", "received_at"):
        silences[device].append(Silence(*silent))
    found = list[Undeclared]()
    for device in sorted(silences):
        notes, gaps = (_documents(case, device, kind) for kind in (NoteLeaf.KIND, GapLeaf.KIND))
        found += coverage.not_covered(
            device,
            silences[device],
            [(at, codec.load(DeviceNote, document, max_size=MAX_DOCUMENT)) for at, document in notes],
            [(at, codec.load(Gap, document, max_size=MAX_DOCUMENT)) for at, document in gaps],
        )
    return found


def _documents(case: Id, device: Id, kind: str) -> list[tuple[Ms, bytes]]:
    """Each with when its batch came."""
    received = dict(models.Batch.objects.filter(case=case, device=device).values_list("id", "received_at"))
    rows = models.Leaf.objects.filter(case=case, device=device, held=Held.HELD, kind=kind)
    return [(received[batch], document) for batch, document in rows.values_list("batch", "document")]


def marked(devices: Collection[Id]) -> frozenset[Id]:
    """Which of these devices noted that the marker page was open there, inside the scope that is open."""
    notes = models.Leaf.objects.filter(device__in=list(devices), kind=NoteLeaf.KIND, held=Held.HELD)
    said = (
        (device, codec.load(DeviceNote, document, max_size=MAX_DOCUMENT))
        for device, document in notes.values_list("device", "document")
    )
    return frozenset(device for device, note in said if note.note is NoteKind.MARKER)


def withdrawals_noted(devices: Collection[Id]) -> dict[Id, Ms]:
    """Which items these devices noted that the person withdrew there, and when first. Inside the open scope.

    By the device's clock, but not before the last batch that came ahead of the note: what that held was collected before.
    """
    notes = models.Leaf.objects.filter(device__in=list(devices), kind=NoteLeaf.KIND, held=Held.HELD)
    noted = list[tuple[Ms, Id]]()
    for batch, document in notes.values_list("batch", "document"):
        one = codec.load(DeviceNote, document, max_size=MAX_DOCUMENT)
        if one.note is NoteKind.AGREEMENT_WITHDRAWN and one.term is not None:
            noted.append((max(one.at, _before(one.device, batch)), one.term))
    return {term: at for at, term in sorted(noted, reverse=True)}


def _before(device: Id, batch: Id) -> Ms:
    """When the device's last batch before that one came; 0 where it is the first."""
    came = models.Batch.objects.filter(device=device, received_at__lt=models.Batch.objects.get(id=batch).received_at)
    return came.order_by("-received_at").values_list("received_at", flat=True).first() or Ms(0)


def marker_arrived(case: Id, device: Id) -> Ms | None:
    """When the first note of this device that the marker page was open there arrived, inside the scope that is open."""
    notes = _documents(case, device, NoteLeaf.KIND)
    return min(
        (
            at
            for at, document in notes
            if codec.load(DeviceNote, document, max_size=MAX_DOCUMENT).note is NoteKind.MARKER
        ),
        default=None,
    )


def liveness(devices: set[Id], *, actor: Actor) -> list[LivenessView]:
    """When these devices were last heard of. The table has no policy of its own: ask for devices of the actor's cases only."""
    with scope(actor):
        rows = models.Liveness.objects.filter(agency=actor.agency, device__in=devices).order_by("device")
        return [
            LivenessView(device, _seen(at), epoch, size, since and _seen(since))
            for device, at, epoch, size, since in rows.values_list(
                "device", "heard_at", "epoch", "size", "behind_since"
            )
        ]


def heard_at(devices: set[Id], agency: Id) -> dict[Id, Ms]:
    """When each of these was last heard of, inside the scope that is open. Ask for devices of the actor's cases only."""
    rows = models.Liveness.objects.filter(agency=agency, device__in=devices)
    return {device: _seen(at) for device, at in rows.values_list("device", "heard_at")}


def beats(*, actor: Actor) -> dict[Id, Ms]:
    """When the last heartbeat of each of the agency's devices came, of which there was one."""
    with scope(actor):
        beat = models.Liveness.objects.filter(agency=actor.agency, beat_at__isnull=False)
        return dict(beat.values_list("device", "beat_at"))


def _seen(at: Ms) -> Ms:
    """When a device was heard, as a reader sees it: after 48 hours, its hour."""
    return folded(at, clock.now())


def strangers(since: Ms) -> dict[str, int]:
    """How many requests came from no device of ours since the day of that instant, by reason: for the operator's figures."""
    counts: dict[str, int] = {}
    for reason, count in models.Stranger.objects.filter(day__gte=since).values_list("reason", "count"):
        counts[reason] = counts.get(reason, 0) + count
    return counts


def _leaves(device: Id, epoch: Id) -> "QuerySet[models.Leaf]":
    return models.Leaf.objects.filter(device=device, epoch=epoch).order_by("n")


def place_in(column: str, text: bytes) -> Func:
    """Where a text stands in a column of bytes, from 1; 0: nowhere."""
    given = Value(text, output_field=BinaryField())
    return Func(given, F(column), template="position(%(expressions)s)", arg_joiner=" in ", output_field=IntegerField())


def _disclosure(row: tuple[Any, ...]) -> HeldDisclosure:
    leaf, case, device, epoch, n, event_at, document = row
    return HeldDisclosure(leaf, case, device, epoch, n, event_at, _envelope(document))


def _envelope(document: bytes) -> Envelope:
    return codec.load(Envelope, document, max_size=MAX_DOCUMENT)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a bundle accounts for: every disclosure of a case, and how many of them are not held."""

    disclosures: int
    refused: int
    erased: int
    lost: int
    gaps: int


def contents(case: Id, *, actor: Actor) -> Contents:
    """Count what a bundle of the case accounts for."""
    with scope(actor):
        leaves = models.Leaf.objects.filter(case=case)
        disclosures = leaves.filter(kind="disclosure")
        return Contents(
            disclosures=disclosures.count(),
            refused=disclosures.filter(held=Held.REFUSED).count(),
            erased=disclosures.filter(held=Held.ERASED).count(),
            lost=disclosures.filter(held=Held.LOST).count(),
            gaps=leaves.filter(kind=GapLeaf.KIND).count(),
        )


def batches_of(device: Id) -> list[Touched]:
    """How an audit entry names the batches of a device, inside the scope that is open."""
    return [row.touched() for row in models.Batch.objects.filter(device=device).order_by("received_at")]


@dataclass(frozen=True, slots=True)
class SentView:
    """A disclosure as the person is told of it: which device's, when it reached us, its commitment, and why nothing more is kept, if so.

    When it happened, its kind and its terms are known of what is kept alone.
    """

    device: Id
    unkept: Unkept | None
    received_at: Ms
    commit: Digest
    event_at: Ms | None
    kind: Capability | None
    terms: tuple[Id, ...]


def sent_before(case: Id, before: Ms) -> list[SentView]:
    """Every disclosure that the agency took before an instant, held, refused or lost. For the person, inside the scope that is open.

    By when they were received: what a device sent late is told late, as everything is; of what was lost, when the device told of it again.
    """
    old = models.Batch.objects.filter(case=case, received_at__lt=before)
    received = dict(old.values_list("id", "received_at"))
    rows = models.Leaf.objects.filter(case=case, kind="disclosure", batch__in=old.values("id"))
    found = rows.values_list("device", "held", "batch", "commit", "event_at", "document")
    return [
        SentView(
            device, None if held == Held.HELD else Unkept(held), received[batch], commit, at, *_kind_and_terms(document)
        )
        for device, held, batch, commit, at, document in found
    ]


def leaves_with(case: Id, commits: Collection[Digest]) -> set[Id]:
    """The leaves of a case that have these commitments. Inside the scope that is open."""
    return set(models.Leaf.objects.filter(case=case, commit__in=list(commits)).values_list("id", flat=True))


def _kind_and_terms(document: bytes | None) -> tuple[Capability | None, tuple[Id, ...]]:
    if document is None:
        return None, ()
    claim = _envelope(document).claim
    return claim.kind, claim.terms


def gaps_told(case: Id, before: Ms, waiting: Collection[GapReason]) -> list[tuple[Gap, Ms]]:
    """The gaps that a case's devices declared, each with when it reached the agency; for a reason that waits only if before an instant.

    For the person, inside the scope that is open. What they are not told yet is not read either: the page would take longer for it.
    """
    rows = models.Leaf.objects.filter(case=case, kind=GapLeaf.KIND, held=Held.HELD)
    late = models.Batch.objects.filter(case=case, received_at__gte=before)
    is_late = Exists(late.filter(id=OuterRef("batch")))
    for reason in waiting:
        rows = rows.alias(**{reason: place_in("document", codec.dump(reason))}).exclude(is_late, **{f"{reason}__gt": 0})
    received = dict(
        models.Batch.objects.filter(case=case, id__in=rows.values("batch")).values_list("id", "received_at")
    )
    found = rows.values_list("document", "batch")
    return [(codec.load(Gap, document, max_size=MAX_DOCUMENT), received[batch]) for document, batch in found]


def beats_of(devices: set[Id]) -> dict[Id, Ms]:
    """When the last heartbeat of each of these devices came, of which there was one. For the person, inside the scope that is open, whose
    policy asks for their case."""
    beat = models.Liveness.objects.filter(device__in=devices, beat_at__isnull=False)
    return {device: _seen(at) for device, at in beat.values_list("device", "beat_at")}
