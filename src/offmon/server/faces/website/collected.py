"""The data inventory in words: every field that can leave a device, and what never does (design §7; R-DPA-8).

Rules
- A field of a finding has a line of its own. What tells of the device and not of pages has a line a document.
- Nothing is said here that `core.inventory` does not say: the words are looked up by its own names, and a missing one is an error.
"""

from dataclasses import dataclass

from offmon.core.inventory import FIELDS, NEVER, Field
from offmon.words.catalogue import Language, say

_OF_A_FINDING = ("body", "claim")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: what, when it leaves, and how it lies with the agency."""

    what: str
    when: str
    how: str


def lines(language: Language) -> list[Line]:
    """The table: findings field by field, then the documents about the device."""
    findings = [_finding(language, field) for field in FIELDS if field.document in _OF_A_FINDING]
    documents = dict.fromkeys(field.document for field in FIELDS if field.document not in _OF_A_FINDING)
    clear, always = say(language, "site.collected.clear"), say(language, "site.collected.always")
    return [*findings, *(Line(say(language, f"inventory.about.{each}"), always, clear) for each in documents)]


def never(language: Language) -> list[str]:
    """What never leaves."""
    return [say(language, f"inventory.never.{place}") for place, _ in enumerate(NEVER)]


def _finding(language: Language, field: Field) -> Line:
    what = say(language, f"inventory.leaves.{field.document}.{field.name}")
    when = "; ".join(say(language, f"site.collected.{capability}") for capability in field.under)
    return Line(what, when, say(language, f"site.collected.{field.lies}"))
