"""From a condition's words to the collection that it could make necessary, and to what a lawyer should read (R-LEG-5, R-LEG-26).

Rules
- A proposal is a hint for the officer, with its reason. Nobody is granted anything by it: the officer chooses, a second officer confirms.
- Each row of `WORDINGS` is one simple pattern. Each row of `CODES` is one HMPPS licence condition (requirements, appendix F).
- A flag says that the words are unclear or cannot be carried out. It is advice: it refuses nothing, and a lawyer's reading is recorded.
- Sources of the flags: R v Smith [2011] EWCA Crim 1772, R v Parsons [2017] EWCA Crim 2163, Hanna [2023] EWCA Crim 33.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from offmon.core.authority.capability import Capability

SITE, PHRASE, HISTORY_KEPT = Capability.SITE, Capability.PHRASE, Capability.HISTORY_KEPT


class Flag(StrEnum):
    """Why a lawyer should read a condition before anything is set by it."""

    NO_DEVICE_CLASS = "no-device-class"
    ENCRYPTION_UNDEFINED = "encryption-undefined"
    ALL_CLOUD = "all-cloud"
    ALL_STORAGE = "all-storage"


FLAGGED: Final[Mapping[Flag, str]] = {
    Flag.NO_DEVICE_CLASS: "It says “device” and not which kind, for example a computer or a phone.",
    Flag.ENCRYPTION_UNDEFINED: "It does not say which encryption software it means. Most devices encrypt by themselves.",
    Flag.ALL_CLOUD: "It covers all cloud storage. Most phones and accounts use some.",
    Flag.ALL_STORAGE: "It covers every device that can store something, so household appliances and cars too.",
}
"""What the advice says of each."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A collection that a condition could make necessary, and why, in one sentence."""

    capability: Capability
    because: str


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that some conditions have, what they could make necessary, and why."""

    pattern: re.Pattern[str]
    capabilities: tuple[Capability, ...]
    because: str


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One licence condition of HMPPS: what it could make necessary, perhaps nothing, and why."""

    capabilities: tuple[Capability, ...]
    because: str


def _wording(pattern: str, because: str, *capabilities: Capability) -> Wording:
    return Wording(re.compile(pattern, re.IGNORECASE), capabilities, because)


WORDINGS: Final = (
    _wording(
        r"\bsearch(?:es|ed|ing)? (?:for|engines?|terms?|online|the (?:internet|web))\b|\b(?:internet|web|online) search",
        "The condition names searches.",
        PHRASE,
    ),
    _wording(r"\bweb ?(?:sites?|pages?)\b|\b(?:internet|listed) sites?\b", "The condition names websites.", SITE),
    _wording(
        r"\bsocial (?:media|network\w*)|\bchat ?-?rooms?\b|\bvideo[- ]sharing|\bforums?\b|\bdating\b",
        "The condition names services that have their own sites.",
        SITE,
    ),
    _wording(
        r"\bvpns?\b|\bvirtual (?:private network|desktop)|\bcloud\b|\bproxy\b|\banonymi[sz]",
        "The condition names tools whose sites a list can hold.",
        SITE,
    ),
    _wording(r"\bpornograph\w*", "The condition names a kind of content that lists of sites cover.", SITE),
    _wording(
        r"\b(?:contact|communicat\w+)\b[^.;]*\b(?:online|internet|electronic\w*)\b",
        "The condition is about contact online, for which some sites are made.",
        SITE,
    ),
    _wording(
        r"\b(?:retain\w*|preserv\w+|keep\w*|delet\w+|display\w*|eras\w+)\b[^.;]{0,60}"
        r"\b(?:internet|browsing|search|web) (?:use|usage|history)\b"
        r"|\bhistory of (?:\w+ ){0,2}(?:internet|browsing|web)\b",
        "The condition asks that a history of internet use is kept and can be shown (R v Smith).",
        HISTORY_KEPT,
    ),
    _wording(
        r"\bmonitoring software\b",
        "The condition asks for monitoring software. It does not say what that may collect.",
        SITE,
        PHRASE,
    ),
)

_INSPECTION: Final = CodeRow((SITE, PHRASE), "The licence condition allows monitoring software, as requested.")
CODES: Final[Mapping[str, CodeRow]] = {
    "2d67f68a-8adf-47a9-a68d-a6fc9f2c4556": _INSPECTION,
    "680b3b27-43cc-46c6-9ba6-b10d4aba6531": _INSPECTION,  # what it replaced
    "bfbc693c-ab65-4042-920e-ddb085bc7aba": CodeRow((), "An officer approves each device; nothing is collected."),
    "8e52e16e-1abf-4251-baca-2fabfcb243d0": CodeRow((), "An officer checks phone and SIM at a visit."),
    "3932e5c9-4d21-4251-a747-ce6dc52dc9c0": CodeRow((), "An officer looks for the named item at a visit."),
    "762677a4-4593-4bd2-a4bc-55d49b4c4230": CodeRow((SITE,), "The licence condition names services with own sites."),
    "3b6b7c4f-6c06-438f-97a4-03c4167484dc": CodeRow((SITE,), "The licence condition names sites on which one posts."),
    "50c8c01e-ec95-45f9-ad48-efa89c4faec0": CodeRow((SITE,), "The licence condition names a type of site."),
}
"""The HMPPS licence conditions of policy v4.0, by code (requirements, appendix F)."""

_DEVICE: Final = re.compile(r"\bdevices?\b", re.IGNORECASE)
_CLASS: Final = re.compile(
    r"\binternet[- ]enabled|\baccess(?:ing)? (?:to )?the internet|\bcomputers?\b|\b(?:smart|mobile )?phones?\b|\btablets?\b"
    r"|\blaptops?\b|\bcameras?\b|\bconsoles?\b",
    re.IGNORECASE,
)
_STORES: Final = re.compile(
    r"\b(?:any|all|every)\b[^.;]{0,40}\bdevices?\b[^.;]{0,40}\b(?:capable of|able to|can|which|that)\b[^.;]{0,20}\bstor",
    re.IGNORECASE,
)
_ENCRYPTS: Final = re.compile(r"\bencrypt\w*", re.IGNORECASE)
_DEFINED: Final = re.compile(r"\b(?:such as|namely|including|for example|that is|means|i\.e\.)", re.IGNORECASE)
_CLOUD: Final = re.compile(r"\b(?:any|all|no)\b[^.;]{0,40}\bcloud\b", re.IGNORECASE)
_EXCEPTED: Final = re.compile(
    r"\bunless\b|\bexcept\b|\bother than\b|\bwithout (?:the )?(?:prior )?(?:\w+ )?(?:permission|approval|disclos\w*)",
    re.IGNORECASE,
)


def proposals_for(words: str, code: str | None = None) -> tuple[Proposal, ...]:
    """What a condition could make necessary, by its words and its HMPPS code: each capability once, with its first reason.

    Empty: nothing that this release can collect. An unknown code proposes nothing.
    """
    row = CODES.get((code or "").lower())
    found: dict[Capability, str] = {} if row is None else dict.fromkeys(row.capabilities, row.because)
    for wording in WORDINGS:
        if wording.pattern.search(words):
            found = dict.fromkeys(wording.capabilities, wording.because) | found
    return tuple(Proposal(one, found[one]) for one in Capability if one in found)


def flags_of(words: str) -> tuple[Flag, ...]:
    """Why a lawyer should read the condition, in the order of `Flag`; mostly nothing (R-LEG-26)."""
    stores = bool(_STORES.search(words))
    said = {
        Flag.NO_DEVICE_CLASS: bool(_DEVICE.search(words)) and not stores and not _CLASS.search(words),
        Flag.ENCRYPTION_UNDEFINED: bool(_ENCRYPTS.search(words)) and not _DEFINED.search(words),
        Flag.ALL_CLOUD: bool(_CLOUD.search(words)) and not _EXCEPTED.search(words),
        Flag.ALL_STORAGE: stores,
    }
    return tuple(flag for flag in Flag if said[flag])
