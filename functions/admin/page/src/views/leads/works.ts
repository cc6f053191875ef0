/** Work for many leads that goes on after its window is closed: bulk commands and files. */

import { signal } from "@preact/signals";
import { atSignOut } from "../../session.ts";

export interface Work {
  kind: "bulk" | "import";
  id: string;
}

export interface WorkProps {
  id: string;
  /** The leads have changed. */
  onDone: () => void;
  onClose: () => void;
}

/** Kept while other views are open. */
export const works = signal<readonly Work[]>([]);
atSignOut(() => {
  works.value = [];
});

/** Shows from now on how far it is. */
export function follow(work: Work): void {
  works.value = [work, ...works.value.filter((one) => one.id !== work.id)];
}

export function forget(work: Work): void {
  works.value = works.value.filter((one) => one !== work);
}
