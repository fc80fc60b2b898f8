"""An end certificate is made of an end that the log holds, and says no more than the person may be told (R-RGT-20; S174)."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from offmon.agent import ended
from offmon.core.authority.standstill import Why
from offmon.core.bundle import end_certificate as certificates
from offmon.core.formats.protocol import Enrolled
from offmon.core.ids import Ms
from offmon.core.ids import Origin as LogOrigin
from offmon.core.person import delay
from offmon.server.base.scope import scope
from offmon.server.deployments.queries.ended import ended_monitoring
from offmon.server.rights.end_certificates import queries
from offmon.server.rights.end_certificates.actions import do_make_end_certificate
from offmon.server.rights.restrictions.queries import Left
from tests.integration.signer.test_newer_order import signed
from tests.prove.markers import proves
from tests.support.ended import end, make
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.taken import overwrite, taken_console

DAY = 86_400_000


@proves("S174", drop="drop trigger certifies_an_end on rights_endcertificate")
def test_the_database_takes_none_of_monitoring_that_goes_on(story: Story) -> None:
    with story.console():
        assert code_of(do_make_end_certificate, story.deployment, actor=story.officer) == "not-ended"
    with pytest.raises(psycopg.errors.CheckViolation, match="that has ended"), taken_console(story) as console:
        console.execute(
            'insert into rights_endcertificate (id, agency, salt, "case", deployment, digest, facts, shown, made_by, made_at)'
            " values (gen_random_uuid(), %s, %s, %s, %s, %s, '', '', %s, 1)",
            [story.agency, b"0" * 32, story.case, story.deployment, "0" * 64, story.officer.id],
        )


@proves("S174", certificates.questions, disabled=lambda certificate: [])
@pytest.mark.parametrize(
    "change",
    [{"why": "quashed"}, {"stopped_at": 1}],
    ids=["another reason", "another time"],
)
def test_none_is_made_of_an_end_that_the_log_does_not_hold(story: Story, change: Any) -> None:
    end(story)
    overwrite(story, "deployments_deployment", story.deployment, change)
    with story.console(), story.with_keys():
        assert code_of(do_make_end_certificate, story.deployment, actor=story.officer) == "end-unproved"


def test_nor_of_monitoring_that_somebody_only_called_ended(story: Story) -> None:
    changed = {"state": "ended", "why": "discharged", "stopped_at": now()}
    overwrite(story, "deployments_deployment", story.deployment, changed)
    signed(story)
    with story.console(), story.with_keys():
        code = code_of(do_make_end_certificate, story.deployment, actor=story.officer)
    assert code in {"end-unproved", "still-collecting"}


def test_the_device_of_the_case_accepts_it_without_a_network(story: Story) -> None:
    end(story)
    data, root, origin = make(story), story.root.public.vkey, LogOrigin(story.trust().agency(story.agency).origin)
    own = Enrolled(story.agency, story.deployment, story.device.device, root, (), origin)
    facts = ended.check(data, own)
    assert (facts.why, [one.device for one in facts.devices]) == (Why.DISCHARGED, [story.device.device])
    assert code_of(ended.check, data, replace(own, device=story.deployment)) == "other-monitoring"


def test_it_counts_only_what_the_person_may_be_told(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than their own page says that day: neither what is newer than the delay, nor what a restriction covers."""
    end(story)
    assert certificates.read(make(story)).facts.kept.held == 0
    rule = delay.shown_before
    monkeypatch.setattr(delay, "shown_before", lambda at, days: rule(Ms(at + 20 * DAY), days))
    with story.console(), scope(story.officer):
        over = ended_monitoring(story.deployment)
        assert over is not None
        told = queries.kept_of(over)
        assert told.held > 0
        monkeypatch.setattr(Left, "sent", lambda self, happened, reached: False)
        assert replace(told, held=0, refused=0, erased=0, lost=0, exhibits=0, decisions=0) == queries.kept_of(over)
