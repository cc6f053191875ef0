/** Decisions about calling rules: what each changes. */

import type { Schema } from "../../../api.ts";
import { placeName } from "../places.ts";

type Decision = Schema<"DecisionJson">;
export type Kind = Schema<"DecisionKind">;
/** What decides over the words: the parts of a decision, or of a form that is being filled in. */
type Parts = Pick<Decision, "kind" | "jurisdiction" | "rule" | "list_id" | "level">;

export const KINDS: readonly (readonly [kind: Kind, words: string])[] = [
  ["suspension", "Suspension: call nobody in a state"],
  ["rule_off", "Rule off: do not obey one rule"],
  ["voice_allowed", "Voice allowed: a voice agent may call in a state"],
  ["federal_only", "Federal only: obey only the federal hours"],
  ["attestation", "Attestation: leads have agreed to be called"],
];

/** Whether it opens something that would be closed without it. Then it needs an end. */
export const opens = (kind: Kind): boolean => kind !== "suspension";

const where = ({ jurisdiction }: Parts) => (jurisdiction ? placeName(jurisdiction) : "the state");
const whose = ({ list_id }: Parts) => (list_id ? `the leads of list ${list_id}` : "all leads");

export function title(parts: Parts): string {
  switch (parts.kind) {
    case "suspension":
      return `Nobody is called in ${where(parts)}`;
    case "rule_off":
      return `Rule ${parts.rule || "…"} is not obeyed`;
    case "voice_allowed":
      return `A voice agent may call in ${where(parts)}`;
    case "federal_only":
      return "Only the federal hours are obeyed";
    case "attestation":
      return `${parts.list_id ? `The leads of list ${parts.list_id}` : "All leads"} have agreed to be called`;
  }
}

/** What it changes legally. */
export function explained(parts: Parts): string {
  switch (parts.kind) {
    case "suspension":
      return `While it counts, no person who may be in ${where(parts)} is called, whatever else is allowed. It makes calls rarer and never more frequent. With the setting calling_rules “federal” it is not obeyed.`;
    case "rule_off":
      return `While it counts, calls are made that rule ${parts.rule || "…"} forbids. The law stays as it is: if the rule binds you, each of these calls may break it. Ask your counsel first.`;
    case "voice_allowed":
      return `While it counts, the rules of ${where(parts)} that ask for such a decision before a voice agent calls are taken as met. It is your decision that the law there allows it. It matters only with the setting calling_rules “full”, because otherwise these rules are not obeyed anyway.`;
    case "federal_only":
      return "While it counts, and while the setting calling_rules is “federal”, no state's hours, no limit on the number of calls by a state, no rule about consent and no suspension is obeyed. Calls may break the law of the person's state. Ask your counsel first.";
    case "attestation":
      return `It states that ${whose(parts)} without evidence of their own have agreed to be called (${parts.level ?? "express"} consent). Rules that ask for such consent are taken as met for them. You must be able to show the text and each person's consent. It matters only with the setting calling_rules “full”. A do-not-call beats every consent.`;
  }
}

/** Whether its begin is ahead. */
export const begins = ({ from }: Pick<Decision, "from">, now = Date.now()): boolean => Date.parse(from) > now;

/** What changes when it ends. */
export function ending(parts: Parts & Pick<Decision, "from">): string {
  if (begins(parts)) return "It does not begin, so nothing changes.";
  switch (parts.kind) {
    case "suspension":
      return `From now on people in ${where(parts)} are called again, when everything else allows it.`;
    case "rule_off":
      return `From now on rule ${parts.rule} is obeyed again, so fewer calls are made.`;
    case "voice_allowed":
      return `From now on the rules of ${where(parts)} about voice agents are not taken as met. With calling_rules “full” its leads wait.`;
    case "federal_only":
      return "From now on the rules of the states are obeyed again, so fewer calls are made.";
    case "attestation":
      return `From now on ${whose(parts)} need evidence of their own where a rule asks for consent. With calling_rules “full” those without it wait.`;
  }
}
