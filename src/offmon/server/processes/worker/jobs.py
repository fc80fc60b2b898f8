"""The worker's jobs for one agency, each a function that returns whether there was anything to do.

Rules
- The log comes first. Places and signature do not wait for the witness, and a witness that is down stops only itself.
- A journal is grouped when it reaches further than its cursor, which makes that happen once. Journals of which the log lately says that
  something came are looked at each turn, all of them at the start and each minute: a fleet's are too many to be read four times a second.
- So with profiles (`in_turn`), and with the hours of days that are over.
- Accounts of staff are opened and moved here, and nowhere else but at the machine: the console can write no role.
- Monitoring is active once the note of the marker page has come from a device of it.
- An alert that nobody opened in time escalates to the next person. Time does nothing else to it.
- It picks the look-ups that professional standards examine, within a minute. Being picked is no finding.
- Only its heartbeat notes a device's day, whether or not anything was found. So the log grows by the calendar, not by findings.
- Journals, alerts, devices and requests to the signer each run by themselves (`Each`): one compromised or faulty row stops no other.
- It asks the vault for the next step of each bundle that was asked for or approved, and again for each destruction that was approved.
- The worker asks for profiles that the law already decides: a device's first, and the next before a lease ends. Also one when an order's
  end or successor becomes known. The signer reads the rows itself, and may refuse.
"""

import logging
from collections.abc import Callable, Collection
from datetime import date
from functools import partial
from typing import Final

from django.db import connection

from offmon.core import clock as time
from offmon.core.errors import OffmonError, Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.log.look_ups import LookUp, Picked
from offmon.core.states import ExportState
from offmon.server.agencies.accounts.actions.changes import do_carry_out
from offmon.server.agencies.accounts.queries import to_carry_out
from offmon.server.agencies.look_ups import to_examine
from offmon.server.agencies.queries import team_names
from offmon.server.audit import publish, queries
from offmon.server.audit.actions.look_ups import do_pick
from offmon.server.audit.actions.looks import do_seal_looks
from offmon.server.audit.actions.sequence import SequencedLog, do_sequence
from offmon.server.audit.witness_client import WitnessClient
from offmon.server.base import clock
from offmon.server.base.actor import Actor
from offmon.server.base.limits import END_OVERLONG
from offmon.server.base.scope import scope
from offmon.server.base.signer import UNREACHABLE, SignerClient
from offmon.server.base.vault import UNREACHABLE as VAULT_UNREACHABLE
from offmon.server.base.vault import VaultClient
from offmon.server.deployments.actions import do_ask_profile, do_begin
from offmon.server.deployments.queries import asked_profiles, devices_to_show_themselves
from offmon.server.deployments.queries.in_use import cases_covered
from offmon.server.deployments.queries.renewal import devices_to_renew
from offmon.server.detectors.queries import waiting_for_signature
from offmon.server.evidence.queries import ungranted_of, waiting_for_vault
from offmon.server.intake.actions import do_forget_nonces, do_note_day
from offmon.server.intake.devices.actions import do_record_hours
from offmon.server.intake.devices.queries.hours import cases_to_fold, last_recorded
from offmon.server.intake.queries import JournalView, beats, marked
from offmon.server.oversight.actions import do_end_choices, do_end_enquiries
from offmon.server.processes.worker.job import Each, Round
from offmon.server.reaching.actions import do_leave_off
from offmon.server.rights.agreements.actions import do_take_from_device
from offmon.server.rights.agreements.queries import withdrawn_at_devices
from offmon.server.rights.destruction.queries import approved as approved_destructions
from offmon.server.triage.actions.passing_on import do_pass_on
from offmon.server.triage.actions.raising import GROUP_AT_ONCE, do_group
from offmon.server.triage.queries.answered import answered_calls
from offmon.server.triage.queries.grown import ungrouped
from offmon.server.triage.queries.passing import going_on

RENEW_BEFORE_MS: Final = 7 * time.DAY_MS
AFTER_REFUSAL_MS: Final = time.HOUR_MS
WATCHED_BACK_MS: Final = time.DAY_MS
COMMITTED_WITHIN_MS: Final = time.MINUTE_MS
LOOK_AT_ALL_EVERY_MS: Final = time.MINUTE_MS

_log = logging.getLogger("offmon.worker")


class WitnessSilent(OffmonError):
    """The witness did not sign; `publish` has said why."""

    def __init__(self) -> None:
        super().__init__("witness-silent", "The checkpoint stays as it is and is sent again.")


def sequence(log: SequencedLog, actor: Actor) -> bool:
    """Give waiting entries their places and sign the log as it then stands."""
    return do_sequence(log, actor=actor) > 0


def witness(log: SequencedLog, to: WitnessClient, actor: Actor) -> bool:
    """Have the newest signed checkpoint cosigned. Raises WitnessSilent, so that it is asked less and less often while it is down."""
    if queries.submission(actor) is None:
        return False
    if publish.cosign(log, to, actor=actor) is None:
        raise WitnessSilent
    return True


class Grouping:
    """Turns new disclosures into alerts, journal by journal."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._each = Each("group a journal")
        self._all_at: Ms | None = None  # when all were looked at last
        self._since = Ms(0)

    def __call__(self) -> bool:
        """Group every journal that has grown. The first look counts as something done."""
        now, last = clock.now(), self._all_at
        if last is None or not 0 <= now - last < LOOK_AT_ALL_EVERY_MS:
            self._all_at, grown = now, ungrouped(actor=self._actor)
        else:
            heard = queries.cases_named(self._since, of=Verb.BATCH_RECEIVED, actor=self._actor)
            grown = ungrouped(heard, actor=self._actor) if heard else []
        did = self._each.turn({(one.device, one.epoch): partial(self._group, one) for one in grown})
        self._since = Ms(now - COMMITTED_WITHIN_MS)
        return did or last is None

    def _group(self, journal: JournalView) -> bool:
        while do_group(journal, actor=self._actor) == GROUP_AT_ONCE:
            pass
        return True


class DeviceDays:
    """Notes the day on which each device was heard last. The log is asked once a device and day; what it said, this worker remembers."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._round = Round("note a device's day", self._new, self._note)
        self._noted: dict[Id, date] = {}
        self._heard: dict[Id, date] = {}

    def __call__(self) -> bool:
        """Note the day of every device's last heartbeat that is not noted yet."""
        return self._round()

    def _new(self) -> list[Id]:
        self._heard = {device: time.local_day(at) for device, at in beats(actor=self._actor).items()}
        return [device for device, day in self._heard.items() if self._noted.get(device) != day]

    def _note(self, device: Id) -> bool:
        day = self._heard[device]
        did = do_note_day(device, day, actor=self._actor)
        self._noted[device] = day
        return did


class RecordingHours:
    """Records how devices spent the days that are over: of each case once a day, and when the log names it or a time is to be folded."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._round = Round("record a day's hours", self._due, self._record)
        self._waiting: set[Id] = set()
        self._last: date | None = None  # the last day that was recorded of each case
        self._since = Ms(0)

    def __call__(self) -> bool:
        """Record what is new."""
        return self._round()

    def _due(self) -> list[Id]:
        now = clock.now()
        with scope(self._actor):
            covered = cases_covered()
        if last_recorded(now) != self._last:
            self._waiting.update(covered)
        else:
            since = Ms(self._since - COMMITTED_WITHIN_MS)
            self._waiting |= queries.cases_named(since, but={Verb.HOURS_RECORDED}, actor=self._actor)
            self._waiting |= cases_to_fold(now, actor=self._actor)
        self._last, self._since = last_recorded(now), now
        return [case for case in covered if case in self._waiting]

    def _record(self, case: Id) -> bool:
        did = _record_hours(case, self._actor)
        self._waiting.discard(case)
        return did


def _record_hours(case: Id, actor: Actor) -> bool:
    with scope(actor):
        ungranted = ungranted_of(case)
    return do_record_hours(case, ungranted, actor=actor)


def pass_on(each: Each, actor: Actor) -> bool:
    """Pass on each alert that nobody has acknowledged, or decided, in their time."""
    return each.turn({alert: partial(_pass_on, alert, actor) for alert in going_on(clock.now(), actor=actor)})


def _pass_on(alert: Id, actor: Actor) -> bool:
    return do_pass_on(alert, actor=actor) is not None


def leave_off(actor: Actor) -> bool:
    """Have no message sent any more whose alerts are all answered. Never "did": it is looked at again in its time."""
    with scope(actor):
        answered = answered_calls(actor)
    for message in answered:
        do_leave_off(message, actor=actor)
    return False


def seal_looks(actor: Actor) -> bool:
    """Seal the next day of looks that is over, so that a person can be shown that a line of it stands in the log."""
    day = queries.day_to_seal(clock.now(), actor=actor)
    if day is None:
        return False
    do_seal_looks(day, team_names(), actor=actor)
    return True


def renew(each: Each, actor: Actor, among: Callable[[], Collection[Id]] | None = None) -> bool:
    """Ask for the profile of each device that has none yet, whose lease ends within seven days, or of whose orders more is known.

    `among`: which devices are looked at in this turn; None for all.
    """
    now, some = clock.now(), None if among is None else among()
    with scope(actor):
        due = devices_to_renew(Ms(now + RENEW_BEFORE_MS), Ms(now - AFTER_REFUSAL_MS), some)
    return each.turn({device: partial(_ask, device, actor) for device in due})


def _ask(device: Id, actor: Actor) -> bool:
    do_ask_profile(device, actor=actor)
    return True


def begin(each: Each, actor: Actor) -> bool:
    """Begin the monitoring of each device on which the marker page was opened: its note of that has arrived."""
    with scope(actor):
        waiting = devices_to_show_themselves()
        seen = {waiting[device] for device in marked(waiting)} if waiting else set()
    return each.turn({deployment: partial(_begin, deployment, actor) for deployment in seen})


def withdraw(each: Each, actor: Actor) -> bool:
    """Record what people withdrew at their devices, whose notes of that have arrived."""
    said = withdrawn_at_devices(actor=actor)
    return each.turn({one.term: partial(do_take_from_device, one, actor=actor) for one in said})


def _begin(deployment: Id, actor: Actor) -> bool:
    do_begin(deployment, actor=actor)
    return True


def carry_out(each: Each, actor: Actor) -> bool:
    """Open and move the accounts of staff as administrators asked, two of them where two must."""
    return each.turn({change: partial(_carry_out, change, actor) for change in to_carry_out(actor=actor)})


def _carry_out(change: Id, actor: Actor) -> bool:
    return do_carry_out(change, actor=actor)


class Watching:
    """Picks the look-ups that somebody is to examine. After a start it goes back a day; each is picked once."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._each = Each("pick a look-up")
        self._since = Ms(clock.now() - WATCHED_BACK_MS)

    def __call__(self) -> bool:
        """Pick what came since the last turn; an entry may be committed a little after its own time."""
        now = clock.now()
        found = to_examine(self._since, actor=self._actor)
        if not found:
            self._since = Ms(now - COMMITTED_WITHIN_MS)
        return self._each.turn({(one.entry, why): partial(self._pick, one, why) for one, why in found})

    def _pick(self, one: LookUp, why: Picked) -> bool:
        about = one.case if why in {Picked.NO_TASK, Picked.SAMPLED} else None
        do_pick(one.entry, one.staff, about, one.at, why, actor=self._actor)
        return True


def end_enquiries() -> bool:
    """Delete the messages to the public site that are six months old. Of no agency, so whichever loop comes first does it."""
    return do_end_enquiries() > 0


def end_choices() -> bool:
    """Delete what was noted a year ago of choices about being counted. Of no agency, as above."""
    return do_end_choices() > 0


def end_overlong() -> bool:
    """End each transaction of a process that is older than its role may have it: no entry after it has a place until then. Never "did"."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {END_OVERLONG}()")
        ((ended,),) = cursor.fetchall()
    if ended:
        _log.warning("%d transactions of ours lasted too long, and were ended", ended)
    return False


def forget_nonces() -> bool:
    """Delete the nonces of signatures that are over. Of no agency, as above. There are always more soon, which may wait: never "did"."""
    do_forget_nonces(at=clock.now())
    return False


def sign(each: Each, signer: SignerClient, actor: Actor) -> bool:
    """Pass the ids of waiting lists and profiles to the signer. What it refuses is refused in its row, or still waits for people.

    Raises Refused where the signer does not answer: then the rest are not tried in this turn, for each try would cost as long.
    """
    with scope(actor):
        lists, profiles = waiting_for_signature(), asked_profiles()
    asks = {row: partial(_passed, signer.sign_list, row) for row in lists}
    asks |= {profile: partial(_passed, signer.sign_profile, profile) for profile in profiles}
    return each.turn(asks, ends=UNREACHABLE)


def destroy(each: Each, vault: VaultClient, actor: Actor) -> bool:
    """Pass the ids of approved destructions to the vault, which was down when they were approved. What it stops waits no more.

    Raises Refused where the vault does not answer, as for the signer.
    """
    with scope(actor):
        waiting = approved_destructions()
    return each.turn({row: partial(_passed, vault.destroy, row) for row in waiting}, ends=VAULT_UNREACHABLE)


def prepare(each: Each, vault: VaultClient, actor: Actor) -> bool:
    """Have the vault take its next step of each bundle: open, build, or let go what was approved.

    Raises Refused where the vault does not answer, as for the signer.
    """
    with scope(actor):
        waiting = waiting_for_vault(clock.now())
    steps: dict[ExportState, Callable[[Id], None]] = {
        ExportState.ASKED: vault.open_export,
        ExportState.OPENED: partial(_build, vault),
        ExportState.APPROVED: vault.release,
    }
    asks = {(row, state): partial(_passed, steps[state], row) for row, state in waiting.items()}
    return each.turn(asks, ends=VAULT_UNREACHABLE)


def _build(vault: VaultClient, export: Id) -> None:
    try:
        vault.build_export(export)
    except Refused as refusal:
        if refusal.code == "opened-too-little":  # what came since is opened too, and witnessed before it is built
            vault.open_export(export)
        raise


def _passed(ask: Callable[[Id], None], row: Id) -> bool:
    ask(row)
    return True
