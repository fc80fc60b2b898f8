"""What is decided of each table: who reads and writes beyond the rule, what it guards, and why something needs no entry (ADR 4)."""

from offmon.server.base.rows import DirectoryRow, LogRow

NOT_OURS = {
    "django_migrations": LogRow,
    "django_session": DirectoryRow,
}  # Django's own tables, and which rules ours would have
DECLARED = ("audit_kind", "audit_verb")  # what the code declares, filled by `migrate`
OF_THE_LOG = {"audit_entry": {"insert_only", "of_an_agency", "stamp", "vault_s_own_word", "verb_known", "whole"}}
# By a policy of its own, each shown below.
READ_BY_THE_BACKSTOP = {
    *("agencies_caseload", "agencies_transferoffer", "audit_entry", "audit_logreading"),
    *("deployments_authorisation", "oversight_attestation", "rights_destruction", "people_person"),
    *("audit_sequenced", "rights_request", "rights_requeststep", "rights_restriction", "triage_acknowledgement"),
    *("triage_alert", "triage_alertitem", "triage_called", "triage_emergencyopening", "triage_handover"),
    *("deployments_profile", "intake_leaf", "intake_quarantineitem"),
    *("reaching_attempt", "reaching_channel", "reaching_message"),
}
# A case is opened by who has it from then on; a request is taken down by the case's staff, and read by its desk; a sample is read without.
WRITTEN_BY_OTHERS = {
    *("agencies_caseload", "agencies_transferoffer", "audit_logsample"),
    *("rights_request", "rights_requeststep", "triage_acknowledgement", "triage_emergencyopening"),
}
POINTS = (
    *("deployments_noticepaper", "deployments_visit", "detectors_pause", "evidence_custody", "evidence_exhibit"),
    *(
        "intake_quarantineitem",
        "rights_requeststep",
        "triage_called",
        "triage_action",
        "triage_decision",
        "rights_historykeys",
    ),
)
OF_ITS_OWN = {one: {"of_its_parent"} for one in (*POINTS, "rights_historyopening")} | {
    "agencies_caseload": {"within_its_sharing", "written_as_of_now"},
    "agencies_factorshown": {"shown_now"},
    "agencies_party": {"outlasts_its_grants"},
    "agencies_passkey": {"passkey_goes_forward"},
    "agencies_secondfactor": {"code_used_once", "of_its_parent"},
    "agencies_shift": {"shift_ahead", "shift_alone"},
    "agencies_timesversion": {"times_answered_once"},
    "agencies_transferoffer": {"answered_there", "as_approved", "earlier_access_ends", "of_its_parent"},
    "audit_logreading": {"begins_now"},
    "deployments_authorisation": {"authorised_as_offered"},
    "deployments_deployment": {"ended_for_good"},
    "deployments_device": {"device_by_its_code"},
    "deployments_profile": {"of_its_parent", "profile_begins_asked"},
    "detectors_exclusions_version": {"version_follows"},
    "detectors_list_version": {"version_follows"},
    "evidence_export": {"export_begins_asked", "export_whose_move"},
    "intake_latedecision": {"late_decision_begins_asked", "late_decision_whose_move", "of_its_parent"},
    "orders_document": {"damaged_until_restored", "of_its_parent"},
    "orders_instrument": {"end_once"},
    "orders_silence": {"silence_now"},
    "orders_withdrawal": {"of_its_parent", "was_agreed"},
    "reaching_attempt": {"ends_once", "of_its_agency", "of_its_parent"},
    "reaching_message": {"settled_once"},
    "rights_destruction": {"destruction_begins_asked", "destruction_whose_move", "of_its_parent"},
    "rights_endcertificate": {"certifies_an_end", "of_its_parent"},
    "triage_acknowledgement": {"acknowledged_now"},
    "triage_alertitem": {"item_of_its_case"},
    "triage_emergencyopening": {"emergency_opened", "emergency_reviewed"},
    "triage_secondlook": {"of_its_parent", "second_look_by_another"},
}  # what a table guards beyond what every table does
NO_ENTRY = {
    "agencies_failedsignin": "a try at the door, kept for a day: nobody is known yet",
    "agencies_guestoffer": "at which agency somebody may ask; the sharing and the caseload, which open a case, are named",
    "agencies_team": "a new team's name; the act's entry says it, and nothing opens by it",
    "audit_checkpoint": "the log itself",
    "audit_entry": "the log itself",
    "audit_node": "the log itself",
    "audit_sealedday": "the log itself",
    "audit_sealedlook": "the log itself",
    "audit_sequenced": "the log itself",
    "deployments_enrolmentcode": "that it was given out is named; that it was used or tried changes no device, which is named",
    "django_session": "a sitting; that it began is named",
    "intake_liveness": "when a device was last heard, and what it last said of itself; each batch is named",
    "intake_served": "when our own service ran; it is about nobody",
    "intake_nonce": "that a request counts once",
    "intake_refusal": "how often a batch was refused; a refusal a minute is named",
    "intake_stranger": "how often somebody unknown called",
    "orders_licence_feed": "how the licence feed fares, about nobody; each licence that changed is named",
    "oversight_alertfigure": "the public site: suppressed numbers of a month, about nobody",
    "oversight_cookiechoice": "the public site: about nobody",
    "oversight_enquiry": "the public site: who reads or deletes one leaves a note of its own",
    "oversight_enquirydeletion": "that note, when its time is over",
    "oversight_enquiryreading": "that note, when its time is over",
    "oversight_look": "how the promises stand",
    "oversight_walked": "when rows were held to the log last",
    "oversight_pagecount": "the public site: about nobody",
    "rights_accessname": "a name that a way in is known by; the way in is named",
    "rights_failedtry": "a try at the person's door, kept for a day: nobody is known yet",
    "rights_personsitting": "a sitting; that it began is named",
    "triage_cursor": "how far the worker has read",
}  # what a process may write of without an entry, and why; the public page says the same in short (`promise.accounted-for`)
ONE_OF_A_KIND_BY_ANOTHER_RULE = {
    "access_drawn_once": "ingest alone writes what a device drew, of which the digest is unknown before",
    "agencies_factorshown_challenge_key": "what was signed, which the console chose itself",
    "agencies_passkey_credential_key": "the authenticator's own random number",
    "alert_one_undecided_a_group": "the worker alone writes it",
    "batch_once": "ingest alone writes it",
    "hours_once_a_day": "the worker alone writes it",
    "deployments_device_code_id_key": "trigger `device_by_its_code`",
    "evidence_enclosedpayload_export_key": "the vault alone writes it",
    "evidence_revealuse_reveal_key": "the vault alone writes it",
    "exhibit_one_a_reference": "its case is the leaf's (`of_its_parent`)",
    "exhibit_pointed_at": "its case is the leaf's (`of_its_parent`)",
    "handover_each_step_once": "the worker alone writes it",
    "journal_one_epoch_a_number": "ingest alone writes it",
    "journal_one_head": "ingest alone writes it",
    "leaf_one_a_place": "ingest alone writes it",
    "profile_list_once": "the signer alone writes it",
    "profile_contacts_once": "the signer alone writes it",
    "triage_called_message_key": "the worker alone writes it, with the message that it names",
    "triage_alertitem_leaf_key": "trigger `item_of_its_case`",
    "quarantine_item_once_a_cause": "the vault alone writes it, of a leaf that it found in the case itself",
}  # a unique key without the agency, and why the row that has a place is of whom it should be
