"""A reveal opens one body, for one person, once, whatever the console says (design §4, §5; R-DPA-16)."""

import secrets
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import Any

import pytest

from offmon.core import clock
from offmon.core.formats import codec, envelope
from offmon.core.formats.event import Body, DisclosureLeaf
from offmon.core.formats.journal import leaf_commit
from offmon.core.ids import Id, Slug
from offmon.core.log.audit import EntryOutcome, Verb
from offmon.core.log.records import DecisionOutcome, LeafPlace
from offmon.server.agencies.queries import check_logged_on
from offmon.server.base.actor import Actor
from offmon.server.base.ids import new_id
from offmon.server.base.vault import RevealedPage, VaultClient
from offmon.server.evidence.actions import do_ask_reveal
from offmon.server.evidence.policy import check_reveal
from offmon.server.triage import queries as triage
from offmon.server.triage.actions import do_decide
from offmon.server.triage.queries.occurrences import Occurrence
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import Story
from tests.support.taken import a_row, forge, overwrite

TABLE = "evidence_reveal"


def occurrences(story: Story, alert: int = 0) -> tuple[Occurrence, ...]:
    """The disclosures of an alert, as the officer's page lists them."""
    with story.console(), story.with_keys():
        found = triage.alert(story.alerts[alert], actor=story.officer)
    assert found is not None
    return found.occurrences


def ask(story: Story, of: Occurrence | None = None) -> Id:
    one = of or occurrences(story)[0]
    with story.console():
        return do_ask_reveal(story.alerts[0], one.leaf, one.place, "to decide it", actor=story.officer)


def title_of(page: RevealedPage) -> str | None:
    """The title of the page's first match, if its body could be shown."""
    return page.matches[0].body.title if page.matches[0].body else None


def test_the_body_is_shown_as_the_device_enclosed_it_and_the_officer_stands_in_the_log(
    story: Story, vault: VaultClient
) -> None:
    one = occurrences(story)[0]
    [shown] = vault.reveal(ask(story, one)).matches
    assert shown.body == Body(f"https://listed.invalid/{one.place.n}", "An invented page", "listed.invalid", None, None)
    [entry] = story.entries(Verb.CONTENT_REVEALED)
    assert (entry.actor.id, entry.alert, entry.reason) == (story.officer.id, story.alerts[0], "to decide it")
    assert entry.outcome is EntryOutcome.ALLOWED


@proves("S18", drop="alter table evidence_revealuse drop constraint if exists evidence_revealuse_reveal_key")
def test_a_request_opens_a_body_once(story: Story, vault: VaultClient) -> None:
    reveal = ask(story)
    vault.reveal(reveal)
    assert code_of(vault.reveal, reveal) == "reveal-used"
    assert len(story.entries(Verb.CONTENT_REVEALED)) == 1


def test_an_id_of_nothing_opens_nothing(vault: VaultClient) -> None:
    assert code_of(vault.reveal, new_id()) == "unknown-id"


def test_an_outcome_with_consequences_rests_on_ones_own_look_at_content_or_a_reason(
    story: Story, vault: VaultClient
) -> None:
    count = len(occurrences(story))
    evidential = partial(do_decide, story.alerts[0], DecisionOutcome.EVIDENTIAL, "Looked at in full.", shown=count)

    def decide(actor: Actor, **given: Any) -> Id:
        with story.console(), story.with_keys():
            assert triage.alert(story.alerts[0], actor=actor) is not None
            return evidential(actor=actor, **given)

    assert code_of(decide, story.officer) == "content-not-seen"
    vault.reveal(ask(story))
    assert code_of(decide, story.colleague) == "content-not-seen"
    assert code_of(partial(decide, unseen_reason=" "), story.colleague) == "content-not-seen"
    decide(story.officer)
    with story.console(), story.with_keys():
        shown = triage.alert_in_part(story.alerts[0], actor=story.officer)
    assert shown is not None
    assert [one.unseen_reason for one in shown.decisions] == [None]


# --- what the console's own role writes by hand ---------------------------------------------------------------------------------------


def request(story: Story, **changed: Any) -> dict[str, Any]:
    """A request row that is as it should be, but for `changed`."""
    one = occurrences(story)[0]
    return a_row(story) | {
        "alert": story.alerts[0], "leaf": one.leaf, "device": one.place.device, "epoch": one.place.epoch, "n": one.place.n,
        "others": [],
        "asked_by": story.officer.id, "asked_at": now(), "asked_in": story.officer.session, "reason": "to decide it",
    } | changed  # fmt: skip


def by(who: Actor) -> dict[str, Any]:
    return {"asked_by": who.id, "asked_in": who.session}


def of_another_alerts_leaf(story: Story) -> dict[str, Any]:
    story.disclose(1, rule=Slug("another"))
    story.send()
    story.group()
    first, second = (occurrences(story, alert) for alert in (0, 1))
    return request(story, leaf=second[0].leaf if request(story)["leaf"] == first[0].leaf else first[0].leaf)


FORGED: dict[str, Callable[[Story], dict[str, Any]]] = {
    "out_of_time": lambda story: request(story, asked_at=now() - 6 * clock.MINUTE_MS),
    "from_the_future": lambda story: request(story, asked_at=now() + clock.MINUTE_MS),
    "without_a_reason": lambda story: request(story, reason="  "),
    "by_someone_off_the_caseload": lambda story: request(story, **by(story.stranger)),
    "by_a_role_that_opens_nothing": lambda story: request(story, **by(story.authoriser)),
    "by_nobody": lambda story: request(story, asked_by=new_id()),
    "of_another_alerts_leaf": of_another_alerts_leaf,
}


@pytest.mark.parametrize(
    ("forged", "code"),
    [
        ("out_of_time", "reveal-out-of-time"),
        ("from_the_future", "reveal-out-of-time"),
        ("without_a_reason", "no-reason"),
        ("by_someone_off_the_caseload", "not-on-caseload"),
        ("by_a_role_that_opens_nothing", "not-permitted"),
        ("by_nobody", "unknown-id"),
        ("of_another_alerts_leaf", "other-alert"),
    ],
)
@proves("S18", check_reveal, disabled=lambda asker, reveal, at: None)
@proves(
    "S17",
    check_logged_on,
    disabled=lambda case, staff_id, at: None,
    row="by_someone_off_the_caseload-not-on-caseload",
)
def test_a_forged_request_opens_nothing(story: Story, vault: VaultClient, forged: str, code: str) -> None:
    row = FORGED[forged](story)
    forge(story, Verb.REVEAL_ASKED, TABLE, row)
    assert code_of(vault.reveal, row["id"]) == code
    assert story.entries(Verb.CONTENT_REVEALED) == []
    refused = [(entry.outcome, entry.reason) for entry in story.entries(Verb.ACCESS_DENIED)]
    assert refused == [(EntryOutcome.DENIED, code)]


def test_a_case_that_the_row_only_claims_opens_nothing(story: Story, vault: VaultClient) -> None:
    """A second case of the officer's own: the request says it is of that one, and names the first one's alert and leaf."""
    first, row = story.case, request(story)
    story.orders()
    assert story.case != first
    forge(story, Verb.REVEAL_ASKED, TABLE, row | {"case": story.case})
    assert code_of(vault.reveal, row["id"]) == "other-alert"


# --- what someone who can write to the database could put in the way ------------------------------------------------------------------


def another(story: Story, place: LeafPlace) -> DisclosureLeaf:
    """Another body, enclosed for the same place to the deployment's public key, which is no secret."""
    true = story.device.leaves[place.n]
    assert isinstance(true, DisclosureLeaf)
    salt, body = secrets.token_bytes(32), Body("https://planted.invalid/", "Planted", None, None, None)
    ciphertext = envelope.enclose(
        envelope.Enclosed(salt, body), envelope.public_of(story.evidence), envelope.place_of(true.envelope)
    )
    claimed = codec.from_doc(
        type(true.envelope), codec.to_doc(true.envelope) | {"content_commit": envelope.content_commit(body, salt)}
    )
    return DisclosureLeaf(claimed, true.salt, ciphertext)


def the_body(leaf: DisclosureLeaf) -> dict[str, Any]:
    return {"ciphertext": leaf.ciphertext}


def body_and_its_hash(leaf: DisclosureLeaf) -> dict[str, Any]:
    return the_body(leaf) | {"ciphertext_digest": sha256(leaf.ciphertext).digest()}


def envelope_too(leaf: DisclosureLeaf) -> dict[str, Any]:
    return body_and_its_hash(leaf) | {"document": codec.dump(leaf.envelope)}


def all_of_the_row(leaf: DisclosureLeaf) -> dict[str, Any]:
    return envelope_too(leaf) | {"commit": bytes.fromhex(leaf_commit(leaf))}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (the_body, "body-swapped"),
        (body_and_its_hash, "journal-differs"),
        (envelope_too, "journal-differs"),
        (all_of_the_row, "journal-differs"),
    ],
)
def test_a_body_that_was_swapped_in_the_database_is_not_shown(
    story: Story, vault: VaultClient, changed: Callable[[DisclosureLeaf], dict[str, Any]], code: str
) -> None:
    one = occurrences(story)[0]
    reveal = ask(story, one)
    overwrite(story, "intake_leaf", one.leaf, changed(another(story, one.place)))
    assert code_of(vault.reveal, reveal) == code


def test_without_its_key_nothing_opens(story: Story, vault: VaultClient) -> None:
    reveal = ask(story)
    key = story.opening_keys / f"{story.deployment}.key"
    key.chmod(0o640)
    assert code_of(vault.reveal, reveal) == "key-exposed"
    key.unlink()
    assert code_of(vault.reveal, ask(story)) == "no-opening-key"
