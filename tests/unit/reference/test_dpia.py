"""The trial's impact assessment agrees with the code: its tables are drawn, its risks name existing measures (DPA 2018 s.64(3))."""

import re

from offmon.core.authority.inventory import FIELDS, NEVER, InventoryField, Lies
from tests.prove.markers import SAFEGUARDS
from tests.unit.reference.drawing import REFERENCE, check_parts, row

NAME = "../dpia/trial.md"
RISK = re.compile(r"^### (3\.\d+ [^\n]+)\n\n(.+?)(?=^##)", re.MULTILINE | re.DOTALL)
TOLD = [field for field in FIELDS if field.said]  # what holds other documents is told of by their fields
MEASURE = re.compile(r"\bS\d+\b")


def page() -> str:
    return (REFERENCE / NAME).read_text("utf-8")


def measures_of(text: str) -> dict[str, list[str]]:
    """Which measures the page names for each risk."""
    found = {}
    for risk, told in RISK.findall(text):
        line = next((line for line in told.splitlines() if line.startswith("Measures: ")), "")
        found[risk] = MEASURE.findall(line)
    return found


def test_every_risk_has_measures_that_are_kept_and_says_what_remains() -> None:
    text, known = page(), {*SAFEGUARDS}
    risks = measures_of(text)
    assert len(risks) == text.count("\n### 3.") >= 8
    assert all(named and set(named) <= known for named in risks.values()), risks
    assert text.count("\nRemains: ") == len(risks)


def test_it_says_of_itself_that_it_is_invented() -> None:
    assert "**Invented; for the trial.**" in page()


def test_its_tables_are_drawn_from_the_code() -> None:
    text = page()
    named = {measure for measures in measures_of(text).values() for measure in measures}
    parts = {
        "enclosed": _fields(Lies.ENCLOSED),
        "clear": _fields(Lies.CLEAR),
        "device": [
            f"- `{document}`: "
            + " ".join(dict.fromkeys(f"{f.what[0].upper()}{f.what[1:]}." for f in TOLD if f.document == document))
            for document in dict.fromkeys(f.document for f in TOLD if not f.under)
        ],
        "never": [f"- {what}" for what in NEVER],
        "measures": [
            row("measure", "what is promised", "its second barrier"),
            row(*["---"] * 3),
            *(row(one, its["promise"], its["backstop"]) for one, its in SAFEGUARDS.items() if one in named),
        ],
    }
    check_parts(NAME, parts)


def _fields(lies: Lies) -> list[str]:
    """The fields of a finding that lie so."""
    lines = [_line(field) for field in TOLD if field.under and field.lies is lies]
    return [row("what", "why", "under"), row(*["---"] * 3), *lines]


def _line(field: InventoryField) -> str:
    return row(field.what, field.why, ", ".join(f"`{one}`" for one in field.under))
