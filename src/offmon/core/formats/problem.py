"""The closed list of answers to a device's bad request (RFC 9457; docs/reference/problem-types.md).

Rules
- A problem has a type from this list, a title and a status. It has members of its own where the device can act on them. Never content.
- One table in `agent/transport` says what the device does with each: ack, retry or quarantine. A status alone decides nothing.
"""

from dataclasses import dataclass
from enum import Enum

from offmon.core.formats import canon
from offmon.core.formats.canon import Json

CONTENT_TYPE = "application/problem+json"


class Problem(Enum):
    """Each kind of bad request: its type's last part, its status, its title."""

    UNSIGNED = ("unsigned", 401, "The request carries no signature of the profile that devices use.")
    BAD_SIGNATURE = ("bad-signature", 401, "The signature does not match the request and the device's key.")
    UNKNOWN_DEVICE = ("unknown-device", 401, "No device with this key is enrolled here.")
    REPLAYED = ("replayed", 409, "This request was already received once; sign a new one.")
    EXPIRED = ("expired", 400, "The request's signature is no longer good; sign it again.")
    CLOCK_SKEW = ("clock-skew", 400, "The device's clock differs from the agency's; use the signed time given.")
    TOO_LARGE = ("too-large", 413, "The request is larger than is read; send it in parts.")
    MALFORMED = ("malformed", 400, "The request is not a document of the expected kind.")
    UNKNOWN_GRANT = ("unknown-grant", 422, "An item names a profile or grant that is not in force.")
    OUT_OF_PERIOD = ("out-of-period", 422, "An item lies outside the time that the order gives.")
    MISSING_FROM = ("missing-from", 409, "The agency's journal is behind; send the leaves from the number given.")
    FORKED = ("forked", 409, "The journal disagrees with what it said before.")
    BAD_CODE = ("bad-code", 403, "The enrolment code is wrong, used or out of time; ask for a new one.")
    TOO_MANY = ("too-many", 429, "This device asked for that as often today as it may; ask again tomorrow.")
    NOT_FOUND = ("not-found", 404, "There is nothing at this address.")
    UNAVAILABLE = ("unavailable", 503, "The service cannot take this now; try again later.")

    def __init__(self, code: str, status: int, title: str) -> None:
        self.code = code
        self.status = status
        self.title = title

    @property
    def uri(self) -> str:
        """The problem's type. A name, not an address."""
        return f"urn:offmon:problem:{self.code}"


@dataclass(frozen=True, slots=True)
class ProblemBody:
    """A problem as it is sent: status and canonical JSON bytes."""

    status: int
    body: bytes


def answer(problem: Problem, **members: Json) -> ProblemBody:
    """RFC 9457 body for a problem, with members of its own (`n` of missing-from, `time` of clock-skew)."""
    doc: dict[str, Json] = {"type": problem.uri, "title": problem.title, "status": problem.status}
    return ProblemBody(problem.status, canon.encode(doc | members))


def by_uri(uri: str) -> Problem | None:
    """The problem of that type, if it is one of ours."""
    return next((p for p in Problem if p.uri == uri), None)
