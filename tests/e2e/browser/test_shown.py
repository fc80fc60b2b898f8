"""Of a readable page only what it shows is read, and nothing beside a password or payment field (issue 2, R-RGT-10)."""

from playwright.sync_api import Page

from tests.e2e.browser.browsing import Browsing
from tests.integration.agent.devices import await_true
from tests.integration.agent.page_marks import PageMarks

RESULTS = "https://duckduckgo.com/?q=pets"
# Puts a shadow tree on each element that names one; what it holds is the mark's own.
TREES = """<script>
  const grow = (root) => root.querySelectorAll('[tree]').forEach((host) => {
    const tree = host.attachShadow({ mode: host.getAttribute('mode') || 'closed' });
    tree.innerHTML = host.getAttribute('tree');
    grow(tree);
  });
  grow(document);
</script>"""


def words_of(page: Page, browsing: Browsing, body: str) -> list[str]:
    """What is read of a result page, word by word."""
    before = len(browsing.texts())
    page.goto(browsing.web.put(RESULTS, f"<p>before</p>{body}<p>after</p>{TREES}"))
    await_true(lambda: len(browsing.texts()) > before)
    browsing.await_all_asked(page)
    (text,) = browsing.texts()[before:]
    return text.split()


def test_only_what_is_shown_is_read(page: Page, browsing: Browsing, marks: PageMarks) -> None:
    mark = marks.body
    shown = words_of(
        page,
        browsing,
        f"""<details>{mark}<p>{mark}</p><summary>headline</summary><i style='display:contents'>{mark}</i><summary>{mark}</summary></details>
        <details open><summary>opened</summary>here <p>inside</p></details>
        <div style='opacity:0'>{mark}<p style='opacity:1'>{mark}</p></div> <p style='opacity:.2'>faint</p>
        <div hidden=until-found>{mark}</div> <p style='-webkit-text-security:disc'>{mark}</p> <meter>{mark}</meter>
        <div tree='' mode=open>{mark}<p>{mark}</p></div> <div tree=''>{mark}<p>{mark}</p></div>
        <div tree='<div style="display:none"><slot></slot></div>'>{mark}<p>{mark}</p></div>""",
    )
    assert shown == ["before", "headline", "opened", "here", "inside", "faint", "after"]
    marks.assert_nowhere()


SECRETS = ["type=password", "type=text autocomplete=current-password", "autocomplete=cc-csc"]


def test_nothing_is_read_of_a_form_with_a_secret_wherever_its_field_lies(
    page: Page, browsing: Browsing, marks: PageMarks
) -> None:
    for field in SECRETS:
        assert words_of(page, browsing, forms(field, marks.body)) == ["before", "searched", "after"], field
    marks.assert_nowhere()


def forms(field: str, mark: str) -> str:
    """Each way for a form to have that field: whatever of it bears the mark is not to be read."""
    asked = f"<input {field}>"
    return f"""<form id=one>{mark}<p>{mark}</p></form><input form=one {field}>
        <form id=two><input name=elements><input name=length>{mark}</form><input form=two {field}>
        <form>{mark}<div tree='{asked}'></div></form> <form>{mark}<div tree='{asked}' mode=open></div></form>
        <form><div tree='<p><span tree="{asked}"></span></p>'></div><p>{mark}</p></form>
        <form id=three>{mark}</form><x-field form=three></x-field>
        <div tree='<form><slot></slot>{asked}</form>'>{mark}<p>{mark}</p></div>
        <div tree='<div contenteditable><slot></slot></div>'>{mark}</div>
        <form><input name=q><p>searched</p></form>
        <script>
          customElements.define('x-field', class extends HTMLElement {{
            static formAssociated = true;
            constructor() {{ super(); this.attachShadow({{ mode: 'closed' }}).innerHTML = '{asked}'; }}
          }});
        </script>"""
