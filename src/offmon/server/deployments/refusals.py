"""What a code of the signer means: it says a code and no more. For the console's pages, and for the report of a bundle."""

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
