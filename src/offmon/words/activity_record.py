"""What is said of an activity record that was checked: on the person's device, or by an expert of theirs. It quotes no line of the file."""

from typing import Final

from offmon.core.person.activity_record import Judged, RecordFault
from offmon.words.catalogue import Language, translate

MOST_SAID: Final = 20


def said(judged: Judged, language: Language) -> str:
    """The whole answer: what does not hold, by its line, how many lines hold, and what it does not say."""
    lines = [translate(language, "told.fails" if judged.found else "told.holds")]
    lines += [_of(found, language) for found in judged.found[:MOST_SAID]]
    if len(judged.found) > MOST_SAID:
        lines.append(translate(language, "told.more", number=len(judged.found) - MOST_SAID))
    lines.append(translate(language, "told.sent", number=judged.sent))
    if judged.elsewhere:
        lines.append(translate(language, "told.elsewhere", number=judged.elsewhere))
    lines.append(translate(language, "told.looks", number=judged.looks))
    if judged.waiting:
        lines.append(translate(language, "told.waiting", number=judged.waiting))
    lines.append(translate(language, "told.limits"))
    return "\n".join(lines) + "\n"


def _of(found: RecordFault, language: Language) -> str:
    if found.line is None:
        return translate(language, f"told.fault.{found.fault}")
    return translate(language, f"told.fault.{found.fault}", line=found.line)
