/** What is sent to record a decision. */

import { api, ok, type Schema } from "../../../api.ts";
import { tell } from "../../../ui/toast.tsx";
import { begins, title, type Kind } from "./words.ts";

type Decision = Schema<"DecisionJson">;
export type Body = Schema<"DecisionBody">;

/** Every part that a decision may have. Empty parts are not known. */
export interface Draft {
  kind: Kind;
  jurisdiction: string;
  rule: string;
  list_id: string;
  level: "express" | "written";
  text_sha256: string;
  why: string;
  from: string | undefined;
  until: string | undefined;
}

/** The parts of its kind. The API rejects parts of another kind. */
export function bodyOf(draft: Draft): Body {
  const { kind, jurisdiction, rule, list_id, level, text_sha256, why, from } = draft;
  // The form asks for an end where one is needed.
  const until = draft.until ?? "";
  switch (kind) {
    case "suspension":
      return { kind, jurisdiction, why, ...(from && { from }), ...(draft.until && { until: draft.until }) };
    case "rule_off":
      return { kind, rule, why, until };
    case "voice_allowed":
      return { kind, jurisdiction, why, until };
    case "federal_only":
      return { kind, why, until };
    case "attestation":
      return { kind, level, text_sha256, why, until, ...(list_id && { list_id }) };
  }
}

export async function record(body: Body): Promise<Decision> {
  return (await ok(api.POST("/api/admin/redial-queue/rules/decisions", { body }))).decision;
}

export async function end(id: string, why: string): Promise<Decision> {
  const params = { path: { id }, query: { why } };
  return (await ok(api.DELETE("/api/admin/redial-queue/rules/decisions/{id}", { params }))).decision;
}

/**
 * Tells of a new decision, with a way to end it at once. A suspension that is given again in the same words is the one that is
 * in `known` already: to end it would take back what was decided before.
 */
export function tellRecorded(decision: Decision, known: readonly Decision[], onDone: () => void): void {
  if (known.some((one) => one.id === decision.id)) {
    tell(`It was recorded before: ${title(decision)}. Nothing was changed.`);
    return;
  }
  tell(`Recorded: ${title(decision)}.`, async () => {
    await end(decision.id, "Undone right after it was recorded");
    onDone();
  });
}

/** The same decision once more, from now on, or from its begin if that is ahead. */
export function again(decision: Decision): Body {
  const { kind, jurisdiction, rule, list_id, level, text_sha256, why, until } = decision;
  return bodyOf({
    kind,
    why,
    jurisdiction: jurisdiction ?? "",
    rule: rule ?? "",
    list_id: list_id ?? "",
    level: level === "written" ? "written" : "express",
    text_sha256: text_sha256 ?? "",
    from: begins(decision) ? decision.from : undefined,
    until: until ?? undefined,
  });
}
