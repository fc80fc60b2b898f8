"""The person's PIN: chosen only with their notice, few attempts, and never stored in clear (design §1.6)."""

import pytest

from offmon.agent import pin
from offmon.agent.home import AgentHome
from offmon.agent.pin import DetailsDoor, PinOutcome
from offmon.core.access.throttle import FIRST_MS, MOST
from offmon.core.formats.protocol import Code
from offmon.core.ids import Ms

AT = Ms(1_800_000_000_000)
CODE = Code(bytes(range(10)), bytes(10))
PAPER = CODE.text[:9]
PIN = "471147"


@pytest.fixture
def home(home: AgentHome) -> AgentHome:
    pin.prepare(home, CODE)
    return home


@pytest.fixture
def chosen(home: AgentHome) -> AgentHome:
    assert pin.choose(home, PAPER, PIN, AT) is PinOutcome.OPEN
    return home


def test_it_is_chosen_with_the_paper_and_then_opens(home: AgentHome) -> None:
    assert pin.door(home) is DetailsDoor.PAPER
    assert pin.enter(home, PIN, AT) is PinOutcome.WRONG
    assert pin.choose(home, "AAAA-AAAA", PIN, AT) is PinOutcome.WRONG
    assert pin.door(home) is DetailsDoor.PAPER
    assert pin.choose(home, PAPER, PIN, AT) is PinOutcome.OPEN
    assert pin.door(home) is DetailsDoor.PIN
    assert pin.enter(home, PIN, AT) is PinOutcome.OPEN
    assert pin.enter(home, "471247", AT) is PinOutcome.WRONG


@pytest.mark.parametrize(
    "typed", [CODE.text, PAPER, PAPER.lower(), PAPER.replace("-", ""), f" {PAPER[:4]} {PAPER[5:]} "]
)
def test_the_paper_is_read_as_people_type_it(home: AgentHome, typed: str) -> None:
    assert pin.choose(home, typed, PIN, AT) is PinOutcome.OPEN


def test_a_lost_pin_is_replaced_with_the_paper(chosen: AgentHome) -> None:
    assert pin.choose(chosen, PAPER, "812881", AT) is PinOutcome.OPEN
    assert pin.enter(chosen, PIN, AT) is PinOutcome.WRONG
    assert pin.enter(chosen, "812881", AT) is PinOutcome.OPEN


@pytest.mark.parametrize("typed", ["", "4711471147114", "47a147", "471147 ", "٤٧١١٤٧", "-47114"])
def test_what_is_no_pin_is_said_to_be_none_and_is_no_try(chosen: AgentHome, typed: str) -> None:
    for _ in range(MOST + 1):
        assert pin.enter(chosen, typed, AT) is PinOutcome.FORM
        assert pin.choose(chosen, PAPER, typed, AT) is PinOutcome.FORM
    assert pin.enter(chosen, PIN, AT) is PinOutcome.OPEN


@pytest.mark.parametrize("typed", ["47114", "111111", "123456", "987654"])
def test_a_pin_that_is_short_or_guessed_first_is_not_taken(chosen: AgentHome, typed: str) -> None:
    assert pin.choose(chosen, PAPER, typed, AT) is PinOutcome.FORM
    assert pin.enter(chosen, typed, AT) is PinOutcome.WRONG


def test_after_five_wrong_ones_even_the_right_one_waits_and_longer_each_time(chosen: AgentHome) -> None:
    for _ in range(MOST):
        assert pin.waits(chosen, AT) == 0
        assert pin.enter(chosen, "000000", AT) is PinOutcome.WRONG
    assert pin.waits(chosen, AT) == FIRST_MS
    assert pin.enter(chosen, PIN, AT) is PinOutcome.WAIT
    assert pin.choose(chosen, PAPER, PIN, AT) is PinOutcome.WAIT
    after = Ms(AT + FIRST_MS)
    assert pin.enter(chosen, "000000", after) is PinOutcome.WRONG
    assert pin.waits(chosen, after) == 2 * FIRST_MS
    assert pin.enter(chosen, PIN, Ms(after + 2 * FIRST_MS)) is PinOutcome.OPEN
    assert pin.waits(chosen, Ms(after + 2 * FIRST_MS)) == 0


def test_a_try_counts_before_it_is_looked_at(chosen: AgentHome, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_secret: str, _salt: bytes) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(pin, "_slow", killed)
    for _ in range(MOST):
        with pytest.raises(KeyboardInterrupt):
            pin.enter(chosen, "000000", AT)
    monkeypatch.undo()
    assert pin.waits(chosen, AT) == FIRST_MS


def test_nothing_of_either_lies_in_clear(chosen: AgentHome) -> None:
    kept = (chosen.path / "pin").read_bytes()
    assert [said for said in (PIN, PAPER, PAPER.replace("-", "")) if said.encode() in kept] == []
    assert (chosen.path / "pin").stat().st_mode & 0o777 == 0o600


def test_a_device_of_an_older_release_has_no_door(home: AgentHome) -> None:
    (home.path / "pin").unlink()
    assert pin.door(home) is DetailsDoor.NOTHING
    assert pin.choose(home, PAPER, PIN, AT) is PinOutcome.WRONG
    assert pin.enter(home, PIN, AT) is PinOutcome.WRONG
    assert pin.waits(home, AT) == 0
