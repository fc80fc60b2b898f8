"""The end certificate in words: what stopped each device, what is kept, and nothing of an order (R-RGT-20, R-RGT-5)."""

from dataclasses import replace

import pytest

from offmon.core.authority.standstill import REASONS, Why
from offmon.core.bundle.end_certificate import EndedDevice, EndFacts
from offmon.core.clock import DAY_MS
from offmon.core.ids import Id, Ms
from offmon.core.states import DeploymentState
from offmon.words.catalogue import Language
from offmon.words.dates import day
from offmon.words.document import Paper
from offmon.words.end_certificate import REMOVE, VERIFY, in_parts, write
from tests.support.end_certificates import ended, facts_of
from tests.support.snapshots import english_in

FACTS = facts_of(ended())
SIGNED = FACTS.devices[0]
LATER = Ms(FACTS.ended_at + 9 * DAY_MS)


def said(facts: EndFacts, of: Language = Language.ENGLISH) -> str:
    return write(facts, of).text


@pytest.mark.parametrize(
    ("device", "words"),
    [
        (SIGNED, "we signed a new permission for it, which lets it collect nothing"),
        (SIGNED, "as its permission from before ended then"),
        (replace(SIGNED, stopped_at=None, granted_until=LATER), f"its last permission ended on {day(Language.ENGLISH, LATER)}"),
        (EndedDevice(SIGNED.device, None, None, None), "it never had permission to collect anything"),
        (EndedDevice(SIGNED.device, None, None, None), "We never heard that it was running"),
        (replace(SIGNED, heard_at=LATER), f"running on {day(Language.ENGLISH, LATER)}"),
    ],
)  # fmt: skip
def test_it_says_what_stopped_a_device(device: EndedDevice, words: str) -> None:
    assert words in said(replace(FACTS, devices=(device,)))


def test_it_says_what_is_kept_and_that_a_key_was_destroyed() -> None:
    text = said(FACTS)
    assert "What your devices sent, and we keep: 3" in text
    assert "destroyed the key" not in text
    assert "destroyed the key" in said(replace(FACTS, kept=replace(FACTS.kept, key_destroyed_at=LATER)))
    assert "No device was set up" in said(replace(FACTS, devices=()))


@pytest.mark.parametrize("why", REASONS[DeploymentState.ENDED])
def test_each_reason_of_an_end_is_said_in_both_languages(why: Why) -> None:
    facts = replace(FACTS, why=why)
    assert len(said(facts).splitlines()) == len(said(facts, Language.WELSH).splitlines())
    assert Paper.parse(said(facts)) == write(facts, Language.ENGLISH)


def test_on_the_welsh_page_only_who_answers_is_english() -> None:
    facts = replace(FACTS, controller=replace(FACTS.controller, agency=Id("8" * 32)))
    parts = [part for _, texts in in_parts(facts, Language.WELSH) for text in texts for part in text]
    assert [text for text, language in parts if language is Language.ENGLISH] == ["An invented force: 86 000"]
    own = "\n".join(text for text, language in parts if language is Language.WELSH and text not in {VERIFY, REMOVE})
    assert english_in(own) == []
