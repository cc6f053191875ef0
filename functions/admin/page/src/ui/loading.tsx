/** Answers that are awaited. */

import type { ComponentChildren } from "preact";
import type { Live } from "../live.ts";
import { clock } from "../time.ts";
import { Trouble } from "./notice.tsx";

/** Shown after some tenths of a second, so that quick answers do not flicker. */
export function Waiting(props: { what: string }) {
  return <p class="waiting" role="status">Loading {props.what} …</p>;
}

/** Shows an answer, or that it is awaited, or why there is none. An old answer stays, with a word about its age. */
export function Answer<Data>(props: { live: Live<Data>; what: string; children: (data: Data) => ComponentChildren }) {
  const { data, problem, loading, at, refresh } = props.live;
  return (
    <>
      <Trouble problem={problem} again={refresh} />
      {problem && data !== undefined && at && <p class="quiet">This is from {clock(at)}.</p>}
      {data === undefined ? loading && !problem && <Waiting what={props.what} /> : props.children(data)}
    </>
  );
}

/** How far something is that takes longer than a second. Without `of` nobody knows yet. */
export function Progress(props: { label: string; done: number; of?: number | undefined }) {
  const { label, done, of } = props;
  return (
    <label class="progress">
      <span>{label}: {done.toLocaleString("en-US")}{of !== undefined && ` of ${of.toLocaleString("en-US")}`}</span>
      {of === undefined ? <progress /> : <progress max={Math.max(of, 1)} value={done} />}
    </label>
  );
}
