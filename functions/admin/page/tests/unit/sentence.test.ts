import assert from "node:assert/strict";
import { test } from "node:test";
import type { Schema } from "../../src/api.ts";
import { sentence, type Said } from "../../src/views/overview/sentence.ts";

/** 2026-11-30 is a Monday. The business zone of the tests is UTC. */
const NOW = Date.parse("2026-11-30T15:00:00Z");
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();

type Status = Schema<"StatusJson">;
type Stats = Schema<"StatsJson">;
type Run = Schema<"SummaryJson">;

const RUN: Run = {
  started_at: ago(3), duration_ms: 20_000, total_ready: 0, calls_made: 0, skipped: 0, errors: 0, reconciled: 0, deferred: 0, lost: 0, months_deleted: 0,
};
const STATUS: Status = {
  running: true, enabled: true, is_processing: false, interval_minutes: 5, redial_interval_minutes: 30, max_attempts: 8, progressive_intervals: [],
  calls_today: 0, breaker: { state: "closed", failures: 0 }, business_hours_open: true, calling_hours_ignored: false, calling_rules: "hours_and_caps",
  calling_rules_version: "1", warnings: [], last_run: RUN,
};
const STATS: Stats = {
  enabled: true, total_records: 900, pending: 800, rescheduled: 40, completed: 50, max_attempts: 0, paused: 10, ready_to_dial: 12,
  waiting_for_consent: {}, current_month: "2026-11", unreadable_objects: 0, dividing: [], unreadable_records: 0,
};

function said(status: Partial<Status> = {}, stats: Partial<Stats> = {}, blocked?: Schema<"BlockedAnswer">): Said {
  const answer = { success: true, timestamp: new Date(NOW).toISOString(), status: { ...STATUS, ...status }, stats: { ...STATS, ...stats } };
  return sentence({ answer: { ...answer, operator: { name: "ops", access: "admin" } } as Schema<"StatusAnswer">, blocked, now: NOW });
}

function blocked(gates: Record<string, [first: number, atAll: number, opens?: string]>, waiting = 850): Schema<"BlockedAnswer"> {
  const rows = Object.entries(gates).map(([gate, [first, at_all, next_opens_at]]) => ({ gate, first, at_all, examples: [], ...(next_opens_at && { next_opens_at }) }));
  return {
    success: true, timestamp: new Date(NOW).toISOString(), waiting, ready_to_dial: 12, finished: 50, beside_unreadable_month: 0, unreadable_records: 0,
    unread_objects: 0, gates: rows,
  };
}

/** The state of the queue, its first words, and their tone. */
const HEADS: [name: string, head: string, tone: Said["tone"], status: Partial<Status>, stats?: Partial<Stats>][] = [
  ["dialing", "Dialing. 12 leads can be called now, and the next run begins within 2 min.", "good", {}],
  ["a run is at work", "Dialing. 12 leads can be called now, and a run is at work.", "good", { is_processing: true }],
  ["one lead", "Dialing. 1 lead can be called now, and the next run begins within 2 min.", "good", {}, { ready_to_dial: 1 }],
  ["nobody can be called", "No lead may be called at this moment, and the next run begins within 2 min.", "good", {}, { ready_to_dial: 0 }],
  ["the next run is a little late", "Dialing. 12 leads can be called now, and the next run begins any moment.", "good", { last_run: { ...RUN, started_at: ago(7) } }],
  ["no run yet", "Dialing. 12 leads can be called now, and the first run is awaited.", "good", { last_run: null }],
  ["redialing is off", "Redialing is off. No new call begins.", "bad", { enabled: false }],
  ["dialing is stopped", "Dialing is stopped. No new call begins.", "bad", { running: false }],
  ["both switches are off", "Redialing is off, and dialing is stopped. No new call begins.", "bad", { enabled: false, running: false }],
  ["stopped during a run", "Dialing is stopped. No new call begins. A run is at work. If it began before that, it stops calling within five seconds.", "bad", { running: false, is_processing: true }],
  ["the breaker is open", "Bland fails. No new call begins before 3:04 PM UTC.", "bad", { breaker: { state: "open", failures: 1, cause: "silent", until: ago(-4) } }],
  ["the breaker probes", "Bland failed. The next run tries one call, and goes on if it succeeds.", "warn", { breaker: { state: "half_open", failures: 1, cause: "silent", until: ago(4) } }],
  ["the business is closed", "The business is closed. No new call begins.", "plain", { business_hours_open: false }],
  ["hours are ignored", "Dialing. 12 leads can be called now, and the next run begins within 2 min.", "warn", { business_hours_open: false, calling_hours_ignored: true }],
  ["the limit of the day", "The limit of 500 calls a day is used up. No further call begins today.", "warn", { max_calls_per_day: 500, calls_today: 500 }],
  ["the limit of the day in a run", "The limit of 500 calls a day is used up or reserved by the run at work. No other call begins today.", "warn", { max_calls_per_day: 500, calls_today: 500, is_processing: true }],
  ["below the limit of the day", "Dialing. 12 leads can be called now, and the next run begins within 2 min.", "good", { max_calls_per_day: 500, calls_today: 499 }],
  ["overdue", "No run has ended for 40 min, although one should begin every 5 min. Check the alarms.", "warn", { last_run: { ...RUN, started_at: ago(40) } }],
  ["a long run is at work", "Dialing. 12 leads can be called now, and a run is at work.", "good", { is_processing: true, last_run: { ...RUN, started_at: ago(40) } }],
  ["a month is divided", "No new call begins until a large month is divided into parts.", "warn", {}, { dividing: [{ month: "2026-10", key: "k", bytes: 1, parts_written: 1, parts: 4 }] }],
  ["no leads", "There are no leads. Add leads, or let Bland and Convoso report their calls.", "good", {}, { total_records: 0, pending: 0, rescheduled: 0, ready_to_dial: 0 }],
  ["all are finished", "No lead waits for a call.", "good", {}, { pending: 0, rescheduled: 0, ready_to_dial: 0 }],
  ["nothing can be read", "No lead that can be read waits for a call.", "good", {}, { total_records: 0, pending: 0, rescheduled: 0, ready_to_dial: 0, unreadable_objects: 1 }],
];

for (const [name, head, tone, status, stats] of HEADS) {
  test(`the head is true: ${name}`, () => {
    const { head: words, tone: color } = said(status, stats);
    assert.deepEqual([words, color], [head, tone]);
  });
}

test("it says when the business opens, with the day if it is another", () => {
  const gates = (opens: string) => blocked({ business_hours: [850, 850, opens], due: [0, 510] });
  assert.equal(said({ business_hours_open: false }, {}, gates("2026-11-30T16:00:00Z")).head, "The business is closed. No new call begins before 4:00 PM UTC.");
  assert.equal(said({ business_hours_open: false }, {}, gates("2026-12-01T16:00:00Z")).head, "The business is closed. No new call begins before Dec 1, 2026, 4:00 PM UTC.");
});

test("every obstacle is said, the strongest first", () => {
  const { head, rest } = said({ running: false, business_hours_open: false, last_run: { ...RUN, started_at: ago(40), stopped_by: "stopped" } });
  assert.equal(head, "Dialing is stopped. No new call begins.");
  assert.deepEqual(rest, [
    "The business is closed. No new call begins.",
    "No run has ended for 40 min, although one should begin every 5 min. Check the alarms.",
  ]);
});

test("it counts leads in a call, due leads and reasons, each lead once", () => {
  const gates = blocked({
    enabled: [0, 0], calling_hours: [212, 300], status: [9, 10], due: [400, 510], attempts: [1, 1], line_free: [216, 216],
  });
  assert.deepEqual(said({}, {}, gates).rest, [
    "216 due leads are in a call, or its result is awaited.",
    "850 leads are not finished, and 340 of them are due.",
    "Why leads cannot be called now: 400 are not due yet; 216 are in a call, or its result is awaited; 212 wait for calling hours; 10 wait for other reasons.",
  ]);
  assert.deepEqual(said({}, {}, blocked({ calling_hours: [1, 1], line_free: [0, 1] }, 1)).rest, [
    "1 due lead is in a call, or its result is awaited.",
    "1 lead is not finished, and 1 of them is due.",
    "Why leads cannot be called now: 1 waits for calling hours.",
  ]);
});

test("a switch is no reason of single leads, also if the counts are older than the switch", () => {
  const off = blocked({ enabled: [850, 850], due: [0, 510] });
  assert.deepEqual(said({ enabled: false }, {}, off).rest, ["850 leads are not finished, and 340 of them are due."]);
  assert.deepEqual(said({}, {}, off).rest, ["850 leads are not finished, and 340 of them are due."]);
});

test("it says why the last run stopped early, unless that is said already", () => {
  const run = (stopped_by: string, calls_made = 0): Run => ({ ...RUN, stopped_by, calls_made });
  const rest = (status: Partial<Status>) => said(status).rest;
  assert.deepEqual(rest({ last_run: run("deadline", 70) }), [
    "The last run made 70 calls and stopped early because its time was over. The next run goes on with the most overdue leads.",
  ]);
  assert.deepEqual(rest({ last_run: run("import_unfinished") }), [
    "The last run called nobody because a list of numbers for the do-not-call list was not read to its end. The next run goes on with it.",
  ]);
  assert.deepEqual(rest({ last_run: run("a_new_reason") }), ['The last run called nobody because of "A new reason". The list of runs has more.']);
  assert.deepEqual(rest({ last_run: run("disabled"), enabled: false }), []);
  assert.deepEqual(rest({ last_run: run("provider_failing"), breaker: { state: "half_open", failures: 1 } }), []);
});

test("its tone is that of the worst thing that it says", () => {
  assert.equal(said({ business_hours_open: false, last_run: { ...RUN, started_at: ago(40) } }).tone, "warn");
  assert.equal(said({ last_run: { ...RUN, stopped_by: "store_unavailable" } }).tone, "warn");
  assert.equal(said({ last_run: { ...RUN, stopped_by: "deadline" } }).tone, "good");
});

test("ignored hours are said in every state", () => {
  const { head, tone, rest } = said({ enabled: false, calling_hours_ignored: true });
  assert.equal(head, "Redialing is off. No new call begins.");
  assert.equal(tone, "bad");
  assert.deepEqual(rest, ["Business hours and calling hours are ignored: people may be called at any time of day."]);
});
