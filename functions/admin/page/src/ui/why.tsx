/** Why something is allowed again. The ledger keeps it. */

import type { Problem } from "../api.ts";
import { complaint, Text } from "./form.tsx";

/** The longest reason that the API takes, in characters. */
const LONGEST = 500;

export function Why(props: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  problem: Problem | undefined;
  /** What the API calls it in a complaint. */
  field: string;
}) {
  return (
    <Text
      label={props.label}
      value={props.value}
      onInput={props.onInput}
      hint="Required. It is kept for five years as proof, so do not name a person."
      error={complaint(props.problem, props.field)}
      attributes={{ required: true, autofocus: true, maxLength: LONGEST }}
    />
  );
}
