/** Entries of the ledger in one sentence each. */

import { clock, moment } from "../../time.ts";
import { actor, condition, count, notCalled, phone, plain, shown } from "../../words.ts";

/** An entry as it is stored. Newer releases may store kinds and fields that this page does not know. */
export type Entry = Record<string, unknown>;

export const KINDS = [
  ["attempt", "Calls that were requested"],
  ["not_called", "Calls that were not made after all"],
  ["steered", "Commands for one lead"],
  ["bulk", "Commands for many leads"],
  ["added", "Leads that were added"],
  ["imported", "Lists that were imported"],
  ["settings", "Changes of settings"],
  ["switched", "Switches of dialing"],
  ["suppressed", "Numbers on the do-not-call list"],
  ["allowed", "Numbers taken off the do-not-call list"],
  ["decision", "Decisions about calling rules"],
  ["decision_ended", "Decisions that were ended"],
] as const;

/** What was done with a lead, and what somebody wants to do with it. */
const COMMANDS: Record<string, readonly [did: string, act: string]> = {
  pause: ["paused", "pause"],
  resume: ["resumed", "resume"],
  remove: ["removed", "remove"],
  confirm_do_not_call: ["confirmed the do-not-call of", "confirm the do-not-call of"],
  dismiss_do_not_call: ["dismissed the possible do-not-call of", "dismiss the possible do-not-call of"],
  callback: ["set a callback for", "set a callback for"],
};

const DECISIONS: Record<string, (what: Entry) => string> = {
  suspension: (what) => `that nobody in ${text(what, "jurisdiction")} is called`,
  rule_off: (what) => `that the rule ${text(what, "rule")} does not count`,
  voice_allowed: (what) => `that voice agents may call in ${text(what, "jurisdiction")}`,
  federal_only: () => "that only the federal calling hours count",
  attestation: (what) => `that the leads of ${text(what, "list_id") ? `the list ${text(what, "list_id")}` : "every list"} have agreed to be called`,
};

/** A field as text. Empty if it has none. */
export function text(entry: Entry, field: string): string {
  const value = entry[field];
  return typeof value === "string" ? value : typeof value === "number" ? value.toLocaleString("en-US") : "";
}

function part(entry: Entry, field: string): Entry {
  const value = entry[field];
  return typeof value === "object" && value !== null ? value as Entry : {};
}

function parts(entry: Entry, field: string): Entry[] {
  const value = entry[field];
  return Array.isArray(value) ? value.filter((one): one is Entry => typeof one === "object" && one !== null) : [];
}

function lead(entry: Entry): string {
  const id = text(entry, "lead");
  const number = text(entry, "phone");
  const named = id ? `lead ${id}` : "a lead";
  return number ? `${named}, ${phone(number)}` : named;
}

/** "ops paused lead 7, (555) 555-0123." The time stands beside it. */
export function sentenceOf(entry: Entry): string {
  return `${actor(text(entry, "by"), text(entry, "user"))} ${deed(entry)}.`;
}

function deed(entry: Entry): string {
  const number = phone(text(entry, "phone"));
  switch (text(entry, "kind")) {
    case "attempt":
      return `requested a call of ${lead(entry)}${local(entry)}`;
    case "not_called":
      return `did not call ${lead(entry)} after all, because ${notCalled(text(entry, "reason"))}${quoted(entry, "message")}`;
    case "steered":
      return steered(entry);
    case "bulk":
      return `gave the command to ${COMMANDS[text(entry, "command")]?.[1] ?? plain(text(entry, "command"))} ${leads(part(entry, "bulk"))}`;
    case "added":
      return entry["list"] === undefined
        ? `added ${lead(entry)}${text(entry, "due_at") && `, to be called from ${moment(text(entry, "due_at"))} on`}`
        : `began to add the leads of the list ${text(part(entry, "list"), "name")}`;
    case "imported":
      return imported(entry);
    case "settings":
      return `changed ${changes(entry)}`;
    case "switched":
      return switched(entry);
    case "suppressed":
      return `put ${number} on the do-not-call list (${plain(text(entry, "reason"))}, reported by ${plain(text(entry, "source")) || "nobody"})`;
    case "allowed":
      return `took ${number} off the do-not-call list, where it was because of ${plain(text(entry, "reason"))}${quoted(entry, "message")}`;
    case "decision":
      return `decided ${decision(entry)}${quoted(part(entry, "decision"), "why")}`;
    case "decision_ended":
      return `ended the decision ${decision(entry)}${quoted(part(part(entry, "decision"), "ended"), "why")}`;
    default:
      return `did something that this page does not know: ${plain(text(entry, "kind")) || "no kind"}${number && `, about ${number}`}`;
  }
}

function steered(entry: Entry): string {
  const command = text(entry, "command");
  const [did, act] = COMMANDS[command] ?? [`did "${plain(command)}" to`, `do "${plain(command)}" to`];
  const at = text(entry, "callback_at");
  const object = `${lead(entry)}${at && `, at ${moment(at)}`}`;
  switch (text(entry, "outcome")) {
    case "done":
      return `${did} ${object}`;
    case "impossible":
      return `wanted to ${act} ${object}, which was not possible`;
    default:
      // Such a command is recorded before it takes effect.
      return `gave the command to ${act} ${object}`;
  }
}

function leads(bulk: Entry): string {
  const number = bulk["leads"];
  const filter = text(bulk, "filter");
  return `${typeof number === "number" ? count(number, "lead") : "leads"}${filter && `, chosen by ${filter}`}`;
}

function imported(entry: Entry): string {
  const list = part(entry, "list");
  if (text(entry, "outcome") === "failed") return `could not import the list ${text(list, "name")}${quoted(entry, "message")}`;
  const counts = [["added", "added"], ["known", "known before"], ["bad", "bad lines"], ["refused", "refused"]] as const;
  const said = counts.filter(([field]) => text(list, field)).map(([field, words]) => `${text(list, field)} ${words}`);
  return `imported the list ${text(list, "name")}: ${said.join(", ")}`;
}

function changes(entry: Entry): string {
  const value = (change: Entry, field: string) => text(change, field) || "nothing";
  return parts(entry, "settings").map((change) => `${text(change, "key")} from ${value(change, "old")} to ${value(change, "new")}`).join(", ") || "settings";
}

function switched(entry: Entry): string {
  const said = parts(entry, "settings").map((change) => {
    const on = text(change, "new") === "true";
    if (text(change, "key") === "enabled") return `switched redialing ${on ? "on" : "off"}`;
    if (text(change, "key") === "running") return on ? "started dialing" : "stopped dialing";
    return `switched ${text(change, "key")} to ${text(change, "new")}`;
  });
  return said.join(" and ") || "switched dialing";
}

function decision(entry: Entry): string {
  const decided = part(entry, "decision");
  // The kind is inside `what`, as the register stores it.
  const what = part(decided, "what");
  const kind = text(what, "kind");
  const until = text(decided, "until");
  return `${DECISIONS[kind]?.(what) ?? `"${plain(kind)}"`}${until && `, until ${moment(until)}`}`;
}

/** The local time of a call wherever the person may be. */
function local(entry: Entry): string {
  const zones = new Set(parts(entry, "place").flatMap((place) => parts(place, "zones")).map((zone) => text(zone, "zone")).filter(Boolean));
  const at = text(entry, "at");
  if (zones.size === 0 || !at) return "";
  return `, at ${[...zones].map((zone) => clock(at, zone)).filter((time, place, all) => all.indexOf(time) === place).join(" or ")} there`;
}

function quoted(entry: Entry, field: string): string {
  const said = text(entry, field);
  return said && `: "${said}"`;
}

/** The gates of a call with their values and limits, for those who want to know why it was allowed. */
export function gatesOf(entry: Entry): { name: string; value: string; limit: string }[] {
  return parts(entry, "gates").map((one) => ({ name: condition(text(one, "name")), value: shown(text(one, "value")), limit: shown(text(one, "limit")) }));
}
