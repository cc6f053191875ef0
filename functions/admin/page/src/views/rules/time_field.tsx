/** A time in the clock of the business. Until somebody chooses one, it is the time when the form was opened. */

import { useState } from "preact/hooks";
import { businessZone, instantIn, localIn } from "../../time.ts";
import { Text } from "../../ui/form.tsx";

export interface ChosenTime {
  /** In RFC 3339. Undefined if the text is no time. */
  at: string | undefined;
  text: string;
  choose: (text: string) => void;
  now: () => void;
}

export function useTime(): ChosenTime {
  const [began, setBegan] = useState(() => new Date());
  const [typed, setTyped] = useState<string | undefined>();
  // The zone may become known later than the form is shown.
  const text = typed ?? localIn(began, businessZone.value);
  const now = () => {
    setBegan(new Date());
    setTyped(undefined);
  };
  return { at: instantIn(text, businessZone.value)?.toISOString(), text, choose: setTyped, now };
}

export function TimeField({ time }: { time: ChosenTime }) {
  return <Text label={`Time (${businessZone.value})`} type="datetime-local" value={time.text} onInput={time.choose} attributes={{ required: true }} />;
}
