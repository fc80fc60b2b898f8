"""The data inventory: every field that can leave a device, why, and whether it is clear or enclosed (design §7; R-DPA-8).

Rules
- What is not listed here cannot leave: the types in `event` and `protocol` are the only forms of what is sent, and a test compares
  their fields with this table, both ways.
- A page that promises what is or is not collected renders this table; it does not say it again.
- "Kept" names the rule, not a number of days: a schedule is an agency's data (R-RET-1). Until a schedule is in force the row stays.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core.order import Capability


class Lies(StrEnum):
    """How a field lies at the agency."""

    CLEAR = "clear"
    ENCLOSED = "enclosed"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `under`: the grants under which it leaves; empty: it leaves whatever is granted, and tells of the device, not of pages."""

    document: str
    name: str
    what: str
    why: str
    lies: Lies
    under: tuple[Capability, ...] = ()


_BOTH: Final = (Capability.SITE, Capability.PHRASE)
_PLACE: Final = "to keep the device's journal whole"
_GRANT: Final = "to show that an order allows it"
_TIME: Final = "to say when it happened"
_OWN_PAGE: Final = "to let the person in to their own page, when they ask for it"


def _envelope(name: str, what: str, why: str) -> Field:
    return Field("envelope", name, what, why, Lies.CLEAR, _BOTH)


def _claim(name: str, what: str, why: str) -> Field:
    return Field("claim", name, what, why, Lies.CLEAR, _BOTH)


def _body(name: str, what: str, under: tuple[Capability, ...]) -> Field:
    return Field("body", name, what, "to let a named officer decide", Lies.ENCLOSED, under)


def _device(document: str, name: str, what: str, why: str = _PLACE) -> Field:
    return Field(document, name, what, why, Lies.CLEAR)


FIELDS: Final[tuple[Field, ...]] = (
    _envelope("deployment", "which monitoring it belongs to", _PLACE),
    _envelope("device", "which device", _PLACE),
    _envelope("epoch", "which of the device's journals", _PLACE),
    _envelope("n", "its number there", _PLACE),
    _envelope("profile", "the digest of the profile that allowed it", _GRANT),
    _envelope("profile_version", "that profile's number", _GRANT),
    _envelope("content_commit", "a commitment to what is enclosed", "so that nobody can swap it"),
    _envelope("claim", "what follows here", _GRANT),
    _claim("kind", "site or phrase", _GRANT),
    _claim("grant", "which grant", _GRANT),
    _claim("terms", "which terms of the order, in force at that moment", _GRANT),
    _claim("detector", "which detector, in which version", "so that a defence expert can repeat it"),
    _claim("list", "which list, in which version", "so that a defence expert can repeat it"),
    _claim("rule", "the name of the entry that matched", "to group like findings"),
    _claim("band", "how sure: exact, strong or possible", "to explain the alert"),
    _claim("gravity", "how soon someone must look", "to order the queue"),
    _claim("origin", "how the page came to be open", "in fairness: a page may open by itself"),
    _claim("event_at", "when, by the device's own clock", _TIME),
    _claim("captured_at", "when the agent noticed", _TIME),
    _claim("clock_offset_ms", "what the agency's signed time said to add", _TIME),
    _body("url", "the page's address, with the words of a search where they stand in it", _BOTH),
    _body("title", "the page's title", _BOTH),
    _body("matched_entry", "the entry of the list that matched", _BOTH),
    _body("context_before", "a few words before the phrase", (Capability.PHRASE,)),
    _body("context_after", "a few words after the phrase", (Capability.PHRASE,)),
    _device("gap", "device", "which device"),
    _device("gap", "epoch", "which of the device's journals"),
    _device("gap", "n", "its number there"),
    _device("gap", "reason", "why there was no coverage, from a closed list", "to declare a coverage gap"),
    _device("gap", "since", "from when", "to declare a coverage gap"),
    _device("gap", "until", "until when", "to declare a coverage gap"),
    _device("gap", "lost", "how many things are known to be lost", "to declare a coverage gap"),
    _device("gap", "last_epoch", "the journal before, where this one is new"),
    _device("gap", "last_size", "how long that one was"),
    _device("note", "device", "which device"),
    _device("note", "epoch", "which of the device's journals"),
    _device("note", "n", "its number there"),
    _device("note", "note", "started, stopped, withdrawn or purged", "to say what the agent did"),
    _device("note", "at", "when", "to say what the agent did"),
    _device("note", "count", "how many bodies were purged", "to say what the agent did"),
    _device("forgotten", "device", "which device"),
    _device("forgotten", "epoch", "which of the device's journals"),
    _device("forgotten", "n", "its number there"),
    _device("forgotten", "commit", "the commitment to a disclosure that the agency had and lost"),
    _device("forgotten", "ciphertext", "the digest of what it enclosed"),
    _device("device-checkpoint", "device", "which device"),
    _device("device-checkpoint", "epoch", "which of the device's journals"),
    _device("device-checkpoint", "size", "how many leaves it has"),
    _device("device-checkpoint", "root", "its tree's root hash"),
    _device("device-checkpoint", "at", "when it was signed: the heartbeat", "to know that the agent lives"),
    _device("device-checkpoint", "clock_offset_ms", "what the agency's signed time said to add", _TIME),
    _device("device-checkpoint", "boot", "a number drawn at each start of the device", "to tell a restart from a gap"),
    _device("device-checkpoint", "release", "the digest of the agent's own code", "to show which software this was"),
    _device("enrol", "secret", "the code that was typed", "to enrol once"),
    _device("enrol", "device_key", "the device's public key", "to know its signatures"),
    _device("enrol", "list_key", "the device's key for lists", "so that lists travel enclosed"),
    _device("enrol", "schema", "which profiles it can read", "so that it is sent none that it cannot"),
    _device("enrol", "release", "the digest of the agent's own code", "to show which software this was"),
    _device(
        "enrol", "account", "a digest that tells accounts of one machine apart", "to watch one account and no other"
    ),
    _device("way-in", "device", "which device", _OWN_PAGE),
    _device("way-in", "drawn_at", "when the person drew a code for their own page", _OWN_PAGE),
    _device("way-in", "proof", "a digest that the code and its name are known by, and not found from", _OWN_PAGE),
)

NEVER: Final[tuple[str, ...]] = (
    "what is typed, letter by letter",
    "passwords, and what is put into payment forms",
    "the microphone and the camera",
    "where the device is",
    "mail, messages and chats",
    "pictures of the screen",
    (
        "pages and searches of the places on the list of protected ones, such as crisis lines,"
        " and the solicitor, doctor and faith contact put on it for the person"
    ),
    "what happens in another account of the same machine",
    "anything while the indicator cannot be seen",
)

POWERS: Final[tuple[str, ...]] = (
    "account",
    "screen",
    "host_permissions",
    "webNavigation",
    "scripting",
    "nativeMessaging",
)
"""What the software may do on a device: it runs as the person's own account, reads its own notice off the screen, and has these permissions
in the browser, as its manifest calls them (a test compares the two). What is collected follows from the grants alone, and is less.
"""
