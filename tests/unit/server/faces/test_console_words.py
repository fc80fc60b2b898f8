"""Every code that a page may show has words, and none claims more than is known."""

import re
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from offmon.core.access.roles import Role
from offmon.core.authority.bases import Basis, Route
from offmon.core.authority.order import Applicant, TermKind
from offmon.core.authority.standstill import Why
from offmon.core.clock import Period
from offmon.core.formats.event import GapReason, Gravity, Origin
from offmon.core.formats.keys import Algorithm, SigningKey
from offmon.core.formats.trust_file import TrustedWitness
from offmon.core.ids import Ms
from offmon.core.log.records import ActionKind, DecisionOutcome, Welfare
from offmon.core.person.deadlines import Channel, RequestKind, RequestOutcome, RequestStage
from offmon.core.person.restrictions import Line, RestrictionGround, RestrictionStanding, Telling
from offmon.core.states import AlertState, DeploymentState, ExportState, ProfileState
from offmon.server.deployments.policy import OF_THE_REQUEST
from offmon.server.faces.console import order_words, refusals, words

CONSOLE = Path(words.__file__).parent
NOON = Ms(1_781_006_400_000)  # 9 June 2026, 12:00 UTC: summer time


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (words.GRAVITY, Gravity),
        (words.GRAVITY_COLOUR, Gravity),
        (words.ORIGIN, Origin),
        (words.ALERT, AlertState),
        (words.DEPLOYMENT, DeploymentState),
        (words.EXPORT, ExportState),
        (words.PROFILE, ProfileState),
        (words.BASIS, Basis),
        (order_words.ROUTE, Route),
        (order_words.WHY, Why),
        (order_words.APPLICANT, Applicant),
        (words.TERM, TermKind),
        (words.GAP, GapReason),
        (words.ROLE, Role),
        (words.OUTCOME, DecisionOutcome),
        (words.ACTION, ActionKind),
        (words.WELFARE, Welfare),
        (words.REQUEST, RequestKind),
        (words.REQUEST_ASKED, RequestKind),
        (words.REQUEST_OUTCOME, RequestOutcome),
        (words.CHANNEL, Channel),
        (words.STEP, RequestStage),
        (words.RESTRICTION_GROUND, RestrictionGround),
        (words.LINE, Line),
        (words.TELLING, Telling),
        (words.TELLING_HINT, Telling),
        (words.RESTRICTION, RestrictionStanding),
        (words.RESTRICTION_COLOUR, RestrictionStanding),
    ],
)
def test_every_code_has_words(table: dict[Any, Any], codes: type[StrEnum]) -> None:
    assert set(table) == set(codes)


@pytest.mark.parametrize(
    ("left", "said"), [(-2, "Overdue by 2 days"), (-1, "Overdue by 1 day"), (0, "Due today"), (1, "1 day left")]
)
def test_how_many_days_are_left(left: int, said: str) -> None:
    assert words.days_left(left) == said


def test_every_outcome_is_offered_once() -> None:
    offered = [outcome for _, group in words.OUTCOME_GROUPS for outcome in group]
    assert sorted(offered) == sorted(DecisionOutcome)


def test_no_page_speaks_of_offenders_or_calls_an_alert_a_breach() -> None:
    """ "possible breach" until a human decides; "coverage gap", never evasion (CONTRIBUTING 10)."""
    judging = re.compile(r"(?i)(?<!possible )\bbreach(es|ed)?\b|\boffender(?!.?manager)|\bevasion\b|\bsuspect\b")
    pages = [*CONSOLE.glob("jinja2/console/*.html"), CONSOLE / "words.py", *CONSOLE.glob("forms/*.py")]
    said = {page.name: page.read_text().replace("an order was breached", "") for page in pages}
    found = {(name, match.group()) for name, text in said.items() for match in judging.finditer(text)}
    assert found == set()


def test_times_are_written_as_people_in_london_say_them() -> None:
    assert words.when(NOON) == "9 June 2026 at 1:00pm"
    assert words.day(NOON) == "9 June 2026"
    assert words.written_day("2026-06-09") == "9 June 2026"
    assert words.last_day(None) == "Until further order"
    midnight = words.instant(date(2026, 6, 10), time(0, 0))
    assert words.last_day(midnight) == "9 June 2026"


def test_how_long_until_it_is_due() -> None:
    assert words.due(Ms(NOON + 90 * 60_000), NOON) == "Due in 1 hour"
    assert words.due(Ms(NOON - 49 * 3_600_000), NOON) == "Overdue by 2 days"
    assert words.due(NOON, NOON) == "Overdue by less than a minute"


@pytest.mark.parametrize("independent", [True, False])
def test_a_witness_is_named_with_who_runs_it_and_called_independent_only_where_the_trust_file_says_so(
    *, independent: bool
) -> None:
    key = SigningKey.from_seed("witness.invalid/1", bytes(32), Algorithm.COSIGNATURE)
    said = words.witnessed([TrustedWitness(key.public.vkey, "this machine (trial)", independent, Period(NOON, None))])
    assert "witness.invalid/1, run by this machine (trial)" in said
    assert ("not independent" not in said) is independent


def test_no_page_claims_a_witness_by_itself() -> None:
    assert words.witnessed([]) == "The trust file of this console names no witness of the log."
    pages = (CONSOLE / "jinja2").rglob("*.html")
    assert [page.name for page in pages if re.search(r"witness outside|independent witness", page.read_text())] == []


def test_what_may_be_in_the_way_of_one_request_is_said_in_words() -> None:
    """On the case's pages, and in the report of a bundle; a code of it is no English."""
    assert sorted(OF_THE_REQUEST - set(refusals.PROFILE)) == []
