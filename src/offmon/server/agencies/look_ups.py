"""Which look-ups of the agency's staff are to be examined now: the facts for `core/log/look_ups.py`. For the worker.

What waited for a reader, and what they did, the log says. Who keeps a case, and to whom it was opened, the caseload says. The staff of a
party who work on a case keep it there.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from offmon.core import clock as time
from offmon.core.ids import Id, Ms
from offmon.core.log.look_ups import MANY_WITHIN_MS, LookUp, Picked, Standing, chosen, is_at_work, too_many
from offmon.server.agencies import queries as agencies
from offmon.server.audit.look_ups import queries as log
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope


def to_examine(since: Ms, *, actor: Actor) -> list[tuple[LookUp, Picked]]:
    """The look-ups since an instant that are to be examined and are not picked yet, each with why."""
    with scope(actor):
        looks = chosen(log.looks_since(Ms(since - MANY_WITHIN_MS), actor.agency))
        found = [(one, Picked.OWN_NAME) for one in log.own_names_since(since, actor.agency)]
        found += [(one, Picked.MANY_PEOPLE) for one in _many(looks) if one.at >= since]
        found += [(one, Picked.SAMPLED) for one in log.asked_about(actor.agency)]
        first = _first_of_a_day(one for one in looks if one.at >= since)
        found += [(one, Picked.NO_TASK) for one in first if not is_at_work(one.at, _standing(one))]
        return [(one, why) for one, why in found if not log.is_picked(one, why)]


def _many(looks: Iterable[LookUp]) -> list[LookUp]:
    by = defaultdict[Id, list[LookUp]](list)
    for one in looks:
        by[one.staff].append(one)
    return [one for of_one in by.values() for one in too_many(of_one)]


def _first_of_a_day(looks: Iterable[LookUp]) -> list[LookUp]:
    """The first of each reader, case and day."""
    first: dict[tuple[Id, Id, date], LookUp] = {}
    for one in looks:
        first.setdefault((one.staff, one.case, time.local_day(one.at)), one)
    return list(first.values())


def _standing(one: LookUp) -> Standing:
    grants = list(agencies.open_at(one.at).filter(case=one.case, staff_id=one.staff).values_list("since", "party_id"))
    keeps = agencies.keeper_of(one.case, one.at) == one.staff or any(party is not None for _, party in grants)
    waited, acted = log.before(one)
    return Standing(keeps, waited, acted, max((since for since, _ in grants), default=None))
