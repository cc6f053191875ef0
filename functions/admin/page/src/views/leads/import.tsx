/** Adds the leads of a file. */

import { useState } from "preact/hooks";
import { api, ok, Problem } from "../../api.ts";
import { useCommand } from "../../live.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { Field, Text } from "../../ui/form.tsx";
import { Notice } from "../../ui/notice.tsx";
import { tell } from "../../ui/toast.tsx";
import { follow } from "./works.ts";

/** The longest body that the API takes. */
const MOST_BYTES = 6 * 1024 * 1024;

export function Import(props: { onClose: () => void }) {
  const command = useCommand();
  const [file, setFile] = useState<File>();
  const [isOver, setOver] = useState(false);
  const [name, setName] = useState("");
  const tooLarge = file !== undefined && file.size > MOST_BYTES;
  const choose = (files: FileList | null | undefined) => {
    command.forget();
    setFile(files?.[0]);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    choose(event.dataTransfer?.files);
  };
  const work = async () => {
    const body = await file!.text();
    if (body.trim() === "") throw new Problem(200, "The file is empty.");
    const answer = await ok(api.POST("/api/admin/redial-queue/leads", { body, bodySerializer: String, headers: { "Content-Type": typeOf(file!.name, body) } }));
    follow({ kind: "import", id: answer.id });
    tell("The file is sent. Its progress is above the list.");
  };
  return (
    <Confirm title="Add leads from a file" action="Add the leads" disabled={!file || tooLarge} command={command} work={work} onClose={props.onClose}>
      <p>
        Each line is one lead, which is called as every other lead, at once or at its time. A lead that is in the queue stays as it is, so you can send a file again.
        Numbers that must not be called are refused.
      </p>
      <div class={isOver ? "drop over" : "drop"} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <Field label="File with leads" hint="CSV, or JSON lines. At most 6 MB. You can drop it here.">
          {(attributes) => <input {...attributes} type="file" accept=".csv,.jsonl,.ndjson,.json,.txt,text/csv,application/jsonl" onChange={(event) => choose(event.currentTarget.files)} />}
        </Field>
        {file && <p role="status">{file.name}, {(file.size / 1_000_000).toLocaleString("en-US", { maximumFractionDigits: 2 })} MB</p>}
      </div>
      {tooLarge && <TooLarge name={file.name} />}
      <details>
        <summary>What the file must look like</summary>
        <div class="stack">
          <p>The first line of a CSV file names its columns. <code>lead_id</code> and <code>phone_number</code> are required.</p>
          <pre tabIndex={0}>{EXAMPLE}</pre>
          <p>
            The other columns may be left out: <code>list_id</code>, <code>first_name</code>, <code>last_name</code>, <code>state</code>, <code>postal_code</code>, <code>at</code> (time of the first call, such as 2026-12-01T13:30:00-05:00), <code>consent_level</code> (express or written), <code>consent_at</code>, <code>consent_source</code> and <code>consent_text_sha256</code>.
          </p>
          <p>JSON lines have one object with these fields in each line.</p>
        </div>
      </details>
      <details>
        <summary>Show the progress of a file in the bucket</summary>
        {/* Enter would send the file that was chosen above. */}
        <div class="stack" onKeyDown={(event) => event.key === "Enter" && event.target instanceof HTMLInputElement && event.preventDefault()}>
          <Text label="Name of the file in leads/" value={name} onInput={setName} hint="For example leads.csv. A run must have begun with it." />
          <button type="button" disabled={name.trim() === ""} onClick={() => { follow({ kind: "import", id: name.trim() }); props.onClose(); }}>Show its progress</button>
        </div>
      </details>
    </Confirm>
  );
}

const EXAMPLE = "lead_id,phone_number,first_name,last_name,state,list_id\n123456,(555) 555-0123,Dora,Ellis,MA,456";

/** A file with objects has JSON lines, whatever its name says. */
function typeOf(name: string, body: string): string {
  return /\.(jsonl|ndjson|json)$/i.test(name) || body.trimStart().startsWith("{") ? "application/jsonl" : "text/csv";
}

function TooLarge(props: { name: string }) {
  // It is pasted into a shell, and whoever made the file chose its name.
  const name = /^\w[\w.-]*$/.test(props.name) ? props.name : "leads.csv";
  return (
    <Notice tone="warn" title="The file is larger than 6 MB.">
      <p>Divide it, or ask somebody with access to the bucket to upload it:</p>
      <pre tabIndex={0}>{`aws s3 cp ${name} "s3://$BUCKET/leads/${name}"`}</pre>
      <p>The next run begins with it. Its name shows the progress below.</p>
    </Notice>
  );
}
