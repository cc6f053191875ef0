/** What holds a number, and its calls of the last 24 hours. */

import type { Schema } from "../../api.ts";
import { away, moment } from "../../time.ts";
import { Empty } from "../../ui/notice.tsx";
import { Table } from "../../ui/table.tsx";
import { count } from "../../words.ts";
import { provider } from "./entry.ts";

export function Line({ line }: { line: Schema<"LineJson"> }) {
  const { held_by: hold, agent_calls, waiting_results, calls_24h, transferred_at } = line;
  return (
    <section class="panel stack" aria-labelledby="calls-of-number">
      <h2 id="calls-of-number">Calls</h2>
      <ul class="plain-list stack">
        {hold && (
          <li>
            <strong>A call may be in progress.</strong> {provider(hold.provider)} was asked for it on {moment(hold.since)} for lead {hold.lead_id}. Nobody else
            calls the number until it is over. If no result comes, {provider(hold.provider)} is asked {until(hold.until)} what became of it.
            {hold.call_id && <> Call <code>{hold.call_id}</code>.</>}
          </li>
        )}
        {agent_calls.map((call) => (
          <li key={`${call.since} ${call.call_id}`}>
            <strong>An agent talks with the person</strong>, as {provider(call.source)} said on {moment(call.since)}. The queue does not call the number
            until that call has a result, or until {moment(call.until)} at the latest.
          </li>
        ))}
        {!hold && agent_calls.length === 0 && <li>No call is in progress.</li>}
        {waiting_results > 0 && <li>{count(waiting_results, "result waits", "results wait")} to be stored. The next run stores {waiting_results === 1 ? "it" : "them"}.</li>}
        {transferred_at && <li>The person was last connected with an agent until {moment(transferred_at)} ({away(transferred_at)}).</li>}
      </ul>
      <h3>Calls of the last 24 hours</h3>
      {calls_24h.length === 0 ? (
        <Empty title="No call in the last 24 hours." />
      ) : (
        <Table
          wide
          caption="Calls of the last 24 hours"
          columns={[
            { head: "When", cell: (call) => moment(call.at) },
            { head: "Made by", cell: (call) => (call.attempt_id ? "This queue" : "Somebody else, or the person called us") },
            { head: "Result", cell: (call) => (call.recorded ? "Stored" : "Not yet known or stored") },
            { head: "Id of the call", cell: (call) => (call.call_id ? <code>{call.call_id}</code> : "–") },
          ]}
          rows={calls_24h}
          id={(call) => `${call.at} ${call.attempt_id} ${call.call_id}`}
        />
      )}
    </section>
  );
}

function until(at: string): string {
  return Date.parse(at) > Date.now() ? `on ${moment(at)}` : "by the next run";
}
