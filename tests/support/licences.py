"""A story's monitoring under a licence beside its order, and documents of the licence feed."""

import json
from typing import Any

from offmon.core.authority.bases import Basis
from offmon.core.authority.licence import LicenceType
from offmon.core.authority.profile import Choice
from offmon.core.clock import DAY_MS, Period, utc_text
from offmon.core.ids import Id, Ms
from offmon.server.base.scope import scope
from offmon.server.deployments.actions import do_authorise, do_draft
from offmon.server.detectors import queries as detectors
from offmon.server.orders.actions import do_confirm_term, do_record_instrument, do_record_term
from offmon.server.orders.licences.actions import do_record_licence
from offmon.server.orders.licences.queries import LicenceEntry
from tests.support.fake_device import now
from tests.support.orders import a_term, an_entry
from tests.support.story import ANSWERS, Story

NUMBER = "4711"
CODE = "2d67f68a-8adf-47a9-a68d-a6fc9f2c4556"


def under_a_licence(story: Story) -> tuple[Id, tuple[Choice, ...]]:
    """The licence, and what is chosen: each choice rests on a condition of the order and on one of the licence. Authorised and noticed."""
    begins = Ms(now() - 20 * DAY_MS)
    chosen: list[Choice] = []
    with story.console(), story.with_keys():
        licence = do_record_instrument(story.case, an_entry(story.agency, Basis.LICENCE, begins), actor=story.officer)
        with scope(story.officer):
            lists = {one.capability: one.ref.id for one in detectors.declarations()}
        for capability, term in story.terms.items():
            of_licence = a_term(Period(begins, Ms(now() + 300 * DAY_MS)), capability)
            added = do_record_term(licence, of_licence, actor=story.officer)
            do_confirm_term(added, actor=story.colleague)
            chosen.append(Choice(capability, (term, added), (lists[capability],), None))
        do_record_licence(licence, LicenceEntry(NUMBER, LicenceType.AP, "CRD", "4.0", (CODE,)), actor=story.officer)
        story.authorisation = do_draft(story.case, tuple(chosen), actor=story.officer)
        do_authorise(story.authorisation, ANSWERS, actor=story.authoriser)
    story.serve_notice()
    return licence, tuple(chosen)


def change(status: str = "ACTIVE", at: int | None = None, **changed: Any) -> dict[str, Any]:
    return {"licence": NUMBER, "at": utc_text(Ms(at or now())), "status": status, "type": "AP"} | changed


def said(story: Story, *changes: Any, **changed: Any) -> bytes:
    """A document of the feed."""
    times = {"made_at": utc_text(now()), "next_by": utc_text(Ms(now() + DAY_MS))}
    return json.dumps({"schema": 1, "agency": story.agency, "changes": changes} | times | changed).encode()
