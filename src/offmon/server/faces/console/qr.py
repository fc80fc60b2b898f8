"""A QR code as one path of an SVG, for a template to draw. No script, style or outside image: the CSP allows none."""

from dataclasses import dataclass

import segno

QUIET = 4  # modules of white around it (ISO/IEC 18004)


@dataclass(frozen=True, slots=True)
class Picture:
    """`size` modules in each direction, the quiet zone included; `path` draws the dark ones."""

    size: int
    path: str


def picture(text: str) -> Picture:
    """The QR code that says `text`."""
    rows = segno.make_qr(text, error="m").matrix
    dark = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module
    )
    return Picture(len(rows) + 2 * QUIET, dark)
