"""The vault takes its steps for a bundle by itself: the worker asks again, and no step is taken twice (issue 15)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from offmon.core.clock import DAY_MS, HOUR_MS, Period
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.states import ExportState
from offmon.server.base.ids import new_id
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.base.vault import VaultClient
from offmon.server.evidence import assemble, queries
from offmon.server.processes.vault.keys import KeyStore
from offmon.server.processes.vault.service import Vault
from tests.integration.evidence.test_export import approve, ask, take, verified
from tests.integration.evidence.test_refusals import denials, forged
from tests.integration.vault.test_destruction import the_vaults
from tests.integration.vault.test_processes import running
from tests.support.fake_device import now
from tests.support.patience import PATIENCE_S
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.vault import answering
from tests.support.worker import turn

OPENED = (Verb.EXPORT_BODY_OPENED, Verb.EXPORT_OPENED)


def state(story: Story, export: Id) -> ExportState:
    with story.console(), scope(story.officer):
        return queries.export_of(export)[1].state


@contextmanager
def vault_of(story: Story) -> Iterator[Path]:
    """The vault's process, to whom this test's worker may say what waits, and nothing else."""
    sockets = story.folder / "run"
    sockets.mkdir(mode=0o710, exist_ok=True)
    with running("vault", the_vaults(story, sockets), sockets):
        yield sockets / "vault"


def test_a_bundle_is_opened_built_and_let_go_though_nobody_presses_anything(story: Story) -> None:
    asked = ask(story)
    assert code_of(turn, story, "prepare") == "vault-unreachable"
    with vault_of(story) as socket:
        assert turn(story, "prepare", socket)
        assert state(story, asked) is ExportState.OPENED
        assert not turn(story, "prepare", socket)  # what was opened is not witnessed yet
        story.publish()
    with vault_of(story) as socket:  # another: the first ended between opening and building
        assert turn(story, "prepare", socket)
        assert state(story, asked) is ExportState.BUILT
        assert not turn(story, "prepare", socket)  # it waits for a person
        approve(story, asked)
        assert turn(story, "prepare", socket)
        assert state(story, asked) is ExportState.READY
        assert not turn(story, "prepare", socket)
        for other in ("reveal", "seal", "make-key", "download", "report"):
            assert code_of(VaultClient(socket)._caller.ask, other, new_id()) == "unknown-verb"
    assert len(story.entries(*OPENED)) == 3 + 1
    assert denials(story) == []
    story.publish()
    with answering(story) as vault:
        assert verified(story, take(story, vault, asked)).counts.shown == 3


def test_what_came_since_is_opened_too_and_nothing_is_opened_twice(story: Story) -> None:
    asked = ask(story, Period(Ms(now() - DAY_MS), Ms(now() + HOUR_MS)))
    with vault_of(story) as socket:
        assert turn(story, "prepare", socket)
        story.disclose()
        story.send()
        story.raise_alerts()
        story.publish()
        assert not turn(story, "prepare", socket)
        story.publish()
        assert turn(story, "prepare", socket)
    assert state(story, asked) is ExportState.BUILT
    assert [len(story.entries(verb)) for verb in OPENED] == [4, 2]


def reminded(story: Story) -> Vault:
    return Vault(KeyStore(story.opening_keys), story.trust())


def test_a_request_that_cannot_be_met_fills_no_log(story: Story) -> None:
    mine, theirs = forged(story, asked_by=story.stranger.id), forged(story, begun_in=new_id())
    with story.running(Process.VAULT):
        verbs = reminded(story).reminders
        for _ in range(3):
            assert code_of(verbs["open-export"], mine) == "not-on-caseload"
            assert code_of(verbs["open-export"], theirs) == "factor-stale"
    assert [why for why, _ in denials(story)] == ["not-on-caseload", "factor-stale"]


def test_nor_is_the_vault_asked_for_ever(story: Story) -> None:
    asked = ask(story)
    with story.running(Process.WORKER), scope(story.worker):
        assert list(queries.waiting_for_vault(now())) == [asked]
        assert queries.waiting_for_vault(Ms(now() + 4 * DAY_MS)) == {}


def test_one_bundle_is_not_built_twice_at_once(story: Story) -> None:
    asked, begun, go_on = ask(story), threading.Event(), threading.Event()
    true = assemble.assemble

    def slow(*given: object, **more: object) -> object:
        begun.set()
        assert go_on.wait(PATIENCE_S)
        return true(*given, **more)  # type: ignore[arg-type]

    with answering(story) as vault:
        vault.open_export(asked)
        story.publish()
        with patch.object(assemble, "assemble", slow):
            first = threading.Thread(target=vault.build_export, args=[asked])
            first.start()
            assert begun.wait(PATIENCE_S)
            assert code_of(vault.build_export, asked) == "being-built"
            go_on.set()
            first.join()
    assert state(story, asked) is ExportState.BUILT
    assert denials(story) == []
