"""The trust file: the roots and witnesses that a verifier's user brings, and a bundle never supplies (formats §10; design §1.8).

Rules
- It holds only roots and witnesses, each with the time in which it was good. A log or profile key may change without new paper.
- At least `quorum` witnesses (one or more) must have cosigned. `max_lag_s` limits how long after its own time an entry may first appear in
  a cosigned checkpoint. That limits a case log appended afresh before an export.
- A witness names its operator, and says whether that is someone other than the agency and its supplier.
"""

from dataclasses import dataclass
from typing import ClassVar

from offmon.core.clock import Period
from offmon.core.errors import Malformed, NotAuthentic
from offmon.core.formats import codec
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Count, Id, Ms, Origin, VKey

MAX_TRUST = 1 << 20


@dataclass(frozen=True, slots=True)
class Root:
    """An agency's root key and when it was good."""

    vkey: VKey
    period: Period


@dataclass(frozen=True, slots=True)
class TrustedAgency:
    """An agency: its log's origin and its roots."""

    agency: Id
    origin: Origin
    roots: tuple[Root, ...]


@dataclass(frozen=True, slots=True)
class TrustedWitness:
    """A witness, who runs it, and whether they are independent of the agency and of its supplier."""

    vkey: VKey
    operator: str
    independent: bool
    period: Period


@dataclass(frozen=True, slots=True)
class TrustFile:
    """What the reader trusts."""

    TYPE: ClassVar[str] = "offmon/trust@1"

    max_lag_s: Count
    quorum: Count
    agencies: tuple[TrustedAgency, ...]
    witnesses: tuple[TrustedWitness, ...]

    def agency(self, agency: Id) -> TrustedAgency:
        """The agency of that id. Raises NotAuthentic: a bundle of an agency that the reader does not know is not authentic."""
        for known in self.agencies:
            if known.agency == agency:
                return known
        raise NotAuthentic("unknown-agency", "Your trust file does not name the agency that this bundle is from.")

    def roots_of(self, agency: Id, at: Ms) -> tuple[PublicKey, ...]:
        """The agency's roots that are good at the time."""
        return tuple(PublicKey.parse(r.vkey) for r in self.agency(agency).roots if at in r.period)

    def witnesses_at(self, at: Ms) -> tuple[TrustedWitness, ...]:
        """The witnesses that are good at the time."""
        return tuple(one for one in self.witnesses if at in one.period)


def load(data: bytes) -> TrustFile:
    """Read a trust file: one line of canonical JSON, with or without a newline after it. Raises Malformed."""
    trust = codec.load(TrustFile, data.strip(), max_size=MAX_TRUST)
    if trust.quorum < 1:
        raise Malformed(
            "no-quorum", "A trust file asks for at least one witness; without any, a log can be rewritten unseen."
        )
    return trust
