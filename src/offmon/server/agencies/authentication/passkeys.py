"""The challenge to a passkey, and what its answer proves (WebAuthn Level 3 §7, by `fido2`). Reads no row and no request.

Rules (R-SEC-10; ADR 8)
- The console's own settings name the site and the origin. The host that a request names does not count.
- User verification is required: the key checks a finger, a face or a PIN, so that a found key opens nothing.
- It signs a challenge of 32 random bytes, on our own page and never inside another site's frame.
- A signature counter that does not rise is refused as a copy. A key that synchronises has no counter and always says 0.
- We do not ask a key's make: that would tell keys of one batch from others, and would not change our trust.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, cast

from django.conf import settings
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from offmon.core.errors import OffmonError, Refused
from offmon.core.ids import Digest, Id

MAX_ANSWER: Final = 16 << 10  # characters; without attestation an answer has about one thousand
ISSUER: Final = "Offmon"
type State = dict[str, Any]
type Options = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewKey:
    """A passkey as it was made. `public`: make, credential and public key as WebAuthn writes them (§6.5.1)."""

    credential: bytes
    public: bytes
    counter: int


@dataclass(frozen=True, slots=True)
class PasskeyResponse:
    """What a browser sent back, and to which challenge."""

    state: State
    answer: str

    @property
    def challenge(self) -> Digest:
        """The challenge's digest: what counts once."""
        return Digest(sha256(websafe_decode(self.state["challenge"])).hexdigest())


def is_origin(origin: str, host: str) -> bool:
    """Whether a page of that origin is the console's: over TLS at its own name, or in the trial on this very machine, at any port."""
    here = host == "localhost" or host.endswith(".localhost")
    return origin == f"https://{host}" or (
        here and bool(re.fullmatch(rf"http://{re.escape(host)}(:\d{{1,5}})?", origin))
    )


def counter_rose(before: int, now: int) -> bool:
    """Whether a key's counter is as an only copy's: it rises at each use, or is always 0."""
    return now > before or now == before == 0


def ask_for_new(staff: Id, sign_in: str, display_name: str, there: Iterable[bytes]) -> tuple[Options, State]:
    """What the browser is told to make a new passkey, none of those that are there; and what to keep until it answers."""
    user = PublicKeyCredentialUserEntity(id=bytes.fromhex(staff), name=sign_in, display_name=display_name)
    options, state = _server().register_begin(
        user,
        [_named(one) for one in there],
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,  # the name is typed anyway; a key has few places
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return dict(options.public_key), cast(State, state)


def ask_for_known(there: Iterable[bytes]) -> tuple[Options, State]:
    """What the browser is told to show one of these passkeys; and what to keep until it answers."""
    options, state = _server().authenticate_begin(
        [_named(one) for one in there], user_verification=UserVerificationRequirement.REQUIRED
    )
    return dict(options.public_key), cast(State, state)


def read_new(given: PasskeyResponse) -> NewKey:
    """The passkey that was made. Raises Refused `wrong-passkey`."""
    try:
        answer = RegistrationResponse.from_dict(_document(given.answer))
        made = _server().register_complete(given.state, answer)
        _check_own_frame(answer.response.client_data.cross_origin)
        key = made.credential_data
        if key is None:
            raise _wrong()
        return NewKey(key.credential_id, bytes(key), made.counter)
    except OffmonError:
        raise
    except Exception as problem:
        raise _wrong() from problem


def credential_of(given: PasskeyResponse) -> bytes:
    """Which passkey an answer says that it is of; nothing is proved yet. Raises Refused `wrong-passkey`."""
    try:
        return bytes(AuthenticationResponse.from_dict(_document(given.answer)).raw_id)
    except OffmonError:
        raise
    except Exception as problem:
        raise _wrong() from problem


def read_known(given: PasskeyResponse, public: bytes) -> int:
    """The counter of the passkey that was shown, by its public key. Raises Refused `wrong-passkey`."""
    try:
        answer = AuthenticationResponse.from_dict(_document(given.answer))
        _server().authenticate_complete(given.state, [AttestedCredentialData(public)], answer)
        _check_own_frame(answer.response.client_data.cross_origin)
        return answer.response.authenticator_data.counter
    except OffmonError:
        raise
    except Exception as problem:
        raise _wrong() from problem


def _server() -> Fido2Server:
    host: str = settings.OFFMON_PASSKEY_HOST
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=host, name=ISSUER),
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=lambda origin: is_origin(origin, host),
    )


def _named(credential: bytes) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=credential)


def _document(answer: str) -> Mapping[str, Any]:
    if len(answer) > MAX_ANSWER:
        raise _wrong()
    return cast(Mapping[str, Any], json.loads(answer))


def _check_own_frame(cross_origin: bool) -> None:
    if cross_origin:
        raise _wrong()


def _wrong() -> Refused:
    return Refused("wrong-passkey", "That passkey was not accepted. Try again, or use a code from your app.")
