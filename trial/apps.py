"""The authenticator apps of the invented staff, kept in a file instead of on phones.

Rules
- The console draws each secret and shows it once, as it does to anyone. The seed, which acts as that person, records it here.
- A code counts once, for our own people too. A second sign-in within half a minute uses the next code, which counts already. After that
  they wait, as anyone would.
"""

import json
import time
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from offmon.core.errors import Refused
from offmon.core.ids import Ms
from offmon.server.agencies.authentication.codes import STEP_MS, code_of, step_of
from offmon.server.base import clock
from trial.invented import STAFF
from trial.places import TrialHome

FILE: Final = "apps.json"

_given: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class StaffWayIn:
    """What one member of staff signs in with."""

    sign_in: str
    password: str
    secret: str


def way_in(home: TrialHome, sign_in: str) -> StaffWayIn:
    """Someone's name, password and app. Raises Refused for nobody of that name, and before the seed has set their app up."""
    try:
        passwords = json.loads(home.sign_ins.read_text())
        secrets = json.loads((home.of("console") / FILE).read_text())
        return StaffWayIn(sign_in, passwords[sign_in], secrets[sign_in])
    except (FileNotFoundError, KeyError):
        raise Refused("no-app", "Nobody signs in by that name; `make run` prints who there is.") from None


def check_same_staff(sign_ins: Collection[str]) -> None:
    """Refused for a trial that was begun with other staff than these: an agency's are written once."""
    if set(sign_ins) != {one.sign_in for one in STAFF}:
        raise Refused("other-staff", "This trial has other invented staff; run `make reset`, then begin anew.")


def next_code(secret: str) -> str:
    """A code that this process has not given yet."""
    now = step_of(clock.now())
    step = _given[secret] = max(now, _given.get(secret, 0) + 1)
    if step > now + 1:
        time.sleep(((step - 1) * STEP_MS - clock.now()) / 1000)
    return code_of(secret, step)


def shown(secret: str, at: Ms) -> str:
    """What the app shows: its code, and for how long."""
    return f"{code_of(secret, step_of(at))}  (for {(STEP_MS - at % STEP_MS) // 1000} seconds more; it works once)"
