"""A compliance record claims on the public page only what staff recorded, by the log (issue 3)."""

from dataclasses import replace

import pytest

from offmon.core.access.roles import Role
from offmon.core.clock import DAY_MS
from offmon.core.ids import Id, Ms
from offmon.core.public.assurance import PROMISES, RED, Control, ControlStanding, Observation, judge
from offmon.server.base.actor import Actor
from offmon.server.base.policies import Process
from offmon.server.oversight.actions import CheckedPaper, do_record_attestation, do_withdraw_attestation
from offmon.server.oversight.control_checks import PAPERS, ask
from tests.integration.oversight.looking import do, looks, standing
from tests.server import as_process
from tests.support.fake_device import now
from tests.support.partner import Partner
from tests.support.story import Story

PAPER = CheckedPaper(
    Control.PAPER_IWF, 'Membership "86" \t\u2028 Gŵyl', "An invented body", Ms(now() - DAY_MS), Ms(now() + 30 * DAY_MS)
)
_IWF = Control.PAPER_IWF
FAILS = {_IWF: ControlStanding.FAILS}
PAPER_BREAKS = {
    "it is made out to have ended": ("update oversight_attestation set until = since + 1", FAILS),
    "it lasts longer than was recorded": ("update oversight_attestation set until = until + 86400000", FAILS),
    "another issued it": ("update oversight_attestation set issuer = 'Another body'", FAILS),
    "it is another document": ("update oversight_attestation set document = 'Another'", FAILS),
    "it is of another kind": ("update oversight_attestation set control = 'paper-ncsc'", FAILS),
    "another is said to have checked it": (
        "update oversight_attestation set checked_by = (select id from agencies_staff where sign_in = 'officer')", FAILS
    ),
    "who checked it is of another agency": (
        "update agencies_staff set agency_id = gen_random_uuid() where role = 'data_protection'",
        FAILS | {Control.ASSESSED: ControlStanding.FAILS},
    ),
    "who checked it has a role that may not": (
        "update agencies_staff set role = 'service' where role = 'data_protection'",
        FAILS | {Control.ASSESSED: ControlStanding.FAILS},
    ),
    "no entry names it": (
        "delete from audit_entry where verb = 'attestation.recorded'",
        {_IWF: ControlStanding.NOT_HELD, Control.NO_HOLES: ControlStanding.FAILS},
    ),
    "it needs no end, and others that nobody holds neither": (
        "alter table oversight_attestation drop constraint attestation_ends", FAILS
    ),
    "its end may be empty": ("alter table oversight_attestation alter until drop not null", FAILS),
    "it is made out to begin later": ("update oversight_attestation set since = since + 172800000", FAILS),
    "it is gone": ("delete from oversight_attestation", FAILS),
}  # fmt: skip


@pytest.mark.parametrize("name", PAPER_BREAKS)
def test_a_paper_that_is_not_what_somebody_of_staff_recorded_is_claimed_no_more(story: Story, name: str) -> None:
    record_paper(story)
    before = looks(story.database)
    assert before[_IWF] is ControlStanding.HOLDS
    story.publish()
    statements, turned = PAPER_BREAKS[name]
    do(story.database, statements)
    assert looks(story.database) == before | turned


def test_a_removed_paper_turns_the_row_that_rests_on_it_red_and_no_other(story: Story) -> None:
    record_paper(story)
    story.publish()
    before = rows(story)
    do(story.database, "delete from oversight_attestation")
    assert {slug for slug, stands in rows(story).items() if stands != before[slug]} == {"watch-foundation"}
    assert rows(story)["watch-foundation"] in RED


def test_where_the_log_does_not_say_which_paper_it_was_one_that_is_gone_is_missing_of_every_kind(story: Story) -> None:
    """Entries that were made before the log named the kind: of a row that is there, the row says it."""
    record_paper(story)
    do(
        story.database,
        "update audit_entry set doc = convert_to(replace(convert_from(doc, 'utf8'),"
        " '\"reason\":\"paper-iwf\"', '\"reason\":null'), 'utf8') where verb = 'attestation.recorded'",
    )
    assert standing(_IWF, story.database) is ControlStanding.HOLDS
    assert standing(Control.PAPER_NCSC, story.database) is ControlStanding.NOT_HELD
    do(story.database, "delete from oversight_attestation")
    assert {standing(paper, story.database) for paper in PAPERS} == {ControlStanding.FAILS}


def test_a_paper_that_was_put_in_by_hand_claims_nothing(story: Story) -> None:
    record_paper(story)
    before = looks(story.database)
    assert before[Control.PAPER_NCSC] is ControlStanding.NOT_HELD
    do(
        story.database,
        "insert into oversight_attestation select (jsonb_populate_record(one, jsonb_build_object('id', gen_random_uuid(),"
        " 'control', 'paper-ncsc'))).* from oversight_attestation one",
    )
    assert looks(story.database) == before


def test_a_paper_whose_withdrawal_was_taken_back_by_hand_is_held_no_more(story: Story) -> None:
    paper = record_paper(story)
    with story.console():
        do_withdraw_attestation(paper, "It ended.", actor=story.data_protection)
    before = looks(story.database)
    assert before[_IWF] is ControlStanding.FAILS
    do(story.database, "update oversight_attestation set withdrawn_at = null")
    assert looks(story.database) == before


def test_of_a_paper_that_nobody_holds_no_guard_is_asked(story: Story) -> None:
    """Nothing that is broken, or cannot be asked, makes it anything but *not held*."""

    def cannot_be_asked() -> list[str]:
        raise AssertionError

    with as_process(story.database, Process.ASSURANCE):
        assert ask(_IWF, now(), (), cannot_be_asked).standing is ControlStanding.NOT_HELD


def test_a_paper_that_has_ended_is_held_no_more(story: Story) -> None:
    record_paper(story)
    assert in_days(story, 29, 31) == [ControlStanding.HOLDS, ControlStanding.FAILS]


def test_a_paper_that_is_to_begin_counts_as_not_recorded_yet(story: Story) -> None:
    record_paper(story, since=Ms(now() + DAY_MS))
    assert in_days(story, 0, 2, 31) == [ControlStanding.NOT_HELD, ControlStanding.HOLDS, ControlStanding.FAILS]


def test_a_paper_that_was_withdrawn_before_it_began_never_was_held_and_by_hand_none_is_made_out_to_be_one(
    story: Story,
) -> None:
    paper = record_paper(story, since=Ms(now() + DAY_MS))
    do(story.database, "update oversight_attestation set withdrawn_at = checked_at + 1")
    assert paper_seen(story)[0] is ControlStanding.FAILS, "no entry of the log says so"
    do(story.database, "update oversight_attestation set withdrawn_at = null")
    with story.console():
        do_withdraw_attestation(paper, "The dates were wrong.", actor=story.data_protection)
    assert in_days(story, 0, 2, 31) == [ControlStanding.NOT_HELD] * 3
    do(story.database, "update oversight_attestation set since = checked_at - 1")
    assert paper_seen(story)[0] is ControlStanding.FAILS
    do(story.database, "delete from oversight_attestation")
    assert paper_seen(story)[0] is ControlStanding.FAILS


def test_a_paper_that_had_begun_when_it_was_withdrawn_is_not_made_out_to_begin_later(story: Story) -> None:
    paper = record_paper(story)
    with story.console():
        do_withdraw_attestation(paper, "It ended.", actor=story.data_protection)
    do(story.database, "update oversight_attestation set since = until - 1")
    assert in_days(story, 0, 31) == [ControlStanding.FAILS] * 2


def rows(story: Story) -> dict[str, ControlStanding]:
    """How each promise stands now."""
    at = now()
    seen = {one: Observation(one, stands, None, at) for one, stands in looks(story.database).items()}
    return {promise.slug: judge(promise, seen, at).standing for promise in PROMISES}


def record_paper(
    story: Story, actor: Actor | None = None, *, issuer: str = PAPER.issuer, since: Ms = PAPER.since, days: int = 30
) -> Id:
    paper = replace(PAPER, issuer=issuer, since=since, until=Ms(now() + days * DAY_MS))
    with story.console():
        return do_record_attestation(paper, actor=actor or story.data_protection)


def in_days(story: Story, *days: int) -> list[ControlStanding]:
    """How that kind of paper stands then."""
    return [standing(_IWF, story.database, one * DAY_MS) for one in days]


def theirs(story: Story) -> Actor:
    """The data protection officer of another agency, at their own."""
    other = Partner(story)
    officer = other.person("probation-dpo", Role.DATA_PROTECTION)
    return replace(officer, agency=other.agency, home=None)


def paper_seen(story: Story, later_ms: int = 0) -> tuple[ControlStanding, str | None]:
    """How that kind of paper stands, and whose is shown."""
    with as_process(story.database, Process.ASSURANCE):
        seen = ask(_IWF, Ms(now() + later_ms), ())
    return seen.standing, None if seen.paper is None else seen.paper.issuer


def test_a_paper_is_held_where_every_agency_holds_its_own_and_the_one_that_ends_first_is_shown(story: Story) -> None:
    other = theirs(story)
    assert paper_seen(story) == (ControlStanding.NOT_HELD, None)
    record_paper(story, issuer="Of the force")
    assert paper_seen(story) == (ControlStanding.NOT_HELD, None)
    record_paper(story, other, issuer="Of probation", days=20)
    assert paper_seen(story) == (ControlStanding.HOLDS, "Of probation")


def test_an_agencys_paper_that_ended_or_is_gone_is_not_hidden_by_anothers(story: Story) -> None:
    record_paper(story, theirs(story), days=90)
    assert paper_seen(story) == (ControlStanding.NOT_HELD, None)
    paper = record_paper(story)
    assert in_days(story, 29, 31) == [ControlStanding.HOLDS, ControlStanding.FAILS]
    story.publish()
    do(story.database, f"delete from oversight_attestation where id = '{paper}'")  # noqa: S608  # ours
    assert paper_seen(story) == (ControlStanding.FAILS, None)
    renewed = record_paper(story, issuer="Of the force again")
    assert (renewed != paper, paper_seen(story)) == (True, (ControlStanding.HOLDS, "Of the force again"))
