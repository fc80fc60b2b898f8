"""A document of the licence feed: strictly read (docs/specs/licence-feed.md).

Rules
- Its size is compared with `MAX_BYTES` before it is read as JSON.
- What is wrong with the document refuses all of it. What is wrong with one change refuses that change alone, by a code.
- A refusal says the number of the change and a code, and nothing of what it said: it is about a person.
- Times are RFC 3339 with an offset. A change of more than `AHEAD_MS` ahead of the reader's clock is refused.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from offmon.core import clock
from offmon.core.authority.licence import LicenceType, Standing
from offmon.core.errors import Malformed
from offmon.core.ids import YEAR_9000_MS, Id, Ms

SCHEMA: Final = 1
MAX_BYTES: Final = 8 << 20
MAX_CHANGES: Final = 10_000
MAX_CONDITIONS: Final = 200
AHEAD_MS: Final = 5 * clock.MINUTE_MS
LONGEST_SILENCE_MS: Final = 7 * clock.DAY_MS

_LICENCE: Final = re.compile(r"[0-9A-Za-z-]{1,40}")
_STATUS: Final = re.compile(r"[A-Z][A-Z0-9_]{0,39}")
_CODE: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CURSOR: Final = re.compile(r"[0-9A-Za-z_.:=-]{1,200}")
_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True)
class Change:
    """A new status of a licence. `conditions`: the codes of its conditions, sorted; None where the change does not say them."""

    licence: str
    standing: Standing
    conditions: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class RefusedChange:
    """Why one change of a document was not taken. `number`: its place there, from 1."""

    number: int
    code: str


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """What a document says. `next_by`: when the next one comes at the latest. `cursor`, `more`: where the next page begins."""

    agency: Id
    made_at: Ms
    next_by: Ms
    changes: tuple[tuple[int, Change], ...]
    refused: tuple[RefusedChange, ...]
    cursor: str | None = None
    more: bool = False


def read(data: bytes, now: Ms) -> FeedDocument:
    """The document in these bytes. Raises Malformed: `too-large`, `not-json`, `bad-document`, `other-schema`, `too-many`."""
    if len(data) > MAX_BYTES:
        raise Malformed("too-large", f"A document of the feed has at most {MAX_BYTES >> 20} MiB. Send several.")
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        raise Malformed("not-json", "A document of the feed is JSON in UTF-8. Nothing of it was used.") from None
    if not isinstance(given, dict):
        raise _bad("The document is not an object.")
    if given.get("schema") != SCHEMA or given.get("schema") is True:
        raise Malformed("other-schema", f"The document is not of schema {SCHEMA}. Update Offmon, or send that schema.")
    changes = given.get("changes")
    if not isinstance(changes, list):
        raise _bad("`changes` is not a list.")
    if len(changes) > MAX_CHANGES:
        raise Malformed("too-many", f"A document of the feed has at most {MAX_CHANGES} changes. Send several.")
    return _document(given, changes, now)


def check_number(number: str) -> None:
    """Raises Malformed (`bad-licence`) unless it is the number of a licence, as the licence system writes them."""
    if not _LICENCE.fullmatch(number):
        raise Malformed(
            "bad-licence", "The number of a licence has digits, letters and dashes, and at most 40 of them."
        )


def check_codes(given: Collection[str]) -> list[str]:
    """The codes of conditions, each once, sorted. Raises Malformed (`bad-conditions`)."""
    if not _are_codes(given):
        raise Malformed("bad-conditions", "The code of a condition looks like 2d67f68a-8adf-47a9-a68d-a6fc9f2c4556.")
    return sorted(set(given))


def _document(given: Mapping[str, Any], changes: list[Any], now: Ms) -> FeedDocument:
    agency, cursor, more = given.get("agency"), given.get("cursor"), given.get("more", False)
    made_at, next_by = _time(given.get("made_at")), _time(given.get("next_by"))
    if not isinstance(agency, str) or not re.fullmatch(r"[0-9a-f]{32}", agency):
        raise _bad("`agency` is not an id.")
    if made_at is None or next_by is None or not made_at < next_by <= made_at + LONGEST_SILENCE_MS:
        raise _bad("`made_at` and `next_by` are times with an offset, the second within seven days of the first.")
    if made_at > now + AHEAD_MS:
        raise _bad("`made_at` lies ahead. Compare the clocks.")
    if not isinstance(more, bool) or not (cursor is None or (isinstance(cursor, str) and _CURSOR.fullmatch(cursor))):
        raise _bad("`cursor` or `more` is not what the format says.")
    read_changes = [(number, _change(one, now)) for number, one in enumerate(changes, start=1)]
    return FeedDocument(
        agency=Id(agency),
        made_at=made_at,
        next_by=next_by,
        changes=tuple((number, one) for number, one in read_changes if isinstance(one, Change)),
        refused=tuple(RefusedChange(number, one) for number, one in read_changes if isinstance(one, str)),
        cursor=cursor,
        more=more,
    )


def _change(given: Any, now: Ms) -> Change | str:
    """The change, or the code of what is wrong with it."""
    if not isinstance(given, dict):
        return "not-an-object"
    licence, status, active = given.get("licence"), given.get("status"), given.get("approved_version_active", False)
    at, conditions = _time(given.get("at")), given.get("conditions")
    if not isinstance(licence, str) or not _LICENCE.fullmatch(licence):
        return "bad-licence"
    if not isinstance(status, str) or not _STATUS.fullmatch(status) or not isinstance(active, bool):
        return "bad-status"
    if at is None:
        return "bad-time"
    if at > now + AHEAD_MS:
        return "ahead"
    if given.get("type") not in [*LicenceType]:
        return "bad-type"
    if given.get("type") == LicenceType.PSS:
        return "pss-ended"
    if conditions is not None and not _are_codes(conditions):
        return "bad-conditions"
    codes = None if conditions is None else tuple(sorted(set(conditions)))
    return Change(licence, Standing(status, at, active), codes)


def _are_codes(given: Any) -> bool:
    codes = isinstance(given, list | tuple) and len(given) <= MAX_CONDITIONS
    return codes and all(isinstance(one, str) and _CODE.fullmatch(one) for one in given)


def _time(given: Any) -> Ms | None:
    """The instant, or None where it is none, has no offset, or lies outside what Offmon can compute with."""
    if not isinstance(given, str) or len(given) > 40:
        return None
    try:
        at = datetime.fromisoformat(given)
        since = (at - _EPOCH) // timedelta(milliseconds=1) if at.tzinfo is not None else -1
    except (ValueError, OverflowError):
        return None
    return Ms(since) if 0 <= since < YEAR_9000_MS else None


def _bad(message: str) -> Malformed:
    return Malformed("bad-document", f"{message} Nothing of the document was used.")
