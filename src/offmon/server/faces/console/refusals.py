"""What a code of signer or vault means, for staff at the console. The two send only a code."""

from typing import Final

from offmon.core.log import as_logged
from offmon.server.deployments.refusals import PROFILE

__all__ = ["OF_BUNDLE", "PROFILE", "SAID"]

_TOLD: Final = "The log records this, and your data protection officer sees it. Tell your supervisor now."
_CHANGED: Final = (
    *("rows-changed", "journal-differs", "payload-changed", "bad-signature", "signature-count", "wrong-document"),
    *("profile-not-logged", "profile-not-recorded", "profile-of-other", "field-changed", "bad-salt"),
    *("unknown-value", "bad-field", "not-json", "not-canonical"),
)
_IS_CHANGED: Final = (
    "Records of this case do not match the log. We revealed nothing and put nothing in a bundle. Trying again will not help. "
    + _TOLD
)
SAID: Final = {
    "not-witnessed-yet": "The witness has not cosigned the log entry yet. Try again in a moment.",
    "opened-too-little": "New disclosures arrived. The log now records them too. Try again in a moment.",
    "reveal-used": "This was revealed already. To see it again, make a new request.",
    "not-on-caseload": "You no longer have access to this case, so we revealed nothing.",
    "unfit-does-not-open": (
        "This disclosure does not open, so nobody can see its content. Trying again will not help. Decide on the disclosures that"
        " do open. A bundle counts and describes this one. Tell your supervisor: the cause may be a fault, or a person using the"
        " device."
    ),
    "unfit-not-granted": (
        "The device sent more here than its profile allows, so we revealed none of it. Trying again will not help. Decide on the other"
        " disclosures. A bundle counts and describes this one. Tell your supervisor: our software on a device does not send this."
    ),
    "does-not-open": (
        "This stored record does not open with its own key. The record or its key was changed. We revealed and released nothing. If it"
        f" was a bundle, request a new one. {_TOLD}"
    ),
    "other-opening-key": (
        "The vault’s key does not match this device’s key. We revealed nothing. Tell your supervisor now. The operator must restore"
        " the right key. Then try again."
    ),
    "too-large": (
        "This period has too much for one bundle. Request a bundle for a shorter period. If we refuse a short period"
        " too, the case’s own records are too large. Tell your supervisor, who must ask the operator of Offmon."
    ),
    "too-many-files": (
        "This period has too many items for one bundle. Request a bundle for a shorter period. If we refuse a short period"
        " too, the case’s own records are too many. Tell your supervisor, who must ask the operator of Offmon."
    ),
    "body-swapped": "The stored disclosure is not the one that the device sent. We revealed nothing. " + _TOLD,
    "no-authority": "It was collected at a time without authority. It is locked until two people decide on it.",
    "no-authority-since": "Something in this bundle was collected without authority, as became known since. Request a new bundle.",
    "erased": "It has been erased. The log says under which rule.",
    "no-opening-key": "The key of this monitoring was destroyed, so nobody can open its disclosures.",
    "no-key-due": "The key exists already, or no monitoring is authorised yet.",
    "built-too-long-ago": "Too many records came after this bundle was built. Request a new one.",
    "withheld-gone": "A disclosure that this bundle withholds was erased meanwhile. Request a new bundle.",
    "rows-disagree": (
        "Records do not match the log now. Nothing of this case is opened, signed or given out until they are put right. The case’s page"
        f" says how they differ. {_TOLD}"
    ),
    **as_logged.SENTENCES,
    **dict.fromkeys(_CHANGED, _IS_CHANGED),
}
"""What the vault said no to, and what to do next."""

OF_BUNDLE: Final = SAID | {
    "not-on-caseload": "Whoever requested or approved it no longer has access to this case. Request a new bundle.",
    "not-permitted": "The role of whoever requested or approved it does not allow that. Request a new bundle.",
    "factor-stale": "Whoever requested or approved it had not just confirmed who they are. Request a new bundle.",
}
"""The same to whoever waits for a bundle, which another person may have requested or approved."""
