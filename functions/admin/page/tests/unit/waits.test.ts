/** Changes of the wait between calls, and the way back. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { stepsBack, withEmptiedList } from "../../src/views/settings/waits.ts";

const LIST = { redial_interval_minutes: 30, progressive_intervals: [0, 5], max_redial_attempts: 8 };
const FIXED = { ...LIST, progressive_intervals: [] };

test("a new fixed wait is shown to empty the list", () => {
  assert.deepEqual(withEmptiedList(LIST, { redial_interval_minutes: 20 }), { redial_interval_minutes: 20, progressive_intervals: [] });
  assert.deepEqual(withEmptiedList(FIXED, { redial_interval_minutes: 20 }), { redial_interval_minutes: 20 });
  assert.deepEqual(withEmptiedList(LIST, { max_redial_attempts: 5 }), { max_redial_attempts: 5 });
  assert.deepEqual(withEmptiedList(LIST, { redial_interval_minutes: 20, progressive_intervals: [7] }), { redial_interval_minutes: 20, progressive_intervals: [7] });
});

test("the way back brings the list back too, and not together with the fixed wait", () => {
  const changed = { redial_interval_minutes: 20, progressive_intervals: [], max_redial_attempts: 5 };
  assert.deepEqual(stepsBack(LIST, changed), [{ redial_interval_minutes: 30, max_redial_attempts: 8 }, { progressive_intervals: [0, 5] }]);
  assert.deepEqual(stepsBack(FIXED, changed), [{ redial_interval_minutes: 30, progressive_intervals: [], max_redial_attempts: 8 }]);
  assert.deepEqual(stepsBack(LIST, { progressive_intervals: [1] }), [{ progressive_intervals: [0, 5] }]);
});
