"""Sample conditions: what their words make necessary to propose, and what a lawyer should read (R-LEG-26). One row a condition."""

import pytest

from offmon.core.authority.capability import Capability
from offmon.core.authority.proposals import CODES, FLAGGED, Flag, flags_of, proposals_for

SITE, PHRASE = Capability.SITE, Capability.PHRASE
NO_CLASS, ENCRYPTION, CLOUD, STORAGE = Flag
TERMS = [
    ("Not to visit any website that is listed in the schedule.", {SITE}, set()),
    ("Not to search the internet for the words listed.", {PHRASE}, set()),
    ("Not to visit the websites, or search for the words, listed.", {SITE, PHRASE}, set()),
    ("Not to use any search engine on a computer to find images of children.", {PHRASE}, set()),
    ("Not to hold an account on any social networking site.", {SITE}, set()),
    ("Not to use a chat-room without the approval of an officer.", {SITE}, set()),
    ("Not to upload to video sharing or social media services.", {SITE}, set()),
    ("Not to contact any child under 16 by electronic means.", {SITE}, set()),
    ("Not to communicate with Person A in person or by letter.", set(), set()),
    ("Not to install a VPN, such as those named, on a mobile phone.", {SITE}, set()),
    ("Not to use any cloud storage.", {SITE}, {CLOUD}),
    ("Not to use any cloud storage unless it is disclosed to the police.", {SITE}, set()),
    ("Not to possess any device.", set(), {NO_CLASS}),
    ("Not to possess any internet-enabled device without telling the police.", set(), set()),
    ("Not to possess any device capable of storing digital images.", set(), {STORAGE}),
    ("Not to use encryption software.", set(), {ENCRYPTION}),
    ("Not to use encryption software, namely the programs listed below.", set(), set()),
    ("To have monitoring software installed on every device.", {SITE, PHRASE}, {NO_CLASS}),
    ("To hand over each computer for a search by an officer.", set(), set()),
    ("To allow an officer the search of his home and vehicle.", set(), set()),
    ("To keep the internet history of the laptop and show it on request.", {Capability.HISTORY_KEPT}, set()),
    ("Not to view pornography on a games console.", {SITE}, set()),
    ("Not to travel to any country outside the United Kingdom.", set(), set()),
    ("Any device, any encryption program, and all cloud accounts are prohibited.", {SITE}, {NO_CLASS, ENCRYPTION, CLOUD}),
]  # fmt: skip
CODED = [
    ("2d67f68a-8adf-47a9-a68d-a6fc9f2c4556", {SITE, PHRASE}),
    ("680B3B27-43CC-46C6-9BA6-B10D4ABA6531", {SITE, PHRASE}),
    ("bfbc693c-ab65-4042-920e-ddb085bc7aba", set()),
    ("8e52e16e-1abf-4251-baca-2fabfcb243d0", set()),
    ("3932e5c9-4d21-4251-a747-ce6dc52dc9c0", set()),
    ("762677a4-4593-4bd2-a4bc-55d49b4c4230", {SITE}),
    ("3b6b7c4f-6c06-438f-97a4-03c4167484dc", {SITE}),
    ("50c8c01e-ec95-45f9-ad48-efa89c4faec0", {SITE}),
    ("a code that nobody knows", set()),
]


@pytest.mark.parametrize(("words", "proposed", "flagged"), TERMS)
def test_what_a_condition_s_words_propose_and_flag(words: str, proposed: set[Capability], flagged: set[Flag]) -> None:
    found = proposals_for(words)
    assert ({one.capability for one in found}, set(flags_of(words))) == (proposed, flagged)
    assert all(one.because.endswith(".") for one in found)
    assert proposals_for(words.upper()) == found  # capitals make no difference


@pytest.mark.parametrize(("code", "proposed"), CODED)
def test_what_a_licence_condition_proposes_by_its_code(code: str, proposed: set[Capability]) -> None:
    assert {one.capability for one in proposals_for("", code)} == proposed


def test_the_code_s_reason_comes_first_and_every_flag_and_code_has_its_words() -> None:
    both = proposals_for("Not to visit websites.", "50c8c01e-ec95-45f9-ad48-efa89c4faec0")
    assert [one.because for one in both] == [CODES["50c8c01e-ec95-45f9-ad48-efa89c4faec0"].because]
    assert set(FLAGGED) == set(Flag)
    assert all(row.because for row in CODES.values())
