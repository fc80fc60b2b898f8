"""What a person reads of permissions and exclusions, in both languages (R-LEG-15, R-LEG-27)."""

from dataclasses import replace

import pytest

from offmon.core.authority.silence import Silence, SilenceReason, Week
from offmon.core.clock import Period
from offmon.core.ids import Count
from offmon.words.agency_text import in_parts
from offmon.words.catalogue import Language
from offmon.words.easy_read import easy
from offmon.words.notice import write
from offmon.words.silences import said_of
from tests.unit.core.authority.test_notice import content
from tests.unit.core.samples import ident, on

PERMITTED = Silence(
    id=ident("silence"),
    why=SilenceReason.PERMISSION,
    terms=(ident("term"),),
    entries=(),
    site=None,
    week=None,
    period=Period(on(2026, 7, 1), on(2026, 7, 8)),
    said="You may use the library’s page.",
    said_welsh="Cewch ddefnyddio tudalen y llyfrgell.",
    given_by="Ash Officer",
)
ALWAYS = replace(PERMITTED, period=Period(on(2026, 7, 1), None), said_welsh=None, given_by=None, terms=())
CHURCH = replace(ALWAYS, why=SilenceReason.RELIGION, site="church.invalid", said="Your church.")
SHIFT = replace(CHURCH, site=None, week=Week((Count(1), Count(5)), Count(540), Count(1440)), said="Your shift.")


MAY = "Permitted: “You may use the library’s page.” From 1 July 2026, 00:00 to 8 July 2026, 00:00. Ash Officer gave you this."
CEWCH = (
    "Caniateir: “Cewch ddefnyddio tudalen y llyfrgell.” O 1 Gorffennaf 2026, 00:00 hyd 8 Gorffennaf 2026, 00:00. "
    "Ash Officer a roddodd hyn i chi."
)
AT_CHURCH = "Left out: “Your church.” Nothing is collected at church.invalid."
AT_WORK = "Left out: “Your shift.” Nothing is collected in this time: Monday, Friday, 09:00 to 24:00."


@pytest.mark.parametrize(
    ("one", "of", "line"),
    [
        (PERMITTED, Language.ENGLISH, MAY),
        (PERMITTED, Language.WELSH, CEWCH),
        (CHURCH, Language.ENGLISH, AT_CHURCH),
        (SHIFT, Language.ENGLISH, AT_WORK),
    ],
)
def test_what_the_person_reads(one: Silence, of: Language, line: str) -> None:
    assert said_of(one, of).line(of) == line


@pytest.mark.parametrize("of", list(Language))
def test_the_notice_and_its_easy_form_have_each_and_an_agency_s_words_are_marked(of: Language) -> None:
    notice = write(replace(content(), silences=(PERMITTED, CHURCH, SHIFT)), of)
    plain = easy(notice, of)
    assert plain is not None
    for one in (PERMITTED, CHURCH, SHIFT):
        line = said_of(one, of).line(of)
        assert [line in [block.text for block in paper.blocks] for paper in (notice, plain)] == [True, True]
    pieces = [piece for _, said in in_parts(notice, of, [PERMITTED.said_welsh]) for parts in said for piece in parts]
    english = {text for text, language in pieces if language is Language.ENGLISH}
    assert {"Ash Officer", "church.invalid", "Your shift."} <= english or of is Language.ENGLISH


def test_a_notice_without_any_says_nothing_of_them() -> None:
    assert "Permitted" not in "".join(block.text for block in write(content(), Language.ENGLISH).blocks)
