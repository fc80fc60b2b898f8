"""What a code of signer or vault means to who reads it at the console; those say a code and no more."""

from typing import Final

PROFILE: Final = {
    "no-notice": "the notice has not been served",
    "not-noticed": "it would collect more than the newest notice told of",
    "not-enrolled": "no enrolment code stands behind the device",
    "notice-after-lease": "it would begin before the notice was served",
    "act-not-logged": "the log has no entry of an act that it rests on",
    "act-of-another": "by the log, somebody else did what the record says that a person did",
    "not-a-person": "by the log, no member of staff did what the record says",
    "not-permitted": "somebody agreed to what it rests on whose role does not include that",
    "changed-after": "what it rests on is not what was agreed to",
    "superseded": "another authorisation took the place of the one that it names",
    "time-differs": "by the log, what it rests on was done at another time than it says",
    "signed-late": "it waited too long for its signature",
    "no-evidence-key": "the vault has no key for this monitoring yet",
    "monitoring-stopped": "this monitoring was stopped",
    "key-destroyed": "the key of this monitoring was destroyed; end it, and draft it anew to monitor again",
    "no-out-of-hours": "nobody is named to be called out of hours for each gravity",
    "no-exclusions": "there is no signed exclusion list",
    "not-assessed": "no signed impact assessment covers it",
    "assessment-ends-first": "it would outlast the impact assessment that it rests on",
    "policy-ends-first": "it would outlast a policy document that it rests on",
    "unknown-list": "a list that it names is paused, out of date, or not signed",
    "list-mismatch": "a list that it names may not serve this kind of order or offence",
    "sensitive-without-condition": "a list of a sensitive class lacks its condition, or a policy document in force",
    "term-does-not-need-it": "a term that was chosen does not make this collection necessary",
    "document-damaged": "the document of an order is not the one that was recorded",
}
"""Why the signer refused a profile, as the end of a sentence."""

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
        "What is kept here does not open with its own key. Nothing was shown or let out. If it was a bundle, ask for it anew. Tell your"
        " supervisor now: what is kept was changed, or its key was."
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
    "body-swapped": "What is kept is not what the device committed to. Nothing was shown. Tell your supervisor now.",
    "erased": "It has been erased. The log says by which rule.",
    "no-opening-key": "The key of this monitoring was destroyed, so nothing of it can be opened.",
    "no-key-due": "The key was made already, or nothing is authorised yet.",
    "built-too-long-ago": "Too much happened since this bundle was built for it to hold. Ask for a new one.",
    "rows-changed": "What is held is not what the log says was written. No bundle was built. Tell your supervisor now.",
}
"""What the vault said no to, and what to do next."""
