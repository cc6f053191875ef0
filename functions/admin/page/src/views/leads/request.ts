/** Commands for one lead. */

import { api, ok, Problem, type Schema } from "../../api.ts";

/** Which lead is meant. */
export interface Named {
  lead_id: string;
  phone_number: string;
}

/** The queue understood the command and did not follow it: the lead is as before. */
export class Refused extends Problem {
  constructor(message: string) {
    super(200, message.endsWith(".") ? message : `${message}.`);
  }

  override get advice(): string {
    return "Nothing was changed. The lead may have changed since it was shown.";
  }
}

/** The id goes into the query, because not every id can be a part of a path. */
export function params<More extends object>(lead: Named, more?: More) {
  return { path: { lead_id: "-" }, query: { phone: lead.phone_number, lead_id: lead.lead_id, ...(more as More) } };
}

/** Throws {@link Refused} if the command was not followed. */
export async function followed(reply: Promise<Schema<"CommandAnswer">>): Promise<void> {
  const answer = await reply;
  if (!answer.success) throw new Refused(answer.message);
}

export const pause = (lead: Named) => followed(ok(api.POST("/api/admin/redial-queue/lead/{lead_id}/pause", { params: params(lead) })));
export const resume = (lead: Named) => followed(ok(api.POST("/api/admin/redial-queue/lead/{lead_id}/resume", { params: params(lead) })));
export const remove = (lead: Named) => followed(ok(api.DELETE("/api/admin/redial-queue/lead/{lead_id}", { params: params(lead) })));
export const callBack = (lead: Named, at: Date) =>
  followed(ok(api.POST("/api/admin/redial-queue/lead/{lead_id}/callback", { params: params(lead, { at: at.toISOString() }) })));
export const confirmDoNotCall = (lead: Named) =>
  followed(ok(api.POST("/api/admin/redial-queue/lead/{lead_id}/confirm-do-not-call", { params: params(lead) })));
export const dismissDoNotCall = (lead: Named) =>
  followed(ok(api.POST("/api/admin/redial-queue/lead/{lead_id}/dismiss-do-not-call", { params: params(lead) })));

/** "Dora Ellis", or the lead id if there is no name. */
export function nameOf(lead: { first_name?: string; last_name?: string; lead_id: string }): string {
  return `${lead.first_name ?? ""} ${lead.last_name ?? ""}`.trim() || `Lead ${lead.lead_id}`;
}
