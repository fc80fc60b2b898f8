"""Records of a bundle that contradict each other, or their subject: all signed, logged and witnessed in time."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from offmon.core.alerts.acknowledgement import HandoverRecord, Holder
from offmon.core.alerts.exhibit import ExhibitRecord
from offmon.core.authority.capability import Capability
from offmon.core.authority.order import Instrument
from offmon.core.authority.profile import HpkeKey
from offmon.core.bundle import layout
from offmon.core.bundle.layout import Index, Record
from offmon.core.clock import MINUTE_MS
from offmon.core.formats import codec
from offmon.core.formats.event import Envelope, Gravity
from offmon.core.ids import Count, Id, Ms, Slug, Versioned
from offmon.core.log.audit import EntryOutcome, Touched, Verb
from offmon.core.log.provenance import spoken
from offmon.core.log.records import AlertRecord, DeploymentRecord, ProfileRecord
from offmon.verify.app import judge
from offmon.verify.verdict import Name
from tests.prove.markers import proves
from tests.support.forge import Forge, Forged, files_under, loaded
from tests.support.tamper import STRANGER, fails, find, having, hidden, holds, honest, refused
from tests.support.world import NOTHING
from tests.unit.verify.test_tamperings_people import denied, of

OTHER = Id("f" * 32)


of_another_person = having(case=OTHER)


def test_every_order_is_about_another_person() -> None:
    """The signer asks for the orders of the one case (`orders.queries.authority_of`); who holds its key need not."""
    refused(Name.AUTHORISED, "other-case", "about another person", instrument=of_another_person)


def test_an_order_that_nothing_rests_on_is_about_another_person() -> None:
    class Beside(Forge):
        def triage(self) -> None:
            super().triage()
            other = replace(of_another_person(self.all(Instrument)[0]), id=self.id())
            self.act(Verb.INSTRUMENT_RECORDED, "recorder", self.row(other))

    fails(Beside().build(), Name.AUTHORISED, "other-case", "about another person")


@pytest.mark.parametrize("kind", ["instrument", "device"])
def test_an_order_or_the_device_left_out(kind: str) -> None:
    """Others rest on it, so that it is missed where they are checked too; and that is said, not run into."""
    forged = honest()
    del forged.payload[find(forged, f"data/records/{kind}/")]
    fails(forged, Name.CONTINUOUS, "record-left-out", "the bundle does not hold it")
    fails(forged, Name.AUTHORISED, "record-left-out", f"kind {kind} is named and not in")


def test_any_one_file_left_out_is_a_verdict_and_never_a_traceback() -> None:
    forged = honest()
    for path in sorted(forged.payload):
        kept = {name: data for name, data in forged.payload.items() if name != path}
        assert judge(replace(forged, payload=kept).bundle(), forged.trust).exit != 0, path


@pytest.mark.parametrize(
    "said",
    [{"device_key": STRANGER.public.vkey}, {"list_key": HpkeKey(1, bytes(32))}, {"deployment": OTHER}],
    ids=lambda said: next(iter(said)),
)
def test_a_profile_gives_the_device_what_it_was_not_enrolled_with(said: dict[str, Any]) -> None:
    """A taken signer names a key of its own for the device: whoever holds it forges the journal, or reads its lists."""
    refused(Name.AUTHORISED, "device-differs", "was not enrolled", enrolled=lambda one: replace(one, **said))


def test_a_profile_is_for_a_device_that_was_never_enrolled() -> None:
    refused(Name.AUTHORISED, "record-left-out", "kind device", enrolled=having(id=OTHER))


class NotEnrolled(Forge):
    """As a bundle of before records of devices were in it: no entry of its run names the device."""

    def enrol(self) -> None:
        """Nothing is said of it."""


def test_a_bundle_whose_run_names_no_device_is_not_asked_for_its_record() -> None:
    holds(NotEnrolled().build())


@pytest.mark.parametrize(
    ("verb", "recipient"), [(Verb.EXPORT_ASKED, "A newspaper"), (Verb.EXPORTED, "A newspaper"), (Verb.EXPORTED, None)]
)
def test_the_bundle_went_to_another_than_was_asked_and_approved_or_to_nobody(verb: Verb, recipient: str | None) -> None:
    refused(Name.AUTHORISED, "other-recipient", "to whom", entry=of(verb, having(recipient=recipient)))


def test_the_record_of_the_export_hides_to_whom_it_was_to_go() -> None:
    def hides(payload: dict[str, bytes]) -> dict[str, bytes]:
        [path] = files_under(payload, "data/records/export/")
        return {**payload, path: codec.dump(hidden(loaded(Record, payload[path]), "recipient"))}

    refused(Name.AUTHORISED, "other-recipient", "to whom", payload=hides)


def test_the_export_itself_was_denied() -> None:
    entry = of(Verb.EXPORTED, denied)
    refused(Name.AUTHENTIC, "not-exported", "does not end in the export of this bundle", entry=entry)


OF_OURS = (Verb.DEVICE_ENROLLED, Verb.PROFILE_SIGNED, Verb.BATCH_RECEIVED, Verb.ALERT_RAISED)


@pytest.mark.parametrize("verb", OF_OURS)
def test_somebody_does_what_a_process_of_ours_alone_does(verb: Verb) -> None:
    somebody = honest().forge.lines[0].entry.actor
    refused(Name.AUTHENTIC, "record-not-logged", "it is nobody's", entry=of(verb, having(actor=somebody)))


@pytest.mark.parametrize("verb", OF_OURS)
def test_somebody_says_it_once_more_and_that_changes_nothing(verb: Verb) -> None:
    """Whoever could write one such entry into the log would else end every bundle of the case."""

    class Again(Forge):
        def erase(self) -> None:
            super().erase()
            again = (line.entry.touched for line in self.lines if line.entry.verb is verb)
            self.act(verb, "officer", *(replace(one, commit=NOTHING) for touched in list(again) for one in touched))

    holds(Again().build())


@pytest.mark.parametrize(
    ("verb", "who", "more"),
    [
        (Verb.PROFILE_SIGNED, "signer", {}),  # once more, and truly: the first counts
        (Verb.PROFILE_SIGNED, "service", {}),
        (Verb.PROFILE_SIGNED, "service", {"commit": NOTHING}),
        (Verb.PROFILE_SIGNED, "service", {"commit": NOTHING, "outcome": EntryOutcome.DENIED}),
        (Verb.EXHIBIT_SEALED, "service", {"commit": NOTHING}),
        (Verb.EVIDENCE_KEY_MADE, "service", {"commit": NOTHING}),
        (Verb.DISPOSED, "service", {"commit": NOTHING}),
    ],
)
@proves("S88", spoken, disabled=lambda run: [*run])
def test_another_process_says_it_once_more_and_that_changes_nothing(verb: Verb, who: str, more: dict[str, Any]) -> None:
    """The database lets the signer and the vault alone write in their names, and any process in one of its own making."""
    kinds = {Verb.PROFILE_SIGNED: ProfileRecord.KIND, Verb.EXHIBIT_SEALED: ExhibitRecord.KIND}
    commit, outcome = more.get("commit"), more.get("outcome", EntryOutcome.ALLOWED)

    class Again(Forge):
        def erase(self) -> None:
            super().erase()
            for (kind, _), (one, _) in list(self.rows.items()):
                if kind == kinds.get(verb, DeploymentRecord.KIND):
                    touched = self.row(one)
                    self.act(verb, who, replace(touched, commit=commit or touched.commit), outcome=outcome)

    forged = Again().build()
    holds(forged)


@pytest.mark.parametrize("verb", OF_OURS)
def test_it_is_withheld_who_did_what_a_process_of_ours_alone_does(verb: Verb) -> None:
    class Hidden(Forge):
        def erase(self) -> None:
            super().erase()
            self.withheld_lines |= {number for number, line in enumerate(self.lines) if line.entry.verb is verb}

    fails(Hidden().build(), Name.AUTHENTIC, "record-not-logged", "it is nobody's")


def rows[T](kind: type[T], change: Callable[[T], T]) -> Forged:
    """A world in which every record of a kind is written otherwise, each time."""

    class Otherwise(Forge):
        def row(self, record: Any) -> Touched:
            return super().row(change(record) if isinstance(record, kind) else record)

    return Otherwise().build()


@pytest.mark.parametrize(
    "said",
    [
        {"deployment": OTHER},
        {"capability": Capability.PHRASE},
        {"list": Versioned("other@9")},
        {"rule": Slug("other.rule")},
        {"gravity": Gravity.URGENT},
    ],
    ids=lambda said: next(iter(said)),
)
def test_an_alert_is_not_what_its_items_are(said: dict[str, Any]) -> None:
    forged = rows(AlertRecord, lambda one: replace(one, **said))
    fails(forged, Name.CONTINUOUS, "alert-differs", "An alert")


@pytest.mark.parametrize("together", [True, False])
def test_a_match_of_another_rule_stands_beside_one_of_the_alert_s_own_on_the_same_page(together: bool) -> None:
    """The first alert takes the second's disclosure too, which is of another rule."""
    first: list[Envelope] = []

    def second_of_another_rule(one: Envelope) -> Envelope:
        first.append(one)
        if one.n != 2 or one.epoch != first[0].epoch:
            return one
        at = first[0].claim.event_at if together else one.claim.event_at
        return replace(one, claim=replace(one.claim, rule=Slug("rule.two"), event_at=at, captured_at=at))

    class Widened(Forge):
        def row(self, record: Any) -> Touched:
            if isinstance(record, AlertRecord):
                match record.leaves[0].n:
                    case 1:
                        record = replace(record, leaves=(*record.leaves, replace(record.leaves[0], n=Count(2))))
                    case 2:
                        record = replace(record, rule=Slug("rule.two"))
            return super().row(record)

    forged = Widened(envelope=second_of_another_rule).build()
    if together:
        holds(forged)
    else:
        fails(forged, Name.CONTINUOUS, "alert-differs", "An alert says other")


def test_an_alert_is_called_less_grave_than_an_item_of_it() -> None:
    def urgent(one: Envelope) -> Envelope:
        return replace(one, claim=replace(one.claim, gravity=Gravity.URGENT))

    refused(Name.CONTINUOUS, "alert-differs", "graver or less grave", envelope=urgent)


def test_an_alert_is_about_nothing() -> None:
    class Empty(Forge):
        def row(self, record: Any) -> Touched:
            return super().row(replace(record, leaves=()) if isinstance(record, AlertRecord) else record)

        def seal(self, alert: AlertRecord) -> None:
            """There is nothing to seal."""

    fails(Empty().build(), Name.CONTINUOUS, "leaf-left-out", "about no leaf")


def test_an_alert_may_be_graver_than_what_is_shown_of_it() -> None:
    """One of its leaves is not shown; that may be the grave one."""

    def wider(one: AlertRecord) -> AlertRecord:
        withheld = replace(one.leaves[0], n=honest().forge.items + 4)
        return replace(one, gravity=Gravity.HIGH, leaves=(*one.leaves, withheld))

    forged = rows(AlertRecord, wider)
    holds(forged)


def test_an_exhibit_is_of_an_alert_that_is_not_there() -> None:
    forged = rows(ExhibitRecord, having(alert=OTHER))
    fails(forged, Name.CONTINUOUS, "record-left-out", "kind alert")


def test_an_exhibit_is_of_an_alert_that_is_not_about_its_leaf() -> None:
    class Others(Forge):
        def seal(self, alert: AlertRecord) -> None:
            [leaf] = alert.leaves
            super().seal(replace(alert, leaves=(replace(leaf, n=leaf.n + 1),)))

    fails(Others().build(), Name.CONTINUOUS, "exhibit-of-another", "not about")


def test_an_alert_that_is_not_there_was_passed_on() -> None:
    class PassedOn(Forge):
        def triage(self) -> None:
            super().triage()
            at = Ms(self.now + MINUTE_MS)
            one = HandoverRecord(self.id(), OTHER, Holder.SUPERVISOR, self.people["approver"], at, at)
            self.act(Verb.ALERT_PASSED_ON, "service", self.row(one))

    fails(PassedOn().build(), Name.CONTINUOUS, "record-left-out", "kind alert")


def named_another_root(payload: dict[str, bytes]) -> dict[str, bytes]:
    index = loaded(Index, payload[layout.INDEX])
    return {**payload, layout.INDEX: codec.dump(replace(index, root=STRANGER.public.vkey))}


def test_the_index_names_another_root_than_the_keys_begin_at() -> None:
    refused(Name.AUTHENTIC, "other-root", "another root", payload=named_another_root)


def test_a_root_that_the_keys_do_not_begin_at_is_not_shown_to_be_compared_with_paper() -> None:
    """Else whoever made all keys themselves would have them shown under the fingerprint that is on the paper."""
    true, false = Forge().build(), Forge(payload=named_another_root).build()
    shown = [set(judge(forged.bundle(), None).fingerprints) for forged in (true, false)]
    assert shown[0] - shown[1] == {"agency root force.invalid/86/root"}
    assert shown[1] < shown[0]
