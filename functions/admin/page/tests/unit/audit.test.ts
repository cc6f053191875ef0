import assert from "node:assert/strict";
import { test } from "node:test";
import { gatesOf, sentenceOf, type Entry } from "../../src/views/audit/entry.ts";

const PHONE = "+15555550123";
const AT = "2026-11-29T01:00:00.000Z";
const decision = (what: Entry, more: Entry = {}) => ({ id: "e", what, by: "ops", at: AT, why: "storm", from: AT, until: null, ...more });

const SENTENCES: [entry: Entry, words: string][] = [
  [
    { kind: "attempt", by: "run", at: AT, lead: "7", phone: PHONE, place: [{ jurisdiction: "KY", zones: [{ zone: "America/Chicago" }, { zone: "America/New_York" }] }] },
    "A run requested a call of lead 7, (555) 555-0123, at 7:00 PM CST or 8:00 PM EST there.",
  ],
  [
    { kind: "not_called", by: "run", lead: "7", phone: PHONE, reason: "refused", message: "Pathway not found" },
    'A run did not call lead 7, (555) 555-0123 after all, because Bland refused it: "Pathway not found".',
  ],
  [{ kind: "not_called", by: "run", lead: "7", phone: PHONE, reason: "new_reason" }, 'A run did not call lead 7, (555) 555-0123 after all, because of "New reason".'],
  [{ kind: "steered", by: "ops", user: "Ann", lead: "7", phone: PHONE, command: "pause", outcome: "done" }, "Ann (key ops) paused lead 7, (555) 555-0123."],
  [{ kind: "steered", by: "ops", lead: "7", phone: PHONE, command: "resume", outcome: "given" }, "ops gave the command to resume lead 7, (555) 555-0123."],
  [
    { kind: "steered", by: "ops", lead: "7", phone: PHONE, command: "callback", outcome: "impossible", callback_at: AT },
    "ops wanted to set a callback for lead 7, (555) 555-0123, at Nov 29, 2026, 1:00 AM UTC, which was not possible.",
  ],
  [{ kind: "steered", by: "ops", lead: "7", phone: PHONE, command: "dance", outcome: "done" }, 'ops did "Dance" to lead 7, (555) 555-0123.'],
  [{ kind: "bulk", by: "ops", command: "remove", bulk: { id: "b", filter: "status=paused", leads: 1200 } }, "ops gave the command to remove 1,200 leads, chosen by status=paused."],
  [{ kind: "added", by: "ops", lead: "7", phone: PHONE, due_at: AT }, "ops added lead 7, (555) 555-0123, to be called from Nov 29, 2026, 1:00 AM UTC on."],
  [{ kind: "added", by: "ops", list: { name: "leads/a.csv", source: "v" } }, "ops began to add the leads of the list leads/a.csv."],
  [
    { kind: "imported", by: "ops", outcome: "done", list: { name: "leads/a.csv", added: 400, known: 0, bad: 2 } },
    "ops imported the list leads/a.csv: 400 added, 0 known before, 2 bad lines.",
  ],
  [{ kind: "imported", by: "ops", outcome: "failed", message: "no numbers", list: { name: "a.csv" } }, 'ops could not import the list a.csv: "no numbers".'],
  [{ kind: "settings", by: "ops", settings: [{ key: "max_calls_per_day", old: "", new: "500" }] }, "ops changed max_calls_per_day from nothing to 500."],
  [{ kind: "switched", by: "ops", settings: [{ key: "enabled", old: "true", new: "false" }, { key: "running", old: "false", new: "true" }] }, "ops switched redialing off and started dialing."],
  [{ kind: "suppressed", by: "webhook", phone: PHONE, reason: "DNC", source: "bland" }, "A report of a call put (555) 555-0123 on the do-not-call list (DNC, reported by Bland)."],
  [{ kind: "allowed", by: "ops", phone: PHONE, reason: "DNC", message: "by mistake" }, 'ops took (555) 555-0123 off the do-not-call list, where it was because of DNC: "by mistake".'],
  [{ kind: "decision", by: "ops", decision: decision({ kind: "suspension", jurisdiction: "LA" }) }, 'ops decided that nobody in LA is called: "storm".'],
  [
    { kind: "decision_ended", by: "ops", decision: decision({ kind: "rule_off", rule: "LA-hours" }, { until: AT, ended: { by: "ops", at: AT, why: "counsel" } }) },
    'ops ended the decision that the rule LA-hours does not count, until Nov 29, 2026, 1:00 AM UTC: "counsel".',
  ],
  [{ kind: "teleported", by: "ops", phone: PHONE }, "ops did something that this page does not know: Teleported, about (555) 555-0123."],
  [{}, "Somebody did something that this page does not know: no kind."],
  [{ kind: "settings", by: 5, settings: "x" }, "5 changed settings."],
];

for (const [entry, words] of SENTENCES) {
  test(words, () => assert.equal(sentenceOf(entry), words));
}

test("the gates of a call are told with their values, and other entries have none", () => {
  assert.deepEqual(gatesOf({ gates: [{ name: "due", value: "a", limit: "b" }, 5] }), [{ name: "Due", value: "a", limit: "b" }]);
  assert.deepEqual(gatesOf({}), []);
});
