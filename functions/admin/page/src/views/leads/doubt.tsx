/** A person may have asked not to be called. Somebody must decide, here or under Review. */

import { useState } from "preact/hooks";
import { showNumber } from "../../handover.ts";
import { mayWrite } from "../../session.ts";
import { moment } from "../../time.ts";
import { Notice } from "../../ui/notice.tsx";
import { phone } from "../../words.ts";
import { Decide, type Decision } from "../review/decide.tsx";
import type { LeadAnswer } from "./found.ts";

export function Doubt(props: { found: LeadAnswer; refresh: () => void }) {
  const { record, line } = props.found;
  const [asked, setAsked] = useState<Decision["what"]>();
  const words = record.possible_do_not_call_words ?? line.possible_do_not_call?.words;
  const since = record.possible_do_not_call_since ?? line.possible_do_not_call?.since;
  if (words === undefined) return null;
  // The words belong to the lead in whose call they were said.
  const isOfThisLead = record.possible_do_not_call_id !== undefined;
  const actions = isOfThisLead
    ? mayWrite.value && (
      <>
        <button type="button" class="danger" onClick={() => setAsked("confirm")}>They asked us to stop …</button>
        <button type="button" onClick={() => setAsked("dismiss")}>Calls may go on …</button>
      </>
    )
    : <button type="button" onClick={() => showNumber(record.phone_number)}>Show the number</button>;
  return (
    <>
      <Notice tone="warn" title={`The person may have asked us to stop: “${words}”`} action={actions}>
        {since !== undefined && `Since ${moment(since)}. `}
        {!isOfThisLead && "It was said in a call of another lead with this number. Decide there. "}
        Until somebody decides, no lead with {phone(record.phone_number)} is called.
      </Notice>
      {asked && <Decide decision={{ doubt: { ...record, words }, what: asked, done: props.refresh }} onClose={() => setAsked(undefined)} />}
    </>
  );
}
