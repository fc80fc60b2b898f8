"""Which files may be an order's or licence's document, and the digest by which the instrument commits to it (R-LEG-1).

Rules
- One PDF, or 1 to 30 page images (PNG or JPEG), recognised by their first bytes and never by a name or a header. Sizes are checked first.
  None of our processes parses the content: the officer's browser does, in its own sandbox.
- A document that nobody could compare is refused. One that does not end as its kind does was cut off. A PDF with `/Encrypt` in it wants a
  password or restricts use. That name is searched for however it is written (`/Enc#72ypt`), and nothing is parsed. Documents stored earlier
  are not judged again.
- The recording officer, and the second who compares, judge whether a whole document is legible.
- The digest of one file is its SHA-256, as `sha256sum` gives for the court's file. Of several images it is that of a document
  (docs/specs/README.md §2): the list of their SHA-256 digests, in page order.
- Each read shows what was committed to, or nothing: whoever can write to the disk can change a file.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from offmon.core.authority.order import Media
from offmon.core.errors import NotAuthentic, Refused
from offmon.core.formats.canon import Tag, digest, encode
from offmon.core.ids import Digest

MAX_PDF: Final = 20 << 20
MAX_IMAGE: Final = 5 << 20
MAX_IMAGES: Final = 30
MAX_TOTAL: Final = 40 << 20  # of all page images together: a scan of 30 pages at 1.3 MB each


_STARTS: Final = {Media.PDF: b"%PDF-", Media.PNG: b"\x89PNG\r\n\x1a\n", Media.JPEG: b"\xff\xd8\xff"}
_ENDS: Final = {Media.PDF: b"%%EOF", Media.PNG: b"IEND\xaeB`\x82", Media.JPEG: b"\xff\xd9"}
_END_WITHIN: Final = 1 << 10  # scanners and senders add a little after it; readers of PDFs look as far
_LOCKED: Final = re.compile(b"/" + b"".join(b"(?:%c|#(?i:%02x))" % (one, one) for one in b"Encrypt"))
"""A name of a PDF may have any of its bytes as `#` and two hex digits (ISO 32000-1 §7.3.5)."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A document as it was scanned: a PDF, or its page images in order."""

    files: tuple[bytes, ...]
    kinds: tuple[Media, ...]

    @classmethod
    def of(cls, files: Sequence[bytes]) -> "Scan":
        """Raises Refused for what is neither one PDF nor 1 to 30 images, is too large, or opens for nobody."""
        check_sizes([len(one) for one in files])
        kinds = tuple(map(media_of, files))
        if len(files) > 1 and Media.PDF in kinds:
            raise Refused("several-documents", "Choose either one PDF or the images of the pages.")
        if any(len(one) > MAX_IMAGE for one, kind in zip(files, kinds, strict=True) if kind is not Media.PDF):
            raise Refused("image-too-large", f"Each page image must be {MAX_IMAGE >> 20} MB or less. Scan it smaller.")
        check_opens(files, kinds)
        return cls(tuple(files), kinds)

    @property
    def digests(self) -> tuple[Digest, ...]:
        """SHA-256 of each file."""
        return tuple(Digest(sha256(one).hexdigest()) for one in self.files)

    @property
    def digest(self) -> Digest:
        """What the instrument commits to."""
        return digest_of(self.digests)


def check_sizes(sizes: Sequence[int]) -> None:
    """Raises Refused where so many files of these sizes can be no document: asked before any of them is read."""
    if not sizes or not all(sizes):
        raise Refused("empty-file", "A file is empty. Choose another.")
    if len(sizes) > MAX_IMAGES:
        raise Refused("too-many-pages", f"Choose {MAX_IMAGES} page images or fewer, or one PDF.")
    if max(sizes) > MAX_PDF or sum(sizes) > MAX_TOTAL:
        message = f"A PDF must be {MAX_PDF >> 20} MB or less, and page images {MAX_TOTAL >> 20} MB together."
        raise Refused("document-too-large", message)


def media_of(data: bytes) -> Media:
    """What a file is, by its first bytes. Raises Refused."""
    for kind, start in _STARTS.items():
        if data.startswith(start):
            return kind
    raise Refused("not-a-scan", "The document must be a PDF, or images of its pages as PNG or JPEG.")


def check_opens(files: Sequence[bytes], kinds: Sequence[Media]) -> None:
    """Raises Refused for a file that was cut off, or a PDF that is locked: nobody could compare what is recorded with it."""
    for number, (one, kind) in enumerate(zip(files, kinds, strict=True), 1):
        if _ENDS[kind] not in one[-_END_WITHIN:]:
            which = "The document" if len(files) == 1 else f"The image of page {number}"
            raise Refused(
                "cut-off", f"{which} is cut off: its end is missing. Scan or save it again, then choose the new file."
            )
        if kind is Media.PDF and _LOCKED.search(one):
            raise Refused(
                "locked",
                "The PDF is locked by a password or against changes. Save it without a password, or print it to a PDF. "
                "Then choose the new file.",
            )


def digest_of(digests: Sequence[Digest]) -> Digest:
    """The digest of a document whose files have these."""
    if len(digests) == 1:
        return digests[0]
    return Digest(digest(Tag.DOCUMENT, encode(list(digests))).hex())


def check_committed(data: bytes, number: int, digests: Sequence[Digest], committed: Digest) -> None:
    """Raises NotAuthentic unless `data` is page `number` (from 1) of the document that the instrument committed to (R-LEG-1)."""
    if sha256(data).hexdigest() != digests[number - 1] or digest_of(digests) != committed:
        raise NotAuthentic(
            "document-changed", "What lies there is not the document that was recorded; nothing is shown."
        )
