"""A case of many years: a bundle's size is counted before the log says EXPORTED, and the limits are wide."""

import pytest

from offmon.core.bundle import case, read, write
from offmon.core.clock import DAY_MS, HOUR_MS, Period
from offmon.core.formats.event import GapReason
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.server.base.vault import VaultClient
from offmon.server.evidence import assemble, report
from offmon.server.processes.vault import payloads
from tests.integration.evidence.test_export import approve, ask, build, export, released, take, verified
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import Story

YEARS_DAYS = 5 * 366
ENTRIES_A_DAY = 40


def test_five_years_of_forty_entries_a_day_fit_by_half_again(story: Story, vault: VaultClient) -> None:
    """What a batch of one gap adds, measured, times so many; beside it what is put beside each line."""
    before = read.read_bag(export(story, vault))
    for _ in range(40):
        story.device.gap(GapReason.NOT_VISIBLE)
        story.send()
    after = read.read_bag(export(story, vault))
    again = read.read_bag(export(story, vault))

    def added(find: str) -> float:
        of_it, of_an_export = (
            _size(one, find) - _size(other, find) for one, other in ((after, before), (again, after))
        )
        return (of_it - of_an_export) / 40

    entries = YEARS_DAYS * ENTRIES_A_DAY * 3 // 2
    run, journal, record, proof = (
        added(find) for find in ("data/run.json", "data/journal/", "data/records/", "proofs/")
    )
    assert entries * run < case.MAX_LONG
    assert entries * journal < case.MAX_LONG
    write.check_room(2 * entries, int(entries * (run + journal + record + max(proof, assemble.MAX_PROOF / 2))))
    assert proof < assemble.MAX_PROOF
    assert run < assemble.MAX_LINE


def _size(bag: read.Bag, under: str) -> int:
    return sum(len(data) for path, data in {**bag.payload, **bag.tags}.items() if path.startswith(under))


@pytest.mark.parametrize(("limit", "code"), [("MAX_FILES", "too-many-files"), ("MAX_BUNDLE", "too-large")])
def test_what_a_bundle_does_not_hold_is_refused_before_the_log_says_exported(
    story: Story, vault: VaultClient, monkeypatch: pytest.MonkeyPatch, limit: str, code: str
) -> None:
    monkeypatch.setattr(assemble, "MAX_TAIL", 100)
    monkeypatch.setattr(assemble, "MAX_BESIDE", 20)
    for _ in range(20):
        story.disclose(1)
        story.send()
    monkeypatch.setattr(write, limit, 200 if limit == "MAX_FILES" else 900_000)
    for period in (Period(Ms(now() - DAY_MS), Ms(now() + HOUR_MS)), Period(Ms(1), Ms(2))):
        asked = ask(story, period)
        assert code_of(build, story, vault, asked) == code
    assert story.entries(Verb.EXPORT_BUILT, Verb.EXPORTED) == []


def test_the_report_is_counted_with_the_rest_of_the_payload(
    story: Story, vault: VaultClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It grows with what the device sent: each `'` of a title is five bytes in it. Uncounted, a bundle was exported and never given out."""
    monkeypatch.setattr(assemble, "MAX_TAIL", 1_000)  # some 7 MB are left free for it
    monkeypatch.setattr(write, "MAX_BUNDLE", 10 << 20)
    build(story, vault, ask(story))
    monkeypatch.setattr(report, "render", lambda *_: bytes(8 << 20))  # it has room with the rest; what follows has none
    asked = ask(story)
    assert (code_of(build, story, vault, asked), len(story.entries(Verb.EXPORT_BUILT))) == ("too-large", 1)


def test_what_was_built_so_long_ago_that_the_rest_of_the_run_has_no_room_is_not_released(
    story: Story, vault: VaultClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask(story)
    build(story, vault, asked)
    approve(story, asked)
    story.disclose(1)
    story.send()
    story.publish()
    monkeypatch.setattr(assemble, "MAX_TAIL", 3)
    assert (code_of(vault.release, asked), story.entries(Verb.EXPORTED)) == ("built-too-long-ago", [])


def test_what_a_row_does_not_take_is_refused_when_it_is_built(
    story: Story, vault: VaultClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payloads, "MAX_LAID", 1_000)
    asked = ask(story)
    assert (code_of(build, story, vault, asked), story.entries(Verb.EXPORT_BUILT)) == ("too-large", [])


def test_a_payload_that_an_earlier_release_laid_is_still_given_out(
    story: Story, vault: VaultClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr("zlib.compress", lambda payload, _level: payload)
        asked = released(story, vault)
    verified(story, take(story, vault, asked))
