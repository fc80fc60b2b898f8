"""The end certificate in words: what the person reads, in one language, from its facts alone (R-RGT-20, R-RGT-5).

The same facts give the same text. How long things are kept and how to complain are the notice's own words.
"""

from collections.abc import Iterator
from typing import Final

from offmon.core.bundle.end_certificate import EndedDevice, EndFacts
from offmon.words.agency_text import Parts, theirs
from offmon.words.catalogue import Language, translate
from offmon.words.dates import day
from offmon.words.document import Block, Kind, Paper
from offmon.words.notice import in_texts

VERIFY: Final = "offmon verify FILE --trust TRUST"
REMOVE: Final = "python -m offmon.agent remove --home DIR --certificate FILE"
"""What is typed, the same in each language."""

type Blocks = Iterator[Block]


def write(facts: EndFacts, of: Language) -> Paper:
    """The paper to hand over."""
    return Paper(tuple(_all(facts, of)))


def in_parts(facts: EndFacts, of: Language) -> Iterator[tuple[Kind, tuple[Parts, ...]]]:
    """What follows its title, each text with its language: who answers is an agency's own words, in English."""
    own = _party(facts, of).text
    for kind, texts in write(facts, of).parts:
        yield kind, tuple(theirs(text) if text == own else ((text, of),) for text in texts)


def _all(facts: EndFacts, of: Language) -> Blocks:
    yield Block.of(Kind.TITLE, translate(of, "end.title"))
    yield _text(translate(of, "end.about", day=day(of, facts.made_at), reference=facts.reference))
    ended = translate(of, "end.ended", day=day(of, facts.ended_at))
    yield _text(f"{ended} {translate(of, f'portal.stopped.why.{facts.why}')}")
    yield _head(of, "stopped")
    if not facts.devices:
        yield _text(translate(of, "end.stopped.none"))
    for device in facts.devices:
        yield _item(" ".join(_stopped(device, of)))
    yield _head(of, "kept")
    yield from _kept(facts, of)
    yield _head(of, "until")
    yield from in_texts(of, "notice.kept.rule", "notice.kept.log")
    yield _head(of, "who")
    yield _party(facts, of)
    yield _head(of, "complaint")
    yield from in_texts(of, "notice.complaint.agency", "notice.complaint.ico")
    yield _head(of, "check")
    yield from in_texts(of, "end.check.file", "end.check.how")
    yield Block.of(Kind.CODE, VERIFY)
    yield from in_texts(of, "end.check.shows")
    yield _head(of, "remove")
    yield from in_texts(of, "end.remove.how")
    yield Block.of(Kind.CODE, REMOVE)
    yield from in_texts(of, "end.remove.stays")


def _stopped(device: EndedDevice, of: Language) -> Iterator[str]:
    name, until, at = device.device[:8], device.granted_until, device.stopped_at
    if until is None:
        yield translate(of, "end.stopped.never", name=name)
    elif at is None:
        yield translate(of, "end.stopped.lease", name=name, day=day(of, until))
    else:
        yield translate(of, "end.stopped.signed", name=name, day=day(of, at))
        yield translate(of, "end.stopped.latest", day=day(of, until))
    if device.heard_at is None:
        yield translate(of, "end.stopped.unheard")
    else:
        yield translate(of, "end.stopped.heard", day=day(of, device.heard_at))


def _kept(facts: EndFacts, of: Language) -> Blocks:
    kept = facts.kept
    yield _text(translate(of, "end.kept.rule", day=day(of, kept.until)))
    for name in ("held", "refused", "erased", "lost", "exhibits", "decisions"):
        yield _item(translate(of, f"end.kept.{name}", number=getattr(kept, name)))
    if kept.key_destroyed_at is not None:
        yield _text(translate(of, "end.kept.destroyed", day=day(of, kept.key_destroyed_at)))
    yield _text(translate(of, "end.kept.also"))


def _party(facts: EndFacts, of: Language) -> Block:
    named = facts.controller
    return _item(translate(of, "notice.contact.party", name=named.name, contact=named.contact))


def _head(of: Language, name: str) -> Block:
    return Block.of(Kind.HEADING, translate(of, f"end.head.{name}"))


def _text(text: str) -> Block:
    return Block.of(Kind.TEXT, text)


def _item(text: str) -> Block:
    return Block.of(Kind.ITEM, text)
