"""What a bundle holds and leaves out, for its approver to read before it leaves (design §1.8; R-EVD-21).

Rules
- The verifier's own rule counts (`core.bundle.count`), over the vault's run and rows up to the entry by which it was built. So approver,
  report and court read the same figures. The log names each envelope that the vault opened, and each that it withholds as unfit.
- Nothing here is content: the payload stays enclosed. Reading it is a consultation, which names the list of files that was shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from offmon.core.access.roles import Permission
from offmon.core.alerts.exhibit import ExhibitRecord
from offmon.core.bundle.case import Case, Files
from offmon.core.bundle.count import Counts, count
from offmon.core.bundle.layout import BundleKind, CaseRun, EpochJournal, EpochRow, Index, LeafAccount, Limit
from offmon.core.clock import Period
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.formats.event import DisclosureLeaf
from offmon.core.ids import Digest, Id, Origin, Slug, VKey
from offmon.core.log.audit import LEAF, Verb
from offmon.core.log.provenance import erases, found_unfit
from offmon.core.log.quarantine import NO_AUTHORITY
from offmon.core.log.records import BatchRecord, ExportRecord
from offmon.server.agencies import queries as agencies
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append
from offmon.server.audit.queries import Recorded
from offmon.server.base import clock
from offmon.server.base.actor import Actor, Service, service
from offmon.server.base.rows import records_of
from offmon.server.base.scope import scope
from offmon.server.evidence import queries
from offmon.server.evidence.actions import KEY_DESTROYED
from offmon.server.evidence.assemble import line_of
from offmon.server.evidence.queries import Withheld
from offmon.server.evidence.report import withheld
from offmon.server.intake import queries as intake
from offmon.server.intake.quarantine.queries import locked_in
from offmon.server.intake.queries import HeldDisclosure, KeptLeaf

type Leaf = tuple[Id, Digest]  # by its row's id, and its own commitment


@dataclass(frozen=True, slots=True)
class BundleContents:
    """What a bundle shows and accounts for. `left_out`: what is not shown, in the report's words, and how many of each.

    `withheld`: each disclosure that the asker withholds.
    """

    counts: Counts
    items: tuple[HeldDisclosure, ...]
    exhibits: tuple[ExhibitRecord, ...]
    left_out: tuple[tuple[str, int], ...]
    withheld: tuple[Withheld, ...]


def contents_of(export: Id, *, actor: Actor) -> BundleContents | None:
    """What an export holds, or would hold if it were built now; None outside the actor's caseload."""
    actor.check(Permission.EXPORT_APPROVE)
    with scope(actor):
        if queries.case_of_export(export) is None:
            return None
        case, asked = queries.export_of(export)
        append(actor, Verb.EXPORT_CONSULTED, case=case, manifest=asked.manifest)
        lines = _until_built(log.run_of(actor, case), asked.id)
        outline, unfit = _outline(case, asked, lines, actor), _unfit(case, asked, actor)
        opened = {leaf for leaf in _opened(lines, asked.id) if leaf not in unfit}
        locked = locked_in(case)
        for (device, epoch), leaves in intake.leaves_by_epoch(case, actor=actor).items():
            named: dict[int, str] = {
                one.leaf.n: one.ground.value
                for one in asked.withheld
                if (one.leaf.device, one.leaf.epoch) == (device, epoch)
            }
            kept = opened - {leaf for leaf in opened if leaf[0] in locked}
            named = {leaf.n: NO_AUTHORITY for _, leaf in leaves if leaf.id in locked} | named
            if rows := _rows(leaves, lines, kept, unfit, named):
                outline.files.journals[device, epoch] = EpochJournal(device, epoch, rows, b"")
        return BundleContents(
            counts=count(outline),
            items=tuple(intake.disclosures_named([leaf for leaf, _ in opened], actor=actor)),
            exhibits=tuple(outline.record(ExhibitRecord, exhibit).it for exhibit in outline.ids(ExhibitRecord.KIND)),
            left_out=tuple(withheld(outline)),
            withheld=queries.withheld_in(asked, actor=actor),
        )


def _outline(case: Id, asked: ExportRecord, lines: Sequence[Recorded], actor: Actor) -> Case:
    """The bundle without its journals and items: its run, and the records that the run names."""
    agency = agencies.agency(actor.agency)
    index = Index(
        kind=BundleKind.COURT,
        agency=agency.id,
        case=case,
        origin=Origin(agency.origin),
        root=VKey(agency.root),
        export=asked.id,
        made_at=clock.now(),
        opened=Period(asked.opened_since, asked.opened_until),
        last=len(lines) - 1,
        limits=tuple(Limit),
    )
    named = {key for line in lines for key in _touched(line)}
    found = {(record.kind, row): record for row, record in records_of(case, "orders", "triage", "evidence")}
    files = Files(records={key: record for key, record in found.items() if key in named})
    return Case(index, CaseRun(case, 0, tuple(map(line_of, lines))), CaseRun(case, len(lines), ()), files, b"")


def _until_built(run: Sequence[Recorded], export: Id) -> Sequence[Recorded]:
    """The run up to the entry by which the vault built the export; all of it, for one that is not built."""
    built = (at for at, line in enumerate(run) if _vault_says(line, Verb.EXPORT_BUILT, export))
    return run[: next(built, len(run))]


def _opened(lines: Sequence[Recorded], export: Id) -> set[Leaf]:
    """The leaves that the vault said it opened for the export, by id and commitment."""
    mine = (line for line in lines if _vault_says(line, Verb.EXPORT_BODY_OPENED, export))
    return {(item.id, item.commit) for line in mine for item in line.entry.touched if item.table == LEAF}


def _unfit(case: Id, asked: ExportRecord, actor: Actor) -> dict[Leaf, str]:
    """Those of them that it could not show, by its own word, and on which ground. It says so as it keeps the bundle: placed or not."""
    vault = service(Service.VAULT, actor.agency).id
    mine = log.recorded(actor, case, Verb.EXPORT_BODY_OPENED, asked.asked_at, by=vault)
    said = (entry for entry in mine if found_unfit(entry, asked.id))
    return {(one.id, one.commit): entry.reason or "" for entry in said for one in entry.touched if one.table == LEAF}


def _vault_says(line: Recorded, verb: Verb, export: Id) -> bool:
    """Whether this is the vault's own entry of that kind about the export: what another says of it is in no bundle."""
    by_vault = line.by == service(Service.VAULT, line.entry.agency).id
    return by_vault and line.entry.verb is verb and (ExportRecord.KIND, export) in _touched(line)


def _rows(
    leaves: Sequence[tuple[Id, KeptLeaf]],
    lines: Sequence[Recorded],
    opened: set[Leaf],
    unfit: dict[Leaf, str],
    named: dict[int, str],
) -> tuple[EpochRow, ...]:
    """Each leaf of an epoch that came in a batch that the run names, and what became of it."""
    received = {row for line in lines for kind, row in _touched(line) if kind == BatchRecord.KIND}
    erasing = (line for line in lines if erases(line.entry))
    erased = {row for line in erasing for kind, row in _touched(line) if kind == BatchRecord.KIND}
    return tuple(
        _row(leaf, opened, unfit, named.get(leaf.n, WithholdingGround.NOT_RELEVANT.value), gone=batch in erased)
        for batch, leaf in leaves
        if batch in received
    )


def _row(row: KeptLeaf, opened: set[Leaf], unfit: dict[Leaf, str], ground: str, *, gone: bool) -> EpochRow:
    """What became of a leaf, as the bundle's row says it. `ground`: on which it is withheld, if it is."""
    account, why = _account(row, opened, unfit, ground, gone=gone)
    return EpochRow(row.n, Slug(row.kind), row.commit, row.ciphertext_digest, account, why, None, None)


def _account(
    row: KeptLeaf, opened: set[Leaf], unfit: dict[Leaf, str], ground: str, *, gone: bool
) -> tuple[LeafAccount, str | None]:
    if (why := unfit.get((row.id, row.commit))) is not None:
        return LeafAccount.WITHHELD, why
    if row.kind != DisclosureLeaf.KIND or (row.id, row.commit) in opened:
        return LeafAccount.SHOWN, None
    if row.held != "held":
        return LeafAccount(row.held.value), row.why
    return (LeafAccount.ERASED, KEY_DESTROYED) if gone else (LeafAccount.WITHHELD, ground)


def _touched(line: Recorded) -> set[tuple[str, Id]]:
    return {(item.table, item.id) for item in line.entry.touched}
