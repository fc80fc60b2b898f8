"""A notice of the usual length: an order and a licence of two agencies, three conditions of each, two devices."""

from dataclasses import replace

from offmon.core.authority.notice import Content, NoticeController, NoticeGround, ToldDevice, ToldTerm
from tests.unit.core.authority.test_notice import content
from tests.unit.core.samples import digest, ident, on

CONDITIONS = (
    "You must not use listed websites on which adults get in touch with children or young people.",
    "You must not search the internet for the listed words about children.",
    "You must not delete or hide the history of the sites that you have visited.",
    "You must not use a device for the internet that your officer has not recorded and can look at.",
    "You must show your devices to your officer when they ask you to, and keep their software in use.",
    "You must not visit listed places online, where other people with the same past meet.",
)


def usual() -> Content:
    """What it says."""
    it = content()
    probation = NoticeController("An invented probation service", "1 Invented Road, 87 000", digest("probation root"))
    order, licence = it.told.grounds
    told = replace(it.told, grounds=(_with(order, *CONDITIONS[:3]), _with(licence, *CONDITIONS[3:])), sensitive=True)
    devices = (*it.devices, ToldDevice(ident("another device"), on(2026, 11, 20)))
    return replace(it, controllers=(*it.controllers, probation), told=told, devices=devices)


def _with(ground: NoticeGround, *texts: str) -> NoticeGround:
    return replace(ground, terms=tuple(ToldTerm(text, ground.terms[0].period) for text in texts))
