/** What one view gives to the next, in memory: the address must not tell whose number it is. */

import { signal } from "@preact/signals";
import type { Schema } from "./api.ts";
import { atSignOut } from "./session.ts";

/** Which leads the view of leads shows when it opens. */
export const leadsToShow = signal<Partial<Record<keyof Schema<"RecordFilterJson">, string>> | undefined>(undefined);
/** The number that the view of numbers shows when it opens. */
export const numberToShow = signal<string | undefined>(undefined);

atSignOut(() => {
  leadsToShow.value = undefined;
  numberToShow.value = undefined;
});

/** Opens the view of leads with these filters. */
export function showLeads(filter: Partial<Record<keyof Schema<"RecordFilterJson">, string>>): void {
  leadsToShow.value = filter;
  location.hash = "leads";
}

/** Opens the view of numbers with this number. */
export function showNumber(phone: string): void {
  numberToShow.value = phone;
  location.hash = "numbers";
}
