"""A small night is played, nothing is missed, and whatever is taken from it or added is found (issue 20)."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.server import set_up_django

set_up_django()

from night.judge import judge  # noqa: E402  # models cannot be imported before Django is set up
from night.play import Seen, staged  # noqa: E402
from night.script import Script, Size, written  # noqa: E402
from trial.postgres import Server  # noqa: E402

SEED = 1


@pytest.fixture(scope="module")
def night(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Script, Seen]]:
    """A day of one agency with four devices, whose mail server, control room and service fail too."""
    script = written(SEED, Size(days=1, agencies=1, devices=4))
    with staged(script, postgres_server, tmp_path_factory.mktemp("night")) as played:
        played.play()
        yield script, played.seen()


def test_nothing_is_missed_and_it_is_not_for_want_of_anything_to_miss(night: tuple[Script, Seen]) -> None:
    script, seen = night
    found = judge(script, seen)
    assert found.misses == []
    assert sum(found.alerts.values()) >= 4
    assert found.escalations
    assert found.messages["came after a fault of their channel"]
    assert seen.rooms_refused
    assert found.minutes["service_fault"] == 50


def calls(seen: Seen) -> list[int]:
    """The places of the mails that are no weekly message."""
    return [n for n, one in enumerate(seen.mail) if "weekly" not in one.subject]


def test_a_mail_that_does_not_come_is_a_miss(night: tuple[Script, Seen]) -> None:
    script, seen = night
    gone = calls(seen)[0]
    mail = seen.mail[:gone] + seen.mail[gone + 1 :]
    assert any("(lost)" in one for one in judge(script, replace(seen, mail=mail)).misses)


def test_a_mail_that_comes_twice_is_a_miss(night: tuple[Script, Seen]) -> None:
    script, seen = night
    again = (*seen.mail, seen.mail[calls(seen)[0]])
    misses = judge(script, replace(seen, mail=again)).misses
    assert any("told twice" in one for one in misses)
    assert any("twice under its id" in one for one in misses)


def test_a_mail_that_comes_an_hour_late_is_a_miss(night: tuple[Script, Seen]) -> None:
    script, seen = night
    first = calls(seen)[0]
    late = replace(seen.mail[first], at=seen.mail[first].at + 3_600_000)
    mail = (*seen.mail[:first], late, *seen.mail[first + 1 :])
    assert judge(script, replace(seen, mail=mail)).misses


def test_an_hour_that_was_otherwise_is_a_miss(night: tuple[Script, Seen]) -> None:
    script, seen = night
    place = next(iter(seen.hours))
    hours = dict(seen.hours) | {place: {**seen.hours[place], "covered": seen.hours[place]["covered"] - 60, "off": 60}}
    [miss] = judge(script, replace(seen, hours=hours)).misses
    assert "in truth" in miss


def test_an_alert_that_went_to_somebody_else_or_is_not_there_is_a_miss(night: tuple[Script, Seen]) -> None:
    script, seen = night
    place, alerts = next((place, one) for place, one in seen.alerts.items() if any(alert.turns for alert in one))
    assert any(
        "no alert" in one for one in judge(script, replace(seen, alerts=seen.alerts | {place: alerts[:-1]})).misses
    )
    moved = [replace(one, turns=[(turn, None, at) for turn, _, at in one.turns]) for one in alerts]
    assert any("went to" in one for one in judge(script, replace(seen, alerts=seen.alerts | {place: moved})).misses)


def test_an_act_that_the_code_refused_is_a_miss(night: tuple[Script, Seen]) -> None:
    script, seen = night
    assert judge(script, replace(seen, refused=("an act",))).misses == ["refused: an act"]
