/** One setting: its field, its meaning, and where its value is from. */

import { SETTINGS } from "virtual:settings";
import type { ComponentChildren } from "preact";
import { Field, Select, Text } from "../../ui/form.tsx";
import { type SettingName, type SwitchName, WORDS } from "./words.ts";

const ORIGINS: Record<string, string> = {
  default: "Default of the program",
  environment: "From the deployment",
  override: "Changed here or by the API",
};

interface Props {
  name: Exclude<SettingName, SwitchName>;
  value: string;
  source: string | undefined;
  error: string | undefined;
  /** True if the key may only read, or if nobody can change it here. */
  fixed: boolean;
  onInput: (text: string) => void;
}

export function Setting(props: Props) {
  const { name, value, error, onInput } = props;
  const words = WORDS[name];
  const schema = SETTINGS[name];
  const label = words.unit ? `${words.label} (${words.unit})` : words.label;
  const allowed = schema.description.match(/^Allowed: (.*?)\. Default/)?.[1];
  const hint: ComponentChildren = (
    <>
      {words.meaning} {allowed && <>Allowed: {allowed}. </>}
      <span class="origin">{ORIGINS[props.source ?? ""] ?? props.source}, <code>{name}</code>.</span>
    </>
  );
  if (props.fixed) {
    return (
      <Field label={label} hint={hint}>
        {(attributes) => <input {...attributes} type="text" value={value} readOnly />}
      </Field>
    );
  }
  const choices = schema.type === "boolean" ? ["false", "true"] : schema.enum;
  if (choices) return <Select label={label} value={value} options={choices.map((one) => [one, one])} onInput={onInput} hint={hint} error={error} />;
  return (
    <Text
      label={label}
      type={schema.type === "integer" ? "number" : "text"}
      value={value}
      onInput={onInput}
      hint={hint}
      error={error}
      attributes={schema.type === "integer" ? { min: schema.minimum, max: schema.maximum, required: true } : {}}
    />
  );
}
