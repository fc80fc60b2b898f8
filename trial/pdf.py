"""A text as a plain PDF, for a trial without any tool that makes one: what is signed in the console is a PDF."""

from itertools import batched
from textwrap import wrap
from typing import Final

_ACROSS: Final = 92
_DOWN: Final = 64
_FONT: Final = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>>>>>"


def pdf_of(text: str) -> bytes:
    """The text in one typeface, wrapped, on as many A4 pages as it takes. What Windows-1252 does not have is a question mark."""
    lines = [part for line in text.splitlines() for part in wrap(line, _ACROSS) or [""]]
    pages = [_drawn(page) for page in batched(lines or [""], _DOWN)]
    kids = " ".join(f"{3 + 2 * nth} 0 R" for nth in range(len(pages)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode()]
    for nth, drawn in enumerate(pages):
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources%b>>" % (4 + 2 * nth, _FONT)
        objects += [page, b"<</Length %d>>\nstream\n%bendstream" % (len(drawn), drawn)]
    whole, begins = b"%PDF-1.4\n", b""
    for number, one in enumerate(objects, 1):
        begins += b"%010d 00000 n \n" % len(whole)
        whole += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + begins
    trailer = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(whole))
    return whole + table + trailer


def _drawn(lines: tuple[str, ...]) -> bytes:
    """A page's lines, one under the other."""
    said = (line.encode("cp1252", "replace") for line in lines)
    escaped = (one.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)") for one in said)
    return b"BT /F 9 Tf 11.5 TL 48 794 Td\n" + b"".join(b"(%b) Tj T*\n" % one for one in escaped) + b"ET\n"
