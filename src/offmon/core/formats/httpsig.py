"""HTTP message signatures as devices use them: one profile of RFC 9421 with RFC 9530, and nothing else.

Rules
- Covered, in this order: `@method`, `@target-uri`, `content-digest`. Parameters, in this order: `created`, `expires` (seconds), `nonce`,
  `keyid`, `alg="ed25519"`, `tag="offmon-device"`. Anything else, or another order, is `unsigned`.
- `Content-Digest: sha-256=:…:` binds the body. It is checked against the body *and* covered by the signature, because a valid signature
  alone says nothing of the body.
- Each part has one spelling: no leading zero, no other digits, no spare bits in base64. Method and URI are plain ASCII without spaces, so
  that they cannot smuggle a line into the signature base.
- `expires - created` is at most 300 seconds. The caller, who has a clock and a store of nonces, judges times and nonces.
"""

import base64
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from offmon.core.errors import Malformed, NotAuthentic
from offmon.core.formats.keys import PublicKey, SigningKey
from offmon.core.ids import Ms

LABEL: Final = "sig1"
TAG: Final = "offmon-device"
MAX_LIFE_S: Final = 300
MAX_SKEW_S: Final = 120
_COVERED: Final = '("@method" "@target-uri" "content-digest")'
_KEYID: Final = r"[\x21\x23-\x5b\x5d-\x7e]{1,200}"
_INPUT: Final = re.compile(
    re.escape(f"{LABEL}={_COVERED}")
    + r";created=(0|[1-9][0-9]{0,10});expires=([1-9][0-9]{0,10});nonce=\"([0-9a-f]{32})\""
    + rf";keyid=\"({_KEYID})\";alg=\"ed25519\";tag=\"{TAG}\""
)
_METHOD: Final = re.compile(r"[A-Z]{1,16}")
_URI: Final = re.compile(r"[\x21\x23-\x7e]{1,2048}")
_SIGNATURE: Final = re.compile(LABEL + r"=:([A-Za-z0-9+/]{86}==):")


@dataclass(frozen=True, slots=True)
class Message:
    """What is signed of a request: method in capitals, the whole target URI, the body."""

    method: str
    uri: str
    body: bytes


@dataclass(frozen=True, slots=True)
class SignatureInput:
    """The parameters of a signature. Times in whole seconds since 1970 UTC."""

    created: int
    expires: int
    nonce: str
    keyid: str

    @property
    def params(self) -> str:
        """As they stand after the label."""
        return (
            f'{_COVERED};created={self.created};expires={self.expires};nonce="{self.nonce}";keyid="{self.keyid}"'
            f';alg="ed25519";tag="{TAG}"'
        )


def content_digest(body: bytes) -> str:
    """The Content-Digest field (RFC 9530) of a body."""
    return f"sha-256=:{base64.b64encode(sha256(body).digest()).decode()}:"


def sign(message: Message, key: SigningKey, at: Ms, nonce: str) -> dict[str, str]:
    """The three header fields that a signed request carries. `nonce`: 32 hex digits, drawn by the caller. Raises Malformed (`unsigned`)."""
    if not _is_plain(message):
        raise Malformed("unsigned", "A method or address with other characters than plain ASCII cannot be signed.")
    created = at // 1000
    given = SignatureInput(created, created + MAX_LIFE_S, nonce, key.public.keyid)
    signature = base64.b64encode(key.sign(_base(message, given))).decode()
    return {
        "Content-Digest": content_digest(message.body),
        "Signature-Input": f"{LABEL}={given.params}",
        "Signature": f"{LABEL}=:{signature}:",
    }


def parse(signature_input: str) -> SignatureInput:
    """The parameters of a Signature-Input field. Raises Malformed (`unsigned`)."""
    match = _INPUT.fullmatch(signature_input)
    if match is None:
        raise Malformed("unsigned", "The request is not signed in the one form that devices use.")
    given = SignatureInput(int(match[1]), int(match[2]), match[3], match[4])
    if not 0 < given.expires - given.created <= MAX_LIFE_S:
        raise Malformed("unsigned", f"A signature lives at most {MAX_LIFE_S} seconds.")
    return given


def check(message: Message, digest: str, given: SignatureInput, signature: str, key: PublicKey) -> None:
    """Raises NotAuthentic (`bad-signature`) unless the body, its digest, the parameters and the signature are all of one request.

    `digest` and `signature` are the fields as received.
    """
    match = _SIGNATURE.fullmatch(signature)
    if match is None or not _is_plain(message) or digest != content_digest(message.body):
        raise NotAuthentic("bad-signature", "The signature does not match the request.")
    raw = base64.b64decode(match[1])
    if base64.b64encode(raw).decode() != match[1] or given.keyid != key.keyid:
        raise NotAuthentic("bad-signature", "The signature does not match the request.")
    key.verify(raw, _base(message, given))


def _is_plain(message: Message) -> bool:
    return _METHOD.fullmatch(message.method) is not None and _URI.fullmatch(message.uri) is not None


def _base(message: Message, given: SignatureInput) -> bytes:
    """The signature base (RFC 9421 §2.5)."""
    return (
        f'"@method": {message.method}\n"@target-uri": {message.uri}\n'
        f'"content-digest": {content_digest(message.body)}\n"@signature-params": {given.params}'
    ).encode()
