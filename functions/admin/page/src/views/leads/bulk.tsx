/** One command for all leads of the filter: a preview first, then a confirmation. */

import { useEffect, useState } from "preact/hooks";
import { api, ok, Problem, type Schema } from "../../api.ts";
import { useCommand, useLive } from "../../live.ts";
import { clock } from "../../time.ts";
import { Confirm, Dialog } from "../../ui/dialog.tsx";
import { Text } from "../../ui/form.tsx";
import { Waiting } from "../../ui/loading.tsx";
import { Empty, Notice, Trouble } from "../../ui/notice.tsx";
import { Table } from "../../ui/table.tsx";
import { tell } from "../../ui/toast.tsx";
import { count, phone, plain, status } from "../../words.ts";
import { Away } from "./away.tsx";
import { condition, type Filter, queryOf } from "./filter.ts";
import { follow } from "./works.ts";

export type BulkName = "pause" | "resume" | "remove";
type Preview = Schema<"BulkPreviewAnswer">;

/** "Pause", "paused" and what it means. */
export const BULK: Record<BulkName, { verb: string; done: string; effect: string }> = {
  pause: { verb: "Pause", done: "paused", effect: "They are not called any more until somebody resumes them. Calls in progress go on, and their results are counted." },
  resume: { verb: "Resume", done: "resumed", effect: "They wait for their next call again, at the time that was set before the pause. If that time has passed, the next run may call." },
  remove: { verb: "Remove", done: "removed", effect: "Their records are deleted with their history, and they are not called any more. This cannot be undone. A later call result with the lead id makes a new record. It does not forbid calls to their numbers." },
};

const REASONS: Record<string, string> = {
  gone: "is not in the queue any more",
  changed_since_preview: "was changed by somebody since the preview",
  completed: "is finished",
  max_attempts: "was called as often as allowed",
  other_status: "has a status that does not allow it",
  possible_do_not_call: "waits for a decision about a possible do-not-call",
  do_not_call: "must not be called",
};

const request = { pause: "/api/admin/redial-queue/leads/pause", resume: "/api/admin/redial-queue/leads/resume", remove: "/api/admin/redial-queue/leads/remove" } as const;

/** Asks for a preview. An empty filter means every lead. */
export async function preview(command: BulkName, filter: Filter, signal?: AbortSignal): Promise<Preview> {
  const query = Object.keys(filter).length === 0 ? { all: true } : queryOf(filter);
  return (await ok(api.POST(request[command], { params: { query }, ...(signal && { signal }) }))) as Preview;
}

/** Confirms a preview by its token. */
export async function confirm(command: BulkName, token: string): Promise<Schema<"BulkAnswer">> {
  return (await ok(api.POST(request[command], { params: { query: { confirm: token } } }))) as Schema<"BulkAnswer">;
}

/**
 * The leads of a pause while they are paused. Undefined if no filter has exactly them, or if a resume does not make them what they
 * were: only leads that waited for the next call certainly do so again.
 */
export function backOf(bulk: { command: string; filter: Filter; total: number; changed: number }): Filter | undefined {
  const { status, ready, review, gate, ...rest } = bulk.filter;
  const isExact = bulk.command === "pause" && bulk.changed === bulk.total && status === "pending" && !ready && !review && !gate;
  return isExact ? { ...rest, status: "paused" } : undefined;
}

/** Leads for which a command is not possible, by reason. */
export function Impossible(props: { reasons: Record<string, number> }) {
  const reasons = Object.entries(props.reasons);
  if (reasons.length === 0) return null;
  return <ul>{reasons.map(([name, leads]) => <li key={name}>Not possible for {count(leads, "lead")}: the lead {REASONS[name] ?? plain(name).toLowerCase()}.</li>)}</ul>;
}

export function Bulk(props: { command: BulkName; filter: Filter; onClose: () => void }) {
  const { command, filter, onClose } = props;
  const live = useLive((signal) => preview(command, filter, signal), 0, [command, filter]);
  const [outdated, setOutdated] = useState("");
  const title = `${BULK[command].verb} all leads of the filter`;
  const again = (why: string) => {
    setOutdated(why);
    live.refresh();
  };
  const { data } = live;
  if (data?.confirm && !live.loading) {
    return <Confirmation key={data.confirm} command={command} preview={data} token={data.confirm} outdated={outdated} title={title} again={again} onClose={onClose} />;
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <Trouble problem={live.problem} again={live.refresh} />
      {live.loading && <Waiting what="the preview" />}
      {data && !data.confirm && !live.loading && <Empty title="No lead matches."><p>Change the filter.</p></Empty>}
    </Dialog>
  );
}

interface ConfirmationProps {
  command: BulkName;
  preview: Preview;
  token: string;
  /** Why there is a new preview. */
  outdated: string;
  title: string;
  again: (why: string) => void;
  onClose: () => void;
}

function Confirmation(props: ConfirmationProps) {
  const { command, preview: shown, token, outdated, title, again, onClose } = props;
  const { verb, done, effect } = BULK[command];
  const giving = useCommand();
  const [typed, setTyped] = useState("");
  useEffect(() => {
    // The leads may have changed, or the hour of the preview is over: nothing was done, and what would be done is shown again.
    if (giving.problem?.status === 409 || giving.problem?.status === 404) again(giving.problem.message);
  }, [giving.problem]);
  const mustType = command === "remove";
  const isTyped = !mustType || typed.replaceAll(/\D/g, "") === String(shown.count);
  const work = async () => {
    if (Date.parse(shown.expires_at) < Date.now()) throw new Problem(409, "The preview was older than an hour.");
    const answer = await confirm(command, token);
    follow({ kind: "bulk", id: answer.id });
    tell(answer.state === "running" ? `${count(answer.total, "lead")}: the command has begun.` : `${count(answer.changed, "lead")} ${done}.`);
  };
  return (
    <Confirm title={title} action={`${verb} ${count(shown.count, "lead")}`} danger={mustType} disabled={!isTyped || shown.changed === 0} command={giving} work={work} onClose={onClose}>
      {outdated && <Notice tone="warn" title="This is a new preview. Nothing was changed.">{outdated}</Notice>}
      <p>{Object.keys(shown.filter).length === 0 ? <strong>Every lead of the queue. </strong> : <>{Object.entries(shown.filter).map(([name, value]) => condition(name, value)).join(", ")}. </>}</p>
      <dl class="pairs">
        <dt>Leads that match</dt><dd>{shown.count.toLocaleString("en-US")}</dd>
        <dt>Would be {done}</dt><dd><strong>{shown.changed.toLocaleString("en-US")}</strong></dd>
        {shown.unchanged > 0 && <><dt>Are so already</dt><dd>{shown.unchanged.toLocaleString("en-US")}</dd></>}
      </dl>
      <Impossible reasons={shown.impossible} />
      {shown.unread_objects > 0 && <Notice tone="warn" title={`${count(shown.unread_objects, "part")} of the records cannot be read now.`}>The leads in it are not counted and not changed.</Notice>}
      <p>{effect}</p>
      {command === "pause" && (
        <p>{backOf({ ...shown, total: shown.count }) ? "You can undo it afterwards, unless other paused leads match the filter then." : "It cannot be undone exactly, because other paused leads may match too. To take it back, filter by the status Paused, look at the preview, and resume."}</p>
      )}
      <Table
        caption="Leads of the preview, those that are due first"
        columns={[
          { head: "Number", cell: (lead) => <span class="whole">{phone(lead.phone_number)}</span> },
          { head: "Lead id", cell: (lead) => lead.lead_id },
          { head: "Status", cell: (lead) => status(lead.status) },
          { head: "Next call", cell: (lead) => <Away at={lead.next_redial_iso} /> },
        ]}
        rows={shown.sample}
        id={(lead) => `${lead.lead_id} ${lead.phone_number}`}
      />
      {shown.count > shown.sample.length && <p class="quiet">And {count(shown.count - shown.sample.length, "other lead")}.</p>}
      <p class="quiet">The command is for exactly these leads. The preview is valid until {clock(shown.expires_at)}.</p>
      {mustType && <Text label={`To confirm, enter the number of leads: ${shown.count}`} value={typed} onInput={setTyped} attributes={{ inputMode: "numeric", required: true }} />}
    </Confirm>
  );
}
