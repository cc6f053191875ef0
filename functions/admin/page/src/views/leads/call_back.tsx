/** Sets the time at which a person wants to be called back. */

import { useState } from "preact/hooks";
import { api, ok } from "../../api.ts";
import { useCommand, useLive } from "../../live.ts";
import { businessZone, instantIn, localIn, moment } from "../../time.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { Select, Text } from "../../ui/form.tsx";
import { Notice, Trouble } from "../../ui/notice.tsx";
import { tell } from "../../ui/toast.tsx";
import type { CommandProps } from "./commands.tsx";
import { zonesOf } from "./found.ts";
import type { LeadRecord } from "./records.ts";
import { callBack, nameOf } from "./request.ts";
import { latest, ruleSentence } from "./rules.ts";

const DAY_MS = 86_400_000;
const MOST_DAYS = 90;

export function CallBack({ found, refresh, onClose }: CommandProps) {
  const command = useCommand();
  const { record } = found;
  const ofPerson = zonesOf(found);
  const zones = [...new Set([...ofPerson, businessZone.value])];
  const [zone, setZone] = useState(zones[0]!);
  const [local, setLocal] = useState("");
  const at = local === "" ? undefined : instantIn(local, zone);
  const wrong = at && complaintAbout(at);
  const work = async () => {
    await callBack(record, at!);
    tell(`A callback of ${nameOf(record)} is set for ${moment(at!)}.`);
    refresh();
  };
  const now = Date.now();
  const limits = { required: true, min: localIn(new Date(now), zone), max: localIn(new Date(now + MOST_DAYS * DAY_MS), zone) };
  return (
    <Confirm title="Call back at a time" action="Set the time" disabled={!at || wrong !== undefined} command={command} work={work} onClose={onClose}>
      <p>
        {nameOf(record)} is not called before this time, and then before other leads. {record.status === "paused" && "The pause ends. "}
        Business hours, calling hours, the limit of calls in 24 hours and the do-not-call list count then too.
      </p>
      <Text label="Date and time" type="datetime-local" value={local} onInput={setLocal} attributes={limits} error={wrong} hint={`In the next ${MOST_DAYS} days`} />
      <Select label="On whose clock" value={zone} onInput={setZone} options={zones.map((one) => [one, named(one, ofPerson)])} hint={ofPerson.length > 1 ? "The person may be in several zones. Ask which one." : undefined} />
      {at && !wrong && (
        <Notice tone="plain" title={`The business: ${moment(at)}`}>
          {ofPerson.map((one) => <p key={one}>The person, if in {city(one)}: {moment(at, one)}</p>)}
        </Notice>
      )}
      {at && !wrong && <RulesThen record={record} at={at.toISOString()} />}
      <p class="quiet">This cannot be undone, because the time before is not kept. You can set another time, or pause the lead.</p>
    </Confirm>
  );
}

/** What the calling rules say about that time, before somebody promises it to the person. */
function RulesThen(props: { record: LeadRecord; at: string }) {
  const { record, at } = props;
  const query = { phone: record.phone_number, at, ...(record.state && { state: record.state }), ...(record.postal_code && { postal_code: record.postal_code }) };
  const live = useLive((signal) => ok(api.GET("/api/admin/redial-queue/rules/check", { params: { query }, signal })), 0, [at]);
  if (!live.data) return <Trouble problem={live.problem} again={live.refresh} />;
  const { calling_rules: rules, next_allowed_at: next } = live.data;
  const last = latest(rules.closed);
  if (!last) return <p>The calling rules allow a call then. Whether the business is open then is not looked at here.</p>;
  return (
    <Notice tone="warn" title="The calling rules do not allow a call then.">
      {ruleSentence(last, rules, at)} {next ? `They allow it from ${moment(next)} on.` : "Time alone does not allow it."}
    </Notice>
  );
}

function complaintAbout(at: Date): string | undefined {
  if (at.getTime() <= Date.now()) return "This time has passed.";
  return at.getTime() > Date.now() + MOST_DAYS * DAY_MS ? `This is more than ${MOST_DAYS} days ahead.` : undefined;
}

const city = (zone: string) => zone.split("/").at(-1)!.replaceAll("_", " ");

function named(zone: string, ofPerson: readonly string[]): string {
  const whose = [ofPerson.includes(zone) && "the person", zone === businessZone.value && "the business"].filter(Boolean);
  return `${city(zone)} time, of ${whose.join(" and ")}`;
}
