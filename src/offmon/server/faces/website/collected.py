"""The data inventory in words: every field that can leave a device, and what never does (design §7; R-DPA-8).

Rules
- The page is made of the inventory's own lines. One line describes each field, and a line without words is an error.
- Fields that leave on the same occasion and are stored alike appear together, so that nobody reads the same words twenty times.
- It says nothing that `core.authority.inventory` does not say.
"""

from dataclasses import dataclass

from offmon.core.authority.inventory import FIELDS, NEVER, RECORD, lines
from offmon.words.catalogue import Language, translate


@dataclass(frozen=True, slots=True)
class Together:
    """What leaves on one occasion (`when`), and lies with the agency in one way (`how`)."""

    when: str
    how: str
    what: tuple[str, ...]


def of_a_record(language: Language) -> list[Together]:
    """What is sent of a page, by the grants under which it is, and by how it lies."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for part in RECORD:
        for field in (one for one in FIELDS if one.part is part):
            when = "; ".join(translate(language, f"capability.{capability}.public") for capability in field.under)
            how = translate(language, f"site.collected.{field.lies}")
            found.setdefault((when, how), {})[translate(language, f"inventory.leaves.{field.said}")] = None
    return [Together(when, how, tuple(what)) for (when, how), what in found.items()]


def of_the_device(language: Language) -> list[Together]:
    """What the device tells of itself, whatever is granted, by occasion."""
    how = translate(language, "site.collected.clear")
    return [
        Together(
            translate(language, f"inventory.about.{part}"),
            how,
            tuple(translate(language, f"inventory.leaves.{line}") for line in found),
        )
        for part, found in lines(FIELDS).items()
        if part not in RECORD
    ]


def never(language: Language) -> list[str]:
    """What never leaves."""
    return [translate(language, f"inventory.never.{place}") for place, _ in enumerate(NEVER)]
