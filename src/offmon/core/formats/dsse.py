"""Signed documents: DSSE v1 with one Ed25519 signature over a canonical payload.

Rules
- The payload type names the document's type, and the payload repeats it inside, so one kind never passes for another.
- There is exactly one signature. Only the key that the caller already trusts counts. `keyid` must be that key's, or one signed document
  could have two spellings and two identities.
- The signed document itself is canonical JSON. Its bytes have one form, and its digest is its identity.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from offmon.core.errors import NotAuthentic
from offmon.core.formats import canon, codec
from offmon.core.formats.canon import Tag
from offmon.core.formats.keys import PublicKey, SigningKey
from offmon.core.ids import Digest

MAX_SIGNED = 1 << 20


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: which key made it (a hint) and its 64 bytes."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """A DSSE envelope as it travels. `payloadType` and `payload` are spelled as DSSE spells them."""

    payload: bytes
    payloadType: str  # noqa: N815
    signatures: tuple[Signature, ...]


def payload_type(document_type: str) -> str:
    """`offmon/profile@1` → `application/vnd.offmon.profile.v1+json`."""
    return "application/vnd." + document_type.replace("/", ".").replace("@", ".v") + "+json"


def pae(kind: str, payload: bytes) -> bytes:
    """Pre-authentication encoding of DSSE v1: the bytes that are signed."""
    name = kind.encode()
    return b"DSSEv1 %d %s %d %s" % (len(name), name, len(payload), payload)


class Document:
    """Base of everything that is signed: a frozen dataclass with a `TYPE`. `EARLIER`: the types that it had before (`codec`)."""

    TYPE: ClassVar[str]
    EARLIER: ClassVar[Mapping[str, frozenset[str]]] = {}


def sign(document: Document, key: SigningKey) -> bytes:
    """The canonical bytes of `document`, signed by `key`."""
    return seal(document.TYPE, codec.dump(document), key)


def seal(document_type: str, payload: bytes, key: SigningKey) -> bytes:
    """Sign bytes that are already canonical, as the document type says."""
    kind = payload_type(document_type)
    return codec.dump(Signed(payload, kind, (Signature(key.public.keyid, key.sign(pae(kind, payload))),)))


def peek[T: Document](cls: type[T], data: bytes) -> T:
    """Read a signed document *without* checking its signature: only to learn which key to ask for. Raises Malformed."""
    return _document(cls, _parse(cls, data))


def signer_of(data: bytes) -> str:
    """The keyid hint of a signed document. Raises Malformed."""
    return _one_signature(codec.load(Signed, data, max_size=MAX_SIGNED)).keyid


def open_signed[T: Document](cls: type[T], data: bytes, key: PublicKey) -> T:
    """The document inside `data`, if `key` signed it. Raises Malformed or NotAuthentic."""
    signed = _parse(cls, data)
    if signed.signatures[0].keyid != key.keyid:
        raise NotAuthentic("bad-signature", "A signature does not match its document and key.")
    key.verify(signed.signatures[0].sig, pae(signed.payloadType, signed.payload))
    return _document(cls, signed)


def digest_of(data: bytes) -> Digest:
    """The identity of a signed or stored document: a tagged SHA-256 of its bytes."""
    return Digest(canon.digest(Tag.DOCUMENT, data).hex())


def _parse(cls: type[Document], data: bytes) -> Signed:
    signed = codec.load(Signed, data, max_size=MAX_SIGNED)
    if signed.payloadType not in map(payload_type, (cls.TYPE, *cls.EARLIER)):
        raise _wrong_document(cls)
    _one_signature(signed)
    return signed


def _document[T: Document](cls: type[T], signed: Signed) -> T:
    doc = canon.decode(signed.payload, max_size=MAX_SIGNED)
    document = codec.from_doc(cls, doc)
    if cls.EARLIER and isinstance(doc, dict) and payload_type(str(doc["type"])) != signed.payloadType:
        raise _wrong_document(cls)  # signed as one of its types, and another inside
    return document


def _wrong_document(cls: type[Document]) -> NotAuthentic:
    return NotAuthentic("wrong-document", f"A signed document is not a {cls.TYPE}.")


def _one_signature(signed: Signed) -> Signature:
    if len(signed.signatures) != 1:
        raise NotAuthentic("signature-count", "A signed document carries exactly one signature.")
    return signed.signatures[0]
