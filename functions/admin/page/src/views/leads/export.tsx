/** All leads of the filter as a file for spreadsheets. */

import { useEffect, useRef, useState } from "preact/hooks";
import { api, whole } from "../../api.ts";
import { useCommand } from "../../live.ts";
import { businessZone, day } from "../../time.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Progress } from "../../ui/loading.tsx";
import { Trouble } from "../../ui/notice.tsx";
import { count } from "../../words.ts";
import { filter, order, queryOf, sort } from "./filter.ts";

/** The most that one answer may have. */
const PAGE = 1000;

export function Export(props: { filtered: number; onClose: () => void }) {
  const [done, setDone] = useState(0);
  const [link, setLink] = useState<string>();
  const command = useCommand();
  const end = useRef(new AbortController());
  useEffect(() => () => end.current.abort(), []);
  useEffect(() => () => URL.revokeObjectURL(link ?? ""), [link]);

  const read = async () => {
    const parts: string[] = [];
    let rows = 0;
    let cursor: string | null = null;
    do {
      const query: object = { ...queryOf(filter.value), sort: sort.value, order: order.value, limit: PAGE, ...(cursor && { cursor }) };
      const page = await whole<unknown>(api.GET("/api/admin/redial-queue/records", { params: { query }, headers: { Accept: "text/csv" }, parseAs: "text", signal: end.current.signal }));
      const [head, body] = headAndBody(page.data as string);
      if (parts.length === 0) parts.push(head);
      parts.push(body);
      // A line break can stand in quotes, so these are at least the rows.
      rows += body.split("\n").length - 1;
      setDone(Math.min(rows, props.filtered));
      cursor = page.response.headers.get("X-Next-Cursor");
    } while (cursor);
    setLink(URL.createObjectURL(new Blob(parts, { type: "text/csv" })));
  };
  useEffect(() => void command.run(read), []);

  return (
    <Dialog title="Save as CSV" onClose={props.onClose}>
      <p>{count(props.filtered, "lead")} of the filter, with names and numbers. Keep the file safe.</p>
      <Trouble problem={command.problem} again={() => { setDone(0); void command.run(read); }} />
      {command.busy && <Progress label="Leads read" done={done} of={props.filtered} />}
      <div class="row">
        {link && <a class="button" href={link} download={`leads-${day(new Date(), businessZone.value)}.csv`}>Save the file</a>}
        <button type="button" onClick={props.onClose}>{link ? "Close" : "Cancel"}</button>
      </div>
    </Dialog>
  );
}

/** Every page begins with the names of the columns. */
function headAndBody(table: string): [head: string, body: string] {
  const end = table.indexOf("\n") + 1;
  return [table.slice(0, end), table.slice(end)];
}
