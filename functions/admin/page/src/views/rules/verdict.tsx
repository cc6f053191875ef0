/** What the rules say about a place and a time, in words. */

import { clock, moment } from "../../time.ts";
import { Notice } from "../../ui/notice.tsx";
import { title } from "./decisions/words.ts";
import { placeName } from "./places.ts";
import { type Check, type Decision, demand, type Rule, ruleName } from "./words.ts";

export interface Law {
  rules: readonly Rule[];
  decisions: readonly Decision[];
}

type Closed = Check["calling_rules"]["closed"][number];

/** More places than this are named by their number only. */
const NAMED_PLACES = 6;

export function Verdict({ check, law }: { check: Check; law: Law }) {
  const { allowed, jurisdictions, closed, would_close, guard_minutes } = check.calling_rules;
  const zones = [...new Set(jurisdictions.flatMap((one) => one.zones))];
  return (
    <div class="stack">
      {allowed ? (
        <Notice tone="good" title={`The calling rules allow a call on ${moment(check.at)}.`} />
      ) : check.next_allowed_at ? (
        <Notice tone="warn" title={`The calling rules forbid a call on ${moment(check.at)}, and allow it from ${moment(check.next_allowed_at)} on.`}>
          {zones.length <= NAMED_PLACES && <>For the person that is {zones.map((zone) => moment(check.next_allowed_at!, zone)).join(" or ")}.</>}
        </Notice>
      ) : (
        <Notice tone="bad" title={`The calling rules forbid a call on ${moment(check.at)}. Time alone does not change that.`} />
      )}
      <Where check={check} />
      {closed.length > 0 && (
        <div>
          <p><strong>What forbids the call:</strong></p>
          <ul>{closed.map((one) => <Reason key={one.rule} closed={one} law={law} />)}</ul>
        </div>
      )}
      {would_close.length > 0 && (
        <div>
          <p><strong>Not obeyed now, but would forbid it:</strong></p>
          <ul>{would_close.map((one) => <Reason key={one.rule} closed={one} law={law} />)}</ul>
        </div>
      )}
      <p class="quiet small">
        The phone may ring up to {guard_minutes} minutes after the call is requested, so it must be allowed then too. Business hours, earlier
        calls and the do-not-call list are not looked at here.
      </p>
    </div>
  );
}

function Where({ check }: { check: Check }) {
  const { jurisdictions } = check.calling_rules;
  if (jurisdictions.length === 0) return <p>The person is outside of the United States. Nobody is called there.</p>;
  if (jurisdictions.length > NAMED_PLACES) return <p>Nothing says where the person is, so the rules of {jurisdictions.length} places count at once.</p>;
  return (
    <p>
      The person may be in{" "}
      {jurisdictions.map((one) => `${placeName(one.jurisdiction)} (${one.zones.map((zone) => `${zone}, then ${clock(check.at, zone)}`).join("; ")})`).join(" and in ")}.
    </p>
  );
}

function Reason({ closed, law }: { closed: Closed; law: Law }) {
  const opens = closed.opens_at ? ` Opens on ${moment(closed.opens_at)}.` : " Time alone does not open it.";
  const rule = law.rules.find((one) => one.id === closed.rule);
  if (rule) return <li>{ruleName(rule)}: {demand(rule.demand)} <cite>{rule.citation}</cite>.{opens}</li>;
  const decision = law.decisions.find((one) => one.id === closed.rule);
  if (decision) return <li>{title(decision)}: “{decision.why}”.{opens}</li>;
  if (closed.rule === "outside_the_united_states") return <li>The number or the place is outside of the United States.</li>;
  return <li>Suspension {closed.rule} of the rules.{opens}</li>;
}
