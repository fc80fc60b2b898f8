"""What a notice must say, and when a new one is due (R-RGT-1, R-RGT-3, R-LEG-9)."""

from dataclasses import replace

import pytest

from offmon.core.authority import notice, noticed
from offmon.core.authority.capability import Capability
from offmon.core.authority.notice import Content, NoticeController, NoticeFacts, ToldDevice, Watcher
from offmon.core.authority.profile import Choice
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.formats.event import Gravity
from offmon.core.ids import Ms, Slug
from offmon.core.log.audit import AuditEntry, EntryOutcome, Touched, Verb
from offmon.core.log.records import NoticeRecord
from tests.unit.core.log.test_attribution import CONFIRMER, RECORDER, entry
from tests.unit.core.samples import (
    APD,
    LICENCE,
    LICENCE_TERM,
    NOW,
    PHRASES,
    SHPO,
    SHPO_TERM,
    SITES,
    code_of,
    digest,
    ident,
    on,
)

BY_SITE = Choice(Capability.SITE, (SHPO_TERM.id,), (SITES.ref.id,), None)
BY_PHRASE = Choice(Capability.PHRASE, (SHPO_TERM.id,), (PHRASES.ref.id,), None)
BY_LICENCE = Choice(Capability.SITE, (LICENCE_TERM.id,), (SITES.ref.id,), None)
ORDERS, TERMS, LISTS = (SHPO, LICENCE), (SHPO_TERM, LICENCE_TERM), (SITES, PHRASES)


def told(*choices: Choice, at: Ms = NOW) -> NoticeFacts:
    return notice.told_of(choices, ORDERS, TERMS, LISTS, at)


def content() -> Content:
    return Content(
        person="Sam Invented",
        reference="86/1",
        authorisation=ident("authorisation"),
        made_at=NOW,
        controllers=(NoticeController("An invented force", "86 000", digest("root")),),
        told=told(BY_SITE, BY_PHRASE, BY_LICENCE),
        devices=(ToldDevice(ident("device"), on(2026, 11, 20)),),
        delay_days=14,
        office_hours="Monday to Friday, 9am to 5pm",
        on_call=dict.fromkeys(Gravity, "the duty desk, 86 001"),
        duty_inspector="Inspector on duty, 86 003",
        checkpoint="force.invalid/86/log\n12\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        witnesses=(Watcher("witness.invalid/1", digest("witness"), "A university", independent=True),),
        silences=(),
    )


def test_each_order_is_told_with_its_own_terms() -> None:
    shpo, licence = told(BY_SITE, BY_LICENCE).grounds
    assert (shpo.reference, licence.reference) == (SHPO.reference, LICENCE.reference)
    assert [term.text for term in shpo.terms] == [SHPO_TERM.person_text]
    assert licence.terms[0].period == Period(on(2026, 3, 2), on(2027, 3, 1))


def test_only_what_was_chosen_is_told_of() -> None:
    assert told(BY_SITE) == replace(told(BY_SITE, BY_PHRASE), collects=(Capability.SITE,), lists=(SITES.ref.name,))


def test_what_is_over_is_no_longer_told_and_what_rests_on_it_alone_is_not_collected() -> None:
    after = on(2027, 3, 1)
    assert told(BY_LICENCE, at=after) == NoticeFacts((), (), ())
    assert [ground.basis for ground in told(BY_SITE, BY_LICENCE, at=after).grounds] == [SHPO.basis]


def test_what_begins_later_is_told_of_before() -> None:
    assert told(BY_LICENCE, at=on(2026, 1, 11)).collects == (Capability.SITE,)


@pytest.mark.parametrize(
    ("terms", "lists"), [((), LISTS), ((replace(SHPO_TERM, confirmed_by=None, confirmed_at=None),), LISTS), (TERMS, ())]
)
def test_a_choice_that_rests_on_what_is_not_there_makes_no_notice(terms: tuple[()], lists: tuple[()]) -> None:
    assert code_of(notice.told_of, (BY_SITE,), ORDERS, terms, lists, NOW) == "notice-incomplete"


@pytest.mark.parametrize(
    ("wrong", "missing"),
    [
        ({"person": " "}, "the person's name"),
        ({"reference": ""}, "the person's name"),
        ({"controllers": ()}, "who is responsible"),
        ({"controllers": (NoticeController("A force", "", digest("root")),)}, "how to reach A force"),
        ({"controllers": (NoticeController("A force", "dpo@force.invalid", digest("root")),)}, "telephone number"),
        ({"told": NoticeFacts((), (), ())}, "a confirmed term that is in force, what is collected"),
        ({"delay_days": 0}, "after how many days"),
        ({"on_call": {Gravity.URGENT: "the duty desk"}}, "who is called out of hours"),
        ({"duty_inspector": ""}, "who is called out of hours"),
        ({"office_hours": " "}, "which hours are watched"),
        ({"checkpoint": ""}, "a checkpoint of the log"),
        ({"witnesses": ()}, "who runs a witness"),
        ({"witnesses": (Watcher("w", digest("w"), " ", independent=False),)}, "who runs a witness"),
    ],
)
def test_what_is_missing_is_refused_by_name(wrong: dict[str, object], missing: str) -> None:
    notice.check_complete(content())
    with pytest.raises(Refused, match=missing) as refused:
        notice.check_complete(replace(content(), **wrong))  # type: ignore[arg-type]  # the table above names fields
    assert refused.value.code == "notice-incomplete"


BOTH_TERMS = replace(BY_SITE, terms=(SHPO_TERM.id, LICENCE_TERM.id))
OTHER_LIST = replace(BY_SITE, lists=(ident("another list"),))


@pytest.mark.parametrize(
    ("told", "signing", "covered"),
    [
        ([BY_SITE], [BY_SITE], True),  # the same
        ([BY_SITE, BY_PHRASE], [BY_SITE], True),  # a capability fewer
        ([BOTH_TERMS], [BY_SITE], True),  # a term fewer
        ([BY_SITE, BY_LICENCE], [BOTH_TERMS], True),  # the same, chosen otherwise
        ([replace(BY_SITE, sensitive=APD)], [BY_SITE], True),
        ([BY_SITE], [], True),
        ([BY_SITE], [BY_SITE, BY_PHRASE], False),  # a capability more
        ([BY_SITE], [BOTH_TERMS], False),  # a term more
        ([BY_SITE], [BY_SITE, OTHER_LIST], False),  # a list more
        ([BY_SITE], [OTHER_LIST], False),  # a list in place of another
        ([BY_SITE, BY_PHRASE], [BY_LICENCE], False),  # fewer, and another term
        ([], [BY_SITE], False),
    ],
)
def test_a_new_notice_is_due_for_more_not_less(told: list[Choice], signing: list[Choice], *, covered: bool) -> None:
    assert noticed.covers(told, signing) is covered
    assert code_of(noticed.check_covers, told, signing) == (None if covered else "not-noticed")


ROW = Touched(Slug(NoticeRecord.KIND), ident("notice"), digest("notice"))
NOTICE = NoticeRecord(ROW.id, ident("d"), RECORDER, NOW, "by hand", "en", acknowledged=True, text=ROW.commit)
SERVED = [replace(entry(Verb.NOTICE_SERVED, RECORDER, ROW), at=NOW)]
TRIED = [replace(one, outcome=EntryOutcome.DENIED) for one in SERVED]
BY_ANOTHER = [entry(Verb.NOTICE_SERVED, CONFIRMER, ROW)]


@pytest.mark.parametrize(
    ("served", "code"),
    [
        ([], "no-notice"),
        ([(0, SERVED)], None),
        ([(1, SERVED)], "no-notice"),
        ([(0, [])], "act-not-logged"),
        ([(0, TRIED)], "act-not-logged"),
        ([(0, BY_ANOTHER)], "act-of-another"),
        ([(0, []), (0, SERVED)], None),  # served twice, and the one service written down later
        ([(0, SERVED), (0, [])], None),
        ([(1, SERVED), (0, [])], "act-not-logged"),
        ([(0, []), (0, BY_ANOTHER)], "act-of-another"),
    ],
)
def test_one_notice_served_before_is_enough(served: list[tuple[int, list[AuditEntry]]], code: str | None) -> None:
    """`served`: how long after the lease began (ms), and what the log says of it."""
    shown = [(replace(NOTICE, served_at=Ms(NOW + after)), ROW, log) for after, log in served]
    assert code_of(noticed.check_served, shown, NOW) == code
