/** Questions to the ledger. */

import { api, ok, whole, type Schema } from "../../api.ts";
import type { operations } from "../../openapi.d.ts";
import { wholeList } from "../../whole_list.ts";
import type { Entry } from "./entry.ts";

/** What is looked for. Empty texts are left out. */
export interface Query {
  from: string;
  to: string;
  kind: string;
  by: string;
  phone: string;
}

export interface Page {
  entries: Entry[];
  /** Where older entries begin. */
  cursor: string | undefined;
  unreadable: number;
}

/** The most pages without an entry that are passed by at once. */
const EMPTY_PAGES = 20;
/** Entries of a page of a file. */
const MOST = 1000;

type Parameters = NonNullable<operations["audit"]["parameters"]["query"]>;

function parameters(query: Query, cursor: string | undefined): Parameters {
  const filled = Object.entries({ ...query, cursor }).filter(([, value]) => value);
  return Object.fromEntries(filled) as Parameters;
}

/** The next page that has entries. A page can be empty though older ones are not. */
export async function page(query: Query, cursor: string | undefined, signal?: AbortSignal): Promise<Page> {
  const found: Page = { entries: [], cursor, unreadable: 0 };
  for (let turn = 0; turn < EMPTY_PAGES && found.entries.length === 0; turn += 1) {
    const request = { params: { query: parameters(query, found.cursor) }, ...(signal && { signal }) };
    // Only a header makes it a text.
    const answer = await ok(api.GET("/api/admin/redial-queue/audit", request)) as Schema<"AuditAnswer">;
    found.entries = answer.entries as Entry[];
    found.unreadable += answer.unreadable;
    found.cursor = answer.next_cursor ?? undefined;
    if (!found.cursor) break;
  }
  return found;
}

/** Every entry as a file. `progress` hears how many pages have come. */
export function file(query: Query, type: "text/csv" | "application/jsonl", signal: AbortSignal, progress: (pages: number) => void): Promise<Blob> {
  const ask = (cursor: string | undefined) =>
    whole<unknown>(api.GET("/api/admin/redial-queue/audit", {
      params: { query: { ...parameters(query, cursor), limit: MOST } }, headers: { Accept: type }, parseAs: "text", signal,
    }));
  let pages = 0;
  return wholeList(type, ask, () => progress(++pages));
}
