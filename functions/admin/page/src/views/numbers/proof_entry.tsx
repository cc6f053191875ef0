/** The cells of an entry in a proof. */

import type { Schema } from "../../api.ts";
import { moment } from "../../time.ts";
import { condition, count, shown } from "../../words.ts";
import { placeName } from "../rules/places.ts";
import { happened, type LedgerEntry, read, who } from "./entry.ts";

/** In the clock of the business, and exactly. */
function When({ entry }: { entry: LedgerEntry }) {
  return <>{moment(entry.at)}<div class="small">{entry.at}</div></>;
}

function Who({ entry }: { entry: LedgerEntry }) {
  return <>{who(entry)}{entry.lead && <div class="small">Lead {entry.lead}</div>}</>;
}

/** Enough to find the entry again and to compare it. */
function Kept({ json }: { json: Schema<"EntryJson"> }) {
  const { seq, hash } = read(json);
  return <div class="small kept"><code>{json.object}</code><br />entry {seq}, hash <code>{hash}</code></div>;
}

function What({ entry }: { entry: LedgerEntry }) {
  const { place = [], gates = [], calls_24h = [], consent, rules, time_zones } = entry;
  return (
    <div class="stack">
      <p>{happened(entry)}</p>
      {rules && <p>Rules: version {rules}, time zones of {time_zones}.</p>}
      {place.length > 0 && (
        <p>
          Where the person may be:{" "}
          {place.map((one) => `${placeName(one.jurisdiction)} (${one.zones.map((zone) => `${zone.local} ${zone.zone}`).join(", ")})`).join("; ")}.
        </p>
      )}
      {consent && (
        <p>
          Consent of the lead: {consent.level}, given on {moment(consent.at)}{consent.source && ` at ${consent.source}`}
          {consent.text_sha256 && <>, text <code>{consent.text_sha256}</code></>}.
        </p>
      )}
      {gates.length > 0 && (
        <table class="conditions">
          <caption>Every condition, met at that moment. {count(calls_24h.length, "call")} of the 24 hours before counted{calls_24h.length > 0 && `: ${calls_24h.map((at) => moment(at)).join(", ")}`}.</caption>
          <thead><tr><th scope="col">Condition</th><th scope="col">Found</th><th scope="col">Allowed</th></tr></thead>
          <tbody>
            {gates.map((one) => <tr key={one.name}><th scope="row">{condition(one.name)}</th><td>{shown(one.value)}</td><td>{shown(one.limit)}</td></tr>)}
          </tbody>
        </table>
      )}
    </div>
  );
}

export const ProofEntry = { When, Who, What, Kept };
