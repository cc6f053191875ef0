/** A whole list of numbers that must not be called. */

import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { api, ok } from "../../api.ts";
import { useCommand } from "../../live.ts";
import { atSignOut } from "../../session.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { Field, Select, Text } from "../../ui/form.tsx";
import { Notice } from "../../ui/notice.tsx";
import { tell } from "../../ui/toast.tsx";
import { count } from "../../words.ts";
import { ImportProgress } from "./import_progress.tsx";

const PATH = "/api/admin/redial-queue/suppressions/import";
const MOST_BYTES = 6 * 1024 * 1024;
const SHOWN_LINES = 5;
const FORMATS = [["text/csv", "CSV: phone, reason, note"], ["application/jsonl", "JSON lines"]] as const;

type Format = (typeof FORMATS)[number][0];

interface Chosen {
  name: string;
  text: string;
  format: Format;
}

/** The import that is looked at. It is followed again when somebody comes back to this view. */
const followed = signal<string | undefined>(undefined);
atSignOut(() => {
  followed.value = undefined;
});

function formatOf(name: string, text: string): Format {
  return /\.(jsonl|ndjson|json)$/i.test(name) || text.trimStart().startsWith("{") ? "application/jsonl" : "text/csv";
}

export function Import(props: { onDone: () => void }) {
  const [chosen, setChosen] = useState<Chosen | undefined>();
  const [tooLong, setTooLong] = useState(false);
  const [known, setKnown] = useState("");
  const choose = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    // The same file can be chosen again after it was corrected.
    input.value = "";
    if (!file) return;
    setTooLong(file.size > MOST_BYTES);
    if (file.size > MOST_BYTES) return;
    const text = await file.text();
    setChosen({ name: file.name, text, format: formatOf(file.name, text) });
  };
  const follow = (event: SubmitEvent) => {
    event.preventDefault();
    followed.value = known.trim() || undefined;
  };
  return (
    <section class="panel stack" aria-labelledby="import">
      <h2 id="import">Import a list</h2>
      <div class="columns">
        <Field
          label="File of numbers"
          hint="CSV with the columns phone, reason and note, of which only the number is needed, or JSON lines with the same fields. One number in a line, at most 6 MB."
        >
          {(attributes) => <input {...attributes} class="list-file" type="file" accept=".csv,.txt,.jsonl,.ndjson,.json" onChange={(event) => void choose(event.currentTarget)} />}
        </Field>
        <form class="stack" onSubmit={follow}>
          <Text label="Name of an earlier import" value={known} onInput={setKnown} hint="Of a file in the bucket: its name after imports/." />
          <div class="row"><button type="submit">Show its progress</button></div>
        </form>
      </div>
      {tooLong && (
        <Notice tone="bad" title="The file is longer than 6 MB.">
          Divide it into several files, or ask whoever has access to the bucket to upload it to imports/.
        </Notice>
      )}
      {followed.value && <ImportProgress key={followed.value} id={followed.value} onDone={props.onDone} />}
      {chosen && <Send chosen={chosen} onClose={() => setChosen(undefined)} />}
    </section>
  );
}

/** Shows the beginning of a file and sends it. */
function Send(props: { chosen: Chosen; onClose: () => void }) {
  const { chosen, onClose } = props;
  const command = useCommand();
  const [format, setFormat] = useState<Format>(chosen.format);
  const lines = chosen.text.split(/\r\n|\r|\n/).filter((line) => line.trim());
  const work = async () => {
    // The client would write the text as a JSON string, and both formats have one type in the description.
    const body = chosen.text as never;
    const sent = await ok(api.POST(PATH, { body, bodySerializer: () => chosen.text, headers: { "Content-Type": format } }));
    followed.value = sent.id;
    tell("The list was sent. Its progress is shown below.");
  };
  return (
    <Confirm
      title={`Import ${chosen.name}`}
      action="Import and do not call"
      danger
      disabled={lines.length === 0}
      command={command}
      work={work}
      onClose={onClose}
    >
      <p>
        The file has {count(lines.length, "line")}. Each number in it is put on the do-not-call list.
        <strong> Dialing pauses until the whole list is imported.</strong> Lines that cannot be understood are reported and left out.
      </p>
      <p>This cannot be undone at once. Numbers can be taken off one by one.</p>
      <Select label="Format" value={format} options={FORMATS} onInput={(value) => setFormat(value as Format)} />
      <div class="stack">
        <p>It begins so:</p>
        <pre>{lines.slice(0, SHOWN_LINES).join("\n") || "(nothing)"}</pre>
      </div>
    </Confirm>
  );
}
