"""The time of a check on the page discloses nothing of how much there was to check (S80)."""

from offmon.core.ids import Ms
from offmon.core.public.assurance import Control, ControlStanding, Observation
from offmon.server.processes.assurance import service


def test_the_looks_of_a_turn_have_one_time_however_long_they_took() -> None:
    def look(at: Ms) -> Observation:
        return Observation(Control.NO_HOLES, ControlStanding.HOLDS, None, Ms(at + 4_321))

    seen = service.turn({Control.NO_HOLES: look, Control.WITNESSED: look})
    [at] = {one.at for one in seen}
    assert len(seen) == 2
    assert at % service.EVERY_MS == 0


def test_and_are_kept_at_the_next_quarter_of_a_minute() -> None:
    for took in (0, 58, 2_000, 14_999):
        assert took / 1_000 + service.until_next(Ms(service.EVERY_MS * 7 + took)) == 15.0
