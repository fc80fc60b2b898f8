"""Whose act it was, by the log (R-LEG-24, R-AI-5; formats §9, *authorised*)."""

from dataclasses import replace
from typing import Any

import pytest

from offmon.core.acts import check_act, check_term_acts
from offmon.core.audit import OPERATION, VAULT, Actor, Entry, Outcome, Touched, Verb
from offmon.core.errors import Refused
from offmon.core.ids import Digest, Id, Ms, Slug
from offmon.core.order import Term, TermKind
from offmon.core.roles import Role
from offmon.server.base.actor import Service, service


def ident(letter: str) -> Id:
    return Id(letter * 32)


AGENCY, CASE, RECORDER, CONFIRMER = map(ident, "abcd")
ROW = Touched(Slug(Term.KIND), ident("1"), Digest("1" * 64))
BEFORE = replace(ROW, commit=Digest("0" * 64))


def entry(verb: Verb, who: Id, *touched: Touched, role: Role = Role.OFFENDER_MANAGER, **fields: Any) -> Entry:
    """An entry of that verb by that person."""
    blank: dict[str, Any] = dict.fromkeys(
        ("session", "request", "reason", "recipient", "alert", "decision", "manifest")
    )
    return Entry(
        at=Ms(1),
        agency=AGENCY,
        case=CASE,
        verb=verb,
        operation=OPERATION[verb],
        actor=Actor(who, role, None, AGENCY),
        touched=touched,
        **(blank | {"outcome": Outcome.ALLOWED} | fields),
    )


CONFIRMED = entry(Verb.TERM_CONFIRMED, CONFIRMER, ROW)


@pytest.mark.parametrize(
    ("logged", "code"),
    [
        (CONFIRMED, None),
        (None, "act-not-logged"),
        (replace(CONFIRMED, verb=Verb.TERM_RECORDED), "act-not-logged"),
        (replace(CONFIRMED, outcome=Outcome.DENIED), "act-not-logged"),
        (replace(CONFIRMED, touched=()), "act-not-logged"),
        (replace(CONFIRMED, touched=(replace(ROW, id=ident("2")),)), "act-not-logged"),
        (replace(CONFIRMED, touched=(replace(ROW, table=Slug("notice")),)), "act-not-logged"),
        (entry(Verb.TERM_CONFIRMED, RECORDER, ROW), "act-of-another"),
        (entry(Verb.TERM_CONFIRMED, CONFIRMER, ROW, role=Role.SERVICE), "not-a-person"),
        (entry(Verb.TERM_CONFIRMED, CONFIRMER, ROW, role=Role.SUPERVISED_PERSON), "not-a-person"),
        (entry(Verb.TERM_CONFIRMED, CONFIRMER, BEFORE), "changed-after"),
    ],
)
def test_an_act_is_an_allowed_entry_of_the_row_as_it_stands_by_the_person_named(
    logged: Entry | None, code: str | None
) -> None:
    log = [] if logged is None else [entry(Verb.CASE_CONSULTED, CONFIRMER, ROW), logged]
    if code is None:
        assert check_act(log, Verb.TERM_CONFIRMED, ROW, CONFIRMER, final=True) == logged
        return
    with pytest.raises(Refused) as refusal:
        check_act(log, Verb.TERM_CONFIRMED, ROW, CONFIRMER, final=True)
    assert refusal.value.code == code


def test_what_was_begun_may_have_changed_since() -> None:
    began = entry(Verb.TERM_RECORDED, RECORDER, BEFORE)
    assert check_act([began], Verb.TERM_RECORDED, ROW, RECORDER, final=False) == began


def test_nobody_is_never_who_acted() -> None:
    with pytest.raises(Refused, match="act-of-another"):
        check_act([CONFIRMED], Verb.TERM_CONFIRMED, ROW, None, final=True)


def term(recorded_by: Id, confirmed_by: Id) -> Term:
    return Term(
        ROW.id, ident("2"), TermKind.PROHIBITION, None, "Do not.", 1, (), Ms(0), None, recorded_by, confirmed_by, Ms(1)
    )


@pytest.mark.parametrize(
    ("second", "sessions", "code"),
    [
        (CONFIRMER, ("8", "9"), None),
        (CONFIRMER, ("8", "8"), "one-session"),
        (CONFIRMER, ("8", None), None),  # a bundle shows no sessions
        (RECORDER, ("8", "9"), "one-person"),
    ],
)
def test_two_people_are_two_in_the_log_and_so_are_their_sessions(
    second: Id, sessions: tuple[str, str | None], code: str | None
) -> None:
    first, other = (None if one is None else ident(one) for one in sessions)
    log = [
        entry(Verb.TERM_RECORDED, RECORDER, BEFORE, session=first),
        entry(Verb.TERM_CONFIRMED, second, ROW, session=other),
    ]
    if code is None:
        check_term_acts(term(RECORDER, second), ROW, log)
        return
    with pytest.raises(Refused) as refusal:
        check_term_acts(term(RECORDER, second), ROW, log)
    assert refusal.value.code == code


def test_the_vault_is_known_to_the_verifier_by_the_id_under_which_it_acts() -> None:
    assert service(Service.VAULT, AGENCY).id == VAULT
