"""Domains below which strangers register names: a list entry that named one would make monitoring blanket (R-LEG-5).

Rules
- `co.uk` is not a site, but everybody's: to list it is to record nearly every visit.
- One label is always such a name. So is a kind of name (`KINDS`) below any country's two letters, whether or not that country has it.
- What ends in a number is an address: all four parts of it, or it is a range.
- The device holds no more than this, so that a list signed by whoever took a key is never blanket. The whole Public Suffix List is asked
  where a list is drafted and approved (`server.detectors.entries`): 340 kB that no device needs to carry.
- What is broad and no suffix (a social network) is for the two people to judge who approve a list (S35).
"""

import re
from typing import Final

# Kinds of name that most countries' registries give out, and their like in Spanish, French and Portuguese.
KINDS: Final = frozenset({"ac", "co", "com", "edu", "gob", "gouv", "gov", "govt", "mil", "net", "nom", "org"})
_COUNTRY: Final = re.compile(r"[a-z]{2}")
_IPV4: Final = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")


def is_everybodys(host: str) -> bool:
    """Whether strangers plainly have names below this host (in the form of `sites.normal_host`). Never raises."""
    if host.startswith("["):
        return False
    label, _, above = host.partition(".")
    if host.rpartition(".")[2].isdigit():
        return _IPV4.fullmatch(host) is None
    return not above or (label in KINDS and _COUNTRY.fullmatch(above) is not None)
