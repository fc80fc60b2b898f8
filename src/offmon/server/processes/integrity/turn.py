"""One turn at one agency's rows: look, say what disagrees, and only then remember that they were looked at."""

from offmon.core.ids import Ms
from offmon.server.audit.policy import against_all
from offmon.server.base.actor import Service, service
from offmon.server.base.scope import scope
from offmon.server.oversight.integrity.findings import do_say, rows_of
from offmon.server.oversight.integrity.walk import Walk


def turn(walk: Walk, at: Ms) -> bool:
    """Whether there is more to do at once. Raises what the database or a refused entry raises; then nothing is remembered."""
    actor = service(Service.INTEGRITY, walk.agency)
    with walk.memory.turn():
        with scope(actor, snapshot=True):
            stand = against_all()
            looked, has_more = walk.turn(at, rows_of(stand))
        walk.memory.put_off(walk.agency, do_say(looked, stand, actor=actor))
    return has_more
