/** Forbids calls to a number, and allows them again. */

import { useState } from "preact/hooks";
import { api, ok } from "../../api.ts";
import { useCommand } from "../../live.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { complaint, Select, Text } from "../../ui/form.tsx";
import { tell } from "../../ui/toast.tsx";
import { moment } from "../../time.ts";
import { phone, plain } from "../../words.ts";
import type { CommandProps } from "./commands.tsx";

const NOTE_LENGTH = 500;

export function Suppress({ found: { record }, refresh, onClose }: CommandProps) {
  const command = useCommand();
  const [reason, setReason] = useState("DNC");
  const [note, setNote] = useState("");
  const number = phone(record.phone_number);
  const work = async () => {
    const answer = await ok(api.POST("/api/admin/redial-queue/suppressions/{phone}", { params: { path: { phone: record.phone_number } }, body: { reason, note } }));
    tell(`${answer.message}: ${number}. To take it back, choose “Allow calls again” and give a reason.`);
    refresh();
  };
  return (
    <Confirm title="Do not call this number" action="Do not call" danger command={command} work={work} onClose={onClose}>
      <p>{number} gets on the do-not-call list. No lead with this number is called again, whatever its list or lead id. All its leads become finished.</p>
      <p>The number can be allowed again with a reason, but leads that are finished stay finished.</p>
      <Select label="Reason" value={reason} onInput={setReason} options={[["DNC", "The person does not want to be called"], ["BAD_NUMBER", "Wrong number, or it does not exist"]]} error={complaint(command.problem, "reason")} />
      <Text label="Note" value={note} onInput={setNote} attributes={{ maxLength: NOTE_LENGTH }} hint="How it became known, for example: asked by mail. At most 500 characters." error={complaint(command.problem, "note")} />
    </Confirm>
  );
}

export function Allow({ found: { record, line }, refresh, onClose }: CommandProps) {
  const command = useCommand();
  const [reason, setReason] = useState("");
  const number = phone(record.phone_number);
  const work = async () => {
    await ok(api.DELETE("/api/admin/redial-queue/suppressions/{phone}", { params: { path: { phone: record.phone_number } }, body: { reason } }));
    tell(`${number} may be called again.`);
    refresh();
  };
  return (
    <Confirm title="Allow calls to this number again" action="Allow calls" danger disabled={reason.trim() === ""} command={command} work={work} onClose={onClose}>
      {line.suppressed && <p>{number} is on the do-not-call list since {moment(line.suppressed.at)}: {plain(line.suppressed.reason)}. {line.suppressed.note}</p>}
      <p>It is taken off the list. Leads that are finished stay finished. A lead that waits may be called again. If the person asks again not to be called, the number gets back on the list.</p>
      <Text label="Why may it be called again?" value={reason} onInput={setReason} attributes={{ required: true, maxLength: NOTE_LENGTH }} hint="Kept for five years. Name no person." error={complaint(command.problem, "reason")} />
    </Confirm>
  );
}
