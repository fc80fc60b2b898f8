"""What is monitored on this device now, in plain words, from the profile itself (design §1.6).

Rules
- Neutral: no force, offence or order, for others may be looking. The person's own words for each term stand behind their PIN.
- Nothing is said of what was sent, not even how much: that is told after one uniform delay.
- What the agent itself takes of the device is said: light on it is a promise (R-RGT-16).
- What can not be collected is said too; it is what this release has no code for.
"""

from collections.abc import Mapping
from typing import Final

from offmon.agent import budget, enrol, keys, marks
from offmon.agent.belief import Belief
from offmon.agent.clock import Timekeeper
from offmon.agent.home import Home
from offmon.core.clock import local_day
from offmon.core.ids import Ms
from offmon.core.order import Capability
from offmon.core.profile import Grant

_KINDS: Final[Mapping[str, str]] = {
    Capability.SITE.value: "Visits to websites on a list",
    Capability.PHRASE.value: "Words on a list, on result pages of search engines",
}
_NEVER: Final = (
    "Not monitored: what you type, passwords, payments, messages, e-mail, calls, the microphone, the camera, and places of help "
    "that are on the list of protected places.\n"
)


def describe(home: Home, raw: Ms) -> str:
    """The whole text. Raises Refused where this device is not enrolled."""
    enrolled = enrol.load(home)
    own = keys.load_or_draw(home)
    found = marks.load(home)
    belief = Belief(
        home, enrol.identity(enrolled, own), enrolled, Timekeeper(raw, found.clock_offset_ms if found else 0)
    )
    belief.restore()
    return _monitored(belief, raw) + _used(home)


def _monitored(belief: Belief, raw: Ms) -> str:
    held = belief.held
    at = belief.time.correct(raw)
    if held is None:
        return "Nothing is monitored: no profile has arrived.\n" + _NEVER
    if at not in held.profile.lease or held.profile.lease.until is None:
        return "Nothing is monitored now: the profile has not been renewed.\n" + _NEVER
    live = [grant for grant in held.profile.grants if grant.terms_at(at)]
    lines = [f"Monitored now: {_KINDS[grant.KIND]}{_until(grant, at)}.\n" for grant in live]
    renewed = f"Unless it is renewed, all monitoring ends on {local_day(held.profile.lease.until).isoformat()}.\n"
    return "".join(lines or ["Nothing is monitored now.\n"]) + renewed + _NEVER


def _used(home: Home) -> str:
    """What the agent took of the device, as it wrote it down within the last minute or when it last ran."""
    use = budget.load(home)
    if use is None:
        return ""
    said = f"This program used {use.per_mille / 10:.1f}% of one processor and {use.mib} MB of memory when it last looked.\n"
    return said + ("To spare this device, the text of pages is not read now.\n" if use.sparing else "")


def _until(grant: Grant, at: Ms) -> str:
    """When the last of the terms that the grant rests on now ends."""
    ends = [term.period.until for term in grant.terms if at in term.period]
    last = [end for end in ends if end is not None]
    return "" if len(last) < len(ends) else f", until {local_day(max(last)).isoformat()}"
