"""What ages between two runs, made again by the product's own actions: who is on call, how they are reached, and the person's sign-in code.

A rota of four weeks is entered at each run, as far as it is not there. A code that was used or is a day old gives way to a new one.
"""

from datetime import date, timedelta
from functools import partial
from typing import Final

from offmon.core import clock as time
from offmon.core.alerts.reaching import ChannelKind
from offmon.core.alerts.rota import Shift, Tier
from offmon.core.ids import Id, Ms
from offmon.server.agencies.rota.actions import do_set_shift
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.reaching.actions import do_add_channel, do_test_channel
from offmon.server.rights import sign_in
from offmon.server.rights.actions import do_make_access
from offmon.server.rights.models import PersonAccess
from trial import invented
from trial.acting import actor_of
from trial.steps import Steps

WEEKS: Final = 4
ON_CALL: Final = (
    (invented.SECOND_OFFICER, Tier.FIRST, invented.SUPERVISOR),
    (invented.SUPERVISOR, Tier.SECOND, invented.SUPERVISOR),
    (invented.INSPECTOR, Tier.INSPECTOR, invented.ADMIN),
)
"""Who is called in which turn, and who keeps that rota."""
REACHED: Final = (invented.OFFICER, *(who for who, _, _ in ON_CALL))
"""Who has a mail channel. What is sent there comes to the trial's own mailbox."""


def reach(steps: Steps) -> None:
    """A mail channel for each of them, tested."""
    for who in REACHED:
        actor = actor_of(who)
        address = f"{who}@{invented.FORCE.domain}"
        channel = steps.once(
            f"mail channel of {who} added", partial(do_add_channel, ChannelKind.EMAIL, address, actor=actor)
        )
        steps.once(f"mail channel of {who} tested", partial(do_test_channel, channel, actor=actor))


def put_on_call(steps: Steps) -> None:
    """Somebody in each turn, from this week on."""
    today = time.local_day(clock.now())
    for week in range(WEEKS):
        monday = today + timedelta(weeks=week, days=-today.weekday())
        for who, tier, keeper in ON_CALL:
            steps.once(f"{who} on call in the week of {monday}", partial(_put_on_call, who, tier, keeper, monday))


def _put_on_call(who: str, tier: Tier, keeper: str, monday: date) -> None:
    staff = actor_of(who)
    since = max(Ms(clock.now()), time.start_of_day(monday))
    until = time.start_of_day(monday + timedelta(weeks=1))
    team = None if tier is Tier.INSPECTOR else staff.team
    do_set_shift(Shift(team, tier, staff.id, since, until), actor=actor_of(keeper))


def let_in(steps: Steps, case: Id, officer: Actor) -> None:
    """The name and the code that the person is given by hand. The tour says them, since here the reader is that person too."""
    steps.once(invented.WAY_IN, partial(_sign_in_code, case, officer), stands=partial(_signs_in, case, officer))


def _sign_in_code(case: Id, officer: Actor) -> str:
    given = do_make_access(case, actor=officer)
    return f"{given.name} {given.code}"


def _signs_in(case: Id, officer: Actor) -> bool:
    """Whether the code given last may still be used."""
    with scope(officer):
        last = PersonAccess.objects.only("used_at", "made_at").filter(case=case).latest("made_at")
    return last.used_at is None and clock.now() - last.made_at < sign_in.CODE_MS
