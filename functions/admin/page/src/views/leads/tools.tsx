/** What can be done with all leads of the filter, and new leads. */

import { useState } from "preact/hooks";
import { mayWrite } from "../../session.ts";
import { Add } from "./add.tsx";
import { Bulk, type BulkName } from "./bulk.tsx";
import { Export } from "./export.tsx";
import { filter } from "./filter.ts";
import { Import } from "./import.tsx";
import type { Named } from "./request.ts";

export function Tools(props: { filtered: number | undefined; refresh: () => void; onOpen: (lead: Named) => void }) {
  const { filtered, refresh, onOpen } = props;
  const [asked, setAsked] = useState<BulkName | "add" | "import" | "export">();
  const close = () => setAsked(undefined);
  const none = !filtered;
  // Records that cannot be understood take no command.
  const unreadable = filter.value.status === "unreadable";
  return (
    <div class="row" role="group" aria-label="Commands for many leads">
      {mayWrite.value && (
        <>
          <button type="button" class="primary" onClick={() => setAsked("add")}>Add a lead …</button>
          <button type="button" onClick={() => setAsked("import")}>Add leads from a file …</button>
          <button type="button" disabled={none || unreadable} onClick={() => setAsked("pause")}>Pause all …</button>
          <button type="button" disabled={none || unreadable} onClick={() => setAsked("resume")}>Resume all …</button>
          <button type="button" disabled={none || unreadable} onClick={() => setAsked("remove")}>Remove all …</button>
        </>
      )}
      <button type="button" disabled={none} onClick={() => setAsked("export")}>Save as CSV …</button>
      {mayWrite.value && <span class="quiet small">“All” means every lead of the filter. You see a preview first.</span>}
      {asked === "add" && <Add onAdded={(lead) => { close(); refresh(); onOpen(lead); }} onClose={close} />}
      {asked === "import" && <Import onClose={close} />}
      {asked === "export" && <Export filtered={filtered ?? 0} onClose={close} />}
      {(asked === "pause" || asked === "resume" || asked === "remove") && <Bulk command={asked} filter={filter.value} onClose={close} />}
    </div>
  );
}
