/** Is this number on the list? */

import { useState } from "preact/hooks";
import { api, ok, Problem } from "../../api.ts";
import { showNumber } from "../../handover.ts";
import { useLive } from "../../live.ts";
import { mayWrite } from "../../session.ts";
import { Text } from "../../ui/form.tsx";
import { Answer } from "../../ui/loading.tsx";
import { Notice } from "../../ui/notice.tsx";
import { phone as spoken } from "../../words.ts";
import { inPath } from "./number.ts";
import { sentence, type Suppression } from "./words.ts";

/** The suppression of a number, or null if it has none. */
async function find(phone: string, signal: AbortSignal): Promise<Suppression | null> {
  try {
    const path = { phone: inPath(phone) };
    return (await ok(api.GET("/api/admin/redial-queue/suppressions/{phone}", { params: { path }, signal }))).suppression;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

/** `version` is another one when the list may have changed. */
export function Lookup(props: { onAllow: (suppression: Suppression) => void; version: Date | undefined }) {
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  const search = (event: SubmitEvent) => {
    event.preventDefault();
    setAsked(text.trim());
  };
  return (
    <section class="panel stack" aria-labelledby="one-number">
      <h2 id="one-number">Is a number on the list?</h2>
      <form role="search" class="stack" onSubmit={search}>
        <Text label="Phone number" type="search" value={text} onInput={setText} hint="In any spelling." attributes={{ required: true, inputMode: "tel" }} />
        <div class="row"><button type="submit">Look it up</button></div>
      </form>
      {asked && <Found key={asked} phone={asked} {...props} />}
    </section>
  );
}

function Found(props: { phone: string; onAllow: (suppression: Suppression) => void; version: Date | undefined }) {
  const { phone, onAllow, version } = props;
  const live = useLive((signal) => find(phone, signal), 0, [phone, version]);
  const more = <button type="button" onClick={() => showNumber(phone)}>All about this number</button>;
  return (
    <Answer live={live} what="the number">
      {(found) =>
        found ? (
          <Notice
            tone="bad"
            title={spoken(found.phone)}
            action={<>{more}{mayWrite.value && <button type="button" onClick={() => onAllow(found)}>Take it off</button>}</>}
          >
            {sentence(found)}
          </Notice>
        ) : (
          <Notice tone="good" title={`${spoken(phone)} is not on the list.`} action={more}>
            The list does not say whether a possible do-not-call waits for a decision: see all about this number.
          </Notice>
        )
      }
    </Answer>
  );
}
