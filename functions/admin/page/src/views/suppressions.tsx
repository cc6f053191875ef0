/** The do-not-call list: what is on it, one number, and whole lists. */

import { useState } from "preact/hooks";
import { api, ok, type Schema } from "../api.ts";
import { showNumber } from "../handover.ts";
import { useLive } from "../live.ts";
import { mayWrite } from "../session.ts";
import { moment } from "../time.ts";
import { Answer } from "../ui/loading.tsx";
import { Empty } from "../ui/notice.tsx";
import { PageButtons, usePages } from "../ui/pages.tsx";
import { ReadOnly } from "../ui/read_only.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { phone } from "../words.ts";
import { Allow, Forbid } from "./suppressions/commands.tsx";
import { Export } from "./suppressions/export.tsx";
import { Import } from "./suppressions/import.tsx";
import { Lookup } from "./suppressions/lookup.tsx";
import { origin, reason, type Suppression } from "./suppressions/words.ts";
import "./suppressions.css";

const PAGE = 100;

export function Suppressions() {
  const pages = usePages();
  const [adding, setAdding] = useState(false);
  const [taking, setTaking] = useState<Suppression | undefined>();
  const live = useLive(async (signal) => {
    const query = { limit: PAGE, ...(pages.cursor && { cursor: pages.cursor }) };
    const page = await ok(api.GET("/api/admin/redial-queue/suppressions", { params: { query }, signal }));
    // It is a page, because no format was asked for.
    return page as Schema<"SuppressionsPage">;
  }, 0, [pages.cursor]);
  const columns: Column<Suppression>[] = [
    { head: "Number", cell: (one) => <button type="button" class="link" onClick={() => showNumber(one.phone)}>{phone(one.phone)}</button> },
    { head: "Since", cell: (one) => moment(one.at) },
    { head: "Reason", cell: (one) => reason(one.reason) },
    { head: "By", cell: (one) => <>{origin(one).who}<div class="quiet small">through {origin(one).through}</div></> },
    { head: "Note", cell: (one) => one.note },
  ];
  if (mayWrite.value) {
    const label = (one: Suppression) => `Take off: ${phone(one.phone)}`;
    columns.push({ head: "Change", cell: (one) => <button type="button" aria-label={label(one)} onClick={() => setTaking(one)}>Take off</button> });
  }
  return (
    <>
      <p>Numbers that nobody calls any more, whatever lead they belong to. A number stays here until somebody takes it off.</p>
      <ReadOnly />
      <div class="columns">
        <Lookup onAllow={setTaking} version={live.at} />
        <Export />
      </div>
      {mayWrite.value && <Import onDone={live.refresh} />}
      <section class="panel stack suppressions-list" aria-labelledby="on-the-list">
        <div class="row spread">
          <h2 id="on-the-list">On the list</h2>
          <div class="row">
            {mayWrite.value && <button type="button" class="primary" onClick={() => setAdding(true)}>Add a number</button>}
            <button type="button" onClick={live.refresh}>Load again</button>
          </div>
        </div>
        <Answer live={live} what="the do-not-call list">
          {(page) => (
            <>
              {page.suppressions.length > 0 ? (
                <Table wide caption="Numbers on the do-not-call list" columns={columns} rows={page.suppressions} id={(one) => one.phone} />
              ) : (
                <Empty title={pages.number === 1 ? "The list is empty." : "Nothing on this page."}>
                  <p>
                    {pages.number === 1
                      ? "A number comes here when a person asks us to stop, when you add it, or with a list that you import."
                      : "Go to the next page, or back."}
                  </p>
                </Empty>
              )}
              <PageButtons pages={pages} next={page.next_cursor} />
              {page.suppressions.length > 0 && (
                <p class="quiet small">The list has no useful order: search above for one number. One that was added a moment ago may still be missing here, and is not called all the same.</p>
              )}
            </>
          )}
        </Answer>
      </section>
      {adding && <Forbid onClose={() => setAdding(false)} onDone={live.refresh} />}
      {taking && <Allow suppression={taking} onClose={() => setTaking(undefined)} onDone={live.refresh} />}
    </>
  );
}
