"""Makes the known answers of this folder: `python tests/vectors/records/make.py [FOLDER]`.

One record of each kind from docs/specs/records.md, and its commitment by docs/specs/disclosure.md, with the other maker's canonical form
and hashes. It shares no code with offmon, so that a mistake must be made twice to pass. No two values of one record are alike, so that none
can replace another. People, ids, keys and salts are invented.
"""

import json
import runpy
import sys
from pathlib import Path
from typing import Any

FORMATS = runpy.run_path(str(Path(__file__).parents[1] / "make.py"))
b64, vkey, drawn = (FORMATS[name] for name in ("b64", "vkey", "drawn"))
AGENCY, CASE, DEVICE, DEPLOYMENT = (FORMATS[name] for name in ("AGENCY", "CASE", "DEVICE", "DEPLOYMENT"))
EPOCH, TERM, LIST, NOON, DAY_MS = (FORMATS[name] for name in ("EPOCH", "TERM", "LIST", "NOON", "DAY_MS"))

type Doc = dict[str, Any]


def named(name: str) -> str:
    """The id of an invented person or thing."""
    return str(drawn(name))[:32]


def hpke(name: str) -> Doc:
    return {"suite": 1, "key": b64(bytes.fromhex(drawn(f"a public key: {name}")))}


ORDER, ALERT, DECISION, EXHIBIT = (named(name) for name in ("order", "alert", "decision", "exhibit"))
OFFICER, SECOND, DRAFT = (named(name) for name in ("an officer", "a second officer", "authorisation"))
PLACE = {"device": DEVICE, "epoch": EPOCH, "n": 2}

RECORDS: dict[str, Doc] = {
    "instrument": {
        "id": ORDER,
        "case": CASE,
        "basis": "shpo_sc",
        "controller": AGENCY,
        "made_by": "The Crown Court at Invented \u2014 caf\u00e9",
        "reference": "T0000",
        "made_on": "2026-01-15",
        "convicted_on": "2026-01-14",
        "served_at": NOON - 300 * DAY_MS,
        "effective_from": NOON - 299 * DAY_MS,
        "offence_types": ["iioc", "grooming"],
        "document": drawn("the order's pages"),
        "checked": "Against the sealed copy.",
        "requested_at": None,
        "recorded_by": OFFICER,
        "ended_at": NOON - DAY_MS,
        "end_known_at": NOON,
        "route": None,
        "varies": named("an earlier order"),
        "varied_for": "chief_officer",
        "keeps_earlier": True,
        "agreement": {
            "told_at": NOON - 302 * DAY_MS,
            "told": "An invented leaflet",
            "language": "cy",
            "agreed_at": NOON - 301 * DAY_MS,
            "how": "signed",
            "no_penalty": True,
            "unconditional": False,
            "separate": True,
            "not_declined": False,
            "needs_adult": True,
            "supervision": "order",
            "serves": named("a licence"),
            "registered_until": "2027-01-31",
        },
        "witness": "Jo Invented",
        "adult": "An invented advocate",
    },
    "document": {
        "id": named("document"),
        "instrument": ORDER,
        "kinds": ["image/png", "image/jpeg"],
        "digests": [drawn("page 1"), drawn("page 2")],
        "damaged_at": None,
    },
    "term": {
        "id": TERM,
        "instrument": ORDER,
        "effect": "requirement",
        "verbatim_text": "You must allow invented software.",
        "person_text": "Monitoring software must be installed.",
        "source_page": 2,
        "capabilities": ["site", "phrase"],
        "device_kinds": ["computer", "mobile_phone"],
        "since": NOON - 298 * DAY_MS,
        "until": None,
        "recorded_by": OFFICER,
        "confirmed_by": SECOND,
        "confirmed_at": NOON - 297 * DAY_MS,
        "person_text_welsh": "Rhaid gosod meddalwedd fonitro.",
        "compared_with": "certified",
    },
    "withdrawal": {
        "id": named("withdrawal"),
        "term": TERM,
        "withdrawn_at": NOON - 2 * DAY_MS,
        "known_at": NOON - DAY_MS,
        "door": "device",
    },
    "assessment": {
        "id": named("assessment"),
        "agency": AGENCY,
        "title": "An invented assessment",
        "capabilities": ["site"],
        "sources": ["browser"],
        "document": drawn("the assessment"),
        "prepared_by": OFFICER,
        "prepared_at": NOON - 320 * DAY_MS,
        "review_by": NOON + 40 * DAY_MS,
        "signed_by": SECOND,
        "signed_at": NOON - 319 * DAY_MS,
        "asked_at": NOON - 318 * DAY_MS,
        "answered_at": NOON - 301 * DAY_MS,
        "extended": True,
    },
    "deployment": {
        "id": DEPLOYMENT,
        "state": "active",
        "opened_by": OFFICER,
        "evidence_key": hpke("evidence"),
        "delay_days": 7,
        "why": "custody",
        "stopped_at": NOON,
    },
    "authorisation": {
        "id": DRAFT,
        "deployment": DEPLOYMENT,
        "choices": [
            {
                "kind": "choice",
                "capability": "site",
                "terms": [TERM],
                "lists": [LIST, named("another list")],
                "sensitive": {
                    "strictly_necessary": "Nothing less would show it.",
                    "condition": "2-justice",
                    "apd": named("a policy document"),
                    "apd_period": {"since": NOON - 310 * DAY_MS, "until": NOON + 50 * DAY_MS},
                },
            },
            {"kind": "choice", "capability": "phrase", "terms": [TERM], "lists": [], "sensitive": None},
        ],
        "drafted_by": OFFICER,
        "authorised_by": SECOND,
        "authorised_at": NOON - 296 * DAY_MS,
        "aim": "What it is for.",
        "rational_link": "Why it helps.",
        "less_intrusive": "Why no less would do.",
        "fair_balance": "What it costs.",
        "review_by": NOON - 212 * DAY_MS,
        "offered": [
            {
                "choices": [
                    {"kind": "choice", "capability": "site", "terms": [TERM], "lists": [LIST], "sensitive": None}
                ],
            }
        ],
        "reading": "How a lawyer reads it.",
    },
    "review": {
        "id": named("review"),
        "authorisation": DRAFT,
        "outcome": "continue",
        "reasons": "Two visits in three months, and the licence goes on.",
        "reviewed_by": SECOND,
        "reviewed_at": NOON - 220 * DAY_MS,
        "due": NOON - 40 * DAY_MS,
    },
    "notice": {
        "id": named("notice"),
        "deployment": DEPLOYMENT,
        "served_by": OFFICER,
        "served_at": NOON - 295 * DAY_MS,
        "method": "Handed over and explained",
        "language": "cy",
        "acknowledged": False,
        "text": drawn("the notice's text"),
        "interpreter": "Polish",
        "read_back": True,
        "questions": "How long does it last? Until the day on the notice.",
    },
    "device": {
        "id": DEVICE,
        "deployment": DEPLOYMENT,
        "device_key": vkey(f"device.invalid/{DEVICE}"),
        "list_key": hpke("lists"),
        "account": drawn("an account"),
        "enrolled_at": NOON - 294 * DAY_MS,
    },
    "register": {
        "id": named("register"),
        "devices": [
            {"kind": "computer", "whereabouts": "at_hand", "known": "seen", "enrolled": DEVICE, "why_not": None},
            {
                "kind": "mobile_phone",
                "whereabouts": "lost",
                "known": "person",
                "enrolled": None,
                "why_not": "no_software",
            },
        ],
        "recorded_at": NOON - 4 * DAY_MS,
    },
    "profile": {
        "id": named("profile"),
        "deployment": DEPLOYMENT,
        "device": DEVICE,
        "version": 3,
        "state": "signed",
        "authorisation": DRAFT,
        "asked_by": OFFICER,
        "lease_since": NOON - 5 * DAY_MS,
        "lease_until": NOON + 25 * DAY_MS,
        "digest": drawn("the signed profile"),
    },
    "batch": {
        "id": named("batch"),
        "device": DEVICE,
        "epoch": EPOCH,
        "first": 1,
        "size": 3,
        "root": drawn("the root of three leaves"),
        "checkpoint": drawn("the signed checkpoint"),
        "received_at": NOON - 3_600_000,
        "silent_since": NOON - 7_200_000,
        "silent_until": NOON - 3_660_000,
        "clock_offset_ms": -1_500,
    },
    "hours": {
        "id": named("hours"),
        "day": "2026-06-09",
        "devices": [
            {
                "device": DEVICE,
                "parts": [
                    {"since": 1_780_959_600_000, "until": 1_780_970_000_000, "spent": "covered"},
                    {"since": 1_780_970_000_001, "until": 1_781_046_000_000, "spent": "unknown"},
                ],
            }
        ],
    },
    "offmon/body@1": {
        "url": "https://listed.invalid/a?b=c",
        "title": "An invented page",
        "matched_entry": "listed.invalid",
        "context_before": "words before",
        "context_after": None,
    },
    "alert": {
        "id": ALERT,
        "deployment": DEPLOYMENT,
        "capability": "site",
        "list": "demo-sites@1",
        "rule": "r1",
        "gravity": "high",
        "state": "decided",
        "opened_at": NOON - 3_500_000,
        "leaves": [{"device": DEVICE, "epoch": EPOCH, "n": 1}, PLACE],
    },
    "handover": {
        "id": named("handover"),
        "alert": ALERT,
        "to": "supervisor",
        "staff": SECOND,
        "since": NOON - 3_500_000,
        "at": NOON - 3_400_000,
    },
    "acknowledgement": {
        "id": named("acknowledgement"),
        "alert": ALERT,
        "by": SECOND,
        "at": NOON - 3_390_000,
    },
    "decision": {
        "id": DECISION,
        "alert": ALERT,
        "outcome": "safeguarding_referral",
        "reason": "A child may be at risk: see the file.",
        "decided_by": SECOND,
        "decided_at": NOON - 3_300_000,
        "corrects": named("an earlier decision"),
        "why_corrected": "It was no visit.",
        "unseen_reason": "The address says enough.",
    },
    "second-look": {
        "id": named("second look"),
        "alert": ALERT,
        "decision": DECISION,
        "drawn_by": named("a supervisor"),
        "drawn_at": NOON - 3_200_000,
        "outcome": "visit",
        "reason": "A visit would do.",
        "looked_at": NOON - 3_100_000,
    },
    "action": {
        "id": named("action"),
        "decision": DECISION,
        "alert": ALERT,
        "what": "safeguarding_referral",
        "owner": OFFICER,
        "due_at": NOON + DAY_MS,
        "welfare_due": True,
        "welfare": "support_arranged",
        "welfare_by": SECOND,
        "welfare_at": NOON - 3_200_000,
        "outside_reference": "R-1",
        "outcome": "Referred.",
        "done_by": named("a third officer"),
        "done_at": NOON - 3_100_000,
        "cancelled_in": named("a later decision"),
        "cancelled_reason": "There was nothing to refer.",
    },
    "reveal": {
        "id": named("reveal"),
        "alert": ALERT,
        "leaf": PLACE,
        "asked_by": OFFICER,
        "asked_at": NOON - 3_450_000,
        "reason": "To decide it.",
        "others": [named("another leaf")],
    },
    "exhibit": {
        "id": EXHIBIT,
        "alert": ALERT,
        "leaf": PLACE,
        "initials": "AB",
        "number": 1,
        "producer": OFFICER,
        "oic": SECOND,
        "asked_at": NOON - 3_000_000,
        "reason": "For court.",
        "content": drawn("the content's commitment"),
        "seal": drawn("what was enclosed"),
        "key": hpke("exhibit"),
        "sealed_at": NOON - 2_900_000,
    },
    "custody": {
        "id": named("custody"),
        "exhibit": EXHIBIT,
        "number": 1,
        "since": NOON - 2_800_000,
        "place": "An invented store",
        "given_by": OFFICER,
        "held_by": SECOND,
        "reason": "To keep it.",
        "seal": drawn("what was enclosed"),
    },
    "export": {
        "id": named("export"),
        "state": "approved",
        "asked_by": OFFICER,
        "asked_at": NOON - 2_700_000,
        "reason": "For a hearing.",
        "recipient": "The Invented Court",
        "opened_since": NOON - 30 * DAY_MS,
        "opened_until": NOON - 2_750_000,
        "alerts": [ALERT],
        "exhibits": [],
        "closed_reason": None,
        "withheld": [{"leaf": PLACE | {"n": 3}, "ground": "privilege", "note": "A letter of a solicitor."}],
        "manifest": drawn("the manifest"),
        "approved_by": SECOND,
        "approved_at": NOON - 2_600_000,
        "refused_by": named("who refuses"),
        "refused_at": NOON - 2_650_000,
        "refused_reason": "Too much is opened.",
    },
    "destruction": {
        "id": named("destruction"),
        "deployment": DEPLOYMENT,
        "key": drawn("the key's public half"),
        "state": "done",
        "asked_by": OFFICER,
        "asked_at": NOON + 2,
        "reason": "The order ended.",
        "approved_by": SECOND,
        "approved_at": NOON + 3,
        "refused_by": None,
        "refused_at": None,
        "refused_reason": None,
        "stopped_at": None,
        "stopped_why": None,
        "done_at": NOON + 4,
    },
    "quarantine": {
        "id": named("quarantine"),
        "why": "ended",
        "order": named("instrument"),
        "since": NOON - 7_200_000,
        "known_at": NOON,
        "locked_at": NOON + 5,
        "leaves": [PLACE | {"n": 3}, PLACE | {"n": 4}],
    },
    "quarantine-decision": {
        "id": named("quarantine decision"),
        "quarantine": named("quarantine"),
        "choice": "erase",
        "state": "done",
        "asked_by": OFFICER,
        "asked_at": NOON + 6,
        "reason": "The court's order came late.",
        "agreed_by": SECOND,
        "agreed_at": NOON + 7,
        "refused_by": None,
        "refused_at": None,
        "refusal": None,
        "erased": 2,
        "erased_at": NOON + 8,
    },
    "audit": {
        "at": NOON - 3_300_000,
        "agency": AGENCY,
        "case": CASE,
        "verb": "alert.decided",
        "operation": "alteration",
        "outcome": "allowed",
        "actor": {"id": SECOND, "role": "supervisor", "team": named("a team"), "agency": named("another agency")},
        "session": named("a session"),
        "request": named("a request"),
        "reason": "safeguarding_referral",
        "recipient": "Invented Services",
        "alert": ALERT,
        "decision": DECISION,
        "manifest": drawn("another manifest"),
        "touched": [
            {"table": "decision", "id": DECISION, "commit": drawn("a decision's commitment")},
            {"table": "alert", "id": ALERT, "commit": drawn("an alert's commitment")},
        ],
    },
    "look": {
        "case": CASE,
        "on": NOON - DAY_MS // 2,
        "role": "offender_manager",
        "team": "North",
        "what": "case.consulted",
    },
}


def committed(kind: str, values: Doc) -> Doc:
    """disclosure.md, *Commitments*: field by field, each under a salt of its own, and the kind over all of them."""
    salt = bytes.fromhex(drawn(f"salt of {kind}"))
    _, digests = FORMATS["field_digests"](values, salt)
    commit = FORMATS["record_commit"](kind, values, salt)["commit"]
    return {"kind": kind, "salt": salt.hex(), "values": values, "digests": digests, "commit": commit}


def main(folder: Path) -> None:
    text = json.dumps([committed(kind, values) for kind, values in RECORDS.items()], indent=1, ensure_ascii=True)
    (folder / "records.json").write_text(text + "\n", encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
