"""Who may do what: separation of duties (requirements §0.4; R-LEG-24, R-SEC-9)."""

import pytest

from offmon.core.access.roles import MATRIX, Permission, Role, may

APART = [
    (Permission.DEPLOYMENT_DRAFT, Permission.DEPLOYMENT_AUTHORISE),
    (Permission.EXPORT_ASK, Permission.EXPORT_APPROVE),
    (Permission.DESTRUCTION_ASK, Permission.DESTRUCTION_APPROVE),
    (Permission.LIST_DRAFT, Permission.LIST_APPROVE),
    (Permission.INSTRUMENT_RECORD, Permission.DEPLOYMENT_AUTHORISE),
    (Permission.ASSESSMENT_PREPARE, Permission.ASSESSMENT_SIGN),
    (Permission.POLICY_PREPARE, Permission.POLICY_AGREE),
    (Permission.RESTRICTION_ASK, Permission.RESTRICTION_DECIDE),
    (Permission.RESTRICTION_ASK, Permission.REQUEST_ANSWER),  # who keeps the case does not answer what is said of it
    (Permission.CONTENT_REVEAL, Permission.AUDIT_READ),  # who is watched does not watch
    (Permission.STAFF_MANAGE, Permission.ALERT_READ),  # who makes accounts sees no case
    (Permission.STAFF_MANAGE, Permission.AUDIT_READ),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_no_role_holds_both(one: Permission, other: Permission) -> None:
    assert not [role for role in Role if may(role, one) and may(role, other)]
    assert [role for role in Role if may(role, one)]
    assert [role for role in Role if may(role, other)]


@pytest.mark.parametrize("role", [Role.SUPPLIER_OPERATOR, Role.SERVICE])
def test_a_supplier_and_a_process_have_no_permission_of_a_person(role: Role) -> None:
    assert not [permission for permission in Permission if may(role, permission)]


def test_the_table_names_every_role_and_every_permission() -> None:
    assert set(MATRIX) == set(Role)
    assert frozenset().union(*MATRIX.values()) == set(Permission)


def test_only_these_may_see_content() -> None:
    seeing = {role for role in Role if may(role, Permission.CONTENT_REVEAL)}
    assert seeing == {Role.OFFENDER_MANAGER, Role.SUPERVISOR, Role.EVIDENCE_OFFICER}


def test_only_people_decide_and_who_decides_may_read() -> None:
    for role in Role:
        if may(role, Permission.ALERT_DECIDE):
            assert may(role, Permission.ALERT_READ)
            assert role is not Role.SERVICE


def test_a_permission_is_a_thing_and_an_act_in_alphabetical_order() -> None:
    values = [permission.value for permission in Permission]
    assert values == sorted(values)
    assert all(value.count(".") == 1 for value in values)
