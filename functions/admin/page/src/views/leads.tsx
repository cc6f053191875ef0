/** The leads of the queue: find them, see why they wait, steer them, add them. */

import { useCallback, useEffect, useState } from "preact/hooks";
import { leadsToShow } from "../handover.ts";
import { clock } from "../time.ts";
import { Waiting } from "../ui/loading.tsx";
import { Empty, Trouble } from "../ui/notice.tsx";
import { ReadOnly } from "../ui/read_only.tsx";
import { count } from "../words.ts";
import "./leads.css";
import { Drawer } from "./leads/drawer.tsx";
import { clearFilter, filter, isFiltered, order, sort, takeOver } from "./leads/filter.ts";
import { Filters } from "./leads/filters.tsx";
import { List } from "./leads/list.tsx";
import { Works } from "./leads/progress.tsx";
import { type LeadRecord, type Records, useRecords } from "./leads/records.ts";
import type { Named } from "./leads/request.ts";
import { Tools } from "./leads/tools.tsx";

export function Leads() {
  // Taken before the first question, so that the whole list is not asked for in vain.
  const [opensFirst, setOpensFirst] = useState(false);
  const given = leadsToShow.value;
  useEffect(() => {
    if (!given) return;
    leadsToShow.value = undefined;
    takeOver(given);
    setOpensFirst(given.phone !== undefined && given.lead_id !== undefined);
  }, [given]);
  return given ? null : <View opensFirst={opensFirst} onOpened={() => setOpensFirst(false)} />;
}

function View(props: { opensFirst: boolean; onOpened: () => void }) {
  const records = useRecords(filter.value, sort.value, order.value);
  const [opened, setOpened] = useState<Named | undefined>();
  const open = useCallback((lead: Named) => setOpened(lead), []);
  const { list } = records;
  useEffect(() => {
    // Another view asked for one lead.
    if (!props.opensFirst || !list) return;
    const first = list.pages[0]?.records[0];
    if (list.filtered === 1 && first && first.status !== "unreadable") setOpened(first);
    props.onOpened();
  }, [list]);
  const update = (record: LeadRecord | undefined) => opened && records.update(opened, record);
  return (
    <>
      <Filters problem={records.problem} />
      <Works onDone={records.refresh} />
      <Tools filtered={list?.filtered} refresh={records.refresh} onOpen={open} />
      <ReadOnly />
      <Found records={records} onOpen={open} />
      {opened && <Drawer lead={opened} onUpdate={update} onClose={() => setOpened(undefined)} />}
    </>
  );
}

function Found(props: { records: Records; onOpen: (lead: Named) => void }) {
  const { list, loading, problem, more, refresh } = props.records;
  const shown = list?.pages.reduce((sum, page) => sum + page.records.length, 0) ?? 0;
  return (
    <section class="stack" aria-labelledby="found">
      <div class="row spread">
        <h2 id="found">{list ? `${list.filtered.toLocaleString("en-US")} of ${count(list.total, "lead")}` : "Leads"}</h2>
        <p class="row small">
          {list && <span class="quiet">Read at {clock(list.at)}</span>}
          <button type="button" disabled={loading} onClick={refresh}>{loading ? "Loading …" : "Refresh"}</button>
        </p>
      </div>
      <Trouble problem={problem} again={refresh} />
      {!list && !problem && <Waiting what="leads" />}
      {list && shown === 0 && <None total={list.total} />}
      {list && shown > 0 && <List pages={list.pages} heldBackBy={filter.value.gate} onOpen={props.onOpen} />}
      {list?.next && (
        <div class="row">
          <button type="button" disabled={loading} onClick={more}>{loading ? "Loading …" : "Show more"}</button>
          <span class="quiet" role="status">{shown.toLocaleString("en-US")} of {list.filtered.toLocaleString("en-US")} are shown.</span>
        </div>
      )}
    </section>
  );
}

function None(props: { total: number }) {
  if (!isFiltered.value) {
    return <Empty title="There are no leads yet."><p>They come with call results, or you add them above.</p></Empty>;
  }
  return (
    <Empty title={`None of the ${count(props.total, "lead")} matches.`}>
      <p>Check the spelling, or remove a filter. <button type="button" class="link" onClick={clearFilter}>Remove all filters</button></p>
    </Empty>
  );
}
