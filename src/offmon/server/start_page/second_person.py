"""What waits for a person's yes or no, and what they asked of others. All of it inside the scope that is open.

Rules
- Each table of a `TwoSittings` says by its `SECOND` who may answer, and which rows wait. A new table is here without more.
- Nobody is asked about what they began themselves (R-LEG-24). Row-level security leaves out every case that is not on their caseload.
- Whoever asked sees who may answer, or that nobody may. What was refused they see for `REFUSED_DAYS`, with the reason, or until they ask
  again.
- Nobody is named here: whoever shows a person's name beside a line writes the consultation.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from django.apps import apps
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Cast

from offmon.core.access import roles
from offmon.core.clock import DAY_MS
from offmon.core.ids import Id, Ms
from offmon.server.agencies import queries as agencies
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.fields import IdField, TextField
from offmon.server.base.rows import CaseRow, CommittedRow
from offmon.server.base.sessions import TwoSittings

LEFT: Final = "a member of staff who has left"
REFUSED_DAYS: Final = 28
MOST: Final = 50  # lines of a kind; whoever has more begins with the oldest
COLUMNS: Final = ("asked_kind", "id", "asked_about", "asked_at_", "asked_by_")


class AskedRow(CommittedRow, TwoSittings):
    """What such a table is, for the types alone."""

    class Meta:
        """No table."""

        abstract = True


type _Line = tuple[str, Id, Id | None, Ms, Id]


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that waits for a second person. `kind`: of record. `case` None: it is the agency's own. `by`: who asked.

    `others`: who else may answer, so that nothing waits for one person alone.
    """

    kind: str
    id: Id
    case: Id | None
    since: Ms
    by: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnAsked:
    """Something that the actor asked. `answers`: who may answer; none: nobody may. `refused`: somebody did."""

    kind: str
    id: Id
    case: Id | None
    since: Ms
    answers: tuple[str, ...]
    refused: "RefusedBy | None"


@dataclass(frozen=True, slots=True)
class RefusedBy:
    """Who refused it, when, and why. `why` None: the reason is enclosed, and its own page shows it."""

    by: str
    at: Ms
    why: str | None


@cache
def asking() -> tuple[type[AskedRow], ...]:
    """Every table that asks a second person."""
    return tuple(cast("type[AskedRow]", model) for model in apps.get_models() if issubclass(model, TwoSittings))


def count(actor: Actor) -> int:
    """How much waits for the actor's yes or no."""
    return len(_newest(_for_second(actor, clock.now())))


def to_answer(actor: Actor) -> list[Asked]:
    """What waits for the actor's yes or no, the longest first."""
    at = clock.now()
    found = _newest(_for_second(actor, at))
    names = agencies.names_of({by for *_, by in found})
    return [
        Asked(kind, one, case, since, names.get(by, LEFT), _who_answers(kind, case, {actor.id, by}, actor, at))
        for kind, one, case, since, by in found
    ]


def own(actor: Actor) -> list[OwnAsked]:
    """What the actor asked and nobody has answered, and after it what was refused lately."""
    at = clock.now()
    waits = _newest(_union(_begun_by(model, actor, model.SECOND.waiting(at)) for model in asking()))
    return [
        *(
            OwnAsked(kind, one, case, since, _who_answers(kind, case, {actor.id}, actor, at), None)
            for kind, one, case, since, _ in waits
        ),
        *(
            OwnAsked(kind, one, case, since, (), _refusal(kind, one))
            for kind, one, case, since, _ in _to_mend(actor, at)
        ),
    ]


def refusals(actor: Actor) -> int:
    """How much of what the actor asked was refused of late, and not asked again since."""
    return len(_to_mend(actor, clock.now()))


def unmended(kind: str, case: Id) -> int:
    """How many rows of a kind were refused on a case, whoever asked, and not recorded again since. Inside the scope that is open."""
    model = _model(kind)
    return len(_unmended(model, list(_lines(model, model.SECOND.refused & Q(case=case)))))


def _to_mend(actor: Actor, at: Ms) -> list[_Line]:
    refused = _union(_begun_by(model, actor, _refused_lately(model, at)) for model in asking())
    places = dict.fromkeys((line[0], line[2]) for line in refused)
    return [
        line
        for kind, case in places
        for line in _unmended(_model(kind), [one for one in refused if (one[0], one[2]) == (kind, case)])
    ]


def _unmended(model: type[AskedRow], refused: Sequence[_Line]) -> list[_Line]:
    """Of rows of one kind and place that were refused: those after which no other was begun. Each that was begun since puts one right."""
    if not refused:
        return []
    second, rows = model.SECOND, model.objects.filter(id__in=[one for _, one, *_ in refused])
    refused_at = dict(rows.values_list("id", second.refused_at))
    later: dict[str, Any] = {f"{second.begun_at}__gt": min(refused_at.values())}
    later |= {"case": refused[0][2]} if issubclass(model, CaseRow) else {}
    mended = model.objects.filter(**later).exclude(second.refused).count()
    return sorted(refused, key=lambda line: refused_at[line[1]])[mended:]


def _lines(model: type[AskedRow], which: Q) -> "QuerySet[Any, Any]":
    """The rows of a table as lines, all tables' alike."""
    about = F("case") if issubclass(model, CaseRow) else Cast(Value(None), IdField())
    rows = model.objects.filter(which).order_by()
    return rows.annotate(
        asked_kind=Value(model.KIND, output_field=TextField()),
        asked_about=about,
        asked_at_=F(model.SECOND.begun_at),
        asked_by_=F(model.SECOND.begun_by),
    ).values_list(*COLUMNS)


def _union(sets: Iterable["QuerySet[Any, Any]"]) -> list[_Line]:
    """All their lines by one statement, the longest waiting first."""
    every = list(sets)
    if not every:
        return []
    first, *others = every
    found = first.union(*others, all=True) if others else first
    return sorted(found, key=lambda line: (line[3], line[1]))[:MOST]


def _for_second(actor: Actor, at: Ms) -> list[_Line]:
    mine = [model for model in asking() if actor.may(model.SECOND.needs)]
    return _union(_lines(model, model.SECOND.waiting(at) & ~Q(**{model.SECOND.begun_by: actor.id})) for model in mine)


def _begun_by(model: type[AskedRow], actor: Actor, which: Q) -> "QuerySet[Any, Any]":
    return _lines(model, which & Q(**{model.SECOND.begun_by: actor.id}))


def _refused_lately(model: type[AskedRow], at: Ms) -> Q:
    since = {f"{model.SECOND.refused_at}__gt": at - REFUSED_DAYS * DAY_MS}
    return model.SECOND.refused & Q(**since)


def _newest(lines: Sequence[_Line]) -> list[_Line]:
    """Without the versions that a later one has replaced. Only of a table that has versions is the row itself read."""
    return [line for line in lines if not _has_versions(line[0]) or _row(line[0], line[1]).is_newest()]


def _has_versions(kind: str) -> bool:
    return _model(kind).is_newest is not TwoSittings.is_newest


def _row(kind: str, row: Id) -> AskedRow:
    model = _model(kind)
    heavy = [*getattr(model, "UNREAD", ()), *model.BULKY]
    found: AskedRow = model.objects.defer(*heavy).get(id=row)
    return found


def _who_answers(kind: str, case: Id | None, without: Collection[Id], actor: Actor, at: Ms) -> tuple[str, ...]:
    """Who may answer, but for those: of a case those to whom it is open."""
    needs = _model(kind).SECOND.needs
    of_agency = agencies.staff_with(roles.those_who_may(needs), actor.agency) if case is None else []
    able = of_agency if case is None else agencies.colleagues_on(case, needs, at)
    return tuple(one.display_name for one in able if one.id not in without)


def _refusal(kind: str, row_id: Id) -> RefusedBy:
    row, second = _row(kind, row_id), _model(kind).SECOND
    by = getattr(row, second.refused_by)
    why = None if second.refusal is None else getattr(row, second.refusal)
    return RefusedBy(agencies.names_of({by}).get(by, LEFT), getattr(row, second.refused_at), why)


def _model(kind: str) -> type[AskedRow]:
    return next(one for one in asking() if kind == one.KIND)
