"""What nobody can speak for is never shown as covered (issue 20)."""

from datetime import date

from offmon.core.clock import HOUR_MS, start_of_day
from offmon.core.ids import Ms
from offmon.core.log.hours import Spent
from offmon.core.person import ledger
from offmon.core.person.ledger import Lifetime
from tests.prove.markers import proves

DAY = date(2026, 6, 9)
BEGIN = start_of_day(DAY)


def at(hour: int) -> Ms:
    return Ms(BEGIN + hour * HOUR_MS)


def hours(life: Lifetime) -> dict[Spent, int]:
    [day] = ledger.ledger(DAY, DAY, life, ())
    return {spent: day.ms(spent) // HOUR_MS for spent in Spent if day.ms(spent)}


@proves("S194", ledger._bounds, disabled=lambda of, since, until: ())  # the rule itself
def test_after_it_was_last_heard_nobody_speaks_for_a_device() -> None:
    heard = Lifetime(at(2), at(10), None, at(20))
    assert hours(heard) == {Spent.NOT_DUE: 2, Spent.COVERED: 8, Spent.UNKNOWN: 10, Spent.AHEAD: 4}
    stopped = Lifetime(at(2), at(10), at(10), at(20))
    assert hours(stopped) == {Spent.NOT_DUE: 2, Spent.COVERED: 8, Spent.OFF: 10, Spent.AHEAD: 4}
    assert hours(Lifetime(at(2), None, None, at(20))) == {Spent.NOT_DUE: 2, Spent.UNKNOWN: 18, Spent.AHEAD: 4}
