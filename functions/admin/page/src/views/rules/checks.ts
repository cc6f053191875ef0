/** Asks for many places at one time. The API answers for one place, so answers are kept and few questions are asked at once. */

import { api, ok, Problem } from "../../api.ts";
import type { Check } from "./words.ts";

/** The queue answers other people too. */
const AT_ONCE = 6;
/** Each time has an answer for each place. */
const MOST_TIMES = 10;
const PATIENCE_MS = 1000;
const TRIES = 4;

const known = new Map<string, Map<string, Check>>();

/** What is known of the places at a time. */
export function checksAt(at: string): ReadonlyMap<string, Check> {
  return known.get(at) ?? new Map();
}

/** After a decision every answer may be another one. */
export function forgetChecks(): void {
  known.clear();
}

/** Asks for one place, unless its answer is known. */
export async function checkPlace(letters: string, at: string, signal: AbortSignal): Promise<Check> {
  const kept = known.get(at)?.get(letters);
  if (kept) return kept;
  const check = await patiently(() =>
    ok(api.GET("/api/admin/redial-queue/rules/check", { params: { query: { state: letters, at } }, signal })),
  );
  if (!known.has(at)) {
    const oldest = known.size >= MOST_TIMES ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    known.set(at, new Map());
  }
  known.get(at)?.set(letters, check);
  return check;
}

/** Asks for all places. `heard` is called after each answer. */
export async function checkAll(places: readonly string[], at: string, signal: AbortSignal, heard: () => void): Promise<void> {
  const left = [...places];
  const ask = async () => {
    for (let letters = left.shift(); letters !== undefined; letters = left.shift()) {
      await checkPlace(letters, at, signal);
      heard();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
}

/** Waits when the queue has too many requests. */
async function patiently<Data>(ask: () => Promise<Data>): Promise<Data> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Problem && error.status === 429) || left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
    }
  }
}
