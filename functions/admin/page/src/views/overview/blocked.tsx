/** What holds which leads back. */

import type { Schema } from "../../api.ts";
import { showLeads } from "../../handover.ts";
import type { Live } from "../../live.ts";
import { away, moment } from "../../time.ts";
import { Answer } from "../../ui/loading.tsx";
import { Empty } from "../../ui/notice.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { count, gate, gateNames, heldBack, phone } from "../../words.ts";

type Row = Schema<"BlockedByJson">;

const COLUMNS: readonly Column<Row>[] = [
  { head: "Held back by", cell: (row) => <div class="blocked-reason">{gate(row.gate)}<div class="quiet small">Leads that {heldBack(row.gate)}</div></div> },
  { head: "As the first reason", number: true, cell: (row) => <First row={row} /> },
  { head: "At all", number: true, cell: (row) => row.at_all.toLocaleString("en-US") },
  { head: "Ends for the first lead", cell: (row) => <Ends row={row} /> },
  { head: "Examples", cell: (row) => <Examples row={row} /> },
];

export function BlockedLeads(props: { live: Live<Schema<"BlockedAnswer">> }) {
  return (
    <section class="panel stack" aria-labelledby="blocked">
      <h2 id="blocked">What holds leads back</h2>
      <Answer live={props.live} what="what holds leads back">
        {(answer) => {
          const rows = answer.gates.filter((row) => row.first > 0 || row.at_all > 0);
          if (rows.length === 0) return <Empty title="Nothing holds a lead back." />;
          return (
            <>
              <p>
                {count(answer.waiting, "lead")} {answer.waiting === 1 ? "is" : "are"} not finished. {count(answer.ready_to_dial, "lead")} can
                be called now. The others are counted once under their first reason.
              </p>
              <Table caption="Reasons that hold leads back" columns={COLUMNS} rows={rows} id={(row) => row.gate} />
              <p class="quiet small">
                The reasons are in the order in which they are checked. "At all" counts a lead under every reason that holds for it. Reasons
                of the number, from the do-not-call list on, are only checked for leads that pass those before.
              </p>
            </>
          );
        }}
      </Answer>
    </section>
  );
}

function First(props: { row: Row }) {
  const { gate: name, first } = props.row;
  const known = gateNames.find((one) => one === name);
  const words = first.toLocaleString("en-US");
  if (!known || first === 0) return <>{words}</>;
  return <a href="#leads" aria-label={`${words}: show leads held back by ${gate(name)}`} onClick={() => showLeads({ gate: known })}>{words}</a>;
}

function Ends(props: { row: Row }) {
  const { next_opens_at: at, first } = props.row;
  if (at) return <div class="blocked-reason">{away(at)} <span class="quiet">({moment(at)})</span></div>;
  return <span class="quiet">{first > 0 ? "Not by itself" : "–"}</span>;
}

function Examples(props: { row: Row }) {
  return (
    <span class="row blocked-examples">
      {props.row.examples.map(({ lead_id, phone_number }) => (
        <button
          key={`${lead_id} ${phone_number}`}
          type="button"
          class="link"
          aria-label={`Show lead ${lead_id}, ${phone(phone_number)}, held back by ${gate(props.row.gate)}`}
          onClick={() => showLeads({ lead_id, phone: phone_number })}
        >
          {phone(phone_number)}
        </button>
      ))}
    </span>
  );
}
