/** The admin API, as its OpenAPI document says. */

import createClient from "openapi-fetch";
import type { components, paths } from "./openapi.d.ts";
import { key, signOut } from "./session.ts";

export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** How long the page waits for an answer. The gateway gives up after 29 seconds. */
const PATIENCE_MS = 30_000;

/** Why something could not be done, for the person who asked for it. */
export class Problem extends Error {
  readonly status: number;
  /** The field of a form that the API rejects. */
  readonly field: string | undefined;

  constructor(status: number, message: string, field?: string) {
    super(message);
    this.status = status;
    this.field = field;
  }

  /** What the person can do about it. */
  get advice(): string {
    if (this.status < 0) return "If it comes back, tell whoever runs the queue.";
    // The answer may be lost, and not the command.
    if (this.status === 0) return "Check your connection and try again. If it was a command, look first whether it was done.";
    // Not a conflict, but a number that must not be called.
    if (this.status === 409 && this.field !== undefined) return "Nothing was changed.";
    if (this.status === 403) return "Your key may only read. Ask for a key that may write.";
    if (this.status === 404) return "It may have been removed. Search for it again.";
    if (this.status === 409 || this.status === 412) return "It has changed meanwhile. Load it again, look, and repeat your change if it is still needed.";
    if (this.status === 429) return "Too many requests. Wait a moment and try again.";
    if (this.status >= 500) return "The queue could not answer. Try again. If it stays so, follow the runbook.";
    return "Correct it and try again.";
  }
}

/** Where the page is: `…/{stage}/admin`. The API is beside it. */
const root = new URL(".", location.href).href.replace(/\/$/, "");

/** Typed requests. Each answer goes through {@link ok}. A key that is not valid any more ends the session. */
export const api = createClient<paths>({
  baseUrl: root,
  fetch: async (request: Request) => {
    const used = key.value;
    request.headers.set("X-API-Key", used ?? "");
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const answer = await fetch(request, { signal: AbortSignal.any([request.signal, patience]), cache: "no-store", credentials: "omit" });
    // A late answer to the key of an earlier session does not end this one.
    if (answer.status === 401 && key.value === used) signOut("This key is not valid, or not any more. Enter another.");
    return answer;
  },
});

/** The answer's body, or a {@link Problem}. */
export async function ok<Data>(reply: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<Data> {
  return (await whole(reply)).data;
}

/** As {@link ok}, with the headers. */
export async function whole<Data>(
  reply: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<{ data: Data; response: Response }> {
  let answer;
  try {
    answer = await reply;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    const late = error instanceof DOMException && error.name === "TimeoutError";
    throw new Problem(0, late ? "No answer came in 30 seconds." : "The queue cannot be reached.");
  }
  const { data, error, response } = answer;
  if (response.ok && data !== undefined) return { data, response };
  throw new Problem(response.status, message(error, response.status), field(error));
}

function message(error: unknown, status: number): string {
  if (typeof error === "object" && error !== null) {
    const said = error as { error?: unknown; message?: unknown };
    if (typeof said.error === "string") return said.error;
    if (typeof said.message === "string") return said.message;
  }
  return status === 504 || status === 502 || status === 503 ? "The queue is not available." : `The answer was ${status}.`;
}

function field(error: unknown): string | undefined {
  const named = (error as { field?: unknown } | null)?.field;
  return typeof named === "string" ? named : undefined;
}
