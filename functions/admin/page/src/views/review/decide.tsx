/** Says what a decision does, and takes it. */

import { useCommand } from "../../live.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { tell } from "../../ui/toast.tsx";
import { phone } from "../../words.ts";
import { confirmDoNotCall, dismissDoNotCall, type Named } from "../leads/request.ts";

export interface Decision {
  doubt: Named & { words: string };
  what: "confirm" | "dismiss";
  done: () => void;
}

export function Decide({ decision, onClose }: { decision: Decision; onClose: () => void }) {
  const { doubt, what, done } = decision;
  const command = useCommand();
  const number = phone(doubt.phone_number);
  const work = async () => {
    await (what === "confirm" ? confirmDoNotCall(doubt) : dismissDoNotCall(doubt));
    tell(what === "confirm" ? `Nobody calls ${number} any more.` : `The words in the call to ${number} were no request to stop.`);
    done();
  };
  return (
    <Confirm
      title={what === "confirm" ? `They asked us to stop: ${number}` : `Calls may go on: ${number}`}
      action={what === "confirm" ? "Stop all calls" : "Let calls go on"}
      danger={what === "confirm"}
      quick
      command={command}
      work={work}
      onClose={onClose}
    >
      <blockquote class="said">{doubt.words}</blockquote>
      {what === "confirm" ? (
        <>
          <p>The number is put on the do-not-call list. This lead is finished, and no lead with this number is dialed again.</p>
          <p>This cannot be undone completely: you can take the number off the list, but this lead stays finished.</p>
        </>
      ) : (
        <>
          <p>The words were no request to stop. The lead waits for its next call as before, and this call does not come to Review again.</p>
          <p>This cannot be taken back. If you change your mind, put the number on the do-not-call list.</p>
        </>
      )}
    </Confirm>
  );
}
