"""For what the log may be read, for how long, and what led to a look (DPA 2018 s.62(4); R-DPA-18)."""

import pytest

from offmon.core.errors import Refused
from offmon.core.ids import Id, Ms
from offmon.core.log.reading import READING_MS, CameFrom, ReadingPurpose, came_from, check_question, is_current
from offmon.core.log.verbs import Verb

ALERT = Id("a" * 32)


def test_the_law_allows_four_purposes_and_performance_is_none() -> None:
    assert [one.value for one in ReadingPurpose] == [
        "lawfulness",
        "self_monitoring",
        "security",
        "criminal_proceedings",
    ]


@pytest.mark.parametrize("question", ["", " " * 30, "Why?"])
def test_a_question_says_something(question: str) -> None:
    with pytest.raises(Refused, match="in a sentence"):
        check_question(question)
    check_question("Who looked at case 86/1 in March?")


@pytest.mark.parametrize(
    ("at", "opens"), [(999, False), (1000, True), (1000 + READING_MS - 1, True), (1000 + READING_MS, False)]
)
def test_a_reading_opens_the_log_for_an_hour(at: int, *, opens: bool) -> None:
    assert is_current(Ms(1000), Ms(at)) is opens


@pytest.mark.parametrize(
    ("verb", "alert", "came"),
    [
        (Verb.CASE_CONSULTED, None, CameFrom.NOT_SAID),
        (Verb.CASE_CONSULTED, ALERT, CameFrom.ALERT),
        (Verb.ALERT_REVIEW, ALERT, CameFrom.ALERT),
        (Verb.REVEAL_ASKED, ALERT, CameFrom.ALERT),
        (Verb.ACTION_CONSULTED, None, CameFrom.TASK),
        (Verb.REQUEST_CONSULTED, None, CameFrom.REQUEST),
        (Verb.RESTRICTION_CONSULTED, None, CameFrom.REQUEST),
        (Verb.QUEUE_CONSULTED, None, CameFrom.LIST),
        (Verb.START_PAGE_CONSULTED, None, CameFrom.LIST),
        (Verb.LOG_READ, None, CameFrom.NOT_SAID),
        (Verb.ALERT_DECIDED, ALERT, CameFrom.NO_LOOK),
        (Verb.BATCH_RECEIVED, None, CameFrom.NO_LOOK),
    ],
)
def test_what_led_to_a_look_is_what_its_entry_says(verb: Verb, alert: Id | None, came: CameFrom) -> None:
    assert came_from(verb, alert) is came
