/** Fields of forms. */

import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useId } from "preact/hooks";
import type { Problem } from "../api.ts";

interface FieldProps {
  label: string;
  /** What to enter, under the field. */
  hint?: ComponentChildren;
  /** Why the value is rejected. */
  error?: string | undefined;
  children: (attributes: { id: string; "aria-describedby": string | undefined; "aria-invalid": boolean }) => ComponentChildren;
}

/** A label, an input, and what belongs to it. */
export function Field(props: FieldProps) {
  const id = useId();
  const about = `${id}-about`;
  const described = props.hint || props.error ? about : undefined;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.children({ id, "aria-describedby": described, "aria-invalid": props.error !== undefined })}
      {described && (
        <div id={about} class="hint">
          {props.error && <span class="error">{props.error} </span>}
          {props.hint}
        </div>
      )}
    </div>
  );
}

interface TextProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: ComponentChildren;
  error?: string | undefined;
  type?: "text" | "password" | "search" | "number" | "date" | "datetime-local" | "tel";
  attributes?: Pick<InputHTMLAttributes<HTMLInputElement>, "required" | "autofocus" | "spellcheck" | "min" | "max" | "step" | "placeholder" | "pattern" | "maxLength" | "inputMode">;
}

export function Text(props: TextProps) {
  return (
    <Field label={props.label} hint={props.hint} error={props.error}>
      {(attributes) => {
        // The types of inputs are one union by `type`, which a `type` that is not fixed cannot satisfy.
        const all = { type: props.type ?? "text", autocomplete: "off", ...props.attributes, ...attributes } as object;
        return <input {...all} value={props.value} onInput={(event) => props.onInput(event.currentTarget.value)} />;
      }}
    </Field>
  );
}

export function Select(props: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, words: string])[];
  onInput: (value: string) => void;
  hint?: ComponentChildren;
  error?: string | undefined;
}) {
  return (
    <Field label={props.label} hint={props.hint} error={props.error}>
      {(attributes) => (
        <select {...attributes} value={props.value} onInput={(event) => props.onInput(event.currentTarget.value)}>
          {props.options.map(([value, words]) => <option key={value} value={value}>{words}</option>)}
        </select>
      )}
    </Field>
  );
}

/** The API's complaint if it is about this field. */
export function complaint(problem: Problem | undefined, field: string): string | undefined {
  return problem?.field === field ? problem.message : undefined;
}
