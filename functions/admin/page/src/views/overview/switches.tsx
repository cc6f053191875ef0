/** The two switches of dialing, and the button that stops everything. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { api, ok, type Schema } from "../../api.ts";
import { useCommand } from "../../live.ts";
import { mayWrite } from "../../session.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { Badge } from "../../ui/notice.tsx";
import { ReadOnly } from "../../ui/read_only.tsx";
import { tell } from "../../ui/toast.tsx";
import { RunNow } from "../run_now.tsx";

type Switch = "enable" | "disable" | "start" | "stop";

interface Words {
  title: string;
  action: string;
  done: string;
  back: Switch;
  closes: boolean;
}

const SWITCHES: Record<Switch, Words> = {
  enable: { title: "Switch redialing on?", action: "Switch redialing on", done: "Redialing is on.", back: "disable", closes: false },
  disable: { title: "Switch redialing off?", action: "Switch redialing off", done: "Redialing is off. No new call begins.", back: "enable", closes: true },
  start: { title: "Start dialing?", action: "Start dialing", done: "Dialing is started.", back: "stop", closes: false },
  stop: { title: "Stop dialing?", action: "Stop dialing", done: "Dialing is stopped. No new call begins.", back: "start", closes: true },
};

async function give(name: Switch): Promise<void> {
  await ok(api.POST(`/api/admin/redial-queue/${name}`));
}

export function Switches(props: { status: Schema<"StatusJson">; onDone: () => void }) {
  const { status, onDone } = props;
  const [asked, ask] = useState<Switch | undefined>();
  const button = (name: Switch) => <button type="button" onClick={() => ask(name)}>{SWITCHES[name].action}</button>;
  return (
    <section class="panel stack" aria-labelledby="switches">
      <h2 id="switches">Switches</h2>
      <div class="switches">
        <State label="Redialing" on={status.enabled} words={status.enabled ? "on" : "off"}>{button(status.enabled ? "disable" : "enable")}</State>
        <State label="Dialing" on={status.running} words={status.running ? "started" : "stopped"}>{button(status.running ? "stop" : "start")}</State>
        {mayWrite.value && (
          <div class="row end">
            <RunNow onDone={onDone} />
            {status.enabled && status.running && <StopEverything status={status} onDone={onDone} />}
          </div>
        )}
      </div>
      <p class="quiet small">Leads are called only while both switches are on. Each of them alone keeps every lead from being called.</p>
      <ReadOnly />
      {asked && <Ask name={asked} status={status} onDone={onDone} onClose={() => ask(undefined)} />}
    </section>
  );
}

/** Stops dialing. It needs no status, so it is there too when the queue does not tell any. */
export function StopEverything(props: { status?: Schema<"StatusJson">; onDone: () => void }) {
  const [asked, ask] = useState(false);
  return (
    <>
      <button type="button" class="danger" onClick={() => ask(true)}>Stop everything</button>
      {asked && <Ask {...props} name="stop" title="Stop everything?" action="Stop now" onClose={() => ask(false)} />}
    </>
  );
}

function Ask(props: { name: Switch; title?: string; action?: string; status?: Schema<"StatusJson">; onDone: () => void; onClose: () => void }) {
  const { name, status, onDone, onClose } = props;
  const { title, action, done, back, closes } = SWITCHES[name];
  const command = useCommand();
  const work = async () => {
    await give(name);
    const undo = async () => {
      await give(back);
      onDone();
    };
    // Without a status nobody knows whether it was on before.
    tell(done, status && undo);
    onDone();
  };
  return (
    <Confirm title={props.title ?? title} action={props.action ?? action} danger={closes} command={command} work={work} onClose={onClose}>
      {closes ? <Closes back={SWITCHES[back].action} /> : <Opens name={name} status={status} />}
    </Confirm>
  );
}

function State(props: { label: string; on: boolean; words: string; children: ComponentChildren }) {
  return (
    <div class="row">
      <span><strong>{props.label}</strong> is <Badge tone={props.on ? "good" : "bad"}>{props.words}</Badge></span>
      {mayWrite.value && props.children}
    </div>
  );
}

function Closes(props: { back: string }) {
  return (
    <>
      <p>No new call begins. A run that is at work obeys within five seconds.</p>
      <p>
        It ends no call: calls in progress go on, and their results are stored. It changes no lead. Runs go on without calling
        anybody, and numbers still get on the do-not-call list.
      </p>
      <p>To take it back, press "{props.back}".</p>
    </>
  );
}

function Opens(props: { name: Switch; status: Schema<"StatusJson"> | undefined }) {
  const { name, status } = props;
  const other = name === "enable" ? !status?.running && "dialing is started too" : !status?.enabled && "redialing is switched on too";
  return (
    <>
      <p>{other ? `Nobody is called until ${other}.` : "The next run calls the leads that are due. The schedule begins it."}</p>
      <p>Hours, limits and the do-not-call list hold as always. It changes no lead.</p>
    </>
  );
}
