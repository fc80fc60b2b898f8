"""A permission and an exclusion silence what they name: in the profile, at intake and in triage (R-LEG-15, R-LEG-27)."""

from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError

from offmon.core import clock
from offmon.core.authority.capability import Capability
from offmon.core.authority.order import DeviceKind
from offmon.core.authority.permission import AskedHow
from offmon.core.authority.profile import Profile
from offmon.core.authority.silence import ListedEntry, SilenceReason, Week
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.formats.event import Gravity
from offmon.core.ids import Count, Id, Ms, Slug
from offmon.core.log.audit import Verb
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments.actions import do_authorise
from offmon.server.deployments.queries.renewal import devices_to_renew
from offmon.server.orders.actions import do_confirm_term, do_record_term
from offmon.server.orders.silences.actions import (
    ExclusionEntry,
    PermissionEntry,
    do_claim_none,
    do_end_silence,
    do_exclude,
    do_permit,
)
from offmon.server.orders.silences.models import SilenceRow
from tests.database import Database
from tests.support.fake_device import now
from tests.support.orders import a_term
from tests.support.refused import code_of
from tests.support.story import ANSWERS, Story
from tests.support.taken import superuser

HOST = Slug("host")
ASKED = date(2026, 1, 5)


@pytest.fixture
def story(empty: Database, tmp_path: Path) -> Story:
    """Up to a device that holds its first profile."""
    story = Story(empty, tmp_path)
    for step in (story.orders, story.lists, story.authorise, story.make_key, story.serve_notice, story.enrol):
        step()
    story.sign(story.ask_profile())
    return story


def permit(story: Story, *, since: int = -clock.HOUR_MS, until: int = clock.DAY_MS, by: Id | None = None) -> Id:
    """The one listed site, from then to then, counted from now."""
    [site] = [grant for grant in story.profiles[-1].grants if grant.kind is Capability.SITE]
    entry = PermissionEntry(
        story.terms[Capability.SITE],
        ListedEntry(site.lists[0].id, HOST),
        Period(Ms(now() + since), Ms(now() + until)),
        by or story.officer.id,
        AskedHow.PHONE,
        "You may use listed.invalid.",
    )
    with story.console():
        return do_permit(story.case, entry, actor=story.officer)


def exclude(story: Story, site: str | None = None, week: Week | None = None) -> Id:
    entry = ExclusionEntry(SilenceReason.RELIGION, site, week, ASKED, "Your church’s page.")
    with story.console():
        return do_exclude(story.case, entry, actor=story.officer)


def renew(story: Story) -> tuple[str, ...]:
    """The device's next profile, which is due at once: what its silences say."""
    with story.running(Process.WORKER), scope(story.worker):
        assert devices_to_renew(now(), now()) == [story.device.device]
    story.sign(story.ask_profile())
    return tuple(one.said for one in story.profiles[-1].silences)


def alerts(story: Story, *, under: Profile | None = None, rule: Slug = HOST, gravity: Gravity = Gravity.URGENT) -> int:
    """How many possible breaches there are after a visit to the listed site."""
    story.disclose(under=under, rule=rule, gravity=gravity)
    story.send()
    story.group()
    return len(story.alerts)


def test_a_permission_is_carried_by_the_next_profile_and_holds_at_intake(story: Story) -> None:
    first = story.profiles[-1]
    permit(story)
    assert renew(story) == ("You may use listed.invalid.",)
    [one] = story.profiles[-1].silences
    assert (one.terms, one.given_by) == ((story.terms[Capability.SITE],), "Officer Invented")
    assert alerts(story, under=first) == 0  # a device that has not heard of it sends it, and it does not stay
    assert alerts(story, under=first, rule=Slug("beside")) == 1


def test_its_end_is_now_and_brings_back_what_was_authorised(story: Story) -> None:
    permission = permit(story)
    renew(story)
    with story.console():
        do_end_silence(story.case, permission, "They no longer need it.", actor=story.officer)
        with pytest.raises(Refused, match="ended already"):
            do_end_silence(story.case, permission, "Again.", actor=story.officer)
    assert renew(story) == ()
    assert alerts(story) == 1


def test_nobody_writes_an_end_that_lies_back(story: Story) -> None:
    """It would make possible breaches of what was permitted then."""
    silence = permit(story)
    with story.console(), scope(story.officer), pytest.raises(IntegrityError, match="as of now"):
        SilenceRow.objects.filter(id=silence).update(ended_at=now() - clock.HOUR_MS, ended_by=story.officer.id)


def test_a_finding_that_was_permitted_says_so_and_is_no_emergency(story: Story) -> None:
    permit(story)
    assert alerts(story) == 1  # the device and the newest profile do not know yet
    shown = story.alert()
    assert shown.permitted is not None
    assert (shown.permitted.matches, shown.permitted.of, shown.row.gravity) == (1, 1, Gravity.STANDARD)
    [view] = shown.permitted.silences
    assert view.silence is not None
    assert view.silence.said == "You may use listed.invalid."


def test_one_that_was_permitted_at_another_time_rings_as_always(story: Story) -> None:
    permit(story, since=-clock.DAY_MS, until=-clock.MINUTE_MS)
    assert alerts(story) == 1
    shown = story.alert()
    assert (shown.permitted, shown.row.gravity) == (None, Gravity.URGENT)


def test_a_site_is_left_out_with_its_listed_entries_until_authorised_and_told_anew(story: Story) -> None:
    first = story.profiles[-1]
    excluded = exclude(story, site="listed.invalid")
    assert renew(story) == ("Your church’s page.",)
    [one] = story.profiles[-1].silences
    assert [entry.rule for entry in one.entries] == [HOST]
    assert alerts(story, under=first) == 0
    with story.console():
        do_end_silence(story.case, excluded, "They moved.", actor=story.officer)
    assert renew(story) == ("Your church’s page.",)
    story.authorise()
    story.serve_notice()
    story.sign(story.ask_profile())
    assert story.profiles[-1].silences == ()


def test_a_weekly_time_silences_all_of_it(story: Story) -> None:
    first = story.profiles[-1]
    exclude(story, week=Week(tuple(map(Count, range(1, 8))), Count(0), Count(1440)))
    assert renew(story) == ("Your church’s page.",)
    assert alerts(story, under=first, rule=Slug("beside")) == 0


def test_nobody_authorises_before_the_person_was_asked(empty: Database, tmp_path: Path) -> None:
    story = Story(empty, tmp_path)
    for step in (story.orders, story.lists, story.draft):
        step()
    with superuser(story) as hand:
        hand.execute("delete from orders_silence")
    with story.console():
        with pytest.raises(Refused, match="Permissions and exclusions"):
            do_authorise(story.authorisation, ANSWERS, actor=story.authoriser)
        do_claim_none(story.case, ASKED, actor=story.officer)
        do_authorise(story.authorisation, ANSWERS, actor=story.authoriser)
    assert len(story.entries(Verb.SILENCE_RECORDED)) == 2


@pytest.mark.parametrize(
    ("who", "by", "code"), [("stranger", "officer", "not-on-caseload"), ("officer", "stranger", "not-supervising")]
)
def test_only_for_their_own_person_and_by_who_supervises_them(story: Story, who: str, by: str, code: str) -> None:
    [site] = [grant for grant in story.profiles[-1].grants if grant.kind is Capability.SITE]
    period = Period(now(), Ms(now() + clock.DAY_MS))
    place = ListedEntry(site.lists[0].id, HOST)
    entry = PermissionEntry(story.terms[Capability.SITE], place, period, story.staff[by].id, AskedHow.PHONE, "You may.")
    with story.console():
        assert code_of(lambda: do_permit(story.case, entry, actor=story.staff[who])) == code


def test_a_condition_for_phones_grants_a_computer_nothing_however_late_it_comes(story: Story) -> None:
    """R-LEG-15: the device was enrolled before the condition was authorised."""
    words = a_term(Period(Ms(now() - clock.DAY_MS), None), Capability.SITE, device_kinds=(DeviceKind.PHONE,))
    with story.console(), story.with_keys():
        term = do_record_term(story.instrument, words, actor=story.officer)
        do_confirm_term(term, actor=story.colleague)
    story.terms[Capability.SITE] = term
    story.authorise()
    story.serve_notice()
    story.sign(story.ask_profile())
    assert story.profiles[-1].device_kind is DeviceKind.COMPUTER
    assert [grant.kind for grant in story.profiles[-1].grants] == [Capability.PHRASE]
