"""Whose act it was, by the log (R-LEG-24, R-AI-5; formats §9, *authorised*)."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from offmon.core.access.roles import MATRIX, Role
from offmon.core.authority.order import Instrument, Term
from offmon.core.ids import Digest, Id, Ms, Slug
from offmon.core.log import attribution
from offmon.core.log.attribution import check_act
from offmon.core.log.audit import SIGNER, VAULT, AuditEntry, EntryActor, EntryOutcome, Touched, Verb
from offmon.core.log.provenance import WITHIN_MS
from offmon.core.log.records import AuthorisationRecord, DeploymentRecord
from offmon.server.base.actor import Service, service
from tests.prove.markers import proves
from tests.support.entries import an_entry
from tests.unit.core.authority.test_assessment import SIGNED as ASSESSMENT
from tests.unit.core.samples import LICENCE, SHPO_TERM, code_of


def ident(letter: str) -> Id:
    return Id(letter * 32)


AGENCY, CASE, RECORDER, CONFIRMER = map(ident, "abcd")
ROW = Touched(Slug(Term.KIND), ident("1"), Digest("1" * 64))
BEFORE = replace(ROW, commit=Digest("0" * 64))


def entry(verb: Verb, who: Id, *touched: Touched, role: Role = Role.OFFENDER_MANAGER, **fields: Any) -> AuditEntry:
    """An entry of that verb by that person."""
    actor = EntryActor(who, role, None, AGENCY)
    return an_entry(verb, actor, *touched, **({"at": Ms(1), "case": CASE} | fields))


CONFIRMED = entry(Verb.TERM_CONFIRMED, CONFIRMER, ROW)


@pytest.mark.parametrize(
    ("logged", "code"),
    [
        (CONFIRMED, None),
        (None, "act-not-logged"),
        (replace(CONFIRMED, verb=Verb.TERM_RECORDED), "act-not-logged"),
        (replace(CONFIRMED, outcome=EntryOutcome.DENIED), "act-not-logged"),
        (replace(CONFIRMED, touched=()), "act-not-logged"),
        (replace(CONFIRMED, touched=(replace(ROW, id=ident("2")),)), "act-not-logged"),
        (replace(CONFIRMED, touched=(replace(ROW, table=Slug("notice")),)), "act-not-logged"),
        (entry(Verb.TERM_CONFIRMED, RECORDER, ROW), "act-of-another"),
        (entry(Verb.TERM_CONFIRMED, CONFIRMER, ROW, role=Role.SERVICE), "not-a-person"),
        (entry(Verb.TERM_CONFIRMED, CONFIRMER, ROW, role=Role.SUPERVISED_PERSON), "not-a-person"),
        (entry(Verb.TERM_CONFIRMED, CONFIRMER, BEFORE), "changed-after"),
    ],
)
def test_an_act_is_an_allowed_entry_of_the_row_by_the_person_named(logged: AuditEntry | None, code: str | None) -> None:
    log = [] if logged is None else [entry(Verb.CASE_CONSULTED, CONFIRMER, ROW), logged]
    confirmed = partial(check_act, log, Verb.TERM_CONFIRMED, ROW, CONFIRMER, final=True)
    assert code_of(confirmed) == code
    assert code or confirmed() == logged


@pytest.mark.parametrize("role", set(Role) - {Role.SERVICE, Role.SUPERVISED_PERSON})
def test_an_act_is_of_a_role_that_may_do_it(role: Role) -> None:
    for verb in (verb for verb in Verb if verb.spec.takes is not None):
        refused = None if verb.permission in MATRIX[role] else "not-permitted"
        log = [entry(verb, CONFIRMER, ROW, role=role)]
        assert code_of(check_act, log, verb, ROW, CONFIRMER, final=True) == refused, verb


@pytest.mark.parametrize(
    ("verb", "role", "refused"),
    [
        (Verb.TERM_CONFIRMED, Role.OFFENDER_MANAGER, None),
        (Verb.DEPLOYMENT_AUTHORISED, Role.AUTHORISING_OFFICER, "not-permitted"),
        (Verb.EXPORT_APPROVED, Role.SUPERVISOR, "not-permitted"),
    ],
)
def test_a_guest_of_another_agency_does_what_is_a_partys_alone(verb: Verb, role: Role, refused: str | None) -> None:
    logged = entry(verb, CONFIRMER, ROW, role=role)
    log = [replace(logged, actor=replace(logged.actor, agency=ident("e")))]
    assert code_of(check_act, log, verb, ROW, CONFIRMER, final=True) == refused


def test_what_was_begun_may_have_changed_since() -> None:
    began = entry(Verb.TERM_RECORDED, RECORDER, BEFORE)
    assert check_act([began], Verb.TERM_RECORDED, ROW, RECORDER, final=False) == began


def test_nobody_is_never_who_acted() -> None:
    assert code_of(check_act, [CONFIRMED], Verb.TERM_CONFIRMED, ROW, None, final=True) == "act-of-another"


@pytest.mark.parametrize(
    ("second", "sessions", "code"),
    [
        (CONFIRMER, ("8", "9"), None),
        (CONFIRMER, ("8", "8"), "one-session"),
        (CONFIRMER, ("8", None), None),  # a bundle shows no sessions
        (RECORDER, ("8", "9"), "one-person"),
    ],
)
def test_two_people_are_two_in_two_sessions(second: Id, sessions: tuple[str, str | None], code: str | None) -> None:
    first, other = (None if one is None else ident(one) for one in sessions)
    log = [
        entry(Verb.TERM_RECORDED, RECORDER, BEFORE, session=first),
        entry(Verb.TERM_CONFIRMED, second, ROW, session=other),
    ]
    term = replace(SHPO_TERM, id=ROW.id, recorded_by=RECORDER, confirmed_by=second, confirmed_at=Ms(1))
    assert code_of(attribution.check_term_acts, term, ROW, log) == code


DRAFTED = entry(Verb.LIST_DRAFTED, RECORDER, BEFORE)
APPROVED = entry(Verb.LIST_APPROVED, CONFIRMER, ROW, role=Role.SUPERVISOR)


@pytest.mark.parametrize(
    ("log", "code"),
    [
        ([DRAFTED, APPROVED], None),
        ([APPROVED], "act-not-logged"),
        ([DRAFTED], "act-not-logged"),
        ([DRAFTED, replace(APPROVED, touched=(BEFORE,))], "changed-after"),
        ([DRAFTED, replace(APPROVED, actor=DRAFTED.actor)], "act-of-another"),
    ],
)
def test_a_list_is_drafted_by_one_and_approved_as_it_stands_by_another(log: list[AuditEntry], code: str | None) -> None:
    assert code_of(attribution.check_list_acts, RECORDER, CONFIRMER, ROW, log) == code


PREPARED = entry(Verb.ASSESSMENT_PREPARED, RECORDER, BEFORE, role=Role.SUPERVISOR)
SIGNED = entry(Verb.ASSESSMENT_SIGNED, CONFIRMER, ROW, role=Role.DATA_PROTECTION)
PUT = entry(Verb.ASSESSMENT_PUT_TO_ICO, ident("f"), ROW, role=Role.DATA_PROTECTION)
SIGNED_BEFORE = replace(SIGNED, touched=(BEFORE,))


@pytest.mark.parametrize(
    ("log", "code"),
    [
        ([PREPARED, SIGNED], None),
        ([PREPARED], "act-not-logged"),
        ([SIGNED], "act-not-logged"),
        ([PREPARED, SIGNED_BEFORE], "changed-after"),
        ([PREPARED, SIGNED_BEFORE, PUT], None),  # the ICO was asked since
        ([PREPARED, replace(PUT, touched=(BEFORE,)), SIGNED], None),  # or before
        ([PREPARED, SIGNED, replace(PUT, touched=(BEFORE,))], "changed-after"),  # that it was asked is taken back
        ([PREPARED, SIGNED_BEFORE, replace(PUT, outcome=EntryOutcome.DENIED)], "changed-after"),
        ([PREPARED, SIGNED_BEFORE, replace(PUT, actor=PREPARED.actor)], "not-permitted"),
        ([PREPARED, PUT], "act-not-logged"),
    ],
)
def test_an_assessment_stands_as_it_was_signed_or_put_to_the_ico_since(log: list[AuditEntry], code: str | None) -> None:
    signed: dict[str, Any] = {"prepared_by": RECORDER, "prepared_at": Ms(0), "signed_by": CONFIRMER, "signed_at": Ms(1)}
    assert code_of(attribution.check_assessment_acts, replace(ASSESSMENT, id=ROW.id, **signed), ROW, log) == code


def test_vault_and_signer_are_known_to_the_verifier_by_the_ids_under_which_they_act() -> None:
    assert (service(Service.VAULT, AGENCY).id, service(Service.SIGNER, AGENCY).id) == (VAULT, SIGNER)


@pytest.mark.parametrize(
    ("log", "code"),
    [
        ([], None),
        ([entry(Verb.INSTRUMENT_ENDED, RECORDER, ROW)], None),
        ([entry(Verb.INSTRUMENT_ENDED, RECORDER, BEFORE)], "changed-after"),
        ([entry(Verb.INSTRUMENT_ENDED, RECORDER, BEFORE), entry(Verb.CASE_CONSULTED, RECORDER, ROW)], "changed-after"),
        ([entry(Verb.INSTRUMENT_ENDED, RECORDER, one) for one in (ROW, BEFORE)], "changed-after"),
        ([entry(Verb.INSTRUMENT_ENDED, RECORDER, one) for one in (BEFORE, ROW)], None),
        ([entry(Verb.INSTRUMENT_ENDED, RECORDER, BEFORE, outcome=EntryOutcome.DENIED)], None),
        ([entry(Verb.INSTRUMENT_ENDED, RECORDER, replace(BEFORE, id=ident("2")))], None),
    ],
)
@proves("S86", attribution.check_end_act, disabled=lambda row, log: None)
def test_an_end_is_not_taken_back(log: list[AuditEntry], code: str | None) -> None:
    assert code_of(attribution.check_end_act, ROW, log) == code


OLD, NEW, OTHER = (Touched(Slug(AuthorisationRecord.KIND), ident(letter), Digest("1" * 64)) for letter in "123")
ALL = [OLD.id, NEW.id]  # of one deployment; OTHER is another's


def authorised(*rows: Touched, **fields: Any) -> AuditEntry:
    return entry(Verb.DEPLOYMENT_AUTHORISED, CONFIRMER, *rows, role=Role.AUTHORISING_OFFICER, **fields)


@pytest.mark.parametrize(
    ("log", "stands"),
    [
        ([], None),
        ([authorised(OLD)], OLD),
        ([authorised(OLD), entry(Verb.DEPLOYMENT_DRAFTED, RECORDER, NEW)], OLD),  # a draft takes nobody's place
        ([authorised(OLD), authorised(NEW, outcome=EntryOutcome.DENIED)], OLD),
        ([authorised(OLD), authorised(NEW)], NEW),
        ([replace(authorised(OLD), at=Ms(9)), authorised(NEW)], NEW),  # the log's order, and no time that is said
        ([authorised(OLD), authorised(NEW), authorised(OLD)], NEW),  # said once more: nothing is brought back
        ([authorised(OLD), authorised(NEW), authorised(OTHER)], NEW),
        ([authorised(OLD), authorised(NEW), entry(Verb.CASE_CONSULTED, CONFIRMER, OLD)], NEW),
        ([authorised(NEW), authorised(OLD)], OLD),
        ([authorised(replace(OLD, table=Slug("term"))), authorised(NEW)], NEW),
    ],
)
def test_of_several_authorisations_the_last_stands(log: list[AuditEntry], stands: Touched | None) -> None:
    for one in ALL:
        code = None if stands is not None and stands.id == one else "superseded"
        assert code_of(attribution.check_not_superseded, one, ALL, log) == code


MONITORING = Touched(Slug(DeploymentRecord.KIND), ident("1"), Digest("1" * 64))
BEGUN = entry(Verb.DEPLOYMENT_MOVED, SIGNER, MONITORING, role=Role.SERVICE)
STOPPED = entry(Verb.DEPLOYMENT_MOVED, RECORDER, MONITORING)
SUSPENDED = entry(Verb.DEPLOYMENT_SUSPENDED, RECORDER, MONITORING)
RESUMED = entry(Verb.DEPLOYMENT_RESUMED, RECORDER, MONITORING)
OVER = entry(Verb.DEPLOYMENT_ENDED, RECORDER, MONITORING)


@pytest.mark.parametrize(
    ("log", "code"),
    [
        ([], None),
        ([BEGUN], None),
        ([BEGUN, STOPPED], "monitoring-stopped"),
        ([BEGUN, STOPPED, BEGUN], "monitoring-stopped"),  # whatever is said of it later
        ([BEGUN, entry(Verb.DEPLOYMENT_MOVED, VAULT, MONITORING, role=Role.SERVICE)], "monitoring-stopped"),
        ([BEGUN, entry(Verb.DEPLOYMENT_MOVED, SIGNER, MONITORING)], "monitoring-stopped"),  # by no process
        ([BEGUN, replace(STOPPED, outcome=EntryOutcome.DENIED)], None),
        ([BEGUN, replace(STOPPED, touched=(replace(MONITORING, id=ident("2")),))], None),
        ([BEGUN, replace(STOPPED, touched=(replace(MONITORING, table=Slug("term")),))], None),
        ([BEGUN, entry(Verb.CASE_CONSULTED, RECORDER, MONITORING)], None),
        ([authorised(OLD), BEGUN], None),
        ([authorised(OLD), BEGUN, STOPPED], "monitoring-stopped"),
        ([authorised(NEW), BEGUN, STOPPED, authorised(OLD)], None),  # two people agreed anew
        ([authorised(OLD), BEGUN, STOPPED, authorised(OLD)], "monitoring-stopped"),  # said once more: nothing new
        ([authorised(OLD), BEGUN, STOPPED, authorised(NEW)], "monitoring-stopped"),  # not to this
        ([BEGUN, SUSPENDED], "monitoring-stopped"),
        ([BEGUN, SUSPENDED, authorised(OLD)], "monitoring-stopped"),  # a suspension is taken back, and by nothing else
        ([BEGUN, SUSPENDED, RESUMED], None),
        ([BEGUN, SUSPENDED, RESUMED, SUSPENDED], "monitoring-stopped"),
        ([BEGUN, SUSPENDED, replace(RESUMED, outcome=EntryOutcome.DENIED)], "monitoring-stopped"),
        (
            [BEGUN, SUSPENDED, entry(Verb.DEPLOYMENT_RESUMED, SIGNER, MONITORING, role=Role.SERVICE)],
            "monitoring-stopped",
        ),
        (
            [BEGUN, SUSPENDED, entry(Verb.DEPLOYMENT_RESUMED, RECORDER, MONITORING, role=Role.AUDITOR)],
            "monitoring-stopped",
        ),
        ([authorised(OLD), BEGUN, OVER, RESUMED], "monitoring-stopped"),
        ([authorised(NEW), BEGUN, OVER, authorised(OLD)], None),
    ],
)
def test_stopped_monitoring_does_not_resume_until_two_people_agree_anew(
    log: list[AuditEntry], code: str | None
) -> None:
    """Only the signer begins it; anybody else's move of it suspends or ends it (`core.states.DEPLOYMENT`)."""
    assert code_of(attribution.check_not_stopped, OLD.id, MONITORING.id, log) == code


ORDER = Touched(Slug(Instrument.KIND), ident("1"), Digest("1" * 64))
OTHER_ORDER = replace(ORDER, commit=Digest("0" * 64))
RECORDED = entry(Verb.INSTRUMENT_RECORDED, RECORDER, ORDER)
LATE = replace(RECORDED, at=Ms(WITHIN_MS + 2))


def order(ended_at: int | None = None, known_at: int | None = None) -> Instrument:
    ended, known = (None if at is None else Ms(at) for at in (ended_at, known_at))
    return replace(LICENCE, id=ORDER.id, recorded_by=RECORDER, ended_at=ended, end_known_at=known)


@pytest.mark.parametrize(
    ("log", "confirmed_at", "code"),
    [
        ([RECORDED], None, None),
        ([RECORDED], 1, None),
        ([], None, "act-not-logged"),
        ([replace(RECORDED, outcome=EntryOutcome.DENIED)], None, "act-not-logged"),
        ([replace(RECORDED, verb=Verb.CASE_CONSULTED)], None, "act-not-logged"),
        ([LATE], None, None),
        ([LATE], 1, "act-not-logged"),  # nobody confirmed a term beside it
        ([entry(Verb.INSTRUMENT_RECORDED, CONFIRMER, ORDER)], None, "act-of-another"),
        ([entry(Verb.INSTRUMENT_RECORDED, RECORDER, ORDER, role=Role.SERVICE)], None, "not-a-person"),
        ([entry(Verb.INSTRUMENT_RECORDED, RECORDER, ORDER, role=Role.TENANT_ADMIN)], None, "not-permitted"),
        ([entry(Verb.INSTRUMENT_RECORDED, RECORDER, OTHER_ORDER)], None, "changed-after"),
        ([replace(RECORDED, touched=(OTHER_ORDER,)), RECORDED], None, "changed-after"),  # it is recorded once
        ([RECORDED, entry(Verb.INSTRUMENT_RECORDED, RECORDER, OTHER_ORDER)], None, None),
    ],
)
def test_an_order_is_what_its_recording_said(log: list[AuditEntry], confirmed_at: int | None, code: str | None) -> None:
    at = None if confirmed_at is None else Ms(confirmed_at)
    assert code_of(attribution.check_order_act, order(), ORDER, log, at) == code


ENDED = entry(Verb.INSTRUMENT_ENDED, CONFIRMER, ORDER)


@pytest.mark.parametrize(
    ("one", "log", "code"),
    [
        (order(), [RECORDED], None),
        (order(), [ENDED], None),  # an entry of an end that is as the order stands
        (order(), [replace(ENDED, touched=(OTHER_ORDER,))], "changed-after"),
        (order(1, 1), [ENDED], None),
        (order(1, WITHIN_MS + 1), [ENDED], None),
        (order(1, WITHIN_MS + 2), [ENDED], "time-differs"),
        (order(WITHIN_MS * 9, 1), [ENDED], None),  # known now of an end to come
        (order(1, 1), [], "act-not-logged"),
        (order(1, 1), [replace(ENDED, outcome=EntryOutcome.DENIED)], "act-not-logged"),
        (order(1, 1), [entry(Verb.INSTRUMENT_ENDED, CONFIRMER, ORDER, role=Role.SERVICE)], "not-a-person"),
        (order(1, 1), [entry(Verb.INSTRUMENT_ENDED, CONFIRMER, ORDER, role=Role.TENANT_ADMIN)], "not-permitted"),
    ],
)
def test_an_order_ended_if_one_who_may_recorded_it(one: Instrument, log: list[AuditEntry], code: str | None) -> None:
    assert code_of(attribution.check_ended_act, one, ORDER, log) == code


@pytest.mark.parametrize("acts", [one for one in vars(attribution).values() if isinstance(one, attribution._TwoActs)])
@pytest.mark.parametrize("denied", [False, True])
@proves("S135", attribution.check_not_refused, disabled=lambda log, verb, row: None)
def test_what_a_second_person_refused_nobody_agrees_to(acts: attribution._TwoActs, denied: bool) -> None:
    by = {verb: next(role for role in MATRIX if verb.spec.takes in (None, *MATRIX[role])) for verb in Verb}
    log = [
        entry(verb, who, ROW, role=by[verb], outcome=outcome)
        for verb, who, outcome in (
            (acts.begun, RECORDER, EntryOutcome.ALLOWED),
            (acts.refused, CONFIRMER, EntryOutcome.DENIED if denied else EntryOutcome.ALLOWED),
            (acts.agreed, CONFIRMER, EntryOutcome.ALLOWED),
        )
    ]
    assert code_of(attribution._two_acts, log, acts, ROW, RECORDER, CONFIRMER) == (None if denied else "term-refused")
