/**
 * How a page came to be open, in the words of `core.formats.event.Origin`, from what the browser says of a navigation.
 *
 * Rules
 * - A page is never said to be more the person's doing than the browser says: what a script or a frame opened is the page's doing, what
 *   opened in a tab that was not in front is background, and what we cannot tell is unknown.
 * - Back and forward are unknown: the browser repeats the words of the first visit, which may be years old.
 */

/** @typedef {"typed" | "link" | "opened_by_page" | "reload" | "background" | "unknown"} Origin */

/** @type {Readonly<Record<string, Origin>>} */
const ORIGINS = {
  typed: "typed",
  generated: "typed",
  keyword: "typed",
  keyword_generated: "typed",
  link: "link",
  form_submit: "link",
  auto_bookmark: "link",
  manual_subframe: "link",
  auto_subframe: "opened_by_page",
  reload: "reload",
};

/**
 * @param {string} transition the browser's transitionType
 * @param {readonly string[]} qualifiers its transitionQualifiers
 * @param {boolean} inFront whether the tab was the one in front of its window
 * @returns {Origin}
 */
export function originOf(transition, qualifiers, inFront) {
  if (qualifiers.includes("forward_back")) return "unknown";
  if (qualifiers.includes("client_redirect")) return "opened_by_page";
  if (!inFront) return "background";
  // Typed over a page that then answers with another address: the hand was on the address bar.
  if (transition === "link" && qualifiers.includes("from_address_bar")) return "typed";
  return Object.hasOwn(ORIGINS, transition) ? (ORIGINS[transition] ?? "unknown") : "unknown";
}
