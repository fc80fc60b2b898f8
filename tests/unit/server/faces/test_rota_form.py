"""The form of a shift begins with tonight, whenever somebody opens it."""

from datetime import datetime

import pytest

from offmon.core import clock
from offmon.core.alerts.rota import BEGUN_MS
from offmon.core.ids import Ms
from offmon.server.faces.console.forms.rota import ShiftForm


@pytest.mark.parametrize(
    ("at", "begins", "ends"),
    [
        ("2026-12-01T10:15", ("1", "17:00"), ("2", "09:00")),
        ("2026-12-01T23:05", ("1", "23:00"), ("2", "09:00")),  # from this hour on: what is long past is refused
        ("2026-12-02T03:40", ("2", "03:00"), ("2", "09:00")),
        ("2026-12-02T09:00", ("2", "17:00"), ("3", "09:00")),
        ("2026-12-31T17:00", ("31", "17:00"), ("1", "09:00")),
    ],
)
def test_a_new_shift_is_tonights(at: str, begins: tuple[str, str], ends: tuple[str, str]) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=clock.LONDON)
    said = ShiftForm.initially(Ms(int(now.timestamp() * 1000)))
    assert (said["from_day"][0], said["from_time"]) == begins
    assert (said["to_day"][0], said["to_time"]) == ends
    hour, minute = map(int, said["from_time"].split(":"))
    assert (now - now.replace(hour=hour, minute=minute)).total_seconds() * 1000 <= BEGUN_MS
