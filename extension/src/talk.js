/**
 * The talk with the agent of this device, through its shim: ask first, then read (`src/offmon/agent/sources/page_socket.py`).
 *
 * Rules
 * - The port is to the shim and to nothing else; it is also what keeps the browser from ending the worker.
 * - Nothing is asked before the agent has answered a hello. While it does not answer, what it has not answered is forgotten, never put by:
 *   the time is a gap, which the agent declares. One that leaves a question unanswered for too long has gone; a hello it may think over.
 * - What it cannot know is said to it: with each page when it was seen; while one is read, and every other second, since when others wait;
 *   and with a hello since when there was nobody to tell. So whatever ends, and whenever, the agent declares from there.
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
const BEAT_MS = 2_000;
const ANSWER_MS = 15_000;
const FIRST_RETRY_MS = 1_000;
// Under the 30 s after which the browser ends a worker that does nothing.
const LAST_RETRY_MS = 15_000;

export class Talk {
  /** @type {chrome.runtime.Port | null} */
  #port = null;
  /** @type {{ resolve: (read: boolean) => void, reject: (why: Error) => void } | null} */
  #waiting = null;
  /** @type {Promise<unknown>} */
  #turn = Promise.resolve();
  /** @type {number[]} when the pages were seen of which the agent has not answered yet, oldest first; of this port's only */
  #untold = [];
  /** @type {number | null} since when there is nobody to tell */
  #since = null;
  #reads = false;
  #saidWaits = false;
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
    this.#untold = [];
    port.onMessage.addListener((message) => this.#hear(port, message));
    port.onDisconnect.addListener(() => {
      void chrome.runtime.lastError; // read, or the browser complains of it; why it ended changes nothing
      this.#end(port);
    });
    this.#ask(port, { hello: 1, since: this.#since }).then(
      () => {
        this.#up = true;
        this.#since = null;
        this.#retryMs = FIRST_RETRY_MS;
        this.#beat(port);
        this.#onChange(true);
      },
      () => undefined,
    );
  }

  /**
   * Ask about a page. Does nothing while the agent does not answer.
   * @param {Promise<Facts | null>} facts null where the page is gone already
   * @param {Read} read
   * @returns {Promise<boolean>} whether the agent is done with it: then what was to be kept is on the disk, or lies in a gap
   */
  page(facts, read) {
    const port = this.#port;
    if (!this.#up || port === null) return Promise.resolve(false);
    const untold = this.#untold;
    const at = Date.now();
    untold.push(at);
    if (this.#reads && !this.#saidWaits) this.#say(port);
    const done = this.#turn.then(async () => {
      try {
        const wanted = await this.#tell(port, facts, at).finally(() => this.#toldOf(port, untold));
        if (wanted === null) return false;
        const said = read(wanted);
        if (wanted) await this.#handOver(port, said);
        return true;
      } catch {
        void read(null); // the agent went: this page is forgotten like all that it has not answered
        return false;
      }
    });
    this.#turn = done;
    return done;
  }

  /**
   * @param {chrome.runtime.Port} port
   * @param {Promise<Facts | null>} facts
   * @param {number} at
   * @returns {Promise<boolean | null>} whether it is to be read; null where there is nothing to tell
   */
  async #tell(port, facts, at) {
    const page = await facts;
    return page && this.#ask(port, { ...page, at });
  }

  /**
   * @param {chrome.runtime.Port} port
   * @param {number[]} untold
   */
  #toldOf(port, untold) {
    untold.shift();
    if (this.#saidWaits && untold.length === 0) this.#say(port);
  }

  /**
   * @param {chrome.runtime.Port} port
   * @param {Promise<Said | null>} said
   */
  async #handOver(port, said) {
    this.#reads = true;
    if (this.#untold.length > 0) this.#say(port);
    const text = await inTime(said);
    this.#reads = false;
    await this.#ask(port, text ?? MISSING);
  }

  #oldest() {
    const [oldest = null] = this.#untold;
    return oldest;
  }

  /** @param {chrome.runtime.Port} port */
  #say(port) {
    if (port !== this.#port) return;
    const waits = this.#oldest();
    this.#saidWaits = waits !== null;
    port.postMessage({ waits });
  }

  /** @param {chrome.runtime.Port} port */
  #beat(port) {
    this.#say(port);
    if (port === this.#port) setTimeout(() => this.#beat(port), BEAT_MS);
  }

  /**
   * @param {chrome.runtime.Port} port
   * @param {object} message
   * @returns {Promise<boolean>}
   */
  #ask(port, message) {
    return new Promise((resolve, reject) => {
      if (port !== this.#port) throw new Error("the agent went");
      const waiting = { resolve, reject };
      this.#waiting = waiting;
      port.postMessage(message);
      if (!this.#up) return;
      setTimeout(() => {
        if (this.#waiting === waiting) this.#hangUp(port);
      }, ANSWER_MS);
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
      this.#hangUp(port);
      return;
    }
    this.#waiting = null;
    waiting.resolve(message.read);
  }

  /** @param {chrome.runtime.Port} port */
  #hangUp(port) {
    port.disconnect(); // tells only the other end
    this.#end(port);
  }

  /** @param {chrome.runtime.Port} port */
  #end(port) {
    if (port !== this.#port) return;
    if (this.#up) this.#since = this.#oldest() ?? Date.now();
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
