/** The settings in groups, with their names and meanings for people. Types and limits come from the API's document. */

import type { Schema } from "../../api.ts";

export type SettingName = keyof Schema<"Config">;

export interface Words {
  label: string;
  /** What it decides, in one or two sentences. */
  meaning: string;
  /** What is measured, after the value. */
  unit?: string;
}

export interface Group {
  title: string;
  settings: SettingName[];
}

export const GROUPS: readonly Group[] = [
  {
    title: "When a lead is called again",
    settings: [
      "progressive_intervals", "redial_interval_minutes", "min_redial_minutes", "redial_jitter_minutes", "max_redial_attempts",
      "callback_fallback_minutes", "active_call_defer_minutes", "lead_window", "retention_days",
    ],
  },
  { title: "Business hours", settings: ["business_timezone", "business_days", "business_hours", "blackout_dates"] },
  { title: "How much is dialed", settings: ["max_calls_per_run", "max_calls_per_day", "calls_per_second", "max_concurrent_calls", "process_interval_minutes"] },
  {
    title: "Law and protection of people",
    settings: ["calling_rules", "ring_guard_minutes", "max_calls_per_number_24h", "transfer_quiet_minutes", "national_list_scrubbed_on", "ignore_calling_hours"],
  },
  { title: "What a result means", settings: ["success_outcomes", "terminal_outcomes", "transfer_rule", "convoso_dispositions", "callback_variables"] },
  { title: "Calls that do not report", settings: ["max_call_minutes", "call_grace_minutes", "unknown_hold_minutes", "convoso_call_hold_minutes"] },
];

/** On the overview, because they are switches. */
export type SwitchName = "enabled" | "running";

export const WORDS: Record<Exclude<SettingName, SwitchName>, Words> = {
  active_call_defer_minutes: { label: "Wait after a busy line", meaning: "A lead whose number is in another call is tried again after this time.", unit: "minutes" },
  blackout_dates: { label: "Days without calls", meaning: "Nobody is dialed on these days, for example holidays." },
  business_days: { label: "Business days", meaning: "Nobody is dialed on other days." },
  business_hours: { label: "Business hours", meaning: "Nobody is dialed at other times. Calling rules of the states can only make them shorter." },
  business_timezone: { label: "Business time zone", meaning: "The zone of business days and hours, and of the times on this page." },
  call_grace_minutes: { label: "Patience after a call", meaning: "How long after the longest call a result may still come before the queue asks for it.", unit: "minutes" },
  callback_fallback_minutes: { label: "Callback without a time", meaning: "When somebody asks for a call without saying when.", unit: "minutes later" },
  callback_variables: { label: "Callback variables", meaning: "Names of Bland's call variables that have the time of a callback." },
  calling_rules: {
    label: "Calling rules",
    meaning: "hours_and_caps: hours and limits of calls of every state. full: also consent for voice agents. federal: the federal rules alone.",
  },
  calls_per_second: { label: "Dials per second", meaning: "A run dials at most this fast.", unit: "dials per second" },
  convoso_call_hold_minutes: { label: "Agent's call without a result", meaning: "How long a call of a Convoso agent keeps the number if no result comes.", unit: "minutes" },
  convoso_dispositions: { label: "Convoso's codes", meaning: "What codes of Convoso mean, as CODE=OUTCOME. They are added to the table that the queue has." },
  ignore_calling_hours: { label: "Ignore calling hours", meaning: "For tests with a provider on the same machine. It is rejected everywhere else." },
  lead_window: { label: "Which leads", meaning: "retention: all that are not too old. today: only leads of today, and those with a callback." },
  max_call_minutes: { label: "Longest call", meaning: "Bland ends a call after this time.", unit: "minutes" },
  max_calls_per_day: { label: "Dials per day", meaning: "After this number of dials nobody is dialed until the next day. 0 sets no limit.", unit: "dials" },
  max_calls_per_number_24h: { label: "Calls to one number in 24 hours", meaning: "Calls of other systems count too, if they are reported.", unit: "calls" },
  max_calls_per_run: { label: "Dials per run", meaning: "What is left is dialed by the next run.", unit: "dials" },
  max_concurrent_calls: { label: "Dials at once", meaning: "Requests to Bland at the same time.", unit: "requests" },
  max_redial_attempts: { label: "Attempts for each lead", meaning: "A lead that was called this often is not called again, except for a callback.", unit: "calls" },
  min_redial_minutes: { label: "Shortest wait", meaning: "Two calls to a lead are never closer than this.", unit: "minutes" },
  national_list_scrubbed_on: { label: "Compared with the national list on", meaning: "The day on which you last compared the leads with the national do-not-call list. The overview warns after 31 days." },
  process_interval_minutes: { label: "Time between runs", meaning: "Only a deployment changes it.", unit: "minutes" },
  progressive_intervals: { label: "Waits between calls", meaning: "The wait after each call, one after the other. The last one repeats. Empty: always the fixed wait.", unit: "minutes" },
  redial_interval_minutes: { label: "Fixed wait", meaning: "The wait after each call, if there is no list of waits. Changing it empties the list.", unit: "minutes" },
  redial_jitter_minutes: { label: "Random part of the wait", meaning: "At most this is added to each wait.", unit: "minutes" },
  retention_days: { label: "Age of leads", meaning: "Older leads are not called. Their months are deleted when they are over.", unit: "days" },
  ring_guard_minutes: { label: "Guard at closing time", meaning: "Nobody is dialed in the last minutes before calling hours end.", unit: "minutes" },
  success_outcomes: { label: "Outcomes that finish a lead", meaning: "A lead with one of these is not called again." },
  terminal_outcomes: { label: "Outcomes that give up a lead", meaning: "A lead with one of these is finished too, for example because the person is not interested." },
  transfer_quiet_minutes: { label: "Quiet time after a transfer", meaning: "A number that was connected with an agent is left alone for this time.", unit: "minutes" },
  transfer_rule: { label: "What a transfer is", meaning: "merged: the caller was connected with an agent. transferred_to: the call was sent on." },
  unknown_hold_minutes: { label: "Dial without an answer", meaning: "How long a number is kept if nobody knows whether it was dialed. Then the queue asks Bland.", unit: "minutes" },
};
