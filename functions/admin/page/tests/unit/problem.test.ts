/** What a person is told to do about a problem. */

import assert from "node:assert/strict";
import { test } from "node:test";

// The page says by its address where the API is.
Object.assign(globalThis, { location: new URL("https://example.com/prod/admin"), sessionStorage: { getItem: () => null } });
const { Problem } = await import("../../src/api.ts");

test("a lost answer does not mean that nothing was done", () => {
  assert.match(new Problem(0, "No answer came in 30 seconds.").advice, /look first whether it was done/);
});

test("nobody is told to repeat what is refused because a number must not be called", () => {
  assert.match(new Problem(409, "concurrent change; retry the request").advice, /repeat your change/);
  assert.doesNotMatch(new Problem(409, "the number is suppressed", "phone_number").advice, /repeat|again/);
});
