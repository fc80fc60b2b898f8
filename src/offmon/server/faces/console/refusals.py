"""What a code of signer or vault means to who reads it at the console; those say a code and no more."""

from typing import Final

from offmon.server.deployments.refusals import PROFILE

__all__ = ["PROFILE", "SAID"]

_TOLD: Final = "It is in the log, and your data protection officer sees it. Tell your supervisor now."
_CHANGED: Final = (
    *("rows-changed", "journal-differs", "payload-changed", "bad-signature", "signature-count", "wrong-document"),
    *("profile-not-logged", "profile-not-recorded", "profile-of-other", "field-changed", "bad-salt"),
    *("unknown-value", "bad-field", "not-json", "not-canonical"),
)
_IS_CHANGED: Final = (
    "Records of this case are not what the log says was written. Nothing was shown, built or let out. Trying again will not help. "
    + _TOLD
)
SAID: Final = {
    "not-witnessed-yet": "The witness has not seen yet what was opened. Try again in a moment.",
    "opened-too-little": "More was sent since, and is now written down too. Try again in a moment.",
    "reveal-used": "This was shown already. Ask again to see it again.",
    "not-on-caseload": "This case is no longer open to you, so nothing was shown.",
    "unfit-does-not-open": (
        "The device sent this in a form that does not open, so nobody can see what it was. Trying again will not help. Decide on what"
        " does open. A bundle counts this one and says what it is. Tell your supervisor: a fault can do that, and so can whoever uses the"
        " device."
    ),
    "unfit-not-granted": (
        "The device sent more here than its permission allows, so none of it was shown. Trying again will not help. Decide on what may be"
        " shown. A bundle counts this one and says what it is. Tell your supervisor: our software on a device does not send that."
    ),
    "does-not-open": (
        "What is kept here does not open with its own key: what is kept was changed, or its key was. Nothing was shown or let out. If it"
        f" was a bundle, ask for it anew. {_TOLD}"
    ),
    "other-opening-key": (
        "The vault has another key than this device was given. Nothing was shown. Tell your supervisor now: whoever runs the vault must put"
        " the true key back. Then try again."
    ),
    "too-large": (
        "There is more in this period than one bundle may hold. Ask for a bundle again, for a shorter period. If a short one is refused"
        " too, tell your supervisor: the case’s own records fill it, and whoever runs Offmon must be asked."
    ),
    "too-many-files": (
        "There are more items in this period than one bundle may hold. Ask for a bundle again, for a shorter period. If a short one is"
        " refused too, tell your supervisor: the case’s own records fill it, and whoever runs Offmon must be asked."
    ),
    "body-swapped": "What is kept is not what the device committed to. Nothing was shown. " + _TOLD,
    "erased": "It has been erased. The log says by which rule.",
    "no-opening-key": "The key of this monitoring was destroyed, so nothing of it can be opened.",
    "no-key-due": "The key was made already, or nothing is authorised yet.",
    "built-too-long-ago": "Too much happened since this bundle was built for it to hold. Ask for a new one.",
    **dict.fromkeys(_CHANGED, _IS_CHANGED),
}
"""What the vault said no to, and what to do next."""
