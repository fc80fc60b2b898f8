"""How staff are reached when something waits: what a message says, where it may go, and when it is tried again (issue 20).

Rules
- A message says that something waits, how grave it is, and a reference. No name, case, alert or link with an id, whatever the channel.
- Each message is tried at each channel until it is taken, refused for good, or tried `MOST_TRIES` times. Then it is a dead letter.
- A try is written down before it is made, and its outcome after. A try without an outcome for `LOST_MS` counts as lost and is made again.
  So nobody is forgotten, and after a crash somebody may be told once more. The message keeps its id, by which a receiver knows it again.
- A webhook goes over https to a place outside the network. Plain http, or a place inside, only where the configuration names the host.
- A flood of calls of one gravity for one person is one message each `APART_MS`, with the newest reference. The first is never delayed.
- Once every alert that a message stands for is answered or decided, it is tried no more.
- Each channel is tried once a week. Nothing for `SHOWN_MS`: the page says that it does not work.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network, ip_address
from string import Formatter
from typing import Final

from offmon.core import clock
from offmon.core.errors import Malformed, Refused
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms

LETTERS: Final = "2346789CDFGHJKMNPQRTVWXY"
"""What a reference is written with: no sign that looks or sounds like another (0 O, 1 I L, 5 S, B 8, Z 2), and no vowel, so no word."""
REFERENCE_LENGTH: Final = 4
REFERENCES: Final = len(LETTERS) ** REFERENCE_LENGTH
REFERENCE_RESTS_MS: Final = 7 * clock.DAY_MS
BEAT_MS: Final = 7 * clock.DAY_MS
SHOWN_MS: Final = 8 * clock.DAY_MS
LOST_MS: Final = clock.MINUTE_MS
MOST_TRIES: Final = 24
WAITS_MS: Final = (
    *(5 * clock.SECOND_MS, 20 * clock.SECOND_MS, clock.MINUTE_MS, 5 * clock.MINUTE_MS),
    15 * clock.MINUTE_MS,
)
"""How long to wait after the first, second … try that failed; the last for each after that. All of them together: five hours."""
APART_MS: Final[Mapping[Gravity, int]] = {
    Gravity.URGENT: clock.MINUTE_MS,
    Gravity.HIGH: 10 * clock.MINUTE_MS,
    Gravity.STANDARD: clock.HOUR_MS,
}
"""So far apart are two messages of one gravity to one person."""
CALLS_ITS_OWNER: Final = frozenset({Gravity.URGENT, Gravity.HIGH})
"""An alert of these calls whoever must look, at once. Any alert calls whom it is passed on to."""


class ChannelKind(StrEnum):
    """A way to reach somebody."""

    EMAIL = "email"
    TEXT = "text"
    WEBHOOK = "webhook"


class Purpose(StrEnum):
    """Why a message is sent. `TEST`: somebody asked for it on their page. `BEAT`: the weekly one."""

    CALL = "call"
    TEST = "test"
    BEAT = "beat"


class Needless(StrEnum):
    """Why a message is sent no more. `REPLACED`: a newer one to the same person stands for it."""

    ANSWERED = "answered"
    REPLACED = "replaced"


class TryOutcome(StrEnum):
    """How a try ended. `REFUSED`: for good, by whoever was asked. `FORBIDDEN`: for good, by our own rule.

    `BOUNCED`: it was taken, and came back. It is a try of its own, after the one that was taken. The others are tried again.
    """

    SENT = "sent"
    UNREACHABLE = "unreachable"
    LOST = "lost"
    REFUSED = "refused"
    FORBIDDEN = "forbidden"
    BOUNCED = "bounced"


FOR_GOOD: Final = frozenset({TryOutcome.REFUSED, TryOutcome.FORBIDDEN, TryOutcome.BOUNCED})
RECEIPT_WAITS_MS: Final = (20 * clock.SECOND_MS, clock.MINUTE_MS, 5 * clock.MINUTE_MS, clock.HOUR_MS)
"""How long after a message was taken, and after each question since, we ask whether it arrived; the last again and again."""
RECEIPTS_FOR_MS: Final = 3 * clock.DAY_MS
"""So long a text message may be under way: then whoever sends it says that it failed."""


class Standing(StrEnum):
    """How a message stands at one channel."""

    WAITING = "waiting"
    TRYING = "trying"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Tried:
    """A try: when it began, and its outcome, or None while it is made."""

    at: Ms
    outcome: TryOutcome | None


def standing(tries: Sequence[Tried]) -> Standing:
    """How a message stands at a channel after these tries, in their order."""
    if not tries:
        return Standing.WAITING
    outcomes = [one.outcome for one in tries]
    if TryOutcome.BOUNCED in outcomes:
        return Standing.DEAD
    if TryOutcome.SENT in outcomes:
        return Standing.SENT
    if outcomes[-1] is None:
        return Standing.TRYING
    return Standing.DEAD if outcomes[-1] in FOR_GOOD or len(tries) >= MOST_TRIES else Standing.WAITING


def leaves_at(at: Ms, last: Ms | None, gravity: Gravity) -> Ms:
    """When a call leaves that is asked for at `at`. `last`: when the person's last call of that gravity left, or is to leave.

    One that is to leave later than `at` is replaced by the new one, which takes its time.
    """
    if last is None or at >= last + APART_MS[gravity]:
        return at
    return last if last > at else Ms(last + APART_MS[gravity])


def next_at(first_at: Ms, tries: Sequence[Tried]) -> Ms | None:
    """When a message is tried next at a channel; None: not again, or not before the try that is being made has ended.

    `first_at`: when it leaves at the soonest.
    """
    if standing(tries) is not Standing.WAITING:
        return None
    if not tries:
        return first_at
    return Ms(tries[-1].at + WAITS_MS[min(len(tries), len(WAITS_MS)) - 1])


def is_lost(one: Tried, at: Ms) -> bool:
    """Whether a try began so long ago that whoever made it has ended without saying how it went."""
    return one.outcome is None and at - one.at >= LOST_MS


def reference(number: int) -> str:
    """The reference of that number, below `REFERENCES`: `4F7K`."""
    text = ""
    for _ in range(REFERENCE_LENGTH):
        number, place = divmod(number, len(LETTERS))
        text += LETTERS[place]
    return text


# What a message says. Each text is fixed here; what is sent through GOV.UK Notify is a template there with the same fields and no other.
FIELDS: Final = frozenset({"gravity", "reference"})
GRAVITIES: Final[Mapping[Gravity, str]] = {
    Gravity.URGENT: "An urgent item",
    Gravity.HIGH: "A high-priority item",
    Gravity.STANDARD: "An item",
}
SUBJECT: Final = "Offmon: {gravity}"
CALL: Final = "{gravity} waits in Offmon. Reference {reference}. Sign in to acknowledge."
TEST: Final = "{gravity} of Offmon. Reference {reference}. Nothing waits because of it."
TEMPLATES: Final[Mapping[Purpose, str]] = {Purpose.CALL: CALL, Purpose.TEST: TEST, Purpose.BEAT: TEST}
TESTS: Final[Mapping[Purpose, str]] = {Purpose.TEST: "A test message", Purpose.BEAT: "The weekly test message"}


def check_fields(fields: Collection[str]) -> None:
    """Raises Refused `template-field` where a template asks for anything but gravity and reference."""
    if not FIELDS.issuperset(fields):
        raise Refused(
            "template-field", "A message holds the gravity and the reference. Take other fields out of the template."
        )


def values(purpose: Purpose, gravity: Gravity | None, ref: str) -> dict[str, str]:
    """What stands in a template's fields."""
    waits = TESTS[purpose] if purpose in TESTS or gravity is None else GRAVITIES[gravity]
    return {"gravity": waits, "reference": ref}


def written(template: str, said: Mapping[str, str]) -> str:
    """A template with its fields filled. Raises Refused `template-field`."""
    check_fields([name for _, name, _, _ in Formatter().parse(template) if name is not None])
    return template.format_map(said)


# Where a message may go.
_MAILBOX: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})"
)
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{9,14}")
_UK_NUMBER: Final = re.compile(r"\+44[1-9][0-9]{8,9}")
_PREMIUM: Final = ("+449", "+448", "+1900")  # what whoever calls pays more for, and what takes no text
_PUNCTUATION: Final = str.maketrans("", "", " -().\u00a0")
_ADDRESS: Final = re.compile(
    r"(https?)://([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::([0-9]{1,5}))?(/[!-\"$-~]*)?"
)
_PORTS: Final = {"http": 80, "https": 443}
# An IPv4 address in IPv6 (RFC 6052, 3056, 4380): whoever translates it comes out inside the network.
_TRANSLATED: Final = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))
MOST_MAILBOX: Final = 254


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """Where a webhook goes. `is_named`: the configuration names this host, so it may be plain http and inside the network."""

    is_secure: bool
    host: str
    port: int
    path: str
    is_named: bool


def mailbox(text: str) -> str:
    """An e-mail address, without spaces around it. Raises Malformed `no-mailbox`."""
    found = text.strip()
    match = _MAILBOX.fullmatch(found)
    if (
        match is None
        or len(found) > MOST_MAILBOX
        or ".." in found
        or found.split("@")[0].strip(".") != found.split("@")[0]
    ):
        raise Malformed("no-mailbox", "Enter an e-mail address, like name@example.org.")
    return found


def telephone(text: str) -> str:
    """A telephone number in its international form, `+447700900123`. A number that begins with 0 is of the United Kingdom.

    Raises Malformed `no-telephone`.
    """
    plain = text.strip().translate(_PUNCTUATION)
    plain = f"+44{plain[1:]}" if plain.startswith("0") and not plain.startswith("00") else plain
    plain = f"+{plain[2:]}" if plain.startswith("00") else plain
    plain = plain.replace("+440", "+44", 1)
    if (
        not plain.isascii()
        or not _NUMBER.fullmatch(plain)
        or (plain.startswith("+44") and not _UK_NUMBER.fullmatch(plain))
        or plain.startswith(_PREMIUM)
    ):
        raise Malformed("no-telephone", "Enter a telephone number that takes text messages, like 07700 900123.")
    return plain


def webhook(text: str, named: Collection[str] = ()) -> WebhookAddress:
    """The parts of a webhook's address. `named`: each `host:port` that the configuration allows. Raises Malformed or Refused.

    It asks no name server. Whoever connects asks, and holds each answer to `is_outside`.
    """
    match = _ADDRESS.fullmatch(text.strip())
    if match is None:
        raise Malformed(
            "no-webhook", "Enter an address like https://control-room.example.org/offmon, without a user name."
        )
    scheme, host, port_text, path = match.groups()
    host, port = host.lower().rstrip("."), int(port_text or _PORTS[scheme])
    is_named = f"{host}:{port}" in named
    if not 0 < port < 1 << 16:
        raise Malformed(
            "no-webhook", "Enter an address like https://control-room.example.org/offmon, without a user name."
        )
    if scheme != "https" and not is_named:
        raise Refused(
            "webhook-not-https", "A control room is told over https. Enter an address that begins with https://."
        )
    bare = host.strip("[]")
    is_number = ":" in bare or not re.search(r"[a-z]", bare.rpartition(".")[2])
    is_inside = (
        not is_outside(bare) if is_number else "." not in host or host.endswith((".localhost", ".local", ".internal"))
    )
    if is_inside and not is_named:
        raise Refused("webhook-inside", "That address is inside the network. Enter one that is reached from outside.")
    return WebhookAddress(scheme == "https", bare, port, path or "/", is_named)


def is_outside(address: str) -> bool:
    """Whether an IP address is one of the internet's: not private, of this machine, of this link, or of many."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_outside(str(found.ipv4_mapped))
        if found.is_site_local or any(found in network for network in _TRANSLATED):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def checked_address(kind: ChannelKind, text: str, named: Collection[str] = ()) -> str:
    """An address as it is kept. Raises Malformed or Refused, with what to enter."""
    if kind is ChannelKind.EMAIL:
        return mailbox(text)
    if kind is ChannelKind.TEXT:
        return telephone(text)
    webhook(text, named)
    return text.strip()


def shows_itself(shown_at: Ms | None, at: Ms) -> bool:
    """Whether a channel that last showed itself working at `shown_at` counts as working."""
    return shown_at is not None and at - shown_at < SHOWN_MS
