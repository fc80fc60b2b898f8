"""An exhibit, from the request to a bundle that accounts for it (R-EVD-5 to R-EVD-7; formats §8)."""

import re
from functools import partial
from hashlib import sha256
from typing import Any

import psycopg
import pytest

from offmon.core.alerts.exhibit import CustodyRecord, ExhibitRecord, check_sealable
from offmon.core.bundle import read
from offmon.core.ids import Id
from offmon.core.log.audit import Verb
from offmon.core.log.records import DecisionOutcome
from offmon.server.base.vault import VaultClient
from offmon.server.evidence import queries
from offmon.server.evidence.actions import SealRequest, do_ask_seal, do_hand_over
from offmon.server.evidence.queries import ExhibitView
from offmon.server.triage import queries as triage
from tests.integration.evidence.test_export import export, verified
from tests.prove.markers import proves
from tests.support.destroyed import destroy_key
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.taken import a_row, forge, forge_as_superuser, overwrite


def ask(story: Story, which: int = 0, *, who: str = "officer", initials: str = "AB", oic: str = "supervisor") -> Id:
    """Asked for by someone, of one of the alert's disclosures."""
    actor = story.staff[who]
    with story.console(), story.with_keys():
        shown = triage.alert(story.alerts[0], actor=story.officer)
        assert shown is not None
        one = shown.occurrences[which]
        request = SealRequest(initials, story.staff[oic].id, "For the investigation.")
        return do_ask_seal(story.alerts[0], one.leaf, one.place, request, actor=actor)


def view(story: Story, row: Id) -> ExhibitView:
    with story.console(), story.with_keys():
        found = queries.exhibit(row, actor=story.officer)
    assert found is not None
    return found


@pytest.fixture
def decided(story: Story) -> Story:
    story.decide(DecisionOutcome.EVIDENTIAL)
    return story


@pytest.fixture
def sealed(decided: Story, vault: VaultClient) -> Id:
    """An exhibit that the vault sealed."""
    row = ask(decided)
    vault.seal(row)
    return row


def test_it_is_sealed_to_a_key_of_its_own_and_commits_to_what_the_device_did(decided: Story, sealed: Id) -> None:
    shown = view(decided, sealed)
    one, [link] = shown.exhibit, shown.links
    leaf = decided.device.leaves[one.leaf.n]
    assert one.reference == "AB1"
    assert one.content == leaf.envelope.content_commit  # type: ignore[union-attr]
    assert one.key is not None
    assert (decided.opening_keys / f"{sealed}.key").exists()
    assert (link.since, link.held_by, link.seal) == (one.sealed_at, decided.officer.id, one.seal)
    verbs = [entry.verb for entry in decided.entries(Verb.EXHIBIT_ASKED, Verb.EXHIBIT_OPENED, Verb.EXHIBIT_SEALED)]
    assert verbs == [Verb.EXHIBIT_ASKED, Verb.EXHIBIT_OPENED, Verb.EXHIBIT_SEALED]


def test_references_run_on_for_a_producer_and_initials_are_one_producers(decided: Story) -> None:
    assert [view(decided, ask(decided, which)).exhibit.reference for which in (0, 1)] == ["AB1", "AB2"]
    assert code_of(ask, decided, 2, who="colleague") == "initials-taken"
    assert view(decided, ask(decided, 2, who="colleague", initials="ACB")).exhibit.reference == "ACB1"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"initials": "a"}, "bad-initials"),
        ({"oic": "authoriser"}, "no-oic"),
        ({"oic": "stranger"}, "not-on-caseload"),
        ({"who": "supervisor"}, "not-permitted"),
    ],
)
def test_what_is_not_sealed(decided: Story, given: dict[str, str], code: str) -> None:
    assert code_of(ask, decided, **given) == code
    assert decided.entries(Verb.EXHIBIT_ASKED) == []


def test_a_lead_is_no_exhibit_and_nor_is_what_was_rejected(story: Story) -> None:
    assert code_of(ask, story) == "not-decided"
    story.decide(DecisionOutcome.NOT_A_MATCH)
    assert code_of(ask, story) == "not-decided"


def test_a_disclosure_is_an_exhibit_once(decided: Story, vault: VaultClient, sealed: Id) -> None:
    assert code_of(ask, decided) == "exhibit-already"
    assert code_of(vault.seal, sealed) == "sealed-already"


def test_it_goes_from_hand_to_hand_without_a_gap(decided: Story, sealed: Id) -> None:
    with decided.console():
        do_hand_over(sealed, decided.colleague.id, "Laboratory", "To be looked at", actor=decided.officer)
        to_court = partial(code_of, do_hand_over, sealed)
        assert to_court(decided.colleague.id, "Court", "x", actor=decided.officer) == "not-yours"
        assert to_court(decided.stranger.id, "Court", "x", actor=decided.colleague) == "not-on-caseload"
        do_hand_over(sealed, decided.officer.id, "Store", "Looked at", actor=decided.colleague)
    links = view(decided, sealed).links
    assert [link.held_by for link in links] == [decided.officer.id, decided.colleague.id, decided.officer.id]
    assert len({link.seal for link in links}) == 1
    assert len(decided.entries(Verb.EXHIBIT_HANDED_OVER)) == 2


def test_what_is_no_longer_what_was_sealed_goes_to_nobody(decided: Story, sealed: Id) -> None:
    overwrite(decided, "evidence_exhibit", sealed, {"ciphertext": b"something else"})
    with decided.console():
        to = decided.colleague.id
        assert code_of(do_hand_over, sealed, to, "Court", "x", actor=decided.officer) == "seal-broken"


# --- in a bundle ------------------------------------------------------------------------------------------------------------------------


def test_a_bundle_accounts_for_it_and_the_verifier_holds_it_to_the_item(
    decided: Story, vault: VaultClient, sealed: Id
) -> None:
    with decided.console():
        do_hand_over(sealed, decided.colleague.id, "Laboratory", "To be looked at", actor=decided.officer)
    data = export(decided, vault)
    assert verified(decided, data).counts.exhibits == 1
    payload = read.read_bag(data).payload
    assert f"data/records/{ExhibitRecord.KIND}/{sealed}.json" in payload
    assert sum(path.startswith(f"data/records/{CustodyRecord.KIND}/") for path in payload) == 2
    page = payload["data/report.html"].decode()
    steps = page.partition("Continuity of AB1")[2].partition("</table>")[0]
    done = ("Received it from the device", "Decided: Evidential", "Sealed it as AB1", "Handed it over, at Laboratory")
    places = [steps.index(words) for words in done]
    assert places == sorted(places)


def test_the_report_says_who_did_it_by_role_and_agency_and_when_in_london(
    decided: Story, vault: VaultClient, sealed: Id
) -> None:
    report = read.read_bag(export(decided, vault)).payload["data/report.html"].decode()
    officer = f'<span data-person="{decided.officer.id}">AB</span>, case officer, An invented force'
    assert f"evidential, decided by {officer}" in report
    assert f"Produced by {officer}" in report
    assert re.search(r"\d+ \w+ 20\d\d, \d\d:\d\d:\d\d <small>\(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\)</small>", report)
    before_appendix = re.sub(r'data-person="\w+"', "", report[: report.index('id="appendix"')])
    assert re.search("[0-9a-f]{16}", before_appendix) is None


def test_it_outlives_the_key_of_the_deployment_and_the_rest_does_not(
    decided: Story, vault: VaultClient, sealed: Id
) -> None:
    destroy_key(decided, vault)
    data = export(decided, vault)
    counts = verified(decided, data).counts
    assert (counts.shown, counts.erased, counts.exhibits) == (1, 2, 1)
    assert f"https://listed.invalid/{view(decided, sealed).exhibit.leaf.n}".encode() in data


# --- what a taken console writes by hand --------------------------------------------------------------------------------------------------


def row(story: Story, **changed: Any) -> dict[str, Any]:
    with story.console(), story.with_keys():
        shown = triage.alert(story.alerts[0], actor=story.officer)
    assert shown is not None
    one = shown.occurrences[0]
    return a_row(story) | {
        "alert": story.alerts[0], "leaf": one.leaf, "device": one.place.device, "epoch": one.place.epoch,
        "n": one.place.n, "initials": "AB", "number": 1, "producer": story.officer.id, "oic": story.supervisor.id,
        "asked_at": now(), "asked_in": story.officer.session, "reason": "x",
    } | changed  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"alert": Id("e" * 32)}, "other-alert"),
        ({"leaf": Id("e" * 32)}, "other-alert"),
        ({"reason": " "}, "no-reason"),
        ({"producer": "stranger"}, "not-on-caseload"),
        ({"producer": "authoriser"}, "not-permitted"),
        ({"oic": "authoriser"}, "no-oic"),
    ],
)
def test_the_vault_seals_nothing_for_a_forged_request(
    decided: Story, vault: VaultClient, changed: dict[str, str], code: str
) -> None:
    forged = row(decided, **{name: decided.staff[v].id if v in decided.staff else v for name, v in changed.items()})
    written = forge_as_superuser if "leaf" in changed else forge  # the database takes in no leaf of another case
    written(decided, Verb.EXHIBIT_ASKED, "evidence_exhibit", forged)
    assert code_of(vault.seal, forged["id"]) == code
    assert decided.entries(Verb.EXHIBIT_OPENED) == []
    assert not (decided.opening_keys / f"{forged['id']}.key").exists()


@proves("S27", check_sealable, disabled=lambda outcome: None)
def test_nor_of_an_alert_that_nobody_decided(story: Story, vault: VaultClient) -> None:
    forged = row(story)
    forge(story, Verb.EXHIBIT_ASKED, "evidence_exhibit", forged)
    assert code_of(vault.seal, forged["id"]) == "not-decided"


@proves("S28", drop="alter table evidence_custody drop constraint custody_follows_on")
def test_no_link_of_continuity_leaves_time_out_or_is_another_hands(decided: Story, sealed: Id) -> None:
    [first] = view(decided, sealed).links
    link = a_row(decided) | {
        "exhibit_id": sealed, "number": 1, "since": first.since + 10, "previous_number": 0,
        "previous_since": first.since, "place": "x", "given_by": first.held_by, "held_by": decided.colleague.id,
        "reason": "x", "seal": sha256(b"x").digest(),
    }  # fmt: skip
    left_out = {**link, "previous_since": first.since + 5}
    another = {**link, "given_by": decided.colleague.id}
    for broken in (left_out, another):
        with pytest.raises(psycopg.errors.ForeignKeyViolation, match="custody_follows_on"):
            forge(decided, Verb.EXHIBIT_HANDED_OVER, "evidence_custody", broken)
    for broken in ({**link, "number": 2}, {**link, "since": first.since}, {**link, "number": 0}):
        with pytest.raises(psycopg.errors.CheckViolation, match="custody_begins_or_follows"):
            forge(decided, Verb.EXHIBIT_HANDED_OVER, "evidence_custody", broken)
