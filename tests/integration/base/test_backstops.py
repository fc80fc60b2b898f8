"""The database refuses by itself, whatever an action forgot: each constraint of a safeguard, tried on a case's real rows.

The server's superuser, who passes every policy and grant, tries, so only the constraint can stop it. Without it the same change succeeds.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from tests.database import Database
from tests.integration.base.agencys_own import TIMES_BEHIND, TIMES_BY_NOBODY, TIMES_REFUSED, policy
from tests.prove.markers import proves
from tests.support.kept import keeping, played

ACTION = (
    "with decided as ("
    'insert into triage_decision (id, agency, "case", salt, alert_id, outcome, reason, decided_by, decided_at)'
    " select gen_random_uuid(), agency, \"case\", '', id, 'permitted', 'r', gen_random_uuid(), 0 from triage_alert limit 1"
    ' returning id, agency, "case", alert_id)'
    ' insert into triage_action (id, agency, "case", salt, decision_id, alert_id, what, owner, due_at,'
    " welfare_due, welfare, welfare_by, welfare_at, outside_reference, outcome, done_by, done_at)"
    " select gen_random_uuid(), agency, \"case\", '', id, alert_id, 'visit', gen_random_uuid(), 0,"
)
HANDOVER = (
    'insert into triage_handover (id, agency, "case", salt, alert_id, "to", staff, since, at)'
    " select gen_random_uuid(), agency, \"case\", '', id,"
)
COVER = (
    'insert into agencies_caseload (id, agency, "case", salt, staff_id, since, reason, granted_by, covers_id, until)'
    " select gen_random_uuid(), agency, \"case\", '', staff_id, moment, 'r', granted_by, {covers}, {until}"
    " from agencies_caseload, lateral (select (extract(epoch from clock_timestamp()) * 1000)::bigint) now (moment) limit 1"
)
SOMEBODY_ELSE = "(select id from agencies_staff where id <> staff_id limit 1)"
EXHIBIT = (
    'insert into evidence_exhibit (id, agency, "case", salt, alert, device, epoch, n, producer, oic, asked_at, reason,'
    " leaf, initials, number, sealed_at)"
    " select gen_random_uuid(), agency, \"case\", '', id, id, id, 0, id, id, 0, 'r',"
)
EXHIBIT_BY_ANOTHER_EACH = EXHIBIT.replace("0, id, id, 0", "0, gen_random_uuid(), id, 0")
LEAF = "(select id from intake_leaf order by id offset place limit 1)"
EXPORT = (
    'insert into evidence_export (id, agency, "case", salt, state, asked_by, asked_at, reason, recipient,'
    " opened_since, opened_until, alerts, exhibits, withheld, manifest, approved_by, approved_at, begun_in, agreed_in)"
    " select gen_random_uuid(), agency, \"case\", '', 'asked', drafted_by, 0, 'r', 'r', 0, 1, '{}', '{}', '', '\\x00',"
)
PAUSE = (
    "insert into detectors_pause (id, agency, salt, version_id, paused_by, paused_at, reason)"
    " select gen_random_uuid(), agency, '', id, drafted_by, 0,"
)
PAPER = (
    "insert into oversight_attestation (id, agency, salt, document, issuer, checked_by, checked_at, control, since, until)"
    " select gen_random_uuid(), id, '', 'd', 'i', gen_random_uuid(), 0,"
)
RESTRICTION = (
    'insert into rights_restriction (id, agency, "case", salt, ground, sent, looked, since, until, reasons, told, routes_given,'
    " asked_at, asked_by, begun_in, ends_at, decided_at, decided_by, outcome, decision, agreed_in, lifted_at, lifted_by, lifting)"
    " select gen_random_uuid(), agency, id, '', {ground}, {sent}, false, 0, 1, {reasons}, {told}, false,"
    " 0, agency, agency, {ends_at}, {decided}, {lifted} from people_person"
)
DESTRUCTION = (
    'insert into rights_destruction (id, agency, "case", salt, deployment, key, state, reason, asked_at, asked_by, begun_in,'
    " approved_at, approved_by, agreed_in, refused_at, refused_by, refused_reason, done_at)"
    " select gen_random_uuid(), agency, \"case\", '', id, '\\x00', 'asked', {reason}, 0, agency, agency,"
    " {approved}, {refused}, {done} from deployments_deployment"
)
AGREED = {"reason": "'r'", "approved": "0, id, id", "refused": "null, null, null", "done": "null"}
WHOLE = {
    "ground": "'crime'",
    "sent": "true",
    "reasons": "decode(repeat('00', 29), 'hex')",
    "told": "'nothing'",
    "ends_at": "1",
    "decided": "0, id, 'agreed', '\\x00', id",
    "lifted": "null, null, null",
}
OPENING = (
    'with asked as (insert into rights_historyask (id, agency, "case", salt, device, digest, signed, asked_at, entries, first_on, last_on)'
    " select gen_random_uuid(), agency, \"case\", '', id, account, '', 0, 1, 0, 0 from deployments_device limit 1 returning *)"
    ' insert into rights_historyopening (id, agency, "case", salt, ask, asked_by, asked_at, others, present, reason)'
    " select gen_random_uuid(), agency, \"case\", '', id, id, 0, '', false, 'r' from asked"
)
STEP = (
    'with asked as (insert into rights_request (id, agency, "case", salt, kind, reference, words, received_at)'
    " select gen_random_uuid(), agency, id, '', 'data', 'D', '', 0 from people_person returning id, agency, \"case\")"
    ' insert into rights_requeststep (id, agency, "case", salt, request_id, what, "on", "by", at, how)'
    " select gen_random_uuid(), agency, \"case\", '', id, 'taken_up', 0, id, 0,"
)
CONTACTS = (
    'insert into deployments_contacts (id, agency, "case", salt, version, words, proposed_by, proposed_at,'
    " agreed_by, agreed_at, begun_in, agreed_in, refused_by, refused_at, refusal)"
    " select gen_random_uuid(), agency, id, '', 1, '',"
)
ACCOUNT_CHANGE = (
    "insert into agencies_accountchange (id, agency, salt, staff, act, sign_in, display_name, role, team_id, reason, asked_at,"
    " password, asked_by, begun_in, agreed_by, agreed_in, refused_by, refused_at, refusal, applied_at)"
    " select gen_random_uuid(), agency_id, '', id, 'join', 's', 'n', 'supervisor', team_id, 'r', 0, '',"
    " {asked}, {agreed}, {refused}, {applied} from (select * from agencies_staff limit 1) one, generate_series(1, {times})"
)
ACCOUNT_WHOLE = {
    "asked": "id, agency_id",
    "agreed": "null, null",
    "refused": "null, null, null",
    "applied": "null",
    "times": "1",
}


def account_change(**changed: str) -> str:
    """What is asked of an account, but for one thing."""
    return ACCOUNT_CHANGE.format(**{**ACCOUNT_WHOLE, **changed})


def restriction(**changed: str) -> str:
    """A restriction that two people stand behind, but for one thing."""
    return RESTRICTION.format(**{**WHOLE, **changed})


def destruction(**changed: str) -> str:
    """A request that two people stand behind, but for one thing."""
    return DESTRUCTION.format(**{**AGREED, **changed})


END_CERTIFICATE = (
    "alter table rights_endcertificate disable trigger certifies_an_end;"  # what is tried is what else the table refuses
    ' insert into rights_endcertificate (id, agency, "case", salt, deployment, digest, facts, shown, made_by, made_at, handed_by)'
    " select gen_random_uuid(), agency, \"case\", '', id, '\\x00', '', '', agency, 0, {by} from deployments_deployment"
)
CANCELLED = "update triage_action set cancelled_reason = 'r'"

# The constraint, and a change that it must refuse. Each names rows that a played case has.
DRAWN = (
    'insert into rights_personaccess (id, agency, "case", salt, made_by, device, drawn, made_at, code, tries)'
    " select gen_random_uuid(), agency, \"case\", '',"
)
READING = (
    "insert into audit_logreading (id, agency, salt, read_by, session, purpose, question, begun_at)"
    " select gen_random_uuid(), agency, '', id, id, {purpose}, {question}, (extract(epoch from clock_timestamp()) * 1000)::bigint"
    " from people_person"
)
LOOK_UP = (
    "insert into audit_lookuppicked (id, agency, salt, entry, staff, at, why, picked_at, examined_by, examined_at, finding, note)"
    " select gen_random_uuid(), agency, '', id, id, 0, 'no_task', 0, {examined} from people_person"
)
MARKED = (
    "insert into audit_sampledlook (id, agency, salt, sample, entry, staff, about, at, mark, note, marked_by, marked_at)"
    " select gen_random_uuid(), agency, '', id, id, id, id, 0, 'ask', {found}, 0 from people_person"
)
REFUSED = {
    "sampled_look_marked_whole": MARKED.format(found="'n', id"),
    "sampled_look_marked_once": MARKED.format(found="'n', agency") + ", generate_series(1, 2)",
    "log_reading_for_a_purpose": READING.format(purpose="'performance'", question="'q'"),
    "log_reading_asks_something": READING.format(purpose="'security'", question="''"),
    "look_up_examined_whole": LOOK_UP.format(examined="id, 0, 'explained', 'n'"),
    "look_up_picked_once": LOOK_UP.format(examined="null, null, null, ''") + ", generate_series(1, 2)",
    "caseload_cover_ends": COVER.format(covers="staff_id", until="moment + 86400000"),
    "profile_lease_30_days": "update deployments_profile set lease_until = lease_since + 30::bigint * 86400000 + 1",
    "device_by_its_code": (  # by a code that counts, and without its secret
        'insert into deployments_enrolmentcode (id, agency_id, "case", deployment, secret, offered_by, expires_at, tries)'
        " select deployment_id, agency, \"case\", deployment_id, '\\x00', id, 9e15, 0 from deployments_device;"
        'insert into deployments_device (id, agency, "case", salt, deployment_id, device_key, list_key, account, enrolled_at,'
        " code_id, proof) select gen_random_uuid(), agency, \"case\", '', deployment_id, 'a+b+c', list_key, account, enrolled_at,"
        " deployment_id, proof from deployments_device"
    ),
    "code_for_a_visit": (
        "update deployments_visit set device_kind = null, access = null, password = null;"
        'insert into deployments_enrolmentcode (id, agency_id, "case", deployment, secret, offered_by, expires_at, tries)'
        " select deployment_id, agency, \"case\", deployment_id, '\\x00', id, 9e15, 0 from deployments_device"
    ),
    "visit_one_at_a_time": (
        'insert into deployments_visit (id, agency, "case", salt, deployment_id, begun_by, begun_at, others, others_met)'
        " select gen_random_uuid(), agency, \"case\", '', deployment_id, begun_by, 0, 0, 0 from deployments_visit"
    ),
    "silence_whole": "update orders_silence set days = '{1}'",
    "silence_ended_by_someone": "update orders_silence set ended_at = (extract(epoch from clock_timestamp()) * 1000)::bigint",
    "visit_others_told": "update deployments_visit set others = 1",
    "visit_access_permitted": "update deployments_visit set access = 'owner_permits'",
    "visit_ended_whole": "update deployments_visit set ended_at = 0, ended_by = id, signature = 'signed'",
    "notice_paper_text_once": "update deployments_noticepaper set text = '\\x00'",
    "profile_signed_has_document": "update deployments_profile set document = null",
    "authorised_as_offered": "update deployments_authorisation set choices = '[]'",
    "authorised_by_another_with_answers": "update deployments_authorisation set authorised_by = drafted_by",
    "draft_refused_by_another_with_reason": (
        "update deployments_authorisation set authorised_by = null, authorised_at = null, agreed_in = null,"
        " refused_by = drafted_by, refused_at = 0, refusal = 'r'"
    ),
    "term_confirmed_by_another": "update orders_term set confirmed_by = recorded_by",
    "term_refused_by_another": (
        "update orders_term set confirmed_by = null, confirmed_at = null, agreed_in = null,"
        " refused_by = recorded_by, refused_at = 0, refusal = 'r'"
    ),
    "assessment_refused_by_another": (
        "update orders_assessment set signed_by = null, signed_at = null, agreed_in = null,"
        " refused_by = prepared_by, refused_at = 0, refusal = 'r'"
    ),
    "listversion_refused_by_another": (
        "update detectors_list_version set approved_by = null, agreed_in = null, document = null,"
        " refused_by = drafted_by, refused_at = 0, refusal = 'r'"
    ),
    "exclusionsversion_refused_by_another": (
        "update detectors_exclusions_version set approved_by = null, agreed_in = null, document = null,"
        " refused_by = approved_by, refused_at = 0, refusal = ''"
    ),
    "assessment_signed_by_another": "update orders_assessment set signed_by = prepared_by",
    "authorised_in_another_sitting": "update deployments_authorisation set agreed_in = begun_in",
    "term_in_another_sitting": "update orders_term set agreed_in = begun_in",
    "assessment_in_another_sitting": "update orders_assessment set agreed_in = begun_in",
    "listversion_in_another_sitting": "update detectors_list_version set agreed_in = begun_in",
    "exclusionsversion_in_another_sitting": "update detectors_exclusions_version set agreed_in = begun_in",
    "assessment_reviewed_within_a_year": "update orders_assessment set review_by = prepared_at",
    "assessment_answered_when_asked": "update orders_assessment set answered_at = prepared_at",
    "policy_one_of_a_version": policy(versions="2").replace("'', n,", "'', 1,"),
    "policy_agreed_by_another": policy(agreed="0, id, id, agency"),
    "policy_in_another_sitting": policy(agreed="0, agency, id, id"),
    "policy_refused_by_another": policy(agreed="null, null, id, null", refused="0, agency, ''"),
    "policy_reviewed_within_a_year": policy(review="0"),
    "instrument_end_known": "update orders_instrument set ended_at = effective_from",
    "listversion_approved_by_another": "update detectors_list_version set approved_by = drafted_by",
    "listversion_signed_when_approved": "update detectors_list_version set approved_by = null",
    "exclusionsversion_approved_by_another": "update detectors_exclusions_version set approved_by = drafted_by",
    "pause_once": f"{PAUSE} 'r' from detectors_list_version, generate_series(1, 2)",
    "pause_has_reason": f"{PAUSE} '' from detectors_list_version",
    "access_five_tries": (
        'insert into rights_personaccess (id, agency, "case", salt, made_by, made_at, code, tries)'
        " select gen_random_uuid(), agency, \"case\", '', id, 0, '', 6 from people_person"
    ),
    "access_pin_by_its_code": (
        'insert into rights_personaccess (id, agency, "case", salt, made_by, made_at, code, tries, pin)'
        " select gen_random_uuid(), agency, \"case\", '', id, 0, '', 0, 'hash' from people_person"
    ),
    "destruction_approved_by_another": destruction(approved="0, agency, id"),
    "destruction_refused_by_another": destruction(approved="null, null, null", refused="0, agency, 'r'"),
    "destruction_in_another_sitting": destruction(approved="0, id, agency"),
    "destruction_has_reason": destruction(reason="''"),
    "destruction_done_once_approved": destruction(done="1"),
    "end_certificate_handed_whole": END_CERTIFICATE.format(by="agency"),
    "end_certificate_once": f"{END_CERTIFICATE.format(by='null')}, generate_series(1, 2)",
    "destruction_one_a_deployment": f"{destruction()}, generate_series(1, 2)",
    "restriction_decided_by_another": restriction(decided="0, agency, 'agreed', '\\x00', id"),
    "restriction_in_another_sitting": restriction(decided="0, id, 'agreed', '\\x00', agency"),
    "restriction_has_ground_and_reasons": restriction(reasons="decode(repeat('00', 28), 'hex')"),
    "restriction_ends_soon": restriction(ends_at="90::bigint * 86400000 + 1"),
    "restriction_of_something": restriction(sent="false"),
    "restriction_letter_gives_routes": restriction(told="'letter'"),
    "restriction_lifted_once_agreed": restriction(decided="0, id, 'refused', '\\x00', id", lifted="0, id, '\\x00'"),
    "access_by_officer_or_device": f"{DRAWN} id, id, '\\x01', 0, '\\x02', 0 from people_person",
    "access_drawn_once": f"{DRAWN} null, id, '\\x01', 0, '\\x02', 0 from people_person, generate_series(1, 2)",
    "history_opening_with_the_person": OPENING,
    "requeststep_once": f"{STEP} null from asked, generate_series(1, 2)",
    "requeststep_is_whole": f"{STEP} 'phone' from asked",
    "requeststep_answers_in_words": f"{STEP.replace("'taken_up'", "'answered'")} 'phone' from asked",
    "contacts_agreed_by_another": f"{CONTACTS} id, 0, id, 0, id, agency, null, null, null from people_person",
    "contacts_in_another_sitting": f"{CONTACTS} id, 0, agency, 0, id, id, null, null, null from people_person",
    "contacts_refused_with_reason": f"{CONTACTS} id, 0, null, null, id, null, agency, 0, '' from people_person",
    "contacts_one_of_a_version": f"{CONTACTS} id, 0, {', '.join(['null'] * 7)} from people_person, generate_series(1, 2)",
    "account_change_takes_two": account_change(applied="1"),
    "account_change_agreed_by_another": account_change(agreed="id, id"),
    "account_change_in_another_sitting": account_change(agreed="agency_id, agency_id"),
    "account_change_refused_by_another": account_change(refused="agency_id, 0, ''"),
    "account_change_one_at_a_time": account_change(times="2"),
    **TIMES_REFUSED,
    "attestation_ends": f"{PAPER} 'paper-iwf', 1, 1 from agencies_agency",
    "agency_contact_checked_by_somebody": "update agencies_agency set contact_checked_at = 0",
    "factor_one_a_person": (
        "insert into agencies_secondfactor (id, agency, salt, staff_id, last_step, recovery)"
        " select gen_random_uuid(), agency_id, '', id, 0, '{}' from agencies_staff, generate_series(1, 2)"
    ),
    "enquiry_read_by_somebody": (
        "insert into oversight_enquiryreading (id, enquiry, reader, at) values (gen_random_uuid(), gen_random_uuid(), '', 0)"
    ),
    "enquiry_deleted_by_somebody_for_a_reason": (
        "insert into oversight_enquirydeletion (id, enquiry, by, why, at) values (gen_random_uuid(), gen_random_uuid(), 'x', '', 0)"
    ),
    "attestation_of_a_paper": f"{PAPER} 'backstop', 0, 1 from agencies_agency",
    "leaf_one_a_place": "update intake_leaf set n = 0",
    "nonce_once": (
        "insert into intake_nonce (id, keyid, nonce, expires_at)"
        " select gen_random_uuid(), 'a', 'b', 0 from generate_series(1, 2)"
    ),
    "decision_one_or_corrected_once": (
        'insert into triage_decision (id, agency, "case", salt, alert_id, outcome, reason, decided_by, decided_at)'
        " select gen_random_uuid(), agency, \"case\", '', id, 'permitted', 'r', gen_random_uuid(), 0"
        " from triage_alert, generate_series(1, 2)"
    ),
    "decision_corrects_with_reason": (
        'insert into triage_decision (id, agency, "case", salt, alert_id, outcome, reason, decided_by, decided_at, why_corrected)'
        " select gen_random_uuid(), agency, \"case\", '', id, 'permitted', 'r', gen_random_uuid(), 0, 'w' from triage_alert"
    ),
    "decision_has_reason": (
        'insert into triage_decision (id, agency, "case", salt, alert_id, outcome, reason, decided_by, decided_at)'
        " select gen_random_uuid(), agency, \"case\", '', id, 'permitted', '', gen_random_uuid(), 0 from triage_alert limit 1"
    ),
    "decision_is_followed": (
        'insert into triage_decision (id, agency, "case", salt, alert_id, outcome, reason, decided_by, decided_at)'
        " select gen_random_uuid(), agency, \"case\", '', id, 'visit', 'r', gen_random_uuid(), 0 from triage_alert limit 1"
    ),
    "action_done_by_someone": f"{ACTION} false, null, null, null, 'ref', null, gen_random_uuid(), 1 from decided",
    "action_cancelled_with_reason": f"{ACTION} false, {', '.join(['null'] * 7)} from decided;{CANCELLED}",
    "action_welfare_by_someone": f"{ACTION} true, 'no_concern', null, null, null, null, null, null from decided",
    "action_welfare_first": f"{ACTION} true, null, null, null, 'ref', 'x', gen_random_uuid(), 1 from decided",
    "handover_to_whom": f"{HANDOVER} 'supervisor', null, 0, 1 from triage_alert limit 1",
    "handover_after_a_while": f"{HANDOVER} 'duty_inspector', null, 1, 1 from triage_alert limit 1",
    "handover_each_step_once": f"{HANDOVER} 'duty_inspector', null, 0, 1 from triage_alert, generate_series(1, 2)",
    "exhibit_one_a_reference": (
        f"{EXHIBIT_BY_ANOTHER_EACH} {LEAF}, 'AB', 1, null from triage_alert, generate_series(0, 1) place"
    ),
    "exhibit_one_a_leaf": (
        f"{EXHIBIT} {LEAF}, 'AB', number, null from triage_alert, generate_series(0, 0) place, generate_series(1, 2) number"
    ),
    "exhibit_initials_are_one_persons": (
        f"{EXHIBIT_BY_ANOTHER_EACH} {LEAF}, 'AB', place + 1, null from triage_alert, generate_series(0, 1) place"
    ),
    "exhibit_sealed_whole": f"{EXHIBIT} {LEAF}, 'AB', 1, 1 from triage_alert, generate_series(0, 0) place",
    "export_approved_by_another": f"{EXPORT} drafted_by, 0, begun_in, agreed_in from deployments_authorisation limit 1",
    "export_refused_by_another": (
        f"{EXPORT.replace('agreed_in)', 'agreed_in, refused_by, refused_at, refused_reason)')} null, null, begun_in, null,"
        " drafted_by, 0, 'r' from deployments_authorisation limit 1"
    ),
    "export_in_another_sitting": f"{EXPORT} authorised_by, 0, begun_in, begun_in from deployments_authorisation limit 1",
}

# What rests on it: its table, and the safeguards that it stands behind.
BEHIND = {
    "sampled_look_marked_whole": ("audit_sampledlook", "S163"),
    "look_up_examined_whole": ("audit_lookuppicked", "S152"),
    "profile_lease_30_days": ("deployments_profile", "S2"),
    "visit_access_permitted": ("deployments_visit", "S167"),
    "notice_paper_text_once": ("deployments_noticepaper", "S33"),
    "authorised_by_another_with_answers": ("deployments_authorisation", "S6"),
    "draft_refused_by_another_with_reason": ("deployments_authorisation", "S6"),
    "term_confirmed_by_another": ("orders_term", "S6"),
    "term_refused_by_another": ("orders_term", "S135"),
    "assessment_refused_by_another": ("orders_assessment", "S135"),
    "listversion_refused_by_another": ("detectors_list_version", "S135"),
    "exclusionsversion_refused_by_another": ("detectors_exclusions_version", "S135"),
    "assessment_signed_by_another": ("orders_assessment", "S6 S29"),
    "policy_one_of_a_version": ("orders_policy_document", "S127"),
    "policy_agreed_by_another": ("orders_policy_document", "S6 S127"),
    "policy_in_another_sitting": ("orders_policy_document", "S50 S127"),
    "policy_refused_by_another": ("orders_policy_document", "S127"),
    "policy_reviewed_within_a_year": ("orders_policy_document", "S127"),
    "authorised_in_another_sitting": ("deployments_authorisation", "S50"),
    "term_in_another_sitting": ("orders_term", "S50"),
    "assessment_in_another_sitting": ("orders_assessment", "S50"),
    "listversion_in_another_sitting": ("detectors_list_version", "S50"),
    "exclusionsversion_in_another_sitting": ("detectors_exclusions_version", "S50"),
    "listversion_approved_by_another": ("detectors_list_version", "S6 S51"),
    "exclusionsversion_approved_by_another": ("detectors_exclusions_version", "S6 S35"),
    "pause_once": ("detectors_pause", "S36"),
    "access_five_tries": ("rights_personaccess", "S62"),
    "access_pin_by_its_code": ("rights_personaccess", "S62"),
    "destruction_approved_by_another": ("rights_destruction", "S120"),
    "destruction_in_another_sitting": ("rights_destruction", "S120"),
    "end_certificate_once": ("rights_endcertificate", "S174"),
    "restriction_decided_by_another": ("rights_restriction", "S48"),
    "restriction_in_another_sitting": ("rights_restriction", "S48"),
    "contacts_agreed_by_another": ("deployments_contacts", "S125"),
    "restriction_has_ground_and_reasons": ("rights_restriction", "S48"),
    "restriction_ends_soon": ("rights_restriction", "S48"),
    "account_change_takes_two": ("agencies_accountchange", "S146"),
    "account_change_agreed_by_another": ("agencies_accountchange", "S146"),
    "account_change_in_another_sitting": ("agencies_accountchange", "S50 S146"),
    **TIMES_BEHIND,
    "attestation_ends": ("oversight_attestation", "S45"),
    "agency_contact_checked_by_somebody": ("agencies_agency", "S71"),
    "factor_one_a_person": ("agencies_secondfactor", "S39"),
    "enquiry_read_by_somebody": ("oversight_enquiryreading", "S70"),
    "leaf_one_a_place": ("intake_leaf", "S13"),
    "nonce_once": ("intake_nonce", "S14"),
    "decision_one_or_corrected_once": ("triage_decision", "S114"),
    "decision_corrects_with_reason": ("triage_decision", "S114"),
    "decision_has_reason": ("triage_decision", "S19"),
    "caseload_cover_ends": ("agencies_caseload", "S137"),
    "decision_is_followed": ("triage_decision", "S23"),
    "action_welfare_first": ("triage_action", "S24"),
    "handover_each_step_once": ("triage_handover", "S26"),
    "exhibit_one_a_reference": ("evidence_exhibit", "S27"),
    "export_approved_by_another": ("evidence_export", "S6"),
    "export_in_another_sitting": ("evidence_export", "S50"),
}

# How each is taken away: a constraint, or what stands in for one.
AWAY = """
with gone (name) as (values (%s::name))
select format('alter table %%s drop constraint %%I', conrelid::regclass, name) from gone join pg_constraint on conname = name
union all select format('drop trigger %%I on %%s', name, tgrelid::regclass) from gone join pg_trigger on tgname = name
union all select format('drop index %%I', name) from gone join pg_indexes on indexname = name
    where not exists (select from pg_constraint where conname = name)
"""

stories, database, story = keeping(played)


@pytest.fixture
def superuser(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """A connection that nothing but constraints and triggers holds back, to a database with one played case."""
    with closing(psycopg.connect(database.server.superuser_url, dbname=database.name)) as connection:
        connection.execute("select set_config('offmon.agency', agency::text, false) from people_person")
        yield connection
        connection.rollback()


def kept_behind[**P](test: Callable[P, None]) -> Callable[P, None]:
    for constraint, (table, safeguards) in BEHIND.items():
        for one in safeguards.split():
            test = proves(one, drop=f"alter table {table} drop constraint {constraint}", row=constraint)(test)
    return test


@pytest.mark.parametrize("constraint", REFUSED)
@kept_behind
def test_the_database_refuses(constraint: str, superuser: psycopg.Connection[Any]) -> None:
    refused_by(constraint, REFUSED[constraint], superuser)


@pytest.mark.parametrize(
    ("covers", "until"),
    [("null", "moment + 86400000"), (SOMEBODY_ELSE, "moment + 58 * 86400000::bigint"), (SOMEBODY_ELSE, "moment")],
)
@proves("S137", drop="drop trigger written_as_of_now on agencies_caseload")
def test_no_grant_but_a_cover_ends_in_the_future_and_that_soon(
    covers: str, until: str, superuser: psycopg.Connection[Any]
) -> None:
    with pytest.raises(psycopg.IntegrityError, match="as of now"):
        superuser.execute(COVER.format(covers=covers, until=until))


@proves("S169", drop="drop trigger authorised_as_offered on deployments_authorisation")
def test_what_is_authorised_changes_to_nothing_else(superuser: psycopg.Connection[Any]) -> None:
    with pytest.raises(psycopg.IntegrityError, match="was offered"):
        superuser.execute(REFUSED["authorised_as_offered"])


def refused_by(constraint: str, change: str, superuser: psycopg.Connection[Any]) -> None:
    """By that constraint, and by nothing else: with it gone the change goes through."""
    with pytest.raises(psycopg.IntegrityError) as refusal, superuser.transaction(force_rollback=True):
        superuser.execute(change)
    assert refusal.value.diag.constraint_name == constraint
    with superuser.transaction(force_rollback=True):
        for (away,) in superuser.execute(AWAY, [constraint]).fetchall():
            superuser.execute(away)
        superuser.execute(change)


def test_no_authorisation_stands_without_each_answer(superuser: psycopg.Connection[Any]) -> None:
    """An answer that is not there is refused like an empty one: in SQL, NULL alone would pass a comparison."""
    for answer in ("aim", "rational_link", "less_intrusive", "fair_balance"):
        for missing in ("null", "''"):
            change = f"update deployments_authorisation set {answer} = {missing}"  # noqa: S608  words above
            refused_by("authorised_by_another_with_answers", change, superuser)


FIRST_OF_TWO = {
    "authorised_by_another_with_answers": "drafted_by",
    "term_confirmed_by_another": "recorded_by",
    "assessment_signed_by_another": "prepared_by",
    "listversion_approved_by_another": "drafted_by",
    "exclusionsversion_approved_by_another": "drafted_by",
    "export_approved_by_another": "asked_by",
    "restriction_decided_by_another": "asked_by",
    "contacts_agreed_by_another": "proposed_by",
    "policy_agreed_by_another": "prepared_by",
    "destruction_approved_by_another": "asked_by",
    "account_change_agreed_by_another": "asked_by",
    "times_agreed_by_another": "asked_by",
}
BY_NOBODY = {
    **TIMES_BY_NOBODY,
    "account_change_agreed_by_another": account_change(asked="null, agency_id", agreed="id, id"),
    "export_approved_by_another": REFUSED["export_approved_by_another"].replace("'asked', drafted_by", "'asked', null"),
    "contacts_agreed_by_another": REFUSED["contacts_agreed_by_another"].replace(" id, 0, id, 0,", " null, 0, id, 0,"),
    "policy_agreed_by_another": policy().replace(" 0, id, 0, agency", " 0, null, 0, agency"),
    "restriction_decided_by_another": restriction().replace(" 0, agency, agency, 1,", " 0, null, agency, 1,"),
    "destruction_approved_by_another": destruction().replace(" 0, agency, agency,", " 0, null, agency,"),
}


@pytest.mark.parametrize("constraint", FIRST_OF_TWO)
def test_nobody_agrees_to_what_nobody_began(constraint: str, superuser: psycopg.Connection[Any]) -> None:
    """Each by itself, whatever its column still asks: in SQL, nothing is neither the second person nor another."""
    table, column = BEHIND[constraint][0], FIRST_OF_TWO[constraint]
    superuser.execute(f"alter table {table} alter {column} drop not null")
    refused_by(constraint, BY_NOBODY.get(constraint, f"update {table} set {column} = null"), superuser)  # noqa: S608  words above


@pytest.mark.parametrize("what", ["authorised", "term", "assessment", "listversion", "exclusionsversion"])
def test_nothing_is_agreed_to_of_which_a_session_is_not_kept(what: str, superuser: psycopg.Connection[Any]) -> None:
    """Nor of which neither is: in SQL, a comparison with NULL would pass."""
    constraint = f"{what}_in_another_sitting"
    for lost in ("begun_in = null", "agreed_in = null", "begun_in = null, agreed_in = null"):
        refused_by(constraint, f"update {BEHIND[constraint][0]} set {lost}", superuser)  # noqa: S608  words above
