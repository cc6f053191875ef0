/** Do the calling rules allow a call to this person at this time? */

import { useState } from "preact/hooks";
import { api, ok } from "../../api.ts";
import { useLive } from "../../live.ts";
import { Select, Text } from "../../ui/form.tsx";
import { Answer } from "../../ui/loading.tsx";
import { PLACE_OPTIONS } from "./places.ts";
import { TimeField, useTime } from "./time_field.tsx";
import { type Law, Verdict } from "./verdict.tsx";

interface Asked {
  phone: string;
  postal_code: string;
  state: string;
  at: string;
}

export function Ask({ law }: { law: Law }) {
  const [phone, setPhone] = useState("");
  const [postal_code, setPostalCode] = useState("");
  const [state, setState] = useState("");
  const time = useTime();
  const [asked, setAsked] = useState<Asked | undefined>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (time.at) setAsked({ phone: phone.trim(), postal_code: postal_code.trim(), state, at: time.at });
  };
  return (
    <section class="panel stack" aria-labelledby="ask">
      <h2 id="ask">Do the rules allow a call?</h2>
      <p>Everything that you enter is a hint about where the person may be. The call must be allowed in all of these places.</p>
      <form class="stack" onSubmit={submit}>
        <div class="columns">
          <Text label="Phone number" type="tel" value={phone} onInput={setPhone} hint="In any spelling. Its area code is the hint." />
          <Text label="Postal code" value={postal_code} onInput={setPostalCode} attributes={{ inputMode: "numeric", maxLength: 10 }} />
          <Select label="State" value={state} options={[["", "Not known"], ...PLACE_OPTIONS]} onInput={setState} />
          <TimeField time={time} />
        </div>
        <div class="row"><button type="submit" class="primary">Ask the rules</button></div>
      </form>
      {asked && <Said key={JSON.stringify(asked)} asked={asked} law={law} />}
    </section>
  );
}

function Said({ asked, law }: { asked: Asked; law: Law }) {
  const live = useLive((signal) => {
    const query = Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
    return ok(api.GET("/api/admin/redial-queue/rules/check", { params: { query }, signal }));
  }, 0, []);
  return <Answer live={live} what="what the rules say">{(check) => <Verdict check={check} law={law} />}</Answer>;
}
