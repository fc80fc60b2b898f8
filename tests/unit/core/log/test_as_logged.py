"""A row that lets somebody in counts as the newest entry of it left it, and not otherwise (R-SEC-9, R-SEC-10)."""

from functools import partial

import pytest

from offmon.core.ids import Digest, Id, Slug
from offmon.core.log import as_logged
from offmon.core.log.as_logged import Said, check_as_logged, check_first_app
from offmon.core.log.audit import Touched, Verb
from tests.support.refused import code_of

ONE, OTHER = Digest("1" * 64), Digest("2" * 64)


def row(kind: str) -> Touched:
    return Touched(Slug(kind), Id("a" * 32), ONE)


APP = row(as_logged.SECOND_FACTOR)


@pytest.mark.parametrize("kind", as_logged.WRITES)
def test_it_is_what_the_newest_entry_says(kind: str) -> None:
    code = as_logged.ACCESS if kind == as_logged.CASELOAD else as_logged.ACCOUNT
    for verb in as_logged.WRITES[kind]:
        check_as_logged(row(kind), Said(verb, ONE))
        assert code_of(check_as_logged, row(kind), Said(verb, OTHER)) == code
    assert code_of(check_as_logged, row(kind), None) == code


@pytest.mark.parametrize(
    ("kept", "said", "before", "allowed"),
    [
        (None, None, False, True),
        (None, None, True, False),  # it was taken away by hand
        (APP, Said(Verb.FACTOR_RESET, ONE), True, True),
        (APP, Said(Verb.FACTOR_RESET, OTHER), True, False),
        (APP, Said(Verb.FACTOR_SET_UP, ONE), True, False),
        (APP, Said(Verb.SIGNED_IN, ONE), True, False),
        (APP, None, False, False),
    ],
)
def test_a_first_app_is_set_up_once_and_again_when_it_was_taken_away(
    kept: Touched | None, said: Said | None, before: bool, allowed: bool
) -> None:
    check = partial(check_first_app, set_up_before=before)
    if allowed:
        check(kept, said)
    else:
        assert code_of(check, kept, said) == as_logged.ACCOUNT
