/** Asks for which days a proof is needed. */

import { useState } from "preact/hooks";
import { day } from "../../time.ts";
import { Text } from "../../ui/form.tsx";
import { ProofPage } from "./proof_page.tsx";

const DAY_MS = 86_400_000;
const USUAL_DAYS = 7;
const MOST_DAYS = 31;

export function Proof({ phone }: { phone: string }) {
  const [from, setFrom] = useState(day(Date.now() - (USUAL_DAYS - 1) * DAY_MS));
  const [to, setTo] = useState(day(Date.now()));
  const [made, setMade] = useState<{ from: string; to: string; turn: number } | undefined>();
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  const wrong = days >= 1 && days <= MOST_DAYS ? undefined : `Choose 1 to ${MOST_DAYS} days, the first before the last.`;
  const make = (event: SubmitEvent) => {
    event.preventDefault();
    if (!wrong) setMade({ from, to, turn: (made?.turn ?? 0) + 1 });
  };
  return (
    <section class="panel stack proof-section" aria-labelledby="proof">
      <div class="stack no-print">
        <h2 id="proof">Proof</h2>
        <p>
          For a complaint or a lawyer: every call that was made or not made to this number, why, by which rules, and whether the record of it
          is unchanged. You can print it, or save it as PDF with your browser's print window.
        </p>
        <form class="row bottom" onSubmit={make}>
          <Text label="First day (UTC)" type="date" value={from} onInput={setFrom} attributes={{ required: true, max: to }} />
          <Text label="Last day (UTC)" type="date" value={to} onInput={setTo} error={wrong} attributes={{ required: true }} />
          <button type="submit" class="primary">Make the proof</button>
        </form>
      </div>
      {made && <ProofPage key={made.turn} phone={phone} from={made.from} to={made.to} />}
    </section>
  );
}
