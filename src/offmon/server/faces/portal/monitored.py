"""What is monitored now, from the signed profiles: each term's words, what it lets us collect, until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from offmon.core.authority.capability import Capability
from offmon.core.authority.profile import Profile
from offmon.core.ids import Ms
from offmon.server.base.web.languages import say_around
from offmon.server.rights.queries import MonitoredDevice, MonitoredNow
from offmon.words.agency_text import Parts, theirs, told_in
from offmon.words.catalogue import Language
from offmon.words.silences import said_of


@dataclass(frozen=True, slots=True)
class TermInForce:
    """A term under which something is collected at this moment. `until` None: it has no last day."""

    text: Parts
    kinds: tuple[Capability, ...]
    until: Ms | None


@dataclass(frozen=True, slots=True)
class Monitored:
    """A device. `until`: when its permission ends or ended; None where it has none. `terms`: what it collects now."""

    enrolled_at: Ms
    heard_on: Ms | None
    until: Ms | None
    running: bool
    terms: tuple[TermInForce, ...]


@dataclass(frozen=True, slots=True)
class InShort:
    """What all devices together may collect now, under which terms, and the last day of the longest; None: one has no last day."""

    kinds: tuple[Capability, ...]
    terms: tuple[Parts, ...]
    until: Ms | None


def in_short(shown: Sequence[Monitored]) -> InShort | None:
    """The answer before all else; None where the newest permissions allow nothing now."""
    terms = [term for device in shown for term in device.terms]
    if not terms:
        return None
    kinds = tuple(one for one in Capability if any(one in term.kinds for term in terms))
    ends = [term.until for term in terms if term.until is not None]
    until = max(ends) if len(ends) == len(terms) else None
    return InShort(kinds, tuple(dict.fromkeys(term.text for term in terms)), until)


def devices(found: MonitoredNow, language: Language) -> list[Monitored]:
    """The devices in the order in which they were enrolled."""
    return [_device(one, found.at, language) for one in found.devices]


def to_ask(found: MonitoredNow) -> list[tuple[str, str]]:
    """Who is responsible and how they are reached: whoever the profiles name, the lead agency first.

    A profile names who answers for the orders that something rests on now. Whoever else answers, the notice names, and the page says so.
    """
    profiles = [one.profile.profile for one in found.devices if one.profile.profile is not None]
    named = [(party.name, party.contact) for profile in profiles for party in profile.controllers]
    return list(dict.fromkeys([(found.agency.name, found.agency.contact), *named]))


def silences(found: MonitoredNow, language: Language) -> list[Parts]:
    """What is permitted to the person or left out, now and later, by the newest profiles (R-LEG-15, R-LEG-27)."""
    profiles = (one.profile.profile for one in found.devices if one.profile.profile is not None)
    each = {one.id: one for profile in profiles for one in profile.silences}
    said = [said_of(one, language) for one in each.values() if one.period.until is None or found.at < one.period.until]
    return [
        say_around(
            language,
            one.key,
            {"text": ((one.text, language),) if one.is_welsh else theirs(one.text), **one.written},
            **one.ours,
        )
        for one in said
    ]


def _device(device: MonitoredDevice, at: Ms, language: Language) -> Monitored:
    profile = device.profile.profile
    if profile is None:
        return Monitored(device.profile.enrolled_at, device.heard_on, None, running=False, terms=())
    running = at in profile.lease
    terms = _terms(profile, at, language) if running else ()
    return Monitored(device.profile.enrolled_at, device.heard_on, profile.lease.until, running, terms)


def _terms(profile: Profile, at: Ms, language: Language) -> tuple[TermInForce, ...]:
    kinds: dict[str, set[Capability]] = {}
    for grant in profile.grants:
        for term in grant.terms_at(at):
            kinds.setdefault(term, set()).add(grant.kind)
    return tuple(
        TermInForce(
            told_in(profile, said, language),
            tuple(one for one in Capability if one in kinds[said.term]),
            said.period.until,
        )
        for said in profile.person_texts
        if said.term in kinds
    )


def in_language(text: str, welsh: Mapping[str, str], language: Language) -> Parts:
    """The words for the person of a term: on a Welsh page the Welsh ones, where there are some."""
    return ((welsh[text], language),) if language is Language.WELSH and text in welsh else theirs(text)
