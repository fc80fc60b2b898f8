"""When a case may be shared (DPA 2018 s.62(3); design §5, "Scope")."""

import pytest

from offmon.core.access.sharing import SharingGround, check_share
from offmon.core.errors import Refused
from offmon.core.ids import Id

LEAD, PARTNER = Id("1" * 32), Id("2" * 32)


@pytest.mark.parametrize("ground", [SharingGround.MAPPA, SharingGround.LICENCE, SharingGround.CRIME_AND_DISORDER])
def test_a_case_is_shared_with_another_agency_on_a_ground_and_for_a_reason(ground: SharingGround) -> None:
    check_share(LEAD, PARTNER, ground, "", "They supervise the licence.")


def test_a_ground_that_is_not_on_the_list_is_stated() -> None:
    check_share(LEAD, PARTNER, SharingGround.OTHER, "Children Act 2004 s.11", "A child may be at risk.")


@pytest.mark.parametrize(
    ("partner", "ground", "words", "reason", "code"),
    [
        (LEAD, SharingGround.MAPPA, "", "why", "not-another-agency"),
        (PARTNER, SharingGround.OTHER, "", "why", "no-ground"),
        (PARTNER, SharingGround.OTHER, " ", "why", "no-ground"),
        (PARTNER, SharingGround.MAPPA, "and another", "why", "no-ground"),  # one ground, and no second in small print
        (PARTNER, SharingGround.MAPPA, "", "", "no-reason"),
        (PARTNER, SharingGround.MAPPA, "", " \n", "no-reason"),
    ],
)
def test_it_is_not_shared_otherwise(partner: Id, ground: SharingGround, words: str, reason: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_share(LEAD, partner, ground, words, reason)
    assert refusal.value.code == code
