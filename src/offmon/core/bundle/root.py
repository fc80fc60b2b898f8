"""The root that a bundle may call the agency's: the one at which its chain of Keys statements begins (formats §2).

This proves nothing by itself. A reader without a trust file compares its fingerprint with paper; others judge by their own roots.
"""

from offmon.core.bundle.case import Case
from offmon.core.errors import NotAuthentic
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.trust import walk


def root_of(case: Case) -> PublicKey:
    """The root that the index names. Raises Malformed, or NotAuthentic (`other-root`) where the bundle's keys are not its."""
    root = PublicKey.parse(case.index.root)
    try:
        walk([case.files.keys[version] for version in sorted(case.files.keys)], [root])
    except NotAuthentic:
        raise NotAuthentic("other-root", "The index names another root than the one that signed the keys.") from None
    return root
