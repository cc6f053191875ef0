/** Adds one lead by hand. */

import { useState } from "preact/hooks";
import { api, ok, type Schema } from "../../api.ts";
import { useCommand } from "../../live.ts";
import { businessZone, instantIn, localIn, moment } from "../../time.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { complaint, Select, Text } from "../../ui/form.tsx";
import { tell } from "../../ui/toast.tsx";
import { place, placeCodes } from "../../places.ts";
import { type Named, nameOf } from "./request.ts";

type Body = Schema<"NewLeadBody">;
const FIELDS = ["lead_id", "phone_number", "first_name", "last_name", "list_id", "state", "postal_code", "at", "consent_level", "consent_at", "consent_source", "consent_text_sha256"] as const;
type FieldName = (typeof FIELDS)[number];
type Values = Partial<Record<FieldName, string>>;

export function Add(props: { onAdded: (lead: Named) => void; onClose: () => void }) {
  const command = useCommand();
  const [values, setValues] = useState<Values>({});
  const zone = businessZone.value;
  const field = (name: FieldName) => ({
    value: values[name] ?? "",
    onInput: (value: string) => setValues((old) => ({ ...old, [name]: value })),
    error: complaint(command.problem, name),
  });
  const work = async () => {
    const answer = await ok(api.POST("/api/admin/redial-queue/lead", { body: bodyOf(values, zone) }));
    const name = nameOf(answer.record);
    tell(answer.result === "added" ? `${name} is added.` : `${name} was in the queue before, and stays as it is. Nothing was added.`);
    props.onAdded(answer.record);
  };
  const at = values.at ? instantIn(values.at, zone) : undefined;
  return (
    <Confirm title="Add a lead" action="Add the lead" disabled={!values.lead_id?.trim() || !values.phone_number?.trim()} command={command} work={work} onClose={props.onClose}>
      <p>The lead is called as every other lead. If it is in the queue already, it stays as it is. A number that must not be called is refused.</p>
      <div class="fields">
        <Text label="Lead id" {...field("lead_id")} attributes={{ required: true, maxLength: 128 }} hint="The id in your dialer" />
        <Text label="Phone number" type="tel" {...field("phone_number")} attributes={{ required: true }} hint="In any spelling" />
        <Text label="First name" {...field("first_name")} attributes={{ maxLength: 100 }} />
        <Text label="Last name" {...field("last_name")} attributes={{ maxLength: 100 }} />
        <Text label="List" {...field("list_id")} attributes={{ maxLength: 100 }} />
        <Select label="State" {...field("state")} options={[["", "Not known"], ...placeCodes.map((code) => [code, place(code)] as const)]} hint="It decides about calling hours" />
        <Text label="Postal code" {...field("postal_code")} attributes={{ maxLength: 20 }} hint="It decides about calling hours too" />
        <Text label="First call" type="datetime-local" {...field("at")} attributes={{ min: localIn(new Date(), zone) }} hint={at ? moment(at) : `On the clock of the business (${zone}). Empty: as soon as possible.`} />
      </div>
      <details>
        <summary>Consent of the person</summary>
        <div class="fields">
          <Select label="What the person agreed to" {...field("consent_level")} options={[["", "Nothing is recorded"], ["express", "Express consent"], ["written", "Written consent"]]} />
          <Text label="When the person agreed" type="datetime-local" {...field("consent_at")} hint={`On the clock of the business (${zone}). Required with a consent.`} />
          <Text label="Where the person agreed" {...field("consent_source")} attributes={{ maxLength: 200 }} hint="Such as the address of a form" />
          <Text label="SHA-256 of the text" {...field("consent_text_sha256")} attributes={{ pattern: "[0-9A-Fa-f]{64}", maxLength: 64 }} hint="64 hex digits of the text that the person agreed to" />
        </div>
      </details>
    </Confirm>
  );
}

/** The fields that were filled, with instants instead of times on a clock. */
function bodyOf(values: Values, zone: string): Body {
  const filled = FIELDS.flatMap((name) => {
    const text = values[name]?.trim();
    if (!text) return [];
    const isTime = name === "at" || name === "consent_at";
    return [[name, isTime ? (instantIn(text, zone)?.toISOString() ?? text) : text]];
  });
  return Object.fromEntries(filled) as unknown as Body;
}
