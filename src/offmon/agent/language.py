"""The language that the agent speaks: that of the session it runs in.

Rules
- A profile does not carry the person's language, which the agency knows: a new field takes a new document type (formats §1). The session's
  locale decides, in the order of POSIX: the first set of `LC_ALL`, `LC_MESSAGES`, `LANG`.
- With no locale, or one that is neither English nor Welsh, both are spoken, side by side (R-RGT-5).
"""

from collections.abc import Mapping
from typing import Final

from offmon.agent.presence.words import IndicatorLanguage

VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


def of_session(environ: Mapping[str, str]) -> IndicatorLanguage:
    """The language of a session by its environment: `cy_GB.UTF-8` is Welsh, `C` is both."""
    locale = next((value for name in VARIABLES if (value := environ.get(name))), "")
    spoken = locale.replace(".", "_").replace("@", "_").split("_")[0]
    return {"en": IndicatorLanguage.ENGLISH, "cy": IndicatorLanguage.WELSH}.get(spoken, IndicatorLanguage.BOTH)
