/** The leads of a number, and whether each may be dialed. */

import { api, ok, type Schema } from "../../api.ts";
import { showLeads } from "../../handover.ts";
import { useLive } from "../../live.ts";
import { clock, moment } from "../../time.ts";
import { Badge, Empty } from "../../ui/notice.tsx";
import { Table } from "../../ui/table.tsx";
import { gate, plain, shown, status } from "../../words.ts";
import { placeName } from "../rules/places.ts";

type Lead = Schema<"LeadOfNumberJson">;

export function Leads({ known: { leads, phone } }: { known: Schema<"NumberAnswer"> }) {
  const [state, ...otherStates] = new Set(leads.map((lead) => lead.record.state));
  const [code, ...otherCodes] = new Set(leads.map((lead) => lead.record.postal_code));
  // Leads of one number that say different places are of different people, for all that is known.
  const isOne = otherStates.length === 0 && otherCodes.length === 0;
  const place = useLive(async (signal) => {
    if (!isOne) return [];
    const query = { phone, ...(state && { state }), ...(code && { postal_code: code }) };
    return (await ok(api.GET("/api/admin/redial-queue/rules/check", { params: { query }, signal }))).calling_rules.jurisdictions;
  }, 0, [phone, state, code, isOne]);
  const places = place.data ?? [];
  const zones = [...new Set(places.flatMap((one) => one.zones))];
  return (
    <section class="panel stack" aria-labelledby="leads-of-number">
      <h2 id="leads-of-number">Leads with this number</h2>
      {/* A number without a place may be anywhere, and a list of all states says nothing. */}
      {places.length > 0 && places.length <= 3 && (
        <p class="quiet">
          The person may be in {places.map((one) => placeName(one.jurisdiction)).join(" or ")}, where it is {zones.map((zone) => clock(Date.now(), zone)).join(" or ")}.
        </p>
      )}
      {leads.length === 0 ? (
        <Empty title="No lead has this number."><p>It may have been removed, or its month was deleted. What was done is in the history below.</p></Empty>
      ) : (
        <Table
          wide
          caption="Leads, and whether each may be called"
          columns={[
            { head: "Lead", cell: ({ record }) => <Open lead={record} /> },
            { head: "Name", cell: ({ record }) => `${record.first_name} ${record.last_name}`.trim() || "–" },
            { head: "May it be called?", cell: (lead) => <May lead={lead} /> },
            { head: "Next call", cell: (lead) => <Next at={lead.next_dial_at} zones={zones.length <= 3 ? zones : []} /> },
            { head: "Status", cell: ({ record }) => status(record.status) },
            { head: "Calls", cell: ({ record }) => record.attempts, number: true },
            { head: "Last outcome", cell: ({ record }) => (record.last_outcome ? plain(record.last_outcome) : "No call yet") },
            { head: "List", cell: ({ record }) => record.list_id || "–" },
          ]}
          rows={leads}
          id={({ record }) => `${record.month} ${record.key}`}
        />
      )}
    </section>
  );
}

function Open({ lead: { lead_id, phone_number } }: { lead: Lead["record"] }) {
  return <button type="button" class="link" aria-label={`Open lead ${lead_id}`} onClick={() => showLeads({ lead_id, phone: phone_number })}>{lead_id}</button>;
}

function May({ lead }: { lead: Lead }) {
  if (lead.may_dial) return <Badge tone="good">Yes, now</Badge>;
  const closed = lead.closed_by;
  if (!closed) return <><Badge tone="bad">No</Badge> A record of an older month cannot be read.</>;
  return (
    <>
      <Badge tone={closed.opens_at ? "warn" : "bad"}>{closed.opens_at ? "Not yet" : "No"}</Badge>{" "}
      {gate(closed.name)}.
      <div class="quiet small">Found: {shown(closed.value)}. Allowed: {shown(closed.limit)}.</div>
    </>
  );
}

function Next({ at, zones }: { at: string | null | undefined; zones: string[] }) {
  if (!at) return <>None while nothing else changes</>;
  return (
    <>
      {moment(at)}
      {zones.length > 0 && <div class="quiet small">There: {zones.map((zone) => moment(at, zone)).join(" or ")}</div>}
    </>
  );
}
