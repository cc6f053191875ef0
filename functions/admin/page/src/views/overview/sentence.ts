/** What the queue does now, in words that are true. */

import type { Schema } from "../../api.ts";
import { clock, day, businessZone, moment, span } from "../../time.ts";
import type { Tone } from "../../ui/notice.tsx";
import { count, heldBack, plain, stopped } from "../../words.ts";

export interface Said {
  tone: Tone;
  /** The one sentence that matters most. */
  head: string;
  /** What else is true, most important first. */
  rest: string[];
}

interface Facts {
  answer: Schema<"StatusAnswer">;
  /** What holds leads back. Undefined if it is not known, or too old. */
  blocked: Schema<"BlockedAnswer"> | undefined;
  /** The time of the queue's clock, in milliseconds. */
  now: number;
}

/** Something that keeps leads from being called. `stop` is what a run says that met it. */
interface Obstacle {
  tone: Tone;
  text: string;
  stop: string | undefined;
}

/** The gates that are closed for every lead or for none. */
const QUEUE_GATES = ["enabled", "running", "business_hours"];
/** Reasons for the end of a run that somebody should look at. */
const FAILURES = /^(store_|provider_)|_unfinished$/;
const WORST_FIRST: readonly Tone[] = ["bad", "warn", "plain"];
/** How many reasons are named. The table has all. */
const REASONS = 3;

export function sentence(facts: Facts): Said {
  const { answer, blocked } = facts;
  const obstacles = obstaclesOf(facts);
  const last = lastRun(facts, obstacles);
  const rest = [...obstacles.slice(1).map((obstacle) => obstacle.text), ...last, ...(blocked ? details(answer, blocked) : [])];
  const tones = obstacles.map((obstacle) => obstacle.tone);
  if (last.length > 0 && FAILURES.test(answer.status.last_run?.stopped_by ?? "")) tones.push("warn");
  if (answer.status.calling_hours_ignored) {
    rest.push("Business hours and calling hours are ignored: people may be called at any time of day.");
    tones.push("warn");
  }
  const tone = WORST_FIRST.find((one) => tones.includes(one)) ?? "good";
  return { tone, head: obstacles[0]?.text ?? open(facts), rest };
}

function obstaclesOf({ answer: { status, stats }, blocked, now }: Facts): Obstacle[] {
  const { breaker } = status;
  const found: Obstacle[] = [];
  const add = (tone: Tone, text: string, stop?: string) => found.push({ tone, text, stop });
  if (!status.enabled || !status.running) {
    const off = status.enabled ? "Dialing is stopped" : status.running ? "Redialing is off" : "Redialing is off, and dialing is stopped";
    // A run that began before the switch may still make a call.
    const last = status.is_processing ? " A run is at work. If it began before that, it stops calling within five seconds." : "";
    add("bad", `${off}. No new call begins.${last}`, status.enabled ? "stopped" : "disabled");
  }
  if (stats.dividing.length > 0) {
    add("warn", "No new call begins until a large month is divided into parts.", "division_unfinished");
  }
  if (breaker.state === "open") {
    add("bad", `Bland fails. No new call begins before ${breaker.until ? when(breaker.until, now) : "a later run"}.`, "provider");
  } else if (breaker.state === "half_open") {
    add("warn", "Bland failed. The next run tries one call, and goes on if it succeeds.", "provider");
  }
  if (!status.business_hours_open && !status.calling_hours_ignored) {
    const opens = blocked?.gates.find((gate) => gate.gate === "business_hours")?.next_opens_at;
    add("plain", `The business is closed. No new call begins${opens ? ` before ${when(opens, now)}` : ""}.`, "outside_business_hours");
  }
  const most = status.max_calls_per_day;
  if (typeof most === "number" && status.calls_today >= most) {
    // A run at work may have reserved calls that it has not made.
    const rest = status.is_processing ? " or reserved by the run at work. No other call begins today." : ". No further call begins today.";
    add("warn", `The limit of ${count(most, "call")} a day is used up${rest}`, "max_calls_per_day");
  }
  const ended = lastEnd(status);
  if (ended !== undefined && isOverdue(status, now)) {
    const interval = span(status.interval_minutes * 60);
    add("warn", `No run has ended for ${span((now - ended) / 1000)}, although one should begin every ${interval}. Check the alarms.`);
  }
  return found;
}

/** What it does if nothing is in the way. */
function open(facts: Facts): string {
  const { status, stats } = facts.answer;
  const next = nextRun(status, facts.now);
  if (stats.pending + stats.rescheduled === 0) {
    // Among leads that cannot be read some may wait.
    if (stats.unreadable_objects + stats.unreadable_records > 0) return "No lead that can be read waits for a call.";
    if (stats.total_records > 0) return "No lead waits for a call.";
    return "There are no leads. Add leads, or let Bland and Convoso report their calls.";
  }
  if (stats.ready_to_dial > 0) return `Dialing. ${count(stats.ready_to_dial, "lead")} can be called now, and ${next}.`;
  return `No lead may be called at this moment, and ${next}.`;
}

/** When the next run begins, after "and". A run by hand can begin in between, so it is at most that long. */
export function nextRun(status: Schema<"StatusJson">, now: number): string {
  if (status.is_processing) return "a run is at work";
  if (!status.last_run) return "the first run is awaited";
  const left = Date.parse(status.last_run.started_at) + status.interval_minutes * 60_000 - now;
  // Whole minutes, so that the sentence does not change all the time.
  return left > 0 ? `the next run begins within ${span(Math.ceil(left / 60_000) * 60)}` : "the next run begins any moment";
}

/** Returns whether the last run ended more than two intervals ago and none is at work. */
export function isOverdue(status: Schema<"StatusJson">, now: number): boolean {
  const ended = lastEnd(status);
  return !status.is_processing && ended !== undefined && now - ended > 2 * status.interval_minutes * 60_000;
}

function lastEnd({ last_run }: Schema<"StatusJson">): number | undefined {
  return last_run ? Date.parse(last_run.started_at) + last_run.duration_ms : undefined;
}

/** Why the last run did not do everything, unless that is said already. */
function lastRun({ answer: { status } }: Facts, obstacles: Obstacle[]): string[] {
  const run = status.last_run;
  const stop = run?.stopped_by;
  if (!run || !stop || obstacles.some((obstacle) => obstacle.stop !== undefined && stop.startsWith(obstacle.stop))) return [];
  const [because, advice] = stopped(stop) ?? [`of "${plain(stop)}"`, "The list of runs has more."];
  const made = run.calls_made > 0 ? `made ${count(run.calls_made, "call")} and stopped early` : "called nobody";
  return [`The last run ${made} because ${because}. ${advice}`];
}

function details({ status }: Schema<"StatusAnswer">, blocked: Schema<"BlockedAnswer">): string[] {
  const gate = (name: string) => blocked.gates.find((one) => one.gate === name);
  const said: string[] = [];
  const talking = gate("line_free")?.at_all ?? 0;
  if (talking > 0) said.push(`${count(talking, "due lead")} ${forOne(heldBack("line_free"), talking)}.`);
  if (blocked.waiting === 0) return said;
  const due = blocked.waiting - (gate("due")?.at_all ?? 0);
  const are = (number: number) => forOne("are", number);
  said.push(`${count(blocked.waiting, "lead")} ${are(blocked.waiting)} not finished, and ${due.toLocaleString("en-US")} of them ${are(due)} due.`);
  // While a gate of the queue is closed it is the first reason for every lead, which says nothing about them.
  const closed = !status.enabled || !status.running || (!status.business_hours_open && !status.calling_hours_ignored);
  const counted = QUEUE_GATES.some((name) => (gate(name)?.first ?? 0) > 0);
  if (!closed && !counted) said.push(...reasons(blocked));
  return said;
}

/** What holds leads back. Each lead counts once. */
function reasons(blocked: Schema<"BlockedAnswer">): string[] {
  const holding = blocked.gates.filter((gate) => gate.first > 0).sort((a, b) => b.first - a.first);
  const named = holding.slice(0, REASONS).map((gate) => `${gate.first.toLocaleString("en-US")} ${forOne(heldBack(gate.gate), gate.first)}`);
  const others = holding.slice(REASONS).reduce((sum, gate) => sum + gate.first, 0) + blocked.beside_unreadable_month;
  if (others > 0) named.push(`${others.toLocaleString("en-US")} ${forOne("wait", others)} for other reasons`);
  if (named.length === 0) return [];
  const last = named.pop()!;
  return [`Why leads cannot be called now: ${named.length > 0 ? `${named.join("; ")}; ` : ""}${last}.`];
}

/** The words for several leads as words for one. */
function forOne(words: string, number: number): string {
  if (number !== 1) return words;
  return words.replace(/^wait\b/, "waits").replace(/^are\b/, "is").replace(/^have\b/, "has").replace(/^were\b/, "was");
}

function when(at: string, now: number): string {
  const zone = businessZone.value;
  return day(at, zone) === day(now, zone) ? clock(at) : moment(at);
}
