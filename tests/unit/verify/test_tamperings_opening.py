"""What a bundle opens beyond the choice that was asked for and approved (DPA 2018 s.37)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from offmon.core.alerts.opening import check_opening, opens
from offmon.core.bundle.layout import LeafAccount
from offmon.core.errors import Refused
from offmon.core.formats.event import DisclosureLeaf
from offmon.core.ids import Id
from offmon.core.log.records import AlertRecord, DecisionOutcome, ExportRecord
from offmon.verify.app import judge
from tests.prove.markers import proves
from tests.support.forge import Forge

Bend = Callable[[ExportRecord], ExportRecord]


class Chosen(Forge):
    """A world in which every alert is chosen for a stated reason, and what is of none is withheld."""

    def choose(self, asked: ExportRecord) -> ExportRecord:
        alerts = self.all(AlertRecord)
        of_alerts = {(place.epoch, place.n) for alert in alerts for place in alert.leaves}
        for epoch in self.epochs:
            for n, leaf in enumerate(epoch.leaves):
                if isinstance(leaf, DisclosureLeaf) and (epoch.id, n) not in of_alerts:
                    epoch.accounts.setdefault(n, (LeafAccount.WITHHELD, "not_relevant", None))
        return replace(asked, alerts=tuple(one.id for one in alerts), closed_reason="The court asked for all.")


def found(bend: Bend) -> list[str]:
    """The codes of what the verifier finds wrong."""
    forged = Chosen(export=bend).build()
    return [reason.code for check in judge(forged.bundle(), forged.trust).checks for reason in check.reasons]


def test_what_was_chosen_verifies_and_so_does_a_bundle_from_before_that_chose_by_period() -> None:
    assert found(lambda asked: asked) == []
    assert found(lambda asked: replace(asked, alerts=None, closed_reason=None)) == []


@proves("S119", opens, disabled=lambda export, named, at, of_alerts, of_exhibits: True)
@pytest.mark.parametrize("left", [0, 1, 2])
def test_a_disclosure_of_an_alert_that_nobody_chose_is_found(left: int) -> None:
    def less(asked: ExportRecord) -> ExportRecord:
        alerts = asked.alerts or ()
        return replace(asked, alerts=(*alerts[:left], *alerts[left + 1 :]))

    assert found(less) == ["not-asked-for"]


@proves("S119", check_opening, disabled=lambda chosen, outcomes, reason: None)
@pytest.mark.parametrize("reason", [None, "", "  "])
def test_an_undecided_alert_or_one_of_another_person_opens_only_for_a_reason(reason: str | None) -> None:
    assert found(lambda asked: replace(asked, closed_reason=reason)) == ["closed-without-reason"]


@pytest.mark.parametrize("outcome", [None, *DecisionOutcome])
def test_which_outcomes_stay_closed(outcome: DecisionOutcome | None) -> None:
    chosen = Id("a" * 32)
    outcomes = {} if outcome is None else {chosen: outcome}
    check_opening([chosen], outcomes, "The defence asked for it.")
    check_opening([], outcomes, None)
    if outcome in {None, DecisionOutcome.NOT_A_MATCH, DecisionOutcome.NOT_THIS_PERSON}:
        with pytest.raises(Refused) as refusal:
            check_opening([chosen], outcomes, " ")
        assert refusal.value.code == "closed-without-reason"
    else:
        check_opening([chosen], outcomes, None)
