"""The settings of a draft as the authoriser's page shows them: what each sends, what it leaves open, and what to expect (R-LEG-24)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from offmon.core.authority.capability import Capability
from offmon.core.authority.order import Term
from offmon.core.authority.profile import Setting
from offmon.core.authority.settings import chosen_of, forecast
from offmon.core.ids import Id
from offmon.core.log.records import AuthorisationRecord
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.detectors import queries as detectors
from offmon.server.evidence.queries import CaseFile
from offmon.server.faces.console.words import CAPABILITY
from offmon.server.orders.queries import words_within
from offmon.server.triage.queries.forecasts import seen_of

GONE = "A list that is no longer live"


@dataclass(frozen=True, slots=True)
class OfferedSetting:
    """One setting. `expected`: how many alerts a week. `collects`: by condition, what is collected for it.

    `adds`: what it collects that the one before it does not.
    """

    number: int
    called: str
    setting: Setting
    collects: dict[Id, tuple[Capability, ...]]
    lists: tuple[str, ...]
    expected: str
    adds: tuple[Capability, ...]

    @property
    def offer(self) -> tuple[str, str]:
        """What it is called where it is chosen, and by which lists: two settings may be called alike."""
        return self.called, f"By {', '.join(self.lists)}" if self.lists else "The device sends nothing"


@dataclass(frozen=True, slots=True)
class Condition:
    """Conditions with the same words, for which the same is collected: an order and a licence often have them both."""

    said: str
    verbatim: str
    collects: tuple[Capability, ...]
    orders: tuple[str, ...]


def side_by_side(
    conditions: Iterable[tuple[Term, str]], orders: Mapping[str, str], collects: Mapping[Id, tuple[Capability, ...]]
) -> list[Condition]:
    """The conditions page by page, each words once. `orders`: of each term, of which it is. `collects`: what, by term."""
    found: dict[tuple[str, str, tuple[Capability, ...]], list[str]] = {}
    for term, verbatim in sorted(conditions, key=lambda one: (one[0].source_page, one[0].person_text, one[0].id)):
        found.setdefault((term.person_text, verbatim, collects.get(term.id, ())), []).append(orders.get(term.id, ""))
    return [Condition(*words, tuple(of)) for words, of in found.items()]


def settings_for(one: AuthorisationRecord, *, actor: Actor) -> list[OfferedSetting]:
    """The settings that a draft offers, least intrusive first, each with its forecast."""
    with scope(actor):
        names = {declared.ref.id: declared.ref.name for declared in detectors.declarations()}
        seen = seen_of(names, clock.now())
    offered = one.offered or (Setting(one.choices),)
    return [
        OfferedSetting(
            number,
            called_of(setting),
            setting,
            _by_term(setting),
            tuple(sorted({names.get(each, GONE) for choice in setting.choices for each in choice.lists})),
            _expected(forecast(setting, seen)),
            tuple(one for one in _kinds(setting) if number == 0 or one not in _kinds(offered[number - 1])),
        )
        for number, setting in enumerate(offered)
    ]


def setting_of(one: AuthorisationRecord, number: int | None) -> Setting:
    """The setting of that number; the whole for None."""
    return chosen_of(one.offered or (Setting(one.choices),), number)


def confirmed_of(file: CaseFile, *, actor: Actor) -> list[tuple[Term, str]]:
    """The conditions that were confirmed, each with the document's own words."""
    confirmed = [term for term in file.terms if term.confirmed_by is not None]
    with scope(actor):
        verbatim = words_within({term.id for term in confirmed})
    return [(term, verbatim.get(term.id, "")) for term in confirmed]


def conditions_of(file: CaseFile, one: AuthorisationRecord, *, actor: Actor) -> list[tuple[Term, str]]:
    """The conditions that a draft rests on, each with the document's own words; empty words where they were changed."""
    resting = {term for choice in one.choices for term in choice.terms}
    return [(term, verbatim) for term, verbatim in confirmed_of(file, actor=actor) if term.id in resting]


def called_of(setting: Setting) -> str:
    """What a setting is called: by what it collects."""
    return ", ".join(CAPABILITY[kind] for kind in _kinds(setting))


def _kinds(setting: Setting) -> tuple[Capability, ...]:
    return tuple(one for one in Capability if any(one is choice.capability for choice in setting.choices))


def _by_term(setting: Setting) -> dict[Id, tuple[Capability, ...]]:
    found: dict[Id, dict[Capability, None]] = {}
    for choice in setting.choices:
        for term in choice.terms:
            found.setdefault(term, {})[choice.capability] = None
    return {term: tuple(kinds) for term, kinds in found.items()}


def _expected(a_week: float | None) -> str:
    if a_week is None:
        return "No forecast yet. Some list was used for less than four weeks on the cases open to you"
    if a_week == 0:
        return "None"
    return f"About {a_week:.1f} a week, as on the cases open to you in the last 12 weeks"
