"""python -m tests.e2e.owner: each tampering by the database's owner, in rounds, against the running system. Exit status 1 if one is missed.

A round changes one thing of each row. It ends when the integrity process has said of each in the log that it found it, or after 300 s.
Then all is undone, and the process must say that each row is as it was, before the next round begins.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection

from tests.server import set_up_django

set_up_django()

from offmon.core.ids import Id  # noqa: E402  # models cannot be imported before Django is set up
from offmon.core.public.assurance import Control  # noqa: E402
from tests.support.tampering import Tampering, acts, past_every_trigger  # noqa: E402
from trial.invented import FORCE  # noqa: E402
from trial.person import TrialPerson  # noqa: E402
from trial.places import TrialHome, reachable_code  # noqa: E402
from trial.ports import FREE, held  # noqa: E402
from trial.raising import Raised, raised  # noqa: E402
from trial.stack import DATABASE  # noqa: E402
from trial.telling import Progress  # noqa: E402
from trial.thread import Thread  # noqa: E402

LIMIT_S = 300.0
SETTLES_S = 150.0
SAID = """
select distinct on (reason) split_part(reason, ' ', 1), split_part(reason, ' ', 3), verb = 'mismatch.found'
from audit_entry where verb in ('mismatch.found', 'mismatch.ended') and agency = %s order by reason, at desc
"""


@dataclass(frozen=True)
class Found:
    """One tampering, how it was found, and after how many seconds; None: it was not."""

    act: Tampering
    how: str | None
    seconds: float


@dataclass
class Owner:
    """Whoever owns the database of the running system."""

    hand: "Connection[Any]"
    agency: Id

    def play(self, say: Progress) -> list[Found]:
        """Every round. What was found, in order."""
        waiting, found = list(acts(self.hand, self.agency)), list[Found]()
        say(f"{len(waiting)} acts upon {len({one.table for one in waiting})} committed tables")
        self._settles()
        while waiting:
            at_once = {(one.table, one.row): one for one in reversed(waiting)}
            waiting = [one for one in waiting if at_once[one.table, one.row] is not one]
            done = [one for one in at_once.values() if one.do(self.hand)]
            these = list(self._found(done))
            found += these
            for one in done:
                one.undo(self.hand)
            say(f"{len(these)} done, {sum(one.how is not None for one in these)} found, {len(waiting)} left")
            self._settles()
        return found

    def _found(self, done: list[Tampering]) -> Iterable[Found]:
        began, left = time.monotonic(), list(done)
        while left and time.monotonic() - began < LIMIT_S:
            time.sleep(1)
            stands = self._stands()
            for one in [one for one in left if one.found_as & stands.keys()]:
                left.remove(one)
                yield Found(one, stands[min(one.found_as)], time.monotonic() - began)
        if done and not self._is_red():
            yield Found(Tampering("public page", "stays green", Id("0" * 32)), None, LIMIT_S)
        yield from (Found(one, None, LIMIT_S) for one in left)

    def _is_red(self) -> bool:
        """Whether the public page says so within two of its looks."""
        until = time.monotonic() + 35
        asked = "select standing from oversight_look where control = %s"
        while self.hand.execute(asked, [Control.ROWS_AGREE.value]).fetchone() != ("fails",):
            if time.monotonic() > until:
                return False
            time.sleep(1)
        return True

    def _settles(self) -> None:
        until = time.monotonic() + SETTLES_S
        time.sleep(45)  # a scan and the turn after it
        while self._stands():
            if time.monotonic() > until:
                raise AssertionError(f"what was undone still stands: {self._stands()}")
            time.sleep(1)

    def _stands(self) -> dict[str, str]:
        return {row: how for how, row, stands in self.hand.execute(SAID, [self.agency]).fetchall() if stands}


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="offmon-owner-"))
    folder.chmod(0o711)
    home, say = TrialHome(folder / "run"), Progress()
    code = reachable_code(home)
    with held(FREE) as ports:
        person = TrialPerson(home, code, f"http://127.0.0.1:{ports['ingest']}")
        try:
            person.start_display()
            with raised(home, code, ports, say, environ={}) as system:
                found = _play(system, person, say)
        finally:
            person.stop()
    missed = [one for one in found if one.how is None]
    for one in found:
        sys.stdout.write(f"{one.act.called:64} {one.how or 'NOT FOUND':16} {one.seconds:6.0f} s\n")
    slowest = max((one.seconds for one in found), default=0)
    sys.stdout.write(
        f"\n{len(found)} acts, {len(missed)} not found, the slowest after {slowest:.0f} s; limit {LIMIT_S:.0f} s\n"
    )
    if missed:
        sys.stdout.write(f"{folder} stays\n")
        return 1
    shutil.rmtree(folder)
    return 0


def _play(system: Raised, person: TrialPerson, say: Progress) -> list[Found]:
    """The thread once, so that most tables have rows; then the owner's acts."""
    thread = Thread(system, person)
    for step in (
        thread.authority,
        thread.enrolment,
        thread.profile,
        thread.shown_to_work,
        thread.pages,
        thread.alert,
        thread.opened,
        thread.reveal,
    ):
        say(step())
    for step in (thread.decision, thread.sealed, thread.asked, thread.approved):
        say(step())
    with past_every_trigger(system.stack.server.superuser_url, DATABASE) as hand:
        agency = hand.execute("select id from agencies_agency where force_code = %s", [FORCE.code]).fetchone()
        assert agency is not None
        return Owner(hand, Id(agency[0].hex)).play(say)


if __name__ == "__main__":
    sys.exit(main())
