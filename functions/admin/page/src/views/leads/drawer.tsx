/** Everything about one lead, at the side of the list. */

import { useEffect } from "preact/hooks";
import { api, ok } from "../../api.ts";
import { showNumber } from "../../handover.ts";
import { useLive } from "../../live.ts";
import { REFRESH_SECONDS } from "../../queue.ts";
import { mayWrite } from "../../session.ts";
import { businessZone, clock, moment } from "../../time.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Answer } from "../../ui/loading.tsx";
import { Badge, Notice } from "../../ui/notice.tsx";
import { phone, status } from "../../words.ts";
import { checks } from "./checks.ts";
import { Commands } from "./commands.tsx";
import { Doubt } from "./doubt.tsx";
import { explain } from "./explain.ts";
import { type LeadAnswer, zonesOf } from "./found.ts";
import { History, Line, Person, Rules } from "./parts.tsx";
import type { LeadRecord } from "./records.ts";
import { type Named, nameOf, params } from "./request.ts";

interface Props {
  lead: Named & { first_name?: string; last_name?: string };
  /** Tells the list how the lead is now. Undefined if it is gone. */
  onUpdate: (record: LeadRecord | undefined) => void;
  onClose: () => void;
}

export function Drawer(props: Props) {
  const { lead, onUpdate, onClose } = props;
  const ask = (signal: AbortSignal) => ok(api.GET("/api/admin/redial-queue/lead/{lead_id}", { params: params(lead), signal }));
  const live = useLive(ask, REFRESH_SECONDS, [lead.lead_id, lead.phone_number]);
  const { data } = live;
  useEffect(() => {
    if (data) onUpdate("record" in data ? data.record : undefined);
  }, [data]);
  return (
    <Dialog kind="drawer" title={nameOf(lead)} onClose={onClose}>
      <Answer live={live} what="the lead">
        {(found) => "record" in found
          ? <Lead found={found} at={live.at} refresh={live.refresh} onRemoved={() => { onUpdate(undefined); onClose(); }} />
          : <Notice tone="warn" title="This lead is not in the queue.">{found.message}. It may have been removed. A new call result makes a new record of it.</Notice>}
      </Answer>
    </Dialog>
  );
}

function Lead(props: { found: LeadAnswer; at: Date | undefined; refresh: () => void; onRemoved: () => void }) {
  const { found, at, refresh, onRemoved } = props;
  const { record } = found;
  const said = explain(found, businessZone.value);
  return (
    <>
      <p class="row">
        <button type="button" class="link" onClick={() => showNumber(record.phone_number)}>{phone(record.phone_number)}</button>
        <span>Lead id {record.lead_id}</span>
        <Badge tone={said.tone}>{status(record.status)}</Badge>
      </p>
      <div class={`notice ${said.tone}`} role="status"><p class="honest">{said.text}</p></div>
      <Times found={found} />
      <Doubt found={found} refresh={refresh} />
      {mayWrite.value && <Commands found={found} refresh={refresh} onRemoved={onRemoved} />}
      <section class="stack">
        <h3>Checks before a call</h3>
        <Checks found={found} />
      </section>
      <Rules found={found} />
      <History found={found} />
      <Line found={found} />
      <Person record={record} />
      <details>
        <summary>Everything as the API gives it (JSON)</summary>
        <pre tabIndex={0}>{JSON.stringify(found, null, 2)}</pre>
      </details>
      {at && <p class="quiet small">Read at {clock(at)}. It is read again every {REFRESH_SECONDS} seconds.</p>}
    </>
  );
}

/** When it can be called next, on the clocks of the business and of the person. */
function Times(props: { found: LeadAnswer }) {
  const { next_dial_at: next } = props.found;
  const zones = zonesOf(props.found).filter((zone) => zone !== businessZone.value);
  return (
    <dl class="pairs">
      <dt>Now, for the person</dt>
      <dd>{zonesOf(props.found).map((zone) => clock(props.found.timestamp, zone)).join(" or ") || "Not known"}</dd>
      <dt>Next call possible</dt>
      <dd>
        {props.found.may_dial ? "Now" : next ? moment(next) : "Not by waiting alone"}
        {next && !props.found.may_dial && zones.map((zone) => <span key={zone} class="quiet">, for the person {moment(next, zone)}</span>)}
      </dd>
    </dl>
  );
}

function Checks(props: { found: LeadAnswer }) {
  return (
    <ul class="checks">
      {checks(props.found, businessZone.value).map((check) => (
        <li key={check.name}>
          <span class="row spread">
            <strong>{check.name}</strong>
            <Badge tone={check.passed ? "good" : "warn"}>{check.state}</Badge>
          </span>
          <span class="small">Found: {check.found}. Needed: {check.allowed}.</span>
          {check.why && <span class="small">It holds back because {check.why}.</span>}
        </li>
      ))}
    </ul>
  );
}
