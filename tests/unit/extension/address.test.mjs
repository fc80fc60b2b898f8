// What the agent is told of an address, as a table: never a user name, a password or a fragment.
import assert from "node:assert/strict";
import { test } from "node:test";

import { withoutSecrets } from "../../../extension/src/address.js";

const TABLE = [
  ["https://listed.example/", "https://listed.example/"],
  ["https://listed.example:8443/a?q=b", "https://listed.example:8443/a?q=b"],
  ["https://sam:secret@listed.example/a", "https://listed.example/a"],
  ["https://sam@listed.example", "https://listed.example"],
  ["https://a@b:c@listed.example/", "https://listed.example/"],
  ["HTTP:\\\\sam:secret@listed.example\\a", "HTTP:\\\\listed.example\\a"],
  ["view-source:https://sam:secret@listed.example/", "view-source:https://listed.example/"],
  ["https://listed.example/#token=secret", "https://listed.example/"],
  ["https://listed.example/#a#b\nc@d", "https://listed.example/"],
  ["https://listed.example#me@secret", "https://listed.example"],
  ["https://listed.example/x@y?z@1", "https://listed.example/x@y?z@1"],
  ["https://listed.example?to=me@listed.example", "https://listed.example?to=me@listed.example"],
];

for (const [whole, told] of TABLE) {
  test(`${JSON.stringify(whole)} is told as ${told}`, () => assert.equal(withoutSecrets(whole), told));
}
