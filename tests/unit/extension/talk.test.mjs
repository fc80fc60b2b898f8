// The talk with the agent, over a port that the test holds: ask first, then read; nothing is put by for later.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Talk } from "../../../extension/src/talk.js";

/** The browser's side of a port, as the extension sees it. */
class Port {
  sent = [];
  #hear = [];
  #ended = [];
  open = true;
  onMessage = { addListener: (listener) => this.#hear.push(listener) };
  onDisconnect = { addListener: (listener) => this.#ended.push(listener) };

  postMessage(message) {
    if (!this.open) throw new Error("Attempting to use a disconnected port object");
    this.sent.push(message);
  }

  disconnect() {
    this.open = false;
  }

  async answer(message) {
    for (const listener of this.#hear) listener(message);
    await settled();
  }

  async end() {
    this.open = false;
    for (const listener of this.#ended) listener();
    await settled();
  }
}

const NOW = 1_800_000_000_000;
const HELLO = { hello: 1, since: null };
const STILL_HERE = { waits: null };
let ports;
let changes;
const settled = () => new Promise((resolve) => setImmediate(resolve));
const facts = (url) => Promise.resolve({ url, origin: "link", within: [], page: "a" });
const asks = (port) => port.sent.filter((message) => !("waits" in message));
const waits = (port) => port.sent.filter((message) => "waits" in message).map((message) => message.waits);
const unread = async () => null;
const hangs = () => new Promise(() => undefined);
const urls = (port) => port.sent.filter((message) => "url" in message).map((message) => message.url);
const never = async (wanted) => assert.equal(wanted, null, "the text was touched");

beforeEach(() => {
  ports = [];
  changes = [];
  globalThis.chrome = { runtime: { connectNative: () => ports[ports.push(new Port()) - 1] } };
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOW });
});

async function open() {
  const talk = new Talk((up) => changes.push(up));
  talk.connect();
  await ports[0].answer({ read: false });
  return talk;
}

test("nothing is asked before the agent has answered a hello, and nothing of it is put by", async () => {
  const talk = new Talk((up) => changes.push(up));
  talk.connect();
  talk.page(facts("early"), never);
  await settled();
  assert.deepEqual(ports[0].sent, [HELLO]);
  await ports[0].answer({ read: false });
  assert.deepEqual([ports[0].sent, changes], [[HELLO, STILL_HERE], [true]]);
});

test("what a page says is taken after the agent wants it, and handed over", async () => {
  const talk = await open();
  const said = [];
  talk.page(facts("one"), async (wanted) => (said.push(wanted), { title: "Its title", text: "its text" }));
  await settled();
  assert.deepEqual(said, []);
  await ports[0].answer({ read: true });
  assert.deepEqual([said, ports[0].sent.at(-1)], [[true], { title: "Its title", text: "its text" }]);
});

test("pages are asked about one at a time, in order", async () => {
  const talk = await open();
  for (const url of ["one", "two", "three"]) talk.page(facts(url), async () => "");
  await settled();
  assert.deepEqual(urls(ports[0]), ["one"]);
  await ports[0].answer({ read: false });
  assert.deepEqual(urls(ports[0]), ["one", "two"]);
  await ports[0].answer({ read: false });
  assert.deepEqual(urls(ports[0]), ["one", "two", "three"]);
});

test("a page that is gone, or whose facts cannot be had, is passed over", async () => {
  const talk = await open();
  talk.page(Promise.resolve(null), never);
  talk.page(Promise.reject(new Error("no such frame")), never);
  talk.page(facts("next"), async () => "");
  await settled();
  assert.deepEqual(urls(ports[0]), ["next"]);
});

test("of a page that hangs, or is gone when its text is wanted, it is said to be missing, and nobody is delayed for longer", async () => {
  const talk = await open();
  talk.page(facts("hangs"), () => new Promise(() => undefined));
  talk.page(facts("gone"), () => Promise.reject(new Error("no frame")));
  await settled();
  await ports[0].answer({ read: true });
  mock.timers.tick(2_500);
  await settled();
  assert.deepEqual(asks(ports[0]).at(-1), { text: null });
  await ports[0].answer({ read: false });
  await ports[0].answer({ read: true });
  assert.deepEqual(asks(ports[0]).at(-1), { text: null });
});

test("whose page waits is told when the agent goes, and never that it was wanted", async () => {
  const talk = await open();
  const said = [];
  talk.page(facts("asked"), async (wanted) => said.push(wanted));
  talk.page(facts("waits"), async (wanted) => said.push(wanted));
  await settled();
  await ports[0].end();
  assert.deepEqual(said, [null, null]);
});

test("when the agent goes, what waits is forgotten; it is tried again, ever less often, and asked nothing of what was", async () => {
  const talk = await open();
  talk.page(facts("asked"), never);
  talk.page(facts("waits"), never);
  await settled();
  await ports[0].end();
  talk.page(facts("while down"), never);
  assert.deepEqual([changes, talk.up], [[true, false], false]);
  for (const [n, wait] of [1_000, 2_000, 4_000, 8_000, 15_000, 15_000].entries()) {
    mock.timers.tick(wait - 1);
    assert.equal(ports.length, n + 1);
    mock.timers.tick(1);
    assert.equal(ports.length, n + 2);
    await ports.at(-1).end();
  }
  mock.timers.tick(15_000);
  await ports.at(-1).answer({ read: false });
  assert.deepEqual([ports.at(-1).sent, talk.up], [[{ hello: 1, since: NOW }, STILL_HERE], true]);
});

for (const message of [{}, null, "read", { read: 1 }, { read: "true" }]) {
  test(`what is no answer (${JSON.stringify(message)}) ends the talk`, async () => {
    const talk = await open();
    talk.page(facts("one"), never);
    await settled();
    await ports[0].answer(message);
    assert.deepEqual([ports[0].open, talk.up], [false, false]);
  });
}

test("an answer that nobody asked for ends the talk", async () => {
  const talk = await open();
  await ports[0].answer({ read: true });
  assert.deepEqual([ports[0].open, talk.up], [false, false]);
});

test("a page is told of with the time at which it was seen, however long it waited", async () => {
  const talk = await open();
  talk.page(facts("hangs"), hangs);
  await settled();
  await ports[0].answer({ read: true });
  mock.timers.tick(1_000);
  talk.page(facts("waits"), unread);
  mock.timers.tick(1_500);
  await settled();
  await ports[0].answer({ read: false });
  const told = ports[0].sent.filter((message) => "url" in message);
  assert.deepEqual([told[0].at, told[1].at], [NOW, NOW + 1_000]);
});

test("every two seconds it says that it is still there, while the agent answers", async () => {
  await open();
  mock.timers.tick(2_000);
  mock.timers.tick(2_000);
  assert.deepEqual(waits(ports[0]), [null, null, null]);
  await ports[0].end();
  mock.timers.tick(4_000);
  assert.deepEqual(waits(ports[0]), [null, null, null]);
});

test("when the oldest page was seen that waits behind one that is being read is said at once, and that none waits any more", async () => {
  const talk = await open();
  talk.page(facts("hangs"), hangs);
  await settled();
  await ports[0].answer({ read: true });
  mock.timers.tick(1_000);
  for (const url of ["one", "two"]) talk.page(facts(url), unread);
  assert.deepEqual(waits(ports[0]), [null, NOW + 1_000]);
  mock.timers.tick(1_000);
  assert.deepEqual(waits(ports[0]), [null, NOW + 1_000, NOW + 1_000]);
  mock.timers.tick(500);
  await settled();
  for (const _ of ["hangs", "one", "two"]) await ports[0].answer({ read: false });
  assert.deepEqual(urls(ports[0]), ["hangs", "one", "two"]);
  assert.deepEqual(waits(ports[0]), [null, NOW + 1_000, NOW + 1_000, null]);
});

test("of pages that nobody waits behind no more is said than they themselves", async () => {
  const talk = await open();
  talk.page(facts("one"), unread);
  await settled();
  await ports[0].answer({ read: false });
  talk.page(Promise.resolve(null), never);
  await settled();
  assert.deepEqual(waits(ports[0]), [null]);
});

test("after the agent went it says since when it could tell nobody: since the oldest page of which it had not told", async () => {
  const talk = await open();
  talk.page(facts("asked"), unread);
  talk.page(facts("waits"), unread);
  mock.timers.tick(5_000);
  await ports[0].end();
  mock.timers.tick(1_000);
  await ports[1].end(); // nobody there yet
  mock.timers.tick(2_000);
  assert.deepEqual(ports[2].sent, [{ hello: 1, since: NOW }]);
  await ports[2].answer({ read: false });
  mock.timers.tick(3_000);
  await ports[2].end();
  mock.timers.tick(1_000);
  assert.deepEqual(ports[3].sent, [{ hello: 1, since: NOW + 11_000 }]);
});

test("an agent that does not answer in time has gone, but to a hello it need not", async () => {
  const talk = await open();
  const said = [];
  talk.page(facts("asked"), async (wanted) => said.push(wanted));
  await settled();
  mock.timers.tick(14_999);
  assert.equal(talk.up, true);
  mock.timers.tick(1);
  await settled();
  assert.deepEqual([ports[0].open, talk.up, said], [false, false, [null]]);
  mock.timers.tick(1_000);
  mock.timers.tick(60_000);
  assert.deepEqual([ports.length, ports[1].open], [2, true]);
  await ports[1].answer({ read: false });
  talk.page(facts("answered"), unread);
  await settled();
  await ports[1].answer({ read: false });
  mock.timers.tick(60_000);
  assert.equal(talk.up, true);
});
