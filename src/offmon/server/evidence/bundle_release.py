"""The files beside an exported payload: the rest of the run, up to its own export, and each line's proof (formats §9).

Rules
- The tail ends with this export's EXPORTED entry, the vault's own. Later events are not part of it.
- Each line carries its inclusion in the earliest checkpoint that a witness cosigned. If one is missing, the bundle does not leave.
- It adds each served notice's checkpoint, the earliest that holds its serving, and a proof that the log continues from there. So anyone who
  kept a checkpoint can show a fork, even if a witness colludes with us (formats §10). None of these files needs trust: a signature or the
  payload itself shows whether they are right.
"""

from collections.abc import Mapping
from itertools import takewhile

from offmon.core.bundle import layout, write
from offmon.core.bundle.layout import CaseRun
from offmon.core.errors import NotAuthentic, Refused
from offmon.core.formats import codec
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.log.records import ExportRecord
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.note import SignedNote
from offmon.core.log.tlog.submission import Submission
from offmon.core.states import ExportState
from offmon.server.audit import queries as log
from offmon.server.audit.queries import Recorded
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.deployments import queries as deployments
from offmon.server.evidence import queries
from offmon.server.evidence.agreeing import not_witnessed
from offmon.server.evidence.assemble import line_of, witnessed_run


def finish(export: Id, payload: Mapping[str, bytes], last: int, *, actor: Actor) -> bytes:
    """The bundle of an export that was released. Raises Refused (`not-ready`, `not-witnessed-yet`), NotAuthentic (`payload-changed`)."""
    with scope(actor):
        case, asked = queries.export_of(export)
        if asked.state is not ExportState.READY:
            raise Refused("not-ready", "The bundle is not ready: it must be approved, then released.")
        if write.manifest_digest(write.manifest(payload)) != asked.manifest:
            raise NotAuthentic("payload-changed", "What was kept is not what was approved. It does not leave.")
        run = _to_export(export, witnessed_run(case, actor=actor), actor)
        tags = {layout.TAIL: codec.dump(CaseRun(case, last + 1, tuple(map(line_of, run[last + 1 :]))))}
        notes = list[SignedNote]()
        for line, proof in zip(run, log.proofs_of(actor, run), strict=True):
            if proof is None:
                raise not_witnessed()
            tags[layout.proof_path(line.number)] = proof.data
            if line.entry.verb is Verb.NOTICE_SERVED:
                notes.append(proof.note)
            newest = proof.note
        told = deployments.checkpoints_told(case)
        for note in (*notes, *(note for note in log.checkpoints(actor) if told and note.text in told)):
            tags |= _goes_on(note, newest, actor)
    return write.bag(payload, tags)


def _goes_on(earlier: SignedNote, newest: SignedNote, actor: Actor) -> dict[str, bytes]:
    """An earlier checkpoint, and that the log of the export's begins with it. None of it where they are one."""
    old, size = Checkpoint.parse(earlier.text).size, Checkpoint.parse(newest.text).size
    if old == size:
        return {}
    sent = Submission(old, log.consistency(actor, old, size), newest)
    return {layout.earlier_path(old): earlier.data, layout.since_path(old): sent.data}


def _to_export(export: Id, run: list[Recorded], actor: Actor) -> list[Recorded]:
    before = list(takewhile(lambda line: not _exports(export, line, actor), run))
    if len(before) == len(run):
        raise not_witnessed()
    return run[: len(before) + 1]


def _exports(export: Id, line: Recorded, vault: Actor) -> bool:
    """Whether this is the vault's own entry by which it let the export go: another's ends no bundle."""
    named = {(item.table, item.id) for item in line.entry.touched}
    return line.by == vault.id and line.entry.verb is Verb.EXPORTED and (ExportRecord.KIND, export) in named
