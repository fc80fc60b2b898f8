"""Monitoring that has ended, and its certificate."""

from offmon.core.authority.standstill import Why
from offmon.core.states import DeploymentState
from offmon.server.deployments.actions import do_stop
from offmon.server.orders.actions import do_end_instrument
from offmon.server.rights.end_certificates import queries
from offmon.server.rights.end_certificates.actions import do_make_end_certificate
from tests.integration.signer.test_newer_order import signed
from tests.support.fake_device import now
from tests.support.story import Story

REASON = "The order of the court of 3 March, which Robin Invented brought."


def end(story: Story) -> None:
    """End the order and the monitoring; the worker asks for the last profile, which the signer signs."""
    with story.console():
        do_end_instrument(story.instrument, now(), REASON, actor=story.officer)
        do_stop(story.deployment, DeploymentState.ENDED, Why.DISCHARGED, REASON, actor=story.officer)
    signed(story)
    story.publish()


def make(story: Story) -> bytes:
    """Make the certificate, and its file under a checkpoint that a witness saw."""
    with story.console(), story.with_keys():
        do_make_end_certificate(story.deployment, actor=story.officer)
    story.publish()
    with story.console():
        view = queries.certificate(story.case, story.deployment, actor=story.officer)
    assert view is not None
    assert view.file is not None
    return view.file
