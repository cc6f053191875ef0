/** What the last runs did, and why they ended. */

import { useState } from "preact/hooks";
import { api, ok, type Schema } from "../api.ts";
import { useLive } from "../live.ts";
import { queue, REFRESH_SECONDS } from "../queue.ts";
import { away, moment, span } from "../time.ts";
import { Select } from "../ui/form.tsx";
import { Answer } from "../ui/loading.tsx";
import { Badge, Empty, Notice } from "../ui/notice.tsx";
import { ReadOnly } from "../ui/read_only.tsx";
import { Table, type Column } from "../ui/table.tsx";
import { plain, stopped } from "../words.ts";
import { isOverdue, nextRun } from "./overview/sentence.ts";
import { RunNow } from "./run_now.tsx";
import "./runs.css";

const LIMITS = [["24", "24 runs"], ["96", "96 runs"], ["288", "288 runs, which is all"]] as const;

type Run = Schema<"RunJson">;

const number = (of: (run: Run) => number) => (run: Run) => of(run).toLocaleString("en-US");

const COLUMNS: readonly Column<Run>[] = [
  { head: "Began", cell: (run) => <div class="run-began">{moment(run.started_at)} <span class="quiet">{away(run.started_at)}</span></div> },
  { head: "Took", number: true, cell: (run) => span(run.duration_ms / 1000) },
  { head: "Due", number: true, cell: number((run) => run.total_ready) },
  { head: "Calls made", number: true, cell: number((run) => run.calls_made) },
  { head: "Skipped", number: true, cell: number((run) => run.skipped) },
  { head: "Put off", number: true, cell: number((run) => run.deferred) },
  { head: "Found late", number: true, cell: number((run) => run.reconciled) },
  { head: "Lost", number: true, cell: number((run) => run.lost) },
  { head: "Errors", number: true, cell: (run) => (run.errors > 0 ? <strong class="error">{run.errors.toLocaleString("en-US")}</strong> : "0") },
  { head: "Why it ended", cell: (run) => <div class="run-why"><Why run={run} /></div> },
];

export function Runs() {
  const [limit, setLimit] = useState("24");
  const live = useLive(
    (signal) => ok(api.GET("/api/admin/redial-queue/runs", { params: { query: { limit: Number(limit) } }, signal })),
    REFRESH_SECONDS,
    [limit],
  );
  const done = () => {
    live.refresh();
    queue.value?.refresh();
  };
  return (
    <>
      <div class="row spread bottom">
        <Select label="How many" value={limit} options={LIMITS} onInput={setLimit} />
        <div class="row">
          <RunNow onDone={done} />
          <ReadOnly />
        </div>
      </div>
      <Answer live={live} what="the runs">
        {(answer) => (
          <>
            <Now working={answer.is_processing} at={Date.parse(answer.timestamp)} />
            {answer.runs.length === 0 ? (
              <Empty title="No run has ended yet."><p>The schedule begins the first one. Or press "Run now".</p></Empty>
            ) : (
              <section class="panel stack">
                <Table caption="Runs, the newest first" columns={COLUMNS} rows={answer.runs} id={(run) => run.started_at} />
                <Meaning />
              </section>
            )}
          </>
        )}
      </Answer>
    </>
  );
}

/** Whether a run is at work, and when the next one begins. */
function Now(props: { working: boolean; at: number }) {
  const status = queue.value?.data?.status;
  if (!status) return null;
  if (!props.working && isOverdue(status, props.at)) {
    return (
      <Notice tone="warn" title="A run is overdue.">
        One should begin every {span(status.interval_minutes * 60)}. Nobody is called without a run: check the alarms.
      </Notice>
    );
  }
  const next = nextRun({ ...status, is_processing: props.working }, props.at);
  return <p role="status">{next.charAt(0).toUpperCase() + next.slice(1)}.{props.working && " It is listed when it has ended."}</p>;
}

function Why({ run }: { run: Run }) {
  if (!run.stopped_by) return <Badge tone="good">Reached its end</Badge>;
  const known = stopped(run.stopped_by);
  if (!known) return <>{plain(run.stopped_by)}. {run.explanation}</>;
  const [because, advice] = known;
  return <>{because.charAt(0).toUpperCase() + because.slice(1)}. <span class="quiet">{advice}</span></>;
}

function Meaning() {
  return (
    <details>
      <summary>What the columns mean</summary>
      <dl class="pairs">
        <dt>Due</dt><dd>Leads that could be called, as the run saw it.</dd>
        <dt>Calls made</dt><dd>Calls that Bland placed.</dd>
        <dt>Skipped</dt><dd>Due leads that were not called, for example because they changed meanwhile. Later runs look at them again.</dd>
        <dt>Put off</dt><dd>Leads that wait some minutes more because their number was in a call.</dd>
        <dt>Found late</dt><dd>Results that did not come by themselves, so that the run had to ask for them.</dd>
        <dt>Lost</dt><dd>Calls that Bland does not know. They count as an attempt.</dd>
        <dt>Errors</dt><dd>Calls that failed or have no clear answer, and stored objects that could not be read.</dd>
      </dl>
    </details>
  );
}
