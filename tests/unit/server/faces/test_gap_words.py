"""Of one coverage gap every face says the same, and no cause that the reason does not name (journal.md).

Several causes share one reason: an agent that spares a battery says SOURCE_DOWN, as for a browser that fell silent. A reader of one cause
alone would take it for the real one.
"""

import re

import pytest

from offmon.core.formats.event import GapReason
from offmon.core.person import delay
from offmon.server.evidence.report import GAPS
from offmon.server.faces.console.words import GAP
from offmon.words.catalogue import Language, texts, translate

NAMED = {
    GapReason.AGENT_DOWN: (r"not running.*device is off", r"yn rhedeg.*ddyfais wedi'i diffodd"),
    GapReason.NOT_VISIBLE: (r"could not be seen", r"ni ellid gweld"),
    GapReason.SOURCE_DOWN: (
        r"not heard.*another screen.*text was not read.*to spare the device",
        r"ni chlywyd.*sgrin arall.*ni ddarllenwyd testun.*arbed y ddyfais",
    ),
    GapReason.NO_PROFILE: (
        r"no signed (profile|permission) was in force",
        r"nid oedd caniatâd wedi'i lofnodi mewn grym",
    ),
    GapReason.CLOCK: (r"device's clock had gone back", r"cloc y ddyfais wedi mynd yn ôl"),
    GapReason.QUARANTINED: (
        r"could not be (read|examined) or kept.*agency did not take",
        r"ni ellid darllen neu gadw.*ni chymerodd yr asiantaeth",
    ),
    GapReason.STORE_DAMAGED: (r"damaged or gone.*older", r"difrodi neu wedi mynd.*hŷn"),
    GapReason.NEW_EPOCH: (r"device began a new journal", r"dechreuodd y ddyfais ddyddiadur newydd"),
    GapReason.QUEUE_FULL: (r"no room left.*disk", r"le ar ôl.*disg"),
}
"""What each must name, as `docs/specs/journal.md` has it: in English, and in Welsh."""


@pytest.mark.parametrize("reason", GapReason)
def test_every_face_names_all_that_a_reason_may_come_of(reason: GapReason) -> None:
    english, welsh = NAMED[reason]
    said = {
        "console": GAP[reason].replace("’", "'"),
        "report": GAPS[reason],
        "portal": translate(Language.ENGLISH, f"portal.gap.{reason}"),
    }
    assert [face for face, words in said.items() if not re.search(english, words, re.I)] == []
    assert re.search(welsh, translate(Language.WELSH, f"portal.gap.{reason}"))


def test_officer_and_court_read_the_same() -> None:
    as_in_report = {reason: words[0].lower() + words[1:].replace("’", "'") for reason, words in GAP.items()}
    assert as_in_report == GAPS


@pytest.mark.parametrize("language", Language)
def test_the_person_reads_the_same_on_their_device_and_on_their_own_page(language: Language) -> None:
    said = texts(language)
    at_once = [reason for reason in GapReason if not delay.waits(reason)]
    assert {reason: said[f"device.why.{reason}"] for reason in at_once} == {
        reason: said[f"portal.gap.{reason}"] for reason in at_once
    }
