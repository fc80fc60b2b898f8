"""Within the delay the public page and its data disclose no finding (design §1.6; issue 3, "Tip-off tests").

A supervised person can visit a listed page and read `/safeguards.json` again, which is renewed every fifteen seconds. Two twins are one
played case, copied with its database. In one, a visit was found, sent, grouped, revealed and decided, and an officer signed in and
requested a new profile.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.test import Client, override_settings

from offmon.core.access.step_up import Factor
from offmon.core.clock import DAY_MS
from offmon.core.formats import codec
from offmon.core.ids import Ms
from offmon.core.log.audit import Verb
from offmon.core.public.assurance import UNTOLD, Control, ControlStanding
from offmon.server.agencies.authentication.actions import do_set_up_factor, show
from offmon.server.agencies.authentication.codes import code_of, step_of
from offmon.server.agencies.authentication.models import SecondFactor
from offmon.server.audit.actions import append
from offmon.server.base import clock
from offmon.server.base.columns import column_key
from offmon.server.base.policies import Process
from offmon.server.base.scope import scope
from offmon.server.faces.website import published
from offmon.server.oversight.actions import do_note
from offmon.server.oversight.control_checks import ask, asked_of_the_database, drawn
from offmon.words.catalogue import Language
from tests.database import Database, Template
from tests.server import as_process
from tests.support.fake_device import RELEASE
from tests.support.site import site_settings
from tests.support.story import Story
from tests.support.twins import Monitored

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of an invented app
PATHS = ("/safeguards.json", *(f"/{language}/safeguards/" for language in Language))


@dataclass(frozen=True)
class Twins:
    """One case twice: `quiet` as it was, and `found` with what was found in it."""

    quiet: Story
    found: Story


@pytest.fixture
def twins(migrated_template: Template, tmp_path: Path) -> Iterator[Twins]:
    with migrated_template.clone() as database:
        quiet = Monitored.begin(database, tmp_path)
        sets_up_an_app(quiet.story)
        quiet.story.publish()
        with Template(database.server, database.name).clone() as another:
            found = quiet.twin(another).story
            with found.console(), scope(found.officer):
                append(found.officer, Verb.SIGNED_IN, case=None, touched=(show(Factor.APP, found.officer),))
            found.sign(found.ask_profile())
            found.publish()
            yield Twins(quiet.story, found)


def sets_up_an_app(story: Story) -> None:
    """The officer can sign in."""
    officer, code = story.officer, code_of(SECRET, step_of(clock.now()))
    with story.console(), story.with_keys():
        do_set_up_factor(column_key().enclose(SECRET, SecondFactor, officer.id, "secret"), code, actor=officer)


def looked(story: Story, at: Ms) -> dict[Control, ControlStanding]:
    """Every control that the database is asked about is looked at, at that instant, and kept."""
    once = cache(drawn)
    with story.running(Process.ASSURANCE), override_settings(OFFMON_TRUST=str(story.trust_path())):
        seen = {one: ask(one, at, (RELEASE,), once) for one in sorted(asked_of_the_database())}
        do_note(list(seen.values()))
    return {one: look.standing for one, look in seen.items()}


def public(database: Database, folder: Path, story: Story, at: Ms, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """All that the site shows of how promises stand, at that instant."""
    (folder / published.TRUST).write_bytes(codec.dump(story.trust()))
    with (
        as_process(database, Process.WEBSITE),
        override_settings(**site_settings(folder)),
        monkeypatch.context() as patched,
    ):
        patched.setattr(clock, "now", lambda: at)
        site = Client(raise_request_exception=False)
        answers = {path: site.get(path) for path in PATHS}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {path: _less_its_id(answer.headers, answer.content) for path, answer in answers.items()}


def _less_its_id(headers: Mapping[str, str], content: bytes) -> bytes:
    """The answer's headers and page, less the id that each request is given."""
    drawn_anew = headers["X-Request-Id"].encode()
    return (repr(sorted(headers.items())).encode() + b"\n" + content).replace(drawn_anew, b"")


@pytest.mark.parametrize("days", [0, 27])
def test_the_page_and_its_data_are_the_same_to_the_byte_whether_or_not_something_was_found(
    twins: Twins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    at = Ms(clock.now() + 40_000 + days * DAY_MS)
    stands = [looked(story, at) for story in (twins.quiet, twins.found)]
    assert stands[0] == stands[1]
    folder = tmp_path / "published"
    folder.mkdir()
    quiet, found = (
        public(story.database, folder, twins.quiet, at, monkeypatch) for story in (twins.quiet, twins.found)
    )
    for path, shown in quiet.items():
        assert shown.split(b"\n") == found[path].split(b"\n"), path
    looks = json.loads(quiet["/safeguards.json"].splitlines()[-1])["looks"]
    assert {looks[one]["figure"] for one in UNTOLD} == {None}
