/** What a closed calling rule means, in words. The name of a rule begins with its jurisdiction. */

import type { Schema } from "../../api.ts";
import { place } from "../../places.ts";
import { day } from "../../time.ts";

type Law = Schema<"LawJson">;
export type ClosedRule = Schema<"ClosedJson">;

const MINUTE_MS = 60_000;

/** "Kentucky allows calls from 10:00 AM, in both of its zones". Has no full stop. */
export function ruleInWords(rule: ClosedRule, law: Law, now: string): string {
  if (rule.rule === "outside_the_united_states") return "the number is not of the United States, and only calls there are allowed";
  const parts = /^([A-Z]{2})-(.+)$/.exec(rule.rule);
  if (!parts) return `calls are suspended by a decision (${rule.rule})${rule.opens_at ? "" : " that has no end"}`;
  const [, code, kind] = parts as unknown as [string, string, string];
  const who = code === "US" ? "federal law" : place(code);
  if (kind === "cap" || kind.startsWith("cap-")) return `${who} limits the calls to one number in 24 hours, and this number has had them`;
  if (kind === "consent") return `${who} asks for the person's consent in writing`;
  if (kind.endsWith("-consent")) return `${who} asks for the person's consent`;
  if (kind === "second-call") return `${who} does not allow another call to a person who has ended one`;
  if (kind === "automated") return `${who} has rules for automated calls, and the business has not recorded its decision about them`;
  if (!rule.opens_at) return `${who} does not allow a call now`;
  const zones = zonesOf(code, law);
  return `${who} allows calls ${opening(rule.opens_at, zones, law.guard_minutes, now)}${everywhere(code, zones.length)}`;
}

/** As {@link ruleInWords}, as a sentence. */
export function ruleSentence(rule: ClosedRule, law: Law, now: string): string {
  const words = ruleInWords(rule, law, now);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** The rule that opens last decides. One that time does not open comes first. */
export function latest(closed: readonly ClosedRule[]): ClosedRule | undefined {
  const at = (rule: ClosedRule) => (rule.opens_at ? Date.parse(rule.opens_at) : Number.POSITIVE_INFINITY);
  return closed.toSorted((a, b) => at(b) - at(a))[0];
}

/** "Federal law" for US-hours, "Kentucky" for KY-hours. */
export function ruleOwner(rule: string): string {
  const code = /^([A-Z]{2})-/.exec(rule)?.[1];
  return code === undefined ? rule : code === "US" ? "Federal law" : place(code);
}

function everywhere(code: string, zones: number): string {
  if (zones < 2) return "";
  const all = zones === 2 ? "both" : "all";
  return code === "US" ? `, in ${all} zones where the person may be` : `, in ${all} of its zones`;
}

/** The zones in which a rule's clock may run: those of its state, or every zone for a federal rule. */
function zonesOf(code: string, law: Law): string[] {
  const places = law.jurisdictions.filter((one) => code === "US" || one.jurisdiction === code);
  return [...new Set(places.flatMap((one) => one.zones))];
}

function opening(opensAt: string, zones: string[], guard: number, now: string): string {
  const at = onTheHalfHour(new Date(opensAt), guard);
  // A rule is open when it is open in every zone, so the clock that shows the earliest hour is the one that opens it.
  const zone = zones.toSorted((a, b) => wall(at, a).localeCompare(wall(at, b)))[0] ?? "UTC";
  const time = new Intl.DateTimeFormat("en-US", { timeZone: zone, hour: "numeric", minute: "2-digit" }).format(at);
  const today = day(at, zone) === day(now, zone);
  const weekday = new Intl.DateTimeFormat("en-US", { timeZone: zone, weekday: "long" }).format(at);
  return `from ${today ? "" : `${weekday}, `}${time}`;
}

/** A call that may ring some minutes closes a rule earlier, so that it seems to open by as much before its hour. */
function onTheHalfHour(at: Date, guardMinutes: number): Date {
  const next = Math.ceil(at.getTime() / (30 * MINUTE_MS)) * 30 * MINUTE_MS;
  return next - at.getTime() <= guardMinutes * MINUTE_MS ? new Date(next) : at;
}

function wall(at: Date, timeZone: string): string {
  const options: Intl.DateTimeFormatOptions = {
    timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  };
  return new Intl.DateTimeFormat("sv-SE", options).format(at);
}
