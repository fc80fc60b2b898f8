"""A passkey in software. It answers a page as a browser and a security key would, or cheats (WebAuthn Level 3 §6, §7)."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestedCredentialData, AuthenticatorData

_PRESENT, _VERIFIED, _WITH_KEY = AuthenticatorData.FLAG.UP, AuthenticatorData.FLAG.UV, AuthenticatorData.FLAG.AT


@dataclass
class Authenticator:
    """One key for one site. `counter` is what it signed last; a key that synchronises leaves it 0 (`counts=False`)."""

    origin: str
    counts: bool = True
    counter: int = 0
    verifies: bool = True
    credential: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    secret: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any]) -> str:
        """What `navigator.credentials.create` answers, as JSON."""
        public = ES256.from_cryptography_key(self.secret.public_key())  # type: ignore[no-untyped-call]  # fido2 left it out
        key = AttestedCredentialData.create(Aaguid.NONE, self.credential, public)
        data = self._data(options["rp"]["id"], _WITH_KEY, key)
        attested = cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(data)})
        said = self._said("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": said, "attestationObject": attested})

    def show(self, options: dict[str, Any]) -> str:
        """What `navigator.credentials.get` answers, as JSON."""
        data, said = self._data(options["rpId"]), self._said("webauthn.get", options["challenge"])
        signature = self.secret.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": said, "authenticatorData": data, "signature": signature})

    def offered(self, options: dict[str, Any]) -> bool:
        """Whether it is one of those that the page would take."""
        return self.credential in [websafe_decode(one["id"]) for one in options["allowCredentials"]]

    def _data(self, site: str, flags: int = 0, key: bytes = b"") -> bytes:
        self.counter += self.counts
        flags |= _PRESENT | (_VERIFIED if self.verifies else 0)
        named = hashlib.sha256(site.encode()).digest()
        return bytes(AuthenticatorData.create(named, AuthenticatorData.FLAG(flags), self.counter, key))

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, bytes]) -> str:
        named = websafe_encode(self.credential)
        encoded = {name: websafe_encode(value) for name, value in response.items()}
        return json.dumps(
            {"id": named, "rawId": named, "type": "public-key", "response": encoded, "clientExtensionResults": {}}
        )
