"""Exports and disposals: the console's requests, and what the vault does with them (design §5; formats §9).

Rules
- The console commits a request row and passes its id, which is used once. The vault reads the row and its supporting rows, applies the rule
  again, writes its own entry, commits, and only then opens anything.
- The directory gives the role and caseload of the person who asked or approved, as they are now. The row's word does not count.
- Asking, approving and taking out each need a recent step-up in that session. The vault checks the authentication rows again.
- Every refusal is logged, whoever refuses (`refusals`).
- Before it opens, builds or releases, the vault checks the requester again: a compromised console may have invented the earlier steps.
- It hands out only a bundle that its own entry released, on the word of two people who were allowed to then.
- The vault logs each opened body that is unfit to show when it stores the bundle that withholds it (`commitment.Unfit`).
- Data enclosed to a destroyed key is erased on arrival. The vault logs that before it opens anything of the case.
- An export goes asked → opened (one entry a body) → built (payload enclosed) → approved by another person, for this list of files →
  exported. Its proofs are added at download, once its own entry is cosigned.
- The vault takes each of its steps by itself: at once where it can, else when the worker asks again. No body is opened twice in the log.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Final

from offmon.core.access.roles import Permission
from offmon.core.access.step_up import Act
from offmon.core.alerts.opening import check_opening, check_withholding
from offmon.core.clock import Period
from offmon.core.errors import Refused, passes
from offmon.core.formats.commitment import Unfit
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.audit import LEAF, EntryOutcome, Touched, Verb
from offmon.core.log.records import WithheldDisclosure
from offmon.core.moves import EXPORT, check_move
from offmon.core.states import ExportState
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.authentication.queries import check_shown_by
from offmon.server.audit import queries as log
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import AgencyRow, CaseRow
from offmon.server.base.scope import action, scope
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.actions import mark_key_destroyed
from offmon.server.evidence.actions.refusals import refusals_noted
from offmon.server.evidence.models import EnclosedPayload, Exhibit, Export, write_withheld
from offmon.server.evidence.policy import (
    check_agreed,
    check_approve_export,
    check_asker,
    check_refuse_export,
    check_release,
    check_whole_pages,
)
from offmon.server.evidence.queries import StoredPayload, chosen_disclosures, chosen_leaves
from offmon.server.intake import queries as intake
from offmon.server.intake.quarantine.queries import locks_of
from offmon.server.intake.queries import KeptLeaf
from offmon.server.triage.queries import choosing

KEY_DESTROYED: Final = "key-destroyed"  # the rule by which bodies are gone whose key is
MAX_NAMED: Final = 1_000  # rows that one entry names


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What an officer asks for: to whom, why, what is opened, and what of it is withheld (`core.alerts.opening`).

    `closed_reason`: why the court needs an alert that is not decided, or was not a match or not this person; None where it needs none.
    """

    recipient: str
    reason: str
    opened: Period
    alerts: tuple[Id, ...] = ()
    exhibits: tuple[Id, ...] = ()
    closed_reason: str | None = None
    withheld: tuple[WithheldDisclosure, ...] = ()


def do_ask_export(case: Id, request: ExportRequest, *, actor: Actor) -> Id:
    """Ask for a court bundle of a case. Nothing is opened yet. Returns the export's id."""
    with refusals_noted(case, actor=actor):
        return _ask_export(case, request, actor=actor)


@action
def _ask_export(case: Id, request: ExportRequest, *, actor: Actor) -> Id:
    actor.check(Permission.EXPORT_ASK)
    if not (request.recipient.strip() and request.reason.strip()):
        raise Refused("no-recipient", "Enter the recipient and the reason. The log records both.")
    if request.opened.until is None:
        raise Refused("open-period", "Enter the last day of the disclosures to open.")
    if not set(request.alerts) <= choosing.ids_of(case) or not set(request.exhibits) <= _exhibits_of(case):
        raise Refused("other-alert", "You chose an alert or exhibit that is not of this case. Choose again.")
    check_opening(_opened_of(request.alerts, request.exhibits), choosing.outcomes_of(case), request.closed_reason)
    check_withholding(request.withheld, *chosen_leaves(request.alerts, request.exhibits))
    _check_whole(request.withheld, request.alerts, request.exhibits, actor)
    agencies.check_logged_on(case, actor.id, clock.now())
    check_shown_by(Act.EXPORT, actor=actor)
    row = Export(
        agency=actor.agency,
        case=case,
        asked_by=actor.id,
        begun_in=actor.session,
        asked_at=clock.now(),
        reason=request.reason,
        recipient=request.recipient,
        opened_since=request.opened.since,
        opened_until=request.opened.until,
        alerts=sorted(set(request.alerts)),
        exhibits=sorted(set(request.exhibits)),
        closed_reason=request.closed_reason,
        withheld=write_withheld(request.withheld),
    )
    row.save(force_insert=True)
    append(actor, Verb.EXPORT_ASKED, case=case, touched=(row,), reason=request.reason, recipient=request.recipient)
    return row.id


@action
def do_open_for_export(export: Id, leaves: Sequence[KeptLeaf], *, actor: Actor) -> None:
    """The vault says in the log what it is about to open: each body, then the export, so that whoever sees that has seen them all.

    Once it has said so it says only what came since, and nothing where nothing did.
    """
    row = Export.objects.select_for_update().get(id=export)
    is_first = row.state is not ExportState.OPENED
    if is_first:
        check_move(EXPORT, row.state, ExportState.OPENED)
    check_asker(row)
    check_opening(_opened_of(row.alerts, row.exhibits), choosing.outcomes_of(row.case), row.closed_reason)
    check_withholding(row.core().withheld, *chosen_leaves(row.alerts, row.exhibits))
    _check_whole(row.core().withheld, row.alerts, row.exhibits, actor)
    _dispose_late(row.case, actor)
    said = _said_opened(row, actor)
    new = [touched for leaf in leaves if (touched := Touched(LEAF, leaf.id, leaf.commit)) not in said]
    for touched in new:
        append(actor, Verb.EXPORT_BODY_OPENED, case=row.case, touched=(row, touched))
    if is_first or new:
        row.state = ExportState.OPENED
        row.save(update_fields=["state"])
        append(actor, Verb.EXPORT_OPENED, case=row.case, touched=(row,), reason=row.reason, recipient=row.recipient)


def check_asked(export: Id, *, actor: Actor) -> None:
    """What the vault asks before it builds. Raises Refused unless whoever asked for the export may, and had shown their factor."""
    with scope(actor):
        check_asker(Export.objects.get(id=export))


def check_released(export: Id, *, actor: Actor) -> tuple[Id, Digest]:
    """What the vault asks before it gives a bundle out: that it let this one go itself, on the word of two who might say so.

    Returns case and manifest. Raises Refused. The row's state alone is nobody's word: what the vault let go, an entry of its own says.
    """
    with scope(actor):
        row = Export.objects.get(id=export)
        said = log.recorded(actor, row.case, Verb.EXPORTED, row.asked_at, by=actor.id)
        let_go = any(one.manifest == row.manifest and row.touched() in one.touched for one in said)
        if row.state is not ExportState.READY or row.manifest is None or not let_go:
            raise Refused("not-ready", "The bundle is not ready: it must be built, approved and released.")
        check_agreed(row, vault=actor)
        _check_free(row, actor)
        return row.case, row.manifest


@action
def do_keep_built(
    export: Id, manifest: Digest, kept: StoredPayload, unfit: Mapping[Unfit, Sequence[Touched]], *, actor: Actor
) -> None:
    """The vault keeps the payload that it built, enclosed, and the digest by which it will be approved.

    `unfit`: the leaves that it opened and withheld. It says so of each, and why; without that no reader takes the ground for good.
    """
    row = Export.objects.select_for_update().get(id=export)
    check_move(EXPORT, row.state, ExportState.BUILT)
    row.state, row.manifest = ExportState.BUILT, manifest
    row.save(update_fields=["state", "manifest"])
    payload = EnclosedPayload(
        agency=row.agency,
        case=row.case,
        export=row.id,
        last=kept.last,
        ciphertext=kept.ciphertext,
        under=list(kept.under),
    )
    payload.save(force_insert=True)
    asked = row.touched()
    for ground, leaves in unfit.items():
        for named in batched(leaves, MAX_NAMED):
            touched = (asked, *named)
            append(
                actor,
                Verb.EXPORT_BODY_OPENED,
                case=row.case,
                touched=touched,
                outcome=EntryOutcome.DENIED,
                reason=ground.value,
            )
    append(actor, Verb.EXPORT_BUILT, case=row.case, touched=(row, payload), manifest=manifest)


def _check_whole(
    withheld: Iterable[WithheldDisclosure], alerts: Iterable[str], exhibits: Iterable[str], actor: Actor
) -> None:
    check_whole_pages({one.leaf for one in withheld}, chosen_disclosures(alerts, exhibits, actor=actor))


def do_approve_export(export: Id, *, actor: Actor) -> None:
    """A second person approves this very list of files (design §5)."""
    with refusals_noted(_case_of(export, actor), actor=actor):
        _approve_export(export, actor=actor)


@action
def _approve_export(export: Id, *, actor: Actor) -> None:
    row = as_left(Export.objects.select_for_update().get(id=export))
    check_approve_export(actor, row)
    if not passes(
        check_opening, _opened_of(row.alerts, row.exhibits), choosing.outcomes_of(row.case), row.closed_reason
    ):
        raise Refused(
            "decided-otherwise",
            "A decision was corrected since: an alert in this bundle stays closed now. Refuse it, and have another requested.",
        )
    check_shown_by(Act.EXPORT, actor=actor)
    row.state, row.approved_by, row.approved_at = ExportState.APPROVED, actor.id, clock.now()
    row.agreed_in = actor.session
    row.save(update_fields=["state", "approved_by", "approved_at", "agreed_in"])
    append(actor, Verb.EXPORT_APPROVED, case=row.case, touched=(row,), manifest=row.manifest, recipient=row.recipient)


def do_refuse_export(export: Id, reason: str, *, actor: Actor) -> None:
    """A second person says no, with a reason: the bundle never leaves (design §5)."""
    with refusals_noted(_case_of(export, actor), actor=actor):
        _refuse_export(export, reason, actor=actor)


@action
def _refuse_export(export: Id, reason: str, *, actor: Actor) -> None:
    row = as_left(Export.objects.select_for_update().get(id=export))
    check_refuse_export(actor, row, reason)
    row.state, row.refused_by, row.refused_at, row.refused_reason = ExportState.REFUSED, actor.id, clock.now(), reason
    row.save(update_fields=["state", "refused_by", "refused_at", "refused_reason"])
    append(actor, Verb.EXPORT_REFUSED, case=row.case, touched=(row,), manifest=row.manifest, recipient=row.recipient)


@action
def do_release(export: Id, *, actor: Actor) -> None:
    """The vault lets an approved export go: the entry that commits to its payload (formats §9). Raises Refused (`one-person`)."""
    row = Export.objects.select_for_update().get(id=export)
    check_release(row, vault=actor)
    _check_free(row, actor)
    row.state = ExportState.READY
    row.save(update_fields=["state"])
    append(
        actor,
        Verb.EXPORTED,
        case=row.case,
        touched=(row,),
        manifest=row.manifest,
        reason=row.reason,
        recipient=row.recipient,
    )


def do_download(export: Id, *, actor: Actor) -> tuple[Id, str]:
    """Record that a bundle is being taken out by the actor. Returns the case and the recipient that it goes to."""
    with refusals_noted(_case_of(export, actor), actor=actor):
        return _download(export, actor=actor)


@action
def _download(export: Id, *, actor: Actor) -> tuple[Id, str]:
    actor.check(Permission.EXPORT_ASK)
    row = Export.objects.get(id=export)
    if row.state is not ExportState.READY:
        raise Refused("not-ready", "The bundle is not ready: it must be approved, then witnessed.")
    agencies.check_logged_on(row.case, actor.id, clock.now())
    check_shown_by(Act.EXPORT, actor=actor)
    append(actor, Verb.EXPORT_DOWNLOADED, case=row.case, manifest=row.manifest, recipient=row.recipient)
    return row.case, row.recipient


def dispose(deployment: Id, request: CaseRow, *, actor: Actor) -> None:
    """Record that what a deployment's devices enclosed cannot be opened any more: its key goes at once (formats §8).

    Inside the caller's action. The entry that names the deployment names the `request` of two people that it rests on.
    """
    row = mark_key_destroyed(deployment)
    _name_disposed(row.case, [row, request, *_undisposed(row.case, deployment, actor)], actor)


def _dispose_late(case: Id, actor: Actor) -> None:
    """The same of what came of a case afterwards: a device goes on until its lease ends, and encloses to the key that it was given."""
    for deployment in deployments.without_key(case):
        _name_disposed(case, _undisposed(case, deployment, actor), actor)


def _undisposed(case: Id, deployment: Id, actor: Actor) -> list[Touched]:
    """The batches of a deployment that no entry of the vault's says were erased with its key."""
    said = log.recorded(actor, case, Verb.DISPOSED, Ms(0), by=actor.id)
    named = {item.id for entry in said if entry.reason == KEY_DESTROYED for item in entry.touched}
    batches = (batch for device in deployments.devices_of(deployment) for batch in intake.batches_of(device))
    return [batch for batch in batches if batch.id not in named]


def _name_disposed(case: Id, rows: Sequence[AgencyRow | Touched], actor: Actor) -> None:
    for named in batched(rows, MAX_NAMED):
        append(actor, Verb.DISPOSED, case=case, touched=named, reason=KEY_DESTROYED)


def _said_opened(row: Export, vault: Actor) -> set[Touched]:
    """The bodies of which the vault's entries say that it opened them for this export."""
    said = log.recorded(vault, row.case, Verb.EXPORT_BODY_OPENED, row.asked_at, by=vault.id)
    mine = (entry for entry in said if entry.outcome is EntryOutcome.ALLOWED)
    return {one for entry in mine if any(item.id == row.id for item in entry.touched) for one in entry.touched}


def _check_free(row: Export, vault: Actor) -> None:
    """Raises Refused (`no-authority`) where it became known since that something that was opened for the bundle had no authority."""
    said = {one.id for one in _said_opened(row, vault) if one.table == LEAF}
    held = intake.disclosures_named(said, actor=vault)
    locks = locks_of(row.case)
    if said & locks.rows or any(locks.holds(one.id, one.envelope.claim) for one in held):
        raise Refused(
            "no-authority-since",
            "It became known that something in this bundle was collected without authority. Request a new bundle, which leaves it out.",
        )


def _opened_of(alerts: Sequence[str], exhibits: Sequence[str]) -> set[Id]:
    """The alerts of which something is opened."""
    sealed = Exhibit.objects.filter(id__in=list(exhibits)).values_list("alert", flat=True)
    return {*map(Id, alerts), *sealed}


def _exhibits_of(case: Id) -> set[Id]:
    return set(Exhibit.objects.filter(case=case, ciphertext__isnull=False).values_list("id", flat=True))


def _case_of(export: Id, actor: Actor) -> Id:
    with scope(actor):
        return Export.objects.only("case").get(id=export).case
