"""A printed notice carries a checkpoint of the log; the bundle proves that its own log continues from it (formats §10)."""

from dataclasses import replace

from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.server.audit import queries as log
from offmon.server.base.policies import Process
from offmon.server.base.vault import VaultClient
from offmon.server.deployments import queries as deployments
from offmon.verify.app import judge
from offmon.verify.verdict import CheckState, Name
from tests.integration.evidence.test_export import export
from tests.support.story import Story


def newest(story: Story) -> Checkpoint:
    with story.running(Process.WORKER):
        note = log.latest_cosigned(story.worker)
    assert note is not None
    return Checkpoint.parse(note.text)


def on_paper(story: Story) -> Checkpoint:
    """The three lines that stand on the notice, as someone copies them."""
    with story.console(), story.with_keys():
        view = deployments.paper(story.paper, actor=story.officer)
    assert view is not None
    lines = next(texts for kind, texts in view.paper.parts if kind == "code")
    return Checkpoint.copied("\n".join(lines).encode())


def test_the_vault_adds_the_proof_from_the_checkpoint_that_stands_on_the_notice(
    story: Story, vault: VaultClient
) -> None:
    data = export(story, vault)
    verdict = judge(data, story.trust(), on_paper(story))
    assert (verdict.exit, verdict.check(Name.SINCE).state) == (0, CheckState.HELD)
    other = judge(data, story.trust(), replace(on_paper(story), root=bytes(32)))
    assert (other.exit, other.check(Name.SINCE).state) == (1, CheckState.FAILED)


def test_the_vault_adds_the_proof_from_the_first_checkpoint_after_the_notice(story: Story, vault: VaultClient) -> None:
    story.publish()
    kept = newest(story)
    story.disclose(1)
    story.send()
    story.publish()
    data = export(story, vault)
    verdict = judge(data, story.trust(), kept)
    assert (verdict.exit, verdict.check(Name.SINCE).state) == (0, CheckState.HELD)
    assert [one.size for one in verdict.earlier] == [on_paper(story).size, kept.size]
    assert judge(data, story.trust(), newest(story)).exit == 0  # the export's own
    other = judge(data, story.trust(), replace(kept, root=bytes(32)))
    assert (other.exit, other.check(Name.SINCE).state) == (1, CheckState.FAILED)
