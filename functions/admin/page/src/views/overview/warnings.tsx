/** What needs attention, each with the first thing to do. */

import type { ComponentChildren } from "preact";
import type { Schema } from "../../api.ts";
import { showLeads } from "../../handover.ts";
import { settings } from "../../queue.ts";
import { moment } from "../../time.ts";
import { Progress } from "../../ui/loading.tsx";
import { Notice } from "../../ui/notice.tsx";
import { count } from "../../words.ts";

/** Why Bland is not asked for calls, and what to do. */
const CAUSES: Record<string, readonly [title: string, advice: string]> = {
  blocked: ["Bland accepts no call, because of the key or the balance.", "Check both at Bland. Each later run tries one call."],
  slow_down: ["Bland asked to slow down.", "Nothing to do: a later run goes on. If it comes again, lower the calls in a second in the settings."],
  silent: ["Too many calls got no clear answer from Bland.", "Check whether Bland has an outage. A later run tries one call."],
  refusing: ["Bland refuses the calls.", "Correct what Bland says here, for example the pathway. A later run tries one call."],
};

export function Warnings(props: { answer: Schema<"StatusAnswer">; blocked: Schema<"BlockedAnswer"> | undefined }) {
  const { status, stats } = props.answer;
  const beside = props.blocked?.beside_unreadable_month ?? 0;
  // That hours are ignored is told in words of the page.
  const others = status.warnings.filter((text) => text !== status.warning);
  return (
    <>
      <Breaker breaker={status.breaker} />
      {status.calling_hours_ignored && (
        <Notice tone="bad" title="Business hours and calling hours are ignored." action={<Open view="settings" />}>
          People may be called at any time of day. This is for demonstrations only: set ignore_calling_hours to false.
        </Notice>
      )}
      {stats.unreadable_objects > 0 && (
        <Notice tone="bad" title={`${count(stats.unreadable_objects, "stored object")} of leads cannot be read.`}>
          Its leads are not called and not counted. Nothing is lost: have it restored as the runbook says under "Restore".
        </Notice>
      )}
      {beside > 0 && (
        <Notice tone="warn" title={`${count(beside, "lead")} may have an older record in a month that cannot be read.`}>
          They are not called before the month can be read. Restore it first.
        </Notice>
      )}
      {stats.unreadable_records > 0 && (
        <Notice
          tone="warn"
          title={`${count(stats.unreadable_records, "lead")} cannot be understood.`}
          action={<a class="button" href="#leads" onClick={() => showLeads({ status: "unreadable" })}>Show unreadable leads</a>}
        >
          They are kept and not called. The list says what is wrong with each.
        </Notice>
      )}
      {stats.dividing.map((large) => (
        <Notice key={large.key} tone="warn" title={`The month ${large.month} is being divided into parts.`}>
          <p>Nobody is called until it is done. Each run goes on with it: wait.</p>
          <Progress label={`Parts of ${large.month}`} done={large.parts_written} of={large.parts ?? undefined} />
        </Notice>
      ))}
      {others.map((text) => <Other key={text} text={text} />)}
      {settings.value?.national_list_scrubbed_on === "" && (
        <Notice tone="plain" title="Nobody has noted when the leads were compared with the national do-not-call list." action={<Open view="settings" />}>
          If the system that sends the leads compares them, nothing is to do. Otherwise compare them, and set national_list_scrubbed_on.
        </Notice>
      )}
    </>
  );
}

function Breaker(props: { breaker: Schema<"BreakerJson"> }) {
  const { state, cause, opened_at, until, failures, message } = props.breaker;
  if (state === "closed") return null;
  const [title, advice] = CAUSES[cause ?? ""] ?? ["Bland fails.", "Check whether Bland has an outage."];
  return (
    <Notice tone="bad" title={title}>
      {message && <p>Bland says: "{message}"</p>}
      <p>{advice}</p>
      <p class="small">
        {opened_at && `It began ${moment(opened_at)}. `}
        {until && `The next try is possible from ${moment(until)} on. `}
        {failures > 1 && `It failed ${failures} times since the last call.`}
      </p>
    </Notice>
  );
}

/** A warning in the words of the API: the first sentence as its title. */
function Other(props: { text: string }) {
  const [title, ...rest] = props.text.split(/(?<=[.:])\s+/);
  const view = props.text.includes("national_list") ? "settings" : "rules";
  return <Notice tone="warn" title={title ?? props.text} action={<Open view={view} />}>{rest.join(" ")}</Notice>;
}

function Open(props: { view: "settings" | "rules" }): ComponentChildren {
  return <a class="button" href={`#${props.view}`}>{props.view === "settings" ? "Open the settings" : "Open the rules"}</a>;
}
