/**
 * The talk with the agent of this device, through its shim: ask first, then read (`src/offmon/agent/sources/pages.py`).
 *
 * Rules
 * - The port is to the shim and to nothing else; it is also what keeps the browser from ending the worker.
 * - Nothing is asked before the agent has answered a hello. While it does not answer, what is open is forgotten, never put by: the time
 *   is a gap, which the agent declares.
 * - One page at a time, in order. What a page says, its title too, is taken only after the agent said that it is wanted, handed over, and
 *   let go.
 * - Of a page that does not say it in time, or is gone, the agent is told that the text is missing (`text: null`), which it declares. A page
 *   that hangs delays nobody for longer.
 */

/**
 * @typedef {object} Facts what is said of a page before anything of it is read
 * @property {string} url
 * @property {import("./origins.js").Origin} origin
 * @property {string[]} within addresses of the pages in whose frames it stands, innermost first
 * @property {string} page which page it is, or stands in: a name without meaning
 */

/**
 * @typedef {object} Said what a page says
 * @property {string} title empty where the browser may still show another page's
 * @property {string} text
 */

/**
 * @callback Read
 * @param {boolean | null} wanted what the agent answered; null where it did not
 * @returns {Promise<Said | null>} handed over only where it is wanted; null where it is missing
 */

/** @type {Readonly<Said>} */
export const NOTHING = { title: "", text: "" };
const MISSING = { text: null };

const HOST = "org.offmon.agent";
const READ_MS = 2_500;
const FIRST_RETRY_MS = 1_000;
// Under the 30 s after which the browser ends a worker that does nothing.
const LAST_RETRY_MS = 15_000;

export class Talk {
  /** @type {chrome.runtime.Port | null} */
  #port = null;
  /** @type {{ resolve: (read: boolean) => void, reject: (why: Error) => void } | null} */
  #waiting = null;
  /** @type {Promise<void>} */
  #turn = Promise.resolve();
  #up = false;
  #retryMs = FIRST_RETRY_MS;
  #onChange;

  /** @param {(up: boolean) => void} onChange told when the agent answers, and when it no longer does */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get up() {
    return this.#up;
  }

  /** Begin, and begin again whenever it ends. */
  connect() {
    const port = chrome.runtime.connectNative(HOST);
    this.#port = port;
    port.onMessage.addListener((message) => this.#hear(port, message));
    port.onDisconnect.addListener(() => {
      void chrome.runtime.lastError; // read, or the browser complains of it; why it ended changes nothing
      this.#end(port);
    });
    this.#ask(port, { hello: 1 }).then(
      () => {
        this.#up = true;
        this.#retryMs = FIRST_RETRY_MS;
        this.#onChange(true);
      },
      () => undefined,
    );
  }

  /**
   * Ask about a page. Does nothing while the agent does not answer.
   * @param {Promise<Facts | null>} facts null where the page is gone already
   * @param {Read} read
   */
  page(facts, read) {
    const port = this.#port;
    if (!this.#up || port === null) return;
    this.#turn = this.#turn.then(async () => {
      try {
        const page = await facts;
        if (page === null) return;
        const wanted = await this.#ask(port, page);
        const said = read(wanted);
        if (wanted) await this.#ask(port, (await inTime(said)) ?? MISSING);
      } catch {
        void read(null); // the agent went: this page is forgotten like all the others
      }
    });
  }

  /**
   * @param {chrome.runtime.Port} port
   * @param {object} message
   * @returns {Promise<boolean>}
   */
  #ask(port, message) {
    return new Promise((resolve, reject) => {
      if (port !== this.#port) throw new Error("the agent went");
      this.#waiting = { resolve, reject };
      port.postMessage(message);
    });
  }

  /**
   * @param {chrome.runtime.Port} port
   * @param {unknown} message
   */
  #hear(port, message) {
    const waiting = this.#waiting;
    if (port !== this.#port) return;
    if (waiting === null || !isAnswer(message)) {
      port.disconnect(); // tells only the other end
      this.#end(port);
      return;
    }
    this.#waiting = null;
    waiting.resolve(message.read);
  }

  /** @param {chrome.runtime.Port} port */
  #end(port) {
    if (port !== this.#port) return;
    this.#port = null;
    this.#up = false;
    this.#waiting?.reject(new Error("the agent went"));
    this.#waiting = null;
    this.#onChange(false);
    setTimeout(() => this.connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }
}

/**
 * @param {unknown} message
 * @returns {message is { read: boolean }}
 */
function isAnswer(message) {
  return typeof message === "object" && message !== null && "read" in message && typeof message.read === "boolean";
}

/**
 * @param {Promise<Said | null>} said
 * @returns {Promise<Said | null>} null where it does not come in time or its page is gone
 */
function inTime(said) {
  const late = new Promise((/** @type {(said: null) => void} */ resolve) => {
    setTimeout(() => resolve(null), READ_MS);
  });
  return Promise.race([said.catch(() => null), late]);
}
