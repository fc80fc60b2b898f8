"""What the indicator says, in each way it can speak. The texts are in the catalogue (`offmon.words`).

Rules
- Neutral for a bystander: no force, offence or order. Family and visitors read it too (design §1.6).
- A closed set of states, so that no text from a server can reach the screen.
- If nobody said which language, it speaks both: neither is the other's translation (R-RGT-5).
- The strip says one word, and that word is true: "Monitored" only while something is collected.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from offmon.agent.presence.states import AgentState
from offmon.words import catalogue
from offmon.words.catalogue import translate


class IndicatorLanguage(StrEnum):
    """How the indicator speaks: in one language, by its BCP 47 tag, or in both."""

    ENGLISH = "en"
    WELSH = "cy"
    BOTH = "en-cy"


@dataclass(frozen=True, slots=True)
class IndicatorText:
    """All text of the indicator in one language, or in both: then a line each."""

    title: str
    monitored: str
    details: str
    move: str
    states: Mapping[AgentState, str]
    strip: Mapping[AgentState, str]
    """The one word of the strip, in one line whichever way it speaks."""


def told(words: IndicatorText) -> str:
    """All that the window is to say, as it reads it: one line."""
    said = {one.name: getattr(words, one.name) for one in fields(words)}
    return json.dumps({name: dict(text) if isinstance(text, Mapping) else text for name, text in said.items()})


def _strip(state: AgentState) -> str:
    return "on" if state is AgentState.COLLECTING else "off"


def _words(language: catalogue.Language) -> IndicatorText:
    return IndicatorText(
        title=translate(language, "indicator.title"),
        monitored=translate(language, "indicator.monitored"),
        details=translate(language, "indicator.details"),
        move=translate(language, "indicator.move"),
        states=MappingProxyType({state: translate(language, f"indicator.state.{state}") for state in AgentState}),
        strip=MappingProxyType(
            {state: translate(language, f"indicator.strip.{_strip(state)}") for state in AgentState}
        ),
    )


def _both(first: IndicatorText, second: IndicatorText) -> IndicatorText:
    return IndicatorText(
        title=f"{first.title} / {second.title}",
        monitored=f"{first.monitored}\n{second.monitored}",
        details=f"{first.details}\n{second.details}",
        move=f"{first.move}\n{second.move}",
        states=MappingProxyType({state: f"{first.states[state]}\n{second.states[state]}" for state in AgentState}),
        strip=MappingProxyType({state: f"{first.strip[state]} / {second.strip[state]}" for state in AgentState}),
    )


_ENGLISH: Final = _words(catalogue.Language.ENGLISH)
_WELSH: Final = _words(catalogue.Language.WELSH)
CATALOGUE: Final[Mapping[IndicatorLanguage, IndicatorText]] = MappingProxyType(
    {
        IndicatorLanguage.ENGLISH: _ENGLISH,
        IndicatorLanguage.WELSH: _WELSH,
        IndicatorLanguage.BOTH: _both(_ENGLISH, _WELSH),
    }
)
