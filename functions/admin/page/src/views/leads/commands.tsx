/** What an operator can do with one lead. Each command says before what it does. */

import { useState } from "preact/hooks";
import { useCommand } from "../../live.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { tell } from "../../ui/toast.tsx";
import { phone } from "../../words.ts";
import { Allow, Forbid } from "../suppressions/commands.tsx";
import { CallBack } from "./call_back.tsx";
import type { LeadAnswer } from "./found.ts";
import { nameOf, pause, remove, resume } from "./request.ts";

type Name = "pause" | "resume" | "call_back" | "forbid" | "allow" | "remove";

interface Props {
  found: LeadAnswer;
  refresh: () => void;
  onRemoved: () => void;
}

export function Commands(props: Props) {
  const { found, refresh, onRemoved } = props;
  const [asked, setAsked] = useState<Name>();
  const { record, line } = found;
  const { status } = record;
  const waits = status === "pending" || status === "rescheduled";
  const isPaused = status === "paused";
  const close = () => setAsked(undefined);
  const button = (name: Name, text: string) => <button type="button" onClick={() => setAsked(name)}>{text}</button>;
  return (
    <section class="stack">
      <h3>Commands</h3>
      <div class="row">
        {(waits || status === "max_attempts") && button("pause", "Pause …")}
        {isPaused && !record.pause_reason && button("resume", "Resume …")}
        {(waits || isPaused || status === "max_attempts") && !record.pause_reason && !line.suppressed && button("call_back", "Call back at a time …")}
        {line.suppressed ? button("allow", "Allow calls again …") : button("forbid", "Do not call …")}
        {button("remove", "Remove …")}
      </div>
      {asked === "pause" && <Pause found={found} refresh={refresh} onClose={close} />}
      {asked === "resume" && <Resume found={found} refresh={refresh} onClose={close} />}
      {asked === "call_back" && <CallBack found={found} refresh={refresh} onClose={close} />}
      {asked === "forbid" && <Forbid phone={record.phone_number} onDone={refresh} onClose={close} />}
      {asked === "allow" && line.suppressed && <Allow suppression={line.suppressed} onDone={refresh} onClose={close} />}
      {asked === "remove" && <Remove found={found} onRemoved={onRemoved} onClose={close} />}
    </section>
  );
}

export interface CommandProps {
  found: LeadAnswer;
  refresh: () => void;
  onClose: () => void;
}

function Pause({ found: { record }, refresh, onClose }: CommandProps) {
  const command = useCommand();
  const back = async () => {
    await resume(record);
    refresh();
  };
  // After a resume, a callback whose time has passed and a lead without attempts would be leads that wait for the next call.
  const isExact = record.status === "pending" || (record.status === "rescheduled" && (record.scheduled_callback_time ?? 0) > Date.now());
  const work = async () => {
    await pause(record);
    tell(`${nameOf(record)} is paused.`, isExact ? back : undefined);
    refresh();
  };
  return (
    <Confirm title="Pause this lead" action="Pause" command={command} work={work} onClose={onClose}>
      <p>{nameOf(record)} is not called any more until somebody resumes the lead. A call that is in progress goes on, and its result is counted.</p>
      <p>Other leads with {phone(record.phone_number)} are still called.</p>
    </Confirm>
  );
}

function Resume({ found: { record }, refresh, onClose }: CommandProps) {
  const command = useCommand();
  const back = async () => {
    await pause(record);
    refresh();
  };
  const work = async () => {
    await resume(record);
    tell(`${nameOf(record)} waits for the next call again.`, back);
    refresh();
  };
  return (
    <Confirm title="Resume this lead" action="Resume" command={command} work={work} onClose={onClose}>
      <p>{nameOf(record)} waits for a call again, at the time that was set before the pause. If that time has passed, the next run may call.</p>
    </Confirm>
  );
}

function Remove({ found: { record }, onRemoved, onClose }: { found: LeadAnswer; onRemoved: () => void; onClose: () => void }) {
  const command = useCommand();
  const work = async () => {
    await remove(record);
    tell(`${nameOf(record)} is removed.`);
    onRemoved();
  };
  return (
    <Confirm title="Remove this lead" action="Remove" danger command={command} work={work} onClose={onClose}>
      <p>The record of {nameOf(record)} is deleted, with its history. The lead is not called any more.</p>
      <p><strong>This cannot be undone.</strong> You can add the lead again, but without its history. A later call result with this lead id makes a new record.</p>
      <p>It does not forbid calls to {phone(record.phone_number)}. For that, choose “Do not call”.</p>
    </Confirm>
  );
}
