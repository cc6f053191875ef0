/** What went wrong or needs attention, and what to do about it. */

import type { ComponentChildren } from "preact";
import type { Problem } from "../api.ts";

export type Tone = "good" | "warn" | "bad" | "plain";

export function Notice(props: { tone: Tone; title: string; children?: ComponentChildren; action?: ComponentChildren }) {
  return (
    <div class={`notice ${props.tone}`} role={props.tone === "bad" ? "alert" : "status"}>
      <div>
        <strong>{props.title}</strong>
        {props.children && <div>{props.children}</div>}
      </div>
      {props.action && <div class="row">{props.action}</div>}
    </div>
  );
}

/** A {@link Problem} with its advice. `again` repeats what failed. */
export function Trouble(props: { problem: Problem | undefined; again?: (() => void) | undefined }) {
  if (!props.problem) return null;
  const again = props.again && <button type="button" onClick={props.again}>Try again</button>;
  return <Notice tone="bad" title={props.problem.message} action={again}>{props.problem.advice}</Notice>;
}

/** A colored word. The word alone must be enough. */
export function Badge(props: { tone: Tone; children: ComponentChildren }) {
  return <span class={`badge ${props.tone}`}>{props.children}</span>;
}

/** Shown instead of an empty list: what it means and what to do. */
export function Empty(props: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p><strong>{props.title}</strong></p>
      {props.children}
    </div>
  );
}
