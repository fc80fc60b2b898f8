"""The data inventory in words: every field that can leave a device, and what never does (design §7; R-DPA-8).

Rules
- A field of a finding is named by itself. What tells of the device and not of pages is named a document at a time.
- What leaves on the same occasion and lies in the same way stands together, so that nobody reads the same words twenty times.
- Nothing is said here that `core.inventory` does not say: the words are looked up by its own names, and a missing one is an error.
"""

from dataclasses import dataclass

from offmon.core.inventory import FIELDS, NEVER
from offmon.words.catalogue import Language, say

_OF_A_FINDING = ("body", "claim")


@dataclass(frozen=True, slots=True)
class Together:
    """What leaves on one occasion (`when`), and lies with the agency in one way (`how`)."""

    when: str
    how: str
    what: tuple[str, ...]


def groups(language: Language) -> list[Together]:
    """Everything: of findings field by field, then the documents about the device."""
    found: dict[tuple[str, str], list[str]] = {}
    for field in FIELDS:
        if field.document in _OF_A_FINDING:
            what = say(language, f"inventory.leaves.{field.document}.{field.name}")
            when = "; ".join(say(language, f"site.collected.{capability}") for capability in field.under)
            found.setdefault((when, say(language, f"site.collected.{field.lies}")), []).append(what)
    about = (say(language, "site.collected.always"), say(language, "site.collected.clear"))
    documents = dict.fromkeys(field.document for field in FIELDS if field.document not in _OF_A_FINDING)
    found[about] = [say(language, f"inventory.about.{each}") for each in documents]
    return [Together(when, how, tuple(what)) for (when, how), what in found.items()]


def never(language: Language) -> list[str]:
    """What never leaves."""
    return [say(language, f"inventory.never.{place}") for place, _ in enumerate(NEVER)]
