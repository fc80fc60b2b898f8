"""Reads what a bundle shows of a record: checks each value against its commitment, and lets no field go missing (formats §3).

Rules
- A record names exactly its class's fields, each shown or withheld. A missing name means a forgery. An unknown name refuses the record,
  because skipping a restriction would widen what is allowed.
- A field that came later has a default. A record from before commits to no such name, and reads as the default.
- `values` holds only the shown fields. Each is checked against its digest before use.
- A withheld field gets a stand-in value, and its name is reported. Only what its kind `withholds` may be withheld. A rule that needs a
  withheld field reports "cannot be checked", which does not mean "kept".
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Final

from offmon.core.access.roles import Role
from offmon.core.bundle.layout import Record
from offmon.core.errors import Malformed, NotAuthentic
from offmon.core.formats import canon, codec
from offmon.core.formats.canon import Json
from offmon.core.formats.commitment import CommittedField, check_field
from offmon.core.ids import Id
from offmon.core.log.audit import AuditEntry, EntryActor
from offmon.core.log.provenance import RECORDS

MAX_VALUES: Final = 8 << 20  # of an alert from before `escalation.MOST_FINDINGS`: some 80,000 findings
NOBODY: Final = codec.to_doc(
    EntryActor(Id("0" * 32), Role.SUPPLIER_OPERATOR, None, Id("0" * 32))
)  # no act is that role's

STAND_INS: Final[Mapping[type, Mapping[str, Json]]] = {
    **{record: record.RECORD.withholds for record in RECORDS},
    # What an audit entry says must stay countable; who, why and to whom may be withheld.
    AuditEntry: {
        "actor": NOBODY,
        "session": None,
        "request": None,
        "reason": None,
        "recipient": None,
        "manifest": None,
    },
}


@dataclass(frozen=True, slots=True)
class Opened[T]:
    """A record as far as it is shown. The fields in `withheld` are stand-ins in `it`, and mean nothing."""

    it: T
    withheld: frozenset[str]


def shown(record: Record) -> dict[str, Json]:
    """The values that a record shows, each as it was committed to. Raises Malformed or NotAuthentic."""
    values = canon.decode(record.values, max_size=MAX_VALUES)
    names = [field.name for field in record.fields]
    if not isinstance(values, dict) or names != sorted(set(names)):
        raise Malformed("bad-record", "A record's fields are not a sorted list of names, each once.")
    for field in record.fields:
        if (field.salt is None) is (field.ground is None):
            raise Malformed("bad-record", "A field of a record is neither shown nor withheld, or both.")
        if field.salt is not None:
            if field.name not in values:
                raise Malformed("bad-record", "A field of a record is called shown, and its value is not there.")
            check_field(CommittedField(field.digest, field.salt, field.ground), field.name, values[field.name])
    if len(values) != sum(field.salt is not None for field in record.fields):
        raise Malformed("bad-record", "A record gives a value that it does not show.")
    return values


def read[T](cls: type[T], record: Record) -> Opened[T]:
    """A record as its class. Raises Malformed, or NotAuthentic (`field-absent`, `field-withheld`, `field-changed`)."""
    kind: Any = cls
    known = {field.name for field in fields(kind)}
    later = {field.name: field.default for field in fields(kind) if field.default is not MISSING}
    named = {field.name for field in record.fields}
    if record.kind != kind.KIND or not known - set(later) <= named <= known:
        raise NotAuthentic(
            "field-absent", f"A record does not name exactly the fields that a record of kind {kind.KIND} has."
        )
    values = shown(record)
    withheld = frozenset(named - set(values))
    stand_ins = STAND_INS.get(cls, {})
    if withheld - set(stand_ins):
        raise NotAuthentic(
            "field-withheld", f"A record of kind {kind.KIND} withholds what must be shown for it to be checked."
        )
    doc: dict[str, Json] = {"kind": kind.KIND, **later, **values, **{name: stand_ins[name] for name in withheld}}
    return Opened(codec.from_doc(cls, doc), withheld)
