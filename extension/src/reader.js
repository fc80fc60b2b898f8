/**
 * What a page shows to be read, taken in the page itself, in the extension's own world of scripts, where the page's cannot reach.
 *
 * Rules
 * - Only ever injected after the agent said that this address may be read; and if the document has moved on since, it takes nothing.
 * - Never from what can be edited or filled in: inputs, text areas, lists to choose from, editable regions and what acts as one; of a form
 *   with a password or payment field, nothing at all, be the field within it, tied to it from elsewhere, or in a shadow tree.
 * - What is not shown is not read: hidden, wholly transparent, masked as a password is, or in `details` that is closed. Nor are scripts,
 *   styles and nested documents.
 * - Of an element with a shadow tree nothing is read, nor what stands in it: what of that is shown, and within which form, the tree decides.
 * - A form's fields can take the names of its methods and of the document's ("clobbering"), so those are called from their prototypes.
 * - A text with half of a surrogate pair, or too long, is not handed over: on the way to the agent the browser would alter it without a word,
 *   and a cut could make such a half. In its place stands what the agent declares (`match/unsafe_text.py`).
 * - Nothing is changed, kept or sent.
 *
 * The function is serialised by the browser, so it stands alone.
 *
 * @param {string} url the address that was asked about
 * @param {number} settleMs how long to wait first: of an in-page navigation the old text may stand for a moment, and the worker hears late
 * @param {number} limit characters, as the browser counts them: so many are too many
 * @param {number} ageMs how old the document may be
 * @returns {Promise<string | null>} null where it is older
 */
export async function readText(url, settleMs, limit, ageMs) {
  if (performance.now() > ageMs) return null;
  const POISON = "\0";
  const CLOSED = "details:not([open])";
  const NEVER =
    "input,textarea,select,option,datalist,button,output,script,style,noscript,template,iframe,frame,object,embed,svg,canvas," +
    `audio,video,meter,progress,${CLOSED}>:not(summary:first-of-type),[contenteditable]:not([contenteditable='false' i]),` +
    "[role='textbox' i],[role='searchbox' i],[role='combobox' i],[role='spinbutton' i],[role='listbox' i]";
  const SECRET = "input[type='password' i],[autocomplete*='cc-' i],[autocomplete*='password' i]";
  const matches = Element.prototype.matches;
  /** @type {(of: object, name: string, on: object) => unknown} */
  const value = (of, name, on) => Object.getOwnPropertyDescriptor(of, name)?.get?.call(on);

  /** @type {(root: Node, show: number, filter?: (node: Node) => number) => TreeWalker} */
  const walk = (root, show, filter) => Document.prototype.createTreeWalker.call(document, root, show, filter);
  /** @param {Element} element */
  const treeOf = (element) => (element instanceof HTMLElement ? chrome.dom.openOrClosedShadowRoot(element) : null);

  /** @type {(element: Element) => boolean} */
  const isSecret = (element) => {
    const tree = treeOf(element);
    return matches.call(element, SECRET) || (tree !== null && holdsSecret(tree));
  };
  /** @param {Node} root */
  const holdsSecret = (root) => {
    const walker = walk(root, NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node instanceof Element && isSecret(node)) return true;
    }
    return false;
  };
  /** @param {HTMLFormElement} form */
  const isSecretForm = (form) => {
    const fields = value(HTMLFormElement.prototype, "elements", form);
    return holdsSecret(form) || !(fields instanceof HTMLCollection) || [...fields].some(isSecret);
  };
  /** @type {Map<Element, string>} of what is read, so that each is asked of once */
  const displays = new Map();
  /** @param {Element} element */
  const isRead = (element) => {
    if (matches.call(element, NEVER) || treeOf(element) !== null) return false;
    if (element instanceof HTMLFormElement && isSecretForm(element)) return false;
    if (element instanceof HTMLElement && value(HTMLElement.prototype, "editContext", element)) return false;
    const style = getComputedStyle(element);
    displays.set(element, style.display);
    const editable = style.getPropertyValue("-webkit-user-modify"); // also where the whole document is (designMode)
    return (
      style.display !== "none" &&
      style.visibility === "visible" &&
      style.opacity !== "0" &&
      style.getPropertyValue("content-visibility") !== "hidden" &&
      style.getPropertyValue("-webkit-text-security") === "none" &&
      (editable === "" || editable === "read-only")
    );
  };
  /** @type {(text: Text) => Element | null} */
  const block = (text) => {
    let element = text.parentElement;
    while (element !== null && !(element instanceof HTMLFormElement)) {
      const display = displays.get(element);
      if (display !== "inline" && display !== "contents") break;
      element = element.parentElement;
    }
    return element;
  };

  await new Promise((resolve) => setTimeout(resolve, settleMs));
  if (location.href !== url) return "";
  const walker = walk(document, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
    node instanceof Element && !isRead(node) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  let text = "";
  let last = null;
  for (let node = walker.nextNode(); node !== null && text.length < limit; node = walker.nextNode()) {
    if (node instanceof HTMLBRElement) text += "\n";
    if (!(node instanceof Text) || node.parentElement === null || matches.call(node.parentElement, CLOSED)) continue;
    const within = block(node);
    text += within === last ? node.data : `\n${node.data}`;
    last = within;
  }
  const survives = text.length < limit && !/\p{Surrogate}/u.test(text);
  return survives ? text : POISON;
}
