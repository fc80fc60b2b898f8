"""The settings that an authoriser chooses from, least intrusive first, and the answer that must be this case's own (R-LEG-24).

Rules
- What the officer asked for is the whole, and the last setting. Those before it leave out what intrudes more.
- Least intrusive: nothing is sent. Then: nothing beside findings. Then: no page is read. Then: no list of sensitive data. A setting
  has all pieces up to one such step, at most three settings.
- So each setting collects what the one before it does, and more. All of them rest on the same conditions, and none has a list of its own.
- A forecast is what like monitoring came to. Without enough of that there is none, and nobody makes one up.
- Why less is not enough is answered for this case: the same words in another case, however spaced or capitalised, are no answer.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from offmon.core import clock
from offmon.core.authority.capability import Capability, rule_of
from offmon.core.authority.profile import Choice, Setting
from offmon.core.errors import Refused
from offmon.core.ids import Id, Versioned

MOST: Final = 3
LEAST_LETTERS: Final = 12
ENOUGH_MS: Final = 28 * clock.DAY_MS
WEEK_MS: Final = 7 * clock.DAY_MS


def settings_of(choices: Collection[Choice], sensitive: Collection[Id]) -> tuple[Setting, ...]:
    """The settings of a draft, least intrusive first, the whole last: one to three. `sensitive`: the lists that declare to be so."""
    steps = sorted({_step(choice, one, sensitive) for choice in choices for one in choice.lists or (None,)})
    kept = steps if len(steps) <= MOST else [steps[0], steps[(len(steps) - 1) // 2], steps[-1]]
    found = [Setting(_up_to(step, choices, sensitive)) for step in kept[:-1]]
    return (*found, Setting(tuple(choices)))


type Step = tuple[bool, bool, bool, bool]


def _step(choice: Choice, listed: Id | None, sensitive: Collection[Id]) -> Step:
    rule = rule_of(choice.capability)
    return rule.sends, rule.follows, rule.reads_text, listed in sensitive


def _up_to(step: Step, choices: Iterable[Choice], sensitive: Collection[Id]) -> tuple[Choice, ...]:
    found = []
    for choice in choices:
        lists = tuple(one for one in choice.lists if _step(choice, one, sensitive) <= step)
        why = choice.sensitive if any(one in sensitive for one in lists) else None
        if lists or (not choice.lists and _step(choice, None, sensitive) <= step):
            found.append(replace(choice, lists=lists, sensitive=why))
    return tuple(found)


def chosen_of(offered: tuple[Setting, ...], number: int | None) -> Setting:
    """The setting of that number, from 0; the whole for None. Raises Refused (`not-offered`) for a number that is none."""
    if number is not None and not 0 <= number < len(offered):
        raise Refused("not-offered", "This setting is not offered. Choose one that the page shows.")
    return offered[-1 if number is None else number]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a list came to where it was used: alerts, in so much time of monitoring, of all people together."""

    alerts: int
    time_ms: int


def forecast(setting: Setting, seen: Mapping[Id, Seen]) -> float | None:
    """Alerts a week to expect of one person, 0 where nothing is sent.

    None: some list was not used for four weeks yet, or no figure of it is there.
    """
    lists = {one for choice in setting.choices for one in choice.lists}
    figures = [seen.get(one, Seen(0, 0)) for one in lists]
    if any(one.time_ms < ENOUGH_MS for one in figures):
        return None
    return sum(one.alerts * WEEK_MS / one.time_ms for one in figures)


@dataclass(frozen=True, slots=True)
class Raised:
    """What one type of collection came to by one list: so many alerts."""

    capability: Capability
    list: Versioned
    alerts: int


def lower_than(offered: Sequence[Setting], choices: tuple[Choice, ...]) -> tuple[Setting, ...]:
    """The settings that were offered below the one that was authorised, least intrusive first."""
    number = next((at for at, one in enumerate(offered) if one.choices == choices), 0)
    return tuple(offered[:number])


def still_raised(setting: Setting, raised: Iterable[Raised], names: Mapping[Id, Versioned]) -> tuple[Raised, ...]:
    """Those that the setting would have raised too. `names`: of its lists. A later version of a list counts as that list."""
    kept = {
        (choice.capability, _series(names[one])) for choice in setting.choices for one in choice.lists if one in names
    }
    return tuple(one for one in raised if (one.capability, _series(one.list)) in kept)


def _series(name: Versioned) -> str:
    return name.split("@")[0]


def check_own_answer(answer: str, elsewhere: Iterable[str]) -> None:
    """Raises Refused unless it says something, and something else than the authoriser's answers in other cases.

    `too-short-answer`, `same-answer`. Case, spaces and punctuation make no difference.
    """
    said = _letters(answer)
    if len(said) < LEAST_LETTERS:
        raise Refused("too-short-answer", "Say in a sentence why a less intrusive setting is not enough in this case.")
    if said in map(_letters, elsewhere):
        raise Refused(
            "same-answer", "You gave this answer in another case. Say why a less intrusive setting is not enough here."
        )


def _letters(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())
