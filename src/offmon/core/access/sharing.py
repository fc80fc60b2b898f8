"""When a case may be shared with another agency, and on which ground (DPA 2018 ss.35 to 36, 62(3); formats §7).

Rules
- One agency leads a case and answers for it. Another becomes a *party* once the lead shares the case, on a lawful ground and for a reason.
- Each sharing is a disclosure to that agency. Its log entry names the recipient.
- The grounds are a short closed list. Any other ground is stated in words, with its enactment.
- A case cannot be shared with the agency that leads it.
"""

from enum import StrEnum

from offmon.core.errors import Refused
from offmon.core.ids import Id


class SharingGround(StrEnum):
    """By which law a case is shared. `OTHER` is stated in words."""

    MAPPA = "mappa"  # the duty to co-operate: CJA 2003 s.325(3) to (4)
    LICENCE = "licence"  # supervision on licence: CJA 2003 s.250
    CRIME_AND_DISORDER = "crime_and_disorder"  # the power to disclose: CDA 1998 s.115
    OTHER = "other"


def check_share(lead: Id, partner: Id, ground: SharingGround, ground_words: str, reason: str) -> None:
    """Raises Refused unless the agency that leads a case may share it with another: on a ground that is said, for a reason."""
    if partner == lead:
        raise Refused("not-another-agency", "Your agency leads this case. Choose another agency.")
    if (ground is SharingGround.OTHER) != bool(ground_words.strip()):
        raise Refused("no-ground", "Choose one ground. For another ground, enter its name and legislation.")
    if not reason.strip():
        raise Refused("no-reason", "Enter why the case is shared. Your reason is recorded in the log.")
