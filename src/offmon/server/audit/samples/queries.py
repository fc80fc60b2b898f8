"""Samples of looks that somebody dip-checks (`core/log/samples.py`). For who examines look-ups, while they read the log.

A page of one sample is a reading of the log, and logged as that. It draws the sample again, and says whether it is the same.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from offmon.core.access.roles import Permission
from offmon.core.errors import Refused
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.log.samples import DRAWN_FROM, MOST_DRAWN_FROM, NOT_OF, Mark, drawn
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.server.audit.actions.entries import append
from offmon.server.audit.models import Entry, LogSample, SampledLook
from offmon.server.audit.queries import latest_cosigned
from offmon.server.audit.reading.queries import COLUMNS, LogLine, check_is_open, line_of
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope

SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class MarkView:
    """What came of one look: as whom found it, and when."""

    mark: Mark
    note: str
    by: Id
    at: Ms


@dataclass(frozen=True, slots=True)
class SampleView:
    """A draw: by whom, of which time and team, from how many, under which checkpoint; and what came of its looks so far, by entry."""

    id: Id
    drawn_by: Id
    drawn_at: Ms
    since: Ms
    until: Ms
    team: Id | None
    drawn_from: int
    size: int
    seed: Digest
    entries: tuple[Id, ...]
    marks: dict[Id, MarkView]

    def count(self, mark: Mark) -> int:
        """How many looks were marked so."""
        return sum(one.mark is mark for one in self.marks.values())


@dataclass(frozen=True, slots=True)
class Checked:
    """A sample with its looks, in the order of their lots. `is_redrawn`: drawn again from the log it is the same."""

    sample: SampleView
    looks: tuple[LogLine, ...]
    is_redrawn: bool


def samples(*, actor: Actor) -> list[SampleView]:
    """The newest draws, the newest first. Raises Refused (`log-not-opened`)."""
    actor.check(Permission.LOOK_UP_EXAMINE)
    with scope(actor):
        check_is_open(actor)
        rows = list(LogSample.objects.filter(agency=actor.agency).order_by("-drawn_at", "id")[:SHOWN])
        return _views(rows)


def is_drawn(sample_id: Id, *, actor: Actor) -> bool:
    """Whether the agency has a sample of that id: for its address, before the log is open to who asks."""
    with scope(actor):
        return LogSample.objects.filter(agency=actor.agency, id=sample_id).exists()


def sample(sample_id: Id, *, actor: Actor) -> Checked | None:
    """A draw with its looks; None for none. Raises Refused (`log-not-opened`)."""
    actor.check(Permission.LOOK_UP_EXAMINE)
    with scope(actor):
        check_is_open(actor)
        row = LogSample.objects.filter(agency=actor.agency, id=sample_id).first()
        if row is None:
            return None
        append(actor, Verb.LOG_READ, case=None, reason=f"sample {row.id}")
        [view] = _views([row])
        lines = {one.id: one for one in (line_of(*found) for found in _entries(view.entries).values_list(*COLUMNS))}
        again = drawn(view.seed, looks_to_draw_from(row, actor=actor), row.asked_for)
        return Checked(view, tuple(lines[one] for one in view.entries if one in lines), tuple(again) == view.entries)


def looks_to_draw_from(row: LogSample, *, actor: Actor) -> list[Id]:
    """The looks of a draw's time and team that its checkpoint holds: at most `MOST_DRAWN_FROM` + 1. Inside the open scope."""
    looks = Entry.objects.filter(agency=actor.agency, at__gte=row.since, at__lt=row.until, verb__in=sorted(DRAWN_FROM))
    people = looks.filter(outcome=EntryOutcome.ALLOWED, case__isnull=False).exclude(actor_role__in=NOT_OF)
    held = people.exclude(actor=row.drawn_by).filter(place__index__lt=row.size)
    chosen = held if row.team is None else held.filter(actor_team=row.team)
    return list(chosen.order_by().values_list("id", flat=True)[: MOST_DRAWN_FROM + 1])


def seed_now(*, actor: Actor) -> tuple[int, Digest]:
    """Size and root of the newest checkpoint that a witness saw. Inside the open scope. Raises Refused (`no-checkpoint`)."""
    note = latest_cosigned(actor)
    if note is None:
        raise Refused("no-checkpoint", "No witness has seen the log yet. Try again in a minute.")
    tree = Checkpoint.parse(note.text)
    return tree.size, Digest(tree.root.hex())


def _entries(ids: tuple[Id, ...]) -> "QuerySet[Entry]":
    return Entry.objects.filter(id__in=ids, case__isnull=False)


def _views(rows: list[LogSample]) -> list[SampleView]:
    marks = defaultdict[Id, dict[Id, MarkView]](dict)
    for one in SampledLook.objects.filter(sample__in=[row.id for row in rows]):
        marks[one.sample][one.entry] = MarkView(one.mark, one.note, one.marked_by, one.marked_at)
    return [
        SampleView(
            row.id,
            row.drawn_by,
            row.drawn_at,
            row.since,
            row.until,
            row.team,
            row.drawn_from,
            row.size,
            row.seed,
            tuple(map(Id, row.entries)),
            marks[row.id],
        )
        for row in rows
    ]
