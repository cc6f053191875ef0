/** The two settings for the wait between calls: a list of waits, and a fixed wait that counts while the list is empty. */

import type { Schema } from "../../api.ts";

type Config = Schema<"Config">;

/** Adds what the API does by itself, so that a preview shows it: a new fixed wait empties the list. */
export function withEmptiedList(config: Config, changed: Config): Config {
  const empties = changed.redial_interval_minutes !== undefined && changed.progressive_intervals === undefined && config.progressive_intervals?.length;
  return empties ? { ...changed, progressive_intervals: [] } : changed;
}

/** The requests that take a change back, in order. The API rejects a fixed wait together with a list that is not empty. */
export function stepsBack(config: Config, changed: Config): Config[] {
  const before: Config = Object.fromEntries(Object.keys(changed).map((name) => [name, config[name as keyof Config]]));
  if (before.redial_interval_minutes === undefined || !before.progressive_intervals?.length) return [before];
  const { progressive_intervals, ...others } = before;
  return [others, { progressive_intervals }];
}
