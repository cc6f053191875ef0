/** Calling rules in words. */

import type { Schema } from "../../api.ts";
import { businessZone, day } from "../../time.ts";
import type { Tone } from "../../ui/notice.tsx";
import { plain } from "../../words.ts";
import { placeName } from "./places.ts";

export type Rule = Schema<"RuleJson">;
/** What the rules say about a place at a time. */
export type Check = Pick<Schema<"CheckAnswer">, "at" | "next_allowed_at" | "calling_rules">;
export type Decision = Schema<"DecisionJson">;

const DEMANDS: Record<string, string> = {
  hours: "Calls only at certain hours and days.",
  cap: "Only so many calls to one person in a certain time.",
  "consent:express": "A call needs the person's express consent.",
  "consent:written": "A call needs the person's written consent.",
  decision: "A voice agent may call only after an operator has recorded that it may.",
  no_second_call: "No second call by a voice agent to a person who has ended one.",
};

const DEMAND_NAMES: Record<string, string> = {
  hours: "hours",
  cap: "number of calls",
  "consent:express": "express consent",
  "consent:written": "written consent",
  decision: "a decision about voice agents",
  no_second_call: "no second call",
};

const CONFIDENCES: Record<string, string> = {
  primary: "the text of the law was read",
  secondary: "at least two other sources, or one that quotes the law",
  "single-source": "one source only: have it confirmed",
};

const MODES: Record<string, string> = {
  hours_and_caps: "Hours, numbers of calls and suspensions are obeyed. Rules about consent and voice agents are shown, but not obeyed.",
  full: "Every rule is obeyed, also those about consent and voice agents.",
  federal: "Only the federal hours are obeyed. No rule of a state is, and no suspension.",
};

export const demand = (word: string): string => DEMANDS[word] ?? plain(word);
export const confidence = (word: string): string => CONFIDENCES[word] ?? plain(word);
export const modeWords = (word: string): string => MODES[word] ?? plain(word);

/** Whether runs obey it at a time. The API looks at settings and decisions, and leaves the dates of the rule to the reader. */
export function obeyed(rule: Rule, at: string | Date): { tone: Tone; words: string } {
  // The days are those where the person is. At the turn of a day this can be a day off, which the decision itself is not.
  const today = day(at, businessZone.value);
  if (rule.effective_to && rule.effective_to < today) return { tone: "plain", words: "No longer in effect" };
  if (rule.effective_from && rule.effective_from > today) return { tone: "plain", words: "Not yet in effect" };
  return rule.in_force ? { tone: "good", words: "Obeyed" } : { tone: "plain", words: "Not obeyed" };
}

/** "Florida: hours (FL-hours)". */
export const ruleName = (rule: Rule): string => `${placeName(rule.jurisdiction)}: ${DEMAND_NAMES[rule.demand] ?? plain(rule.demand)} (${rule.id})`;

/** "from 2023-10-01", "always", "2023-10-01 to 2024-01-01". */
export function effective({ effective_from: from, effective_to: to }: Rule): string {
  if (from && to) return `${from} to ${to}`;
  if (from) return `from ${from}`;
  return to ? `until ${to}` : "always";
}
