"""What waits for a person's yes or no, and what they asked of others. All of it inside the scope that is open.

Rules
- Each table of a `TwoSittings` says by its `SECOND` who may answer, and which rows wait. A new table is here without more.
- Nobody is asked about what they began themselves (R-LEG-24). Row-level security leaves out every case that is not on their caseload.
- Whoever asked sees who may answer, or that nobody may. What was refused they see for `REFUSED_DAYS`, with the reason, or until they ask
  again.
- Nobody is named here: whoever shows a person's name beside a line writes the consultation.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast
from uuid import UUID

from django.apps import apps
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Cast

from offmon.core.access import roles
from offmon.core.access.roles import Permission, Role
from offmon.core.clock import DAY_MS
from offmon.core.ids import Id, Ms
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.queries import StaffView
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.fields import IdField, MsField, TextField
from offmon.server.base.prepared import ACTOR, AT, Given, Prepared
from offmon.server.base.rows import CaseRow, CommittedRow
from offmon.server.base.scope import scope
from offmon.server.base.sessions import TwoSittings, Withdrawable

LEFT: Final = "a member of staff who has left"
REFUSED_DAYS: Final = 28
MOST: Final = 50  # lines of a kind; whoever has more begins with the oldest
COLUMNS: Final = ("asked_kind", "id", "asked_about", "asked_at_", "asked_by_")
WAITS: Final = "waits"
OWN: Final = "own"
REFUSED: Final = "refused"


class AskedRow(CommittedRow, TwoSittings):
    """What such a table is, for the types alone."""

    class Meta:
        """No table."""

        abstract = True


type _Line = tuple[str, Id, Id | None, Ms, Id]


@dataclass(frozen=True, slots=True)
class Lines:
    """What waits for somebody's yes or no; what they asked and nobody has answered; and what of theirs was refused of late."""

    waits: list[_Line]
    own: list[_Line]
    refused: list[_Line]


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
    """Who refused it, when, and why. `why` None: the reason is enclosed, and its page shows it. `withdrawn`: it was taken back."""

    by: str
    at: Ms
    why: str | None
    withdrawn: bool = False


@cache
def asking() -> tuple[type[AskedRow], ...]:
    """Every table that asks a second person."""
    return tuple(cast("type[AskedRow]", model) for model in apps.get_models() if issubclass(model, TwoSittings))


def since(at: Ms) -> Ms:
    """Since when what was refused is told of."""
    return Ms(at - REFUSED_DAYS * DAY_MS)


def given(actor: Actor, at: Ms) -> dict[str, Any]:
    """The values with which `parts` are asked."""
    return {"actor": actor.id, "home": actor.home or actor.agency, "at": at, "since": since(at)}


def parts(role: Role, *, guest: bool, took_over: bool) -> "list[QuerySet[Any, Any]]":
    """The parts of a question for one of that role, whose rows `lines` is given: a line each, and which part it is of."""
    mine = [model for model in asking() if roles.may(role, model.SECOND.needs, guest=guest, took_over=took_over)]
    home, then = Given("home", IdField()), Given("since", MsField())
    waits = [_for_second(model, ACTOR, home, AT) for model in mine]
    own = [_begun_by(model, ACTOR, model.SECOND.waiting(AT)) for model in asking()]
    refused = [_begun_by(model, ACTOR, _refused_since(model, then)) for model in asking()]
    of = [(WAITS, waits), (OWN, own), (REFUSED, refused)]
    return [one.annotate(part=Value(part, output_field=TextField())) for part, every in of for one in every]


def lines(rows: Iterable[tuple[Any, ...]]) -> Lines:
    """What the database answered to `parts`, in order."""
    found = defaultdict[str, list[_Line]](list)
    for kind, one, case, begun, by, part in rows:
        found[part].append((kind, _id(one), _id(case), begun, _id(by)))
    waits, own, refused = (sorted(found[part], key=_longest)[:MOST] for part in (WAITS, OWN, REFUSED))
    return Lines(waits, own, refused)


def lines_of(actor: Actor) -> Lines:
    """The same, asked by itself."""
    asked = _question(actor.role, actor.is_guest, actor.took_over)
    return lines(asked.ask(**given(actor, clock.now())))


@cache
def _question(role: Role, guest: bool, took_over: bool) -> Prepared:
    return Prepared.of(joined(parts(role, guest=guest, took_over=took_over)))


def count(of: Lines) -> int:
    """How much waits for the actor's yes or no, and how much they asked was refused of late, and not asked again since."""
    return len(_newest(of.waits)) + len(_without_mended(of.refused))


def _id(read: UUID | None) -> Any:
    return None if read is None else Id(read.hex)


def to_answer(actor: Actor, of: Lines) -> list[Asked]:
    """What waits for the actor's yes or no, the longest first."""
    at = clock.now()
    found = _newest(of.waits)
    names, who_answers = agencies.names_of({by for *_, by in found}), _able(actor, at)
    return [
        Asked(kind, one, case, since, names.get(by, LEFT), who_answers(kind, one, case, {actor.id, by}))
        for kind, one, case, since, by in found
    ]


def own(actor: Actor, of: Lines) -> list[OwnAsked]:
    """What the actor asked and nobody has answered, and after it what was refused lately."""
    who_answers = _able(actor, clock.now())
    waits = _newest(of.own)
    return [
        *(
            OwnAsked(kind, one, case, since, who_answers(kind, one, case, {actor.id}), None)
            for kind, one, case, since, _ in waits
        ),
        *_own_refused(of),
    ]


def own_refused(actor: Actor) -> list[OwnAsked]:
    """What the actor asked that was refused lately and not asked again since: for a start page that has nothing else of theirs."""
    with scope(actor):
        return _own_refused(lines_of(actor))


def _own_refused(of: Lines) -> list[OwnAsked]:
    left = _without_mended(of.refused)
    return [OwnAsked(kind, one, case, since, (), _refusal(kind, one)) for kind, one, case, since, _ in left]


def waiting_kinds(case: Id, at: Ms) -> set[str]:
    """The kinds of what waits for a second person on a case, whoever that is. Inside the scope that is open."""
    tables = [model for model in asking() if issubclass(model, CaseRow)]
    waits = _newest(_union(_lines(model, model.SECOND.waiting(at) & Q(case=case)) for model in tables))
    return {kind for kind, *_ in waits}


def unmended(kind: str, case: Id) -> int:
    """How many rows of a kind were refused on a case, whoever asked, and not recorded again since. Inside the scope that is open."""
    model = _model(kind)
    return len(_unmended(model, list(_lines(model, model.SECOND.refused & Q(case=case)))))


def _without_mended(refused: Sequence[_Line]) -> list[_Line]:
    """Of what was refused, what was not recorded again since."""
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
    return sorted(joined(every), key=_longest)[:MOST] if every else []


def joined(sets: Sequence["QuerySet[Any, Any]"]) -> "QuerySet[Any, Any]":
    """All their lines by one statement."""
    first, *others = sets
    return first.union(*others, all=True) if others else first


def _longest(line: _Line) -> tuple[Ms, Id]:
    return line[3], line[1]


def _for_second(model: type[AskedRow], staff: Given, home: Given, at: Given) -> "QuerySet[Any, Any]":
    """What waits, not begun by them; and of what another agency answers, only what theirs (`home`) does."""
    second = model.SECOND
    theirs = Q() if second.answered_by is None else Q(**{second.answered_by: home})
    return _lines(model, second.waiting(at) & theirs & ~Q(**{second.begun_by: staff}))


def _begun_by(model: type[AskedRow], staff: Given, which: Q) -> "QuerySet[Any, Any]":
    return _lines(model, which & Q(**{model.SECOND.begun_by: staff}))


def _refused_since(model: type[AskedRow], since: Given) -> Q:
    """What was refused since then, by another than who asked: whoever took it back themselves has nothing to put right."""
    second = model.SECOND
    by_another = ~Q(**{second.refused_by: F(second.begun_by)})
    return second.refused & by_another & Q(**{f"{second.refused_at}__gt": since})


def _newest(found: Sequence[_Line]) -> list[_Line]:
    """Without the versions that a later one has replaced. Only of a table that has versions is the row itself read."""
    return [line for line in found if not _has_versions(line[0]) or _row(line[0], line[1]).is_newest()]


def _has_versions(kind: str) -> bool:
    return _model(kind).is_newest is not TwoSittings.is_newest


def _row(kind: str, row: Id) -> AskedRow:
    model = _model(kind)
    heavy = [*getattr(model, "UNREAD", ()), *model.BULKY]
    found: AskedRow = model.objects.defer(*heavy).get(id=row)
    return found


def _able(actor: Actor, at: Ms) -> Callable[[str, Id, Id | None, Collection[Id]], tuple[str, ...]]:
    """Who may answer a row, but for those: to whom the case is open, or staff of the agency that is asked. Each is read once."""

    @cache
    def able(needs: Permission, case: Id | None, agency: Id) -> list[StaffView]:
        if case is None:
            return agencies.staff_with(roles.those_who_may(needs), agency)
        return agencies.colleagues_on(case, needs, at)

    def names(kind: str, row: Id, case: Id | None, without: Collection[Id]) -> tuple[str, ...]:
        second = _model(kind).SECOND
        if second.answered_by is not None:
            found = able(second.needs, None, getattr(_row(kind, row), second.answered_by))
        else:
            found = able(second.needs, case, actor.agency)
        return tuple(one.display_name for one in found if one.id not in without)

    return names


def _refusal(kind: str, row_id: Id) -> RefusedBy:
    row, second = _row(kind, row_id), _model(kind).SECOND
    by = getattr(row, second.refused_by)
    why = None if second.refusal is None else getattr(row, second.refusal)
    taken_back = isinstance(row, Withdrawable) and bool(row.withdrawn)
    return RefusedBy(agencies.names_of({by}).get(by, LEFT), getattr(row, second.refused_at), why, taken_back)


def _model(kind: str) -> type[AskedRow]:
    return next(one for one in asking() if kind == one.KIND)
