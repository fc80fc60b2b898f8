"""The addresses of the console. At most a case's id identifies a person there, and it discloses nothing."""

from django.urls import include, path

from offmon.core.ids import Id
from offmon.server.base.web.converters import known_in_addresses
from offmon.server.base.web.errors import handler400  # noqa: F401  # Django looks here
from offmon.server.base.web.static import static_route
from offmon.server.faces.console.views import (
    agency,
    alerts,
    assessments,
    authentication,
    cases,
    compliance_records,
    ending,
    exhibits,
    exports,
    lists,
    monitoring,
    notices,
    orders,
    passkeys,
    portal_access,
    requests,
    restrictions,
    scans,
    sharing,
    staff,
    tasks,
)

known_in_addresses("id", Id, "[0-9a-f]{32}")

of_an_alert = [
    path("", alerts.alert, name="alert"),
    path("occurrences/<id:leaf>/", alerts.occurrence, name="occurrence"),
    path("occurrences/<id:leaf>/seal/", exhibits.ask_seal, name="ask-seal"),
    path("decide/", alerts.decide, name="decide"),
    path("decided/", alerts.decided, name="decided"),
    path("correct/", alerts.correct, name="correct"),
]
of_an_assessment = [
    path("", assessments.assessment, name="assessment"),
    path("pages/1/", assessments.assessment_page, name="assessment-page"),
    path("sign/", assessments.sign_assessment, name="sign-assessment"),
    path("ico/", assessments.put_to_ico, name="put-to-ico"),
]
of_an_action = [
    path("", tasks.action, name="action"),
    path("welfare/", tasks.record_welfare, name="record-welfare"),
    path("done/", tasks.complete, name="complete"),
]
of_an_exhibit = [
    path("", exhibits.exhibit, name="exhibit"),
    path("seal/", exhibits.seal, name="seal"),
    path("hand-over/", exhibits.hand_over, name="hand-over"),
]
of_the_lists = [
    path("", lists.lists, name="lists"),
    path("new/", lists.draft_list, name="draft-list"),
    path("<id:version_id>/", lists.a_list, name="list"),
    path("<id:version_id>/next/", lists.draft_version, name="draft-version"),
    path("<id:version_id>/approve/", lists.approve_list, name="approve-list"),
    path("<id:version_id>/pause/", lists.pause_list, name="pause-list"),
    path("exclusions/new/", lists.draft_exclusions, name="draft-exclusions"),
    path("exclusions/<id:exclusions_id>/", lists.exclusions, name="exclusions"),
    path("exclusions/<id:exclusions_id>/approve/", lists.approve_exclusions, name="approve-exclusions"),
]
of_a_request = [
    path("", requests.a_request, name="request"),
    path("take-up/", requests.take_up, name="take-up"),
    path("access/", requests.open_its_case, name="open-its-case"),
    path("share/", requests.share, name="share-request"),
    path("extend/", requests.extend, name="extend"),
    path("answer/", requests.answer, name="answer"),
]
of_a_restriction = [
    path("", restrictions.restriction, name="restriction"),
    path("decide/", restrictions.decide_restriction, name="decide-restriction"),
    path("lift/", restrictions.lift_restriction, name="lift-restriction"),
]
of_a_case = [
    path("", cases.case, name="case"),
    path("instruments/new/", scans.choose_basis, name="choose-basis"),
    path("instruments/new/<slug:basis>/", scans.keep_scan, name="keep-scan"),
    path("scans/<id:scan_id>/", scans.record_instrument, name="record-instrument"),
    path("scans/<id:scan_id>/pages/<int:number>/", scans.scan_page, name="scan-page"),
    path("scans/<id:scan_id>/discard/", scans.discard_scan, name="discard-scan"),
    path("instruments/<id:instrument_id>/", orders.instrument, name="instrument"),
    path("instruments/<id:instrument_id>/pages/<int:number>/", orders.document_page, name="document-page"),
    path("instruments/<id:instrument_id>/end/", ending.end_instrument, name="end-instrument"),
    path("instruments/<id:instrument_id>/terms/new/", orders.record_term, name="record-term"),
    path("terms/<id:term_id>/confirm/", orders.confirm_term, name="confirm-term"),
    path("draft/", monitoring.draft, name="draft"),
    path("drafts/<id:authorisation_id>/", monitoring.authorisation, name="authorisation"),
    path("drafts/<id:authorisation_id>/authorise/", monitoring.authorise, name="authorise"),
    path("key/", monitoring.make_key, name="make-key"),
    path("notices/new/", notices.make_notice, name="make-notice"),
    path("notices/<id:paper_id>/", notices.notice, name="notice"),
    path("notices/<id:paper_id>/served/", notices.serve_notice, name="serve-notice"),
    path("enrolment/", monitoring.offer_enrolment, name="offer-enrolment"),
    path("sign-in-code/", portal_access.make_access, name="make-access"),
    path("requests/new/", requests.take_down, name="take-down"),
    path("restrictions/new/", restrictions.ask_restriction, name="ask-restriction"),
    path("devices/<id:device_id>/profile/", monitoring.ask_profile, name="ask-profile"),
    path("people/", sharing.people, name="people"),
    path("people/new/", sharing.open_to, name="open-to"),
    path("people/<id:staff_id>/end/", sharing.end_access, name="end-access"),
    path("parties/new/", sharing.share_case, name="share-case"),
    path("parties/<id:party_id>/people/new/", sharing.open_to_party, name="open-to-party"),
    path("parties/<id:party_id>/end/", sharing.end_sharing, name="end-sharing"),
    path("exports/new/", exports.ask_export, name="ask-export"),
    path("exports/<id:export_id>/", exports.export, name="export"),
    path("exports/<id:export_id>/build/", exports.build_export, name="build-export"),
    path("exports/<id:export_id>/approve/", exports.approve_export, name="approve-export"),
    path("exports/<id:export_id>/refuse/", exports.refuse_export, name="refuse-export"),
    path("exports/<id:export_id>/download/", exports.download_export, name="download-export"),
]
urlpatterns = [
    static_route(),
    path("", authentication.home, name="home"),
    path("sign-in/", authentication.sign_in, name="sign-in"),
    path("sign-in/code/", authentication.enter_code, name="enter-code"),
    path("sign-in/recovery/", authentication.enter_recovery_code, name="enter-recovery-code"),
    path("sign-in/set-up/", authentication.set_up_factor, name="set-up-factor"),
    path("sign-in/passkey/", passkeys.enter_passkey, name="enter-passkey"),
    path("show-again/", authentication.show_again, name="show-again"),
    path("show-again/passkey/", passkeys.show_passkey_again, name="show-passkey-again"),
    path("your-passkeys/", passkeys.own_passkeys, name="passkeys"),
    path("your-passkeys/new/", passkeys.add_passkey, name="add-passkey"),
    path("your-passkeys/remove/", passkeys.remove_passkey, name="remove-passkey"),
    path("sign-out/", authentication.sign_out, name="sign-out"),
    path("your-app/", authentication.replace_factor, name="replace-factor"),
    path("staff/", staff.staff, name="staff"),
    path("staff/<id:staff_id>/reset-app/", staff.reset_factor, name="reset-factor"),
    path("working-for/", sharing.working_for, name="working-for"),
    path("alerts/", alerts.queue, name="queue"),
    path("alerts/<id:alert_id>/", include(of_an_alert)),
    path("tasks/", tasks.due, name="due"),
    path("actions/<id:action_id>/", include(of_an_action)),
    path("exhibits/<id:exhibit_id>/", include(of_an_exhibit)),
    path("requests/", requests.requests, name="requests"),
    path("requests/<id:request_id>/", include(of_a_request)),
    path("restrictions/", restrictions.restrictions, name="restrictions"),
    path("restrictions/<id:restriction_id>/", include(of_a_restriction)),
    path("lists/", include(of_the_lists)),
    path("on-call/", agency.on_call, name="on-call"),
    path("on-call/change/", agency.change_on_call, name="change-on-call"),
    path("on-call/contact/", agency.check_contact, name="check-contact"),
    path("assessments/", assessments.assessments, name="assessments"),
    path("assessments/new/", assessments.prepare_assessment, name="prepare-assessment"),
    path("assessments/<id:assessment_id>/", include(of_an_assessment)),
    path("compliance/", compliance_records.attestations, name="attestations"),
    path("compliance/new/", compliance_records.record_attestation, name="record-attestation"),
    path(
        "compliance/<id:attestation_id>/withdraw/", compliance_records.withdraw_attestation, name="withdraw-attestation"
    ),
    path("cases/", cases.cases, name="cases"),
    path("cases/new/", cases.new_case, name="new-case"),
    path("cases/<id:case_id>/", include(of_a_case)),
]
