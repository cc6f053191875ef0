import assert from "node:assert/strict";
import { test } from "node:test";
import { away, day, instantIn, localIn, moment, span } from "../../src/time.ts";

const CHICAGO = "America/Chicago";

test("a time in a zone is read and shown as the clocks there say, also around their changes", () => {
  const cases = [
    ["2026-01-15T10:00", "2026-01-15T16:00:00.000Z"],
    ["2026-07-15T10:00", "2026-07-15T15:00:00.000Z"],
    // The clocks go forward at 2:00 and back at 2:00.
    ["2026-03-08T01:59", "2026-03-08T07:59:00.000Z"],
    ["2026-03-08T03:00", "2026-03-08T08:00:00.000Z"],
    ["2026-11-01T00:59", "2026-11-01T05:59:00.000Z"],
    ["2026-11-01T02:00", "2026-11-01T08:00:00.000Z"],
  ] as const;
  for (const [local, utc] of cases) {
    assert.equal(instantIn(local, CHICAGO)?.toISOString(), utc);
    assert.equal(localIn(new Date(utc), CHICAGO), local);
  }
});

test("an hour that the clocks skip becomes a time close to it", () => {
  const at = instantIn("2026-03-08T02:30", CHICAGO)!.getTime();
  assert.ok(Math.abs(at - Date.parse("2026-03-08T08:00:00Z")) <= 3_600_000);
});

test("what is no time is no instant", () => {
  assert.equal(instantIn("", CHICAGO), undefined);
  assert.equal(instantIn("tomorrow", CHICAGO), undefined);
});

test("instants are shown in the zone, with its name", () => {
  assert.equal(moment("2026-11-29T21:05:00Z", CHICAGO), "Nov 29, 2026, 3:05 PM CST");
  assert.equal(day("2026-11-29T03:00:00Z", CHICAGO), "2026-11-28");
  assert.equal(day("2026-11-29T03:00:00Z"), "2026-11-29");
});

test("what is no time is said to be none, and hides nothing else", () => {
  assert.equal(moment(undefined as unknown as string, CHICAGO), "a time that cannot be read");
});

test("spans have the unit that people would choose", () => {
  const words = [0, 59, 60, 3599, 3600, 4200, 47 * 3600, 72 * 3600].map(span);
  assert.deepEqual(words, ["0 s", "59 s", "1 min", "1 h", "1 h", "1 h 10 min", "47 h", "3 days"]);
  const now = Date.parse("2026-11-29T00:00:00Z");
  assert.deepEqual([now + 120_000, now - 7_200_000, now + 1000].map((at) => away(at, now)), ["in 2 min", "2 h ago", "now"]);
});
