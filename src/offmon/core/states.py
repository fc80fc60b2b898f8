"""The states of everything that has one; `core/moves.py` says what may follow what (requirements §0.3).

Rules
- No edge leads from a detector to a consequence (R-DPA-29). A named human moves an alert; time only passes it to the next human.
"""

from enum import StrEnum


class DeploymentState(StrEnum):
    """The life of a deployment: one person, one set of instruments, their devices."""

    DRAFT = "draft"
    AUTHORISED = "authorised"
    NOTICE_SERVED = "notice_served"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class AlertState(StrEnum):
    """The life of an alert. A machine opens it; only a person closes it."""

    OPEN = "open"
    IN_REVIEW = "in_review"
    DECIDED = "decided"


class ExportState(StrEnum):
    """The life of an export: asked by one, opened and built by the vault, approved by another, then witnessed before it leaves."""

    ASKED = "asked"
    OPENED = "opened"
    BUILT = "built"
    APPROVED = "approved"
    REFUSED = "refused"
    READY = "ready"


class DestructionState(StrEnum):
    """The life of a request to destroy a key: asked by one, approved by another, then done or stopped by the vault."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    STOPPED = "stopped"
    DONE = "done"


class QuarantineState(StrEnum):
    """The life of a request about a quarantine: asked by one, agreed to or refused by another; if it was to erase, done by the vault."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    DONE = "done"


class ProfileState(StrEnum):
    """The life of a profile: a request row, then signed by the signer, or refused by it with a reason."""

    ASKED = "asked"
    SIGNED = "signed"
    REFUSED = "refused"


class ListState(StrEnum):
    """The life of one version of a list: drafted by one, approved or refused by another, then signed. A pause ends its use alone."""

    DRAFT = "draft"
    REFUSED = "refused"
    APPROVED = "approved"
    LIVE = "live"
    PAUSED = "paused"
    REPLACED = "replaced"
