"""What is monitored on this device now, in plain words, from the profile itself (design §1.6).

Rules
- Neutral: no force, offence or order, since others may be looking. The person's own words for each term are behind their PIN.
- It says nothing of disclosures, not even how many: those are told after one uniform delay. It does not open the store.
- It gives the agent's own use of the device, because light use is a promise (R-RGT-16). It gives it in steps (`most`). A finding takes two
  milliseconds more, and somebody who opened one page a hundred times would see that in a tenth of a percent.
- It also says what cannot be collected, in the notice's words: what this release has no code for.
- It speaks as the indicator does: in one language, or in both, one after the other (R-RGT-5).
"""

from collections.abc import Iterator
from typing import Final

from offmon.agent import budget, ended, enrol, keys, progress
from offmon.agent.budget import MAX_MIB, MAX_PER_MILLE, Use
from offmon.agent.clock import Timekeeper
from offmon.agent.home import AgentHome
from offmon.agent.presence.words import IndicatorLanguage
from offmon.agent.trust_state import Belief
from offmon.core.authority.profile import Grant, Profile
from offmon.core.bundle.end_certificate import EndFacts
from offmon.core.clock import local_minute
from offmon.core.ids import Ms
from offmon.words import catalogue
from offmon.words.catalogue import translate
from offmon.words.dates import day, last_day
from offmon.words.document import Kind
from offmon.words.notice import what_never_is

_PER_MILLE: Final = (MAX_PER_MILLE // 2, MAX_PER_MILLE, 1000)
_MIB: Final = (MAX_MIB // 4, MAX_MIB // 2, MAX_MIB, 4 * MAX_MIB)


def describe(home: AgentHome, language: IndicatorLanguage, raw: Ms) -> str:
    """The whole text. Raises Refused where this device is not enrolled."""
    enrolled = enrol.load(home)
    own = keys.load_or_draw(home)
    found = progress.load(home)
    belief = Belief(
        home, enrol.identity(enrolled, own), enrolled, Timekeeper(raw, found.clock_offset_ms if found else 0)
    )
    belief.restore()
    held, use, facts = belief.held, budget.load(home), ended.kept(home, enrolled)
    first = "" if facts is None else over(facts, language)
    return first + said(None if held is None else held.profile, use, belief.time.correct(raw), language)


def over(facts: EndFacts, language: IndicatorLanguage) -> str:
    """That monitoring ended, by a certificate that was checked here, and that the software may be removed."""
    return "".join(f"{translate(of, 'status.ended', day=day(of, facts.ended_at))}\n" for of in _spoken(language))


def said(profile: Profile | None, use: Use | None, at: Ms, language: IndicatorLanguage) -> str:
    """The text of a profile at a corrected time, and of what the agent took of the device, as it wrote it down when it last looked."""
    return "\n".join("".join(f"{line}\n" for line in _lines(profile, use, at, of)) for of in _spoken(language))


def _spoken(language: IndicatorLanguage) -> list[catalogue.Language]:
    return [one for one in catalogue.Language if one.value in language.value.split("-")]


def most(figure: int, steps: tuple[int, ...]) -> int:
    """The first step that the figure does not exceed; beyond the last, the first multiple of that."""
    return next((step for step in steps if figure <= step), -(-figure // steps[-1]) * steps[-1])


def _lines(profile: Profile | None, use: Use | None, at: Ms, of: catalogue.Language) -> Iterator[str]:
    yield from _monitored(profile, at, of)
    for block in what_never_is(of):
        if block.kind is not Kind.SUBHEADING:
            yield f"- {block.text}" if block.kind is Kind.ITEM else block.text
    if use is not None:
        yield translate(of, "status.used", percent=most(use.per_mille, _PER_MILLE) // 10, mib=most(use.mib, _MIB))
        if use.sparing:
            yield translate(of, "status.sparing")


def _monitored(profile: Profile | None, at: Ms, of: catalogue.Language) -> Iterator[str]:
    if profile is None:
        yield translate(of, "status.none")
        return
    until = profile.lease.until
    if at not in profile.lease or until is None:
        yield translate(of, "status.over")
        return
    live = [grant for grant in profile.grants if grant.terms_at(at)]
    yield from dict.fromkeys(_grant(grant, at, of) for grant in live)  # two lists of one kind are said once
    if not live:
        yield translate(of, "status.nothing")
    yield translate(of, "status.renewed", day=day(of, until), time=local_minute(until))


def _grant(grant: Grant, at: Ms, of: catalogue.Language) -> str:
    """What it is for, and the last day of the last of the terms that it rests on now, if they all have one."""
    ends = [term.period.until for term in grant.terms if at in term.period]
    last = [end for end in ends if end is not None]
    if len(last) < len(ends):
        return translate(of, f"capability.{grant.kind}.now")
    return translate(of, f"capability.{grant.kind}.until", day=last_day(of, max(last)))
