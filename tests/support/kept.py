"""Slow set-up is done once for several tests, and copied for each: its database, its folder, and what it knows.

Rules
- A copy is a test's own, as if made for it: no test affects the next.
- A copied set-up is younger than `fresh_ms`, so that no test meets an old story.
"""

import copy
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from offmon.core import clock
from offmon.core.ids import Ms
from offmon.server.base.clock import now
from tests.database import Database, Template
from tests.support.story import Story
from trial.databases import seal

FRESH_MS = clock.MINUTE_MS


@dataclass
class Kept[T]:
    """`arrange` makes the thing and the story that it stands on, in an empty database and folder. `close` drops the last one."""

    empty: Template
    folder: Path
    arrange: Callable[[Database, Path], tuple[T, Story]]
    fresh_ms: int = FRESH_MS
    _holds: ExitStack = field(default_factory=ExitStack)
    _made: tuple[T, Story] | None = None
    _at: Ms = field(default_factory=lambda: Ms(0))

    @contextmanager
    def clone(self) -> Iterator[Database]:
        _, story = self._fresh()
        with Template(story.database.server, story.database.name).clone() as database:
            yield database

    def copy(self, database: Database, folder: Path) -> T:
        """What stands on the newest clone, in a folder of the test's own."""
        assert self._made is not None
        made, story = self._made
        shutil.copytree(story.folder, folder, dirs_exist_ok=True)
        return copy.deepcopy(made, {id(story.database): database, id(story.folder): folder})

    def close(self) -> None:
        self._holds.close()

    def _fresh(self) -> tuple[T, Story]:
        if self._made is None or now() - self._at > self.fresh_ms:
            self._holds.close()
            folder = self.folder / secrets.token_hex(6)
            folder.mkdir()
            self._made = self.arrange(self._holds.enter_context(self.empty.clone()), folder)
            story = self._made[1]
            seal(story.database.server, story.database.name)  # only what nobody is connected to can be copied
            self._at = now()
        return self._made


def keeping[T](arrange: Callable[[Story], T], fresh_ms: int = FRESH_MS) -> tuple[Any, Any, Any]:
    """The fixtures of a folder or file whose tests each have what was arranged so: `stories, database, story = keeping(played)`."""

    def arranged(database: Database, folder: Path) -> tuple[T, Story]:
        story = Story(database, folder)
        return arrange(story), story

    @pytest.fixture(scope="session")
    def stories(migrated_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept[T]]:
        kept = Kept(migrated_template, tmp_path_factory.mktemp("kept"), arranged, fresh_ms)
        yield kept
        kept.close()

    @pytest.fixture
    def database(stories: Kept[T]) -> Iterator[Database]:
        """This test's own, with what was arranged in it."""
        with stories.clone() as clone:
            yield clone

    @pytest.fixture
    def own(stories: Kept[T], database: Database, tmp_path: Path) -> T:
        """What was arranged, on this test's own database."""
        return stories.copy(database, tmp_path)

    return stories, database, own


def played(story: Story) -> Story:
    """From the order to an alert that nobody has decided."""
    return story.play()


def enrolled(story: Story) -> Story:
    """As far as a device that waits for its first profile; nothing is signed yet but the lists."""
    for step in (story.orders, story.lists, story.authorise, story.make_key, story.serve_notice, story.enrol):
        step()
    return story


def given_a_profile(story: Story) -> Story:
    """As far as a device with a profile that has sent nothing."""
    enrolled(story)
    story.sign(story.ask_profile())
    return story
