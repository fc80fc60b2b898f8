"""What a task costs the person who does it: pages, presses, boxes to fill in, and words to read.

- A page counts once, by its heading: one that comes back with more on it is the same page. `loads` counts each time that one comes.
- A press is of a button, a link, an answer or a disclosure; typing into a box needs none. A box counts each time that it is filled in.
- Words are those that stand visible in a page's main part when it comes, each page at its longest; without what is marked as the finding.
"""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page

WORDS = """() => {
  const main = document.querySelector('main').cloneNode(true);
  const shown = document.querySelector('main');
  let words = shown.innerText.split(/\\s+/).filter((one) => /\\w/.test(one)).length;
  for (const finding of shown.querySelectorAll('[data-finding]'))
    words -= finding.innerText.split(/\\s+/).filter((one) => /\\w/.test(one)).length;
  return words;
}"""
PICTURES = Path("docs/howto/pictures")


@dataclass
class Task:
    """One person at one task, counted."""

    page: Page
    presses: int = 0
    fields: int = 0
    loads: int = 0
    words: dict[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "pages": len(self.words),
            "loads": self.loads,
            "presses": self.presses,
            "fields": self.fields,
            "words": sum(self.words.values()),
        }

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
        self.follows(self.page.get_by_role("button", name=name, exact=True), ends=ends)

    def chooses(self, words: str) -> None:
        """An answer, by its own words."""
        self.presses += 1
        self.page.locator("label").get_by_text(words, exact=True).click()

    def unfolds(self, words: str) -> None:
        self.presses += 1
        self.page.locator("summary").get_by_text(words).click()

    def fills(self, label: str, text: str) -> None:
        self.fields += 1
        self.page.get_by_label(label, exact=True).first.fill(text)

    def selects(self, label: str, text: str) -> None:
        self.fields += 1
        self.page.get_by_label(label, exact=True).select_option(label=text)
