/** The key of this tab. It is kept by the tab alone and is gone when the tab is closed. */

import { computed, signal } from "@preact/signals";

const PLACE = "redial-queue-key";

export const key = signal(sessionStorage.getItem(PLACE));
/** Why the last session ended, for the form that asks for a key. */
export const farewell = signal("");
/** Whose key it is and what it may do, as `GET /status` says. Unknown until the first answer. */
export const operator = signal<{ name: string; access: string } | undefined>(undefined);
/** True if the key may change something. Until the queue has said so, nothing can be changed. */
export const mayWrite = computed(() => operator.value?.access === "admin");

/** Forgets what is kept in memory when a session ends: the next person at this computer must not see it, nor undo it. */
export function atSignOut(forget: () => void): void {
  key.subscribe((now) => {
    if (now === null) forget();
  });
}

export function signIn(text: string): void {
  sessionStorage.setItem(PLACE, text);
  farewell.value = "";
  operator.value = undefined;
  key.value = text;
}

export function signOut(why = ""): void {
  sessionStorage.removeItem(PLACE);
  farewell.value = why;
  operator.value = undefined;
  key.value = null;
}
