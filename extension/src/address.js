/**
 * What the agent is told of an address: where a page is, and no secret that stands in it.
 *
 * Rules
 * - User name, password and fragment are cut off before anything is told; nothing that the agent looks for can stand in them.
 * - It is a matter of the text alone: an address that the browser would not read again is cut all the same.
 */

const USER = /^((?:(?:blob|filesystem|view-source):)*https?:[/\\]*)[^/\\?]*@/i;

/**
 * @param {string} url of a web page
 * @returns {string}
 */
export function withoutSecrets(url) {
  const [page = ""] = url.split("#", 1);
  const [cut = "", kept = ""] = USER.exec(page) ?? [];
  return `${kept}${page.slice(cut.length)}`;
}
