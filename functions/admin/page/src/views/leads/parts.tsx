/** What is known about a lead beside whether it is called. */

import { type ComponentChildren, Fragment } from "preact";
import { useState } from "preact/hooks";
import type { Schema } from "../../api.ts";
import { place } from "../../places.ts";
import { businessZone, moment } from "../../time.ts";
import { Badge } from "../../ui/notice.tsx";
import { count, plain } from "../../words.ts";
import { Away } from "./away.tsx";
import { type LeadAnswer, zonesOf } from "./found.ts";
import type { LeadRecord } from "./records.ts";
import { ruleSentence } from "./rules.ts";

type Row = readonly [name: string, value: ComponentChildren];

function Pairs(props: { rows: readonly (Row | false | undefined | null | "")[] }) {
  return (
    <dl class="pairs">
      {props.rows.map((row) => row && <Fragment key={row[0]}><dt>{row[0]}</dt><dd>{row[1]}</dd></Fragment>)}
    </dl>
  );
}

/** Where the person may be, and which calling rules forbid a call. */
export function Rules(props: { found: LeadAnswer }) {
  const { calling_rules: law, timestamp } = props.found;
  return (
    <section class="stack">
      <h3>Calling rules</h3>
      <p>
        {law.jurisdictions.length === 0
          ? "The number is not of the United States."
          : `The person may be in ${law.jurisdictions.map((one) => `${place(one.jurisdiction)} (${one.zones.join(", ")})`).join(" or ")}.`}
        {law.closed.length === 0 && " Every rule in force allows a call now."}
      </p>
      <ClosedRules title="Forbid a call now" closed={law.closed} law={law} now={timestamp} />
      <ClosedRules title="Would forbid it if they were in force" closed={law.would_close} law={law} now={timestamp} />
      <p class="quiet small">Rules of version {law.data_version}. These are {law.note}.</p>
    </section>
  );
}

function ClosedRules(props: { title: string; closed: readonly Schema<"ClosedJson">[]; law: Schema<"LawJson">; now: string }) {
  if (props.closed.length === 0) return null;
  return (
    <div>
      <p><strong>{props.title}</strong></p>
      <ul>
        {props.closed.map((rule) => (
          <li key={rule.rule}>
            {ruleSentence(rule, props.law, props.now)} <span class="quiet small">{rule.rule}{rule.citation && `, ${rule.citation}`}{rule.opens_at && `. Until ${moment(rule.opens_at)}`}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The API ends its sentence with the time in UTC. It is shown in the zone that was chosen instead. */
const CALLBACK_IN_UTC = / A callback was requested for \S+$/;

/** What happened, the newest first. The zone can be that of the business or of the person. */
export function History(props: { found: LeadAnswer }) {
  const { timeline } = props.found;
  const zones = [...new Set([businessZone.value, ...zonesOf(props.found)])];
  const [zone, setZone] = useState(businessZone.value);
  return (
    <section class="stack">
      <div class="row spread">
        <h3>History</h3>
        <label class="row small">
          Times of
          <select class="narrow" value={zone} onInput={(event) => setZone(event.currentTarget.value)}>
            {zones.map((one) => <option key={one} value={one}>{one === businessZone.value ? `the business (${one})` : `the person (${one})`}</option>)}
          </select>
        </label>
      </div>
      <ol class="timeline">
        {timeline.toReversed().map((event, index) => (
          <li key={`${event.at} ${event.event} ${index}`}>
            <span class="row">
              <strong>{moment(event.at, zone)}</strong>
              {event.outcome && <Badge tone="plain">{plain(event.outcome)}</Badge>}
            </span>
            <span>{event.callback_at ? event.text.replace(CALLBACK_IN_UTC, "") : event.text}</span>
            {event.callback_at && <span>Callback asked for {moment(event.callback_at, zone)}.</span>}
            {event.call_id && <span class="quiet small">Call {event.call_id}{event.attempt_id && `, attempt ${event.attempt_id}`}</span>}
          </li>
        ))}
      </ol>
      <p class="quiet small">The last 50 calls are kept. What operators did is in the view Audit.</p>
    </section>
  );
}

/** The number, which all its leads share. */
export function Line(props: { found: LeadAnswer }) {
  const { line } = props.found;
  const { held_by: hold, suppressed } = line;
  const agents = line.agent_calls.map((call) => (
    <div key={call.since}>With an agent since {moment(call.since)}, reported by {plain(call.source)}. Taken to be over {moment(call.until)}.</div>
  ));
  return (
    <section class="stack">
      <h3>The number</h3>
      <Pairs
        rows={[
          ["In a call", hold
            ? <>A call of lead {hold.lead_id} by {plain(hold.provider)} since {moment(hold.since)}. If no result comes, the provider is asked <Away at={hold.until} />.</>
            : agents.length > 0 ? agents : "No"],
          line.waiting_results > 0 && ["Results that wait", `${line.waiting_results}. The next run stores them.`],
          ["Calls in 24 hours", line.calls_24h.length === 0 ? "None" : (
            <ul>{line.calls_24h.map((call) => <li key={call.attempt_id ?? call.call_id ?? call.at}>{moment(call.at)}{!call.attempt_id && ", not by this queue"}{!call.recorded && ", no result yet"}</li>)}</ul>
          )],
          ["Do-not-call list", suppressed
            ? <>On the list since {moment(suppressed.at)}: {plain(suppressed.reason)}. {suppressed.by ? `By ${suppressed.by}.` : `Reported by ${plain(suppressed.source)}.`} {suppressed.note && `Note: ${suppressed.note}`}</>
            : "Not on the list"],
          ["Possible do-not-call", line.possible_do_not_call
            ? <>“{line.possible_do_not_call.words}”, since {moment(line.possible_do_not_call.since)}</>
            : "None"],
          line.transferred_at && ["Last transfer to an agent", moment(line.transferred_at)],
        ]}
      />
    </section>
  );
}

/** What the call center knows of the person. */
export function Person(props: { record: LeadRecord }) {
  const { record } = props;
  return (
    <section class="stack">
      <h3>The person</h3>
      <Pairs
        rows={[
          ["First name", record.first_name || "Not known"],
          ["Last name", record.last_name || "Not known"],
          ["State", record.state ? place(record.state) : "Not known"],
          ["Postal code", record.postal_code || "Not known"],
          ["List", record.list_id || "None"],
          ["Came in", moment(record.created_at)],
          ["Attempts", count(record.attempts, "call")],
          record.scheduled_callback_time ? ["Callback asked for", moment(record.scheduled_callback_time)] : undefined,
          record.operator_callback_time ? ["Callback by an operator", `${moment(record.operator_callback_time)}${record.operator_callback_set_at ? `, said ${moment(record.operator_callback_set_at)}` : ""}`] : undefined,
          ["Consent", record.consent_level
            ? `${plain(record.consent_level)}${record.consent_at ? `, ${moment(record.consent_at)}` : ""}${record.consent_source ? `, from ${record.consent_source}` : ""}`
            : "None recorded"],
          record.consent_text_sha256 && ["Consent text (SHA-256)", <code key="sha">{record.consent_text_sha256}</code>],
          record.refused_dials ? ["Refused by the provider", `${count(record.refused_dials, "time")} since the last result`] : undefined,
          ["Changed last", moment(record.updated_at)],
        ]}
      />
    </section>
  );
}
