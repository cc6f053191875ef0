/** Entries as a file. The key is in a header, so a plain link cannot load it. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useCommand } from "../../live.ts";
import { Progress } from "../../ui/loading.tsx";
import { Trouble } from "../../ui/notice.tsx";
import { tell } from "../../ui/toast.tsx";
import { save } from "../../whole_list.ts";
import { file, type Query } from "./ask.ts";

const FILES = [["text/csv", "csv", "Download CSV"], ["application/jsonl", "jsonl", "Download JSON lines"]] as const;

export function Download({ query }: { query: Query }) {
  const command = useCommand();
  const [pages, setPages] = useState(0);
  const end = useRef<AbortController | undefined>(undefined);
  // Who leaves the view does not want the file any more.
  useEffect(() => () => end.current?.abort(), []);
  const load = (type: (typeof FILES)[number][0], ending: string) => command.run(async () => {
    setPages(0);
    const controller = new AbortController();
    end.current = controller;
    const blob = await file(query, type, controller.signal, setPages);
    // No number is in the name: it stays in the list of downloads.
    save(blob, `audit-${query.from || "until"}-${query.to || "today"}.${ending}`);
    tell("The file is complete.");
  });
  return (
    <div class="stack no-print">
      <div class="row">
        {FILES.map(([type, ending, words]) => (
          <button key={type} type="button" disabled={command.busy} onClick={() => void load(type, ending)}>{words}</button>
        ))}
        {command.busy && <button type="button" onClick={() => end.current?.abort()}>Cancel the download</button>}
      </div>
      {command.busy && <Progress label="Pages of the file read" done={pages} />}
      <Trouble problem={command.problem} />
    </div>
  );
}
