// How a page came to be open, as a table: never more the person's doing than the browser says.
import assert from "node:assert/strict";
import { test } from "node:test";

import { originOf } from "../../../extension/src/origins.js";

const TABLE = [
  ["typed", [], true, "typed"],
  ["typed", ["from_address_bar"], true, "typed"],
  ["typed", ["server_redirect"], true, "typed"],
  ["generated", [], true, "typed"],
  ["keyword", [], true, "typed"],
  ["keyword_generated", [], true, "typed"],
  ["link", [], true, "link"],
  ["link", ["server_redirect"], true, "link"],
  ["link", ["from_address_bar"], true, "typed"],
  ["form_submit", [], true, "link"],
  ["auto_bookmark", [], true, "link"],
  ["manual_subframe", [], true, "link"],
  ["auto_subframe", [], true, "opened_by_page"],
  ["link", ["client_redirect"], true, "opened_by_page"],
  ["typed", ["client_redirect"], true, "opened_by_page"],
  ["reload", [], true, "reload"],
  ["link", [], false, "background"],
  ["reload", [], false, "background"],
  ["link", ["client_redirect"], false, "opened_by_page"],
  ["typed", ["forward_back"], true, "unknown"],
  ["reload", ["forward_back"], false, "unknown"],
  ["start_page", [], true, "unknown"],
  ["auto_toplevel", [], true, "unknown"],
  ["constructor", [], true, "unknown"],
];

for (const [transition, qualifiers, inFront, origin] of TABLE) {
  test(`${transition} [${qualifiers}] ${inFront ? "in front" : "behind"} is ${origin}`, () => {
    assert.equal(originOf(transition, qualifiers, inFront), origin);
  });
}
