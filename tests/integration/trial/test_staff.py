"""The invented staff: each agency has every role that the product needs. A trial begun with others says so."""

import pytest

from offmon.core.access.roles import Role
from offmon.core.errors import Refused
from trial.apps import check_same_staff
from trial.invented import AGENCIES, STAFF


@pytest.mark.parametrize("role", [Role.TENANT_ADMIN, Role.DATA_PROTECTION])
def test_every_agency_can_check_its_contact_and_record_its_papers(role: Role) -> None:
    """The public page claims a paper once every agency holds its own: an agency without anybody who may record one kept it from all."""
    assert {one.agency for one in STAFF if one.role is role} == {agency.code for agency in AGENCIES}


def test_nobody_is_mistaken_for_another() -> None:
    assert len({one.sign_in for one in STAFF}) == len({one.name for one in STAFF}) == len(STAFF)


def test_a_trial_that_was_begun_with_other_staff_says_what_to_do() -> None:
    sign_ins = [one.sign_in for one in STAFF]
    check_same_staff(sign_ins)
    for others in (sign_ins[1:], [*sign_ins, "gone-since"]):
        with pytest.raises(Refused, match="make reset"):
            check_same_staff(others)


def test_every_agency_has_two_administrators() -> None:
    """What needs two of them is a dead end with one."""
    asked = [one.agency for one in STAFF if one.role is Role.TENANT_ADMIN]
    assert all(asked.count(agency.code) == 2 for agency in AGENCIES)
