"""The types of offence: one vocabulary for orders and lists, so that a list fits the orders that it was made for (R-LEG-5).

Rules
- An order names at least one, and so does a list. A grant needs one that both name (`profile`).
- A variation has no type that the order which it varies has not: more lists would fit it, and nobody would have been asked.
- A code is never renamed or taken away: signed lists and bundles hold it. A new type is a new line.
- Documents may hold a code that is not here, of an older release. It is read and compared as it is. Nobody can enter it anew.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from offmon.core.errors import Refused
from offmon.core.ids import Slug

OFFENCES: Final[Mapping[Slug, str]] = {
    Slug("contact_child"): "Sexual offence by contact with a child",
    Slug("contact_online"): "Sexual communication with a child online",
    Slug("grooming"): "Meeting a child after grooming",
    Slug("iioc"): "Indecent images of children",
    Slug("extreme_images"): "Extreme or prohibited images",
    Slug("adult_sexual"): "Sexual offence against an adult",
    Slug("intimate_images"): "Sharing or threatening to share intimate images",
    Slug("exploitation"): "Sexual exploitation or trafficking",
    Slug("stalking"): "Stalking or harassment",
    Slug("domestic_abuse"): "Domestic abuse",
    Slug("violence"): "Serious violence",
    Slug("terrorism"): "Terrorism",
    Slug("fraud"): "Fraud",
}
"""Each code and its plain name, in the order in which a form offers them."""


def check_offences(codes: Iterable[str], varied: Iterable[str] | None = None) -> None:
    """Raises Refused for a type of offence that is not of the vocabulary, or that a variation adds.

    `varied`: those of the order that it varies; None: it varies none. A court varies conditions: what the order was made for stays.
    """
    given = set(codes)
    if not given <= set(OFFENCES):
        raise Refused("unknown-offence", "Select types of offence from those offered. Ask the operator for a new type.")
    if varied is not None and not given <= set(varied):
        raise Refused(
            "offence-added",
            "A variation adds no type of offence: the order that it varies does not have it. Select only types that the earlier order has."
            " If that order was recorded without it, record the earlier order again first.",
        )
