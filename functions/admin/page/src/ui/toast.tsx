/** What was just done, with a way back where there is one. */

import { signal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import { atSignOut } from "../session.ts";

interface Told {
  id: number;
  text: string;
  undo: (() => Promise<void>) | undefined;
}

const SHOWN_MS = 12_000;
const told = signal<Told[]>([]);
let last = 0;
atSignOut(() => {
  told.value = [];
});

function forget(id: number): void {
  told.value = told.value.filter((one) => one.id !== id);
}

/** Tells what was done. `undo` takes it back and is offered as a button. */
export function tell(text: string, undo?: () => Promise<void>): void {
  last += 1;
  const id = last;
  told.value = [...told.value, { id, text, undo }];
  setTimeout(() => forget(id), SHOWN_MS);
}

/** The windows that are open, the topmost last. What is outside of it can be neither seen nor pressed. */
const places = signal<string[]>([]);

/** Where toasts are shown: in the topmost window, or in the page if none is open. */
export function Toasts() {
  const id = useId();
  useEffect(() => {
    places.value = [...places.value, id];
    return () => {
      places.value = places.value.filter((place) => place !== id);
    };
  }, []);
  return <div class="toasts" role="status" aria-live="polite">{places.value.at(-1) === id && <All />}</div>;
}

function All() {
  const back = async (one: Told) => {
    forget(one.id);
    try {
      await one.undo?.();
      tell("Undone.");
    } catch (error) {
      tell(`It could not be undone: ${error instanceof Error ? error.message : "unknown"}`);
    }
  };
  return (
    <>
      {told.value.map((one) => (
        <div key={one.id} class="toast row spread">
          <span>{one.text}</span>
          <span class="row">
            {one.undo && <button type="button" onClick={() => void back(one)}>Undo</button>}
            <button type="button" class="plain" aria-label="Dismiss" onClick={() => forget(one.id)}>×</button>
          </span>
        </div>
      ))}
    </>
  );
}
