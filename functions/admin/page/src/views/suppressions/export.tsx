/** The whole list as a file. */

import { useState } from "preact/hooks";
import { api, type Schema, whole } from "../../api.ts";
import { useCommand } from "../../live.ts";
import { day } from "../../time.ts";
import { Progress } from "../../ui/loading.tsx";
import { Notice, Trouble } from "../../ui/notice.tsx";
import { tell } from "../../ui/toast.tsx";
import { save } from "../../whole_list.ts";
import { count } from "../../words.ts";

type Format = Schema<"ListFormatWord">;
type InBucket = Schema<"ExportAnswer">;

export function Export() {
  const command = useCommand();
  const [parts, setParts] = useState<InBucket[]>([]);
  const all = parts.reduce((sum, part) => sum + part.count, 0);
  const run = (format: Format) =>
    command.run(async () => {
      setParts([]);
      let cursor: string | undefined;
      do {
        const query = { format, ...(cursor && { cursor }) };
        // The answer is a list, or JSON if the list is long.
        const answer = await whole(api.GET("/api/admin/redial-queue/suppressions", { params: { query }, parseAs: "text" }));
        if (answer.response.status === 201) {
          const part = JSON.parse(String(answer.data)) as InBucket;
          setParts((old) => [...old, part]);
          cursor = part.next_cursor ?? undefined;
        } else {
          save(new Blob([String(answer.data)]), `do-not-call-${day(new Date())}.${format}`);
          tell("The list was downloaded.");
          cursor = undefined;
        }
      } while (cursor);
    });
  return (
    <section class="panel stack" aria-labelledby="export">
      <h2 id="export">Export the whole list</h2>
      <p>A list of at most 1,000 numbers is downloaded. A longer one is written to the bucket of the queue.</p>
      <div class="row">
        <button type="button" disabled={command.busy} onClick={() => void run("csv")}>Export as CSV</button>
        <button type="button" disabled={command.busy} onClick={() => void run("jsonl")}>Export as JSON lines</button>
      </div>
      {command.busy && <Progress label="Numbers written" done={all} />}
      <Trouble problem={command.problem} />
      {parts.length > 0 && !command.busy && (
        <Notice tone="good" title={`${count(all, "number")} in the bucket, under ${count(parts.length, "key")}:`}>
          <ul>{parts.map((part) => <li key={part.key}><code>{part.key}</code> ({count(part.count, "number")})</li>)}</ul>
          <p>Ask whoever has access to the bucket to fetch it. It is deleted after 7 days.</p>
        </Notice>
      )}
    </section>
  );
}
