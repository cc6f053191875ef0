/** The list of leads, page after page. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { api, ok, type Problem, type Schema } from "../../api.ts";
import { problemOf } from "../../live.ts";
import { type Filter, type Order, queryOf, type Sort } from "./filter.ts";
import type { Named } from "./request.ts";

export type LeadRecord = Schema<"RecordJson">;

/** Records that came in one answer. A page is drawn again only if it is another object. */
export interface Page {
  id: number;
  records: LeadRecord[];
}

interface State {
  pages: Page[];
  filtered: number;
  total: number;
  next: string | undefined;
  at: string;
}

export interface Records {
  list: State | undefined;
  loading: boolean;
  problem: Problem | undefined;
  more: () => void;
  refresh: () => void;
  /** Shows the newest state of one lead. Undefined if it is gone. */
  update: (lead: Named, record: LeadRecord | undefined) => void;
}

const FIRST_PAGE = 100;
/** Later pages are longer, so that ten thousand leads are twenty steps away. */
const NEXT_PAGE = 500;

/** Asks for the first page when the filter or the order changes. */
export function useRecords(filter: Filter, sort: Sort, order: Order): Records {
  const [list, setList] = useState<State>();
  const [waiting, setWaiting] = useState({ loading: true, problem: undefined as Problem | undefined });
  const last = useRef<AbortController>(undefined);
  const pages = useRef(0);

  const ask = async (cursor?: string) => {
    last.current?.abort();
    const end = new AbortController();
    last.current = end;
    setWaiting({ loading: true, problem: undefined });
    try {
      const query = { ...queryOf(filter), sort, order, limit: cursor ? NEXT_PAGE : FIRST_PAGE, ...(cursor && { cursor }) };
      // Without a wish for a table the answer is JSON.
      const page = (await ok(api.GET("/api/admin/redial-queue/records", { params: { query }, signal: end.signal }))) as Schema<"RecordsPage">;
      if (end.signal.aborted) return;
      pages.current += 1;
      const fresh = { id: pages.current, records: page.records };
      const rest = { filtered: page.filtered, total: page.total, next: page.next_cursor ?? undefined, at: page.timestamp };
      setList((old) => ({ pages: cursor && old ? [...without(old.pages, page.records), fresh] : [fresh], ...rest }));
      setWaiting({ loading: false, problem: undefined });
    } catch (error) {
      if (!end.signal.aborted) setWaiting({ loading: false, problem: problemOf(error) });
    }
  };
  useEffect(() => {
    setList(undefined);
    void ask();
    return () => last.current?.abort();
  }, [filter, sort, order]);

  const update = useCallback((lead: Named, record: LeadRecord | undefined) => {
    setList((old) => {
      if (!old) return old;
      const pages = old.pages.map((page) => changed(page, lead, record));
      const gone = record === undefined && pages.some((page, index) => page !== old.pages[index]) ? 1 : 0;
      return { ...old, pages, filtered: old.filtered - gone, total: old.total - gone };
    });
  }, []);
  return { list, ...waiting, more: () => void ask(list?.next), refresh: () => void ask(), update };
}

/** A lead that changed while pages were read comes again. Its newest state counts. */
function without(pages: Page[], records: readonly LeadRecord[]): Page[] {
  // Two months may have a record of one key.
  const id = (record: LeadRecord) => `${record.month} ${record.key}`;
  const ids = new Set(records.map(id));
  return pages.map((page) => {
    const left = page.records.filter((record) => !ids.has(id(record)));
    return left.length === page.records.length ? page : { ...page, records: left };
  });
}

function changed(page: Page, lead: Named, record: LeadRecord | undefined): Page {
  const at = page.records.findIndex((one) => one.lead_id === lead.lead_id && one.phone_number === lead.phone_number);
  if (at < 0) return page;
  const old = page.records[at]!;
  if (record && old.updated_at === record.updated_at && old.is_ready === record.is_ready) return page;
  return { ...page, records: page.records.toSpliced(at, 1, ...(record ? [record] : [])) };
}
