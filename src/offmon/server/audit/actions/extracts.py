"""Takes an extract of the log, and records that (`core/log/extract.py`; DPA 2018 s.62(3)(b), (5))."""

from collections.abc import Sequence

from offmon.core.access.roles import Permission
from offmon.core.errors import Refused
from offmon.core.formats import codec, dsse
from offmon.core.log.audit import Verb
from offmon.core.log.extract import LogSearch
from offmon.server.audit.actions.entries import append
from offmon.server.audit.extracts.queries import extract_of
from offmon.server.audit.reading.queries import check_is_open
from offmon.server.base.actor import Actor
from offmon.server.base.scope import action


@action
def do_take(search: LogSearch, recipient: str, keys: Sequence[bytes], *, actor: Actor) -> bytes:
    """The extract as a file. Its entry names purpose, search, how many entries, for whom, and the file's digest.

    Raises Refused (`log-not-opened`, `no-recipient`, `nothing-to-take`, `too-much-to-take`).
    """
    actor.check(Permission.AUDIT_TAKE)
    opened = check_is_open(actor)
    if not recipient.strip():
        raise Refused("no-recipient", "Enter who the extract is for. It is recorded in the log.")
    extract = extract_of(search, opened.purpose, keys, actor=actor)
    data = codec.dump(extract)
    append(
        actor,
        Verb.LOG_TAKEN,
        case=search.case,
        reason=f"{opened.purpose.value}; {len(extract.entries)} entries; {search.said}",
        recipient=recipient.strip(),
        manifest=dsse.digest_of(data),
    )
    return data
