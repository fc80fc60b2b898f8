"""What the pages say of the rota: turns, gaps, and who has an alert by it."""

from datetime import time
from typing import Final

from offmon.core.alerts.acknowledgement import Holder
from offmon.core.alerts.rota import Office, Tier
from offmon.server.agencies.rota.queries import GapView, OnView, ShiftView
from offmon.server.faces.console import words

WHOLE: Final = "the whole agency"
TIER: Final = {Tier.FIRST: "First on call", Tier.SECOND: "Second on call", Tier.INSPECTOR: "Duty inspector"}
NOBODY: Final = {
    Tier.FIRST: "Nobody is on call",
    Tier.SECOND: "Nobody is second on call",
    Tier.INSPECTOR: "No duty inspector is on call",
}
HOLDER: Final = {
    Holder.OWNER: "the officer",
    Holder.FIRST_ON_CALL: "the first on call",
    Holder.SECOND_ON_CALL: "the second on call",
    Holder.SUPERVISOR: "the supervisor",
    Holder.DUTY_INSPECTOR: "the duty inspector",
}


def gap(of: GapView) -> str:
    """“Nobody is on call for North from 9 June 2026 at 5:00pm to 10 June 2026 at 9:00am.”"""
    team = "" if of.team is None else f" for {of.team}"
    return f"{NOBODY[of.gap.tier]}{team} from {words.when(of.gap.since)} to {words.when(of.gap.until)}."


def turn(of: ShiftView) -> str:
    """“First on call, North”; “Duty inspector”."""
    if of.shift.tier is Tier.INSPECTOR:
        return TIER[of.shift.tier]
    return f"{TIER[of.shift.tier]}, {of.team or WHOLE}"


def post(of: OnView) -> str:
    """The same of who is on now."""
    return TIER[of.tier] if of.team is None else f"{TIER[of.tier]}, {of.team}"


def hours(office: Office) -> str:
    """“before 9am and after 5pm”."""
    return f"before {_hour(office.opens)} and after {_hour(office.closes)}"


def _hour(at: time) -> str:
    return f"{at:%I:%M%p}".lstrip("0").lower().replace(":00", "")
