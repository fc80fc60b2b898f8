"""False accounts of each leaf, of releases and their reasons: all signed, logged and exported (formats §8; issue 2, "Tamperings")."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from offmon.core.bundle import layout
from offmon.core.bundle.account import check_receipt
from offmon.core.bundle.layout import EpochJournal, LeafAccount
from offmon.core.formats import codec
from offmon.core.formats.commitment import Unfit
from offmon.core.formats.journal import LOST_BY_AGENCY, leaf_commit
from offmon.core.ids import Digest, Id
from offmon.core.log import audit
from offmon.core.log.audit import LEAF, EntryOutcome, Touched, Verb
from offmon.core.log.provenance import found_unfit
from offmon.core.log.records import BatchRecord, ExportRecord
from offmon.verify.app import judge
from offmon.verify.verdict import Name
from tests.prove.markers import proves
from tests.support.forge import Forge, Forged, files_under, loaded
from tests.support.tamper import caught, edit, hidden, honest, once, refused
from tests.support.world import Epoch


def accounted(
    account: LeafAccount, why: str | None, entry: int | None = None
) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    """A payload whose erased leaf is called something else."""

    def bend(payload: dict[str, bytes]) -> dict[str, bytes]:
        forged = replace(honest(), payload=payload, tags={})
        for path in [path for path in payload if path.startswith("data/journal/")]:
            edit(
                forged,
                path,
                EpochJournal,
                lambda journal: replace(journal, rows=tuple(changed(row) for row in journal.rows)),
            )
        return payload

    def changed(row: layout.EpochRow) -> layout.EpochRow:
        return replace(row, account=account, why=why, entry=entry) if row.account is LeafAccount.ERASED else row

    return bend


@pytest.mark.parametrize(
    ("account", "why", "entry", "code", "words"),
    [
        (LeafAccount.WITHHELD, None, None, "no-ground", "no ground is given"),
        (LeafAccount.WITHHELD, "not-wanted", None, "no-ground", "no ground is given"),
        (LeafAccount.WITHHELD, "does_not_open", None, "unfit-not-logged", "no entry of the vault's says so"),
        (LeafAccount.WITHHELD, "not_granted", None, "unfit-not-logged", "no entry of the vault's says so"),
        (LeafAccount.REFUSED, None, None, "no-reason", "no reason is given"),
        (LeafAccount.ERASED, "no-longer-necessary", None, "erasure-not-logged", "no entry of the vault's erased it"),
        (LeafAccount.ERASED, "no-longer-necessary", 2, "erasure-not-logged", "no entry of the vault's erased it"),
        (LeafAccount.LOST, "lost-by-agency", None, "loss-not-logged", "the entry of its receipt does not say so"),
        (LeafAccount.LOST, "lost-by-agency", 13, "loss-not-logged", "the entry of its receipt does not say so"),
        (
            LeafAccount.LOST,
            "lost-by-agency",
            14,
            "receipt-differs",
            "than the entry of its receipt says",
        ),  # that of its batch
        (LeafAccount.REFUSED, "out-of-period", None, "receipt-differs", "than the entry of its receipt says"),
        (LeafAccount.SHOWN, None, None, "item-unaccounted", "disagree on whether it is shown"),
    ],
)
def test_an_account_that_gives_no_good_reason(
    account: LeafAccount, why: str | None, entry: int | None, code: str, words: str
) -> None:
    refused(Name.CONTINUOUS, code, words, payload=accounted(account, why, entry))


def test_an_export_under_another_manifest() -> None:
    def other(entry: audit.AuditEntry) -> audit.AuditEntry:
        return replace(entry, manifest=Digest("1" * 64)) if entry.verb is audit.Verb.EXPORTED else entry

    refused(Name.AUTHENTIC, "payload-changed", "not those that were exported", entry=other)


def test_an_approval_of_another_manifest() -> None:
    def other(entry: audit.AuditEntry) -> audit.AuditEntry:
        return replace(entry, manifest=Digest("1" * 64)) if entry.verb is audit.Verb.EXPORT_APPROVED else entry

    refused(Name.AUTHORISED, "other-approved", "another list of files", entry=other)


def test_an_entry_of_another_case() -> None:
    refused(
        Name.AUTHENTIC,
        "entry-of-other-case",
        "another case",
        entry=once(lambda entry: replace(entry, case=Id("1" * 32)), 2),
    )


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
    verdict = judge(lost(2).bundle(), lost(2).trust)
    assert (verdict.exit, verdict.counts.lost) == (0, 2)
    assert "1 erased, 2 lost by the agency, 2 gaps declared" in verdict.counts.sentence


@pytest.mark.parametrize("count", [1, 3])
def test_more_or_fewer_called_lost_than_was_said_when_it_came(count: int) -> None:
    forged = lost(count)
    caught(forged.bundle(), forged.trust, Name.CONTINUOUS, "receipt-differs", "than the entry of its receipt says")


def called(
    account: LeafAccount, why: str, which: Callable[[layout.EpochRow], bool]
) -> Callable[[dict[str, bytes]], Any]:
    """A payload in which those disclosures are called that, and are not shown."""

    def bend(payload: dict[str, bytes]) -> dict[str, bytes]:
        for path in files_under(payload, "data/journal/"):
            journal = loaded(EpochJournal, payload[path])
            chosen = [row for row in journal.rows if row.leaf == "disclosure" and which(row)]
            rows = (replace(r, account=account, why=why, entry=None) if r in chosen else r for r in journal.rows)
            payload[path] = codec.dump(replace(journal, rows=tuple(rows)))
            for row in chosen:
                payload.pop(layout.item_path(journal.device, journal.epoch, row.n), None)
        return payload

    return bend


@pytest.mark.parametrize(
    ("account", "why", "which"),
    [
        (LeafAccount.REFUSED, "out-of-period", lambda _: True),  # all that was held, opened and decided on
        (LeafAccount.REFUSED, "no-grant", lambda row: row.account is LeafAccount.REFUSED),  # for another reason
        (LeafAccount.WITHHELD, "privilege", lambda row: row.account is LeafAccount.REFUSED),
    ],
)
@proves("S75", check_receipt, disabled=lambda case, journal, batch: None)
def test_what_was_held_is_called_refused_or_what_was_refused_withheld(
    account: LeafAccount, why: str, which: Callable[[layout.EpochRow], bool]
) -> None:
    refused(
        Name.CONTINUOUS,
        "receipt-differs",
        "than the entry of its receipt says",
        payload=called(account, why, which),
    )


def test_a_receipt_whose_entry_withholds_what_was_refused() -> None:
    """What a rule needs must be shown; or any reason could be hidden behind a ground."""
    forged = honest()
    [number] = [n for n, line in enumerate(forged.forge.lines) if line.entry.reason == "out-of-period 1"]

    def unsaid(run: layout.CaseRun) -> layout.CaseRun:
        lines = (
            replace(line, entry=hidden(line.entry, "reason")) if line.number == number and line.entry else line
            for line in run.entries
        )
        return replace(run, entries=tuple(lines))

    edit(forged, layout.RUN, layout.CaseRun, unsaid)
    caught(forged.bundle(), forged.trust, Name.CONTINUOUS, "receipt-hidden", "withholds what of the batch")


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
    forge = Again()
    forge.who, forge.said = who, said
    forged = forge.build()
    caught(forged.bundle(), forged.trust, Name.CONTINUOUS, "receipt-differs", "than the entry of its receipt says")


def test_a_second_receipt_alone_changes_nothing() -> None:
    """Whoever could write one into the log would else end every bundle of the case."""
    forge = Again()
    forge.told = False
    forged = forge.build()
    assert judge(forged.bundle(), forged.trust).exit == 0


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


def unopened(**changed: Any) -> Forged:
    forge = Unopened()
    for name, value in changed.items():
        setattr(forge, name, value)
    return forge.build()


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
    forged = unopened(why=why)
    verdict = judge(forged.bundle(), forged.trust)
    assert (verdict.exit, verdict.counts.withheld) == (0, 2)
    assert (verdict.counts.does_not_open, verdict.counts.not_granted) == (
        why is Unfit.DOES_NOT_OPEN,
        why is not Unfit.DOES_NOT_OPEN,
    )
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
    forged = unopened(**changed)
    caught(forged.bundle(), forged.trust, Name.CONTINUOUS, "unfit-not-logged", "no entry of the vault's says so")
