"""An authorisation to collect: drafted by one person, authorised by another with four answers (R-LEG-24)."""

from dataclasses import dataclass
from typing import Final

from offmon.core import clock as time
from offmon.core.access.roles import Permission
from offmon.core.authority.assessing import check_assessed
from offmon.core.authority.content_classes import check_unlocked
from offmon.core.authority.fitting import check_lists_fit
from offmon.core.authority.in_force import check_none_over
from offmon.core.authority.order import as_known_at
from offmon.core.authority.policy_document import check_policies
from offmon.core.authority.profile import Choice, HpkeKey, compile_grants
from offmon.core.authority.review import check_first
from offmon.core.authority.settings import chosen_of, settings_of
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.records import check_authorised
from offmon.core.states import DeploymentState
from offmon.server.agencies import queries as agencies
from offmon.server.audit.actions import append
from offmon.server.audit.policy import as_left
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.locks import hold_deployment
from offmon.server.base.rows import once
from offmon.server.base.scope import action
from offmon.server.deployments import models
from offmon.server.deployments.actions.moves import move
from offmon.server.deployments.policy import check_answers, check_authorise, is_authorised
from offmon.server.deployments.stored import write_choices
from offmon.server.detectors import queries as detectors
from offmon.server.orders.queries import assessments, authority_of, check_confirmed, check_documents, policies

REVIEW_MS: Final = 84 * time.DAY_MS  # R-LEG-23's default
AGREED = ("authorised_by", "authorised_at", "agreed_in")


@dataclass(frozen=True, slots=True)
class ProportionalityAnswers:
    """The four questions of proportionality, answered in words (R-LEG-24)."""

    aim: str
    rational_link: str
    less_intrusive: str
    fair_balance: str


@action
def do_draft(case: Id, choices: tuple[Choice, ...], reading: str = "", *, actor: Actor) -> Id:
    """Draft what is to be monitored, and with it the settings that the authoriser chooses from. Returns the authorisation.

    `reading`: how a lawyer reads the conditions, where their words are unclear (R-LEG-26).

    It is compiled at once, so that an unlawful choice, or one that was not assessed (R-DPA-31) or documented (R-DPA-3), is refused here and
    not by the signer.
    """
    actor.check(Permission.DEPLOYMENT_DRAFT)
    at = clock.now()
    check_documents(case)
    check_confirmed({term for choice in choices for term in choice.terms}, at)
    instruments, terms = authority_of(case)
    lists, known = detectors.declarations(), [as_known_at(i, at) for i in instruments]
    check_lists_fit(choices, instruments, terms, lists)
    grants = compile_grants(known, terms, choices, lists, at)
    if not grants:
        raise Refused(
            "no-live-term", "No confirmed condition in force makes this collection necessary, so nothing was drafted."
        )
    check_none_over(choices, known, terms, at)
    check_policies(choices, policies(), at)
    check_unlocked(grant.kind for grant in grants)
    check_assessed(assessments(), {grant.kind for grant in grants}, at)
    deployment = models.Deployment.objects.filter(case=case).exclude(state=DeploymentState.ENDED).first()
    touched: list[models.Deployment | models.Authorisation] = []
    if deployment is None:
        delay = agencies.agency(actor.agency).delay_days
        deployment = models.Deployment(agency=actor.agency, case=case, opened_by=actor.id, delay_days=delay)
        with once(
            "deployment_one_live", "drafted-already", "A colleague drafted this a moment ago. Review their draft."
        ):
            deployment.save(force_insert=True)
        touched.append(deployment)
    row = models.Authorisation(
        agency=actor.agency,
        case=case,
        deployment=deployment,
        choices=write_choices(choices),
        offered=[
            write_choices(one.choices).decode()
            for one in settings_of(choices, {declared.ref.id for declared in lists if declared.sensitive})
        ],
        reading=reading.strip() or None,
        drafted_by=actor.id,
        begun_in=actor.session,
        begun_at=clock.now(),
    )
    row.save(force_insert=True)
    append(actor, Verb.DEPLOYMENT_DRAFTED, case=case, touched=[*touched, row])
    return row.id


@action
def do_authorise(
    authorisation: Id,
    answers: ProportionalityAnswers,
    review_in_ms: int = REVIEW_MS,
    setting: int | None = None,
    *,
    actor: Actor,
) -> None:
    """A second person authorises one setting, with the four answers, until its first review (R-LEG-23, R-LEG-24).

    `setting`: its number among those offered, from 0; None for the whole. Raises Refused, also where the answer why less is not enough
    says too little, or is the actor's answer in another case open to them (`too-short-answer`, `same-answer`). And where nobody recorded
    what the person was asked of exclusions (`exclusions-not-asked`, R-LEG-27).

    The vault then makes the deployment's evidence key.
    """
    hold_deployment(models.Authorisation.objects.get(id=authorisation).deployment_id)
    row = as_left(models.Authorisation.objects.select_for_update().get(id=authorisation))
    check_authorise(actor, row)
    agencies.check_logged_on(row.case, actor.id, clock.now())
    check_answers(actor, row.case, answers.less_intrusive)
    chosen = chosen_of(row.core().offered, setting).choices
    instruments, terms = authority_of(row.case)
    check_none_over(chosen, instruments, terms, clock.now())
    check_lists_fit(chosen, instruments, terms, detectors.declarations())
    row.choices = write_choices(chosen)
    row.authorised_by, row.authorised_at, row.agreed_in = actor.id, clock.now(), actor.session
    row.aim, row.rational_link = answers.aim, answers.rational_link
    row.less_intrusive, row.fair_balance = answers.less_intrusive, answers.fair_balance
    row.review_by = Ms(row.authorised_at + review_in_ms)
    check_first(row.authorised_at, row.review_by)
    check_authorised(row.core())
    row.save(update_fields=[*AGREED, "choices", "review_by", "aim", "rational_link", "less_intrusive", "fair_balance"])
    deployment = as_left(models.Deployment.objects.select_for_update().get(id=row.deployment_id))
    if deployment.state is DeploymentState.DRAFT:
        move(deployment, DeploymentState.AUTHORISED)
    append(actor, Verb.DEPLOYMENT_AUTHORISED, case=row.case, touched=(row, deployment))


@action
def do_refuse_draft(authorisation: Id, reason: str, *, actor: Actor) -> None:
    """A second person says no to a draft, for a reason. It is authorised never more; what was authorised before stays as it was."""
    hold_deployment(models.Authorisation.objects.get(id=authorisation).deployment_id)
    row = as_left(models.Authorisation.objects.select_for_update().get(id=authorisation))
    check_authorise(actor, row)
    row.save(update_fields=row.refuse(actor.id, clock.now(), reason))
    append(actor, Verb.DEPLOYMENT_REFUSED, case=row.case, touched=(row,), reason=reason)


@action
def do_withdraw_draft(authorisation: Id, reason: str, *, actor: Actor) -> None:
    """An officer of the case withdraws a draft that nobody has answered, for a reason. It is authorised never more. Raises Refused."""
    actor.check(Permission.DEPLOYMENT_DRAFT)
    hold_deployment(models.Authorisation.objects.get(id=authorisation).deployment_id)
    row, now = as_left(models.Authorisation.objects.select_for_update().get(id=authorisation)), clock.now()
    agencies.check_logged_on(row.case, actor.id, now)
    row.save(update_fields=row.withdraw(actor.id, now, reason))
    append(actor, Verb.DEPLOYMENT_WITHDRAWN, case=row.case, touched=(row,), reason=reason)


@action
def do_keep_evidence_key(deployment: Id, public: HpkeKey, *, actor: Actor) -> None:
    """The vault records the public half of the key that it made for an authorised deployment. Once.

    It goes by the authorisation itself: the state is the console's to write.
    """
    row = models.Deployment.objects.select_for_update().get(id=deployment)
    authorised = any(map(is_authorised, models.Authorisation.objects.filter(deployment=row)))
    if row.state is not DeploymentState.AUTHORISED or row.evidence_key is not None or not authorised:
        raise Refused("no-key-due", "The vault creates a key once, after the monitoring is authorised.")
    row.evidence_key = public.key
    row.save(update_fields=["evidence_key"])
    append(actor, Verb.EVIDENCE_KEY_MADE, case=row.case, touched=(row,))


def mark_key_destroyed(deployment: Id) -> models.Deployment:
    """Note that the vault destroys a deployment's key. Inside the caller's action, whose entry names the row that is returned."""
    row = models.Deployment.objects.select_for_update().get(id=deployment)
    row.key_destroyed_at = row.key_destroyed_at or clock.now()
    row.save(update_fields=["key_destroyed_at"])
    return row
