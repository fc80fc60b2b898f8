"""The notice in words: each head of `core.authority.notice` in one language, from the catalogue alone (R-RGT-1, R-RGT-5).

Rules
- Every head is written, in the order of `NoticeSection`. `_WRITES` covers every head; a missing one is a KeyError.
- What is collected: the data inventory's lines of the fields under the chosen grants. What is not: its `NEVER`. For device data, one line
  covers all that is told on one occasion, so that counts and check numbers take few lines.
- The card's words name no order, condition or person: whoever is beside the device may read it.
- The same content gives the same text to the byte. Nothing is drawn at random, counted or looked up outside the content.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from offmon.core.access import roles
from offmon.core.access.roles import Permission
from offmon.core.authority import inventory
from offmon.core.authority.bases import BASES
from offmon.core.authority.capability import Capability, rule_of
from offmon.core.authority.notice import Content, NoticeSection, ToldTerm, check_complete
from offmon.core.authority.profile import MAX_LEASE_MS
from offmon.core.clock import DAY_MS
from offmon.core.formats.event import GRAVEST
from offmon.core.ids import Ms
from offmon.core.person.delay import looks_after_days
from offmon.words.catalogue import Language, translate
from offmon.words.dates import day, last_day
from offmon.words.document import Block, Kind, Paper
from offmon.words.silences import said_of

type Blocks = Iterator[Block]

RIGHTS: Final = ("access", "rectify", "erase", "automated")
"""What the law lets a person ask for, whoever holds their data: of the notice, and of the device's own page."""


def write(content: Content, language: Language) -> Paper:
    """The paper to hand over. Raises Refused (`notice-incomplete`) where the content has not every head."""
    check_complete(content)
    return Paper(tuple(_all(content, language)))


def by_section(paper: Paper) -> Mapping[NoticeSection, Sequence[Block]] | None:
    """What a kept notice has under each head; None where its heads are not those of today."""
    under = paper.under
    return dict(zip(NoticeSection, under, strict=True)) if len(under) == len(NoticeSection) else None


def _all(it: Content, of: Language) -> Blocks:
    yield Block.of(Kind.TITLE, translate(of, "notice.title"))
    yield _text(translate(of, "notice.for", name=it.person, reference=it.reference))
    yield _text(translate(of, "notice.about", day=day(of, it.made_at), authorisation=it.authorisation))
    yield _text(translate(of, "notice.begins"))
    yield from _short(it, of)
    for head in NoticeSection:
        yield Block.of(Kind.HEADING, translate(of, f"notice.head.{head}"))
        yield from _WRITES[head](it, of)


def _short(it: Content, of: Language) -> Blocks:
    """Half a page first: what, why, until when, and whom to call."""
    lead, last = it.controllers[0], _last(it)
    yield _text(translate(of, "notice.short.head"))
    yield _item(translate(of, "notice.short.what", name=lead.name))
    for ground in it.told.grounds:
        kind = translate(of, f"notice.basis.{ground.basis}")
        yield _item(translate(of, "notice.short.why", kind=kind, reference=ground.reference))
    if last is None:
        yield _item(translate(of, "notice.short.open"))
    else:
        yield _item(translate(of, "notice.short.until", until=last_day(of, last)))
    yield _item(translate(of, "notice.short.call", name=lead.name, contact=lead.contact))


def _last(it: Content) -> Ms | None:
    """The end of the condition that lasts longest; None where one has no end."""
    ends = [term.period.until for ground in it.told.grounds for term in ground.terms]
    closed = [until for until in ends if until is not None]
    return max(closed) if len(closed) == len(ends) and closed else None


def _who(it: Content, of: Language) -> Blocks:
    lead, *joint = it.controllers
    yield _text(translate(of, "notice.who.lead", name=lead.name))
    yield from (_text(translate(of, "notice.who.joint", name=party.name)) for party in joint)


def _contact(it: Content, of: Language) -> Blocks:
    yield _text(translate(of, "notice.contact.intro"))
    for party in it.controllers:
        yield _item(translate(of, "notice.contact.party", name=party.name, contact=party.contact))


def _why(it: Content, of: Language) -> Blocks:
    yield _text(translate(of, "notice.why.intro"))
    for ground in it.told.grounds:
        kind = translate(of, f"notice.basis.{ground.basis}")
        yield _text(translate(of, "notice.why.ground", kind=kind, reference=ground.reference, made_by=ground.made_by))
        yield from (_item(_period(term, of)) for term in ground.terms)


def what_is_collected(
    collects: Collection[Capability], lists: Iterable[str], of: Language, *, sensitive: bool = False
) -> Blocks:
    """What leaves the device under those grants, and what never does.

    `sensitive`: a list can show sensitive data (DPA 2018 s.35(8)).
    """
    yield Block.of(Kind.SUBHEADING, translate(of, "notice.what.collected"))
    keeps = not all(rule_of(one).sends for one in collects)
    yield _text(translate(of, "notice.what.compares-kept" if keeps else "notice.what.compares"))
    yield from map(_text, told_under(collects, of))
    if names := ", ".join(lists):
        yield _text(translate(of, "notice.what.lists", names=names))
    if sensitive:
        yield _text(translate(of, "notice.what.sensitive"))
    leaving = [field for field in inventory.FIELDS if not field.under or set(field.under) & set(collects)]
    told = {
        part: [translate(of, f"inventory.leaves.{line}") for line in found]
        for part, found in inventory.lines(leaving).items()
    }
    for part in inventory.RECORD:
        if lines := told.pop(part, ()):
            yield _text(translate(of, f"notice.what.{part}"))
            yield from map(_item, lines)
    yield _text(translate(of, "inventory.journal"))
    yield _text(translate(of, "notice.what.around"))
    yield from (_item(f"{translate(of, f'inventory.about.{part}')}: {'; '.join(said)}") for part, said in told.items())
    yield from what_never_is(of)


def told_under(collects: Collection[Capability], of: Language) -> tuple[str, ...]:
    """What a device sends, or keeps, under each capability, in the words of the notice. Staff who choose read them too."""
    return tuple(translate(of, f"capability.{one}.notice") for one in collects)


def what_never_is(of: Language) -> Blocks:
    """What is not collected, whatever is granted."""
    yield Block.of(Kind.SUBHEADING, translate(of, "notice.what.not"))
    yield _text(translate(of, "notice.what.never"))
    yield from (_item(translate(of, f"inventory.never.{number}")) for number in range(len(inventory.NEVER)))


def _devices(it: Content, of: Language) -> Blocks:
    yield _text(translate(of, "notice.devices.enrolled") if it.devices else translate(of, "notice.devices.none"))
    for device in it.devices:
        yield _item(translate(of, "notice.devices.device", name=device.id[:8], day=day(of, device.enrolled_at)))
    yield _text(translate(of, "notice.devices.rule"))


def _when(it: Content, of: Language) -> Blocks:
    yield from in_texts(of, "notice.when.begins", "notice.when.each")
    yield _text(translate(of, "notice.when.lease", days=MAX_LEASE_MS // DAY_MS))
    if it.silences:
        yield _text(translate(of, "notice.when.silences"))
        yield from (_item(said_of(one, of).line(of)) for one in it.silences)


def _period(term: ToldTerm, of: Language) -> str:
    since, until = day(of, term.period.since), term.period.until
    if until is None:
        return translate(of, "notice.when.open", text=_in(term, of), since=since)
    return translate(of, "notice.when.fixed", text=_in(term, of), since=since, until=last_day(of, until))


def _in(term: ToldTerm, of: Language) -> str:
    return term.welsh if of is Language.WELSH and term.welsh else term.text


def _seen_by(_it: Content, of: Language) -> Blocks:
    yield _text(translate(of, "notice.seen.opening"))
    opening = roles.those_who_may(Permission.CONTENT_REVEAL)
    yield from (_item(translate(of, f"notice.role.{role}")) for role in opening)
    yield from in_texts(of, "notice.seen.open", "notice.seen.logged")


def _happens(it: Content, of: Language) -> Blocks:
    yield from in_texts(of, "notice.happens.decides", "notice.happens.serious")
    yield from (_text(translate(of, f"notice.happens.{family}")) for family in _families(it))
    yield _text(translate(of, "notice.happens.gap"))


def _rights(_it: Content, of: Language) -> Blocks:
    yield _text(translate(of, "notice.rights.intro"))
    yield from (_item(translate(of, f"notice.rights.{right}")) for right in RIGHTS)
    yield from in_texts(of, "notice.rights.limits", "notice.rights.how")


def _fault(it: Content, of: Language) -> Blocks:
    yield _text(translate(of, "notice.fault.tell"))
    yield _text(translate(of, "notice.fault.contact", contact=it.controllers[0].contact))


def _hours(it: Content, of: Language) -> Blocks:
    yield from in_texts(of, "notice.hours.emergency", "notice.hours.office")
    yield _item(translate(of, "notice.hours.watched", hours=it.office_hours))
    yield _text(translate(of, "notice.hours.outside"))
    for contact in dict.fromkeys(it.on_call[gravity] for gravity in GRAVEST):
        called = ", ".join(
            translate(of, f"notice.gravity.{gravity}") for gravity in GRAVEST if it.on_call[gravity] == contact
        )
        yield _item(translate(of, "notice.hours.called", gravity=called, contact=contact))
    yield _text(translate(of, "notice.hours.behind", contact=it.duty_inspector))


def _delay(it: Content, of: Language) -> Blocks:
    yield _text(translate(of, "notice.delay.rule", days=it.delay_days, looks=looks_after_days(it.delay_days)))


def _paper(it: Content, of: Language) -> Blocks:
    yield from in_texts(of, "notice.paper.why", "notice.paper.checkpoint")
    yield from (Block(Kind.CODE, line) for line in it.checkpoint.splitlines())
    for party in it.controllers:
        yield _text(translate(of, "notice.paper.root", name=party.name))
        yield Block(Kind.CODE, party.root)
    for witness in it.witnesses:
        yield _text(translate(of, "notice.paper.witness", name=witness.name, operator=witness.operator))
        yield Block(Kind.CODE, witness.fingerprint)
        yield _text(
            translate(of, "notice.paper.independent" if witness.independent else "notice.paper.not-independent")
        )


def _card(it: Content, of: Language) -> Blocks:
    lead, last = it.controllers[0], _last(it)
    yield _text(translate(of, "notice.card.intro"))
    yield _item(translate(of, "notice.card.device"))
    yield _item(translate(of, "notice.card.by", name=lead.name))
    yield _item(translate(of, "notice.card.reference", reference=it.reference))
    if last is None:
        yield _item(translate(of, "notice.card.open"))
    else:
        yield _item(translate(of, "notice.card.until", until=last_day(of, last)))
    yield _item(translate(of, "notice.card.call", contact=lead.contact))
    yield _item(translate(of, "notice.card.read"))


def _receipt(_it: Content, of: Language) -> Blocks:
    yield from in_texts(of, "notice.receipt.means", "notice.receipt.refuse")
    for who in ("person", "officer", "interpreter", "adult"):
        yield Block.of(Kind.FIELD, translate(of, f"notice.receipt.{who}"))


def _says(*keys: str) -> Callable[[Content, Language], Blocks]:
    """What writes a head that says the same to everybody."""
    return lambda _, of: in_texts(of, *keys)


def in_texts(of: Language, *keys: str) -> Blocks:
    """A text for each key."""
    return (_text(translate(of, key)) for key in keys)


def _families(it: Content) -> list[str]:
    return sorted({BASES[ground.basis].family.value for ground in it.told.grounds}, reverse=True)


def _text(text: str) -> Block:
    return Block.of(Kind.TEXT, text)


def _item(text: str) -> Block:
    return Block.of(Kind.ITEM, text)


_WRITES: Final[dict[NoticeSection, Callable[[Content, Language], Blocks]]] = {
    NoticeSection.WHO: _who,
    NoticeSection.CONTACT: _contact,
    NoticeSection.WHY: _why,
    NoticeSection.WHAT: lambda it, of: what_is_collected(
        it.told.collects, it.told.lists, of, sensitive=it.told.sensitive
    ),
    NoticeSection.DEVICES: _devices,
    NoticeSection.WHEN: _when,
    NoticeSection.SEEN_BY: _seen_by,
    NoticeSection.KEPT: _says("notice.kept.rule", "notice.kept.log"),
    NoticeSection.HAPPENS: _happens,
    NoticeSection.SOFTWARE: _says("notice.software.looks", "notice.software.human"),
    NoticeSection.RIGHTS: _rights,
    NoticeSection.COMPLAINT: _says("notice.complaint.agency", "notice.complaint.ico"),
    NoticeSection.COURT: lambda it, of: in_texts(of, *(f"notice.court.{family}" for family in _families(it))),
    NoticeSection.ADVICE: _says("notice.advice.solicitor", "notice.advice.excluded"),
    NoticeSection.FAULT: _fault,
    NoticeSection.HOURS: _hours,
    NoticeSection.DELAY: _delay,
    NoticeSection.PAPER: _paper,
    NoticeSection.CARD: _card,
    NoticeSection.RECEIPT: _receipt,
}
