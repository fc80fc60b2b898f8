/**
 * Tells the agent of this device which web pages are open, and hands over title and text only where the agent asks for them.
 *
 * Rules
 * - Of each page, each frame and each in-page navigation the agent is asked anew. Pages that the browser itself shows, files and
 *   data addresses are not told of.
 * - An address is told without user name, password and fragment (`address.js`).
 * - A frame comes with the addresses of the pages that it stands in, so that what stands in an excluded page is excluded with it. Where one
 *   of them is gone, nothing is told.
 * - A title is what a page says (of mail, the subject): it is looked at and handed over with the text, never before. And only if the tab
 *   still shows the address told; after an in-page navigation it may be the view's before, so then none is.
 * - After an in-page navigation the text may be the view's before. So it is read only if everything that this document was until now was
 *   readable, and after a moment.
 * - A page that is only made ready in the background (prerendered) is not open, and not told of until it is.
 * - Remembered of an open frame: which document it holds, how that came to be open, whether it was readable so far; and its address, until
 *   it is whole and told of. No title, no text; and nothing at all on a disk.
 * - No network interface is used here or in any page (`lint/rules/extension-*`), and the manifest's `connect-src 'none'` closes the worker's.
 */

import { withoutSecrets } from "./address.js";
import { originOf } from "./origins.js";
import { readText } from "./reader.js";
import { NOTHING, Talk } from "./talk.js";

// One more than the agent examines (`match/poison.py`), so that it knows of what is cut, and declares it.
const MAX_URL = (32 << 10) + 1;
const MAX_TITLE = (16 << 10) + 1;
const MAX_TEXT = (1 << 19) + 1;
const SETTLE_MS = 400;
const WEB = /^(?:(?:blob|filesystem|view-source):)?https?:/i;
const TITLES = {
  up: "This account is monitored under a legal requirement.",
  down: "This account is monitored under a legal requirement. The monitoring program does not answer: nothing is read.",
};

/**
 * @typedef {object} Frame an open frame, as far as it is remembered
 * @property {string} documentId
 * @property {Promise<import("./origins.js").Origin>} origin
 * @property {string | null} url until it is told of
 * @property {boolean} readable
 */

/**
 * @typedef {object} Place where something happened, as the browser's events say it
 * @property {number} tabId
 * @property {number} frameId
 * @property {string} url
 * @property {string} [documentId]
 * @property {string} [parentDocumentId]
 * @property {string} [documentLifecycle]
 */

/** @type {Map<string, Frame>} */
const frames = new Map();
const talk = new Talk((up) => {
  frames.clear();
  void chrome.action.setBadgeText({ text: up ? "ON" : "" });
  void chrome.action.setTitle({ title: up ? TITLES.up : TITLES.down });
  if (up) void tellOfAll();
});

/** @param {string} url */
const addressOf = (url) => withoutSecrets(url).slice(0, MAX_URL);

/** @param {Place} place */
const keyOf = (place) => `${place.tabId} ${place.frameId}`;

/**
 * The document of a place that the agent may be asked about.
 * @param {Place} place
 * @returns {string | null}
 */
function openDocument(place) {
  const open = talk.up && WEB.test(place.url) && (place.documentLifecycle ?? "active") === "active";
  return open ? (place.documentId ?? null) : null;
}

/** @type {(tabId: number) => Promise<boolean>} */
async function isInFront(tabId) {
  return (await chrome.tabs.get(tabId)).active;
}

/**
 * @param {Place} place
 * @param {boolean} inPage whether the document stayed and only its address changed
 * @param {Frame} frame
 */
function tell(place, inPage, frame) {
  // In the order of what happened: whether a document was readable *so far* hangs on it.
  talk.page(factsOf(place, frame), async (wanted) => {
    const readable = wanted && (frame.readable || !inPage);
    frame.readable = readable;
    if (!readable) return NOTHING;
    const title = await titleOf(place, inPage);
    const [injected] = await chrome.scripting.executeScript({
      target: { tabId: place.tabId, documentIds: [frame.documentId] },
      func: readText,
      args: [place.url, inPage ? SETTLE_MS : 0, MAX_TEXT],
    });
    return { title: title.slice(0, MAX_TITLE), text: typeof injected?.result === "string" ? injected.result : "" };
  });
}

/**
 * @param {Place} place
 * @param {Frame} frame
 * @returns {Promise<import("./talk.js").Facts | null>}
 */
async function factsOf(place, frame) {
  const [within, origin] = await Promise.all([addressesAround(place), frame.origin]);
  return within && { url: addressOf(place.url), origin, within };
}

/**
 * @param {Place} place
 * @returns {Promise<string[] | null>} null where a page around it is gone
 */
async function addressesAround(place) {
  const found = [];
  let documentId = place.parentDocumentId;
  while (documentId !== undefined) {
    const parent = await chrome.webNavigation.getFrame({ documentId });
    if (parent === null) return null;
    found.push(addressOf(parent.url));
    documentId = parent.parentDocumentId;
  }
  return found;
}

/**
 * @param {Place} place
 * @param {boolean} inPage
 */
async function titleOf(place, inPage) {
  if (inPage || place.frameId !== 0) return "";
  const tab = await chrome.tabs.get(place.tabId).catch(() => null); // closed since: the page was open all the same
  return tab?.url === place.url ? (tab.title ?? "") : "";
}

/** Every page that is open now: the first page after the browser's start, and all after the agent was away. */
async function tellOfAll() {
  for (const tab of await chrome.tabs.query({ discarded: false })) {
    if (tab.id === undefined) continue;
    for (const frame of (await chrome.webNavigation.getAllFrames({ tabId: tab.id })) ?? []) {
      if (!frame.errorOccurred) whole({ ...frame, tabId: tab.id });
    }
  }
}

/** @param {Place} place a document that is all there, or will never be more */
function whole(place) {
  const documentId = openDocument(place);
  if (documentId === null) return;
  const key = keyOf(place);
  const known = frames.get(key);
  /** @type {Frame} */
  const frame =
    known?.documentId === documentId
      ? known
      : { documentId, origin: Promise.resolve("unknown"), url: place.url, readable: false };
  frames.set(key, frame);
  if (frame.url === null) return;
  frame.url = null;
  tell(place, false, frame);
}

/** @param {Place} place the same document under another address */
function movedInPage(place) {
  const documentId = openDocument(place);
  const frame = frames.get(keyOf(place));
  if (documentId === null || frame?.documentId !== documentId) return;
  if (frame.url !== null) whole({ ...place, url: frame.url }); // it will never again be whole under that address
  tell(place, true, frame);
}

chrome.webNavigation.onCommitted.addListener((details) => {
  const documentId = openDocument(details);
  if (documentId === null) return;
  const known = frames.get(keyOf(details));
  const again = details.transitionQualifiers.includes("forward_back"); // brought back as it was, document and all
  if (!again && known?.documentId === documentId && known.url === null) return; // told of before this event arrived
  const origin = isInFront(details.tabId)
    .catch(() => false)
    .then((inFront) => originOf(details.transitionType, details.transitionQualifiers, inFront));
  frames.set(keyOf(details), { documentId, origin, url: details.url, readable: false });
});
chrome.webNavigation.onCompleted.addListener(whole);
chrome.webNavigation.onErrorOccurred.addListener((details) => {
  // Left before it was whole; one that never came at all has no document that was seen to open.
  if (frames.get(keyOf(details))?.documentId === details.documentId) whole(details);
});
chrome.webNavigation.onHistoryStateUpdated.addListener(movedInPage);
chrome.webNavigation.onReferenceFragmentUpdated.addListener(movedInPage);
chrome.tabs.onRemoved.addListener((tabId) => {
  for (const key of frames.keys()) if (key.startsWith(`${tabId} `)) frames.delete(key);
});
// That somebody listens is what makes the browser start the worker with itself.
chrome.runtime.onStartup.addListener(() => undefined);
talk.connect();
