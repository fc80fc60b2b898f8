"""The form for an order or licence asks for the dates that the rule of its basis needs (R-LEG-1)."""

from dataclasses import replace

import pytest

from offmon.core.authority.bases import BASES, Basis
from offmon.core.authority.offences import OFFENCES, check_offences
from offmon.core.errors import Refused
from offmon.core.ids import Id
from offmon.server.faces.console import words
from offmon.server.faces.console.forms.orders import InstrumentForm

DATES = {"convicted_on", "requested_on"}


def asked(basis: Basis) -> set[str]:
    form = InstrumentForm(basis=basis, controllers=[(Id("1" * 32), "An agency")])
    return DATES & set(form.fields)


def test_an_order_may_follow_a_conviction_and_a_licence_follows_a_request() -> None:
    assert {basis: asked(basis) for basis in Basis} == {
        basis: {"requested_on"} if basis is Basis.LICENCE else {"convicted_on"} if rule.routes else set[str]()
        for basis, rule in BASES.items()
    }


@pytest.mark.parametrize("basis", Basis)
def test_it_asks_by_the_rule_and_not_by_the_name_of_the_basis(basis: Basis, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = BASES[basis]
    turned = replace(rule, needs_request=not rule.needs_request)
    monkeypatch.setitem(BASES, basis, turned)
    assert ("requested_on" in asked(basis)) is turned.needs_request
    assert ("convicted_on" in asked(basis)) is bool(turned.routes)


def test_types_of_offence_are_those_of_the_vocabulary_alone() -> None:
    form = InstrumentForm({"offence_types": ["fraud", "invented_offence"]}, basis=Basis.LICENCE, controllers=[])
    assert form.errors["offence_types"] == ["Select type of offence"]
    assert "Fraud" in str(form["offence_types"])
    assert (words.offence("iioc"), words.offence("of_before")) == ("Indecent images of children", "Of before")
    check_offences(OFFENCES)
    with pytest.raises(Refused, match="from those offered"):
        check_offences(["fraud", "invented_offence"])
