"""What the table of powers says of each basis, row by row (requirements §0.1)."""

from dataclasses import replace

import pytest

from offmon.core.clock import DAY_MS
from offmon.core.errors import Refused
from offmon.core.ids import Ms
from offmon.core.order import Capability, TermKind, check_term
from offmon.core.profile import Choice, compile_grants
from tests.unit.core.samples import LICENCE, LICENCE_TERM, NOW, SITES, code_of

FOREVER = Ms(NOW + 40 * 366 * DAY_MS)


@pytest.mark.parametrize("effect", TermKind)
def test_a_licence_runs_to_its_expiry_and_no_term_of_it_without_an_end(effect: TermKind) -> None:
    capabilities = () if effect is TermKind.TRAVEL else LICENCE_TERM.capabilities
    term = replace(LICENCE_TERM, effect=effect, capabilities=capabilities, until=None)
    assert code_of(check_term, LICENCE, term) == "no-last-day"


def test_so_it_grants_nothing_forty_years_on() -> None:
    term = replace(LICENCE_TERM, until=None)
    choice = Choice(Capability.SITE, (term.id,), (SITES.ref.id,), None)
    lists = [replace(SITES, valid=replace(SITES.valid, until=None))]
    with pytest.raises(Refused, match="runs to its expiry"):
        compile_grants([LICENCE], [term], [choice], lists, FOREVER)
