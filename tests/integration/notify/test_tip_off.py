"""Nothing that the person can see, count or be answered differs by whether a message was sent (issue 20)."""

import copy
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import override_settings

from offmon.core.formats import codec, protocol
from offmon.core.ids import Ms
from offmon.server.base import clock
from offmon.server.base.policies import Process
from offmon.server.faces.ingest import receipts
from tests.database import Database, Template
from tests.integration.ingest.arrange import InProcess, ingest_settings, keys_in
from tests.integration.notify.office import add, sending, told
from tests.integration.portal.person import TOKEN, Person, portal
from tests.integration.portal.test_pages import PAGES
from tests.support.fake_device import Request
from tests.support.mailbox import Mailbox
from tests.support.story import INGEST, Story
from tests.support.taken import superuser
from tests.support.twins import PARTNER, Monitored

type Work = list[tuple[str, int]]


def found(database: Database, folder: Path) -> Monitored:
    """A case in which something was found that calls its officer, and nobody is told yet: the officer has no channel."""
    one = Monitored.begin(database, folder)
    one.story.disclose(2, body=PARTNER)
    one.story.send()
    one.story.raise_alerts()
    one.story.publish()
    return one


def twin(one: Monitored, database: Database) -> Monitored:
    """The same on a copy of its database."""
    story = copy.copy(one.story)
    story.database, story.device = database, one.story.device.clone()
    return Monitored(story, one.way_in, one.sitting)


@contextmanager
def counted() -> Iterator[Work]:
    """Each statement that is sent meanwhile, and how many rows answered it."""
    work: Work = []

    def note(execute: Any, statement: str, given: Any, many: bool, context: dict[str, Any]) -> Any:
        answer = execute(statement, given, many, context)
        work.append((re.sub(r'"s\d+_x\d+"', "savepoint", statement), context["cursor"].rowcount))
        return answer

    with connection.execute_wrapper(note):
        yield work


def pages(one: Monitored) -> dict[str, tuple[int, bytes, Work]]:
    """Every page and the file that is taken away, each with what it made the database do, once all are known to the process."""
    person, seen = Person(one.story), dict[str, tuple[int, bytes, Work]]()
    with portal(one.story):
        assert person.signs_in(one.way_in).status_code == 302
        for path in [*PAGES, "/en/told/file/"] * 2:
            with counted() as work:
                answer = person.browser.get(path)
            seen[path] = (answer.status_code, TOKEN.sub(b"", answer.content), list(work))
    return seen


def answers(one: Monitored, keys: dict[str, str], at: Ms, asked: Sequence[Request]) -> list[tuple[int, bytes, Work]]:
    """What ingest answers to these requests at that instant, and what each made the database do."""
    receipts.key.cache_clear()
    receipts._checkpoints.clear()
    settings, got = ingest_settings({**keys, "OFFMON_INGEST_URL": INGEST}), list[tuple[int, bytes, Work]]()
    with override_settings(**settings), one.story.running(Process.INGEST), patch.object(clock, "now", lambda: at):
        for request in asked:
            with counted() as work:
                answer = InProcess().send(request)
            got.append((answer.status, answer.body, list(work)))
    return got


def entries(story: Story) -> int:
    """How many entries the case's log has."""
    with superuser(story) as hand:
        [(count,)] = hand.execute('select count(*) from audit_entry where "case" = %s', [story.case]).fetchall()
    return int(count)


def test_no_page_no_count_and_no_answer_differs_by_whether_a_message_was_sent(
    migrated_template: Template, tmp_path: Path
) -> None:
    with migrated_template.clone() as database, ExitStack() as ending:
        quiet = found(database, tmp_path)
        another = ending.enter_context(Template(database.server, database.name).clone())
        told_of = twin(quiet, another)
        add(told_of.story)
        mailbox = ending.enter_context(Mailbox().up())
        with sending(told_of.story, mailbox) as office:
            office.turn()
        assert len(mailbox.mail) == 1
        assert told(told_of.story) == [(1, "sent")]
        assert told(quiet.story) == []
        assert entries(quiet.story) == entries(told_of.story)

        one, other = pages(quiet), pages(told_of)
        assert [path for path in one if one[path] != other[path]] == []
        assert {status for status, *_ in one.values()} == {200}

        at, device, keys = clock.now(), quiet.story.device, keys_in(tmp_path)
        beat = codec.dump(device.batch(len(device.leaves)))
        asked = [
            device.request("GET", protocol.PROFILE_PATH, b"", at=at, nonce="5" * 32),
            device.request("POST", protocol.BATCHES_PATH, beat, at=at, nonce="6" * 32),
        ]
        first, second = (answers(each, keys, at, asked) for each in (quiet, told_of))
        assert {status for status, *_ in first} == {200}
        assert first == second
