"""A label selects its own control, and no other: what a pointer does that is held over words and pressed.

Rules
- Its own control is the one that the page draws beside it. No id says which: where two have one id, words choose another answer.
- `is_labelled`: no two elements of a page have one id, and each label stands for its own control. It leaves the page as it is.
- `each_label_selects_its_own`: each label is clicked, and its own control is selected, focused, or asks for a file. Each control is called
  what its label says.
"""

from playwright.sync_api import Locator, Page, expect

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
IS_CHOSEN = "(one) => ['radio', 'checkbox'].includes(one.type) ? one.checked : document.activeElement === one"
CLEARED = "(one) => ['radio', 'checkbox'].includes(one.type) ? (one.checked = false) : one.blur()"


def is_labelled(page: Page, name: str) -> None:
    assert page.evaluate(TWICE) == [], f"{name}: ids that two elements have"
    assert page.evaluate(ANOTHERS) == [], f"{name}: labels of another control"


def each_label_selects_its_own(page: Page, name: str) -> int:
    """How many labels there were. The page's forms are filled in anyhow afterwards."""
    labels = page.locator("label:visible")
    for at in range(labels.count()):
        _selects_its_own(page, labels.nth(at), name)
    return labels.count()


def _selects_its_own(page: Page, label: Locator, name: str) -> None:
    said = " ".join(label.inner_text().split())
    own = label.evaluate_handle(OWN).as_element()
    assert own is not None, f"{name}: {said} stands beside no control of its own"
    if own.get_attribute("type") == "file":
        with page.expect_file_chooser() as asked:
            label.click()
        assert asked.value.element.evaluate("(one, own) => one === own", own), f"{name}: {said} asks for another file"
    else:
        own.evaluate(CLEARED)
        label.click()
        assert own.evaluate(IS_CHOSEN), f"{name}: {said} does not select its own control"
    own.evaluate("(one) => one.dataset.own = ''")
    expect(page.locator("[data-own]")).to_have_accessible_name(said)
    own.evaluate("(one) => delete one.dataset.own")
