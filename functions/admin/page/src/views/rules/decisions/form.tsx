/** Records a decision about the rules. */

import { useState } from "preact/hooks";
import { useCommand } from "../../../live.ts";
import { businessZone, instantIn, moment } from "../../../time.ts";
import { Confirm } from "../../../ui/dialog.tsx";
import { Select, Text } from "../../../ui/form.tsx";
import { Notice } from "../../../ui/notice.tsx";
import { PLACE_OPTIONS } from "../places.ts";
import type { Law } from "../verdict.tsx";
import { ruleName } from "../words.ts";
import { AgreedText } from "./agreed_text.tsx";
import { bodyOf, type Draft, record, tellRecorded } from "./body.ts";
import { explained, KINDS, type Kind, opens, title } from "./words.ts";

const BLANK = { jurisdiction: "", rule: "", list_id: "", level: "express", text_sha256: "", why: "" } as const;

const LEVELS = [["express", "Express consent"], ["written", "Written consent"]] as const;
const needsPlace = (kind: Kind) => kind === "suspension" || kind === "voice_allowed";

export function DecisionForm(props: { law: Law; mode: string; onDone: () => void }) {
  const { law: { rules, decisions }, mode, onDone } = props;
  const zone = businessZone.value;
  const command = useCommand();
  const [kind, setKind] = useState<Kind>("suspension");
  const [parts, setParts] = useState<Omit<Draft, "kind" | "from" | "until">>(BLANK);
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const [asking, setAsking] = useState(false);
  const [tried, setTried] = useState(false);
  const [turn, setTurn] = useState(0);
  const put = (part: Partial<typeof parts>) => setParts((old) => ({ ...old, ...part }));
  const draft: Draft = {
    ...parts,
    kind,
    why: parts.why.trim(),
    list_id: parts.list_id.trim(),
    from: instantIn(from, zone)?.toISOString(),
    until: instantIn(until, zone)?.toISOString(),
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    command.forget();
    const unchosen = (needsPlace(kind) && !parts.jurisdiction) || (kind === "rule_off" && !parts.rule);
    setTried(unchosen);
    setAsking(!unchosen);
  };
  const work = async () => {
    const decision = await record(bodyOf(draft));
    tellRecorded(decision, decisions, onDone);
    setParts(BLANK);
    setTurn((old) => old + 1);
    setFrom("");
    setUntil("");
    onDone();
  };
  return (
    <section class="panel stack" aria-labelledby="record">
      <h2 id="record">Record a decision</h2>
      <form class="stack" onSubmit={submit}>
        <div class="columns">
          <Select label="Kind" value={kind} options={KINDS} onInput={(value) => setKind(value as Kind)} />
          {needsPlace(kind) && (
            <Required label="State" value={parts.jurisdiction} options={PLACE_OPTIONS} onInput={(jurisdiction) => put({ jurisdiction })} tried={tried} />
          )}
          {kind === "rule_off" && (
            <Required label="Rule" value={parts.rule} options={rules.map((rule) => [rule.id, ruleName(rule)] as const)} onInput={(rule) => put({ rule })} tried={tried} />
          )}
          {kind === "attestation" && (
            <>
              <Text label="List" value={parts.list_id} onInput={(list_id) => put({ list_id })} hint="Of the dialer. Empty for every lead." attributes={{ maxLength: 100 }} />
              <Select label="What they agreed to" value={parts.level} options={LEVELS} onInput={(level) => put({ level: level as Draft["level"] })} />
            </>
          )}
          {kind === "suspension" && (
            <Text label={`Begins (${zone})`} type="datetime-local" value={from} onInput={setFrom} hint="Empty for now." />
          )}
          <Text
            label={`Ends (${zone})`}
            type="datetime-local"
            value={until}
            onInput={setUntil}
            hint={opens(kind) ? "Required, at most 400 days from now: somebody must look at it again by then." : "Empty if no end is known. Then somebody must end it."}
            attributes={{ required: opens(kind) }}
          />
        </div>
        {kind === "attestation" && <AgreedText key={turn} hash={parts.text_sha256} onHash={(text_sha256) => put({ text_sha256 })} />}
        <Text
          label="Why"
          value={parts.why}
          onInput={(why) => put({ why })}
          hint="Who was asked, and what they said. It is kept for five years as proof, so name a role and no person."
          attributes={{ required: true, maxLength: 500, pattern: ".*\\S.*" }}
        />
        <Notice tone="plain" title="What it changes">{explained(draft)}</Notice>
        <div class="row"><button type="submit" class="primary">Record the decision …</button></div>
      </form>
      {asking && (
        <Confirm title={title(draft)} action="Record the decision" danger={opens(kind)} command={command} work={work} onClose={() => setAsking(false)}>
          <p>{explained(draft)}</p>
          {kind === "federal_only" && mode !== "federal" && <p>The setting calling_rules is “{mode}” now, so this changes nothing until the setting is changed.</p>}
          <p>
            It counts {draft.from ? `from ${moment(draft.from)}` : "within five seconds, also for a run that dials now,"}{" "}
            {draft.until ? `until ${moment(draft.until)}` : "until somebody ends it"}.
          </p>
          <p>Why: “{draft.why}”</p>
        </Confirm>
      )}
    </section>
  );
}

/** A choice that must be made. */
function Required(props: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onInput: (value: string) => void;
  tried: boolean;
}) {
  const { tried, options, ...others } = props;
  return <Select {...others} options={[["", "Choose …"], ...options]} error={tried && !props.value ? "Choose one." : undefined} />;
}
