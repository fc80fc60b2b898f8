"""The monthly figure of each agency's alerts, as the site shows it and gives it to programs. It reads what was published, and no alert."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from offmon.core.ids import Id
from offmon.core.public.alert_figures import Figure, Outcome
from offmon.core.public.assurance import SMALL
from offmon.server.agencies import queries as agencies
from offmon.server.oversight.queries import alert_figures
from offmon.words.agency_text import Parts, theirs
from offmon.words.catalogue import Language, translate

SHOWN: Final = 12
WIDEST: Final = 250


@dataclass(frozen=True, slots=True)
class Bar:
    """A number as it is drawn and said. `width` 0: it is not told."""

    called: str
    number: str
    width: int


@dataclass(frozen=True, slots=True)
class GravityLine:
    """A gravity's numbers in a month."""

    gravity: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class MonthShown:
    """A month: its name, and a line for each gravity."""

    name: str
    lines: tuple[GravityLine, ...]


@dataclass(frozen=True, slots=True)
class AgencyShown:
    """An agency and its months, the newest first."""

    name: Parts
    months: tuple[MonthShown, ...]


def shown(language: Language) -> list[AgencyShown]:
    """Every agency, with what is published of it."""
    found = alert_figures()
    return [AgencyShown(theirs(one.name), _months(found.get(one.id, []), language)) for one in agencies.agencies()]


def as_data() -> dict[str, list[dict[str, object]]]:
    """The same for programs, by the agency's origin: the least of each ten, and null for fewer than ten."""
    origins: dict[Id, str] = {one.id: one.origin for one in agencies.agencies()}
    return {origins[agency]: [_data(one) for one in of] for agency, of in alert_figures().items() if agency in origins}


def outcomes(language: Language) -> list[str]:
    """What each outcome is called."""
    return [translate(language, f"site.figures.outcome.{one}") for one in Outcome]


def _data(of: Figure) -> dict[str, object]:
    numbers = {str(outcome): of.told(outcome) for outcome in Outcome}
    return {"month": of.month.strftime("%Y-%m"), "gravity": str(of.gravity), **numbers}


def _months(found: list[Figure], language: Language) -> tuple[MonthShown, ...]:
    months = [(month, tuple(of)) for month, of in groupby(found, key=lambda one: one.month)][:SHOWN]
    return tuple(
        MonthShown(_month(month, language), tuple(_line(one, _most(of), language) for one in of))
        for month, of in months
    )


def _most(of: tuple[Figure, ...]) -> int:
    return max((one.told(outcome) or SMALL for one in of for outcome in Outcome), default=SMALL)


def _line(one: Figure, most: int, language: Language) -> GravityLine:
    bars = tuple(
        Bar(called, _number(told, language), 0 if told is None else WIDEST * told // most)
        for called, told in zip(outcomes(language), map(one.told, Outcome), strict=True)
    )
    return GravityLine(translate(language, f"site.figures.class.{one.gravity}"), bars)


def _number(told: int | None, language: Language) -> str:
    if told is None:
        return translate(language, "site.figures.few")
    return translate(language, "site.figures.ten", least=told, most=told + SMALL - 1)


def _month(month: date, language: Language) -> str:
    return f"{translate(language, f'date.month.{month.month}')} {month.year}"
