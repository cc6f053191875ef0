/** How far a file of leads is, until it is done. */

import { api, ok, type Schema } from "../../api.ts";
import { useProgress } from "../../live.ts";
import { Answer, Progress } from "../../ui/loading.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Table } from "../../ui/table.tsx";
import { count } from "../../words.ts";
import type { WorkProps } from "./works.ts";

type Import = Schema<"LeadImportAnswer">;
type Line = Schema<"BadLineJson">;

export function ImportWork(props: WorkProps) {
  const { id, onDone, onClose } = props;
  const live = useProgress((signal) => ok(api.GET("/api/admin/redial-queue/leads/import/{id}", { params: { path: { id } }, signal })), [id], onDone);
  return (
    <section class="panel stack" aria-label="Leads from a file">
      <Answer live={live} what="the progress">{(found) => <State found={found} onClose={onClose} />}</Answer>
      {!live.data && live.problem && <div class="row"><button type="button" onClick={onClose}>Close</button></div>}
    </section>
  );
}

function State(props: { found: Import; onClose: () => void }) {
  const { found, onClose } = props;
  if (found.state === "running") {
    return (
      <>
        <Progress label="Adding leads: lines done" done={found.lines_done} of={found.lines ?? undefined} />
        <p class="quiet">Runs go on with it, also if you close this page. Calls go on meanwhile.</p>
      </>
    );
  }
  const failed = found.state === "failed";
  const wrong = found.bad_lines + found.refused_lines;
  const title = failed ? `The file is no list of leads: ${found.reason ?? "the reason is not known"}` : `${count(found.added, "lead")} added from ${count(found.lines_done, "line")}`;
  return (
    <>
      <Notice tone={failed ? "bad" : wrong > 0 ? "warn" : "good"} title={title} action={<button type="button" onClick={onClose}>Close</button>}>
        {failed && <p>Correct the file and send it again. No lead was added.</p>}
        {found.known > 0 && <p>{count(found.known, "lead")} had a record before and stay as they are.</p>}
        {found.bad_lines > 0 && <p>{count(found.bad_lines, "line")} cannot be understood. Correct these lines and send the file again: leads that were added stay as they are.</p>}
        {found.refused_lines > 0 && <p>{count(found.refused_lines, "line")} refused, because the number must not be called.</p>}
      </Notice>
      <Lines title="Lines that cannot be understood" all={found.bad_lines} lines={found.bad} />
      <Lines title="Refused lines" all={found.refused_lines} lines={found.refused} />
    </>
  );
}

function Lines(props: { title: string; all: number; lines: readonly Line[] }) {
  const { title, all, lines } = props;
  if (lines.length === 0) return null;
  return (
    <details open={lines.length <= 20}>
      <summary>{title} ({all.toLocaleString("en-US")})</summary>
      <Table
        caption={title}
        columns={[
          { head: "Line", cell: (line) => line.line.toLocaleString("en-US"), number: true },
          { head: "What is wrong", cell: (line) => line.reason },
        ]}
        rows={lines}
        id={(line) => String(line.line)}
      />
      {all > lines.length && <p class="quiet">The first {lines.length.toLocaleString("en-US")} are shown.</p>}
    </details>
  );
}
