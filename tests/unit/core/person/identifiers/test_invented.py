"""No PNC or CRO number in this repository could be a real person's, but for vectors that others published (R-ID-12)."""

import re
from datetime import date
from pathlib import Path

from offmon.core.errors import Refused, passes
from offmon.core.person.identifiers.cro import read_cro
from offmon.core.person.identifiers.pnc import read_pnc

ROOT = Path(__file__).parents[5]
LIKE = re.compile(r"(?<![0-9A-Za-z/.-])(?:SF[0-9]{2}|[0-9]{1,6})/[0-9]{1,7}[A-Z](?![0-9A-Za-z/])")
PUBLISHED = """
2003/0000003Y 2003/3Y 03/3Y 2019/0123456E 1987/1234567U 2024/7654321D 1979/0163001B 2002/0073319Z 81/34U 1981/0000034U 00/223R
2000/0000223R 67/9893091D 1967/9893091D 1952/10B 1952/0000010B 27/1L 1927/1L 1927/0000001L 2027/0000001L
123456/08T 65656/91H 065656/91H 029906/12J SF83/50058Z SF61/1234J SF39/9H
"""
"""The vectors of appendix A of the requirements: HMPPS's own tests, and sums worked from its rule."""


def test_no_number_here_has_a_letter_that_fits_unless_it_is_published() -> None:
    found = {one for path in texts() for one in LIKE.findall(path.read_text("utf-8", errors="ignore")) if fits(one)}
    assert found - set(PUBLISHED.split()) == set()
    assert "SF83/50058Z" in found


def texts() -> list[Path]:
    folders = ("src", "tests", "trial", "docs", "assets")
    return [
        path
        for one in folders
        for end in ("py", "md", "toml", "txt", "html")
        for path in (ROOT / one).rglob(f"*.{end}")
    ]


def fits(number: str) -> bool:
    later = date(2099, 12, 31)  # of any century
    return passes(read_pnc, number, number, later) or passes(agreed_cro, number)


def agreed_cro(number: str) -> None:
    if read_cro(number, number).cautions:
        raise Refused("not-agreed", "Its letter refuses nothing.")
