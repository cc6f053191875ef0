/** Who did what, as the ledger proves it. */

import { useState } from "preact/hooks";
import { useCommand, useLive } from "../live.ts";
import { Trouble, Empty } from "../ui/notice.tsx";
import { Answer, Progress } from "../ui/loading.tsx";
import { page, type Page, type Query } from "./audit/ask.ts";
import { Download } from "./audit/download.tsx";
import { EntryItem } from "./audit/entry_item.tsx";
import { Filters, firstQuery } from "./audit/filters.tsx";
import { count } from "../words.ts";
import "./audit.css";

export function Audit() {
  const [query, setQuery] = useState(firstQuery);
  const [turn, setTurn] = useState(0);
  const ask = (next: Query) => {
    setQuery(next);
    setTurn((old) => old + 1);
  };
  return (
    <>
      <p>Every entry was written when it happened and is never changed. Entries are kept for five years.</p>
      <Filters onAsk={ask} />
      <Entries key={turn} query={query} />
    </>
  );
}

function Entries({ query }: { query: Query }) {
  const live = useLive((signal) => page(query, undefined, signal), 0, []);
  return <Answer live={live} what="the entries">{(first) => <List first={first} query={query} />}</Answer>;
}

function List(props: { first: Page; query: Query }) {
  const { first, query } = props;
  const [older, setOlder] = useState<Page>({ entries: [], cursor: first.cursor, unreadable: 0 });
  const command = useCommand();
  const entries = [...first.entries, ...older.entries];
  const unreadable = first.unreadable + older.unreadable;
  const more = () => command.run(async () => {
    const next = await page(query, older.cursor);
    setOlder({ ...next, entries: [...older.entries, ...next.entries], unreadable: older.unreadable + next.unreadable });
  });
  return (
    <section class="stack" aria-labelledby="entries">
      <div class="row spread">
        <h2 id="entries">{count(entries.length, "entry", "entries")}{older.cursor && " so far"}, the newest first</h2>
        {entries.length > 0 && <Download query={query} />}
      </div>
      {unreadable > 0 && (
        <p class="error">{count(unreadable, "object or line", "objects or lines")} of these days cannot be read. The proof of a number tells more.</p>
      )}
      {entries.length === 0 && !older.cursor && (
        <Empty title="Nothing was recorded that matches."><p>Choose more days, or leave the other fields empty.</p></Empty>
      )}
      {entries.length > 0 && <ol class="audit-entries panel">{entries.map((entry, place) => <EntryItem key={place} entry={entry} />)}</ol>}
      <Trouble problem={command.problem} again={() => void more()} />
      {command.busy && <Progress label="Entries read" done={entries.length} />}
      {older.cursor && <div class="row"><button type="button" disabled={command.busy} onClick={() => void more()}>Show older entries</button></div>}
    </section>
  );
}
