"""Every write to deployments, in order: `authority`, `notices`, `visits`, `enrolment`, `profiles`, `reviews`; and `contacts`."""

from offmon.server.deployments.actions.authority import (
    ProportionalityAnswers,
    do_authorise,
    do_draft,
    do_keep_evidence_key,
    do_refuse_draft,
    do_withdraw_draft,
    mark_key_destroyed,
)
from offmon.server.deployments.actions.compile import Signing
from offmon.server.deployments.actions.contacts import (
    do_add_contact,
    do_agree_contacts,
    do_refuse_contacts,
    do_remove_contact,
)
from offmon.server.deployments.actions.enrolment import do_enrol, do_offer_enrolment, proof_of
from offmon.server.deployments.actions.licences import do_take_change
from offmon.server.deployments.actions.moves import do_begin, do_resume, do_stop
from offmon.server.deployments.actions.notices import Served, do_make_notice, do_serve_notice
from offmon.server.deployments.actions.profiles import do_ask_profile, do_sign_profile
from offmon.server.deployments.actions.reviews import do_put_off, do_review
from offmon.server.deployments.actions.visits import (
    do_end_visit,
    do_record_device,
    do_record_enrolled,
    do_record_others,
    do_record_test,
    do_stop_visit,
)

__all__ = [
    "ProportionalityAnswers",
    "Served",
    "Signing",
    "do_add_contact",
    "do_agree_contacts",
    "do_ask_profile",
    "do_authorise",
    "do_begin",
    "do_draft",
    "do_end_visit",
    "do_enrol",
    "do_keep_evidence_key",
    "do_make_notice",
    "do_offer_enrolment",
    "do_put_off",
    "do_record_device",
    "do_record_enrolled",
    "do_record_others",
    "do_record_test",
    "do_refuse_contacts",
    "do_refuse_draft",
    "do_remove_contact",
    "do_resume",
    "do_review",
    "do_serve_notice",
    "do_sign_profile",
    "do_stop",
    "do_stop_visit",
    "do_take_change",
    "do_withdraw_draft",
    "mark_key_destroyed",
    "proof_of",
]
