"""The page images of the invented order and licence, drawn by `bin/draw-papers`. Each says on itself that it is invented."""

from pathlib import Path

from offmon.core.authority.bases import Basis


def pages(basis: Basis) -> list[bytes]:
    """The page images of the invented document of that kind, in order."""
    return [file.read_bytes() for file in sorted(Path(__file__).parent.glob(f"{basis.value}-*.png"))]
