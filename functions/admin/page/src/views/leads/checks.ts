/** Every check that a lead must pass, with what was found and what is allowed, in words. */

import { moment } from "../../time.ts";
import { check as nameOf, plain, status } from "../../words.ts";
import { hours, reason, twelve, type Verdict, whenIn } from "./explain.ts";
import { ruleOwner } from "./rules.ts";

export interface Check {
  name: string;
  passed: boolean;
  /** "Passed", "Holds back until 3:05 PM CST" or "Holds back". */
  state: string;
  found: string;
  allowed: string;
  /** Why it holds back. */
  why: string | undefined;
}

const YES_NO: Record<string, readonly [yes: string, no: string]> = {
  enabled: ["On", "Off"],
  running: ["Started", "Stopped"],
  not_suppressed: ["On the list", "Not on the list"],
};

const WORDS: Record<string, string> = {
  "every rule open": "Every rule allows it",
  ignored: "Hours are ignored in this demonstration",
  "not asked for": "Not asked for",
  none: "None",
  read: "Read",
  "pending or rescheduled": "A lead that waits for a call",
  "created today": "Came in today",
  "waits for review": "Waits for a decision",
  "no transfer": "No transfer",
  free: "Free",
};

type Gate = Verdict["gates"][number];
type Shown = Gate["value"];

/** The checks of a lead in the order of the API. Times are in the zone of the business. */
export function checks(found: Verdict, zone: string): Check[] {
  return found.gates.map((gate) => ({
    name: nameOf(gate.name),
    passed: gate.open,
    state: gate.open ? "Passed" : gate.opens_at ? `Holds back until ${whenIn(gate.opens_at, found.timestamp, zone)}` : "Holds back",
    found: shown(gate.name, gate.value, zone),
    allowed: limit(gate, zone),
    why: gate.open ? undefined : reason(gate, found, zone),
  }));
}

function shown(name: string, value: Shown, zone: string): string {
  if (typeof value === "boolean") return (YES_NO[name] ?? ["Yes", "No"])[value ? 0 : 1];
  if (typeof value === "number") return name === "attempts" || name === "calls_per_number_24h" ? `${value} ${value === 1 ? "call" : "calls"}` : String(value);
  if (/^\d{4}-\d\d-\d\dT/.test(value)) return moment(value, zone);
  if (name === "calling_hours") return value.split(" ").map((wall) => (/^\d\d:\d\d$/.test(wall) ? twelve(wall) : wall)).join(" and ");
  const wall = /^([A-Z][a-z]{2}) (\d\d:\d\d)$/.exec(value);
  if (wall) return `${wall[1]} ${twelve(wall[2]!)}`;
  if (name === "status" && !WORDS[value]) return value.replace(/^\w+/, (word) => status(word));
  return WORDS[value] ?? value.charAt(0).toUpperCase() + value.slice(1);
}

function limit(gate: Gate, zone: string): string {
  const { name, limit: allowed } = gate;
  switch (name) {
    case "business_hours": {
      const words = hours(String(allowed));
      return words.charAt(0).toUpperCase() + words.slice(1);
    }
    case "due":
      return "A time that has passed";
    case "lead_window":
      return allowed === "created today" ? "Came in today" : `Came in after ${moment(String(allowed), zone)}`;
    case "transfer_quiet":
      return `No transfer after ${moment(String(allowed), zone)}`;
    case "attempts":
    case "calls_per_number_24h":
      return typeof allowed === "number" ? `Fewer than ${allowed}` : laws(String(allowed));
    case "consent":
      return allowed === "none" ? "Nothing" : (WORDS[String(allowed)] ?? laws(String(allowed)));
    case "calling_hours":
      return WORDS[String(allowed)] ?? laws(String(allowed));
    case "not_suppressed":
      return "Not on the list";
    default:
      return shown(name, allowed, zone);
  }
}

/** "KY-hours, US-hours" as "Forbidden by Kentucky (KY-hours) and Federal law (US-hours)". */
function laws(rules: string): string {
  return `Forbidden by ${rules.split(", ").map((rule) => (ruleOwner(rule) === rule ? plain(rule) : `${ruleOwner(rule)} (${rule})`)).join(" and ")}`;
}
