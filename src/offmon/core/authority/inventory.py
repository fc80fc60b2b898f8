"""The data inventory: every field that can leave a device, why, and whether it is clear or enclosed (design §7; R-DPA-8).

Rules
- A field that is not listed here cannot leave. A device sends only the types in `event`, `protocol`, `portal_access`, `envelope`, `dsse`,
  `beat` and `httpsig`. A test compares their fields with this table, both ways, from the request down to the last type inside.
- A `Field` names the line of the catalogue (`inventory.leaves.…`) that tells the person of it, or the documents that it holds. One line may
  tell of several fields.
- Pages about what is collected render these lines and do not restate them.
- "Kept" names the rule, not a number of days: a schedule is an agency's data (R-RET-1). Until a schedule is in force the row stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core.authority.capability import FOLLOWING, SENDING, Capability, leaving_under


class Lies(StrEnum):
    """How a field lies at the agency."""

    CLEAR = "clear"
    ENCLOSED = "enclosed"


class InventoryPart(StrEnum):
    """What a reader is told of together, in this order: of a record, and then of the device itself."""

    BODY = "body"
    CLAIM = "claim"
    EACH = "each"
    GAP = "gap"
    NOTE = "note"
    ALIVE = "alive"
    LOST = "lost"
    WAY_IN = "way-in"
    HISTORY = "history"
    ENROL = "enrol"
    CHECKS = "checks"


RECORD: Final = (InventoryPart.BODY, InventoryPart.CLAIM)
"""The parts of a record; the others tell of the device."""


@dataclass(frozen=True, slots=True)
class InventoryField:
    """One field. `said`: the line that tells of it, `part.line`; `holds`: instead of that, the documents that it is made of.

    `under`: the grants under which it leaves; empty: it leaves whatever is granted, and tells of the device, not of pages.
    """

    document: str
    name: str
    what: str
    why: str
    lies: Lies
    said: str = ""
    holds: tuple[str, ...] = ()
    under: tuple[Capability, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.said) == bool(self.holds):
            raise ValueError(
                f"{self.document}.{self.name}: a line tells of a field, or it holds documents whose fields do"
            )

    @property
    def part(self) -> InventoryPart | None:
        """What it is told of with; None: it holds documents."""
        return InventoryPart(self.said.partition(".")[0]) if self.said else None


_ANY: Final = SENDING
_PLACE: Final = "to keep the device's journal whole"
_GRANT: Final = "to show that an order allows it"
_TIME: Final = "to say when it happened"
_OWN_PAGE: Final = "to let the person in to their own page, when they ask for it"
_REPEAT: Final = "so that a defence expert can repeat it"
_SIGNED: Final = "to show that this device sent it, and sent it so"
_HELD: Final = "it holds what follows"
_GAP: Final = "to declare a coverage gap"
_LIFE: Final = "to say what the agent did"
_RELEASE: Final = "the digest of the agent's own code"
_SALT: Final = "a random number that is hashed with it"
_ANSWER: Final = "to be answered"
_VISIT: Final = "to have a kept history opened at a visit, when the person asks for it"


def _record(document: str, name: str, what: str, why: str, said: str) -> InventoryField:
    return InventoryField(document, name, what, why, Lies.CLEAR, said, under=_ANY)


def _claim(name: str, what: str, why: str) -> InventoryField:
    return _record("claim", name, what, why, f"claim.{name}")


def _body(name: str, what: str, *only: Capability, said: str = "") -> InventoryField:
    """A field of a body. `only`: under these alone it holds that. `said`: the line that tells of it, where it is not the field's own."""
    under = only or leaving_under(name)
    return InventoryField(
        "body", name, what, "to let a named officer decide", Lies.ENCLOSED, f"body.{said or name}", under=under
    )


def _device(document: str, name: str, what: str, why: str, said: str) -> InventoryField:
    return InventoryField(document, name, what, why, Lies.CLEAR, said)


def _holds(document: str, name: str, what: str, *holds: str, under: tuple[Capability, ...] = ()) -> InventoryField:
    return InventoryField(document, name, what, _HELD, Lies.CLEAR, holds=holds, under=under)


def _place(document: str) -> tuple[InventoryField, ...]:
    return (
        _device(document, "device", "which device", _PLACE, "each.device"),
        _device(document, "epoch", "which of the device's journals", _PLACE, "each.place"),
        _device(document, "n", "its number there", _PLACE, "each.place"),
    )


FIELDS: Final[tuple[InventoryField, ...]] = (
    _device("request", "network address", "where it comes from, as the network says", _ANSWER, "each.network"),
    _device("request", "method", "whether something is asked for or sent", _ANSWER, "each.kind"),
    _device("request", "path", "which of the six requests it is", _ANSWER, "each.kind"),
    _device("request", "Host", "the address of the agency's server", _ANSWER, "each.kind"),
    _device("request", "Accept-Encoding", "that the answer is not to be compressed", _ANSWER, "each.kind"),
    _device("request", "Content-Length", "how long it is", _ANSWER, "each.kind"),
    _device("request", "Content-Digest", "the digest of what it carries", _SIGNED, "checks.digests"),
    _holds("request", "Signature-Input", "what is signed of it", "signature-input"),
    _device("request", "Signature", "the device's signature", _SIGNED, "checks.signature"),
    _device("request", "Content-Type", "in which form it is", _ANSWER, "each.kind"),
    _device("request", "If-None-Match", "what the device holds", "to be sent only what is new", "checks.digests"),
    _holds("request", "body", "what it carries", "enrol", "batch", "signed", "sent-beat"),
    _device("signature-input", "created", "when it was signed", _SIGNED, "each.time"),
    _device("signature-input", "expires", "until when it counts", _SIGNED, "each.time"),
    _device("signature-input", "nonce", "a random number, used once", "so that it counts once", "checks.random"),
    _device("signature-input", "keyid", "the name of the device's key", _SIGNED, "checks.signature"),
    _claim("kind", " or ".join(SENDING), _GRANT),
    _claim("grant", "which grant", _GRANT),
    _claim("terms", "which terms of the order, in force at that moment", _GRANT),
    _claim("detector", "which detector, in which version", _REPEAT),
    _holds("claim", "list", "which list, in which version", "list", under=_ANY),
    _claim("rule", "the name of the entry that matched", "to group like findings"),
    _claim("band", "how sure: exact, strong or possible", "to explain the alert"),
    _claim("gravity", "how soon someone must look", "to order the queue"),
    _claim("origin", "how the page came to be open", "in fairness: a page may open by itself"),
    _claim("event_at", "when, by the device's own clock", _TIME),
    _claim("captured_at", "when the agent noticed", _TIME),
    _claim("clock_offset_ms", "what the agency's signed time said to add", _TIME),
    _record("list", "id", "the list's number", _REPEAT, "claim.list"),
    _record("list", "name", "the list's name and version", _REPEAT, "claim.list"),
    _record("list", "digest", "the digest of the list's signed document", _REPEAT, "claim.list_check"),
    _record("envelope", "deployment", "which monitoring it belongs to", _PLACE, "claim.monitoring"),
    _record("envelope", "device", "which device", _PLACE, "each.device"),
    _record("envelope", "epoch", "which of the device's journals", _PLACE, "each.place"),
    _record("envelope", "n", "its number there", _PLACE, "each.place"),
    _record("envelope", "profile", "the digest of the profile that allowed it", _GRANT, "claim.permission"),
    _record("envelope", "profile_version", "that profile's number", _GRANT, "claim.permission"),
    _record(
        "envelope", "content_commit", "a commitment to what is enclosed", "so that nobody can swap it", "claim.seal"
    ),
    _holds("envelope", "claim", "what is said in clear of what was found", "claim", under=_ANY),
    _body(
        "url",
        "of a visit, the listed site and what the list names of its path; of words, the page's address with the search in it",
    ),
    _body("title", "of words, the page's title"),
    _body("matched_entry", "the entry of the list that matched"),
    _body("context_before", "a few words before the phrase", Capability.PHRASE),
    _body("context_after", "a few words after the phrase", Capability.PHRASE),
    _body(
        "context_before",
        "at most ten sites opened within five minutes before a finding or after: those before",
        *FOLLOWING,
        said="sites_before",
    ),
    _body("context_after", "those after", *FOLLOWING, said="sites_after"),
    InventoryField(
        "enclosed", "salt", _SALT, "so that the body cannot be guessed", Lies.ENCLOSED, "body.salt", under=_ANY
    ),
    InventoryField("enclosed", "body", "what only the vault opens", _HELD, Lies.ENCLOSED, holds=("body",), under=_ANY),
    *_place("gap"),
    _device("gap", "reason", "why there was no coverage, from a closed list", _GAP, "gap.reason"),
    _device("gap", "since", "from when", _GAP, "gap.period"),
    _device("gap", "until", "until when", _GAP, "gap.period"),
    _device("gap", "lost", "how many things are known to be lost", _GAP, "gap.lost"),
    _device("gap", "last_epoch", "the journal before, where this one is new", _PLACE, "gap.before"),
    _device("gap", "last_size", "how long that one was", _PLACE, "gap.before"),
    *_place("note"),
    _device(
        "note",
        "note",
        "started, stopped, removed, purged, checked, a kept history opened or erased, or an item withdrawn",
        _LIFE,
        "note.what",
    ),
    _device("note", "at", "when", _LIFE, "note.at"),
    _device(
        "note", "count", "how many bodies were purged, or how many entries a kept history had", _LIFE, "note.count"
    ),
    _device("note", "term", "which agreed item the person withdrew at the device", _LIFE, "note.term"),
    *_place("forgotten"),
    _device(
        "forgotten", "commit", "the commitment to a disclosure that the agency had and lost", _PLACE, "lost.checks"
    ),
    _device("forgotten", "ciphertext", "the digest of what it enclosed", _PLACE, "lost.checks"),
    _holds("disclosure-leaf", "envelope", "what is in clear", "envelope", under=_ANY),
    _record("disclosure-leaf", "salt", _SALT, _PLACE, "checks.random"),
    InventoryField(
        "disclosure-leaf", "ciphertext", "what is enclosed", _HELD, Lies.ENCLOSED, holds=("enclosed",), under=_ANY
    ),
    _holds("gap-leaf", "gap", "the gap", "gap"),
    _device("gap-leaf", "salt", _SALT, _PLACE, "checks.random"),
    _holds("note-leaf", "note", "the note", "note"),
    _device("note-leaf", "salt", _SALT, _PLACE, "checks.random"),
    _device("device-checkpoint", "device", "which device", _PLACE, "each.device"),
    _device("device-checkpoint", "epoch", "which of the device's journals", _PLACE, "each.place"),
    _device("device-checkpoint", "size", "how many leaves it has", _PLACE, "checks.size"),
    _device("device-checkpoint", "root", "its tree's root hash", _PLACE, "checks.digests"),
    _device("device-checkpoint", "at", "when it was signed: the heartbeat", "to know that the agent lives", "alive.at"),
    _device("device-checkpoint", "clock_offset_ms", "what the agency's signed time said to add", _TIME, "alive.clock"),
    _device(
        "device-checkpoint",
        "boot",
        "a number drawn at each start of the software",
        "to tell a restart from a gap",
        "alive.boot",
    ),
    _device("device-checkpoint", "release", _RELEASE, "to show which software this was", "alive.release"),
    _device("batch", "device", "which device", _PLACE, "each.device"),
    _device("batch", "epoch", "which of the device's journals", _PLACE, "each.place"),
    _device("batch", "first", "the number there of the first leaf", _PLACE, "each.place"),
    _holds("batch", "leaves", "what is new", "disclosure-leaf", "gap-leaf", "note-leaf", "forgotten"),
    _holds("batch", "checkpoint", "what the device commits to", "signed"),
    _holds("batch", "acknowledged", "that the agency had what is forgotten", "acknowledged"),
    _device("acknowledged", "receipt", "the agency's own receipt", _PLACE, "lost.receipt"),
    _device("acknowledged", "proof", "hashes that fit it to the journal", _PLACE, "lost.checks"),
    _holds("signed", "payload", "what is signed", "device-checkpoint", "way-in", "history-ask"),
    _device("signed", "payloadType", "which kind of document", _SIGNED, "each.kind"),
    _holds("signed", "signatures", "the one signature", "signature"),
    _device("signature", "keyid", "the name of the device's key", _SIGNED, "checks.signature"),
    _device("signature", "sig", "the device's signature", _SIGNED, "checks.signature"),
    _holds("sent-beat", "beat", "a heartbeat in short form", "beat"),
    _device("sent-beat", "signature", "the device's signature", _SIGNED, "checks.signature"),
    _device("beat", "at", "when it was signed: the heartbeat", "to know that the agent lives", "alive.at"),
    _device("beat", "clock_offset_ms", "what the agency's signed time said to add", _TIME, "alive.clock"),
    _device("beat", "state", "a digest of what both know", "so that what did not change is not sent", "checks.digests"),
    _device("beat", "keyid", "the name of the device's key", _SIGNED, "checks.signature"),
    _device("enrol", "secret", "the code that was typed", "to enrol once", "enrol.secret"),
    _device("enrol", "device_key", "the device's public key", "to know its signatures", "enrol.keys"),
    _holds("enrol", "list_key", "the device's key for lists", "list-key"),
    _device("enrol", "schema", "which profiles it can read", "so that it is sent none that it cannot", "enrol.schema"),
    _device("enrol", "release", _RELEASE, "to show which software this was", "enrol.release"),
    _device(
        "enrol",
        "account",
        "a digest that tells accounts of one machine apart",
        "to watch one account and no other",
        "enrol.account",
    ),
    _device("list-key", "suite", "which kind of key", "so that lists travel enclosed", "enrol.keys"),
    _device("list-key", "key", "its public half", "so that lists travel enclosed", "enrol.keys"),
    _device("way-in", "device", "which device", _OWN_PAGE, "each.device"),
    _device("way-in", "drawn_at", "when the person drew a code for their own page", _OWN_PAGE, "way-in.drawn_at"),
    _device(
        "way-in",
        "proof",
        "a digest that the code and its name are known by, and not found from",
        _OWN_PAGE,
        "way-in.proof",
    ),
    _device("history-ask", "device", "which device", _VISIT, "each.device"),
    _device("history-ask", "asked_at", "when the person asked", _VISIT, "history.asked_at"),
    _device("history-ask", "entries", "how many entries the kept history has", _VISIT, "history.entries"),
    _device("history-ask", "first_on", "the day of the first", _VISIT, "history.days"),
    _device("history-ask", "last_on", "the day of the last", _VISIT, "history.days"),
    _device("history-ask", "keys", "its keys, enclosed; nothing of the history", _VISIT, "history.keys"),
)


def lines(fields: Iterable[InventoryField]) -> dict[InventoryPart, tuple[str, ...]]:
    """The lines that tell of these fields, by part in the order of `Part`, each once."""
    said: dict[InventoryPart, dict[str, None]] = {part: {} for part in InventoryPart}
    for field in fields:
        if field.part is not None:
            said[field.part][field.said] = None
    return {part: tuple(found) for part, found in said.items() if found}


NEVER: Final[tuple[str, ...]] = (
    "what is typed, letter by letter",
    "what is put into boxes for passwords and payments, unless the site itself then puts it into its address",
    "the microphone and the camera",
    "where the device is",
    "mail, messages and chats",
    "pictures of the screen",
    (
        "pages of protected places, and, on search engines that the software knows, searches with their addresses"
        " or with words of help. Protected are those on a list, such as crisis lines,"
        " and those on the person's own list, such as a solicitor or doctor"
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
