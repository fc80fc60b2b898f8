"""One request shows what was sent of one page load, all its matches together, and nothing of another page (issue 15)."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from offmon.core.formats.commitment import Unfit
from offmon.core.formats.event import Body
from offmon.core.ids import Id, Slug
from offmon.core.log.audit import Verb
from offmon.server.base.vault import VaultClient
from offmon.server.evidence.actions import do_ask_reveal
from offmon.server.triage.queries import queue_lines
from offmon.server.triage.queries.occurrences import Match, Occurrence
from tests.integration.vault.test_reveal import occurrences
from tests.support.fake_device import BODY, now
from tests.support.refused import code_of
from tests.support.story import Story


def a_page(story: Story, *rules: str, bodies: Mapping[str, Body] = MappingProxyType({})) -> None:
    """One page load with a match of each of these rules, and its alert the only one that `occurrences` looks at."""
    moment = now()
    for rule in rules:
        story.disclose(rule=Slug(rule), event_at=moment, captured_at=moment, body=bodies.get(rule))
    story.send()
    story.group()
    with story.console(), story.with_keys():
        story.alerts = [row.id for row in queue_lines.queue(actor=story.officer).rows if row.rule == rules[0]]


def ask_all(story: Story, of: Occurrence, *others: Match) -> Id:
    named = tuple(match.leaf for match in (*of.matches[1:], *others))
    with story.console():
        return do_ask_reveal(story.alerts[0], of.leaf, of.place, "to decide it", others=named, actor=story.officer)


def test_one_request_shows_all_matches_of_a_page_and_is_one_entry(story: Story, vault: VaultClient) -> None:
    a_page(story, "one", "two", "three")
    [load] = occurrences(story)
    page = vault.reveal(ask_all(story, load))
    assert [one.n for one in page.matches] == [match.place.n for match in load.matches]
    assert {one.body.url for one in page.matches if one.body} == {
        f"https://listed.invalid/{match.place.n}" for match in load.matches
    }
    assert len(story.entries(Verb.CONTENT_REVEALED)) == 1


def test_a_match_that_is_unfit_is_told_and_the_others_are_shown(story: Story, vault: VaultClient) -> None:
    a_page(story, "one", "two", bodies={"one": replace(BODY, context_before="More than is granted")})
    [load] = occurrences(story)
    page = vault.reveal(ask_all(story, load))
    assert [(one.body is None, one.unfit) for one in page.matches] == [(True, Unfit.NOT_GRANTED), (False, None)]


def test_a_request_names_one_page_alone(story: Story, vault: VaultClient) -> None:
    """Its alert groups another; the reason was given for the first."""
    first, second, *_ = occurrences(story)
    reveal = ask_all(story, first, *second.matches)
    assert code_of(vault.reveal, reveal) == "other-page"
    assert story.entries(Verb.CONTENT_REVEALED) == []


def test_nor_does_it_name_a_match_of_another_alert(story: Story, vault: VaultClient) -> None:
    [stranger] = [load.matches[0] for load in occurrences(story)][:1]
    a_page(story, "one", "two")
    [load] = occurrences(story)
    assert code_of(vault.reveal, ask_all(story, load, stranger)) == "other-alert"
