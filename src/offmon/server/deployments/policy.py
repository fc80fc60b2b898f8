"""When a deployment may move, beyond what the role allows, and which codes may enrol a device."""

import hmac
from typing import Final

from django.db.models import QuerySet

from offmon.core.access.roles import Permission
from offmon.core.alerts.escalation import check_reachable
from offmon.core.authority.in_force import check_some_in_force
from offmon.core.authority.permission import check_asked
from offmon.core.authority.settings import check_own_answer
from offmon.core.errors import OffmonError, Refused
from offmon.core.formats import protocol
from offmon.core.ids import Id, Ms
from offmon.core.log.attribution import ASKED, check_act, check_authorisation_acts
from offmon.core.log.audit import Verb
from offmon.core.log.records import NoticeRecord, check_authorised, check_two_people
from offmon.core.states import DeploymentState
from offmon.server.agencies.policy import check_agreed_on, check_begun_on
from offmon.server.agencies.queries import AgencyView
from offmon.server.audit.queries import said_of
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.deployments.models import Authorisation, Deployment, Device, EnrolmentCode, digest_of_proof
from offmon.server.orders.queries import authority_of, withdrawals_of
from offmon.server.orders.silences.queries import answers_of

ENROLLABLE = frozenset(
    {DeploymentState.AUTHORISED, DeploymentState.NOTICE_SERVED, DeploymentState.ACTIVE, DeploymentState.SUSPENDED}
)
COLLECTING = frozenset({DeploymentState.NOTICE_SERVED, DeploymentState.ACTIVE})
STOPPED = frozenset({DeploymentState.SUSPENDED, DeploymentState.ENDED})
OF_THE_REQUEST: Final = frozenset(
    {"act-not-logged", "act-of-another", "assessment-ends-first", "authorised-after-lease", "changed-after", "changed-since",
     "four-answers", "lease-ahead", "lease-too-long", "not-a-person", "not-noticed", "not-offered", "not-on-caseload", "not-permitted",
     "notice-after-lease", "one-person", "one-session", "other-case", "policy-ends-first", "review-due", "signed-late", "superseded",
     "time-differs", "version-skipped", "event-unconfirmed"}
)  # fmt: skip
"""What may be in the way of one request, by what it names or when it was made, and of the next not: that is asked for at once."""


def check_authorise(actor: Actor, authorisation: Authorisation) -> None:
    """Raises Refused unless the actor may authorise or refuse this: another person than who drafted it, once (R-LEG-24)."""
    actor.check(Permission.DEPLOYMENT_AUTHORISE)
    check_two_people(authorisation.drafted_by, actor.id, "Authorising monitoring")
    authorisation.check_agreeing_in(actor.session, "Authorising monitoring")
    if authorisation.authorised_by is not None:
        raise Refused("already-authorised", "This was authorised already. To change it, draft a new authorisation.")
    if authorisation.refused_by is not None:
        done = "withdrawn" if authorisation.withdrawn else "refused"
        raise Refused(f"already-{done}", f"This draft was {done} already. A colleague must draft a new authorisation.")


def check_answers(actor: Actor, case: Id, answer: str) -> None:
    """Raises Refused where nobody recorded what is to be excluded (R-LEG-27), or where why less is not enough says too little.

    And where that is the actor's answer in another case open to them (R-LEG-24).
    """
    check_asked(answers_of(case))
    elsewhere = Authorisation.objects.filter(authorised_by=actor.id).exclude(case=case)
    check_own_answer(answer, [one or "" for one in elsewhere.values_list("less_intrusive", flat=True)])


def check_authoriser(row: Authorisation) -> None:
    """Raises Refused unless who drafted and who authorised are of staff, in roles that may, and worked on the case then.

    And unless the log says the same of both (`core.log.attribution`). In the scope that is open.
    """
    permission, log = Permission.DEPLOYMENT_AUTHORISE, said_of(row.case, ASKED)
    check_agreed_on(row.case, row.authorised_by, row.authorised_at, permission, "Authorising monitoring")
    check_authorisation_acts(row.core(), row.touched(), log)
    check_begun_on(row.case, row.drafted_by, Verb.DEPLOYMENT_DRAFTED, row.touched(), log)


def check_two_authorised(row: Authorisation) -> None:
    """Raises Refused unless two people, in two sessions, stand behind this with the four answers: what signer and vault ask of the row."""
    check_authorised(row.core())
    row.check_two_sittings("Authorising monitoring")


def is_authorised(row: Authorisation) -> bool:
    """Whether `check_two_authorised` and `check_authoriser` let it pass. In the scope that is open."""
    try:
        check_two_authorised(row)
        check_authoriser(row)
    except OffmonError:
        return False
    return True


def given(at: Ms) -> "QuerySet[Authorisation]":
    """What was authorised by `at`, the newest first. In the scope that is open.

    What says that it is of later counts once it is: else it would be the newest for as long as its writer chose.
    """
    return Authorisation.objects.filter(authorised_by__isnull=False, authorised_at__lte=at).order_by("-authorised_at")


def newest_authorised(deployment: Id) -> Authorisation | None:
    """What a request for a profile, or a notice, is of: what was authorised last (`given`).

    What cannot be read counts only where nothing else was authorised: it hides nothing, and a request of it is refused, or signed without a
    grant (S107).
    """
    newest_first = list(given(clock.now()).filter(deployment_id=deployment))
    return next((one for one in newest_first if one.chosen is not None), next(iter(newest_first), None))


def check_collects(
    deployment: Deployment, authorisation: Authorisation, notice: NoticeRecord | None, agency: AgencyView
) -> None:
    """Raises Refused unless everything stands that a profile rests on: authorised, noticed, answered for (R-LEG-24, R-RGT-1).

    The signer asks this of the rows themselves, whoever sent the request.
    """
    check_two_authorised(authorisation)
    if deployment.state in STOPPED:
        raise Refused("monitoring-stopped", "This monitoring is suspended or has ended. Resume it, or draft it again.")
    if deployment.state not in COLLECTING or notice is None:
        raise Refused("no-notice", "Serve the notice first. Devices collect nothing before that.")
    if deployment.evidence_key is None:
        raise Refused("no-evidence-key", "The vault has no key for this monitoring yet. Create the key first.")
    if deployment.key_destroyed_at is not None:
        raise Refused(
            "key-destroyed",
            "The key of this monitoring was destroyed, so nobody could open new disclosures. End it, then draft a new authorisation.",
        )
    check_reachable(agency.office_hours, agency.on_call, agency.duty_inspector)


def check_enrollable(deployment: Deployment) -> None:
    """Raises Refused unless a device may be enrolled now: authorised, by a condition in force. Enrolling collects nothing.

    Each step of a visit asks it too: after a withdrawal, or the end of the order, nothing is installed.
    """
    if deployment.state not in ENROLLABLE:
        raise Refused(
            "not-enrollable", "An authorising officer must authorise the monitoring first. Then you can enrol a device."
        )
    authorised = newest_authorised(deployment.id)
    chosen = (authorised and authorised.chosen) or ()
    withdrawn = {one.term for one in withdrawals_of(deployment.case)}
    check_some_in_force(chosen, *authority_of(deployment.case), withdrawn, clock.now())


def check_enrolled(device: Device) -> None:
    """Raises Refused (`not-enrolled`) unless the device is there by a code that was given out for its deployment, while that counted.

    The signer asks this of the rows, whoever wrote them (S73): the proof that stands in the device's row is that of the code's secret. And
    of the log, that somebody of staff gave this very code out. Raises as `core.log.attribution.check_act` does where it says otherwise.
    """
    read = EnrolmentCode.objects.only("agency_id", "case", "deployment", "secret", "offered_by", "expires_at")
    code = read.filter(id=device.code_id).first()
    if (
        code is None
        or (code.agency_id, code.case, code.deployment) != (device.agency, device.case, device.deployment_id)
        or not 0 < code.expires_at - device.enrolled_at <= protocol.CODE_LIFE_MS
        or not hmac.compare_digest(code.secret, digest_of_proof(device.proof))
    ):
        raise Refused("not-enrolled", "This device has no enrolment code. Create a code, and enrol the device with it.")
    check_act(said_of(device.case, ASKED), Verb.ENROLMENT_OFFERED, code.touched(), code.offered_by, final=True)
