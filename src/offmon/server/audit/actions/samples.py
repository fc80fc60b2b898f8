"""Draws looks to dip-check, and records what came of each (`core/log/samples.py`; R-SEC-19).

Each entry stands in the agency's own log, as of a look-up that is examined. The worker picks what is to be asked about.
"""

from offmon.core.access.roles import Permission
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.samples import Mark, check_draw, check_marks, drawn
from offmon.server.audit.actions.entries import append
from offmon.server.audit.models import Entry, LogSample, SampledLook
from offmon.server.audit.reading.queries import check_is_open
from offmon.server.audit.samples.queries import looks_to_draw_from, seed_now
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.rows import once
from offmon.server.base.scope import action


@action
def do_draw_looks(since: Ms, until: Ms, team: Id | None, size: int, *, actor: Actor) -> Id:
    """Draw that many looks of a time, of all teams or of one. Returns the sample's id.

    Raises Refused (`log-not-opened`, `no-checkpoint`, `bad-sample`, `too-many-looks`, `no-looks`).
    """
    actor.check(Permission.LOOK_UP_EXAMINE)
    check_is_open(actor)
    held, seed = seed_now(actor=actor)
    row = LogSample(
        agency=actor.agency,
        drawn_by=actor.id,
        drawn_at=clock.now(),
        since=since,
        until=until,
        team=team,
        asked_for=size,
        size=held,
        seed=seed,
    )
    looks = looks_to_draw_from(row, actor=actor)
    check_draw(since, until, size, len(looks))
    row.drawn_from, row.entries = len(looks), list(drawn(seed, looks, size))
    row.save(force_insert=True)
    append(
        actor, Verb.SAMPLE_DRAWN, case=None, touched=(row,), reason=f"{len(row.entries)} of {len(looks)}, seed {seed}"
    )
    return row.id


@action
def do_mark_look(sample: Id, entry: Id, mark: Mark, note: str, *, actor: Actor) -> None:
    """Record what came of a look that was drawn.

    Raises Refused (`log-not-opened`, `not-in-sample`, `marked-already`, `own-look`, `no-reason`).
    """
    actor.check(Permission.LOOK_UP_EXAMINE)
    check_is_open(actor)
    row = LogSample.objects.filter(id=sample).first()
    look = Entry.objects.filter(id=entry).first()
    if row is None or look is None or look.case is None or entry not in row.entries:
        raise Refused("not-in-sample", "This look was not drawn. Go back to the sample, and choose one of its looks.")
    check_marks(actor.id, look.actor, note)
    marked = SampledLook(
        agency=actor.agency,
        sample=row.id,
        entry=look.id,
        staff=look.actor,
        about=look.case,
        at=look.at,
        mark=mark,
        note=note.strip(),
        marked_by=actor.id,
        marked_at=clock.now(),
    )
    with once("sampled_look_marked_once", "marked-already", "A colleague checked this look meanwhile."):
        marked.save(force_insert=True)
    append(actor, Verb.SAMPLE_MARKED, case=None, touched=(marked,), reason=mark.value)
