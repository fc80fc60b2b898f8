"""When a case may be shared (DPA 2018 s.62(3); design §5, "Scope")."""

import pytest

from offmon.core.access.sharing import SharingGround, check_share
from offmon.core.ids import Id
from tests.unit.core.samples import code_of

LEAD, PARTNER = Id("1" * 32), Id("2" * 32)


@pytest.mark.parametrize(
    ("partner", "ground", "words", "reason", "code"),
    [
        (PARTNER, SharingGround.MAPPA, "", "They supervise the licence.", None),
        (PARTNER, SharingGround.LICENCE, "", "They supervise the licence.", None),
        (PARTNER, SharingGround.CRIME_AND_DISORDER, "", "They supervise the licence.", None),
        (PARTNER, SharingGround.OTHER, "Children Act 2004 s.11", "A child may be at risk.", None),
        (LEAD, SharingGround.MAPPA, "", "why", "not-another-agency"),
        (PARTNER, SharingGround.OTHER, "", "why", "no-ground"),
        (PARTNER, SharingGround.OTHER, " ", "why", "no-ground"),
        (PARTNER, SharingGround.MAPPA, "and another", "why", "no-ground"),  # one ground, and no second in small print
        (PARTNER, SharingGround.MAPPA, "", "", "no-reason"),
        (PARTNER, SharingGround.MAPPA, "", " \n", "no-reason"),
    ],
)
def test_when_a_case_is_shared(partner: Id, ground: SharingGround, words: str, reason: str, code: str | None) -> None:
    assert code_of(check_share, LEAD, partner, ground, words, reason) == code
