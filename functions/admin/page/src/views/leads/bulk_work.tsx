/** How far a bulk command is, until it is done. */

import { api, ok, Problem, type Schema } from "../../api.ts";
import { useCommand, useProgress } from "../../live.ts";
import { mayWrite } from "../../session.ts";
import { Answer, Progress } from "../../ui/loading.tsx";
import { Notice, Trouble } from "../../ui/notice.tsx";
import { tell } from "../../ui/toast.tsx";
import { count } from "../../words.ts";
import { backOf, BULK, type BulkName, confirm, Impossible, preview } from "./bulk.tsx";
import { follow, type WorkProps } from "./works.ts";

type Bulk = Schema<"BulkAnswer">;

export function BulkWork(props: WorkProps) {
  const { id, onDone, onClose } = props;
  const live = useProgress((signal) => ok(api.GET("/api/admin/redial-queue/leads/bulk/{id}", { params: { path: { id } }, signal })), [id], onDone);
  return (
    <section class="panel stack" aria-label="Command for many leads">
      <Answer live={live} what="the progress">{(bulk) => <State bulk={bulk} onClose={onClose} />}</Answer>
      {!live.data && live.problem && <div class="row"><button type="button" onClick={onClose}>Close</button></div>}
    </section>
  );
}

function State(props: { bulk: Bulk; onClose: () => void }) {
  const { bulk, onClose } = props;
  const { verb, done } = BULK[bulk.command as BulkName];
  if (bulk.state === "running") {
    return (
      <>
        <Progress label={`${verb}: leads done`} done={bulk.done} of={bulk.total} />
        <p class="quiet">Runs go on with it, also if you close this page. {bulk.command !== "resume" && "None of these leads is called before it is done."}</p>
      </>
    );
  }
  const failed = bulk.state === "failed";
  const title = failed ? `The command failed: ${bulk.reason ?? "the reason is not known"}` : `${count(bulk.changed, "lead")} ${done}`;
  return (
    <Notice tone={failed ? "bad" : "good"} title={title} action={<><UndoPause bulk={bulk} onClose={onClose} /><button type="button" onClick={onClose}>Close</button></>}>
      {bulk.unchanged > 0 && <p>{count(bulk.unchanged, "lead")} had nothing to change.</p>}
      <Impossible reasons={bulk.impossible} />
      {bulk.unreadable > 0 && <p>{count(bulk.unreadable, "lead")} cannot be read now. Runs try again.</p>}
      {failed && <p>Ask for a new preview and confirm it.</p>}
    </Notice>
  );
}

function UndoPause(props: { bulk: Bulk; onClose: () => void }) {
  const { bulk, onClose } = props;
  const command = useCommand();
  const back = bulk.state === "done" ? backOf(bulk) : undefined;
  if (!back || !mayWrite.value) return null;
  const undo = async () => {
    const found = await preview("resume", back);
    // More leads than those of the command would be resumed, or some are not paused any more.
    if (!found.confirm || found.count !== bulk.changed || found.changed !== bulk.changed) {
      throw new Problem(200, `Now ${count(found.count, "paused lead")} match, not only the ${bulk.changed} of this command. Filter by the status Paused, and resume those that you mean.`);
    }
    const answer = await confirm("resume", found.confirm);
    follow({ kind: "bulk", id: answer.id });
    tell(answer.state === "running" ? "The command to resume these leads has begun." : "The pause is taken back.");
    onClose();
  };
  return (
    <>
      <Trouble problem={command.problem} />
      <button type="button" disabled={command.busy} onClick={() => void command.run(undo)}>{command.busy ? "Working …" : "Undo"}</button>
    </>
  );
}
