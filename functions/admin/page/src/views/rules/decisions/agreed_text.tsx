/** The text that people agreed to. Only its hash leaves the page. */

import { useRef, useState } from "preact/hooks";
import { Field, Text } from "../../../ui/form.tsx";

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function AgreedText(props: { hash: string; onHash: (hash: string) => void }) {
  const { hash, onHash } = props;
  const [text, setText] = useState("");
  const newest = useRef("");
  const write = async (value: string) => {
    newest.current = value;
    setText(value);
    const made = value ? await sha256(value) : "";
    // The hash of an earlier text may be ready later.
    if (newest.current === value) onHash(made);
  };
  return (
    <div class="columns">
      <Field label="Text that people agreed to" hint="Keep the exact text: it stays on this page, and only its SHA-256 is sent. Lines end with a line feed.">
        {(attributes) => <textarea {...attributes} rows={4} value={text} onInput={(event) => void write(event.currentTarget.value)} />}
      </Field>
      <Text
        label="SHA-256 of the text"
        value={hash}
        onInput={onHash}
        hint="64 hex digits. Made from the text, or paste one that you know."
        attributes={{ required: true, pattern: "[0-9A-Fa-f]{64}", spellcheck: false }}
      />
    </div>
  );
}
