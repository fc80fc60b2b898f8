"""`lint/prose` counts sentences as a reader sees them, and exits 1 if a file breaks a limit."""

import subprocess
import sys
from pathlib import Path

import pytest

PROSE = Path(__file__).parents[3] / "lint/prose"

INVENTED = """\
# A heading is no sentence

The fox reads `a file. With a stop` twice. See [the long page](https://a.invalid/b.md), e.g. Chapter
two, and s.343 of it!

```
make run. It is code. So is this.
```

- A label
- An item without a stop ends here
- Another one. It has two sentences. And a third
  that goes on.

| heading of a column | another |
| --- | --- |
| a cell of four words | [short](a.md) |
| Two. Sentences here. | `x | y` → nothing |

<!-- Nobody
reads this. -->
> A quotation counts.

[target]: https://a.invalid/
"""
SENTENCES = [
    "The fox reads `a file. With a stop` twice.",
    "See the long page, e.g. Chapter two, and s.343 of it!",
    "An item without a stop ends here",
    "Another one.",
    "It has two sentences.",
    "And a third that goes on.",
    "a cell of four words",
    "Two.",
    "Sentences here.",
    "A quotation counts.",
]
LONG = "One two three four five six. " * 3 + "One two three four five six seven eight nine ten.\n"


def ran(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The script with these arguments."""
    return subprocess.run([sys.executable, PROSE, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def invented(tmp_path: Path) -> Path:
    """The invented text as a file."""
    file = tmp_path / "invented.md"
    file.write_text(INVENTED, encoding="utf-8")
    return file


def test_each_sentence_is_found_as_it_is_read(invented: Path) -> None:
    done = ran("--longest", "0", invented)
    shown = [line.removeprefix(f"{invented}: ").partition(": ") for line in done.stdout.splitlines()]
    assert sorted(text for _, _, text in shown) == sorted(SENTENCES)
    assert {text: words for words, _, text in shown}["The fox reads `a file. With a stop` twice."] == "5 words"
    assert done.returncode == 1


def test_the_row_counts_words_of_labels_too_and_shows_the_longest(invented: Path) -> None:
    titles, row, longest = ran("-v", invented).stdout.splitlines()
    assert " ".join(titles.split()) == "words sentences median longest over 25 over 35"
    in_sentences = 5 + 11 + 7 + 2 + 4 + 6 + 5 + 1 + 2 + 3
    labels = 2 + 1 + 2  # "A label", "short", and `x | y` as one word beside "nothing"
    assert row.split() == [str(invented), str(in_sentences + labels), "10", "4.5", "11", "0", "0"]
    assert longest.strip() == f"{invented}: See the long page, e.g. Chapter two, and s.343 of it!"


@pytest.mark.parametrize(
    ("limits", "status", "said"),
    [
        (["--max-median", "6", "--longest", "10"], 0, ""),
        (["--longest", "9"], 1, "10 words: One two three four five six seven eight nine ten."),
        (["--max-median", "5"], 1, "median 6 words, at most 5; shorten first:"),
    ],
)
def test_a_file_is_held_to_its_limits(tmp_path: Path, limits: list[str], status: int, said: str) -> None:
    file = tmp_path / "long.md"
    file.write_text(LONG, encoding="utf-8")
    done = ran(*limits, file)
    assert (done.returncode, said in done.stdout, bool(done.stdout)) == (status, True, bool(said))


def test_of_a_module_the_docstring_alone_is_read(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(
        '# A comment.\n"""It says one thing.\n\nRules\n- Two things.\n"""\n\nX = "No. No."\n', encoding="utf-8"
    )
    assert ran(file).stdout.splitlines()[1].split()[1:4] == ["7", "3", "2"]


def test_without_a_file_every_group_of_documents_has_its_row() -> None:
    rows = [line[:24].strip() for line in ran().stdout.splitlines()[1:]]
    assert rows == [
        *("README", "ARCHITECTURE", "THREATS", "CHANGELOG"),
        *("docs/specs", "docs/adr", "docs/howto", "docs/dpia", "docs (all)", "docstrings of modules"),
    ]


def test_what_cannot_be_read_or_held_ends_with_2(tmp_path: Path) -> None:
    assert ran(tmp_path / "nothing.md").returncode == 2
    assert ran("--longest", "35").returncode == 2
