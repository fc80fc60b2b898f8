"""What a task costs the person who does it: pages, presses, boxes to fill in, and words to read.

- A page counts once, by its heading: one that comes back with more on it is the same page. `loads` counts each time that one comes.
- A press is of a button, a link, an answer or a disclosure; typing into a box needs none. A box counts each time that it is filled in.
- A submission is a press that sends a form.
- Whoever reads a file (`Reading`): a sheet counts as a page, a file or command as a load, a command as a submission too.
- Words are those that stand visible in a page's main part when it comes, each page at its longest; without what is marked as the finding.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol, Self

from playwright.sync_api import Locator, Page

from tests.e2e.pressing import fill_date

WORDS = """() => {
  const main = document.querySelector('main').cloneNode(true);
  const shown = document.querySelector('main');
  let words = shown.innerText.split(/\\s+/).filter((one) => /\\w/.test(one)).length;
  for (const finding of shown.querySelectorAll('[data-finding]'))
    words -= finding.innerText.split(/\\s+/).filter((one) => /\\w/.test(one)).length;
  return words;
}"""


class Counted(Protocol):
    """What a task cost, by kind."""

    @property
    def counts(self) -> dict[str, int]: ...


@dataclass
class Reading:
    """One person at files and a command line. `words`: up to the answer, and what the commands said."""

    sheets: int = 0
    files: int = 0
    commands: int = 0
    presses: int = 0
    words: int = 0

    @property
    def counts(self) -> dict[str, int]:
        return {
            "pages": self.sheets,
            "loads": self.files + self.commands,
            "presses": self.presses,
            "submissions": self.commands,
            "fields": 0,
            "words": self.words,
        }

    def reads(self, text: str) -> None:
        self.words += sum(any(letter.isalnum() for letter in one) for one in text.split())


@dataclass
class Task:
    """One person at one task, counted."""

    page: Page
    presses: int = 0
    submissions: int = 0
    fields: int = 0
    loads: int = 0
    words: dict[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "pages": len(self.words),
            "loads": self.loads,
            "presses": self.presses,
            "submissions": self.submissions,
            "fields": self.fields,
            "words": sum(self.words.values()),
        }

    def at(self, page: Page) -> Self:
        """The next person goes on, at a page of their own."""
        self.page = page
        return self

    def came(self) -> None:
        """A page came, and is read."""
        heading = self.page.locator("h1").inner_text()
        self.words[heading] = max(self.words.get(heading, 0), self.page.evaluate(WORDS))
        self.loads += 1

    def opens(self, path: str) -> None:
        """They come with a browser that begins there."""
        self.page.goto(path)
        self.came()

    def follows(self, what: Locator, *, ends: bool = False) -> None:
        """Press what leads to another page. `ends`: with that the task is done, and what comes is not read for it."""
        self.presses += 1
        with self.page.expect_navigation():
            what.first.click()
        if not ends:
            self.came()

    def presses_button(self, name: str, *, ends: bool = False) -> None:
        self.submissions += 1
        self.follows(self.page.get_by_role("button", name=name, exact=True), ends=ends)

    def chooses(self, words: str, *, within: Locator | None = None) -> None:
        """An answer, by its own words."""
        self.presses += 1
        (within or self.page.locator("main")).locator("label").get_by_text(words, exact=True).click()

    def ticks_all(self) -> None:
        """Every box of the page."""
        for box in self.page.get_by_role("checkbox").all():
            self.presses += 1
            box.check()

    def attaches(self, label: str, files: Sequence[Path]) -> None:
        self.fields += 1
        self.page.get_by_label(label).set_input_files(list(files))

    def dates(self, legend: str, on: date) -> None:
        self.fields += 1
        fill_date(self.page, legend, on)

    def unfolds(self, words: str) -> None:
        self.presses += 1
        self.page.locator("summary").get_by_text(words, exact=True).click()

    def fills(self, label: str, text: str, *, within: Locator | None = None) -> None:
        self.fields += 1
        (within or self.page.locator("main")).get_by_label(label, exact=within is None).first.fill(text)

    def selects(self, label: str, text: str) -> None:
        self.fields += 1
        self.page.get_by_label(label, exact=True).select_option(label=text)
