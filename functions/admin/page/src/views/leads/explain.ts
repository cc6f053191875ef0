/** Why a lead is called, or not called, in one or two sentences. */

import type { Schema } from "../../api.ts";
import { clock, day, moment } from "../../time.ts";
import { plain, status } from "../../words.ts";
import { type ClosedRule, latest, ruleInWords, ruleOwner } from "./rules.ts";

type Gate = Schema<"GateJson">;
/** What the sentences depend on. `GET /lead/{lead_id}` and `GET /lead/{lead_id}/explain` both have it. */
export type Verdict = Pick<
  Schema<"ExplainAnswer">,
  "timestamp" | "may_dial" | "next_dial_at" | "waits_for_older_month" | "gates" | "calling_rules" | "record"
>;

export interface Explanation {
  tone: "good" | "warn" | "bad" | "plain";
  /** One or two sentences. */
  text: string;
}

/** "10:00 AM CST" on the same day in that zone, else "Nov 30, 2026, 10:00 AM CST". */
export function whenIn(at: string, now: string, zone: string): string {
  return day(at, zone) === day(now, zone) ? clock(at, zone) : moment(at, zone);
}

/** Says whether a lead may be called, when, and why not before. Times are in the zone of the business. */
export function explain(found: Verdict, zone: string): Explanation {
  const closed = found.gates.filter((gate) => !gate.open);
  if (found.waits_for_older_month) {
    const text = "Is not called: an older month cannot be read, and it may have a record of this lead. Calls go on when it can be read again.";
    return { tone: "bad", text };
  }
  if (found.may_dial || closed.length === 0) {
    return { tone: "good", text: "May be called now: every check is passed. The next run calls it, unless a limit of calls is reached before." };
  }
  return found.next_dial_at ? later(found, closed, found.next_dial_at, zone) : never(found, closed, zone);
}

/** Time alone opens every gate. The gate that opens last decides. The list of checks has the others. */
function later(found: Verdict, closed: readonly Gate[], at: string, zone: string): Explanation {
  const last = closed.reduce((a, b) => (opensAt(b) > opensAt(a) ? b : a));
  let text = `May be called from ${whenIn(at, found.timestamp, zone)}: ${reason(last, found, zone)}.`;
  if (Date.parse(at) - opensAt(last) > 60_000) {
    text += " Business hours, calling hours or another check are closed by then, so it becomes later.";
  }
  return { tone: "warn", text };
}

/** Something must be done, or nothing can be. */
function never(found: Verdict, closed: readonly Gate[], zone: string): Explanation {
  // What only time opens is not the reason why it is never called.
  const lasting = closed.filter((gate) => !gate.opens_at && !(gate.name === "status" && isHeldByDoubt(found)));
  // What is true of this lead says more than what is true of every lead, such as that dialing is stopped.
  const ofLead = lasting.find((gate) => gate.name === "not_suppressed") ?? lasting.find((gate) => gate.name === "status");
  const main = ofLead ?? lasting[0] ?? closed[0]!;
  const others = lasting.filter((gate) => gate !== main);
  let text = `Is not called: ${reason(main, found, zone)}.`;
  if (others.length > 0 && !isFinished(found)) text += ` Also, ${list(others.map((gate) => reason(gate, found, zone)))}.`;
  const isPaused = main.name === "status" && found.record.status === "paused";
  return { tone: isFinished(found) ? "plain" : isPaused ? "warn" : "bad", text };
}

/** The pause and the doubt are one reason. */
const isHeldByDoubt = (found: Verdict) => found.record.pause_reason !== undefined && found.gates.some((gate) => gate.name === "possible_do_not_call" && !gate.open);
const isFinished = (found: Verdict) => found.record.status === "completed" || found.record.status === "max_attempts";
const opensAt = (gate: Gate) => (gate.opens_at ? Date.parse(gate.opens_at) : Number.NEGATIVE_INFINITY);

function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join("; ")}; and ${parts.at(-1)}`;
}

/** Why one closed gate holds the lead back, to stand after a colon. Has no full stop. */
export function reason(gate: Gate, found: Verdict, zone: string): string {
  const { record } = found;
  const when = (at: string | number) => whenIn(new Date(at).toISOString(), found.timestamp, zone);
  switch (gate.name) {
    case "enabled":
      return "redialing is switched off for the whole queue";
    case "running":
      return "dialing is stopped for the whole queue";
    case "business_hours":
      return `business hours are ${hours(String(gate.limit))}`;
    case "calling_hours":
      return rules(found.calling_rules.closed.filter((one) => named(gate, one)), found) ?? "calling hours are closed where the person may be";
    case "consent":
      return consent(gate, found);
    case "status":
      return ofStatus(gate, found);
    case "due":
      return record.status === "rescheduled" ? `a callback was asked for ${when(String(gate.value))}` : `the next call is due ${when(String(gate.value))}`;
    case "attempts":
      return `it was called ${gate.value} times, and ${gate.limit} are allowed`;
    case "lead_window":
      return gate.limit === "created today"
        ? `it came in ${moment(record.created_at, zone)}, and only leads of today are called`
        : `it came in ${moment(record.created_at, zone)}, and older leads than from ${moment(String(gate.limit), zone)} are not called`;
    case "not_suppressed":
      return `the number is on the do-not-call list (${gate.value})`;
    case "possible_do_not_call":
      return "the person may have asked us to stop, and somebody must decide about it";
    case "calls_per_number_24h":
      return typeof gate.limit === "number"
        ? `the number had ${gate.value} calls in 24 hours, and ${gate.limit} are allowed`
        : rules(found.calling_rules.closed.filter((one) => named(gate, one)), found)
          ?? `the number had ${gate.value} calls in 24 hours, and the law of ${owners(gate)} allows no more`;
    case "transfer_quiet":
      return `the person was transferred to an agent ${when(String(gate.value))}, and is left alone for some time`;
    case "line_free":
      return LINE[String(gate.value)] ?? "the number is not free";
    default:
      return plain(gate.name).toLowerCase();
  }
}

const LINE: Record<string, string> = {
  "held by an attempt": "a call to this number is in progress, or its result has not come yet",
  "on a call with an agent": "the person is talking with an agent",
  "a result waits to be stored": "the result of the last call is being stored",
};

const named = (gate: Gate, one: ClosedRule) => String(gate.limit).split(", ").includes(one.rule);
const owners = (gate: Gate) => [...new Set(String(gate.limit).split(", ").map(ruleOwner))].join(" and ");

function rules(closed: readonly ClosedRule[], found: Verdict): string | undefined {
  const last = latest(closed);
  return last && ruleInWords(last, found.calling_rules, found.timestamp);
}

function consent(gate: Gate, found: Verdict): string {
  const has = gate.value === "none" ? "no consent of the person is recorded" : `the recorded consent is “${gate.value}”`;
  const asked = String(gate.limit).split(", ").map((rule) => ruleInWords({ rule, citation: "" }, found.calling_rules, found.timestamp));
  return `${has}, and ${asked.join(", ")}`;
}

function ofStatus(gate: Gate, { record }: Verdict): string {
  const after = / after (.+)$/.exec(String(gate.value))?.[1];
  if (after) return `a call of this lead ended with “${plain(after)}”, which forbids further calls`;
  const ended = record.last_outcome ? `; the last call ended with “${plain(record.last_outcome)}”` : "";
  switch (record.status) {
    case "paused":
      return record.pause_reason ? "it is paused, because the person may have asked us to stop" : "it is paused. Resume it to let it be called again";
    case "completed":
      return `it is finished${ended}`;
    case "max_attempts":
      return `it was called as often as allowed${ended}`;
    default:
      return `its status is “${status(String(gate.value))}”, which this queue does not call`;
  }
}

/** "11:00-20:00 America/New_York" as "11:00 AM to 8:00 PM (New York)". */
export function hours(limit: string): string {
  const parts = /^(\d\d:\d\d)-(\d\d:\d\d) (.+)$/.exec(limit);
  if (!parts) return limit;
  const city = parts[3]!.split("/").at(-1)!.replaceAll("_", " ");
  return `${twelve(parts[1]!)} to ${twelve(parts[2]!)} (${city} time) on the days of business`;
}

/** "20:00" as "8:00 PM". */
export function twelve(clockTime: string): string {
  const at = Date.parse(`2000-01-01T${clockTime === "24:00" ? "00:00" : clockTime}Z`);
  return new Intl.DateTimeFormat("en-US", { timeZone: "UTC", hour: "numeric", minute: "2-digit" }).format(at);
}
