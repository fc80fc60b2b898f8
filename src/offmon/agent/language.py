"""Which language the agent speaks: that of the session it runs in.

Rules
- The agency knows the person's language, and a profile does not carry it: a field of a profile takes a new document type (formats §1).
  So the session's own locale says it, by the order of POSIX (`LC_ALL`, then `LC_MESSAGES`, then `LANG`; the first that is set).
- A locale that is neither English nor Welsh, or none, says nothing of either: then both are spoken, side by side (R-RGT-5).
"""

from collections.abc import Mapping
from typing import Final

from offmon.agent.presence.words import Language

VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


def of_session(environ: Mapping[str, str]) -> Language:
    """The language of a session by its environment: `cy_GB.UTF-8` is Welsh, `C` is both."""
    locale = next((value for name in VARIABLES if (value := environ.get(name))), "")
    spoken = locale.replace(".", "_").replace("@", "_").split("_")[0]
    return {"en": Language.ENGLISH, "cy": Language.WELSH}.get(spoken, Language.BOTH)
