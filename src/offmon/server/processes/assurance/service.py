"""The checks, wired: which controls, how often, and what happens if a check fails.

Rules
- Each control is checked every fifteen seconds. A result is fresh for two minutes (`core.public`), so one slow turn raises no alarm.
- A check's duration discloses how much it checked. So a turn's checks share one time, a quarter of a minute, and are stored in the next
  turn. Nobody can read from the page how long the log is, or that it grew (S80).
- The guards of the tables are drawn once a turn for every control that needs them. Missing profiles are asked for once.
- A question that fails says nothing of its control, which becomes stale. The log names only its kind, since a foreign error may quote.
- It repairs nothing, and can write only its results.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.utils import Error

from offmon.core.clock import SECOND_MS
from offmon.core.errors import OffmonError
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Ms
from offmon.core.public.assurance import Control, ControlStanding, Observation
from offmon.server.audit.witness_client import WitnessClient
from offmon.server.base import clock
from offmon.server.base.policies import Process
from offmon.server.oversight import access_checks, control_checks, site, witness
from offmon.server.oversight.actions import do_note
from offmon.server.oversight.anonymous_client import Face
from offmon.server.oversight.log import Reading
from offmon.server.processes.roles import assert_ordinary

EVERY_MS: Final = 15 * SECOND_MS

_log = logging.getLogger("offmon.assurance")
type Looks = Mapping[Control, Callable[[Ms], Observation]]


def look_until(stop: threading.Event) -> None:
    """Look at every control, until asked to stop. Raises Refused where the role is not the one."""
    connection.ensure_connection()
    assert_ordinary(connection.connection, Process.ASSURANCE)
    reading = Reading()
    _log.info("looking at %d controls", len(every_look(reading)))
    while not stop.is_set():
        seen = turn(every_look(reading))
        if not stop.wait(until_next(clock.now())):
            note(seen)
        connection.close_if_unusable_or_obsolete()
    connection.close()


def until_next(at: Ms) -> float:
    """Seconds until the next quarter of a minute."""
    return (EVERY_MS - at % EVERY_MS) / SECOND_MS


def every_look(reading: Reading) -> Looks:
    """How each control is looked at in one turn, as the settings say where. `reading`: how far the log was read in the turns before."""
    public = Face(settings.OFFMON_SITE_ADDRESS, settings.OFFMON_SITE_HOST)
    to_sign_in = {
        "console": Face(settings.OFFMON_CONSOLE_ADDRESS, settings.OFFMON_CONSOLE_HOST),
        "portal": Face(settings.OFFMON_PORTAL_ADDRESS, settings.OFFMON_PORTAL_HOST),
    }
    releases = tuple(settings.OFFMON_AGENT_RELEASES)
    once, missing = cache(control_checks.drawn), cache(control_checks.gone)
    inside = {
        control: partial(
            control_checks.ask, control, releases=releases, guarding=once, reading=reading, missing=missing
        )
        for control in control_checks.asked_of_the_database()
    }
    outside = {control: partial(site.look, control, public) for control in site.LOOKED_AT}
    both = {control: partial(_both, inside[control], outside[control]) for control in inside.keys() & outside.keys()}
    asked = WitnessClient(settings.OFFMON_WITNESS_URL, PublicKey.parse(settings.OFFMON_WITNESS_KEY), witness.TIMEOUT_S)
    witnessed = partial(_witnessed, inside[Control.WITNESSED], asked)
    return {
        **inside,
        **outside,
        **both,
        Control.WITNESSED: witnessed,
        Control.DOORS: partial(access_checks.look, to_sign_in),
    }


def turn(looks: Looks) -> list[Observation]:
    """One look at each of these. Whenever it was taken, its time is the quarter of a minute in which the turn began."""
    at = Ms(clock.now() // EVERY_MS * EVERY_MS)
    found = (_try(control, look) for control, look in looks.items())
    return [replace(one, at=at) for one in found if one is not None]


def note(seen: list[Observation]) -> None:
    """What was seen is kept, and so published."""
    try:
        do_note(seen)
    except (Error, OffmonError) as error:
        _log.warning("what was seen is not kept: %s", type(error).__name__)


def _try(control: Control, look: Callable[[Ms], Observation]) -> Observation | None:
    try:
        return look(clock.now())
    except Exception as error:  # whatever it is, the other looks go on
        _log.warning("%s could not be looked at: %s", control, type(error).__name__)
        return None


def _both(inside: Callable[[Ms], Observation], outside: Callable[[Ms], Observation], at: Ms) -> Observation:
    """What a stranger sees, unless the database knows better: a form that answers is not kept if nobody reads what it took."""
    found, known = outside(at), inside(at)
    return replace(found, standing=ControlStanding.FAILS) if known.standing is ControlStanding.FAILS else found


def _witnessed(inside: Callable[[Ms], Observation], asked: WitnessClient, at: Ms) -> Observation:
    return witness.confirmed(inside(at), asked)
