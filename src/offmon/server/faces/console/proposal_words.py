"""What the pages say of a condition's words: what they propose, what is unclear, and what a device would send for it.

What is sent is said in the words of the notice, which the person reads.
"""

from collections.abc import Collection

from offmon.core.authority import proposals
from offmon.core.authority.capability import Capability, rule_of
from offmon.server.faces.console.words import CAPABILITY
from offmon.words.catalogue import Language, translate
from offmon.words.document import Kind
from offmon.words.notice import told_under, what_never_is


def proposed(verbatim: str) -> list[str]:
    """What the words of a condition could make necessary, each with its reason."""
    found = proposals.proposals_for(verbatim)
    return [f"{CAPABILITY[one.capability]}. {one.because}" for one in found]


def advice(verbatim: str) -> list[str]:
    """Why a lawyer should read a condition first (R-LEG-26); mostly nothing."""
    return [proposals.FLAGGED[one] for one in proposals.flags_of(verbatim)]


def told(collects: Collection[Capability]) -> tuple[str, ...]:
    """What a device sends and keeps under these, as the notice says it."""
    return told_under(collects, Language.ENGLISH)


def sends(collects: Collection[Capability]) -> tuple[str, ...]:
    """What a device sends under these, as the notice says it; “Nothing.” where it sends nothing."""
    return told([one for one in collects if rule_of(one).sends]) or ("Nothing.",)


def keeps(collects: Collection[Capability]) -> tuple[str, ...]:
    """What a device keeps and does not send under these, as the notice says it."""
    return told([one for one in collects if not rule_of(one).sends])


def leaves_out(collects: Collection[Capability]) -> list[str]:
    """What it could collect and does not under these, in the words of the person's page."""
    without = (one for one in Capability if one not in collects)
    return [translate(Language.ENGLISH, f"capability.{one}.page") for one in without]


def never() -> list[str]:
    """What is not collected whatever is granted, as the notice says it."""
    return [block.text for block in what_never_is(Language.ENGLISH) if block.kind is Kind.ITEM]
