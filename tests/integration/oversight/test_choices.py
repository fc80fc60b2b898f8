"""A visitor's choice about counting is kept a year. Even so, the control shows that nobody was counted without one."""

import psycopg
import pytest

from offmon.core.public.analytics_consent import LASTS_DAYS, NOTED_DAYS
from offmon.core.public.assurance import Control, ControlStanding
from offmon.server.base.policies import Process
from offmon.server.processes.worker.jobs import end_choices
from tests.integration.oversight.looking import TODAY, chosen, do, standing
from tests.server import as_process
from tests.support.story import Story

COUNTED = "insert into oversight_pagecount (id, page, day, count) values (gen_random_uuid(), 'home', {} - {} * 86400000::bigint, 1);"


def ages(story: Story) -> list[int]:
    """How many days ago each choice that is noted was made."""
    with story.database.connect_as_owner() as owner:
        rows = owner.execute(f"select ({TODAY} - at) / 86400000 from oversight_cookiechoice order by at desc")  # noqa: S608  # ours
        return [int(row[0]) for row in rows.fetchall()]


def test_a_note_goes_after_a_year_and_no_other_does(story: Story) -> None:
    do(story.database, "".join(chosen("accepted", days) for days in (1, NOTED_DAYS - 2, NOTED_DAYS + 1)))
    with as_process(story.database, Process.WORKER):
        assert end_choices()
        assert not end_choices()
    assert ages(story) == [1, NOTED_DAYS - 2]


@pytest.mark.parametrize(
    ("counted_ago", "chosen_ago", "stands"),
    [
        (
            LASTS_DAYS - 1,
            NOTED_DAYS - 4,
            ControlStanding.HOLDS,
        ),  # the oldest count looked at rests on a note that is there still
        (LASTS_DAYS - 1, NOTED_DAYS + 1, ControlStanding.FAILS),
        (
            LASTS_DAYS + 30,
            NOTED_DAYS + 1,
            ControlStanding.HOLDS,
        ),  # its note may be gone, so that nothing can be said of it
    ],
)
def test_only_days_of_which_every_note_is_kept_are_held_against_the_counts(
    story: Story, counted_ago: int, chosen_ago: int, stands: ControlStanding
) -> None:
    do(story.database, chosen("accepted", chosen_ago) + COUNTED.format(TODAY, counted_ago))
    with as_process(story.database, Process.WORKER):
        end_choices()
    assert standing(Control.CONSENTED, story.database) is stands


def test_the_worker_reads_no_choice(story: Story) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), story.database.connect(Process.WORKER) as worker:
        worker.execute("select choice from oversight_cookiechoice")
