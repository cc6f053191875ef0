/** The sentences at the top of a lead, for every gate. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { explain, type Verdict } from "../../src/views/leads/explain.ts";

const ZONE = "America/Chicago";
/** Sunday, 7:10 AM in Chicago. */
const NOW = "2026-11-29T13:10:00Z";

const OPEN: Record<string, { value: boolean | number | string; limit: boolean | number | string }> = {
  enabled: { value: true, limit: true },
  running: { value: true, limit: true },
  business_hours: { value: "Sun 07:10", limit: "00:00-24:00 America/Chicago" },
  calling_hours: { value: "07:10 08:10", limit: "every rule open" },
  consent: { value: "not asked for", limit: "none" },
  status: { value: "pending", limit: "pending or rescheduled" },
  due: { value: NOW, limit: NOW },
  attempts: { value: 1, limit: 8 },
  lead_window: { value: "2026-11-20T12:00:00Z", limit: "2026-10-30T13:10:00Z" },
  not_suppressed: { value: false, limit: false },
  possible_do_not_call: { value: "none", limit: "none" },
  calls_per_number_24h: { value: 0, limit: 3 },
  transfer_quiet: { value: "no transfer", limit: "2026-11-29T12:10:00Z" },
  line_free: { value: "free", limit: "free" },
};

type Closing = Record<string, { value?: boolean | number | string; limit?: boolean | number | string; opens_at?: string }>;

/** A verdict in which these gates are closed. Time opens them if one has `opens_at`, and all others have too. */
function verdict(closing: Closing, more: { record?: Partial<Verdict["record"]>; rules?: Partial<Verdict["calling_rules"]>; next?: string; older?: boolean } = {}): Verdict {
  const gates = Object.entries(OPEN).map(([name, open]) => ({ name, open: !(name in closing), opens_at: null, ...open, ...closing[name] }));
  const opens = Object.values(closing).map((gate) => gate.opens_at);
  const next = more.next ?? (opens.every(Boolean) ? (opens.toSorted().at(-1) ?? NOW) : null);
  const record = { key: "1_5555550123", lead_id: "1", phone_number: "+15555550123", status: "pending", attempts: 1, created_at: Date.parse("2026-11-20T12:00:00Z"), last_outcome: "NO_ANSWER", ...more.record };
  return {
    timestamp: NOW,
    may_dial: Object.keys(closing).length === 0,
    next_dial_at: next,
    waits_for_older_month: more.older ?? false,
    gates,
    calling_rules: {
      allowed: true, data_version: "1", guard_minutes: 3, closed: [], would_close: [], note: "",
      jurisdictions: [{ jurisdiction: "KY", zones: ["America/New_York", "America/Chicago"] }],
      ...more.rules,
    },
    record: record as unknown as Verdict["record"],
  };
}

/** ICU writes a narrow space before AM and PM. */
const said = (found: Verdict) => explain(found, ZONE).text.replaceAll("\u202f", " ");

function says(name: string, found: Verdict, text: string) {
  test(name, () => assert.equal(said(found), text));
}

says("a lead with every gate open may be called", verdict({}),
  "May be called now: every check is passed. The next run calls it, unless a limit of calls is reached before.");
says("enabled", verdict({ enabled: { value: false } }), "Is not called: redialing is switched off for the whole queue.");
says("running", verdict({ running: { value: false } }), "Is not called: dialing is stopped for the whole queue.");
says("business hours", verdict({ business_hours: { limit: "11:00-20:00 America/New_York", opens_at: "2026-11-29T16:00:00Z" } }),
  "May be called from 10:00 AM CST: business hours are 11:00 AM to 8:00 PM (New York time) on the days of business.");

const KY = { rule: "KY-hours", citation: "KRS 367.46955(16)", opens_at: "2026-11-29T16:00:00Z" };
const US = { rule: "US-hours", citation: "47 CFR 64.1200(c)(1)", opens_at: "2026-11-29T14:00:00Z" };
says("calling hours of a state with two zones",
  verdict({ calling_hours: { limit: "US-hours, KY-hours", opens_at: KY.opens_at } }, { rules: { closed: [US, KY] } }),
  "May be called from 10:00 AM CST: Kentucky allows calls from 10:00 AM, in both of its zones.");
says("calling hours of federal law",
  verdict({ calling_hours: { limit: "US-hours", opens_at: US.opens_at } }, { rules: { closed: [US] } }),
  "May be called from 8:00 AM CST: federal law allows calls from 8:00 AM, in both zones where the person may be.");
says("calling hours of another day, shortly before they end",
  verdict({ calling_hours: { limit: "FL-hours", opens_at: "2026-11-30T13:00:00Z" } }, {
    rules: { closed: [{ rule: "FL-hours", citation: "", opens_at: "2026-11-30T12:57:00Z" }], jurisdictions: [{ jurisdiction: "FL", zones: ["America/New_York"] }] },
  }),
  "May be called from Nov 30, 2026, 7:00 AM CST: Florida allows calls from Monday, 8:00 AM.");
says("a suspension without an end",
  verdict({ calling_hours: { limit: "0193-a" } }, { rules: { closed: [{ rule: "0193-a", citation: "", opens_at: null }] } }),
  "Is not called: calls are suspended by a decision (0193-a) that has no end.");
says("a number of another country",
  verdict({ calling_hours: { limit: "outside_the_united_states" } }, { rules: { closed: [{ rule: "outside_the_united_states", citation: "", opens_at: null }], jurisdictions: [] } }),
  "Is not called: the number is not of the United States, and only calls there are allowed.");

says("consent", verdict({ consent: { value: "none", limit: "US-consent, KY-automated" } }),
  "Is not called: no consent of the person is recorded, and federal law asks for the person's consent in writing, Kentucky has rules for automated calls, and the business has not recorded its decision about them.");
says("a paused lead", verdict({ status: { value: "paused" } }, { record: { status: "paused" } }),
  "Is not called: it is paused. Resume it to let it be called again.");
says("a finished lead", verdict({ running: { value: false }, status: { value: "completed" } }, { record: { status: "completed", last_outcome: "SALE" } }),
  "Is not called: it is finished; the last call ended with “Sale”.");
says("a lead with a do-not-call", verdict({ status: { value: "completed after DNC" } }, { record: { status: "completed" } }),
  "Is not called: a call of this lead ended with “DNC”, which forbids further calls.");
says("a lead without attempts", verdict({ status: { value: "max_attempts" }, attempts: { value: 8 } }, { record: { status: "max_attempts" } }),
  "Is not called: it was called as often as allowed; the last call ended with “No answer”.");
says("a status of another system", verdict({ status: { value: "exhausted" } }, { record: { status: "exhausted" as "pending" } }),
  "Is not called: its status is “Exhausted”, which this queue does not call.");
says("due", verdict({ due: { value: "2026-11-29T21:05:00Z", opens_at: "2026-11-29T21:05:00Z" } }),
  "May be called from 3:05 PM CST: the next call is due 3:05 PM CST.");
says("a callback", verdict({ due: { value: "2026-11-29T21:05:00Z", opens_at: "2026-11-29T21:05:00Z" } }, { record: { status: "rescheduled" } }),
  "May be called from 3:05 PM CST: a callback was asked for 3:05 PM CST.");
says("due at night", verdict({ due: { value: "2026-11-30T09:00:00Z", opens_at: "2026-11-30T09:00:00Z" } }, { next: "2026-11-30T16:00:00Z" }),
  "May be called from Nov 30, 2026, 10:00 AM CST: the next call is due Nov 30, 2026, 3:00 AM CST. Business hours, calling hours or another check are closed by then, so it becomes later.");
says("attempts", verdict({ attempts: { value: 9 } }), "Is not called: it was called 9 times, and 8 are allowed.");
says("the age of a lead", verdict({ lead_window: {} }),
  "Is not called: it came in Nov 20, 2026, 6:00 AM CST, and older leads than from Oct 30, 2026, 8:10 AM CDT are not called.");
says("a lead of yesterday", verdict({ lead_window: { limit: "created today" } }),
  "Is not called: it came in Nov 20, 2026, 6:00 AM CST, and only leads of today are called.");
says("a suppressed number", verdict({ not_suppressed: { value: "DNC" }, status: { value: "paused" } }, { record: { status: "paused" } }),
  "Is not called: the number is on the do-not-call list (DNC). Also, it is paused. Resume it to let it be called again.");
says("a possible do-not-call", verdict({ possible_do_not_call: { value: "waits for review" } }),
  "Is not called: the person may have asked us to stop, and somebody must decide about it.");
says("a lead that is paused by a possible do-not-call",
  verdict({ status: { value: "paused" }, possible_do_not_call: { value: "waits for review" } }, { record: { status: "paused", pause_reason: "possible_do_not_call" } }),
  "Is not called: the person may have asked us to stop, and somebody must decide about it.");
says("calls in 24 hours", verdict({ calls_per_number_24h: { value: 3, opens_at: "2026-11-29T20:00:00Z" } }),
  "May be called from 2:00 PM CST: the number had 3 calls in 24 hours, and 3 are allowed.");
says("calls in 24 hours by law", verdict({ calls_per_number_24h: { value: 3, limit: "FL-cap", opens_at: "2026-11-29T20:00:00Z" } }),
  "May be called from 2:00 PM CST: the number had 3 calls in 24 hours, and the law of Florida allows no more.");
says("after a transfer", verdict({ transfer_quiet: { value: "2026-11-29T12:40:00Z", opens_at: "2026-11-29T13:40:00Z" } }),
  "May be called from 7:40 AM CST: the person was transferred to an agent 6:40 AM CST, and is left alone for some time.");
says("a call in progress", verdict({ line_free: { value: "held by an attempt", opens_at: "2026-11-29T13:20:00Z" } }),
  "May be called from 7:20 AM CST: a call to this number is in progress, or its result has not come yet.");
says("several gates that time opens",
  verdict({ due: { value: "2026-11-29T14:00:00Z", opens_at: "2026-11-29T14:00:00Z" }, business_hours: { limit: "11:00-20:00 America/New_York", opens_at: "2026-11-29T16:00:00Z" } }),
  "May be called from 10:00 AM CST: business hours are 11:00 AM to 8:00 PM (New York time) on the days of business.");
says("an older month that cannot be read", verdict({}, { older: true }),
  "Is not called: an older month cannot be read, and it may have a record of this lead. Calls go on when it can be read again.");
