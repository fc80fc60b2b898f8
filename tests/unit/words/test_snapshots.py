"""The text of the notice and of its Easy Read form, of a person of whom there can be several of everything (R-RGT-1, R-RGT-6)."""

from dataclasses import replace

import pytest
from syrupy.assertion import SnapshotAssertion

from offmon.core.authority.notice import Content, NoticeController, NoticeFacts, ToldDevice, ToldTerm, Watcher
from offmon.core.clock import Period
from offmon.core.formats.event import Gravity
from offmon.words.catalogue import Language, translate
from offmon.words.document import Paper
from offmon.words.easy_read import easy
from offmon.words.forms import NoticeFormat, in_form
from offmon.words.notice import write
from tests.support.snapshots import PageText, english_in
from tests.unit.core.authority.test_notice import content
from tests.unit.core.samples import digest, ident, on
from tests.unit.words.test_notice import under

SINCE, UNTIL = on(2026, 3, 2), on(2027, 3, 1)


def several() -> Content:
    """A notice with two and more of all that there can be several of."""
    it = content()
    shpo, licence = it.told.grounds
    more = replace(shpo, terms=(*shpo.terms, ToldTerm("A second term.", Period(SINCE, UNTIL))))
    second = NoticeController("An invented service", "87 000", digest("second root"))
    third = NoticeController("An invented third", "88 000", digest("third root"))
    watcher = Watcher("witness.invalid/2", digest("second witness"), "The supplier", independent=False)
    return replace(
        it,
        controllers=(*it.controllers, second, third),
        told=NoticeFacts((more, licence), it.told.collects, it.told.lists, sensitive=True),
        devices=(*it.devices, ToldDevice(ident("second device"), SINCE)),
        on_call={gravity: f"desk for {gravity}" for gravity in Gravity},
        witnesses=(*it.witnesses, watcher),
    )


def short(of: Language) -> Paper:
    """That notice in Easy Read."""
    made = easy(write(several(), of), of)
    assert made is not None
    return made


def test_the_notice_and_easy_read_are_as_reviewed(snapshot: SnapshotAssertion) -> None:
    text = snapshot.use_extension(PageText)
    assert write(several(), Language.ENGLISH).text == text(name="notice")
    assert short(Language.ENGLISH).text == text(name="easy-read")


def test_in_welsh_each_says_the_same_and_nothing_in_english() -> None:
    for english, welsh in ([write(several(), of) for of in Language], [short(of) for of in Language]):
        assert [block.kind for block in welsh.blocks] == [block.kind for block in english.blocks]
        assert english_in(welsh.text) == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("form", [NoticeFormat.PAGE, NoticeFormat.LARGE, NoticeFormat.TEXT])
def test_each_other_form_is_the_notice_block_for_block(form: NoticeFormat, language: Language) -> None:
    notice = write(several(), language)
    shown = in_form(notice, form, language)
    assert shown is not None
    assert shown.blocks == notice.blocks


def test_where_no_device_is_enrolled_the_notice_says_so() -> None:
    paper = write(replace(several(), devices=()), Language.ENGLISH)
    said = [block.text for block in under(paper, translate(Language.ENGLISH, "notice.head.devices"))]
    assert said == [translate(Language.ENGLISH, f"notice.devices.{key}") for key in ("none", "rule")]
