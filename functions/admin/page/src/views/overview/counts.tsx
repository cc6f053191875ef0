/** How many leads there are, each number with the way to these leads. */

import type { Schema } from "../../api.ts";
import { showLeads } from "../../handover.ts";
import { status } from "../../words.ts";

type Filter = Parameters<typeof showLeads>[0];

export function Counts(props: { stats: Schema<"StatsJson">; blocked: Schema<"BlockedAnswer"> | undefined }) {
  const { stats, blocked } = props;
  const consent = blocked?.gates.find((gate) => gate.gate === "consent")?.first;
  const counts: (readonly [words: string, number: number | undefined, filter: Filter])[] = [
    ["All leads", stats.total_records, {}],
    ["Can be called now", stats.ready_to_dial, { ready: "true" }],
    [status("pending"), stats.pending, { status: "pending" }],
    [status("rescheduled"), stats.rescheduled, { status: "rescheduled" }],
    [status("paused"), stats.paused, { status: "paused" }],
    [status("completed"), stats.completed, { status: "completed" }],
    [status("max_attempts"), stats.max_attempts, { status: "max_attempts" }],
    [status("unreadable"), stats.unreadable_records, { status: "unreadable" }],
    ["Waiting for consent", consent, { gate: "consent" }],
  ];
  return (
    <section class="stack" aria-labelledby="counts">
      <h2 id="counts">Leads</h2>
      <ul class="counts">
        {counts.map(([words, number, filter]) => (
          <li key={words}>
            <a class="panel" href="#leads" onClick={() => showLeads(filter)}>
              <span class="big">{number?.toLocaleString("en-US") ?? "…"}</span>
              <span>{words}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
