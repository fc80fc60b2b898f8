"""The holder of a device's key sends what does not open, or exceeds a grant: it is accounted for, and blocks nothing (formats §8)."""

import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest

from offmon.core.formats import codec, envelope
from offmon.core.formats.canon import encode
from offmon.core.formats.commitment import Unfit
from offmon.core.formats.event import Body, DisclosureLeaf
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.log.records import DecisionOutcome
from offmon.server.base.vault import VaultClient
from offmon.server.evidence.actions import do_ask_reveal
from offmon.server.evidence.bundle_contents import contents_of
from offmon.server.triage import queries as triage
from tests.integration.evidence.test_contents import of_the_payload
from tests.integration.evidence.test_exhibit import ask as ask_seal
from tests.integration.evidence.test_export import ask, build, release, take, verified
from tests.support.refused import code_of
from tests.support.story import Story

CONTEXT = Body("https://listed.invalid/x", "t", "listed.invalid", "words that a grant of visits does not name", None)


def last(story: Story) -> DisclosureLeaf:
    leaf = story.device.leaves[-1]
    assert isinstance(leaf, DisclosureLeaf)
    return leaf


def enclosing(plaintext: bytes, *, padded: bool = True) -> Callable[[Story], None]:
    """One disclosure that encloses, to the true key and for its own place, something that is no body."""

    def send(story: Story) -> None:
        story.disclose(1)
        size = 1024 - len(plaintext) - 1
        whole = plaintext + b"\x80" + bytes(size) if padded else plaintext
        place = envelope.place_of(last(story).envelope)
        sealed = envelope.seal_bytes(whole, story.profiles[-1].evidence_key, place)
        story.device.leaves[-1] = replace(last(story), ciphertext=sealed)

    return send


def garbage(story: Story) -> None:
    story.disclose(1)
    story.device.leaves[-1] = replace(last(story), ciphertext=secrets.token_bytes(len(last(story).ciphertext)))


def nothing(story: Story) -> None:
    story.disclose(1)
    story.device.leaves[-1] = replace(last(story), ciphertext=b"")


def another_commitment(story: Story) -> None:
    story.disclose(1, of={"content_commit": "0" * 64})


def more_than_granted(story: Story) -> None:
    story.disclose(1, body=CONTEXT)


def a_short_salt() -> bytes:
    return encode({**codec.to_doc(envelope.Enclosed(bytes(32), CONTEXT)), "salt": ""})


KINDS = [
    (garbage, Unfit.DOES_NOT_OPEN),
    (nothing, Unfit.DOES_NOT_OPEN),
    (another_commitment, Unfit.DOES_NOT_OPEN),
    (enclosing(b"{", padded=True), Unfit.DOES_NOT_OPEN),
    (enclosing(b"no padding", padded=False), Unfit.DOES_NOT_OPEN),
    (enclosing(bytes(2000), padded=False), Unfit.DOES_NOT_OPEN),
    (enclosing(a_short_salt()), Unfit.DOES_NOT_OPEN),
    (more_than_granted, Unfit.NOT_GRANTED),
]


@pytest.fixture
def poisoned(story: Story, kind: tuple[Callable[[Story], None], Unfit]) -> Story:
    """Beside three true visits, in the same alert, one that is unfit."""
    kind[0](story)
    story.send()
    story.group()
    return story


@pytest.mark.parametrize("kind", KINDS)
def test_a_bundle_shows_the_rest_and_accounts_for_it(
    poisoned: Story, vault: VaultClient, kind: tuple[Callable[[Story], None], Unfit]
) -> None:
    story, (_, ground) = poisoned, kind
    story.decide(DecisionOutcome.EVIDENTIAL)
    asked = ask(story)
    build(story, vault, asked)
    with story.console(), story.with_keys():
        contents = contents_of(asked, actor=story.supervisor)
    assert contents is not None
    release(story, vault, asked)
    data = take(story, vault, asked)
    counts = verified(story, data).counts
    assert (counts.items, counts.shown, counts.withheld, counts.alerts) == (4, 3, 1, 1)
    assert (counts.does_not_open, counts.not_granted) == (ground is Unfit.DOES_NOT_OPEN, ground is Unfit.NOT_GRANTED)
    assert of_the_payload(contents.counts) == of_the_payload(counts)
    assert len(contents.items) == 3
    assert [many for words, many in contents.left_out if "the device sent it" in words] == [1]
    said = [one for one in story.entries(Verb.EXPORT_BODY_OPENED) if one.outcome is EntryOutcome.DENIED]
    assert [(one.actor.id, one.reason) for one in said] == [(story.vault.id, ground.value)]


@pytest.mark.parametrize("kind", [KINDS[0], KINDS[2], KINDS[-1]])
def test_who_asks_to_see_it_or_to_seal_it_is_told_what_it_is(
    poisoned: Story, vault: VaultClient, kind: tuple[Callable[[Story], None], Unfit]
) -> None:
    story, code = poisoned, f"unfit-{kind[1].value.replace('_', '-')}"
    with story.console(), story.with_keys():
        shown = triage.alert(story.alerts[0], actor=story.officer)
        assert shown is not None
        one = shown.occurrences[-1]
        reveal = do_ask_reveal(story.alerts[0], one.leaf, one.place, "to decide it", actor=story.officer)
    assert code_of(vault.reveal, reveal) == code
    story.decide(DecisionOutcome.EVIDENTIAL)
    assert code_of(vault.seal, ask_seal(story, -1)) == code


@pytest.mark.parametrize("kind", [KINDS[0]])
def test_with_another_key_than_the_profiles_nothing_is_called_the_devices_doing(
    poisoned: Story, vault: VaultClient
) -> None:
    story = poisoned
    asked = ask(story)
    vault.open_export(asked)
    story.publish()
    (story.opening_keys / f"{story.deployment}.key").write_bytes(secrets.token_bytes(32))
    assert code_of(vault.build_export, asked) == "other-opening-key"
