"""Writes the invented agencies, their keys, teams and staff.

It runs once as the migrating role, as an operator would, before anyone can sign in: these are directory rows, of no case. It draws the
passwords and writes them for the person who runs the trial. The database keeps their hashes.
"""

import json
import secrets
from typing import Final

from offmon.server.agencies.accounts.actions import NewStaff
from offmon.server.agencies.actions import NewAgency, set_up_agency
from offmon.server.processes.roles import write_secret
from trial import ceremony
from trial.apps import check_same_staff
from trial.ceremony import AgencyKeys
from trial.invented import (
    AGENCIES,
    DUTY_INSPECTOR,
    OFFICE_HOURS,
    ON_CALL,
    STAFF,
    InventedAgency,
)
from trial.places import TrialHome

PASSWORD_BYTES: Final = 12


def main(home: TrialHome) -> None:
    """Write what is not yet there."""
    made = ceremony.load(home)
    passwords = {person.sign_in: secrets.token_urlsafe(PASSWORD_BYTES) for person in STAFF}
    if not home.sign_ins.exists():  # before the rows, so that no account is made whose password nobody has
        write_secret(home.sign_ins, json.dumps(passwords, indent=1))
    passwords = json.loads(home.sign_ins.read_text())
    check_same_staff(passwords)
    for invented, keys in zip(AGENCIES, made.agencies, strict=True):
        set_up_agency(_new(invented, keys, passwords))


def _new(invented: InventedAgency, keys: AgencyKeys, passwords: dict[str, str]) -> NewAgency:
    staff = [person for person in STAFF if person.agency == invented.code]
    return NewAgency(
        id=keys.agency,
        name=invented.name,
        force_code=invented.code,
        origin=keys.origin,
        root=keys.root,
        contact=invented.contact,
        office_hours=OFFICE_HOURS,
        on_call=ON_CALL,
        duty_inspector=DUTY_INSPECTOR,
        statements=(keys.statement,),
        team=invented.team,
        staff=tuple(NewStaff(one.sign_in, one.name, one.role, passwords[one.sign_in]) for one in staff),
    )
