"""The specs name an act by the word that its entry holds, and acts.md gives each record the acts that core gives it (formats §7)."""

import re
from pathlib import Path

import pytest

from offmon.core.alerts.exhibit import Custody
from offmon.core.log.audit import Verb
from offmon.core.log.provenance import KINDS

SPECS = Path(__file__).parents[3] / "docs" / "specs"
NO_VERB = re.compile(r"(?:actor|core)\.|.*\.(?:json|html|txt)$")  # a field of an entry, a file
PAGES = sorted(SPECS.glob("*.md"))
IN_NO_BUNDLE = {"assessment"}


def verbs(text: str) -> set[str]:
    return {word for word in re.findall(r"`([a-z_]+\.[a-z_]+)`", text) if not NO_VERB.match(word)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_verb_that_a_spec_names_is_one_that_an_entry_holds(page: Path) -> None:
    text = page.read_text("utf-8")
    assert verbs(text) <= set(Verb)
    assert not set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)*\b", text)) & set(Verb.__members__)


def test_acts_give_each_record_the_verbs_that_write_it() -> None:
    after = (SPECS / "acts.md").read_text("utf-8").partition("| record | made by | changed by |")[2]
    found = dict[str, tuple[set[str], set[str]]]()
    for line in after.partition("\n\n")[0].splitlines()[2:]:
        kinds, made, changed = (cell.strip() for cell in line.strip("|").split("|"))
        of = kinds.split(" · ")
        makers = made.split(" · ") if len(of) > 1 else [made]
        found |= {kind: (verbs(maker), verbs(changed)) for kind, maker in zip(of, makers, strict=True)}
    assert found[Custody.KIND][0] == {"exhibit.sealed", "exhibit.handed_over"}
    assert found == {
        kind: (set(acts.made), set(acts.changed)) for kind, acts in KINDS.items() if kind not in IN_NO_BUNDLE
    }
