"""Seals a day's consultations once the day is over (`core/log/consultations.py`).

Rules
- One entry of the agency's own run seals the lines of every case. A day without lines is sealed in the same way.
- A day is sealed once. If two workers seal it at once, the constraint `audit_sealed_once_a_day` undoes one of them whole.
"""

import secrets
from collections.abc import Mapping
from datetime import date

from offmon.core import clock as time
from offmon.core.ids import Digest, Id
from offmon.core.log import consultations
from offmon.core.log.audit import Verb
from offmon.server.audit import queries
from offmon.server.audit.actions.entries import append
from offmon.server.audit.models import SealedDay, SealedLook
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_salt
from offmon.server.base.scope import action


@action
def do_seal_looks(day: date, teams: Mapping[Id, str], *, actor: Actor) -> Digest:
    """Seal the lines of a day. `teams`: what each team is called. Returns the root that the log holds now."""
    on = time.start_of_day(day)
    lines = [
        _line(
            actor.agency,
            consultations.Consultation(case, on, role, None if team is None else teams.get(team), verb),
            team,
        )
        for case, role, team, verb in queries.looks_of(actor.agency, on, time.end_of_day(day))
    ]
    leaves = consultations.leaves([line.commit for line in lines], iter(_drawn, None))
    entry = append(
        actor,
        Verb.LOOKS_SEALED,
        case=None,
        reason=consultations.reason_of(day),
        manifest=(root := consultations.root_over(leaves)),
    )
    SealedLook.objects.bulk_create(lines)
    SealedDay(
        agency=actor.agency,
        on=on,
        leaves=bytes.fromhex("".join(leaves)),
        entry=entry.id,
        doc=entry.doc,
        salt=entry.salt,
    ).save(force_insert=True)
    return root


def _line(agency: Id, look: consultations.Consultation, team: Id | None) -> SealedLook:
    salt = new_salt()
    return SealedLook(
        agency=agency,
        case=look.case,
        on=look.on,
        role=look.role,
        team=team,
        team_name=look.team,
        what=look.what,
        salt=salt,
        commit=consultations.commit_of(look, salt),
    )


def _drawn() -> Digest:
    """A leaf that is nobody's."""
    return Digest(secrets.token_hex(32))
