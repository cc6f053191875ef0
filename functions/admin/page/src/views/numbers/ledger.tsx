/** What was done about a number in the last days. */

import { useState } from "preact/hooks";
import { api, ok } from "../../api.ts";
import { useLive } from "../../live.ts";
import { moment } from "../../time.ts";
import { Select } from "../../ui/form.tsx";
import { Answer } from "../../ui/loading.tsx";
import { Empty, Notice } from "../../ui/notice.tsx";
import { Table } from "../../ui/table.tsx";
import { happened, read, who } from "./entry.ts";

const DAYS = [["2", "Today and yesterday"], ["7", "The last 7 days"], ["31", "The last 31 days"]] as const;

/** `changes` counts what was done on this page. */
export function Ledger({ phone, changes }: { phone: string; changes: number }) {
  const [days, setDays] = useState("2");
  const live = useLive(
    (signal) => ok(api.GET("/api/admin/redial-queue/numbers/{phone}", { params: { path: { phone }, query: { days: Number(days) } }, signal })),
    0,
    [phone, days, changes],
  );
  return (
    <section class="panel stack" aria-labelledby="history-of-number">
      <div class="row spread bottom">
        <h2 id="history-of-number">What was done</h2>
        <div class="row bottom">
          <Select label="Days" value={days} options={DAYS} onInput={setDays} />
          <button type="button" onClick={live.refresh}>Load again</button>
        </div>
      </div>
      <Answer live={live} what="what was done">
        {({ ledger }) => {
          if (!ledger.entries) return <Notice tone="warn" title="Too much was done in these days to search at once.">Choose fewer days.</Notice>;
          if (ledger.entries.length === 0) {
            return <Empty title="No entry is about this number in these days."><p>Choose more days, or make a proof for earlier ones. A list that was imported has one entry for all of its numbers, under Audit.</p></Empty>;
          }
          return (
            <Table
              wide
              caption="What was done about this number, oldest first"
              columns={[
                { head: "When", cell: (entry) => moment(entry.at) },
                { head: "What", cell: happened },
                { head: "Who", cell: who },
                { head: "Lead", cell: (entry) => entry.lead ?? "–" },
              ]}
              rows={ledger.entries.map(read)}
              id={(entry) => entry.id}
            />
          );
        }}
      </Answer>
      <p class="quiet small">That a number was put on the do-not-call list is listed here after the next run. It counts at once.</p>
    </section>
  );
}
