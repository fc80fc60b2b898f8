"""What the records of a bundle say against each other, or against what they are about: all signed, logged and witnessed in time."""

from dataclasses import replace

from offmon.core.audit import Verb
from offmon.core.ids import Id
from offmon.core.order import Instrument
from offmon.verify.verdict import Name
from tests.support.forge import Forge
from tests.support.tamper import caught, refused

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
