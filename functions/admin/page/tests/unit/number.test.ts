/** Phone numbers in paths of requests. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inPath } from "../../src/views/suppressions/number.ts";

for (const [text, sent] of [
  [" (555) 555-0123 ", "(555) 555-0123"],
  ["555.555.0123", "555.555.0123"],
  ["555/555/0123?x#y%2F", "555 555 0123 x y 2F"],
  // Asked for literally, it would be another path, whose 404 would mean that the number is not on the list.
  ["..", " "],
  [".", " "],
] as const) {
  test(`${text} is sent as "${sent}"`, () => assert.equal(inPath(text), sent));
}
