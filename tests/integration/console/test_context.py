"""Sites around a finding, at the officer's desk: chosen with a finding alone, offered last, and said beside each occurrence (issue 19)."""

import re

from offmon.core.authority.capability import Capability
from offmon.core.clock import DAY_MS, Period
from offmon.core.ids import Id, Ms
from offmon.server.orders.actions import do_confirm_term, do_record_term
from tests.integration.console.office import Office, send, sign_in
from tests.integration.console.test_acts import errors, monitoring
from tests.integration.console.test_reads import vault_behind
from tests.support.around import BODY, SITES, allow, around
from tests.support.fake_device import now
from tests.support.orders import a_term

ALONE = "Sites around a finding need a finding"


def a_condition(office: Office, *kinds: Capability) -> Id:
    story = office.story
    with story.console(), story.with_keys():
        entry = a_term(Period(Ms(now() - DAY_MS), None), *kinds)
        term = do_record_term(story.instrument, entry, actor=story.officer)
        do_confirm_term(term, actor=story.colleague)
    return term


def test_it_is_chosen_with_a_finding_and_offered_as_the_highest_setting(office: Office) -> None:
    story, term = office.story, a_condition(office, Capability.SITE, Capability.CONTEXT)
    officer, page = sign_in("officer"), f"/cases/{story.case}/draft/"
    shown = officer.get(page).content.decode()
    assert 'name="context_terms"' in shown
    assert 'name="context_lists"' not in shown
    [before] = [one for one in monitoring(office).authorisations if one.authorised_by is not None][-1:]
    sites = next(one for one in before.choices if one.capability is Capability.SITE)
    assert ALONE in errors(send(officer, page, context_terms=[term]))
    other = {"site_terms": list(sites.terms), "site_lists": list(sites.lists)}
    assert ALONE in errors(send(officer, page, **other, context_terms=[term]))  # of another condition
    both = {"site_terms": [term], "site_lists": list(sites.lists), "context_terms": [term]}
    assert send(officer, page, **both).status_code == 302
    [waiting] = [one for one in monitoring(office).authorisations if one.authorised_by is None]
    offered = sign_in("authoriser").get(f"/cases/{story.case}/drafts/{waiting.id}/authorise/").content.decode()
    first, second = offered[offered.index("Setting 1: ") :].split("Setting 2: ")[:2]
    assert "at most ten other sites" not in first
    assert "at most ten other sites" in second


def test_the_page_of_an_alert_says_what_there_is_of_each_occurrence(office: Office) -> None:
    story = office.story
    with story.with_keys():
        allow(story)
        story.disclose(2)
        around(story)
        story.send()
        story.group()
    officer, page = sign_in("officer"), f"/alerts/{story.alerts[0]}/"
    shown = officer.get(page).content.decode()
    said = re.findall(r"Sites opened within 5 minutes:\s*(?:<a[^>]*>)?([\w ]+)", shown)
    assert said == ["the order allows no context"] * 3 + ["none has arrived ", "reveal"]
    assert not any(one in shown for one in SITES)
    [path] = re.findall(r'Sites opened within 5 minutes:\s*<a[^>]*href="([^"#]+)', shown)
    with vault_behind(story):
        opened = send(officer, path, why="To decide it").content.decode()
    assert "Opened before it (UTC)" in opened
    assert all(f"{line}" in opened for line in (BODY.context_before, BODY.context_after))
