/** How far an import is. */

import { api, ok, type Schema } from "../../api.ts";
import { useProgress } from "../../live.ts";
import { moment } from "../../time.ts";
import { Answer, Progress } from "../../ui/loading.tsx";
import { Badge, Notice } from "../../ui/notice.tsx";
import { Table } from "../../ui/table.tsx";
import { count } from "../../words.ts";

export function ImportProgress(props: { id: string; onDone: () => void }) {
  const { id, onDone } = props;
  const live = useProgress(
    (signal) => ok(api.GET("/api/admin/redial-queue/suppressions/import/{id}", { params: { path: { id } }, signal })),
    [id],
    onDone,
  );
  return (
    <div class="stack">
      <h3>Import {id}</h3>
      <Answer live={live} what="the import">{(answer) => <State answer={answer} />}</Answer>
    </div>
  );
}

function State({ answer }: { answer: Schema<"ImportAnswer"> }) {
  const { state, lines_done, lines, added, known, bad_lines, bad } = answer;
  return (
    <>
      {state === "running" && (
        <>
          <Badge tone="warn">Importing. Nothing is dialed until it is done.</Badge>
          <Progress label="Lines" done={lines_done} of={lines ?? undefined} />
          <p class="quiet">Each run goes on where the last one stopped. You can leave this view.</p>
        </>
      )}
      {state === "failed" && (
        <Notice tone="bad" title="This is no list, so none of its numbers was taken in.">
          {answer.reason} Correct the file and import it again. Dialing goes on.
        </Notice>
      )}
      {state === "done" && <Badge tone={bad_lines > 0 ? "warn" : "good"}>Done</Badge>}
      <dl class="pairs">
        <dt>New on the list</dt><dd>{count(added, "number")}</dd>
        <dt>On the list before</dt><dd>{count(known, "number")}</dd>
        <dt>Not understood</dt><dd>{count(bad_lines, "line")}</dd>
        <dt>Sent by</dt><dd>{answer.by === "upload" ? "a file in the bucket" : answer.by}</dd>
        <dt>Began</dt><dd>{moment(answer.started_at)}</dd>
        <dt>Last progress</dt><dd>{moment(answer.updated_at)}</dd>
      </dl>
      {bad.length > 0 && (
        <>
          <p>Correct these lines and import them again{bad_lines > bad.length && `. Only the first ${bad.length.toLocaleString("en-US")} are shown`}:</p>
          <Table
            caption="Lines that were not understood"
            columns={[
              { head: "Line", cell: (line) => line.line.toLocaleString("en-US"), number: true },
              { head: "What is wrong", cell: (line) => line.reason },
            ]}
            rows={bad}
            id={(line) => String(line.line)}
          />
        </>
      )}
    </>
  );
}
