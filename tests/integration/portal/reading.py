"""What a page of the portal says, read from its own HTML: the lines of its tables."""

import html
import re

type Row = tuple[str, ...]
"""A line of a table: the day that it stands under, then each text of each cell, with "|" between cells."""


def plain(page: str) -> str:
    """A page's text as it is read, the marks taken out that say which of it is in another language."""
    return html.unescape(re.sub(r'<span lang="\w+">(.*?)</span>', r"\1", page, flags=re.S))


def section(page: str, named: str) -> str:
    """What stands under the head of that id."""
    return page.partition(f'id="{named}"')[2].partition("<h2")[0]


def rows(page: str, named: str) -> list[Row]:
    """The lines of the table under the head of that id, in their order."""
    found, on = list[Row](), ""
    for line in re.findall(r"<tr[^>]*>(.*?)</tr>", section(page, named).partition("</thead>")[2], re.S):
        day = re.search(r'<th scope="rowgroup"[^>]*>(.*?)</th>', line, re.S)
        cells = re.findall(r"<td[^>]*>(.*?)</td>", line, re.S)
        on = plain(day[1]) if day else on
        if cells:
            found.append((on, *(text for cell in cells for text in ("|", *_texts(cell)))))
    return found


def _texts(cell: str) -> list[str]:
    """The texts of a cell: what a line break or a box of its own parts."""
    parts = re.split(r"<br>|</?div[^>]*>", re.sub(r"</?(?:span|a)[^>]*>", "", cell))
    return [" ".join(html.unescape(part).split()) for part in parts if part.strip()]
