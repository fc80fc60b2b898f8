"""The licence feed, by both doors: what it stops, what it passes over, what it refuses (R-LEG-14, R-LEG-16)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from offmon.core.authority.bases import Basis
from offmon.core.authority.capability import Capability
from offmon.core.authority.licence import Effect, LicenceType, effect_of
from offmon.core.authority.licence_feed import MAX_BYTES, Change
from offmon.core.authority.profile import Choice, Profile
from offmon.core.authority.standstill import Why
from offmon.core.clock import DAY_MS, HOUR_MS, Period, utc_text
from offmon.core.errors import Malformed, Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.audit import Verb
from offmon.core.states import DeploymentState
from offmon.server.base.actor import Actor
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.deployments import queries as deployments
from offmon.server.deployments.actions import (
    do_authorise,
    do_draft,
    do_resume,
    do_sign_profile,
    do_stop,
    do_take_change,
)
from offmon.server.deployments.queries.renewal import devices_to_renew
from offmon.server.orders.actions import do_confirm_term, do_end_instrument, do_record_instrument, do_record_term
from offmon.server.orders.licences.actions import do_record_licence
from offmon.server.orders.licences.queries import FeedView, LicenceEntry, check_licences_run, feed_of, to_see_to
from offmon.server.processes.worker import licences
from offmon.server.processes.worker.licences import FeedUnavailable, LicenceSource
from tests.database import Database
from tests.prove.markers import proves
from tests.support.agreed import agreed_to
from tests.support.fake_device import FakeDevice, now
from tests.support.licences import CODE, NUMBER, change, said, under_a_licence
from tests.support.orders import a_term, an_entry
from tests.support.story import ANSWERS, INGEST, Story
from tests.support.taken import superuser
from tests.support.worker import turn


@dataclass(frozen=True)
class Licensed:
    """Monitoring under a licence, and under an order of the court too: each choice rests on a condition of both."""

    story: Story
    folder: Path
    licence: Id
    choices: tuple[Choice, ...]

    def drop(self, *changes: Any, name: str = "a.json", **document: Any) -> None:
        """Put a document in the folder, and let the worker have a turn."""
        self.put(said(self.story, *changes, **document), name)
        self.turn()

    def put(self, data: bytes, name: str = "a.json") -> None:
        place = self.folder / self.story.agency / "in"
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)

    def turn(self) -> bool:
        return turn(self.story, "licence files", OFFMON_LICENCE_FEED=str(self.folder))

    def kept(self, place: str) -> list[str]:
        """The files there, without the time before their names."""
        return sorted(one.name.split("-", 1)[-1] for one in (self.folder / self.story.agency / place).iterdir())

    def state(self) -> tuple[DeploymentState, Why | None]:
        with superuser(self.story) as hand:
            [(state, why)] = hand.execute("select state, why from deployments_deployment").fetchall()
        return DeploymentState(state), None if why is None else Why(why)

    def feed(self) -> FeedView:
        with self.story.console(), scope(self.story.officer):
            found = feed_of(self.story.agency, now())
        assert found is not None
        return found

    def lines(self) -> list[tuple[str | None, bool]]:
        """What the officer must see to: what the status says, and whether the conditions changed."""
        with self.story.console(), scope(self.story.officer):
            return [(one.says, one.varied_at is not None) for one in to_see_to([self.story.case])]

    def profile(self) -> Profile:
        """The device's next profile."""
        self.story.sign(self.story.ask_profile())
        return self.story.profiles[-1]


@pytest.fixture
def licensed(story: Story, tmp_path: Path) -> Licensed:
    return Licensed(story, tmp_path / "feed", *under_a_licence(story))


@proves("S168", effect_of, disabled=lambda standing: Effect.RUN)
def test_a_recall_suspends_at_once_and_the_order_goes_on_once_a_person_ended_the_licence(licensed: Licensed) -> None:
    story = licensed.story
    assert all(len(grant.terms) == 2 for grant in licensed.profile().grants)
    licensed.drop(change("RECALLED"))
    assert licensed.state() == (DeploymentState.SUSPENDED, Why.LICENCE_RECALLED)
    assert licensed.lines() == [("The licence was recalled.", False)]
    [suspended] = story.entries(Verb.DEPLOYMENT_SUSPENDED)
    assert suspended.actor.id == story.worker.id
    with story.running(Process.WORKER), scope(story.worker):
        assert devices_to_renew(now(), now()) == [story.device.device]
    assert not licensed.profile().grants
    with story.console():
        with pytest.raises(Refused, match="licence-held"):
            do_resume(story.deployment, "by mistake", actor=story.officer)
        do_end_instrument(licensed.licence, now(), "recalled", actor=story.officer)
        do_resume(story.deployment, "the order runs on", actor=story.officer)
    assert licensed.lines() == []
    grants = licensed.profile().grants
    assert {term.term for grant in grants for term in grant.terms} == {*story.terms.values()}


def test_a_recalled_licence_recorded_anew_with_its_number_stays_recalled(licensed: Licensed) -> None:
    """R-LEG-16: re-release is a new licence. The feed sends changes alone, so it would say nothing of the new row."""
    story = licensed.story
    licensed.drop(change("RECALLED"))
    with story.console(), story.with_keys():
        again = an_entry(story.agency, Basis.LICENCE, Ms(now() - DAY_MS), reference="L86/2")
        anew = do_record_instrument(story.case, again, actor=story.officer)
        do_record_licence(anew, LicenceEntry(NUMBER, LicenceType.AP, "CRD", "4.0", (CODE,)), actor=story.officer)
    assert [says for says, _ in licensed.lines()] == ["The licence was recalled."] * 2


def test_an_agreement_stands_still_with_the_licence_that_it_serves(empty: Database, tmp_path: Path) -> None:
    """R-LEG-19: it ends with the supervision. Nothing of the agreement rests on a condition of the licence."""
    story, begins = Story(empty, tmp_path), Ms(now() - 10 * DAY_MS)
    story.orders()
    with story.console(), story.with_keys():
        licence = do_record_instrument(story.case, an_entry(story.agency, Basis.LICENCE, begins), actor=story.officer)
        condition = a_term(Period(begins, Ms(now() + 300 * DAY_MS)), Capability.SITE)
        do_confirm_term(do_record_term(licence, condition, actor=story.officer), actor=story.colleague)
        do_record_licence(licence, LicenceEntry(NUMBER, LicenceType.AP, "CRD", "4.0", (CODE,)), actor=story.officer)
    agreed_to(story, serves=licence)
    licensed = Licensed(story, tmp_path / "feed", licence, ())
    licensed.drop(change("RECALLED"))
    assert licensed.state() == (DeploymentState.SUSPENDED, Why.LICENCE_RECALLED)


def test_a_licence_that_an_officer_ended_suspends_nothing_more(licensed: Licensed) -> None:
    with licensed.story.console():
        do_end_instrument(licensed.licence, now(), "the prison wrote", actor=licensed.story.officer)
    licensed.drop(change("RECALLED"))
    assert licensed.state()[0] is DeploymentState.NOTICE_SERVED


@pytest.mark.parametrize(
    ("status", "more", "state"),
    [
        ("ACTIVE", {}, DeploymentState.NOTICE_SERVED),
        ("VARIATION_SUBMITTED", {"approved_version_active": True}, DeploymentState.NOTICE_SERVED),
        ("VARIATION_SUBMITTED", {}, DeploymentState.SUSPENDED),
        ("INACTIVE", {}, DeploymentState.SUSPENDED),
        ("TIMED_OUT", {}, DeploymentState.SUSPENDED),
        ("A_STATUS_OF_TOMORROW", {}, DeploymentState.SUSPENDED),
    ],
)
def test_what_a_status_does(licensed: Licensed, status: str, more: dict[str, Any], state: DeploymentState) -> None:
    licensed.drop(change(status, **more))
    assert licensed.state()[0] is state


def test_no_status_starts_anything(licensed: Licensed) -> None:
    began = now()
    licensed.drop(change("SUBMITTED", began - 1000))
    licensed.drop(change("ACTIVE", began), name="b.json")
    assert licensed.state()[0] is DeploymentState.SUSPENDED
    with licensed.story.console():
        do_resume(licensed.story.deployment, "it is active again", actor=licensed.story.officer)
    assert licensed.profile().grants


@proves("S168", check_licences_run, disabled=lambda terms, at: None)
def test_the_signer_signs_nothing_under_a_licence_that_is_held(licensed: Licensed) -> None:
    """Monitoring that is drafted anew meanwhile: nobody had to suspend that."""
    story = licensed.story
    licensed.drop(change("RECALLED"))
    with story.console():
        do_stop(story.deployment, DeploymentState.ENDED, Why.RECALLED, "the feed", actor=story.officer)
        story.authorisation = do_draft(story.case, licensed.choices, actor=story.officer)
        do_authorise(story.authorisation, ANSWERS, actor=story.authoriser)
        found = deployments.deployment_of(story.case, actor=story.officer)
    assert found is not None
    story.deployment, story.device = found.id, FakeDevice(INGEST)
    for step in (story.make_key, story.serve_notice, story.enrol):
        step()
    profile = story.ask_profile()
    with story.running(Process.SIGNER), story.with_keys(), suppress(Refused):
        do_sign_profile(profile, story.signing(), actor=story.signer)
    with superuser(story) as hand:
        found_so = hand.execute("select state, refusal from deployments_profile where id = %s", [UUID(profile)])
        assert found_so.fetchall() == [("refused", "licence-held")]


def test_the_same_again_and_what_is_older_change_nothing(licensed: Licensed) -> None:
    began = now()
    recall = change("RECALLED", began - 1000)
    licensed.drop(recall, recall)
    licensed.drop(recall, name="b.json")
    licensed.drop(change("ACTIVE", began), change("INACTIVE", began), name="c.json")
    assert len(licensed.story.entries(Verb.LICENCE_CHANGED)) == 1
    assert licensed.feed().applied == 1
    assert licensed.lines() == [("The licence was recalled.", False)]


def test_changes_that_arrive_in_another_order_come_to_the_same(licensed: Licensed) -> None:
    began = now()
    licensed.drop(change("ACTIVE", began))
    licensed.drop(change("SUBMITTED", began - HOUR_MS), name="b.json")
    assert licensed.state()[0] is DeploymentState.NOTICE_SERVED
    licensed.drop(change("RECALLED", began - HOUR_MS), name="c.json")
    assert licensed.state()[0] is DeploymentState.SUSPENDED


def test_a_bad_change_is_refused_alone_and_another_s_licence_leaves_nothing(licensed: Licensed) -> None:
    bad = [change(status="?"), change("ACTIVE", type="PSS"), 7]
    licensed.drop(*bad, change("RECALLED", licence="999"), change("SUBMITTED"))
    assert licensed.kept("done") == ["a.json"]
    found = licensed.feed()
    assert found.refusals == tuple(
        f"a.json: change {one}" for one in ("1: bad-status", "2: pss-ended", "3: not-an-object")
    )
    assert (found.applied, found.refused, found.silent) == (1, 3, False)
    assert licensed.state() == (DeploymentState.SUSPENDED, Why.LICENCE_HELD)
    with superuser(licensed.story) as hand:
        assert hand.execute("select licence_id from orders_licence").fetchall() == [(NUMBER,)]
        assert not hand.execute(
            "select from audit_entry where doc::text like '%%999%%' and verb like 'licence%%'"
        ).fetchall()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b" " * (MAX_BYTES + 1), "too-large"),
        (b"{", "not-json"),
        (b'{"schema": 2}', "other-schema"),
        (None, "other-agency"),
    ],
)
def test_a_bad_document_is_put_aside_with_its_reason(licensed: Licensed, data: bytes | None, code: str) -> None:
    licensed.put(data or said(licensed.story, change("RECALLED"), agency="b" * 32))
    licensed.put(said(licensed.story, change("SUBMITTED")), "b.json")
    assert licensed.turn()
    assert (licensed.kept("refused"), licensed.kept("done")) == (["a.json", "a.json.reason"], ["b.json"])
    assert f"a.json: {code}" in licensed.feed().refusals
    assert licensed.state() == (DeploymentState.SUSPENDED, Why.LICENCE_HELD)
    assert not licensed.turn()


def test_a_link_is_no_file_and_what_is_not_whole_waits(licensed: Licensed, tmp_path: Path) -> None:
    elsewhere = tmp_path / "secret"
    elsewhere.write_bytes(said(licensed.story, change("RECALLED")))
    licensed.put(b"{", "half.part")
    (licensed.folder / licensed.story.agency / "in" / "a.json").symlink_to(elsewhere)
    assert licensed.turn()
    assert licensed.state()[0] is DeploymentState.NOTICE_SERVED
    assert licensed.kept("in") == ["half.part"]


def test_a_folder_and_a_name_too_long_to_move_are_refused_and_the_others_go_on(licensed: Licensed) -> None:
    licensed.put(b"{", "a" * 240 + ".json")
    (licensed.folder / licensed.story.agency / "in" / "b.json").mkdir()
    licensed.put(said(licensed.story, change("RECALLED")), "c.json")
    assert licensed.turn()
    assert (licensed.kept("in"), licensed.kept("done")) == ([], ["c.json"])
    assert set(licensed.feed().refusals) == {"file-0-without-a-plain-name: bad-name", "b.json: not-a-file"}
    assert licensed.state() == (DeploymentState.SUSPENDED, Why.LICENCE_RECALLED)


def test_a_file_that_cannot_be_moved_is_named_once_and_stops_no_other(licensed: Licensed) -> None:
    licensed.put(said(licensed.story, change("ACTIVE")))
    licensed.put(said(licensed.story, change("RECALLED")), "b.json")
    move = Path.replace

    def fails(file: Path, to: Path) -> Path:
        if file.name == "a.json":
            raise PermissionError
        return move(file, to)

    with patch.object(Path, "replace", fails):
        for _ in range(2):
            with pytest.raises(PermissionError):
                licensed.turn()
    assert (licensed.kept("in"), licensed.kept("done")) == (["a.json"], ["b.json"])
    assert licensed.feed().refusals == ("a.json: not-moved",)
    assert licensed.turn()


def test_a_stop_midway_loses_nothing(licensed: Licensed) -> None:
    story, began = licensed.story, now()
    licensed.put(said(story, change("SUBMITTED", began - 1), change("RECALLED", began)))
    taken = iter([True])

    def stops(one: Change, *, actor: Actor) -> bool:
        return next(taken) and do_take_change(one, actor=actor)

    with patch.object(licences, "do_take_change", stops), pytest.raises(StopIteration):
        licensed.turn()
    assert (licensed.kept("in"), licensed.kept("done")) == (["a.json"], [])
    assert licensed.turn()
    assert licensed.kept("done") == ["a.json"]
    assert licensed.lines() == [("The licence was recalled.", False)]


def test_changed_conditions_widen_nothing_and_an_officer_is_asked(licensed: Licensed) -> None:
    before = licensed.profile().grants
    licensed.drop(change("ACTIVE", now() + 1, conditions=[CODE, CODE.replace("2", "3")]))
    assert licensed.lines() == [("The licence is active.", True)]
    assert licensed.profile().grants == before


def test_a_feed_that_is_late_is_silent(licensed: Licensed) -> None:
    past = {"made_at": utc_text(Ms(now() - DAY_MS)), "next_by": utc_text(Ms(now() - HOUR_MS))}
    licensed.drop(change(), **past)
    assert licensed.feed().silent
    licensed.drop(name="b.json")
    assert not licensed.feed().silent


class Pages:
    """The licence system: its pages by the cursor that asks for them, and what it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str | None, bytes] = {}
        self.status = 200
        self.asked: list[tuple[str | None, str]] = []

    @contextmanager
    def serving(self) -> Iterator[str]:
        pages = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = parse_qs(urlsplit(self.path).query)
                after = asked.get("after", [None])[0]
                pages.asked.append((after, self.headers["Authorization"]))
                body = pages.pages.get(after, b"{}")
                self.send_response(pages.status)
                self.send_header("Location", "http://127.0.0.1:9/")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        with HTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{server.server_port}/changes"
            server.shutdown()


def pulled(licensed: Licensed, url: str) -> bool:
    return turn(licensed.story, "pull licences", OFFMON_LICENCE_URL=url, OFFMON_LICENCE_TOKEN="a-token")


def test_pages_are_fetched_by_their_cursor_and_after_the_feed_was_down(licensed: Licensed) -> None:
    story, feed, began = licensed.story, Pages(), now()
    feed.pages = {
        None: said(story, change("SUBMITTED", began - 2), cursor="1", more=True),
        "1": said(story, change("RECALLED", began - 1), cursor="2"),
        "2": said(story, cursor="2"),
    }
    with pytest.raises(FeedUnavailable):
        pulled(licensed, "http://127.0.0.1:9/changes")
    with feed.serving() as url:
        for status in (503, 302):
            feed.status = status
            with pytest.raises(FeedUnavailable):
                pulled(licensed, url)
        feed.status, feed.asked = 200, []
        for _ in range(2):
            pulled(licensed, url)
    assert feed.asked == [(one, "Bearer a-token") for one in (None, "1", "2")]
    assert licensed.lines() == [("The licence was recalled.", False)]


def test_a_page_that_is_too_large_is_refused(licensed: Licensed) -> None:
    feed = Pages()
    feed.pages = {None: b" " * (MAX_BYTES + 10)}
    with feed.serving() as url, pytest.raises(Malformed, match="too-large"):
        pulled(licensed, url)


@pytest.mark.parametrize(
    "url", ["http://licences.invalid/", "https://a@licences.invalid/", "ftp://127.0.0.1/", "https:///"]
)
def test_an_address_that_is_not_safe_is_refused(url: str) -> None:
    with pytest.raises(Refused, match="feed-address"):
        LicenceSource(url, "a-token")
