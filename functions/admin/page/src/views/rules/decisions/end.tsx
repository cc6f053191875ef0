/** Ends a decision before its time. */

import { useState } from "preact/hooks";
import type { Schema } from "../../../api.ts";
import { useCommand } from "../../../live.ts";
import { Confirm } from "../../../ui/dialog.tsx";
import { tell } from "../../../ui/toast.tsx";
import { Why } from "../../../ui/why.tsx";
import { again, end, record } from "./body.ts";
import { begins, ending, title } from "./words.ts";

export function EndDecision(props: { decision: Schema<"DecisionJson">; onClose: () => void; onDone: () => void }) {
  const { decision, onClose, onDone } = props;
  const command = useCommand();
  const [why, setWhy] = useState("");
  const work = async () => {
    await end(decision.id, why.trim());
    tell(`Ended: ${title(decision)}.`, async () => {
      await record(again(decision));
      onDone();
    });
    onDone();
  };
  return (
    <Confirm title={`End: ${title(decision)}`} action="End the decision" danger disabled={!why.trim()} command={command} work={work} onClose={onClose}>
      <p>{ending(decision)}{!begins(decision) && " It counts within five seconds, also for a run that dials now."}</p>
      <Why label="Why does it end?" value={why} onInput={setWhy} problem={command.problem} field="why" />
      <p class="quiet small">Undo records it once more, from then on or from its begin.</p>
    </Confirm>
  );
}
