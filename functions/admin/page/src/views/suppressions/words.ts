/** Suppressions in the words of the people who answer for them. */

import type { Schema } from "../../api.ts";
import { moment } from "../../time.ts";
import { plain } from "../../words.ts";

export type Suppression = Schema<"SuppressionJson">;

const BAD = "BAD_NUMBER";

/** What an operator can choose. The API takes other words of dialers too. */
export const REASONS: readonly (readonly [word: string, words: string])[] = [
  ["DNC", "They asked us to stop"],
  [BAD, "The number does not work"],
];

export function reason(word: string): string {
  const known = REASONS.find(([name]) => name === word);
  return known ? `${known[1].charAt(0).toLowerCase()}${known[1].slice(1)} (${word})` : `${plain(word)} (${word})`;
}

/** Who said so, and on which way it came to us. */
export function origin({ source, by, reason }: Suppression): { who: string; through: string } {
  // Nobody speaks in a call to a number that does not work.
  const caller = reason === BAD ? "a call" : "the person in a call";
  if (source === "bland") return { who: caller, through: "Bland, the voice agent" };
  if (source === "convoso") return { who: caller, through: "Convoso, the dialer of the agents" };
  if (by === "upload") return { who: "a list", through: "a file in the bucket" };
  // A list that was sent with a key has the name of the key too.
  if (by) return { who: `the operator “${by}”`, through: "this page, the API or a list" };
  return { who: "an earlier call", through: "the record of a lead" };
}

/** Answers "Who asked us to stop, and when?" */
export function sentence(suppression: Suppression): string {
  const { who, through } = origin(suppression);
  const verb = suppression.reason === BAD ? "Reported" : "Asked";
  const note = suppression.note ? `note “${suppression.note}”` : "no note";
  return `Do not call. ${verb} on ${moment(suppression.at)}, by ${who} through ${through}, reason: ${reason(suppression.reason)}, ${note}.`;
}
