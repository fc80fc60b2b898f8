"""Whether an agency may publish a newer Keys statement (formats §2): what a key signed is judged by the newest alone."""

from offmon.core.errors import Refused
from offmon.core.formats.trust import KeyRing


def check_keeps(before: KeyRing, after: KeyRing) -> None:
    """Raises Refused unless a newer ring still lists every key of the one before it: what a key signed is judged by the newest alone."""
    kept = {(listed.role, listed.vkey) for listed in after.keys}
    for listed in before.keys:
        if (listed.role, listed.vkey) not in kept:
            raise Refused(
                "key-left-out",
                f"The statement leaves out a {listed.role.value} key; list it with the time when it stopped being good.",
            )
