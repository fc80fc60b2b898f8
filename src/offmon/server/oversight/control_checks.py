"""Asks the running system's database whether a control holds. Each question is one file of `questions/`, for anyone to read and run.

Rules
- A question returns one row: how many things it examined, how many break the promise, a publishable figure. A control holds if none does.
- Nothing that a device sent or an officer did within the longest delay of design §1.6 moves a published result. Profile figures are as of a
  day that far back (`before`). Entries, sign-ins, alerts and decisions have no figure, and none moves a control from *nothing to check
  yet* to *holds*. Otherwise a person could visit a page and read from the figures that the visit was noticed.
- It runs in each agency's scope (once if it concerns the schema), on a role that cannot write what it asks about. Results are added up.
- The guards of the tables must also be those that our migrations make, word for word (`guards`).
- If nothing was examined and nothing fails, the result is *nothing to check yet*: no proof, and no failure. An impact assessment that
  nobody signed, or that is past its review, is *not held* instead.
- `compliance_records.py` answers for compliance records, with one question for every kind. A held one fails if its end has lost its guard.
  One that nobody holds cannot fail.
- Who drafted, authorised, confirmed, approved, served, prepared, signed or checked must be staff in a role that may: an id alone is nobody.
  The log must also say who checked a compliance record or directory line. For acts on a case, the case was open to them.
- A profile is what its document says, which the device reads; its row must agree. Assurance holds no keys and checks no signature. The
  device does, and refuses a profile that our signer did not sign.
- The signer's own code judges here too, on rows that the question returns (`authority`, `collected_choices`).
- The directory's roots are judged by the trust file of this process, and by nothing that the database says (`roots`).
- If a profile that the log calls signed is gone, every control about profiles fails, since nothing is left to examine.
- A question that fails is no answer: the control keeps the time of its last check, and so becomes stale.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection

from offmon.core.access.roles import Permission, those_who_may
from offmon.core.authority.capability import CAPABILITIES, FOLLOWING
from offmon.core.errors import passes
from offmon.core.ids import Count, Id, Ms
from offmon.core.person import delay
from offmon.core.public import analytics_consent
from offmon.core.public.assurance import UNTOLD, Control, ControlStanding, Observation
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.roots import trusted_root
from offmon.server.base import limits
from offmon.server.base.actor import Service, service
from offmon.server.base.policies import Process
from offmon.server.base.rows import AgencyRow, LogRow
from offmon.server.base.scope import scope
from offmon.server.deployments.queries import LONGEST_DELAY_DAYS
from offmon.server.oversight import collected_choices, compliance_records, guards, profiles_match_orders
from offmon.server.oversight.log import Reading
from offmon.server.oversight.questions import question

_log = logging.getLogger("offmon.assurance")
PAPERS: Final = frozenset(control for control in Control if control.startswith("paper-"))
_TWO_PEOPLE: Final = (
    "_by_another",
    "_in_another_sitting",
)  # what each constraint is called by that holds two people apart
_MAY: Final = {
    "may_draft": Permission.DEPLOYMENT_DRAFT,
    "may_authorise": Permission.DEPLOYMENT_AUTHORISE,
    "may_record": Permission.INSTRUMENT_RECORD,
    "may_confirm": Permission.INSTRUMENT_CONFIRM,
    "may_serve": Permission.NOTICE_SERVE,
    "may_decide": Permission.ALERT_DECIDE,
    "may_draft_lists": Permission.LIST_DRAFT,
    "may_approve_lists": Permission.LIST_APPROVE,
    "may_prepare": Permission.ASSESSMENT_PREPARE,
    "may_sign": Permission.ASSESSMENT_SIGN,
    "may_prepare_policy": Permission.POLICY_PREPARE,
    "may_agree_policy": Permission.POLICY_AGREE,
    "may_attest": Permission.ATTESTATION_RECORD,
    "may_check": Permission.STAFF_MANAGE,
}  # as the questions call the roles that may
OF_THE_WHOLE: Final = frozenset(
    {
        Control.ROLES,
        Control.ROW_SECURITY,
        Control.TWO_PEOPLE,
        Control.BACKSTOP,
        Control.INSERT_ONLY,
        Control.CONSENTED,
        Control.CONTACT_PAGE,
        Control.DIRECTORY,
    }
)
"""What is asked about the schema, or about rows that are no agency's: once, and not for each agency again."""
RESTING_ON_PROFILES: Final = frozenset(
    {Control.AUTHORITY, Control.LISTS, Control.LEASES, Control.NOTICE_FIRST, Control.FOUR_ANSWERS, Control.ASSESSED}
)
"""What is asked about profiles: nobody can tell of one that is gone."""
_JUDGED: Final[dict[Control, Callable[[Any], int]]] = {
    Control.FOUR_ANSWERS: collected_choices.beyond,
    Control.NOTICE_FIRST: collected_choices.untold,
    Control.LISTS: collected_choices.undocumented,
    Control.ROOTS: lambda ids: sum(not passes(trusted_root, Id(UUID(one).hex)) for one in ids),
}
"""What is judged of the last thing that such a question returns, beside what it counts itself."""
type Answer = tuple[int, int, int | None]  # how many looked at, how many wanting, what is told


def asked_of_the_database() -> frozenset[Control]:
    """The controls that have a question in `questions/`."""
    names = {file.name.removesuffix(".sql") for file in files(__package__).joinpath("questions").iterdir()}
    return PAPERS | {control for control in Control if control in names}


def drawn() -> list[str]:
    """What guards the tables of the connection's database now."""
    return guards.drawn(told())


def gone(agency: Id) -> int:
    """How many of the agency's profiles were signed, as the log says, and are not there as signed ones."""
    (count,) = _answer(agency, "profiles-gone", told())
    return int(count)


def _answer(agency: Id, name: str, asked: Mapping[str, Any]) -> tuple[Any, ...]:
    """The one row that a question returns, in the scope of an agency."""
    with scope(service(Service.ASSURANCE, agency)), connection.cursor() as cursor:
        # To compile a question takes the server longer than to answer it; what it costs to read a document it overestimates.
        cursor.execute("set local jit = off")
        cursor.execute(question(name), asked)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def ask(
    control: Control,
    at: Ms,
    releases: tuple[str, ...],
    guarding: Callable[[], Sequence[str]] = drawn,
    reading: Reading | None = None,
    *,
    missing: Callable[[Id], int] = gone,
) -> Observation:
    """One look at a control, on the connection's own role.

    `releases`: the digests of the agent software that we published. `guarding`: what guards the tables, asked for where the control
    rests on it; whoever looks at several controls in one turn draws it once for all of them. `reading`: how far the log was read, for
    whoever looks again. `missing`: how many of an agency's profiles are gone, asked for as `guarding` is.
    """
    before = delay.shown_before(at, LONGEST_DELAY_DAYS)
    asked = {"at": at, "before": before, "control": control, "releases": list(releases), **told(), **_named()}
    if control in PAPERS:
        recorded = compliance_records.look(control, at, asked)
        broken = recorded.standing is ControlStanding.HOLDS and _differs(control, guarding)
        return Observation(control, ControlStanding.FAILS, None, at) if broken else recorded
    known = agencies.agencies()
    answers = [_ask_in(agency.id, control, asked) for agency in (known[:1] if control in OF_THE_WHOLE else known)]
    if control is Control.NO_HOLES:
        log = Reading() if reading is None else reading
        answers += [(0, 0 if log.reads_on(agency.id) else 1, None) for agency in known]
    if control in RESTING_ON_PROFILES:
        answers += [(0, missing(agency.id), None) for agency in known]
    figures = [figure for _, _, figure in answers if figure is not None]
    stands = _standing(control, answers, guarding)
    if (
        control is Control.ASSESSED
        and stands is ControlStanding.NOTHING_YET
        and not any(_assessed(one.id, at) for one in known)
    ):
        stands = ControlStanding.NOT_HELD
    return Observation(control, stands, None if control in UNTOLD else Count(sum(figures)), at)


def _standing(control: Control, answers: Sequence[Answer], guarding: Callable[[], Sequence[str]]) -> ControlStanding:
    if _differs(control, guarding) or any(wanting for _, wanting, _ in answers):
        return ControlStanding.FAILS
    return ControlStanding.HOLDS if any(looked for looked, _, _ in answers) else ControlStanding.NOTHING_YET


def _differs(control: Control, guarding: Callable[[], Sequence[str]]) -> bool:
    """Whether a guard of the control is not as our migrations make it. Which one it is, is logged."""
    differing = guards.different(control, guarding()) if control in guards.GUARDED else []
    if differing:
        _log.warning(
            "%s: %d guards are not as our migrations make them, such as: %s", control, len(differing), differing[0]
        )
    return bool(differing)


def _assessed(agency: Id, at: Ms) -> bool:
    """Whether the agency holds an impact assessment at that instant."""
    (held,) = _answer(agency, "assessment-held", {"at": at, **told()})
    return bool(held)


def _ask_in(agency: Id, control: Control, asked: Mapping[str, Any]) -> Answer:
    answer = _answer(agency, control.value, asked)
    if control is Control.AUTHORITY:
        figure, resting = answer
        looked, wanting = profiles_match_orders.judge(_read(resting), asked["at"])
    elif control in _JUDGED:
        looked, wanting, figure, resting = answer
        wanting += _JUDGED[control](_read(resting))
    else:
        looked, wanting, figure = answer
    return int(looked), int(wanting), None if figure is None else int(figure)


def _read(resting: Any) -> Any:
    return json.loads(resting) if isinstance(resting, str) else resting


def _named() -> dict[str, list[str]]:
    """The administrators of the database server whom the operator names, beside whoever set it up."""
    return {"administrators": list(getattr(settings, "OFFMON_DATABASE_ADMINISTRATORS", ()))}


@cache
def told() -> dict[str, list[str] | int]:
    """What every question is told: our tables by kind, our roles, the constraints where two people are due, the purposes that data
    may serve, for how many days a visitor's choice lasts and is noted, and in which roles staff may do what two people are due for."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("offmon.")]
    return {
        "tables": [model._meta.db_table for model in ours if issubclass(model, AgencyRow)],
        "log_tables": [model._meta.db_table for model in ours if issubclass(model, LogRow)],
        "roles": [process.value for process in Process],
        **limits.told(),
        "purposes": sorted({rule.purpose.value for rule in CAPABILITIES.values()}),
        "kinds_read": [kind.value for kind, rule in CAPABILITIES.items() for _ in rule.sources],
        "sources_read": [source.value for rule in CAPABILITIES.values() for source in rule.sources],
        "following": [kind.value for kind in FOLLOWING],
        "choice_lasts_days": analytics_consent.LASTS_DAYS,
        "choice_noted_days": analytics_consent.NOTED_DAYS,
        **{name: [role.value for role in those_who_may(permission)] for name, permission in _MAY.items()},
        "two_people": [
            f"{model._meta.db_table}.{constraint.name}"
            for model in ours
            for constraint in model._meta.constraints
            if any(called in constraint.name for called in _TWO_PEOPLE)
        ],
    }
