"""The hand-over sheet of an install visit: what was installed, who keeps the password, whom to call, how to object (R-RGT-1)."""

from dataclasses import dataclass

from offmon.core import clock
from offmon.core.authority.visit import InstallVisit
from offmon.core.ids import Id, Ms
from offmon.words import dates
from offmon.words.catalogue import Language, translate


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of the sheet in one language. Whom to call comes from the card of the notice."""

    title: str
    installed: tuple[str, ...]
    call: str
    objecting: tuple[str, str]
    sign: tuple[str, ...]


def sheet(language: Language, visit: InstallVisit, device: Id, enrolled_at: Ms) -> Sheet | None:
    """The sheet of a visit; None before the device is settled and its test record has arrived."""
    if visit.about is None or visit.marked_at is None:
        return None
    kind = translate(language, f"handover.kind.{visit.about.kind}")
    installed = (
        translate(language, "handover.program", day=dates.day(language, enrolled_at), kind=kind, number=device[:8]),
        translate(language, "handover.shown"),
        translate(language, "handover.account"),
        translate(language, "handover.tested", time=clock.local_minute(visit.marked_at)),
        translate(language, f"handover.password.{visit.about.password}"),
        translate(language, "handover.remove"),
    )
    return Sheet(
        translate(language, "handover.title"),
        installed,
        translate(language, "handover.head.call"),
        (translate(language, "handover.head.object"), translate(language, "handover.objecting")),
        tuple(translate(language, f"handover.sign.{one}") for one in ("means", "person", "officer")),
    )
