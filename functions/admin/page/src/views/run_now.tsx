/** Begins a run by hand. */

import { useState } from "preact/hooks";
import { api, ok } from "../api.ts";
import { useCommand } from "../live.ts";
import { queue } from "../queue.ts";
import { mayWrite } from "../session.ts";
import { Confirm } from "../ui/dialog.tsx";
import { tell } from "../ui/toast.tsx";
import { count } from "../words.ts";

/** The words of the API in those of the page. */
const REFUSED: Record<string, string> = {
  "Already processing": "No new run was begun, because one is at work already.",
  "Redial queue is disabled": "No run was begun, because redialing is off.",
  "Redial processor is stopped": "No run was begun, because dialing is stopped.",
};

export function RunNow(props: { onDone: () => void }) {
  const [asked, ask] = useState(false);
  const command = useCommand();
  const data = queue.value?.data;
  if (!mayWrite.value || !data) return null;
  const { status, stats } = data;
  const cannot = !status.enabled ? "Redialing is off." : !status.running ? "Dialing is stopped." : status.is_processing ? "A run is at work." : "";
  const close = () => {
    ask(false);
    command.forget();
  };
  const work = async () => {
    const answer = await ok(api.POST("/api/admin/redial-queue/process"));
    tell(answer.success ? "A run begins now. It is listed when it has ended." : REFUSED[answer.message] ?? answer.message);
    props.onDone();
  };
  return (
    <>
      <button type="button" onClick={() => ask(true)}>Run now</button>
      {asked && (
        <Confirm title="Run now?" action="Begin a run" disabled={cannot !== ""} command={command} work={work} onClose={close}>
          <p>
            A run begins at once instead of with the schedule, and calls leads that can be called: {count(stats.ready_to_dial, "lead")} at
            this moment. Hours, limits and the do-not-call list hold as always. Calls that were made cannot be undone.
          </p>
          {cannot && <p class="error">{cannot} A run cannot be begun now.</p>}
        </Confirm>
      )}
    </>
  );
}
