"""The indicator speaks the session's language, and both where the session names neither (R-RGT-5)."""

import pytest

from offmon.agent.language import of_session
from offmon.agent.presence.words import Language


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "en_GB.UTF-8"}, Language.ENGLISH),
        ({"LANG": "cy_GB.UTF-8"}, Language.WELSH),
        ({"LANG": "cy"}, Language.WELSH),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "cy_GB"}, Language.WELSH),
        ({"LANG": "cy_GB", "LC_MESSAGES": "cy_GB", "LC_ALL": "en_GB"}, Language.ENGLISH),
        ({"LANG": "cy_GB@euro", "LC_ALL": ""}, Language.WELSH),
        ({"LANG": "C.UTF-8"}, Language.BOTH),
        ({"LANG": "POSIX"}, Language.BOTH),
        ({"LANG": "pl_PL.UTF-8"}, Language.BOTH),
        ({}, Language.BOTH),
    ],
)
def test_which_language_a_session_speaks(environ: dict[str, str], language: Language) -> None:
    assert of_session(environ) is language
