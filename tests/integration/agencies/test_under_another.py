"""A row of another agency that claims our case takes no place of ours: a grant is one in its agency (R-SEC-9; design §5)."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import psycopg

from offmon.core.access.sharing import SharingGround
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.agencies.actions import do_grant_caseload
from offmon.server.base.ids import new_id
from tests.integration.signer.test_second_person import another_agency, colleague
from tests.support.fake_device import now
from tests.support.story import Story
from tests.support.taken import Elsewhere, insert, name


def test_a_case_is_opened_to_a_colleague_whatever_another_agency_says_of_it(story: Story) -> None:
    agency = another_agency(story)
    theirs = replace(story.officer, id=colleague(story, story.officer.role, agency), agency=agency)
    there, party = Elsewhere(agency, story.case, theirs), new_id()
    of_case = {"agency": agency, "case": story.case, "reason": "x"}
    shared = {
        "partner_id": story.agency,
        "ground": SharingGround.LICENCE.value,
        "ground_words": "",
        "shared_by": theirs.id,
        "since": now(),
    }
    with story.database.connect("offmon_console") as console:
        for setting, value in (("offmon.agency", agency), ("offmon.actor", theirs.id)):
            console.execute("select set_config(%s, %s, true)", [setting, value])
        _grant(console, there, of_case | {"staff_id": theirs.id})  # nobody shares a case that is not theirs
        insert(console, "agencies_party", {"id": party, "salt": secrets.token_bytes(32)} | of_case | shared)
        name(console, there, Verb.CASE_SHARED, "agencies_party", party)
        _grant(console, there, of_case | {"staff_id": story.stranger.id, "party_id": party})
    with story.console():
        do_grant_caseload(story.case, story.stranger.id, "the case is theirs too", actor=story.officer)


def _grant(console: "psycopg.Connection[Any]", there: Elsewhere, values: Mapping[str, object]) -> None:
    row: dict[str, object] = {
        "id": new_id(),
        "salt": secrets.token_bytes(32),
        "since": now(),
        "granted_by": there.officer.id,
        **values,
    }
    insert(console, "agencies_caseload", row)
    name(console, there, Verb.CASELOAD_GRANTED, "agencies_caseload", Id(str(row["id"])))
