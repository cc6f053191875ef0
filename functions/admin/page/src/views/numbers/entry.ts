/** Entries of the ledger about a number, in words. */

import type { Schema } from "../../api.ts";
import { moment } from "../../time.ts";
import { actor, notCalled, plain } from "../../words.ts";
import { reason } from "../suppressions/words.ts";

/** What the page reads of an entry. The API hands entries out as they are stored, whatever their version. */
export interface LedgerEntry {
  id: string;
  at: string;
  kind: string;
  by: string;
  user?: string;
  lead?: string;
  attempt?: string;
  provider?: string;
  rules?: string;
  time_zones?: string;
  place?: { jurisdiction: string; zones: { zone: string; local: string }[] }[];
  gates?: { name: string; value: string; limit: string }[];
  calls_24h?: string[];
  reason?: string;
  message?: string;
  command?: string;
  outcome?: string;
  source?: string;
  consent?: { level: string; at: string; source: string; text_sha256: string };
  callback_at?: string;
  due_at?: string;
  seq: number;
  hash: string;
}

export function read(json: Schema<"EntryJson">): LedgerEntry {
  return json.entry as unknown as LedgerEntry;
}

const PROVIDERS: Record<string, string> = { bland: "Bland", convoso: "Convoso" };
export const provider = (name: string): string => PROVIDERS[name] ?? plain(name);

const COMMANDS: Record<string, string> = {
  pause: "pause the lead",
  resume: "resume the lead",
  remove: "remove the lead",
  confirm_do_not_call: "they asked us to stop",
  dismiss_do_not_call: "no request to stop, calls may go on",
  callback: "call back",
};

/** What happened. */
export function happened(entry: LedgerEntry): string {
  switch (entry.kind) {
    case "attempt":
      return `A call was allowed and ${provider(entry.provider ?? "")} was asked for it.`;
    case "not_called":
      return `The call was not made, because ${notCalled(entry.reason ?? "")}.${entry.message ? ` “${entry.message}”` : ""}`;
    case "steered":
      return `Command: ${COMMANDS[entry.command ?? ""] ?? plain(entry.command ?? "")}${entry.callback_at ? ` on ${moment(entry.callback_at)}` : ""}.`;
    case "suppressed":
      // The queue itself is the source of what an operator, a list or an older record says.
      return `Put on the do-not-call list${entry.source === "redial" ? "" : ` after a call by ${provider(entry.source ?? "")}`}. Reason: ${reason(entry.reason ?? "")}.`;
    case "allowed":
      return `Taken off the do-not-call list, where it was for: ${reason(entry.reason ?? "")}. Why: “${entry.message ?? ""}”`;
    case "added":
      return `An operator added the lead${entry.due_at ? `, to be called from ${moment(entry.due_at)}` : ""}.`;
    default:
      return plain(entry.kind);
  }
}

/** Who did it. */
export const who = ({ by, user }: LedgerEntry): string => actor(by, user);
