"""False accounts of each leaf, of releases and their reasons: all signed, logged and exported (formats §8; issue 2, "Tamperings")."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from offmon.core.bundle import layout
from offmon.core.bundle.account import check_receipt
from offmon.core.bundle.case import Case
from offmon.core.bundle.layout import EpochJournal, LeafAccount
from offmon.core.formats.commitment import Unfit
from offmon.core.formats.journal import LOST_BY_AGENCY, leaf_commit
from offmon.core.ids import Digest, Id, Ms
from offmon.core.log import audit
from offmon.core.log.audit import LEAF, EntryOutcome, Touched, Verb
from offmon.core.log.provenance import found_unfit
from offmon.core.log.quarantine import LateChoice, LateReason, QuarantineDecision, QuarantineRecord
from offmon.core.log.records import BatchRecord, ExportRecord, LeafPlace
from offmon.core.states import QuarantineState
from offmon.verify.verdict import Name
from tests.prove.markers import proves
from tests.support.forge import Forge, Forged, files_under, loaded
from tests.support.tamper import built, called, edit, fails, having, holds, honest, once, refused, without_reason
from tests.support.world import Epoch
from tests.unit.verify.test_tamperings_people import of

OTHER_MANIFEST = having(manifest=Digest("1" * 64))


@pytest.mark.parametrize(
    ("account", "why", "entry", "code", "words"),
    [
        (LeafAccount.WITHHELD, None, None, "no-ground", "no ground is given"),
        (LeafAccount.WITHHELD, "not-wanted", None, "no-ground", "no ground is given"),
        (LeafAccount.WITHHELD, "does_not_open", None, "unfit-not-logged", "no entry of the vault's says so"),
        (LeafAccount.WITHHELD, "not_granted", None, "unfit-not-logged", "no entry of the vault's says so"),
        (LeafAccount.WITHHELD, "no-authority", None, "lock-not-logged", "the vault says so of none"),
        (LeafAccount.ERASED, "no-authority", 2, "erasure-not-logged", "no entry of the vault's erased it"),
        (LeafAccount.REFUSED, None, None, "no-reason", "no reason is given"),
        (LeafAccount.ERASED, "no-longer-necessary", None, "erasure-not-logged", "no entry of the vault's erased it"),
        (LeafAccount.ERASED, "no-longer-necessary", 2, "erasure-not-logged", "no entry of the vault's erased it"),
        (LeafAccount.LOST, "lost-by-agency", None, "loss-not-logged", "the entry of its receipt does not say so"),
        (LeafAccount.LOST, "lost-by-agency", 13, "loss-not-logged", "the entry of its receipt does not say so"),
        # 14 is the entry of its batch
        (LeafAccount.LOST, "lost-by-agency", 14, "receipt-differs", "than the entry of its receipt says"),
        (LeafAccount.REFUSED, "out-of-period", None, "receipt-differs", "than the entry of its receipt says"),
        (LeafAccount.SHOWN, None, None, "item-unaccounted", "disagree on whether it is shown"),
    ],
)
def test_an_account_that_gives_no_good_reason(
    account: LeafAccount, why: str | None, entry: int | None, code: str, words: str
) -> None:
    refused(Name.CONTINUOUS, code, words, payload=called(account, why, LeafAccount.ERASED, entry))


@pytest.mark.parametrize(
    ("name", "code", "words", "entry"),
    [
        (Name.AUTHENTIC, "payload-changed", "not those that were exported", of(Verb.EXPORTED, OTHER_MANIFEST)),
        (Name.AUTHORISED, "other-approved", "another list of files", of(Verb.EXPORT_APPROVED, OTHER_MANIFEST)),
        (Name.AUTHENTIC, "entry-of-other-case", "another case", once(having(case=Id("1" * 32)), 2)),
    ],
)
def test_an_entry_of_another_manifest_or_case(
    name: Name, code: str, words: str, entry: Callable[[audit.AuditEntry], audit.AuditEntry]
) -> None:
    refused(name, code, words, entry=entry)


def test_a_payload_that_ends_before_the_export_was_opened() -> None:
    """Else a vault could build early, and leave what came after it to a tail that shows no records."""

    def early(payload: dict[str, bytes]) -> dict[str, bytes]:
        forged = replace(honest(), payload=payload, tags={})
        edit(forged, layout.INDEX, layout.Index, lambda index: replace(index, last=index.last - 1))
        return payload

    refused(Name.AUTHORISED, "built-too-early", "ends before the vault opened", payload=early)


def lost(count: int) -> Forged:
    """A world in which the agency lost two disclosures of its last batch, and the entry of that batch tells of `count`."""

    class Lost(Forge):
        def second_epoch(self) -> None:
            super().second_epoch()
            number = len(self.lines) - 1
            for n in (1, 2):
                self.epochs[-1].accounts[n] = (LeafAccount.LOST, "lost-by-agency", number)

        def send(self, epoch: Epoch, refused: str | None = None) -> None:
            super().send(epoch, refused if len(self.epochs) == 1 else f"lost-by-agency {count}")

    return Lost().build()


def test_what_the_agency_lost_is_counted_where_the_entry_of_its_receipt_tells_of_it() -> None:
    verdict = holds(lost(2))
    assert verdict.counts.lost == 2
    assert "1 erased, 2 lost by the agency, 2 gaps declared" in verdict.counts.sentence


@pytest.mark.parametrize("count", [1, 3])
def test_more_or_fewer_called_lost_than_was_said_when_it_came(count: int) -> None:
    fails(lost(count), Name.CONTINUOUS, "receipt-differs", "than the entry of its receipt says")


@pytest.mark.parametrize(
    ("account", "why", "before"),
    [
        (LeafAccount.REFUSED, "out-of-period", None),  # all that was held, opened and decided on
        (LeafAccount.REFUSED, "no-grant", LeafAccount.REFUSED),  # for another reason
        (LeafAccount.WITHHELD, "privilege", LeafAccount.REFUSED),
    ],
)
@proves("S75", check_receipt, disabled=lambda case, journal, batch: None)
def test_what_was_held_is_called_refused_or_what_was_refused_withheld(
    account: LeafAccount, why: str, before: LeafAccount | None
) -> None:
    payload = called(account, why, before)
    refused(Name.CONTINUOUS, "receipt-differs", "than the entry of its receipt says", payload=payload)


def test_a_receipt_whose_entry_withholds_what_was_refused() -> None:
    """What a rule needs must be shown; or any reason could be hidden behind a ground."""
    forged = honest()
    [number] = [n for n, line in enumerate(forged.forge.lines) if line.entry.reason == "out-of-period 1"]
    edit(forged, layout.RUN, layout.CaseRun, lambda run: without_reason(run, number))
    fails(forged, Name.CONTINUOUS, "receipt-hidden", "withholds what of the batch")


class Again(Forge):
    """A world in which, long after, an entry says once more of each batch that it was received, and of what it held `said`.

    `told`: the rows say so too.
    """

    who, said, told = "service", "no-grant 2", True

    def erase(self) -> None:
        super().erase()
        for batch in self.all(BatchRecord):
            number = self.act(Verb.BATCH_RECEIVED, self.who, self.row(batch), reason=self.said)
        why = self.said.partition(" ")[0]
        account = (LeafAccount.LOST, why, number) if why == LOST_BY_AGENCY else (LeafAccount.REFUSED, why, None)
        self.epochs[-1].accounts |= dict.fromkeys((1, 2), account) if self.told else {}


@pytest.mark.parametrize("who", ["service", "officer"])
@pytest.mark.parametrize("said", ["no-grant 2", "lost-by-agency 2"])
def test_what_was_held_is_called_refused_or_lost_by_a_second_receipt(who: str, said: str) -> None:
    forged = built(Again, who=who, said=said)
    fails(forged, Name.CONTINUOUS, "receipt-differs", "than the entry of its receipt says")


def test_a_second_receipt_alone_changes_nothing() -> None:
    """Whoever could write one into the log would else end every bundle of the case."""
    holds(built(Again, told=False))


class Unopened(Forge):
    """A world in which the device's holder sent something unfit, and the vault withholds it: it says so, in these words, of that leaf."""

    who, why, of = "vault", Unfit.DOES_NOT_OPEN, 1
    about: Id | None = None
    said: Mapping[str, Any] = {}

    def second_epoch(self) -> None:
        super().second_epoch()
        self.epochs[-1].accounts[1] = (LeafAccount.WITHHELD, self.why.value, None)

    def act(self, verb: Verb, who: str, *touched: Touched, **more: Any) -> int:
        if verb is Verb.EXPORT_APPROVED:  # before that, with the bundle that it keeps
            [asked] = self.all(ExportRecord)
            export = self.row(asked) if self.about is None else replace(self.row(asked), id=self.about)
            leaf = Touched(LEAF, self.id(), leaf_commit(self.epochs[-1].leaves[self.of]))
            told = {"outcome": EntryOutcome.DENIED, "reason": self.why.value, **self.said}
            super().act(Verb.EXPORT_BODY_OPENED, self.who, export, leaf, **told)
        return super().act(verb, who, *touched, **more)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (Unfit.DOES_NOT_OPEN, "Of those withheld, the device sent 1 in a form that does not open: not shown."),
        (Unfit.NOT_GRANTED, "Of those withheld, the device sent 1 with more than its grant allows: not shown."),
    ],
)
def test_what_was_sent_in_no_fit_form_is_withheld_and_said_where_the_vault_says_so_of_it(
    why: Unfit, words: str
) -> None:
    """Its holder can send such at will: a bundle accounts for it, and is a bundle."""
    verdict = holds(built(Unopened, why=why))
    assert verdict.counts.withheld == 2
    counted = (verdict.counts.does_not_open, verdict.counts.not_granted)
    assert counted == (why is Unfit.DOES_NOT_OPEN, why is Unfit.NOT_GRANTED)
    assert words in verdict.counts.sentence


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"who": "officer"}, id="by-an-officer"),
        pytest.param({"who": "service"}, id="by-another-process"),
        pytest.param({"said": {"outcome": EntryOutcome.ALLOWED}}, id="that-it-was-opened"),
        pytest.param({"said": {"reason": "not_granted"}}, id="on-another-ground"),
        pytest.param({"said": {"reason": None}}, id="on-none"),
        pytest.param({"about": Id("9" * 32)}, id="for-another-export"),
        pytest.param({"of": 2}, id="of-another-leaf"),
    ],
)
@proves("S105", found_unfit, disabled=lambda entry, export: True, row="by-an-officer")
def test_what_is_called_unfit_and_the_vault_does_not_say_so_of_it(changed: dict[str, Any]) -> None:
    fails(built(Unopened, **changed), Name.CONTINUOUS, "unfit-not-logged", "no entry of the vault's says so")


def test_what_is_locked_is_not_shown_and_what_two_people_kept_is_no_longer_locked() -> None:
    """R-LEG-16: by what the run says of each lock, and of what was decided of it."""
    forged = honest()
    [path, *_] = files_under(forged.payload, "data/journal/")
    journal = loaded(EpochJournal, forged.payload[path])
    shown = next(row.n for row in journal.rows if (row.leaf, row.account) == ("disclosure", LeafAccount.SHOWN))
    lock = QuarantineRecord(
        *(Id("1" * 32), LateReason.ENDED, None, Ms(1), Ms(1), Ms(1)),
        leaves=(LeafPlace(journal.device, journal.epoch, shown),),
    )
    asked = QuarantineDecision(
        *(Id("2" * 32), lock.id, LateChoice.KEEP, QuarantineState.ASKED, Id("3" * 32), Ms(2), "It was varied before."),
        *(None,) * 7,
    )
    agreed = replace(asked, state=QuarantineState.AGREED, agreed_by=Id("4" * 32), agreed_at=Ms(3))
    read = Case.readable
    for said in ([lock], [lock, asked], [lock, agreed]):

        def readable(case: Case, cls: type[Any], said: list[Any] = said) -> list[Any]:
            return [*read(case, cls), *(one for one in said if isinstance(one, cls))]

        with patch.object(Case, "readable", readable):
            if agreed in said:
                holds(forged)
            else:
                fails(forged, Name.CONTINUOUS, "locked-shown", "its time had no authority")
