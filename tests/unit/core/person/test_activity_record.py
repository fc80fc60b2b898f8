"""The device's own data checks an activity record, and nothing that the file brings (issue 3, "Portal")."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from offmon.core.access.roles import Role
from offmon.core.formats import codec
from offmon.core.formats.keys import SigningKey
from offmon.core.ids import Origin
from offmon.core.log.consultations import check_line
from offmon.core.log.tlog.checkpoint import Checkpoint
from offmon.core.log.tlog.proving import sign_checkpoint
from offmon.core.person import activity_record
from offmon.core.person.activity_record import ActivityRecord, DeviceKnowledge, Fault, Judged, RecordFault
from tests.prove.markers import proves
from tests.support.told_page import UNTIL, Page, drawn
from tests.unit.core.samples import code_of, ident

PAGE = Page()
HONEST = PAGE.told
UNSEEN = [RecordFault(Fault.UNSEEN, line) for line in (1, 2, 3, 4)]
STRANGER = SigningKey.from_seed("log.invalid/86", bytes(32))


def with_day(which: int = 0, /, **changed: object) -> ActivityRecord:
    days = list(HONEST.days)
    days[which] = replace(days[which], **changed)  # type: ignore[arg-type]  # the test says what
    return replace(HONEST, days=tuple(days))


def with_look(**changed: object) -> ActivityRecord:
    """Something of the first day's second line is otherwise."""
    first, second = HONEST.days[0].looks
    return with_day(looks=(first, replace(second, look=replace(second.look, **changed))))  # type: ignore[arg-type]


def signed(checkpoint: Checkpoint, key: SigningKey = PAGE.key) -> ActivityRecord:
    """The last state of the log is another."""
    last = replace(HONEST.log[-1], checkpoint=sign_checkpoint(checkpoint, key).data.decode())
    return replace(HONEST, log=(*HONEST.log[:-1], last))


def knows(*states: Checkpoint) -> DeviceKnowledge:
    """A device that was given these."""
    return replace(PAGE.known, checkpoints={one.size: one.root for one in states})


def test_an_honest_file_holds_line_by_line() -> None:
    again = activity_record.read(codec.dump(HONEST))
    assert again == HONEST
    assert activity_record.judge(again, PAGE.known) == Judged(3, 0, 4, 1, ())


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda: replace(HONEST, log=HONEST.log[:1] + HONEST.log[2:]), [RecordFault(Fault.LOG, None)]),
        (lambda: replace(HONEST, log=HONEST.log[1:]), [RecordFault(Fault.LOG, None)]),
        (lambda: replace(HONEST, log=(*HONEST.log, HONEST.log[-1])), [RecordFault(Fault.LOG, None)]),
        (lambda: signed(PAGE.checkpoint, STRANGER), [RecordFault(Fault.LOG, None)]),
        (lambda: signed(replace(PAGE.checkpoint, size=PAGE.checkpoint.size + 1)), UNSEEN),
        (lambda: replace(HONEST, waiting=(replace(HONEST.waiting[0], on=UNTIL),)), [RecordFault(Fault.LATE, 5)]),
        (lambda: with_look(role=Role.DATA_PROTECTION), [RecordFault(Fault.LOOK, 2)]),
        (lambda: with_look(on=HONEST.days[1].on), [RecordFault(Fault.LOOK, 2)]),
        (lambda: with_day(1, salt=b"short"), [RecordFault(Fault.DAY, 3), RecordFault(Fault.DAY, 4)]),
        (lambda: with_day(1, previous=drawn("x")), [RecordFault(Fault.DAY, 3), RecordFault(Fault.DAY, 4)]),
        (lambda: with_day(1, index=10_000), [RecordFault(Fault.DAY, 3), RecordFault(Fault.DAY, 4)]),
    ],
)
@proves("S53", check_line, disabled=lambda commit, place, path, size, root: None)
def test_what_was_changed_is_named_by_its_line(make: Callable[[], ActivityRecord], found: list[RecordFault]) -> None:
    """More than what the known answers of `tests/vectors/told` show, which are judged by the same function."""
    assert list(activity_record.judge(make(), PAGE.known).found) == found


def test_what_another_device_sent_is_for_that_one_to_check() -> None:
    elsewhere = tuple(replace(line, device=ident("another device")) for line in HONEST.sent[:1])
    told = replace(HONEST, sent=(*elsewhere, *HONEST.sent[1:]))
    assert activity_record.judge(told, PAGE.known) == Judged(2, 1, 4, 1, ())


@pytest.mark.parametrize(
    ("given", "looks", "unseen"),
    [((0,), 2, (3, 4)), ((1,), 4, ()), ((2,), 4, ()), ((0, 2), 4, ())],
    ids=["off since the first day", "off on the last", "off before the last", "off between"],
)
def test_a_device_that_was_off_checks_by_any_state(given: tuple[int, ...], looks: int, unseen: tuple[int, ...]) -> None:
    """What an earlier state holds, each later one does too; what only later ones hold rests on nothing that it was given."""
    judged = activity_record.judge(HONEST, knows(*(PAGE.states[n] for n in given)))
    assert judged == Judged(3, 0, looks, 1, tuple(RecordFault(Fault.UNSEEN, line) for line in unseen))


def test_a_state_that_the_device_was_given_otherwise_is_found_wherever_it_stands() -> None:
    for place, state in enumerate(PAGE.states):
        forked = [replace(one, root=bytes(32)) if one == state else one for one in PAGE.states]
        assert activity_record.judge(HONEST, knows(*forked)).found == (RecordFault(Fault.LOG, None),), place


def test_an_invented_log_is_no_log_that_the_device_was_given() -> None:
    """Whoever holds the log key can sign another tree of the same size for this person alone: the device was given the first."""
    rewritten = Page(team="South")
    assert activity_record.judge(rewritten.told, rewritten.known).found == ()
    assert rewritten.checkpoint.size == PAGE.checkpoint.size
    assert activity_record.judge(rewritten.told, PAGE.known).found == (RecordFault(Fault.LOG, None),)


def test_only_checkpoints_of_that_log_count_among_what_was_given() -> None:
    good, other = sign_checkpoint(PAGE.checkpoint, PAGE.key), sign_checkpoint(PAGE.checkpoint, STRANGER)
    notes = iter([b"\xff", b"", other.data, good.data])
    assert activity_record.held(notes, PAGE.origin, (PAGE.key.public,)) == {PAGE.checkpoint.size: PAGE.checkpoint.root}
    assert activity_record.held(iter([good.data]), Origin("other.invalid"), (PAGE.key.public,)) == {}


@pytest.mark.parametrize(
    "twice",
    [
        lambda: replace(HONEST, sent=(*HONEST.sent, HONEST.sent[0])),
        lambda: replace(HONEST, days=(*HONEST.days, HONEST.days[0])),
        lambda: with_day(looks=(HONEST.days[0].looks[0],) * 2),
        lambda: replace(HONEST, waiting=HONEST.waiting * 2),
        lambda: replace(HONEST, waiting=(HONEST.days[0].looks[0].look,)),
    ],
)
def test_a_thing_said_twice_refuses_the_file(twice: Callable[[], ActivityRecord]) -> None:
    assert code_of(activity_record.read, codec.dump(twice())) == "twice"


def test_a_file_is_read_whole_or_not_at_all() -> None:
    data = codec.dump(HONEST)
    assert code_of(activity_record.read, data + b" ") is not None
    assert code_of(activity_record.read, data.replace(b'"agency"', b'"agenci"', 1)) is not None
    assert code_of(activity_record.read, b" " * (activity_record.MAX_BYTES + 1)) == "too-large"
    assert code_of(activity_record.read, b"") is not None


def test_it_names_nobody_and_counts_nothing_that_is_hidden() -> None:
    """No number of the case's run, no officer, and nothing of the line of the other case that stands in the same day."""
    data = codec.dump(HONEST)
    assert ident("other case").encode() not in data
    assert {line.look.case for day in HONEST.days for line in day.looks} == {PAGE.case}
    assert all(day.entry.case is None and day.entry.touched == () for day in HONEST.days)
