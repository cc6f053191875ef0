/** What the API says about one lead. */

import type { Schema } from "../../api.ts";

export type LeadAnswer = Schema<"LeadAnswer">;

/** The zones in which the person may be, by the calling rules. */
export const zonesOf = (found: LeadAnswer) => [...new Set(found.calling_rules.jurisdictions.flatMap((one) => one.zones))];
