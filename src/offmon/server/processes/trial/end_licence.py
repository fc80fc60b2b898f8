"""Records that the invented licence has ended, as its officer. The console has no page for that yet, so the action is called as here."""

import json

from offmon.core.ids import Id
from offmon.server.base import clock
from offmon.server.orders.actions import do_end_instrument
from offmon.server.processes.trial.acting import actor_of
from offmon.server.processes.trial.invented import OFFICER
from offmon.server.processes.trial.places import Home


def main(home: Home) -> None:
    """End it now."""
    done = json.loads((home.of("console") / "seed.json").read_text())
    do_end_instrument(Id(done["licence recorded"]), clock.now(), "ended early (invented)", actor=actor_of(OFFICER))
