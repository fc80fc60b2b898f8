"""What follows a finding is shown in a bundle with a finding of a chosen alert, and not by itself (issue 19; S182)."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from offmon.core.authority.capability import Capability
from offmon.core.formats.event import Envelope
from offmon.core.ids import Count, Ms
from offmon.core.log.records import LeafPlace
from offmon.verify.checks.exports import _following
from tests.unit.core.samples import NOW, claim_on, digest, ident, profile

CLAIM = claim_on(profile())
LATER = replace(CLAIM, event_at=Ms(NOW + 1))


def place(n: int, epoch: str = "epoch") -> LeafPlace:
    return LeafPlace(ident("device"), ident(epoch), Count(n))


def item(at: LeafPlace, claim: Any) -> Any:
    one = Envelope(
        *(ident("deployment"), at.device, at.epoch, at.n, digest("profile"), Count(1), digest("body"), claim)
    )
    return SimpleNamespace(envelope=one)


@pytest.mark.parametrize(
    ("shown", "of_alerts", "kind", "goes"),
    [
        ({place(1): CLAIM}, {place(1)}, Capability.CONTEXT, True),
        ({place(1): CLAIM}, {place(1)}, Capability.SITE, False),  # a finding needs an alert of its own
        ({place(1): LATER}, {place(1)}, Capability.CONTEXT, False),
        ({place(1): CLAIM}, set(), Capability.CONTEXT, False),  # of an alert that nobody chose
        ({}, {place(1)}, Capability.CONTEXT, True),  # it may be the one that is not shown
        ({}, {place(9)}, Capability.CONTEXT, False),
        ({}, {place(1, "another")}, Capability.CONTEXT, False),
    ],
)
def test_it_goes_with_a_finding_of_a_chosen_alert(
    shown: dict[LeafPlace, Any], of_alerts: set[LeafPlace], kind: Capability, *, goes: bool
) -> None:
    own = place(5)
    items = {at: item(at, claim) for at, claim in {**shown, own: replace(CLAIM, kind=kind)}.items()}
    case: Any = SimpleNamespace(files=SimpleNamespace(items=items))
    assert (own in _following(case, of_alerts)) is goes
