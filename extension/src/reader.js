/**
 * What a page shows to be read, taken in the page itself, in the extension's own world of scripts, where the page's cannot reach.
 *
 * Rules
 * - Only ever injected after the agent said that this address may be read; and if the document has moved on since, it takes nothing.
 * - Never from what can be edited or filled in: inputs, text areas, lists to choose from, editable regions and what acts as one; of a form
 *   with a password or payment field, nothing at all.
 * - What is hidden is not read, nor are scripts, styles, nested documents and shadow trees.
 * - A form's fields can take the names of its methods and of the document's ("clobbering"), so those are called from their prototypes.
 * - Nothing is changed, kept or sent.
 *
 * The function is serialised by the browser, so it stands alone.
 *
 * @param {string} url the address that was asked about
 * @param {number} settleMs how long to wait first: of an in-page navigation the old text may stand for a moment, and the worker hears late
 * @param {number} limit characters
 * @returns {Promise<string>}
 */
export async function readText(url, settleMs, limit) {
  const NEVER =
    "input,textarea,select,option,datalist,button,output,script,style,noscript,template,iframe,frame,object,embed,svg,canvas," +
    "audio,video,[contenteditable]:not([contenteditable='false' i]),[role='textbox' i],[role='searchbox' i],[role='combobox' i]," +
    "[role='spinbutton' i],[role='listbox' i]";
  const SECRET = "input[type='password' i],[autocomplete*='cc-' i],[autocomplete*='password' i]";
  const matches = Element.prototype.matches;
  const find = Element.prototype.querySelector;
  /** @type {(of: object, name: string, on: object) => unknown} */
  const value = (of, name, on) => Object.getOwnPropertyDescriptor(of, name)?.get?.call(on);

  /** @param {Element} element */
  const isRead = (element) => {
    if (matches.call(element, NEVER)) return false;
    if (element instanceof HTMLFormElement && find.call(element, SECRET) !== null) return false;
    if (element instanceof HTMLElement && value(HTMLElement.prototype, "editContext", element)) return false;
    const style = getComputedStyle(element);
    const editable = style.getPropertyValue("-webkit-user-modify"); // also where the whole document is (designMode)
    return (
      style.display !== "none" &&
      style.visibility === "visible" &&
      style.getPropertyValue("content-visibility") !== "hidden" &&
      (editable === "" || editable === "read-only")
    );
  };
  /** @type {(text: Text) => Element | null} */
  const block = (text) => {
    let element = text.parentElement;
    while (element !== null && !(element instanceof HTMLFormElement)) {
      const { display } = getComputedStyle(element);
      if (display !== "inline" && display !== "contents") break;
      element = element.parentElement;
    }
    return element;
  };

  await new Promise((resolve) => setTimeout(resolve, settleMs));
  if (location.href !== url) return "";
  const walker = Document.prototype.createTreeWalker.call(
    document,
    document,
    NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
    (node) => (node instanceof Element && !isRead(node) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT),
  );
  let text = "";
  let last = null;
  for (let node = walker.nextNode(); node !== null && text.length < limit; node = walker.nextNode()) {
    if (node instanceof HTMLBRElement) text += "\n";
    if (!(node instanceof Text)) continue;
    const within = block(node);
    text += within === last ? node.data : `\n${node.data}`;
    last = within;
  }
  return text.slice(0, limit);
}
