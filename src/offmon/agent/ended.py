"""The end certificate on the device: checked without a network, kept, and shown (docs/specs/end-certificate.md; R-RGT-20).

Rules
- It counts if the log proves it: by keys walked from the root that was pinned at enrolment, and for this deployment and device.
- Which witnesses count, a device does not know. An expert's `offmon verify` asks that too.
- Nothing is removed and nothing is collected because of it. It says that the person may remove the software, as they always could.
"""

from pathlib import Path
from typing import Final

from offmon.agent.home import AgentHome
from offmon.core.bundle import end_certificate
from offmon.core.bundle.end_certificate import EndFacts
from offmon.core.clock import DAY_MS
from offmon.core.errors import Malformed, NotAuthentic, OffmonError, Refused
from offmon.core.formats import trust
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.protocol import Enrolled
from offmon.core.formats.trust import KeyRole
from offmon.core.ids import Ms
from offmon.core.log.tlog.checkpoint import check_checkpoint
from offmon.core.log.witnessing import WitnessedCheckpoint

_FILE: Final = "ended"


def brought(file: Path) -> bytes:
    """A certificate's bytes, as the person brought them. Raises Malformed."""
    try:
        with file.open("rb") as opened:
            return opened.read(end_certificate.MAX_BYTES + 1)
    except OSError as error:
        raise Malformed("no-file", f"The certificate cannot be read: {error.strerror}.") from None


def check(data: bytes, enrolled: Enrolled) -> EndFacts:
    """What a certificate of this device says. Raises Refused (`other-monitoring`), Malformed or NotAuthentic."""
    certificate = end_certificate.read(data)
    facts = certificate.facts
    named = enrolled.device in {one.device for one in facts.devices}
    if not named or (facts.agency, facts.deployment) != (enrolled.agency, enrolled.deployment):
        raise Refused("other-monitoring", "This certificate is of another device, or of other monitoring than this.")
    ring = trust.walk(certificate.keys, [PublicKey.parse(enrolled.root)])
    if ring.agency != enrolled.agency:
        raise NotAuthentic("other-agency", "The keys in the certificate are another agency's.")
    keys = [PublicKey.parse(listed.vkey) for listed in ring.keys if listed.role is KeyRole.LOG]
    log, _ = check_checkpoint(certificate.note, enrolled.log_origin, keys)
    for _, fault in end_certificate.log_faults(certificate, WitnessedCheckpoint(log, Ms(facts.made_at + DAY_MS))):
        raise fault
    for _, question in end_certificate.questions(certificate):
        question()
    return facts


def keep(home: AgentHome, data: bytes, enrolled: Enrolled) -> EndFacts:
    """Keep a certificate that counts, so that the device shows it. Raises as `check` does."""
    facts = check(data, enrolled)
    home.write(_FILE, data)
    return facts


def kept(home: AgentHome, enrolled: Enrolled) -> EndFacts | None:
    """What a kept certificate says; None where there is none that counts."""
    data = home.read(_FILE)
    try:
        return None if data is None else check(data, enrolled)
    except OffmonError:
        return None
