"""Who witnesses the log, for a face with two languages. It says only what the trust file records (issue 3)."""

from collections.abc import Iterable

from offmon.core.formats.keys import PublicKey
from offmon.core.formats.trust_file import TrustedWitness
from offmon.server.base.web.languages import say_around
from offmon.words.agency_text import Parts
from offmon.words.catalogue import Language, translate


def witnessed(language: Language, witnesses: Iterable[TrustedWitness]) -> list[Parts]:
    """A line for each: its name, who runs it, and whether they are independent of the agency and of its supplier."""
    return [
        say_around(
            language,
            "watched.line",
            {"name": PublicKey.parse(one.vkey).name, "operator": one.operator},
            independence=translate(language, "watched.independent" if one.independent else "watched.not-independent"),
        )
        for one in witnesses
    ]
