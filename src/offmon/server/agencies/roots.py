"""An agency's root key, as the trust file of the process names it, and never as the database alone has it."""

from offmon.core.errors import Malformed, NotAuthentic, Refused
from offmon.core.formats.keys import PublicKey
from offmon.core.ids import Id
from offmon.server.agencies import queries
from offmon.server.base.trusted import trust_file


def trusted_root(agency_id: Id) -> PublicKey:
    """The agency's root as this process's trust file names it: what a device trusts from its enrolment on.

    Raises Refused `root-differs` where the directory's row names another root or log, or its Keys statements do not hold by that root.
    Who owns the database can write both, and would take each device that is enrolled.
    """
    known, brought = queries.agency(agency_id), trust_file()
    try:
        queries.ring_of(agency_id, brought)
        trusted = brought.agency(agency_id)
    except (NotAuthentic, Malformed):
        raise _root_differs() from None
    if known.root not in [root.vkey for root in trusted.roots] or known.origin != trusted.origin:
        raise _root_differs()
    return PublicKey.parse(known.root)


def _root_differs() -> Refused:
    return Refused(
        "root-differs",
        "The agency's root key or its keys differ from the published trust file. Enrol no device, and tell your administrator.",
    )
