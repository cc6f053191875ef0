/** What operators have decided about the rules. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { mayWrite } from "../../session.ts";
import { moment } from "../../time.ts";
import { Badge, Empty } from "../../ui/notice.tsx";
import { ReadOnly } from "../../ui/read_only.tsx";
import { EndDecision } from "./decisions/end.tsx";
import { DecisionForm } from "./decisions/form.tsx";
import { begins, explained, title } from "./decisions/words.ts";
import type { Law } from "./verdict.tsx";
import type { Decision } from "./words.ts";

export function Decisions(props: { law: Law; mode: string; onChange: () => void }) {
  const { law, mode, onChange } = props;
  const [ending, setEnding] = useState<Decision | undefined>();
  const now = Date.now();
  const ended = (one: Decision) => Boolean(one.ended_at) || (one.until ? Date.parse(one.until) <= now : false);
  const counting = law.decisions.filter((one) => !ended(one));
  const over = law.decisions.filter(ended);
  return (
    <>
      <ReadOnly />
      <section class="panel stack" aria-labelledby="counting">
        <h2 id="counting">Decisions that count</h2>
        {counting.length === 0 ? (
          <Empty title="No decision counts now.">
            <p>The rules are obeyed as they are. Record a decision when a state suspends calls, or when your counsel has decided about a rule.</p>
          </Empty>
        ) : (
          <ul class="plain-list stack">
            {counting.map((one) => (
              <One key={one.id} decision={one}>
                {mayWrite.value && <div class="row"><button type="button" aria-label={`End: ${title(one)}`} onClick={() => setEnding(one)}>End it</button></div>}
              </One>
            ))}
          </ul>
        )}
      </section>
      {mayWrite.value && <DecisionForm law={law} mode={mode} onDone={onChange} />}
      <section class="panel stack" aria-labelledby="over">
        <h2 id="over">Decisions that have ended</h2>
        {over.length === 0 ? <p class="quiet">None.</p> : <ul class="plain-list stack">{over.map((one) => <One key={one.id} decision={one} />)}</ul>}
      </section>
      {ending && <EndDecision decision={ending} onClose={() => setEnding(undefined)} onDone={onChange} />}
    </>
  );
}

function One({ decision: one, children }: { decision: Decision; children?: ComponentChildren }) {
  return (
    <li class="decision stack">
      <h3>{title(one)} <State decision={one} /></h3>
      <p class="small">{explained(one)}</p>
      <dl class="pairs">
        <dt>Counts</dt><dd>from {moment(one.from)} until {one.until ? moment(one.until) : "somebody ends it"}</dd>
        <dt>Recorded</dt><dd>on {moment(one.recorded_at)} by {one.by}: “{one.why}”</dd>
        {one.ended_at && <><dt>Ended</dt><dd>on {moment(one.ended_at)} by {one.ended_by}: “{one.ended_why}”</dd></>}
        {one.text_sha256 && <><dt>Text</dt><dd>SHA-256 <code>{one.text_sha256}</code>, {one.level} consent</dd></>}
      </dl>
      {children}
    </li>
  );
}

function State({ decision: one }: { decision: Decision }) {
  if (one.in_force) return <Badge tone="warn">Counts now</Badge>;
  if (begins(one) && !one.ended_at) return <Badge tone="plain">Begins later</Badge>;
  return <Badge tone="plain">Ended</Badge>;
}
