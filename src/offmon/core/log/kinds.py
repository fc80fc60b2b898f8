"""What a kind of record declares of itself, beside its fields: what writes it, when, and how a bundle shows it (formats §7, §9).

Each dataclass of a record has a `RECORD: ClassVar[RecordKind]`. `core.log.provenance.RECORDS` lists the classes.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from offmon.core.formats.canon import Json
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.log.verbs import Verb

TEXT: Final = "(withheld)"
"""The stand-in for a text that a bundle withholds."""


class InBundle(StrEnum):
    """Whether a bundle holds the records of a kind. `ACCOUNTED`: each one that the run names, so that none can be left out."""

    ACCOUNTED = "accounted"
    HELD = "held"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Time:
    """A field that says when something was done, and the acts by which. `past`: when something before them was."""

    field: str
    verbs: Set[Verb]
    past: bool = False


@dataclass(frozen=True, slots=True)
class RecordKind:
    """The acts that make a record, each record once, those that change it, and its times of them.

    `withholds`: the fields that a bundle may withhold, each with what stands in for it when the record is read. `closed`: those that our
    own bundles withhold, on which ground.
    """

    made: Set[Verb]
    changed: Set[Verb] = frozenset()
    times: tuple[Time, ...] = ()
    withholds: Mapping[str, Json] = field(default_factory=dict)
    closed: Mapping[str, WithholdingGround] = field(default_factory=dict)
    bundle: InBundle = InBundle.ACCOUNTED


def at(name: str, *verbs: Verb) -> Time:
    """A time that one of these acts gave, by the same clock."""
    return Time(name, frozenset(verbs))


def before(name: str, *verbs: Verb) -> Time:
    """A time of something before one of these acts."""
    return Time(name, frozenset(verbs), past=True)
