"""What a bundle opens beyond the choice that was asked for and approved (DPA 2018 s.37)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from offmon.core.alerts.opening import check_opening, check_withholding, opens
from offmon.core.bundle.layout import LeafAccount
from offmon.core.errors import Refused
from offmon.core.formats.commitment import WithholdingGround
from offmon.core.formats.event import DisclosureLeaf
from offmon.core.ids import Id
from offmon.core.log.records import AlertRecord, DecisionOutcome, ExportRecord, WithheldDisclosure
from offmon.verify.app import judge
from offmon.verify.checks import exports
from tests.prove.markers import proves
from tests.support.forge import Forge

type Account = tuple[LeafAccount, str, int | None]
Bend = Callable[[ExportRecord], ExportRecord]


class Chosen(Forge):
    """A world in which every alert is chosen for a stated reason, and what is of none is withheld."""

    def choose(self, asked: ExportRecord) -> ExportRecord:
        alerts = self.all(AlertRecord)
        of_alerts = {(place.epoch, place.n) for alert in alerts for place in alert.leaves}
        for epoch in self.epochs:
            for n, leaf in enumerate(epoch.leaves):
                is_closed = n not in epoch.accounts or epoch.accounts[n][0] is LeafAccount.WITHHELD
                if isinstance(leaf, DisclosureLeaf) and (epoch.id, n) not in of_alerts and is_closed:
                    epoch.accounts[n] = LeafAccount.WITHHELD, "not_relevant", None
        return replace(asked, alerts=tuple(one.id for one in alerts), closed_reason="The court asked for all.")


class Withholding(Chosen):
    """… and in which the disclosure of the undecided alert is withheld by name."""

    account: Account = (LeafAccount.WITHHELD, "privilege", None)

    def choose(self, asked: ExportRecord) -> ExportRecord:
        place = self.all(AlertRecord)[-1].leaves[0]
        epoch = next(one for one in self.epochs if one.id == place.epoch)
        epoch.accounts[place.n] = self.account
        named = WithheldDisclosure(place, WithholdingGround.PRIVILEGE, "A letter of a solicitor.")
        return replace(super().choose(asked), withheld=(named,))


def found(bend: Bend, world: type[Forge] = Chosen) -> list[str]:
    """The codes of what the verifier finds wrong."""
    forged = world(export=bend).build()
    return [reason.code for check in judge(forged.bundle(), forged.trust).checks for reason in check.reasons]


def test_what_was_chosen_verifies_and_so_does_a_bundle_from_before_that_chose_by_period() -> None:
    assert found(lambda asked: asked) == []
    assert found(lambda asked: replace(asked, alerts=None, closed_reason=None)) == []


@proves("S119", opens, disabled=lambda export, place, at, of_alerts, of_exhibits: True)
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


def otherwise(named: Callable[[WithheldDisclosure], WithheldDisclosure]) -> Bend:
    """The record names the withheld disclosure in another way."""
    return lambda asked: replace(asked, withheld=tuple(map(named, asked.withheld)))


def test_what_is_withheld_by_name_verifies() -> None:
    assert found(lambda asked: asked, Withholding) == []


@proves("S126", exports._check_withheld, disabled=lambda case, export: None)
def test_nobody_withholds_on_a_ground_that_the_record_does_not_name() -> None:
    assert found(lambda asked: replace(asked, withheld=()), Withholding) == ["withheld-unsaid"]
    another = otherwise(lambda one: replace(one, ground=WithholdingGround.THIRD_PARTY))
    assert found(another, Withholding) == ["withheld-otherwise"]


@proves("S126", exports._check_withheld, disabled=lambda case, export: None)
@pytest.mark.parametrize(
    ("account", "code"),
    [
        ((LeafAccount.WITHHELD, "not_relevant", None), "withheld-otherwise"),
        ((LeafAccount.WITHHELD, "third_party", None), "withheld-otherwise"),
        ((LeafAccount.WITHHELD, "does_not_open", None), "withheld-otherwise"),
        ((LeafAccount.REFUSED, "out-of-period", None), "withheld-otherwise"),
        ((LeafAccount.LOST, "lost-by-agency", 0), "withheld-otherwise"),
        ((LeafAccount.ERASED, "no-longer-necessary", 0), "withheld-otherwise"),
        ((LeafAccount.SHOWN, "", None), "not-asked-for"),
    ],
)
def test_what_the_record_withholds_is_passed_off_as_nothing_else(account: Account, code: str) -> None:
    world = type("Passed", (Withholding,), {"account": account})
    assert code in found(lambda asked: asked, world)


@proves("S126", check_withholding, disabled=lambda withheld, of_alerts, of_exhibits: None)
@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (otherwise(lambda one: replace(one, note=" ")), "withheld-without-ground"),
        (otherwise(lambda one: replace(one, ground=WithholdingGround.NOT_RELEVANT)), "withheld-without-ground"),
        (lambda asked: replace(asked, withheld=asked.withheld * 2), "withheld-not-chosen"),
        (lambda asked: replace(asked, alerts=(asked.alerts or ())[:2]), "withheld-not-chosen"),
    ],
)
def test_a_name_without_ground_or_note_or_of_no_chosen_alert_is_found(bend: Bend, code: str) -> None:
    assert found(bend, Withholding) == [code]


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
