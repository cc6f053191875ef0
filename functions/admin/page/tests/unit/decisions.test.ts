/** What ends when a decision is ended, and what its Undo records. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { begins, ending } from "../../src/views/rules/decisions/words.ts";

const SUSPENSION = { kind: "suspension", jurisdiction: "LA", rule: null, list_id: null, level: null } as const;

test("a suspension that has not begun lets nobody be called by its end", () => {
  const ahead = new Date(Date.now() + 86_400_000).toISOString();
  assert.ok(begins({ from: ahead }));
  assert.equal(ending({ ...SUSPENSION, from: ahead }), "It does not begin, so nothing changes.");
});

test("the end of a suspension that counts lets people be called", () => {
  const past = "2026-01-01T00:00:00Z";
  assert.ok(!begins({ from: past }));
  assert.match(ending({ ...SUSPENSION, from: past }), /^From now on people in Louisiana are called again/);
});
