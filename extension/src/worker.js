/**
 * Tells the agent of this device which web pages are open, and hands over title and text only where the agent asks for them.
 *
 * Rules
 * - Of each page, each frame and each in-page navigation the agent is asked anew. Pages that the browser itself shows, files and
 *   data addresses are not told of.
 * - And once: where the agent or the shim ends, what it was done with by then is not told of again. What is open then and was not answered
 *   is told of when the agent answers again; it may have taken it, and that time is a gap.
 * - An address is told without user name, password and fragment (`address.js`).
 * - A frame comes with the addresses of the pages that it stands in, so that what stands in an excluded page is excluded with it. Where one
 *   of them is gone, nothing is told. Of more than the agent looks at so much is told that it knows, and declares it.
 * - A title is what a page says (of mail, the subject): it is looked at and handed over with the text, never before. And only if the tab
 *   still shows the address told; after an in-page navigation it may be the view's before, so then none is.
 * - After an in-page navigation the text may be the view's before. So it is read only if everything that this document was until now was
 *   readable, the time included in which the agent did not answer, and in which another page lay over it. What was readable before the
 *   agent went, and was not asked about since, counts as not asked about.
 * - Each in-page navigation is counted as it happens, not when its turn comes. What was asked for under a count that has changed since, before
 *   it was read or until it was in hand, is let go: between two equal addresses there may have been another view. So that the last of them
 *   are counted by then, every text is read after a moment, longer than the browser needs to tell of them.
 * - A text that was wanted and could not be had (the page hangs, or is gone) is said to be missing. Not where the document was what may
 *   not be read, since that would tell of it; nor where it has moved on, since the view after it is asked about in its turn.
 * - A page that is only made ready in the background (prerendered) is not open, and not told of until it is.
 * - Nobody was asked about what a document was before it was shown, or before this worker was. So one that moved before it was shown is not
 *   read, nor one that is older than the first word that this worker had from the browser: its text is missing. A worker that begins with
 *   the browser has heard of everything.
 * - Remembered of an open document, and of one that moved while it was made ready: how it came to be open, how it stands with reading it,
 *   how often it came to be open or moved in-page, and which of these were told of and answered; and its address, until it is whole and told
 *   of. No title, no text; and nothing at all on a disk.
 * - No network interface is used here or in any page (`lint/rules/extension-*`), and the manifest's `connect-src 'none'` closes the worker's.
 */

import { withoutSecrets } from "./address.js";
import { originOf } from "./origins.js";
import { readText } from "./reader.js";
import { NOTHING, Talk } from "./talk.js";

// One more than the agent examines (`match/unsafe_text.py`), so that it knows of what is cut, and declares it.
const MAX_URL = (32 << 10) + 1;
const MAX_TITLE = (16 << 10) + 1;
const MAX_TEXT = (1 << 19) + 1;
// What the agent looks at around a frame (`sources/frames.py`). Of what goes past it an address is cut to where it leads.
const MAX_DEPTH = 50;
const MAX_AROUND = 128 << 10;
const WHERE = 512;
const POISON = "\0"; // which the agent declares: a title that is cut would be none that was shown
const SETTLE_MS = 400; // not past what `talk.js` waits for a text
const EVER = Number.MAX_SAFE_INTEGER;
const GONE = -1; // moves of a document that is no longer remembered
const WEB = /^(?:(?:blob|filesystem|view-source):)?https?:/i;
const TITLES = {
  up: "This account is monitored under a legal requirement.",
  down: "This account is monitored under a legal requirement. The monitoring program does not answer: nothing is read.",
};

/**
 * Whether a document may be read, by the answers about everything that it was until now. Not asked about each time: as if it might not,
 * but of that nobody need be told nothing.
 * @typedef {"readable" | "barred" | "unasked"} Standing
 */

/**
 * @typedef {object} Frame a document that is open, or may come back as it was
 * @property {number} tabId
 * @property {string} documentId
 * @property {Promise<import("./origins.js").Origin>} origin
 * @property {string | null} url until it is told of
 * @property {number} seen how often it came to be open or moved in-page: each of these is told of once
 * @property {number} told which of these was told of last; 0: none
 * @property {number} answered which of these the agent was done with last; 0: none
 * @property {number} moves how often its address changed while it stayed
 * @property {Standing} standing
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

/** @type {Map<string, Frame>} by document */
const frames = new Map();
let hears = EVER; // since when, by the worker's age, the browser tells it of all that moves
const talk = new Talk((up) => {
  for (const frame of frames.values()) {
    frame.url = null;
    frame.told = frame.answered;
    if (frame.standing === "readable") frame.standing = "unasked"; // of the time until the next answer nobody can say
  }
  forget((frame) => !isTold(frame));
  void chrome.action.setBadgeText({ text: up ? "ON" : "" });
  void chrome.action.setTitle({ title: up ? TITLES.up : TITLES.down });
  if (up) void tellOfAll();
});

/** @type {(which: (frame: Frame) => boolean) => void} but never a document that moved: how it stands must be known if it comes back */
function forget(which) {
  for (const [documentId, frame] of frames) {
    if (frame.moves > 0 || !which(frame)) continue;
    frames.delete(documentId);
    frame.moves = GONE;
  }
}

/** @type {(frame: Frame) => boolean} */
const isTold = (frame) => frame.told === frame.seen;

/** @param {string} url which the browser writes in ASCII: a cut parts no pair */
const addressOf = (url) => withoutSecrets(url).slice(0, MAX_URL);

/** @type {(place: Place) => string | null} */
function webDocument(place) {
  return WEB.test(place.url) ? (place.documentId ?? null) : null;
}

/**
 * The document of a place that the agent may be asked about.
 * @param {Place} place
 * @returns {string | null}
 */
function openDocument(place) {
  return (place.documentLifecycle ?? "active") === "active" ? webDocument(place) : null;
}

/**
 * @param {Place} place
 * @param {string} documentId
 * @param {string | null} url
 * @param {Frame["origin"]} origin
 */
function remember(place, documentId, url, origin) {
  /** @type {Frame} */
  const frame = { tabId: place.tabId, documentId, origin, url, seen: 1, told: 0, answered: 0, moves: 0, standing: "unasked" };
  frames.set(documentId, frame);
  return frame;
}

/** @type {(tabId: number) => Promise<boolean>} */
async function isInFront(tabId) {
  return (await chrome.tabs.get(tabId)).active;
}

/**
 * @param {Place} place
 * @param {Frame} frame
 */
function tell(place, frame) {
  const { moves, seen } = frame;
  frame.told = seen;
  // In the order of what happened: how a document stands hangs on it.
  const done = talk.page(factsOf(place, frame), async (wanted) => {
    if (wanted === null) frame.standing = "unasked";
    else if (!wanted) frame.standing = "barred";
    else if (moves === 0) frame.standing = "readable";
    if (frame.standing !== "readable") return frame.standing === "unasked" ? null : NOTHING;
    if (frame.moves !== moves) return frame.moves === GONE ? null : NOTHING;
    const [injected] = await chrome.scripting.executeScript({
      target: { tabId: place.tabId, documentIds: [frame.documentId] },
      func: readText,
      args: [place.url, SETTLE_MS, MAX_TEXT, performance.now() - hears],
    });
    const title = await titleOf(place, moves > 0); // after the text: another question to the browser, which meanwhile told of what moved
    if (frame.moves !== moves) return frame.moves === GONE ? null : NOTHING;
    return typeof injected?.result === "string" ? { title: title.length < MAX_TITLE ? title : POISON, text: injected.result } : null;
  });
  void done.then((isDone) => {
    if (isDone) frame.answered = seen;
  });
}

/**
 * @param {Place} place
 * @param {Frame} frame
 * @returns {Promise<import("./talk.js").Facts | null>}
 */
async function factsOf(place, frame) {
  const [around, origin] = await Promise.all([pagesAround(place, frame), frame.origin]);
  return around && { url: addressOf(place.url), origin, ...around };
}

/**
 * @param {Place} place
 * @param {Frame} frame
 * @returns {Promise<{ within: string[], page: string } | null>} null where a page around it is gone
 */
async function pagesAround(place, frame) {
  const within = [];
  let room = MAX_AROUND;
  let page = frame.documentId;
  let documentId = place.parentDocumentId;
  while (documentId !== undefined) {
    const outermost = within.length >= MAX_DEPTH; // deeper than is looked at: only that one yet, which may be excluded
    const parent = await chrome.webNavigation.getFrame(outermost ? { tabId: place.tabId, frameId: 0 } : { documentId });
    if (parent === null) return null;
    const address = addressOf(parent.url).slice(0, Math.max(room + 1, WHERE));
    within.push(address);
    room -= address.length;
    page = parent.documentId;
    documentId = parent.parentDocumentId;
  }
  return { within, page };
}

/**
 * @param {Place} place
 * @param {boolean} inPage
 */
async function titleOf(place, inPage) {
  const tab = await chrome.tabs.get(place.tabId).catch(() => null); // closed since: the page was open all the same
  return !inPage && place.frameId === 0 && tab?.url === place.url ? (tab.title ?? "") : "";
}

/** Every page that is open now: the first page after the browser's start, and after the agent was away all that it has not answered. */
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
  if (documentId === null || !talk.up) return;
  const frame = frames.get(documentId) ?? remember(place, documentId, place.url, Promise.resolve("unknown"));
  if (isTold(frame)) return;
  frame.url = null;
  tell(place, frame);
}

/** @param {Place} place the same document under another address */
function movedInPage(place) {
  const documentId = webDocument(place);
  if (documentId === null) return;
  const frame = frames.get(documentId) ?? remember(place, documentId, null, Promise.resolve("unknown"));
  if (frame.url !== null) whole({ ...place, url: frame.url }); // it will never again be whole under that address
  frame.moves = frame.moves + 1;
  frame.seen = frame.seen + 1;
  if (!talk.up || openDocument(place) === null) {
    frame.standing = "unasked";
    return;
  }
  tell(place, frame);
}

/** @type {(details: Place & { transitionQualifiers: readonly string[] }, documentId: string) => boolean} told of before this event arrived */
function isKnown(details, documentId) {
  const frame = frames.get(documentId);
  if (frame === undefined) return false;
  if (details.transitionQualifiers.includes("forward_back")) frame.seen = frame.seen + 1; // brought back as it was, document and all
  return isTold(frame);
}

chrome.webNavigation.onCommitted.addListener((details) => {
  const documentId = openDocument(details);
  if (documentId === null) return;
  if (isKnown(details, documentId)) return;
  if (details.frameId === 0) forget((frame) => frame.tabId === details.tabId && isTold(frame));
  if (!talk.up) return;
  const origin = isInFront(details.tabId)
    .catch(() => false)
    .then((inFront) => originOf(details.transitionType, details.transitionQualifiers, inFront));
  const frame = frames.get(documentId) ?? remember(details, documentId, details.url, origin);
  frame.origin = origin;
  frame.url = details.url;
});
chrome.webNavigation.onCompleted.addListener(whole);
chrome.webNavigation.onErrorOccurred.addListener((details) => {
  // Left before it was whole; one that never came at all has no document that was seen to open.
  if (details.documentId !== undefined && frames.has(details.documentId)) whole(details);
});
chrome.webNavigation.onHistoryStateUpdated.addListener(movedInPage);
chrome.webNavigation.onReferenceFragmentUpdated.addListener(movedInPage);
chrome.tabs.onRemoved.addListener((tabId) => {
  for (const [documentId, frame] of frames) if (frame.tabId === tabId) frames.delete(documentId);
});
// That somebody listens is also what makes the browser start the worker with itself.
chrome.runtime.onStartup.addListener(() => {
  hears = -EVER;
});
void chrome.tabs.query({ discarded: false }).then(() => {
  hears = Math.min(hears, performance.now());
});
talk.connect();
