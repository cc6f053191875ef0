/** Why a lead of the list waits. */

import { computed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { api, ok } from "../../api.ts";
import { queue } from "../../queue.ts";
import { businessZone } from "../../time.ts";
import { gate, plain } from "../../words.ts";
import { explain } from "./explain.ts";
import type { LeadRecord } from "./records.ts";
import { params } from "./request.ts";

/** Why nobody at all is called. Rows are drawn again only when this changes, not with each answer about the queue. */
const queueClosed = computed(() => {
  const now = queue.value?.data?.status;
  if (!now) return "";
  if (!now.enabled) return "Redialing is off";
  if (!now.running) return "Dialing is stopped";
  return now.business_hours_open || now.calling_hours_ignored ? "" : "Outside business hours";
});

/** What the record and the state of the queue say. Undefined if only the lead's checks can say it. */
function known(record: LeadRecord, closed: string, heldBackBy: string | undefined): string | undefined {
  if (record.is_ready) return "Nothing: the next run may call it";
  switch (record.status) {
    case "paused": return record.pause_reason ? "A possible do-not-call waits for a decision" : "Paused";
    case "completed": return "Finished";
    case "max_attempts": return "Called as often as allowed";
    case "unreadable": return "The record cannot be understood";
    case "pending":
    case "rescheduled": break;
    default: return `Status “${plain(record.status)}” is of another system`;
  }
  if (heldBackBy) return gate(heldBackBy);
  if (closed) return closed;
  if (record.minutes_until_next_redial > 0) return record.status === "rescheduled" ? "A callback was asked for" : "Not due yet";
  return undefined;
}

/** A due lead that is not ready is asked about when somebody looks at it, a few at a time. */
const MOST_AT_ONCE = 2;
let asking = 0;
const line: (() => Promise<void>)[] = [];

async function work(): Promise<void> {
  if (asking >= MOST_AT_ONCE) return;
  asking += 1;
  for (let next = line.shift(); next; next = line.shift()) await next();
  asking -= 1;
}

export function Why(props: { record: LeadRecord; heldBackBy: string | undefined }) {
  const { record, heldBackBy } = props;
  const text = known(record, queueClosed.value, heldBackBy);
  return <>{text ?? <Asked key={record.updated_at} record={record} />}</>;
}

function Asked(props: { record: LeadRecord }) {
  const element = useRef<HTMLSpanElement>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    let gone = false;
    const ask = async () => {
      if (gone) return;
      try {
        const found = await ok(api.GET("/api/admin/redial-queue/lead/{lead_id}/explain", { params: params(props.record) }));
        if (!gone) setText("record" in found ? explain(found, businessZone.value).text : "Is not in the queue any more");
      } catch {
        if (!gone) setText("Open the lead to see it");
      }
    };
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      line.push(ask);
      void work();
    });
    watch.observe(element.current!);
    return () => {
      gone = true;
      watch.disconnect();
    };
  }, []);
  return <span ref={element} class={text ? "" : "quiet"}>{text || "Checking …"}</span>;
}
