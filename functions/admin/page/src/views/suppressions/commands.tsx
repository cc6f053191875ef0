/** Puts a number on the do-not-call list, and takes it off. */

import { useState } from "preact/hooks";
import { api, ok } from "../../api.ts";
import { useCommand } from "../../live.ts";
import { Confirm } from "../../ui/dialog.tsx";
import { complaint, Select, Text } from "../../ui/form.tsx";
import { tell } from "../../ui/toast.tsx";
import { Why } from "../../ui/why.tsx";
import { phone as spoken } from "../../words.ts";
import { inPath } from "./number.ts";
import { REASONS, sentence, type Suppression } from "./words.ts";

const PATH = "/api/admin/redial-queue/suppressions/{phone}";
/** The API says this of a number that was not on the list before. Only then may Undo take it off again. */
const NEW = "Number suppressed";
const LONGEST = 500;

async function forbid(phone: string, reason: string, note: string) {
  return ok(api.POST(PATH, { params: { path: { phone: inPath(phone) } }, body: { reason, note } }));
}

async function allow(phone: string, reason: string): Promise<Suppression> {
  // The reason is in the body, because addresses are logged.
  const taken = await ok(api.DELETE(PATH, { params: { path: { phone: inPath(phone) } }, body: { reason } }));
  return taken.suppression;
}

/** Asks for a reason and puts a number on the list. Without `phone` it asks for the number too. */
export function Forbid(props: { phone?: string; onClose: () => void; onDone: () => void }) {
  const command = useCommand();
  const [phone, setPhone] = useState(props.phone ?? "");
  const [reason, setReason] = useState("DNC");
  const [note, setNote] = useState("");
  const work = async () => {
    const answer = await forbid(phone, reason, note.trim());
    const number = answer.suppression.phone;
    if (answer.message === NEW) {
      tell(`Nobody calls ${spoken(number)} any more.`, async () => {
        await allow(number, "Undone right after it was put on the list");
        props.onDone();
      });
    } else {
      tell(`${spoken(number)} was on the list before. The first reason stays.`);
    }
    props.onDone();
  };
  return (
    <Confirm
      title={props.phone ? `Do not call ${spoken(props.phone)}` : "Add a number to do not call"}
      action="Do not call"
      danger
      disabled={!phone.trim()}
      command={command}
      work={work}
      onClose={props.onClose}
    >
      <p>
        From now on no lead with this number is dialed, in no list and by no run. The next run finishes its leads.
        A call that is in progress is not ended. If you take it back after that run, the leads stay finished.
      </p>
      {!props.phone && (
        <Text
          label="Phone number"
          type="tel"
          value={phone}
          onInput={setPhone}
          hint="In any spelling, such as (555) 555-0123 or +15555550123."
          error={complaint(command.problem, "phone")}
          attributes={{ required: true, autofocus: true }}
        />
      )}
      <Select label="Reason" value={reason} options={REASONS} onInput={setReason} error={complaint(command.problem, "reason")} />
      <Text
        label="Note"
        value={note}
        onInput={setNote}
        hint="How you know, for those who ask later. Optional, at most 500 characters."
        error={complaint(command.problem, "note")}
        attributes={{ maxLength: LONGEST }}
      />
    </Confirm>
  );
}

/** Asks for a reason and takes a number off the list. */
export function Allow(props: { suppression: Suppression; onClose: () => void; onDone: () => void }) {
  const { suppression } = props;
  const command = useCommand();
  const [why, setWhy] = useState("");
  const number = spoken(suppression.phone);
  const work = async () => {
    const taken = await allow(suppression.phone, why.trim());
    tell(`${number} may be called again.`, async () => {
      await forbid(taken.phone, taken.reason, taken.note);
      props.onDone();
    });
    props.onDone();
  };
  return (
    <Confirm
      title={`Let ${number} be called again`}
      action="Take off the list"
      danger
      disabled={!why.trim()}
      command={command}
      work={work}
      onClose={props.onClose}
    >
      <p>{sentence(suppression)}</p>
      <p>
        Leads that still wait, and new ones, may be called again. Requests to stop that came before this moment do not count any
        more. A new one puts the number on the list again. Leads that are finished stay finished.
      </p>
      <Why label="Why may it be called again?" value={why} onInput={setWhy} problem={command.problem} field="reason" />
      <p class="quiet small">Undo puts it back with the same reason and note, and with the time of the Undo.</p>
    </Confirm>
  );
}
