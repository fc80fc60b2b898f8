"""The tables of docs/specs/records.md and acts.md, drawn from what each kind of record and each verb declares (formats §3, §9)."""

from collections.abc import Iterable
from dataclasses import fields
from enum import StrEnum
from types import NoneType
from typing import Annotated, Any, NewType, get_args, get_origin, get_type_hints

from offmon.core.authority.profile import Choice, HpkeKey, Sensitive
from offmon.core.bundle.opened import STAND_INS
from offmon.core.clock import Period
from offmon.core.formats.event import Body
from offmon.core.log import provenance
from offmon.core.log.audit import VAULT, AuditEntry, EntryActor, Touched, Verb
from offmon.core.log.consultations import Consultation
from offmon.core.log.hours import DeviceHours, KnownDevice, Stretch
from offmon.core.log.kinds import InBundle, Time
from offmon.core.log.records import LeafPlace, RevealRecord, WithheldDisclosure
from tests.unit.reference.drawing import check_parts, row, table

RECORDS: dict[str, Any] = {one.KIND: one for one in (*provenance.RECORDS, RevealRecord, AuditEntry, Consultation)}
PARTS = (
    Choice,
    Sensitive,
    Period,
    HpkeKey,
    KnownDevice,
    DeviceHours,
    Stretch,
    LeafPlace,
    WithheldDisclosure,
    EntryActor,
    Touched,
)
ELSEWHERE = {"Verb", "Operation"}  # closed lists of another spec
PLAIN = {str: "text", bool: "bool", bytes: "bytes"}


def value_of(hint: Any) -> str:
    """A field's type, as that page writes it."""
    if isinstance(hint, NewType):
        return hint.__name__
    if get_origin(hint) is Annotated:
        return str(get_args(hint)[1]).removeprefix("a ").capitalize()
    if get_origin(hint) is tuple:
        return f"[{value_of(get_args(hint)[0])}]"
    if NoneType in get_args(hint):
        return f"{value_of(get_args(hint)[0])}?"
    return PLAIN.get(hint) or str(hint.__name__)


def fields_of(cls: Any) -> str:
    """The fields of a kind or part, each with its type; with a star those that a bundle may withhold."""
    hints = get_type_hints(cls, include_extras=True)
    said = []
    for field in fields(cls):
        value = value_of(hints[field.name])
        value = value.replace("text", "day") if field.name.endswith("_on") else value
        said.append(f"{field.name}: {value}{'*' if field.name in STAND_INS.get(cls, ()) else ''}")
    return f"`{', '.join(said)}`"


def closed_lists() -> dict[str, list[str]]:
    hints = [hint for cls in (*RECORDS.values(), *PARTS) for hint in get_type_hints(cls).values()]
    words = dict.fromkeys(word for hint in hints for word in (hint, *get_args(hint)) if isinstance(word, type))
    return {word.__name__: list(word) for word in words if issubclass(word, StrEnum)}


def test_the_spec_of_records_is_drawn_from_their_classes() -> None:
    kinds = [row(f"`{kind}`", fields_of(record)) for kind, record in RECORDS.items()]
    words = {name: members for name, members in closed_lists().items() if name not in ELSEWHERE}
    check_parts(
        "../specs/records.md",
        {
            "kind": [*table("kind", "fields"), *kinds, row(f"`{Body.TYPE}`", fields_of(Body))],
            "part": [*table("part", "fields"), *(row(f"`{part.__name__}`", fields_of(part)) for part in PARTS)],
            "word": [
                *table("word", "one of"),
                *(row(f"`{name}`", " ".join(f"`{one}`" for one in members)) for name, members in words.items()),
            ],
        },
    )


def acts(verbs: Iterable[Verb], times: Iterable[Time]) -> str:
    """The verbs in their order, each with the times that it gives."""
    said = []
    for verb in sorted(verbs, key=list(Verb).index):
        given = [f"{'≤ ' if time.past else ''}`{time.field}`" for time in times if verb in time.verbs]
        said.append(f"`{verb}`" + (f" [{', '.join(given)}]" if given else ""))
    return ", ".join(said)


def test_the_spec_of_acts_is_drawn_from_what_the_kinds_declare() -> None:
    shown = [record for record in provenance.RECORDS if record.RECORD.bundle is not InBundle.NEVER]
    alone = provenance.BY_PROCESSES
    check_parts(
        "../specs/acts.md",
        {
            "alone": [
                f"- In a process's name: {acts((v for v, who in alone.items() if who != VAULT), ())}.",
                f"- As the vault's: {acts((v for v, who in alone.items() if who == VAULT), ())}.",
            ],
            "acts": [
                *table("record", "made by", "changed by"),
                *(
                    row(one.KIND, acts(one.RECORD.made, one.RECORD.times), acts(one.RECORD.changed, one.RECORD.times))
                    for one in shown
                ),
            ],
        },
    )
