/** Pages of a list. The API gives the cursor of the next page only, so the way back is remembered here. */

import { useCallback, useState } from "preact/hooks";

export interface Pages {
  /** Of the page that is shown. Undefined on the first. */
  cursor: string | undefined;
  number: number;
  back: () => void;
  on: (next: string) => void;
}

export function usePages(): Pages {
  const [way, setWay] = useState<string[]>([]);
  return {
    cursor: way.at(-1),
    number: way.length + 1,
    back: useCallback(() => setWay((old) => old.slice(0, -1)), []),
    on: useCallback((next: string) => setWay((old) => [...old, next]), []),
  };
}

/** Buttons to the pages before and after. Nothing if there is one page. */
export function PageButtons(props: { pages: Pages; next: string | null | undefined }) {
  const { pages, next } = props;
  if (pages.number === 1 && !next) return null;
  return (
    <nav class="row" aria-label="Pages">
      <button type="button" disabled={pages.number === 1} onClick={pages.back}>Previous page</button>
      <span>Page {pages.number}</span>
      <button type="button" disabled={!next} onClick={() => next && pages.on(next)}>Next page</button>
    </nav>
  );
}
