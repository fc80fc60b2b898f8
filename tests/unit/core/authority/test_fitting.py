"""Which list fits which condition, whether or not the condition is in force yet: one row a case (R-LEG-5)."""

from dataclasses import replace

import pytest

from offmon.core.authority.bases import Basis
from offmon.core.authority.fitting import check_lists_fit
from offmon.core.authority.offences import check_offences
from offmon.core.authority.order import Term
from offmon.core.authority.profile import Choice, ListDeclaration
from offmon.core.clock import DAY_MS
from offmon.core.ids import Ms, Slug
from tests.unit.core.authority.test_profile import FRAUD
from tests.unit.core.samples import LICENCE, LICENCE_TERM, NOW, ON_SHPO, PHRASES, SHPO, SHPO_TERM, code_of, ident

BOTH = replace(ON_SHPO, terms=(SHPO_TERM.id, LICENCE_TERM.id))
LATER = replace(LICENCE_TERM, since=Ms(NOW + DAY_MS))
FOR_SHPO = replace(PHRASES, bases=(SHPO.basis,))
FOR_BOTH = replace(PHRASES, bases=(SHPO.basis, LICENCE.basis))


@pytest.mark.parametrize(
    ("case", "choice", "listed", "terms", "refused"),
    [
        ("it fits", ON_SHPO, FOR_SHPO, (SHPO_TERM, LICENCE_TERM), None),
        ("it fits both orders", BOTH, FOR_BOTH, (SHPO_TERM, LICENCE_TERM), None),
        ("not the second order", BOTH, FOR_SHPO, (SHPO_TERM, LICENCE_TERM), "list-mismatch"),
        ("not one that begins later", BOTH, FOR_SHPO, (SHPO_TERM, LATER), "list-mismatch"),
        ("another type of order", ON_SHPO, replace(PHRASES, bases=(Basis.SRO,)), (SHPO_TERM,), "list-mismatch"),
        ("another type of offence", ON_SHPO, replace(PHRASES, offence_types=FRAUD), (SHPO_TERM,), "list-mismatch"),
        (
            "one of its types",
            ON_SHPO,
            replace(PHRASES, offence_types=(*FRAUD, *PHRASES.offence_types)),
            (SHPO_TERM,),
            None,
        ),
        ("a list that is not chosen", replace(ON_SHPO, lists=(ident("x"),)), FOR_SHPO, (LICENCE_TERM,), None),
        ("a condition that is not known", BOTH, FOR_SHPO, (SHPO_TERM,), None),
    ],
)
def test_each_list_fits_each_condition(
    case: str, choice: Choice, listed: ListDeclaration, terms: tuple[Term, ...], refused: str | None
) -> None:
    assert code_of(check_lists_fit, [choice], (SHPO, LICENCE), terms, [listed]) == refused, case


@pytest.mark.parametrize(
    ("given", "varied", "refused"),
    [
        (["iioc"], None, None),  # it varies nothing
        (["of_before"], None, "unknown-offence"),
        (["iioc"], ["iioc", "grooming"], None),  # a variation may have fewer
        (["iioc", "grooming"], ["iioc", "grooming"], None),
        (["iioc", "fraud"], ["iioc"], "offence-added"),
        (["iioc"], [], "offence-added"),
        (["of_before"], ["of_before"], "unknown-offence"),  # of an older release: nobody enters it anew
    ],
)
def test_a_variation_adds_no_type_of_offence(given: list[str], varied: list[str] | None, refused: str | None) -> None:
    assert code_of(check_offences, [Slug(one) for one in given], varied) == refused
