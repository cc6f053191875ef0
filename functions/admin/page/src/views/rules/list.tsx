/** Every rule, with where it comes from. */

import { useState } from "preact/hooks";
import type { Schema } from "../../api.ts";
import { Select } from "../../ui/form.tsx";
import { Empty } from "../../ui/notice.tsx";
import { Table } from "../../ui/table.tsx";
import { Obeyed } from "./obeyed.tsx";
import { placeName } from "./places.ts";
import { confidence, demand, effective, type Rule } from "./words.ts";

export function RuleList({ all }: { all: Schema<"RulesAnswer"> }) {
  const [place, setPlace] = useState("");
  const places = [...new Set(all.rules.map((rule) => rule.jurisdiction))].sort((a, b) => placeName(a).localeCompare(placeName(b)));
  const shown = all.rules.filter((rule) => !place || rule.jurisdiction === place);
  return (
    <>
      <section class="panel stack" aria-labelledby="rules-source">
        <h2 id="rules-source">Where the rules come from</h2>
        <dl class="pairs">
          <dt>Version</dt><dd>{all.data_version}</dd>
          <dt>File</dt><dd>{all.file ? <code>{all.file}</code> : "The rules of the release: no newer file is in the bucket."}</dd>
          <dt>SHA-256</dt><dd><code>{all.data_sha256}</code></dd>
          <dt>Setting calling_rules</dt><dd><code>{all.calling_rules}</code></dd>
        </dl>
        <h3>Newer files that cannot be used</h3>
        {all.refused_files.length === 0 ? <p>None.</p> : (
          <>
            <p>Correct each file and upload it under a new name.</p>
            <Table
              caption="Newer files that cannot be used"
              columns={[{ head: "File", cell: (file) => <code>{file.key}</code> }, { head: "What is wrong", cell: (file) => file.reason }]}
              rows={all.refused_files}
              id={(file) => file.key}
            />
          </>
        )}
      </section>
      <section class="panel stack" aria-labelledby="all-rules">
        <div class="row spread bottom">
          <h2 id="all-rules">All rules ({shown.length})</h2>
          <Select label="State" value={place} options={[["", "All states"], ...places.map((one) => [one, placeName(one)] as const)]} onInput={setPlace} />
        </div>
        {shown.length === 0 ? <Empty title="No rule." /> : (
          <Table
            wide
            caption="All rules"
            columns={[
              { head: "Rule", cell: (rule) => <code>{rule.id}</code> },
              { head: "Where", cell: (rule) => placeName(rule.jurisdiction) },
              { head: "What it asks for", cell: (rule) => demand(rule.demand) },
              { head: "Obeyed now?", cell: (rule) => <Obeyed rule={rule} at={new Date()} /> },
              { head: "In effect", cell: effective },
              { head: "Law, and how sure it is", cell: (rule) => <Law rule={rule} /> },
            ]}
            rows={shown}
            id={(rule) => rule.id}
          />
        )}
      </section>
    </>
  );
}

function Law({ rule }: { rule: Rule }) {
  return (
    <div class="rule-law">
      <cite>{rule.citation}</cite>
      <div class="small">How sure: {confidence(rule.confidence)}.</div>
      {rule.note && <div class="quiet small">{rule.note}</div>}
    </div>
  );
}
