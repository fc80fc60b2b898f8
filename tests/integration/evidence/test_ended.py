"""An order's end and monitoring's end are written once, and the log is asked (design §1.9; R-LEG-3; S86)."""

import json
from collections.abc import Mapping
from typing import Any

import psycopg
import pytest

from offmon.core.authority.capability import Capability
from offmon.core.authority.may_leave import event_time
from offmon.core.authority.standstill import Why
from offmon.core.bundle.case import load
from offmon.core.bundle.layout import REPORT
from offmon.core.bundle.read import read_bag
from offmon.core.ids import Ms
from offmon.core.log import attribution, provenance
from offmon.core.log.audit import Touched, Verb
from offmon.core.states import DeploymentState
from offmon.server.base.scope import scope
from offmon.server.base.vault import VaultClient
from offmon.server.deployments.actions import do_resume, do_stop
from offmon.server.deployments.models import Deployment
from offmon.server.orders.actions import do_end_instrument
from offmon.server.orders.models import InstrumentRow
from offmon.verify.text import as_json, as_text
from tests.integration.evidence.test_export import export, verified
from tests.integration.signer.test_grants_nothing import licence
from tests.integration.signer.test_newer_order import renewed, signed
from tests.integration.signer.test_noticed import authorise
from tests.integration.signer.test_sign import device_of
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.taken import name, overwrite, taken_console

ORDER = "orders_instrument"
MONITORING = "deployments_deployment"
NO_END: Mapping[str, Any] = {"ended_at": None, "end_known_at": None}


def end(story: Story) -> None:
    with story.console():
        do_end_instrument(story.instrument, Ms(now() - 1), "quashed on appeal", actor=story.officer)


def as_it_would_be(story: Story, columns: Mapping[str, Any]) -> Touched:
    """The order with other columns, as an entry would commit to it."""
    with story.console(), scope(story.officer):
        row = InstrumentRow.objects.get(id=story.instrument)
        for column, value in columns.items():
            setattr(row, column, value)
        return row.touched()


def rewrite(story: Story, columns: Mapping[str, Any]) -> None:
    """The order changed by somebody on whom no trigger works, and an entry of another act that commits to it as it now stands."""
    touched = as_it_would_be(story, columns)
    overwrite(story, ORDER, story.instrument, columns)
    with taken_console(story) as console:
        name(console, story, Verb.CASE_CONSULTED, ORDER, story.instrument, touched)


def write(story: Story, verb: Verb, table: str, row: str, change: str) -> None:
    """A change by the console's own role, with the entry that the backstop asks for."""
    with taken_console(story) as console:
        console.execute(f"update {table} set {change} where id = %s", [row])  # noqa: S608  # ours
        name(console, story, verb, table, row)


@pytest.mark.parametrize(
    "change",
    ["ended_at = null, end_known_at = null", "ended_at = ended_at + 60000", "end_known_at = end_known_at + 60000"],
    ids=["taken back", "moved", "known later"],
)
@proves("S86", drop="drop trigger end_once on orders_instrument", row="taken back")
def test_the_console_neither_takes_an_end_back_nor_moves_it(story: Story, change: str) -> None:
    end(story)
    with pytest.raises(psycopg.errors.CheckViolation, match="written once"):
        write(story, Verb.INSTRUMENT_ENDED, ORDER, story.instrument, change)


def test_nor_does_it_say_that_an_end_was_known_earlier(story: Story) -> None:
    earlier = f"ended_at = 1, end_known_at = {now() - 60_000}"
    with pytest.raises(psycopg.errors.CheckViolation, match="known now"):
        write(story, Verb.INSTRUMENT_ENDED, ORDER, story.instrument, earlier)


def test_no_profile_is_signed_on_an_order_whose_end_was_taken_back(story: Story) -> None:
    asked = story.ask_profile()
    end(story)
    rewrite(story, NO_END)
    story.sign(asked)
    assert device_of(story).refusal == "changed-after"


@proves(
    "S88",
    provenance.newest,
    disabled=lambda run: {(one.table, one.id): (number, one.commit) for number, entry in run for one in entry.touched},
)
def test_nor_is_a_bundle_made_that_shows_one(story: Story, vault: VaultClient) -> None:
    """What another act than those that write an order says of it is not what the order is (S88)."""
    verified(story, export(story, vault))
    rewrite(story, {"reference": "T86/0002"})
    assert code_of(export, story, vault) == "rows-changed"


def test_nor_one_of_an_order_whose_end_was_taken_back(story: Story, vault: VaultClient) -> None:
    """The vault asks the law first: what was collected since would be shown as if it had authority (S173)."""
    end(story)
    rewrite(story, NO_END)
    assert code_of(export, story, vault) == "changed-after"


@proves("S86", drop="drop trigger ended_for_good on deployments_deployment")
def test_monitoring_that_has_ended_is_not_brought_back(story: Story) -> None:
    write(story, Verb.DEPLOYMENT_MOVED, MONITORING, story.deployment, "state = 'ended'")
    with pytest.raises(psycopg.errors.CheckViolation, match="stays ended"):
        write(story, Verb.DEPLOYMENT_MOVED, MONITORING, story.deployment, "state = 'active'")
    with story.console(), scope(story.officer):
        assert Deployment.objects.get(id=story.deployment).state is DeploymentState.ENDED


def test_no_profile_is_signed_for_monitoring_that_was_brought_back(story: Story) -> None:
    """By somebody on whom no trigger works: the log says still that it was stopped."""
    asked = story.ask_profile()
    write(story, Verb.DEPLOYMENT_MOVED, MONITORING, story.deployment, "state = 'ended'")
    overwrite(story, MONITORING, story.deployment, {"state": "active"})
    story.sign(asked)
    assert device_of(story).refusal == "monitoring-stopped"


def test_monitoring_that_was_stopped_collects_nothing_more_and_its_bundle_verifies(
    story: Story, vault: VaultClient
) -> None:
    """Device and gate 2 went on to the end of the lease; now the worker asks for the profile that grants nothing, once (S107)."""
    with story.console():
        do_stop(story.deployment, DeploymentState.SUSPENDED, Why.CUSTODY, "the prison wrote", actor=story.officer)
    [asked] = renewed(story)
    story.disclose(1, under=story.profiles[0])
    story.send()  # found after the lease was asked for, and come before the signature: it counts, and is shown
    story.sign(asked)
    assert (story.profiles[-1].grants, device_of(story).nothing) == ((), "monitoring-stopped")
    assert renewed(story) == []
    before = len(story.device.leaves)
    story.disclose(1, under=story.profiles[0])
    story.send()
    bundle = export(story, vault)
    verdict = verified(story, bundle)
    assert (len(story.device.leaves) - before, verdict.counts.refused) == (1, 1)
    # No gap, since no device was told to collect; but nobody may read from that that it went on, nor that nothing was sent.
    [of_it] = verdict.ungranted
    signed_at = story.entries(Verb.PROFILE_SIGNED)[-1].at
    assert (of_it.device, of_it.version, of_it.since) == (story.device.device, story.profiles[-1].version, signed_at)
    assert (of_it.ended, signed_at < of_it.until < now()) == (False, True)
    text = as_text(verdict)
    assert "(the newest entry here; it had not ended then) the profile in force granted nothing: device" in text
    assert "nothing was collected" not in text
    assert "What another found then, or since the profile was asked for, was refused if it came after the" in text
    assert json.loads(as_json(verdict))["ungranted"][0]["since"] == signed_at
    report = read_bag(bundle).payload[REPORT].decode()
    gaps = report[report.index("None was declared.") : report.index("What is left out")]
    assert "Times in which the profile in force granted nothing" in gaps
    assert "was refused if it came after the signature" in gaps
    assert "(the newest entry here; it had not ended then)" in gaps
    assert "was not signed, because this monitoring was stopped</td>" in gaps
    shown = [event_time(item.envelope.claim) for item in load(read_bag(bundle)).files.items.values()]
    assert [at for at in shown if story.profiles[-1].lease.since <= at] != []
    assert [at for at in shown if of_it.since <= at] == []


def test_suspended_monitoring_goes_on_as_it_was_authorised_and_its_bundle_verifies(
    story: Story, vault: VaultClient
) -> None:
    """Custody and return: nothing is enrolled, authorised or told anew (requirements §0.3)."""
    granted = story.profiles[-1].grants
    with story.console():
        do_stop(story.deployment, DeploymentState.SUSPENDED, Why.CUSTODY, "the prison wrote", actor=story.officer)
    signed(story)
    assert story.profiles[-1].grants == ()
    with story.console():
        assert code_of(do_stop, story.deployment, DeploymentState.SUSPENDED, Why.DEATH, "no", actor=story.officer) == (
            "other-reason"
        )
        do_resume(story.deployment, "released", actor=story.officer)
    story.sign(story.ask_profile())
    assert story.profiles[-1].grants == granted
    story.disclose(1)
    story.send()
    verified(story, export(story, vault))


@proves("S165", attribution.check_not_stopped, disabled=lambda authorisation, deployment, log: None)
def test_nothing_is_signed_while_the_log_says_that_it_is_suspended(story: Story) -> None:
    asked = story.ask_profile()
    with story.console():
        do_stop(story.deployment, DeploymentState.SUSPENDED, Why.CUSTODY, "the prison wrote", actor=story.officer)
    overwrite(story, MONITORING, story.deployment, {"state": "active", "why": None, "stopped_at": None})
    story.sign(asked)
    assert device_of(story).refusal in {"monitoring-stopped", "rows-changed"}


def test_a_report_does_not_say_that_no_order_asked_for_what_nobody_chose(story: Story, vault: VaultClient) -> None:
    """The licence that visits rested on has ended. The order that runs on asks for phrases, which nobody authorised any more."""
    story.instrument = licence(story)
    authorise(story, Capability.SITE)
    story.serve_notice()
    signed(story)
    assert [grant.kind for grant in story.profiles[-1].grants] == [Capability.SITE]
    end(story)
    signed(story)
    assert story.profiles[-1].grants == ()
    bundle = export(story, vault)
    verified(story, bundle)
    report = read_bag(bundle).payload[REPORT].decode()
    assert "<td>nothing of what was authorised rests on an order that was in force then</td>" in report
