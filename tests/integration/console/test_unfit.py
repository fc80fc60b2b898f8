"""A disclosure sent in an unfit form: the page says what it is and what to do, and the alert opens like any other."""

import re

import pytest

from offmon.server.faces.console import refusals
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_reads import vault_behind
from tests.integration.evidence.test_unfit import garbage, more_than_granted

HOW = {"unfit-does-not-open": garbage, "unfit-not-granted": more_than_granted}


@pytest.mark.parametrize("code", HOW)
def test_who_looks_at_it_is_told_what_it_is_and_what_to_do(office: Office, code: str) -> None:
    HOW[code](office.story)
    office.story.send()
    office.story.group()
    browser, alert = sign_in("officer"), f"/alerts/{office.story.alerts[0]}/"
    opened = browser.get(alert).content.decode()
    leaves = re.findall(rf'href="{alert}(occurrences/[0-9a-f]{{32}}/)#', opened)
    with vault_behind(office.story):
        pages = [send(browser, alert + leaf, why="To decide it").content.decode() for leaf in leaves]
    assert ["https://listed.invalid/" in page for page in pages] == [True, True, True, False]
    assert refusals.SAID[code] in pages[-1].replace("&#39;", "'")
