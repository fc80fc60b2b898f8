"""Without a recent step-up the vault opens and releases nothing, whatever the console says (ADR 8)."""

from collections.abc import Callable

from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.server.base.vault import VaultClient
from offmon.server.evidence.actions import SealRequest, do_ask_seal
from tests.integration.evidence.test_export import approve, record
from tests.integration.evidence.test_export import ask as ask_export
from tests.integration.vault.test_reveal import ask, occurrences
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.taken import overwrite, shown_earlier


def stale(story: Story, minutes: int, call: Callable[[Id], object], row: Id) -> bool:
    """Whether the vault refuses when the factor had been shown that long before; it is as it was after that."""
    shown_earlier(story, minutes)
    try:
        return code_of(call, row) == "factor-stale"
    finally:
        shown_earlier(story, -minutes)


def test_no_body_is_opened_and_none_sealed(story: Story, vault: VaultClient) -> None:
    one, reveal = occurrences(story)[0], ask(story)
    assert stale(story, 61, vault.reveal, reveal)
    unknown = ask(story)
    overwrite(story, "evidence_reveal", unknown, {"asked_in": None})
    assert code_of(vault.reveal, unknown) == "factor-stale"  # nor for a sitting that nobody names
    assert story.entries(Verb.CONTENT_REVEALED) == []
    vault.reveal(reveal)
    story.decide()
    with story.console():
        request = SealRequest("AB", story.supervisor.id, "For the investigation.")
        exhibit = do_ask_seal(story.alerts[0], one.leaf, one.place, request, actor=story.officer)
    assert stale(story, 61, vault.seal, exhibit)
    assert story.entries(Verb.EXHIBIT_OPENED) == []
    vault.seal(exhibit)


def test_no_bundle_is_opened_for_released_or_given_out(story: Story, vault: VaultClient) -> None:
    export = ask_export(story)
    assert stale(story, 16, vault.open_export, export)
    assert story.entries(Verb.EXPORT_OPENED) == []
    vault.open_export(export)
    story.publish()
    vault.build_export(export)
    approve(story, export)
    assert stale(story, 16, vault.release, export)
    vault.release(export)
    story.publish()
    record(story, export)
    assert stale(story, 16, vault.download, export)
    vault.download(export).close()
