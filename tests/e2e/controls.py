"""A label selects its own control, and no other: what a pointer does that is held over words and pressed.

Rules
- Its own control is the one that the page draws beside it. No id says which: where two have one id, words choose another answer.
- `is_labelled`: no two elements of a page have one id, and each label stands for its own control. It leaves the page as it is.
- `each_label_selects_its_own`: nothing lies over a label; clicked, it selects or focuses its own control, which is called what the label
  says. All of a page in one step. A file is not asked for: `is_labelled` says whose label that is.
"""

from typing import Any

from playwright.sync_api import Page

# The nearest that surrounds a label and any control at all; it surrounds just one.
OWN = """(label) => {
  const controls = 'input:not([type=hidden]):not([type=submit]), select, textarea';
  let around = label;
  while (around && !around.querySelector(controls)) around = around.parentElement;
  const beside = around ? [...around.querySelectorAll(controls)] : [];
  return beside.length === 1 ? beside[0] : null;
}"""
TWICE = """() => {
  const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""
ANOTHERS = f"""() => {{
  const own = {OWN};
  return [...document.querySelectorAll('label')].filter((one) => own(one) !== one.control).map((one) => one.innerText);
}}"""
CLICKED = f"""() => {{
  const own = {OWN};
  const fault = (label) => {{
    const control = own(label);
    if (control === null) return 'stands beside no control of its own';
    label.scrollIntoView({{block: 'center', behavior: 'instant'}});
    const box = label.getBoundingClientRect();
    const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (!label.contains(over)) return 'has something over it';
    if (control.labels.length !== 1 || control.hasAttribute('aria-label') || control.hasAttribute('aria-labelledby'))
      return 'is not what its control is called';
    const is_chosen = ['radio', 'checkbox'].includes(control.type);
    if (control.type === 'file') return label.control === control ? null : 'asks for another file';
    if (is_chosen) control.checked = false; else control.blur();
    label.click();
    return (is_chosen ? control.checked : document.activeElement === control) ? null : 'does not select its own control';
  }};
  const labels = [...document.querySelectorAll('label')].filter((one) => one.checkVisibility({{visibilityProperty: true}}));
  const faults = labels.map((one) => [one.innerText, fault(one)]).filter(([, said]) => said !== null);
  return {{count: labels.length, faults}};
}}"""


def is_labelled(page: Page, name: str) -> None:
    assert page.evaluate(TWICE) == [], f"{name}: ids that two elements have"
    assert page.evaluate(ANOTHERS) == [], f"{name}: labels of another control"


def each_label_selects_its_own(page: Page, name: str) -> int:
    """How many labels there were. The page's forms are filled in anyhow afterwards."""
    found: dict[str, Any] = page.evaluate(CLICKED)
    assert found["faults"] == [], name
    count: int = found["count"]
    return count
