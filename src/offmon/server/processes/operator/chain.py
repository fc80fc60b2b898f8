"""An agency's chain of Keys statements, shown, drafted on and published, on the migrating role.

Nobody trusts this module: devices, vault, signer and verifier walk the chain from roots given to them on paper. The operator compares the
fingerprints that `show` prints with that paper.
"""

import json
from collections.abc import Iterator
from typing import Final

from offmon.core import clock as time
from offmon.core.clock import Period
from offmon.core.errors import Refused
from offmon.core.formats import codec, dsse, trust
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.trust import KeyRing, KeysDocument
from offmon.core.ids import Ms
from offmon.server.agencies import queries as agencies
from offmon.server.agencies.actions import publish_keys
from offmon.server.agencies.queries import AgencyView
from offmon.server.base import clock

LASTS_MS: Final = 395 * time.DAY_MS  # of the 400 days that a statement may last, some go by before it is published


def show(name: str) -> str:
    """The agency's root and chain, every key with its fingerprint. Raises NotAuthentic where the chain does not hold."""
    agency = _agency(name)
    statements, root = agencies.keys_of(agency.id), PublicKey.parse(agency.root)
    lines = [f"{agency.name}", f"  id     {agency.id}", f"  log    {agency.origin}"]
    lines += [f"  root   {root.vkey}", f"         {root.fingerprint}  (compare this with the paper)"]
    for data in statements:
        lines += _statement(data)
    trust.walk(statements, [root])
    return "\n".join(lines) + "\n"


def draft(name: str) -> str:
    """The next statement as JSON for an editor: every key that is listed stays listed. Raises NotAuthentic."""
    agency = _agency(name)
    ring = _ring(agency)
    since = clock.now()
    keys = KeysDocument(agency.id, ring.version + 1, ring.newest, Period(since, Ms(since + LASTS_MS)), ring.keys, None)
    return json.dumps(codec.to_doc(keys), indent=2) + "\n"


def publish(name: str, statement: bytes) -> str:
    """Publish a signed statement. Raises NotAuthentic, Malformed or Refused, and nothing is published then."""
    agency = _agency(name)
    version = publish_keys(agency.id, statement.strip())
    return f"Keys statement {version} of {agency.name} is published. Devices take it up when they next ask.\n"


def _agency(name: str) -> AgencyView:
    found = agencies.agency_named(name)
    if found is None:
        raise Refused("unknown-agency", "No agency of this installation has that id or force code.")
    return found


def _ring(agency: AgencyView) -> KeyRing:
    return trust.walk(agencies.keys_of(agency.id), [PublicKey.parse(agency.root)])


def _statement(data: bytes) -> Iterator[str]:
    keys = dsse.peek(KeysDocument, data)
    yield f"Keys statement {keys.version}, {_lasts(keys.period)}"
    yield f"  digest     {dsse.digest_of(data)}"
    yield f"  signed by  {dsse.signer_of(data)}"
    if keys.next_root is not None:
        yield f"  next root  {keys.next_root}"
        yield f"             {PublicKey.parse(keys.next_root).fingerprint}"
    for listed in keys.keys:
        yield f"  {listed.role.value:<9}  {PublicKey.parse(listed.vkey).fingerprint}  {_lasts(listed.period)}"


def _lasts(period: Period) -> str:
    until = "" if period.until is None else f" until {time.utc_text(period.until)}"
    return f"from {time.utc_text(period.since)}{until}"
