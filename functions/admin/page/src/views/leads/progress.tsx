/** How far the work for many leads is. */

import { BulkWork } from "./bulk_work.tsx";
import { ImportWork } from "./import_work.tsx";
import { forget, works } from "./works.ts";

export function Works(props: { onDone: () => void }) {
  return (
    <>
      {works.value.map((work) => {
        const common = { id: work.id, onDone: props.onDone, onClose: () => forget(work) };
        return work.kind === "bulk" ? <BulkWork key={work.id} {...common} /> : <ImportWork key={work.id} {...common} />;
      })}
    </>
  );
}
