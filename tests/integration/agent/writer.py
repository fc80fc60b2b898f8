"""A process that puts disclosures into an outbox as fast as it can, and prints each number once durable. Made to be killed.

python writer.py OUTBOX DEVICE EVIDENCE-SEED FIRST
"""

import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from offmon.agent.outbox import Outbox
from offmon.agent.profiles import AcceptedProfile, Identity, accept, first_trust
from offmon.core.authority.leaving import decide
from offmon.core.formats import envelope
from offmon.core.formats.event import Disclosure, Observation, Origin, PageClass
from offmon.core.ids import Id
from tests.integration.agent.killed import NOW
from tests.support.fake_agency import FakeAgency, new_key


def holding(agency: FakeAgency) -> AcceptedProfile:
    """A profile of this agency, accepted."""
    opening, key = X25519PrivateKey.generate(), new_key("device")
    agency.device_key, agency.list_key = key.public.vkey, envelope.public_of(opening)
    agency.issue()
    identity = Identity(agency.agency, agency.deployment, agency.device, agency.root.public, agency.device_key, opening)
    held = accept(identity, first_trust(agency.enrolled()), agency.update(), NOW).held
    assert held is not None
    return held


def disclosure(held: AcceptedProfile, name: int) -> Disclosure:
    """A visit to a listed site, whose address says the number."""
    seen = Observation(NOW, f"https://{name}.listed.example/", "", PageClass.UNKNOWN, None, Origin.LINK)
    (finding,) = held.pipeline.examine(seen, NOW, 0)
    made = decide(held.profile, finding, NOW)
    assert isinstance(made, Disclosure)
    return made


def main(path: str, device: str, seed: str, first: str) -> None:
    evidence = X25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    held = holding(FakeAgency(NOW, device=Id(device), evidence=evidence))
    outbox = Outbox(Path(path), Id(device), NOW)
    for name in range(int(first), int(first) + 100_000):
        outbox.put(disclosure(held, name), held)
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
