"""Which classes of content may leave a device, by what, and which are locked (R-LEG-30; IPA 2016 ss.4(4)(b), 6(1)(c), 44).

Rules
- Each field of a body that a capability lets leave is of one class. What is of a class that needs a route is locked.
- Message content needs a recorded route under the IPA: a warrant, a statutory power, a court order made for it, or consent with RIPA Pt 2.
  This release has no register of routes and reads no message. So it refuses each grant that would collect one, whatever the order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core.authority.capability import Capability, rule_of
from offmon.core.errors import Refused


class ContentClass(StrEnum):
    """What a field says of what a person saw or did."""

    LISTED = "listed"
    TITLE = "title"
    ADDRESS = "address"
    SEARCH_TERM = "search_term"
    PAGE_TEXT = "page_text"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class ClassRule:
    """`fields`: those of a body that are of the class. `needs_route`: it is locked until a route is recorded."""

    fields: frozenset[str]
    needs_route: bool = False


CLASSES: Final[Mapping[ContentClass, ClassRule]] = {
    ContentClass.LISTED: ClassRule(frozenset({"matched_entry"})),
    ContentClass.TITLE: ClassRule(frozenset({"title"})),
    ContentClass.ADDRESS: ClassRule(frozenset({"url"})),
    ContentClass.SEARCH_TERM: ClassRule(frozenset({"url", "context_before", "context_after"})),
    ContentClass.PAGE_TEXT: ClassRule(frozenset({"context_before", "context_after"})),
    ContentClass.MESSAGE: ClassRule(frozenset(), needs_route=True),
}


def classes_of(fields: Iterable[str]) -> frozenset[ContentClass]:
    """The classes that these fields can hold. Raises Refused for a field that is of none."""
    named = {*fields}
    if named - frozenset[str]().union(*(rule.fields for rule in CLASSES.values())):
        raise Refused(
            "class-unknown", "A field of this collection is of no declared class, so it cannot be authorised."
        )
    return frozenset(one for one, rule in CLASSES.items() if rule.fields & named)


def check_unlocked(capabilities: Iterable[Capability]) -> None:
    """Raises Refused where one of these would collect content of a class that is locked."""
    for capability in capabilities:
        if any(CLASSES[one].needs_route for one in classes_of(rule_of(capability).fields)):
            raise Refused(
                "class-locked",
                "Message content is locked. It needs a recorded legal route, and this release can record none.",
            )
