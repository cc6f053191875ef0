/** The words of the API in the words of the people who use the page. */

import type { Schema } from "./api.ts";
import { moment } from "./time.ts";

/** What holds a lead back at each gate, after "leads". */
const GATES: Record<string, string> = {
  enabled: "wait because redialing is switched off",
  running: "wait because dialing is stopped",
  business_hours: "wait for business hours",
  calling_hours: "wait for calling hours",
  consent: "may not be called by a voice agent without consent",
  status: "are paused or may not be called again",
  due: "are not due yet",
  attempts: "have been called as often as allowed",
  lead_window: "are too old",
  not_suppressed: "are on the do-not-call list",
  possible_do_not_call: "may have asked us to stop: somebody must decide",
  calls_per_number_24h: "have been called often enough in 24 hours",
  transfer_quiet: "were transferred a short time ago",
  line_free: "are in a call, or its result is awaited",
};

/** The gate in a few words, for tables and filters. */
const GATE_NAMES: Record<string, string> = {
  enabled: "Redialing is off",
  running: "Dialing is stopped",
  business_hours: "Business hours",
  calling_hours: "Calling hours",
  consent: "Consent",
  status: "Status",
  due: "Not due yet",
  attempts: "Attempts",
  lead_window: "Age of the lead",
  not_suppressed: "Do-not-call list",
  possible_do_not_call: "Possible do-not-call",
  calls_per_number_24h: "Calls in 24 hours",
  transfer_quiet: "Quiet time after a transfer",
  line_free: "In a call",
};

/** What a gate looks at, where its value and what it allows are shown beside it. */
const CONDITIONS: Record<string, string> = {
  enabled: "Redialing is on",
  running: "Dialing is started",
  due: "Due",
  not_suppressed: "On the do-not-call list",
  line_free: "Free for a call",
};

/** What is true if a gate is open, for the list of checks of one lead. */
const CHECKS: Record<string, string> = {
  enabled: "Redialing is on",
  running: "Dialing is started",
  business_hours: "Inside business hours",
  calling_hours: "Inside calling hours",
  consent: "Consent is there, or not asked for",
  status: "Waits for a call",
  due: "Its time has come",
  attempts: "Attempts are left",
  lead_window: "Young enough",
  not_suppressed: "Not on the do-not-call list",
  possible_do_not_call: "No possible do-not-call",
  calls_per_number_24h: "Calls in 24 hours are left",
  transfer_quiet: "No transfer a short time ago",
  line_free: "The number is not in a call",
};

const STATUSES: Record<string, string> = {
  pending: "Waiting for the next call",
  rescheduled: "Waiting for a callback",
  completed: "Finished",
  max_attempts: "Called as often as allowed",
  paused: "Paused",
  unreadable: "Unreadable",
};

/** Why a run stopped early, after "because", and what somebody should do. */
const STOPS: Record<string, readonly [because: string, advice: string]> = {
  already_running: ["another run was at work", "Nothing to do."],
  disabled: ["redialing was off", "Switch redialing on when leads may be called."],
  stopped: ["dialing was stopped", "Start dialing when leads may be called."],
  outside_business_hours: ["the business was closed", "Nothing to do."],
  deadline: ["its time was over", "The next run goes on with the most overdue leads."],
  max_calls_per_run: ["it had made as many calls as one run may make", "The next run goes on. The limit is in the settings."],
  max_calls_per_day: ["the calls of the day were used up", "Runs call again on the next day. The limit is in the settings."],
  provider_blocked: ["Bland accepts no call, because of the key or the balance", "Check both at Bland."],
  provider_slow_down: ["Bland asked to slow down", "A later run goes on."],
  provider_failing: ["too many calls failed without a clear answer", "A later run tries one. Check whether Bland has an outage."],
  provider_refusing: ["Bland refused too many calls", "Read Bland's message on the overview, and correct what it says."],
  store_unavailable: ["settings, leads or numbers could not be read", "If it happens again, follow the runbook."],
  import_unfinished: ["a list of numbers for the do-not-call list was not read to its end", "The next run goes on with it."],
  bulk_unfinished: ["a command that pauses or removes many leads was not finished", "The next run goes on with it."],
  division_unfinished: ["a large month was being divided", "The next run goes on with it."],
};

/** Why an attempt became no call, after "because". */
const NOT_CALLED: Record<string, string> = {
  ledger_unavailable: "its entry could not be stored for sure",
  late: "it could not be requested in time",
  stopped: "dialing was stopped",
  line_unreadable: "the state of the number could not be read",
  suppressed: "the number had just got on the do-not-call list",
  possible_do_not_call: "the person may have asked us to stop",
  line_changed: "something had just changed for the number",
  refused: "Bland refused it",
  blocked: "Bland accepts no call, because of the key or the balance",
  slow_down: "Bland asked to slow down",
  unreachable: "Bland could not be reached",
};

export const notCalled = (reason: string): string => NOT_CALLED[reason] ?? `of "${plain(reason)}"`;

/** Who did what the ledger tells: a run, a report, or the user of a key. */
export function actor(by: string, user: string | undefined): string {
  if (by === "run") return "A run";
  if (by === "webhook") return "A report of a call";
  return user ? `${user} (key ${by})` : by || "Somebody";
}

export const gateNames = Object.keys(GATE_NAMES) as Schema<"GateWord">[];
export const gate = (name: string): string => GATE_NAMES[name] ?? plain(name);
export const condition = (name: string): string => CONDITIONS[name] ?? gate(name);
export const check = (name: string): string => CHECKS[name] ?? plain(name);
export const heldBack = (name: string): string => GATES[name] ?? `wait: ${plain(name)}`;
export const stopped = (name: string): readonly [because: string, advice: string] | undefined => STOPS[name];
export const status = (name: string): string => STATUSES[name] ?? plain(name);

/** What a gate found or allows. */
export function shown(value: string | number | boolean): string {
  const text = String(value);
  if (text === "true" || text === "false") return text === "true" ? "yes" : "no";
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? moment(text) : text;
}

/** "NO_ANSWER" as "No answer". */
export function plain(name: string): string {
  const text = name.replaceAll(/[_-]+/g, " ").trim().toLowerCase().replaceAll(/\b(dnc|aca)\b/g, (letters) => letters.toUpperCase());
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "1 lead", "2 leads", "1,000 leads". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;
}

/** "+15555550123" as "(555) 555-0123". Other numbers stay as they are. */
export function phone(number: string): string {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return parts ? `(${parts[1]}) ${parts[2]}-${parts[3]}` : number;
}
