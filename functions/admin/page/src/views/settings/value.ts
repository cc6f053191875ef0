/** Values of settings as text in fields, and back. */

import type { Schema } from "../../api.ts";
import { SETTINGS } from "virtual:settings";
import { withEmptiedList } from "./waits.ts";
import type { SettingName } from "./words.ts";

export type Value = Schema<"Config">[SettingName];

/** What a field shows for a value. */
export function text(value: Value): string {
  if (Array.isArray(value)) return value.join(", ");
  return value === undefined ? "" : String(value);
}

/** What the API gets for a field's text. The API judges it. */
export function parsed(name: SettingName, typed: string): Value {
  const schema = SETTINGS[name];
  const trimmed = typed.trim();
  switch (schema.type) {
    case "boolean":
      return trimmed === "true";
    case "integer":
      return number(trimmed);
    case "string":
      return trimmed;
    case "array": {
      const items = trimmed.split(/[\s,;]+/).filter(Boolean);
      return (schema.items?.type === "integer" ? items.map(number) : items) as Value;
    }
  }
}

/** A text that is no number goes to the API as it is, which says what is allowed. */
function number(typed: string): number {
  return /^\d+$/.test(typed) ? Number(typed) : (typed as unknown as number);
}

/** Changed settings with their new values. */
export function changes(config: Schema<"Config">, edits: Partial<Record<SettingName, string>>): Schema<"Config"> {
  const changed = Object.entries(edits).flatMap(([key, typed]) => {
    const name = key as SettingName;
    const value = parsed(name, typed);
    return text(value) === text(config[name]) ? [] : [[name, value] as const];
  });
  return withEmptiedList(config, Object.fromEntries(changed));
}
