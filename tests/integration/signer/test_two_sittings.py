"""Two people means two accounts and two sessions: each action checks, and the signer checks the rows (R-LEG-24, design §5)."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from psycopg import sql

from offmon.core.authority.capability import Capability
from offmon.core.authority.lists import Exclusions
from offmon.core.authority.order import TermKind
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.records import check_two_sessions
from offmon.server.base.actor import Actor
from offmon.server.base.signer import SignerClient
from offmon.server.deployments.actions import do_authorise
from offmon.server.detectors.actions import do_approve, do_draft_exclusions, do_draft_list
from offmon.server.evidence.actions import ExportRequest, do_approve_export, do_ask_export
from offmon.server.orders.actions import TermEntry, do_confirm_term, do_record_term, do_sign_assessment
from offmon.server.orders.queries import assessment_document
from tests.integration.signer.test_assessed import prepared
from tests.integration.signer.test_sign import device_of
from tests.prove.markers import proves
from tests.support.fake_device import now
from tests.support.refused import code_of
from tests.support.story import ANSWERS, ENTRIES, EXCLUSIONS, Story, a_list
from tests.support.taken import name, overwrite, taken_console

type Act = Callable[[Actor], None]


def confirming(story: Story) -> tuple[Actor, Actor, Act]:
    entry = TermEntry(
        effect=TermKind.PROHIBITION,
        verbatim="The words.",
        person_text="You must not.",
        source_page=1,
        capabilities=(Capability.SITE,),
        period=Period(Ms(now() - 1), None),
    )
    with story.with_keys():
        term = do_record_term(story.instrument, entry, actor=story.officer)
    return story.officer, story.colleague, lambda actor: do_confirm_term(term, actor=actor)


def signing_an_assessment(story: Story) -> tuple[Actor, Actor, Act]:
    with story.with_keys():
        row = prepared(story)
        assessment_document(row, actor=story.data_protection)

    def sign(actor: Actor) -> None:
        with story.with_keys():
            do_sign_assessment(row, actor=actor)

    return story.supervisor, story.data_protection, sign


def approving_a_list(story: Story) -> tuple[Actor, Actor, Act]:
    row = do_draft_list(a_list(Capability.SITE, ENTRIES[Capability.SITE], version=2), actor=story.officer)
    return story.officer, story.supervisor, lambda actor: do_approve(row, actor=actor)


def approving_exclusions(story: Story) -> tuple[Actor, Actor, Act]:
    row = do_draft_exclusions(
        Exclusions(EXCLUSIONS.name.replace("@1", "@2"), (), ()),  # type: ignore[arg-type]  # a Versioned is its text
        why="out",
        actor=story.officer,
    )
    return story.officer, story.supervisor, lambda actor: do_approve(row, actor=actor)


def authorising(story: Story) -> tuple[Actor, Actor, Act]:
    story.draft()
    return story.officer, story.authoriser, lambda actor: do_authorise(story.authorisation, ANSWERS, actor=actor)


def approving_an_export(story: Story) -> tuple[Actor, Actor, Act]:
    wanted = ExportRequest("An invented court", "for the hearing", Period(Ms(0), Ms(1)))
    row = do_ask_export(story.case, wanted, actor=story.officer)
    return story.officer, story.supervisor, lambda actor: do_approve_export(row, actor=actor)


@pytest.mark.parametrize(
    ("begin", "otherwise"),
    [
        (confirming, None),
        (signing_an_assessment, None),
        (approving_a_list, None),
        (approving_exclusions, None),
        (authorising, None),
        (approving_an_export, "bad-move"),  # it is not built; that this is asked next shows that sessions were passed
    ],
)
@proves("S50", check_two_sessions, disabled=lambda first, second, what: None)
def test_nobody_agrees_in_the_session_in_which_it_was_begun_or_in_none(
    story: Story, begin: Callable[[Story], tuple[Actor, Actor, Act]], otherwise: str | None
) -> None:
    with story.console():
        first, second, act = begin(story)
        assert code_of(act, replace(second, session=first.session)) == "one-session"
        assert code_of(act, replace(second, session=None)) == "one-session"
        if otherwise is None:
            act(second)
        else:
            assert code_of(act, second) == otherwise


def test_what_was_begun_in_no_session_is_begun_again(story: Story) -> None:
    story.officer = replace(story.officer, session=None)
    with story.console():
        _, second, act = authorising(story)
        with pytest.raises(Refused, match="start again") as refusal:
            act(second)
    assert refusal.value.code == "one-session"


# --- the signer asks the rows, whoever wrote them --------------------------------------------------------------------------------------


AGREED = {
    "deployments_authorisation": ("authorised_in_another_sitting", Verb.DEPLOYMENT_AUTHORISED),
    "orders_term": ("term_in_another_sitting", Verb.TERM_CONFIRMED),
    "orders_assessment": ("assessment_in_another_sitting", Verb.ASSESSMENT_SIGNED),
    "detectors_list_version": ("listversion_in_another_sitting", Verb.LIST_APPROVED),
    "detectors_exclusions_version": ("exclusionsversion_in_another_sitting", Verb.LIST_APPROVED),
}


def row_of(story: Story, table: str) -> Id:
    """A row of the story's that was agreed to."""
    assert story.assessment is not None
    return {
        "deployments_authorisation": story.authorisation,
        "orders_term": story.terms[Capability.SITE],
        "orders_assessment": story.assessment,
    }[table]


def without_constraint(story: Story, table: str) -> Verb:
    """A database that lost the table's constraint. The act that it held back."""
    constraint, verb = AGREED[table]
    with story.database.connect_as_owner() as owner:
        drop = sql.SQL("alter table {} drop constraint {}")
        owner.execute(drop.format(sql.Identifier(table), sql.Identifier(constraint)))
    return verb


def in_one_session(story: Story, table: str, row: Id) -> None:
    """As a taken console would write it."""
    verb = without_constraint(story, table)
    with taken_console(story) as console:
        same = sql.SQL("update {} set agreed_in = begun_in where id = %s").format(sql.Identifier(table))
        assert console.execute(same, [row]).rowcount == 1
        name(console, story, verb, table, row)


def in_no_session(story: Story, table: str, row: Id) -> None:
    """As one that named none at either act."""
    without_constraint(story, table)
    overwrite(story, table, row, {"begun_in": None, "agreed_in": None})


@pytest.mark.parametrize("arrange", [in_one_session, in_no_session])
@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("deployments_authorisation", "one-session"),
        ("orders_term", "one-session"),
        ("orders_assessment", "not-assessed"),
    ],
)
def test_no_profile_is_signed_on_what_one_session_did(
    story: Story, signer: SignerClient, arrange: Callable[[Story, str, Id], None], table: str, code: str
) -> None:
    profile = story.ask_profile()
    arrange(story, table, row_of(story, table))
    signer.sign_profile(profile)
    assert device_of(story).refusal == code


@pytest.mark.parametrize("arrange", [in_one_session, in_no_session])
@pytest.mark.parametrize(
    ("table", "draft"),
    [("detectors_list_version", approving_a_list), ("detectors_exclusions_version", approving_exclusions)],
)
def test_no_list_is_signed_that_one_session_put_into_use(
    story: Story,
    signer: SignerClient,
    arrange: Callable[[Story, str, Id], None],
    table: str,
    draft: Callable[[Story], tuple[Actor, Actor, Act]],
) -> None:
    with story.console():
        _, second, act = draft(story)
        act(second)
    with taken_console(story) as console:
        waiting = sql.SQL("select id from {} where document is null").format(sql.Identifier(table))
        [(row,)] = console.execute(waiting).fetchall()
    arrange(story, table, row.hex)
    assert code_of(signer.sign_list, row.hex) == "one-session"


def test_nothing_is_drafted_on_a_term_that_one_session_confirmed(story: Story) -> None:
    in_no_session(story, "orders_term", story.terms[Capability.SITE])
    assert code_of(story.draft) == "one-session"
