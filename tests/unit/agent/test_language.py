"""The indicator speaks the session's language, and both where the session names neither (R-RGT-5)."""

import pytest

from offmon.agent.language import of_session
from offmon.agent.presence.words import IndicatorLanguage


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "en_GB.UTF-8"}, IndicatorLanguage.ENGLISH),
        ({"LANG": "cy_GB.UTF-8"}, IndicatorLanguage.WELSH),
        ({"LANG": "cy"}, IndicatorLanguage.WELSH),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "cy_GB"}, IndicatorLanguage.WELSH),
        ({"LANG": "cy_GB", "LC_MESSAGES": "cy_GB", "LC_ALL": "en_GB"}, IndicatorLanguage.ENGLISH),
        ({"LANG": "cy_GB@euro", "LC_ALL": ""}, IndicatorLanguage.WELSH),
        ({"LANG": "C.UTF-8"}, IndicatorLanguage.BOTH),
        ({"LANG": "POSIX"}, IndicatorLanguage.BOTH),
        ({"LANG": "pl_PL.UTF-8"}, IndicatorLanguage.BOTH),
        ({}, IndicatorLanguage.BOTH),
    ],
)
def test_which_language_a_session_speaks(environ: dict[str, str], language: IndicatorLanguage) -> None:
    assert of_session(environ) is language
