"""Plays the invented case, up to a served notice.

Rules
- Every step is the product's own action, by an invented member of staff whose role allows it, on the console's database role. Nothing
  bypasses the rules: two people act where two must, the vault is asked over its socket, and the worker asks the signer.
- Each step is done once. Its result is kept in `seed.json`, so that an interrupted run continues there.
- What ages between two runs is made again (`fresh.py`).
"""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, partial
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from django.conf import settings

from offmon.core import clock as time
from offmon.core.access.sharing import SharingGround
from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability, Source
from offmon.core.authority.lists import ListEntry
from offmon.core.authority.order import TermKind
from offmon.core.authority.profile import Choice, Schedule8, Sensitive
from offmon.core.authority.silence import SilenceReason
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms, Versioned
from offmon.core.person.deadlines import Channel, RequestKind
from offmon.match.exclusions_default import default_exclusions
from offmon.server.agencies.actions import Sharing, do_check_contact, do_grant_caseload, do_share_case
from offmon.server.audit import queries as log
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.scope import scope
from offmon.server.base.vault import VaultClient
from offmon.server.deployments import actions as deployments
from offmon.server.deployments.actions import ProportionalityAnswers, Served
from offmon.server.detectors.actions import ListDraft, do_approve, do_draft_exclusions, do_draft_list
from offmon.server.detectors.queries import choosable, waiting_for_signature
from offmon.server.orders.actions import (
    AssessmentEntry,
    InstrumentEntry,
    PolicyEntry,
    TermEntry,
    do_agree_policy,
    do_confirm_term,
    do_prepare_assessment,
    do_prepare_policy,
    do_record_instrument,
    do_record_term,
    do_sign_assessment,
)
from offmon.server.orders.queries import assessment_document, policies_for, policy_document
from offmon.server.orders.scan import Scan
from offmon.server.orders.silences.actions import ExclusionEntry, do_exclude
from offmon.server.people.actions import do_open_case
from offmon.server.processes.roles import write_secret
from offmon.server.rights.requests.actions import TakenDown, do_take_down
from trial import ceremony, fresh, invented, papers
from trial.acting import actor_of, deployment_id, set_app_up
from trial.apps import FILE as APPS
from trial.places import TrialHome
from trial.stack import OWN_HOSTS
from trial.steps import Steps

ANSWERS: Final = ProportionalityAnswers(
    aim="To know of visits to places, and searches for words, that the court prohibited (invented case).",
    rational_link="The order names websites and words; lists of those very ones find visits and searches.",
    less_intrusive="Unannounced visits alone were tried and do not show what is visited between them.",
    fair_balance="Only listed sites, and listed words on search results; never messages; overt; ends with the order.",
)
NECESSARY: Final = (
    "The order names these places and words. Only a comparison with them shows that it is followed (invented)."
)
LICENCE_YEARS: Final = 1
REVIEW_AFTER: Final = timedelta(days=182)
SIGNED_WITHIN_S: Final = 30.0


@dataclass(frozen=True)
class Seed:
    """The invented case, step by step."""

    steps: Steps
    vault: VaultClient
    force: Id
    probation: Id
    assessed: Path
    documented: Path
    apps: Path
    today: date

    @cached_property
    def officer(self) -> Actor:
        """Who keeps the case."""
        return actor_of(invented.OFFICER)

    @cached_property
    def second(self) -> Actor:
        """Who confirms what the first recorded."""
        return actor_of(invented.SECOND_OFFICER)

    @cached_property
    def guest(self) -> Actor:
        """Who supervises the licence: of the probation service, on the force's case."""
        return replace(actor_of(invented.PROBATION_OFFICER), agency=self.force, home=self.probation)

    def play(self) -> None:
        """Every step, in the order of the thread."""
        for person in invented.STAFF:
            self.steps.once(f"app of {person.sign_in} set up", partial(self._set_app_up, person.sign_in))
        for sign_in, checked in zip((invented.ADMIN, invented.PROBATION_ADMIN), invented.AGENCIES, strict=True):
            check = partial(do_check_contact, checked.contact, actor=actor_of(sign_in))
            self.steps.once(f"contact of {checked.name} checked", check)
        self._lists()
        case = self.steps.once("case opened", self._open_case)
        for sign_in in invented.ON_THE_CASE:
            self.steps.once(f"case opened to {sign_in}", partial(self._open_to, case, sign_in))
        self.steps.once("case shared with probation", partial(self._share, case))
        self.steps.once(
            f"case opened to {invented.PROBATION_OFFICER}", partial(self._open_to, case, invented.PROBATION_OFFICER)
        )
        self.steps.once("asked what is to be excluded", partial(self._exclude, case))
        shpo = self.steps.once("SHPO recorded", partial(self._instrument, case, Basis.SHPO_SC, self.officer))
        licence = self.steps.once("licence recorded", partial(self._instrument, case, Basis.LICENCE, self.guest))
        terms = (
            self.steps.once("SHPO term recorded", partial(self._term, shpo, None, self.officer)),
            self.steps.once("licence term recorded", partial(self._term, licence, LICENCE_YEARS, self.guest)),
        )
        for name, term in zip(("SHPO", "licence"), terms, strict=True):
            self.steps.once(f"{name} term confirmed by a second officer", partial(self._confirm, term))
        assessment = self.steps.once("impact assessment prepared", self._assessment)
        self.steps.once("impact assessment signed by another", partial(self._sign_assessment, assessment))
        policy = self.steps.once("policy document prepared", self._policy)
        self.steps.once("policy document agreed to by another", partial(self._agree_policy, policy))
        draft = self.steps.once("monitoring drafted", partial(self._draft, case, terms, policy))
        self.steps.once("monitoring authorised by another", partial(self._authorise, draft))
        deployment = self.steps.once("deployment found", partial(deployment_id, case, self.officer))
        self.steps.once("evidence key made by the vault", partial(self.vault.make_key, deployment))
        self.steps.once("notice served", partial(self._notice, deployment))
        fresh.reach(self.steps)
        fresh.put_on_call(self.steps)
        fresh.let_in(self.steps, case, self.officer)
        self.steps.once("request by phone taken down", partial(self._request, case))

    def _set_app_up(self, sign_in: str) -> None:
        def keep(secret: str) -> None:
            held = json.loads(self.apps.read_text()) if self.apps.exists() else {}
            write_secret(self.apps, json.dumps(held | {sign_in: secret}, indent=1))

        set_app_up(actor_of(sign_in), keep)

    def _lists(self) -> None:
        both, licence = (Basis.SHPO_SC, Basis.LICENCE), (Basis.LICENCE,)
        lists = (
            (invented.BOTH_LIST, Capability.SITE, both, invented.BOTH_ENTRIES),
            (invented.LICENCE_LIST, Capability.SITE, licence, invented.LICENCE_ENTRIES),
            (invented.PHRASE_LIST, Capability.PHRASE, both, invented.PHRASE_ENTRIES),
        )
        for name, capability, bases, entries in lists:
            row = self.steps.once(f"{name} drafted", partial(self._list, name, capability, bases, entries))
            self._put_into_use(name, row)
        excluded = default_exclusions((*invented.PUBLIC_PLACES, *OWN_HOSTS))
        row = self.steps.once("exclusions drafted", partial(do_draft_exclusions, excluded, actor=self.officer))
        self._put_into_use("exclusions", row)
        self.steps.once("lists and exclusions signed by the signer", self._await_signatures)

    def _put_into_use(self, name: str, row: Id) -> None:
        self.steps.once(f"{name} approved by another", partial(do_approve, row, actor=actor_of(invented.SUPERVISOR)))

    def _await_signatures(self) -> None:
        """The worker passes what is approved to the signer."""
        deadline = monotonic() + SIGNED_WITHIN_S
        while True:
            with scope(self.officer):
                if not waiting_for_signature():
                    return
            if monotonic() > deadline:
                raise Refused(
                    "not-signed", "The signer has not signed the lists; the logs of worker and signer say why."
                )
            sleep(0.1)

    def _list(
        self, name: Versioned, capability: Capability, bases: tuple[Basis, ...], entries: tuple[ListEntry, ...]
    ) -> Id:
        draft = ListDraft(
            name=name,
            capability=capability,
            bases=bases,
            offence_types=(invented.OFFENCE,),
            entries=entries,
            sensitive=True,  # places and words of a sexual interest in children, or of dating: a match tells of sex life (s.35(8))
            valid=Period(time.start_of_day(self.today - timedelta(days=1)), None),
            why="To show on this machine what a list does (invented)",
        )
        return do_draft_list(draft, actor=self.officer)

    def _open_case(self) -> Id:
        return do_open_case(invented.REFERENCE, invented.PERSON, actor=self.officer)

    def _open_to(self, case: Id, sign_in: str) -> None:
        do_grant_caseload(case, actor_of(sign_in).id, "works on this case (trial)", actor=self.officer)

    def _exclude(self, case: Id) -> Id:
        said = ("The page of your church: nothing is collected there.", "Tudalen eich eglwys: ni chesglir dim yno.")
        church = ExclusionEntry(SilenceReason.RELIGION, "church.invalid", None, time.local_day(clock.now()), *said)
        return do_exclude(case, church, actor=self.officer)

    def _share(self, case: Id) -> Id:
        sharing = Sharing(self.probation, SharingGround.LICENCE, "", "supervises the person on licence (trial)")
        return do_share_case(case, sharing, actor=self.officer)

    def _instrument(self, case: Id, basis: Basis, recorder: Actor) -> Id:
        made = self.today - timedelta(days=200)
        entry = InstrumentEntry(
            basis=basis,
            controller=recorder.home or recorder.agency,
            made_by="Oakshire Crown Court (invented)",
            reference=f"TRIAL-{basis.value.upper()}",
            made_on=made,
            convicted_on=made - timedelta(days=30),
            served_at=time.start_of_day(made),
            effective_from=time.start_of_day(made),
            offence_types=(invented.OFFENCE,),
            document=Scan.of(papers.pages(basis)),
            checked="compared with the sealed original (invented)",
            requested_at=time.start_of_day(self.today - timedelta(days=7)) if basis is Basis.LICENCE else None,
        )
        return do_record_instrument(case, entry, actor=recorder)

    def _term(self, instrument: Id, years: int | None, recorder: Actor) -> Id:
        since = self.today - timedelta(days=200)
        until = None if years is None else self.today + timedelta(days=365 * years)
        entry = TermEntry(
            effect=TermKind.PROHIBITION if years is None else TermKind.REQUIREMENT,
            verbatim="The defendant must not visit any website of the kind listed, nor search for the words listed (invented).",
            person_text="You must not visit the websites, or search for the words, on the lists that you were given.",
            source_page=2 if years is None else 1,
            capabilities=(Capability.SITE, Capability.PHRASE),
            period=time.days(since, until),
        )
        return do_record_term(instrument, entry, actor=recorder)

    def _confirm(self, term: Id) -> None:
        do_confirm_term(term, actor=self.second)

    def _assessment(self) -> Id:
        """With the trial's own document, which anybody may read."""
        entry = AssessmentEntry(
            title=invented.ASSESSMENT,
            capabilities=tuple(Capability),
            sources=tuple(Source),
            document=Scan.of([self.assessed.read_bytes()]),
            review_by=time.start_of_day(self.today + REVIEW_AFTER),
        )
        return do_prepare_assessment(entry, actor=actor_of(invented.SUPERVISOR))

    def _sign_assessment(self, assessment: Id) -> None:
        officer = actor_of(invented.DATA_PROTECTION)
        assessment_document(assessment, actor=officer)
        do_sign_assessment(assessment, actor=officer)

    def _policy(self) -> Id:
        """With the trial's own document, which anybody may read."""
        entry = PolicyEntry(
            title=invented.POLICY,
            principles="Two people authorise; a device compares on the device; only the vault opens, one item at a time.",
            retention="The deployment's key is destroyed when the monitoring has ended and nothing open needs it.",
            owner="Head of data protection (invented)",
            document=Scan.of([self.documented.read_bytes()]),
            since=time.start_of_day(self.today - timedelta(days=1)),
            review_by=time.start_of_day(self.today + REVIEW_AFTER),
        )
        return do_prepare_policy(entry, actor=actor_of(invented.SUPERVISOR))

    def _agree_policy(self, policy: Id) -> None:
        officer = actor_of(invented.DATA_PROTECTION)
        policy_document(policy, actor=officer)
        do_agree_policy(policy, actor=officer)

    def _draft(self, case: Id, terms: tuple[Id, ...], policy: Id) -> Id:
        ids = {ref.name: ref.id for ref in (declared.ref for declared in choosable(actor=self.officer))}
        period = next(one.period for one in policies_for(actor=self.officer) if one.id == policy)
        why = Sensitive(NECESSARY, Schedule8.STATUTORY, policy, period)
        choices = (
            Choice(Capability.SITE, terms, (ids[invented.BOTH_LIST],), why),
            Choice(Capability.SITE, terms[1:], (ids[invented.LICENCE_LIST],), why),
            Choice(Capability.PHRASE, terms, (ids[invented.PHRASE_LIST],), why),
        )
        return deployments.do_draft(case, choices, actor=self.officer)

    def _authorise(self, draft: Id) -> None:
        deployments.do_authorise(draft, ANSWERS, actor=actor_of(invented.AUTHORISER))

    def _request(self, case: Id) -> str:
        """Something for the rights desk to answer, within its month."""
        words = "They ask whether all of the monitoring is still needed."
        said = TakenDown(RequestKind.REVIEW, words, Channel.PHONE, time.local_day(clock.now()), self.officer.id)
        return do_take_down(case, said, actor=self.officer)

    def _notice(self, deployment: Id) -> Id:
        """Made from the rows once the witness has seen the log, whose checkpoint stands on it."""
        self._await_witness()
        paper = deployments.do_make_notice(deployment, actor=self.officer)
        served = Served(Ms(clock.now()), "in person", acknowledged=True)
        return deployments.do_serve_notice(paper, served, actor=self.officer)

    def _await_witness(self) -> None:
        deadline = monotonic() + SIGNED_WITHIN_S
        while log.latest_cosigned(self.officer) is None:
            if monotonic() > deadline:
                raise Refused(
                    "not-witnessed", "The witness has not seen the log; the logs of worker and witness say why."
                )
            sleep(0.1)


def main(home: TrialHome) -> None:
    """Play what is not yet played."""
    force, probation = ceremony.load(home).agencies
    Seed(
        Steps(home.of("console") / "seed.json"),
        VaultClient(Path(settings.OFFMON_VAULT_SOCKET)),
        force.agency,
        probation.agency,
        home.assessment,
        home.policy,
        home.of("console") / APPS,
        time.local_day(clock.now()),
    ).play()
