/** A person may have asked not to be called. Somebody must decide. */

import { useState } from "preact/hooks";
import { useCommand } from "../../live.ts";
import { showNumber } from "../../handover.ts";
import { mayWrite } from "../../session.ts";
import { moment } from "../../time.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";
import { tell } from "../../ui/toast.tsx";
import { phone } from "../../words.ts";
import type { CommandProps } from "./commands.tsx";
import type { LeadAnswer } from "./found.ts";
import { confirmDoNotCall, dismissDoNotCall, nameOf } from "./request.ts";

export function Doubt(props: { found: LeadAnswer; refresh: () => void }) {
  const { record, line } = props.found;
  const [asked, setAsked] = useState<"confirm" | "dismiss">();
  const words = record.possible_do_not_call_words ?? line.possible_do_not_call?.words;
  const since = record.possible_do_not_call_since ?? line.possible_do_not_call?.since;
  if (words === undefined) return null;
  // The words belong to the lead in whose call they were said.
  const isOfThisLead = record.possible_do_not_call_id !== undefined;
  const close = () => setAsked(undefined);
  const actions = isOfThisLead
    ? mayWrite.value && (
      <>
        <button type="button" class="danger" onClick={() => setAsked("confirm")}>Confirm: do not call …</button>
        <button type="button" onClick={() => setAsked("dismiss")}>Dismiss …</button>
      </>
    )
    : <button type="button" onClick={() => showNumber(record.phone_number)}>Show the number</button>;
  return (
    <>
      <Notice tone="warn" title={`The person may have asked not to be called: “${words}”`} action={actions}>
        {since !== undefined && `Since ${moment(since)}. `}
        {!isOfThisLead && "It was said in a call of another lead with this number. Decide there. "}
        Until somebody decides, no lead with {phone(record.phone_number)} is called.
      </Notice>
      {asked === "confirm" && <ConfirmIt {...props} onClose={close} />}
      {asked === "dismiss" && <Dismiss {...props} onClose={close} />}
    </>
  );
}

function ConfirmIt({ found: { record }, refresh, onClose }: CommandProps) {
  const command = useCommand();
  const work = async () => {
    await confirmDoNotCall(record);
    tell(`${phone(record.phone_number)} is on the do-not-call list. To take it back, choose “Allow calls again” and give a reason.`);
    refresh();
  };
  return (
    <Confirm title="Confirm the do-not-call" action="Do not call" danger command={command} work={work} onClose={onClose}>
      <p>The person said: “{record.possible_do_not_call_words}”</p>
      <p>{phone(record.phone_number)} gets on the do-not-call list, and no lead with this number is called again. The lead becomes finished.</p>
    </Confirm>
  );
}

function Dismiss({ found: { record }, refresh, onClose }: CommandProps) {
  const command = useCommand();
  const work = async () => {
    await dismissDoNotCall(record);
    tell(`${nameOf(record)} waits for the next call as before.`);
    refresh();
  };
  return (
    <Confirm title="Dismiss the possible do-not-call" action="Dismiss" command={command} work={work} onClose={onClose}>
      <p>The person said: “{record.possible_do_not_call_words}”</p>
      <p>You say that this was no wish not to be called. The lead waits for its next call as before, and the other leads of the number too.</p>
      <p>This cannot be undone, but you can choose “Do not call” at any time.</p>
    </Confirm>
  );
}
