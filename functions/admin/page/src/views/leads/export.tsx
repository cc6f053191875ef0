/** All leads of the filter as a file for spreadsheets. */

import { useEffect, useRef, useState } from "preact/hooks";
import { api, whole } from "../../api.ts";
import { useCommand } from "../../live.ts";
import { businessZone, day } from "../../time.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Progress } from "../../ui/loading.tsx";
import { Trouble } from "../../ui/notice.tsx";
import { wholeList } from "../../whole_list.ts";
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
    const query: object = { ...queryOf(filter.value), sort: sort.value, order: order.value, limit: PAGE };
    const ask = (cursor: string | undefined) =>
      whole<unknown>(api.GET("/api/admin/redial-queue/records", {
        params: { query: { ...query, cursor } }, headers: { Accept: "text/csv" }, parseAs: "text", signal: end.current.signal,
      }));
    let rows = 0;
    const file = await wholeList("text/csv", ask, (page) => {
      // A line break can stand in quotes, so these are at least the rows.
      rows += page.split("\n").length - 1;
      setDone(Math.min(rows, props.filtered));
    });
    setLink(URL.createObjectURL(file));
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
