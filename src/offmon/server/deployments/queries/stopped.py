"""Which cases were authorised and have no condition in force any more, for a page of many. Inside the scope that is open."""

from collections.abc import Collection

from offmon.core.authority.in_force import check_some_in_force
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.states import DeploymentState
from offmon.server.deployments import models
from offmon.server.deployments.policy import given
from offmon.server.orders.authorities.queries import authority_of_each


def stopped_among(cases: Collection[Id], at: Ms) -> dict[Id, Refused]:
    """Of these cases those where nothing may be installed, by their newest authorisation, each with why. As many statements for many.

    What cannot be read is left out: its own page refuses it.
    """
    live = given(at).filter(case__among=cases).exclude(deployment__state=DeploymentState.ENDED)
    newest: dict[Id, models.Authorisation] = {}
    for row in live:
        newest.setdefault(row.case, row)
    found = {}
    for case, (instruments, terms, withdrawn) in (authority_of_each(newest) if newest else {}).items():
        try:
            check_some_in_force(newest[case].chosen or (), instruments, terms, withdrawn, at)
        except Refused as refusal:
            found[case] = refusal
    return found
