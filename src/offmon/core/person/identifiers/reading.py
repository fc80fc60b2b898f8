"""Reads an identifier of any kind, and what somebody searches for as each kind that it may be.

Rules
- Small letters, capitals and spaces are alike. Nothing else is changed.
- The length is checked first.
- A search for an identifier is exact: what the check refuses was never recorded, and finds nothing.
"""

from datetime import date

from offmon.core.errors import Refused
from offmon.core.person.identifiers.asn import read_asn
from offmon.core.person.identifiers.cro import read_cro
from offmon.core.person.identifiers.kinds import MOST_TYPED, Identifier, IdentifierKind
from offmon.core.person.identifiers.plain import read_opaque, read_shaped
from offmon.core.person.identifiers.pnc import read_pnc


def read_identifier(kind: IdentifierKind, text: str, today: date) -> Identifier:
    """The identifier of that kind in `text`, typed on `today`. Raises Refused with a sentence that says what to compare."""
    typed = text.strip()
    if not typed or len(typed) > MOST_TYPED:
        raise Refused("identifier-length", f"Enter the identifier, of at most {MOST_TYPED} characters.")
    plain = "".join(typed.upper().split())
    match kind:
        case IdentifierKind.PNC:
            return read_pnc(typed, plain, today)
        case IdentifierKind.CRO:
            return read_cro(typed, plain)
        case IdentifierKind.ASN:
            return read_asn(typed, plain)
        case IdentifierKind.PRISON | IdentifierKind.CRN | IdentifierKind.IMEI:
            return read_shaped(kind, typed, plain)
        case IdentifierKind.VISOR | IdentifierKind.OTHER:
            return read_opaque(kind, typed)


def sought(text: str, today: date) -> list[Identifier]:
    """Each identifier that `text` may be; none where it is of no kind's form."""
    found = []
    for kind in IdentifierKind:
        try:
            found.append(read_identifier(kind, text, today))
        except Refused:
            continue
    return found


def looked_up_by(one: Identifier) -> str:
    """What two identifiers have in common exactly where they are the same: the kind, and the value in capitals without spaces."""
    return f"{one.kind}\0{''.join(one.value.upper().split())}"
