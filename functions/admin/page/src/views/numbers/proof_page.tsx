/** A proof as a page for paper. Everything on it is open, because paper cannot be pressed. */

import { api, ok, type Schema } from "../../api.ts";
import { useLive } from "../../live.ts";
import { operator } from "../../session.ts";
import { moment } from "../../time.ts";
import { Answer } from "../../ui/loading.tsx";
import { Table } from "../../ui/table.tsx";
import { count, phone as spoken } from "../../words.ts";
import { explained, title } from "../rules/decisions/words.ts";
import { sentence } from "../suppressions/words.ts";
import { read } from "./entry.ts";
import { ProofEntry } from "./proof_entry.tsx";

type ProofAnswer = Schema<"ProofAnswer">;

const FAULTS: Record<string, string> = {
  unreadable: "cannot be read",
  changed: "was changed after it was written",
  missing: "is missing, but later ones are there",
  doubled: "is there twice with different content",
  wrong_chain: "does not follow the one before it",
};

export function ProofPage(props: { phone: string; from: string; to: string }) {
  const { phone, from, to } = props;
  const live = useLive(
    (signal) => ok(api.GET("/api/admin/redial-queue/numbers/{phone}/proof", { params: { path: { phone }, query: { from, to } }, signal })),
    0,
    [phone, from, to],
  );
  return <Answer live={live} what="and checking all entries of these days">{(proof) => <Page proof={proof} />}</Answer>;
}

function Page({ proof }: { proof: ProofAnswer }) {
  const { checked, entries, decisions, suppressed } = proof;
  const of = (kind: string) => entries.filter((entry) => read(entry).kind === kind).length;
  const [attempts, failed] = [of("attempt"), of("not_called")];
  return (
    <article class="proof stack" aria-labelledby="proof-title">
      <header class="row spread">
        <h3 id="proof-title" class="big">Proof of calls to {spoken(proof.phone)}</h3>
        <button type="button" class="primary no-print" onClick={() => print()}>Print</button>
      </header>
      <dl class="pairs">
        <dt>Number</dt><dd>{proof.phone}</dd>
        <dt>Days</dt><dd>{proof.from} to {proof.to}, in UTC</dd>
        <dt>Made</dt><dd>{moment(proof.timestamp)} ({proof.timestamp}){operator.value && ` with the key “${operator.value.name}”`}</dd>
        <dt>Calls</dt>
        <dd>
          {count(attempts, "call was", "calls were")} allowed.{" "}
          {failed > 0 ? `${count(failed, "of them was", "of them were")} not made in the end.` : attempts > 0 && "No entry says that one of them was not made."}
        </dd>
        <dt>Now</dt><dd>{suppressed ? sentence(suppressed) : "The number is not on the do-not-call list."}</dd>
        <dt>Rules now</dt><dd>Version {proof.rules_version}. Each call below names the version by which it was decided.</dd>
        <dt>Checked</dt>
        <dd>{count(checked.entries, "entry", "entries")} of all numbers in {count(checked.chains, "chain")} in {count(checked.objects, "file")} of these days</dd>
      </dl>
      <Verified proof={proof} />
      <section class="stack" aria-labelledby="proof-entries">
        <h4 id="proof-entries">Entries about this number, oldest first</h4>
        {entries.length === 0 ? (
          <p>{proof.verified ? "There are none: the queue asked for no call to this number in these days." : "None was found. There may be some among those that cannot be read."}</p>
        ) : (
          <Table
            wide
            caption="Entries, each with what and why"
            columns={[
              { head: "When", cell: (entry) => <ProofEntry.When entry={read(entry)} /> },
              { head: "What, and why", cell: (entry) => <ProofEntry.What entry={read(entry)} /> },
              { head: "Who", cell: (entry) => <ProofEntry.Who entry={read(entry)} /> },
              { head: "Where it is kept", cell: (entry) => <ProofEntry.Kept json={entry} /> },
            ]}
            rows={entries}
            id={(entry) => `${entry.object} ${read(entry).id}`}
          />
        )}
      </section>
      <section class="stack" aria-labelledby="proof-decisions">
        <h4 id="proof-decisions">Decisions about the calling rules in these days</h4>
        {decisions.length === 0 ? <p>None.</p> : (
          <ul>
            {decisions.map((one) => (
              <li key={one.id}>
                <strong>{title(one)}.</strong> {explained(one)} Recorded by {one.by} on {moment(one.recorded_at)}: “{one.why}”
                {one.ended_at && ` Ended by ${one.ended_by} on ${moment(one.ended_at)}: “${one.ended_why}”`}
              </li>
            ))}
          </ul>
        )}
      </section>
      <p class="small">Note: {proof.note}.</p>
    </article>
  );
}

function Verified({ proof: { verified, faults } }: { proof: ProofAnswer }) {
  if (verified) return <p class="notice good"><strong>Verified: all entries of these days are as they were written.</strong></p>;
  return (
    <section class="notice bad" role="alert">
      <div class="stack">
        <strong>Not verified: {count(faults.length, "entry is", "entries are")} not as written.</strong>
        <Table
          caption="Entries that are not as they were written"
          columns={[
            { head: "What is wrong", cell: (fault) => `An entry ${FAULTS[fault.fault] ?? fault.fault}.` },
            { head: "Number in its chain", cell: (fault) => fault.seq || "–", number: true },
            { head: "Chain", cell: (fault) => <code>{fault.writer || "–"}</code> },
            { head: "File", cell: (fault) => (fault.object ? <code>{fault.object}</code> : "–") },
          ]}
          rows={faults}
          id={(fault) => `${fault.fault} ${fault.object} ${fault.writer} ${fault.seq}`}
        />
        <p>An entry of another number counts here too. Ask whoever runs the queue to look at these files before you rely on the proof.</p>
      </div>
    </section>
  );
}
