/** One possible do-not-call. */

import { useId } from "preact/hooks";
import { showLeads, showNumber } from "../../handover.ts";
import { mayWrite } from "../../session.ts";
import { away, moment } from "../../time.ts";
import { phone } from "../../words.ts";
import { nameOf } from "../leads/request.ts";
import type { Doubt } from "./doubt.ts";

interface Props {
  doubt: Doubt;
  onDecide: (what: "confirm" | "dismiss") => void;
  onMove: (by: number) => void;
}

/** No letter here may be the second key of a pair that opens a view: both would act. */
const KEYS = { y: "confirm", c: "dismiss" } as const;
const MOVES: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };

export function Card({ doubt, onDecide, onMove }: Props) {
  const words = useId();
  const number = phone(doubt.phone_number);
  const pressed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = MOVES[event.key];
    const what = event.key === "y" || event.key === "c" ? KEYS[event.key] : undefined;
    if (move === undefined && !(what && mayWrite.value)) return;
    event.preventDefault();
    if (move !== undefined) onMove(move);
    else if (what) onDecide(what);
  };
  return (
    <li>
      <article class="panel stack doubt" tabIndex={0} aria-labelledby={words} onKeyDown={pressed}>
        <h2 id={words}><q class="said">{doubt.words}</q></h2>
        <p>
          Said by {nameOf(doubt)}, {number}, in call <code>{doubt.call_id}</code>. We know since {moment(doubt.since)} ({away(doubt.since)}).
        </p>
        <div class="row">
          {mayWrite.value && (
            <>
              <button type="button" class="danger" aria-label={`They asked us to stop: ${number}`} onClick={() => onDecide("confirm")}>They asked us to stop</button>
              <button type="button" aria-label={`Calls may go on: ${number}`} onClick={() => onDecide("dismiss")}>Calls may go on</button>
            </>
          )}
          <button type="button" class="link" aria-label={`All about this number: ${number}`} onClick={() => showNumber(doubt.phone_number)}>All about this number</button>
          <button type="button" class="link" aria-label={`Lead ${doubt.lead_id}`} onClick={() => showLeads({ lead_id: doubt.lead_id, phone: doubt.phone_number })}>Lead {doubt.lead_id}</button>
        </div>
      </article>
    </li>
  );
}
