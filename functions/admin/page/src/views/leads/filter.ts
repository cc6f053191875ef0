/** Which leads are listed. It stays in memory while other views are open, and never gets into the address. */

import { computed, signal } from "@preact/signals";
import type { Schema } from "../../api.ts";
import type { paths } from "../../openapi.d.ts";
import { place } from "../../places.ts";
import { atSignOut } from "../../session.ts";
import { gate, phone, plain, status } from "../../words.ts";

export type Filter = Partial<Record<keyof Schema<"RecordFilterJson">, string>>;
export type Sort = Schema<"SortWord">;
export type Order = Schema<"OrderWord">;
type Query = NonNullable<paths["/api/admin/redial-queue/records"]["get"]["parameters"]["query"]>;
/** The filter as parameters of a request, without order and page. */
export type FilterQuery = Omit<Query, "sort" | "order" | "limit" | "offset" | "cursor">;

export const filter = signal<Filter>({});
export const sort = signal<Sort>("next_dial");
export const order = signal<Order>("asc");
/** What stands in the search field. */
export const typed = signal("");

export function setFilter(changes: Filter): void {
  const all = Object.entries({ ...filter.value, ...changes }).filter(([, value]) => value !== "" && value !== undefined);
  filter.value = Object.fromEntries(all) as Filter;
}

/** Shows the leads of another view's filter, with its search in the field. */
export function takeOver(given: Filter): void {
  filter.value = {};
  setFilter(given);
  typed.value = given.phone ? phone(given.phone) : (given.lead_id ?? given.q ?? "");
}

export function clearFilter(): void {
  filter.value = {};
  typed.value = "";
}
atSignOut(clearFilter);

export const isFiltered = computed(() => Object.keys(filter.value).length > 0);

/** The filter as the API wants it. The fields of the form allow only what the API does, or it answers what is wrong. */
export function queryOf(chosen: Filter): FilterQuery {
  const { ready, review, ...rest } = chosen;
  return { ...rest, ...(ready === "true" && { ready: true }), ...(review === "true" && { review: true }) } as FilterQuery;
}

/** One condition in words, for example "Status: Paused". */
export function condition(name: string, value: string): string {
  switch (name) {
    case "status": return `Status: ${status(value)}`;
    case "ready": return "May be called now";
    case "review": return "A possible do-not-call waits for a decision";
    case "phone": return `Number: ${phone(value)}`;
    case "lead_id": return `Lead id: ${value}`;
    case "q": return `Contains “${value}”`;
    case "outcome": return `Last outcome: ${value.split(",").map(plain).join(" or ")}`;
    case "list": return `List: ${value}`;
    case "state": return `State: ${place(value)}`;
    case "attempts": return `Attempts: ${value}`;
    case "gate": return `Held back by: ${gate(value)}`;
    default: return `${plain(name)}: ${value}`;
  }
}
