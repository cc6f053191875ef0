/** A state: what counts there at a time, and its rules in words. */

import { moment } from "../../time.ts";
import { explained, title } from "./decisions/words.ts";
import { Obeyed } from "./obeyed.tsx";
import type { Place } from "./places.ts";
import { type Law, Verdict } from "./verdict.tsx";
import { type Check, confidence, demand, effective, type Rule } from "./words.ts";

export function PlaceDetail(props: { place: Place; at: string; check: Check | undefined; law: Law }) {
  const { place, at, check, law } = props;
  const own = law.rules.filter((rule) => rule.jurisdiction === place.letters);
  const federal = law.rules.filter((rule) => rule.jurisdiction === "US");
  const decided = law.decisions.filter((one) => one.in_force && (one.jurisdiction === place.letters || own.some((rule) => rule.id === one.rule)));
  return (
    <div class="stack">
      <h3>{place.name} ({place.letters})</h3>
      {check && <Verdict check={check} law={law} />}
      {decided.length > 0 && (
        <>
          <h4>Decisions that count now</h4>
          <ul>{decided.map((one) => <li key={one.id}><strong>{title(one)}</strong>{one.until && ` until ${moment(one.until)}`}. {explained(one)}</li>)}</ul>
        </>
      )}
      <h4>Rules of {place.name}</h4>
      {own.length === 0 ? <p>It has no rules of its own here: only those of the United States count.</p> : <Rules rules={own} at={at} />}
      <h4>Rules of the United States</h4>
      <Rules rules={federal} at={at} />
    </div>
  );
}

function Rules({ rules, at }: { rules: readonly Rule[]; at: string }) {
  return (
    <ul class="rule-list">
      {rules.map((rule) => (
        <li key={rule.id}>
          <p>{demand(rule.demand)} <Obeyed rule={rule} at={at} /></p>
          <p class="small"><cite>{rule.citation}</cite> ({rule.id}). In effect: {effective(rule)}. How sure: {confidence(rule.confidence)}.</p>
          {rule.note && <p class="quiet small">{rule.note}</p>}
        </li>
      ))}
    </ul>
  );
}
