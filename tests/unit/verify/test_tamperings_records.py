"""What the records of a bundle say against each other, or against what they are about: all signed, logged and witnessed in time."""

from dataclasses import replace
from typing import Any

import pytest

from offmon.core.audit import Verb
from offmon.core.ids import Id
from offmon.core.order import Instrument
from offmon.core.profile import HpkeKey
from offmon.verify.app import judge
from offmon.verify.verdict import Name
from tests.support.forge import Forge
from tests.support.tamper import STRANGER, caught, find, honest, refused

OTHER = Id("f" * 32)


def of_another_person(one: Instrument) -> Instrument:
    return replace(one, case=OTHER)


def test_every_order_is_about_another_person() -> None:
    """The signer asks for the orders of the one case (`orders.queries.authority_of`); who holds its key need not."""
    refused(Name.AUTHORISED, "other-case", "about another person", instrument=of_another_person)


def test_an_order_that_nothing_rests_on_is_about_another_person() -> None:
    class Beside(Forge):
        def triage(self) -> None:
            super().triage()
            other = replace(of_another_person(self.all(Instrument)[0]), id=self.id())
            self.act(Verb.INSTRUMENT_RECORDED, "recorder", self.row(other))

    forged = Beside().build()
    caught(forged.bundle(), forged.trust, Name.AUTHORISED, "other-case", "about another person")


@pytest.mark.parametrize(
    "said",
    [{"device_key": STRANGER.public.vkey}, {"list_key": HpkeKey(1, bytes(32))}, {"deployment": OTHER}],
    ids=lambda said: next(iter(said)),
)
def test_a_profile_gives_the_device_what_it_was_not_enrolled_with(said: dict[str, Any]) -> None:
    """A taken signer names a key of its own for the device: whoever holds it forges the journal, or reads its lists."""
    refused(Name.AUTHORISED, "device-differs", "was not enrolled", enrolled=lambda one: replace(one, **said))


def test_a_profile_is_for_a_device_that_was_never_enrolled() -> None:
    refused(Name.AUTHORISED, "record-left-out", "kind device", enrolled=lambda one: replace(one, id=OTHER))


def test_the_record_of_the_device_is_left_out() -> None:
    forged = honest()
    del forged.payload[find(forged, "data/records/device/")]
    caught(forged.bundle(), forged.trust, Name.CONTINUOUS, "record-left-out", "the bundle does not hold it")
    caught(forged.bundle(), forged.trust, Name.AUTHORISED, "record-left-out", "not in the bundle")


class NotEnrolled(Forge):
    """As a bundle of before records of devices were in it: no entry of its run names the device."""

    def enrol(self) -> None:
        """Nothing is said of it."""


def test_a_bundle_whose_run_names_no_device_is_not_asked_for_its_record() -> None:
    forged = NotEnrolled().build()
    assert judge(forged.bundle(), forged.trust).exit == 0
