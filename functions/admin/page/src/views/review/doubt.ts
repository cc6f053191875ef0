/** A possible do-not-call of a lead. */

import type { Schema } from "../../api.ts";

export type Doubt = Schema<"ReviewJson">;

/** The call alone is not enough: several leads may have its number. */
export function doubtId(doubt: Doubt): string {
  return JSON.stringify([doubt.lead_id, doubt.phone_number, doubt.call_id]);
}
