"""Enrols this device, once, with the code on the person's paper (design §5 Device; formats §2).

Rules
- One half of the code is the secret, the other names the agency's root key. An answer by another root is refused, so a stranger's server
  cannot take the device.
- The device draws its keys before it asks, and signs the request with the new key. If that breaks off, it asks again with the same keys.
- Enrolment collects nothing: without a profile nothing is collected, and there is none yet.
- An enrolled device is not enrolled again in the same folder.
- Only a slow hash of the code's first letters is kept. With those letters the person chooses a PIN for the device's own page.
"""

from typing import Final

from offmon.agent import code_digest, home, pin
from offmon.agent.home import AgentHome
from offmon.agent.keys import DeviceKeys
from offmon.agent.profiles import Identity, first_trust
from offmon.agent.transport import Client, refusal
from offmon.core.authority.profile import SCHEMA
from offmon.core.errors import NotAuthentic, Refused
from offmon.core.formats import codec
from offmon.core.formats.keys import PublicKey
from offmon.core.formats.protocol import ENROL_PATH, MAX_ENROL, Code, Enrol, Enrolled
from offmon.core.ids import Ms

_FILE: Final = "enrolled"
_MAX: Final = 1 << 20


def enrol(folder: AgentHome, keys: DeviceKeys, server: str, code: Code, at: Ms) -> Enrolled:
    """Enrol and keep the answer. Raises Refused, NotAuthentic, Malformed or Unreachable; nothing was kept then but the keys."""
    if folder.read(_FILE) is not None:
        raise Refused("already-enrolled", "This device is enrolled already; to enrol it anew, use a new folder.")
    request = Enrol(
        secret=code.secret,
        device_key=keys.signing.public.vkey,
        list_key=keys.list_key,
        schema=SCHEMA,
        release=code_digest.release(),
        account=home.account_digest(),
    )
    body = codec.dump(request)
    if len(body) > MAX_ENROL:
        raise Refused("too-large", "The request is larger than the agency reads.")
    answer = Client(server, keys.signing).send("POST", ENROL_PATH, body, at)
    if not answer.ok:
        problem = refusal(answer).problem
        said = problem.title if problem else "The agency's server did not take the request; try again later."
        raise Refused(problem.code if problem else "not-taken", said)
    enrolled = codec.load(Enrolled, answer.body, max_size=_MAX)
    root = PublicKey.parse(enrolled.root)
    if not code.names(root):
        raise NotAuthentic("other-root", "This server is not the one that your code names; nothing was set up.")
    first_trust(enrolled)
    pin.prepare(folder, code)
    folder.write(_FILE, answer.body)
    return enrolled


def load(folder: AgentHome) -> Enrolled:
    """What enrolment gave. Raises Refused where this device is not enrolled."""
    data = folder.read(_FILE)
    if data is None:
        raise Refused("not-enrolled", "This device is not enrolled; run: python -m offmon.agent enrol")
    return codec.load(Enrolled, data, max_size=_MAX)


def identity(enrolled: Enrolled, keys: DeviceKeys) -> Identity:
    """Who this device is."""
    return Identity(
        enrolled.agency,
        enrolled.deployment,
        enrolled.device,
        PublicKey.parse(enrolled.root),
        keys.signing.public.vkey,
        keys.opening,
    )
