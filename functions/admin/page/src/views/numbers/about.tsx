/** What is known about a number, with the answer to "May we call, and if not, why?" first. */

import { useState } from "preact/hooks";
import { api, ok, type Schema } from "../../api.ts";
import { useLive } from "../../live.ts";
import { queue, REFRESH_SECONDS } from "../../queue.ts";
import { mayWrite } from "../../session.ts";
import { moment } from "../../time.ts";
import { Answer } from "../../ui/loading.tsx";
import { Notice } from "../../ui/notice.tsx";
import { ReadOnly } from "../../ui/read_only.tsx";
import { count, gate, phone } from "../../words.ts";
import { Allow, Forbid } from "../suppressions/commands.tsx";
import { inPath } from "../suppressions/number.ts";
import { sentence } from "../suppressions/words.ts";
import { Leads } from "./leads.tsx";
import { Ledger } from "./ledger.tsx";
import { Line } from "./line.tsx";
import { Proof } from "./proof.tsx";

type Known = Schema<"NumberAnswer">;

export function About({ asked }: { asked: string }) {
  const path = { phone: inPath(asked) };
  // Without the ledger, which takes longer and changes less.
  const live = useLive(
    (signal) => ok(api.GET("/api/admin/redial-queue/numbers/{phone}", { params: { path, query: { days: 0 } }, signal })),
    REFRESH_SECONDS,
    [asked],
  );
  const [dialog, setDialog] = useState<"forbid" | "allow" | undefined>();
  const [changes, setChanges] = useState(0);
  const close = () => setDialog(undefined);
  const done = () => {
    live.refresh();
    setChanges((old) => old + 1);
    queue.value?.refresh();
  };
  return (
    <Answer live={live} what="the number">
      {(known) => (
        <>
          <div class="row spread">
            <h2 class="big">{phone(known.phone)}</h2>
            {mayWrite.value && (
              <div class="row">
                {known.line.suppressed ? (
                  <button type="button" onClick={() => setDialog("allow")}>Let it be called again</button>
                ) : (
                  <button type="button" class="danger" onClick={() => setDialog("forbid")}>Do not call this number</button>
                )}
              </div>
            )}
          </div>
          <ReadOnly />
          <Stop known={known} />
          <MayCall known={known} />
          <Leads known={known} />
          <Line line={known.line} />
          <Ledger phone={known.phone} changes={changes} />
          <Proof phone={known.phone} />
          {dialog === "forbid" && <Forbid phone={known.phone} onClose={close} onDone={done} />}
          {dialog === "allow" && known.line.suppressed && <Allow suppression={known.line.suppressed} onClose={close} onDone={done} />}
        </>
      )}
    </Answer>
  );
}

/** Who asked us to stop, and when? */
function Stop({ known: { line } }: { known: Known }) {
  const doubt = line.possible_do_not_call;
  if (line.suppressed) return <p class="notice bad honest">{sentence(line.suppressed)}</p>;
  if (doubt) {
    return (
      <Notice tone="warn" title="Somebody may have asked us to stop." action={<a href="#review" class="button">Decide under Review</a>}>
        <p>In call <code>{doubt.call_id}</code>, known since {moment(doubt.since)}: <q>{doubt.words}</q></p>
        <p>Nobody calls this number until somebody has decided.</p>
      </Notice>
    );
  }
  return <p class="notice honest">The number is not on the do-not-call list, and no possible do-not-call waits for a decision.</p>;
}

/** One sentence for all its leads. */
function MayCall({ known: { may_dial, leads } }: { known: Known }) {
  if (may_dial) return <p>It may be called now: the next run dials it, unless other leads fill the run.</p>;
  if (leads.length === 0) return <p>No lead has this number, so the queue does not call it.</p>;
  const reasons = [...new Set(leads.map((lead) => (lead.closed_by ? gate(lead.closed_by.name) : "An older month cannot be read")))];
  const next = leads.flatMap((lead) => lead.next_dial_at ?? []).sort()[0];
  return (
    <p>
      It is not called now. {count(leads.length, "lead has", "leads have")} this number, held back by: {reasons.join(", ")}.{" "}
      {next ? `The earliest next call is on ${moment(next)}.` : "Time alone does not change that."}
    </p>
  );
}
