"""An attack: a console that was taken over writes a profile request that nobody authorised, and asks the signer.

It bypasses the actions: SQL on the console's database role writes the row, with a true audit entry. The entry names the row, so the
database lets it commit. The signer stops it, because it reads what the request rests on.
"""

import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from offmon.core import clock as time
from offmon.core.errors import Refused
from offmon.core.formats import commitment
from offmon.core.ids import Id, Ms, Slug
from offmon.core.log.audit import Touched, Verb
from offmon.core.log.records import ProfileRecord, values_of
from offmon.core.states import ProfileState
from offmon.server.audit.actions import append
from offmon.server.base import clock, env
from offmon.server.base.ids import new_id, new_salt
from offmon.server.base.scope import scope
from offmon.server.base.signer import SignerClient
from offmon.server.deployments.actions import do_draft
from offmon.server.deployments.queries import file_of
from trial.acting import actor_of
from trial.invented import OFFICER
from trial.places import TrialHome

_INSERT = """
insert into deployments_profile (id, agency, "case", salt, deployment_id, device_id, version, state, authorisation_id, asked_by,
    lease_since, lease_until)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def main(home: TrialHome) -> None:
    """Forge, ask, and say what came of it. Raises Refused if the signer signed: the promise would be broken."""
    case = Id(json.loads((home.of("console") / "seed.json").read_text())["case opened"])
    actor = actor_of(OFFICER)
    with scope(actor):
        file = file_of(case)
        if file is None or not file.devices or file.devices[0].profile is None:
            raise Refused("no-device", "There is no device yet whose profile could be forged.")
        known, authorised = file.devices[0].profile, file.authorisations[0]
    draft = do_draft(case, authorised.choices, actor=actor)  # lawful, and authorised by nobody
    since = clock.now()
    forged = ProfileRecord(
        id=new_id(),
        deployment=known.deployment,
        device=known.device,
        version=known.version + 1,
        state=ProfileState.ASKED,
        authorisation=draft,
        asked_by=actor.id,
        lease_since=since,
        lease_until=Ms(since + time.DAY_MS),
        digest=None,
    )
    salt = new_salt()
    with scope(actor), connection.cursor() as cursor:
        ids: list[Any] = [UUID(one) for one in (forged.id, actor.agency, case)]
        rests: list[Any] = [
            UUID(forged.deployment),
            UUID(forged.device),
            forged.version,
            forged.state.value,
            UUID(draft),
        ]
        times: list[Any] = [UUID(actor.id), forged.lease_since, forged.lease_until]
        cursor.execute(_INSERT, [*ids, salt, *rests, *times])
        commit = commitment.commit(ProfileRecord.KIND, salt, values_of(forged))
        append(actor, Verb.PROFILE_ASKED, case=case, touched=(Touched(Slug(ProfileRecord.KIND), forged.id, commit),))
    try:
        SignerClient(Path(env.required("OFFMON_SIGNER_SOCKET", "the signer's local socket"))).sign_profile(forged.id)
    except Refused as refusal:
        if refusal.code != "not-waiting":  # the worker may have asked first
            raise
    with scope(actor), connection.cursor() as cursor:
        cursor.execute("select state, refusal from deployments_profile where id = %s", [UUID(forged.id)])
        state, refusal_code = cursor.fetchone() or ("gone", None)
    if state != ProfileState.REFUSED:
        raise Refused("forgery-passed", f"The forged request is {state}.")
    sys.stdout.write(f"{refusal_code}\n")
