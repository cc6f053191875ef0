/** One entry of the ledger. */

import { showNumber } from "../../handover.ts";
import { moment } from "../../time.ts";
import { Table } from "../../ui/table.tsx";
import { phone } from "../../words.ts";
import { gatesOf, sentenceOf, text, type Entry } from "./entry.ts";

export function EntryItem({ entry }: { entry: Entry }) {
  const at = text(entry, "at");
  const number = text(entry, "phone");
  const gates = gatesOf(entry);
  return (
    <li>
      {at && <time class="quiet" dateTime={at}>{moment(at)}</time>}
      <p>{sentenceOf(entry)}</p>
      <details>
        <summary>The whole entry</summary>
        <div class="stack">
          {gates.length > 0 && (
            <Table
              caption="What allowed the call"
              columns={[
                { head: "Checked", cell: (one) => one.name },
                { head: "Value", cell: (one) => one.value },
                { head: "Allowed", cell: (one) => one.limit },
              ]}
              rows={gates}
              id={(one) => one.name}
            />
          )}
          <pre>{JSON.stringify(entry, null, 2)}</pre>
          {number && <div class="row"><button type="button" onClick={() => showNumber(number)}>Show the number {phone(number)}</button></div>}
        </div>
      </details>
    </li>
  );
}
