// Whom the stories are about, and what providers tell of them.

import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { api, stack } from "./browser.ts";

/** Somebody with a number that nobody has. Every file of stories has area codes of its own. */
export class Person {
  readonly id: string;
  readonly number: string;
  readonly first: string;
  readonly last: string;

  constructor(area: number, n: number, first: string, last = "Page") {
    assert.ok(n < 100, "only 555-0100 to 555-0199 are nobody's");
    const digits = String(n).padStart(2, "0");
    this.id = `8${area}${digits}`;
    this.number = `+1${area}55501${digits}`;
    this.first = first;
    this.last = last;
  }

  get name(): string {
    return `${this.first} ${this.last}`;
  }

  /** The number as the page shows it. */
  get shown(): string {
    return `(${this.number.slice(2, 5)}) ${this.number.slice(5, 8)}-${this.number.slice(8)}`;
  }

  get query(): string {
    return `phone=${encodeURIComponent(this.number)}`;
  }

  /** Brings the person into the queue, as another system would. */
  async joins(more: Record<string, unknown> = {}): Promise<this> {
    const lead = { lead_id: this.id, phone_number: this.number, first_name: this.first, last_name: this.last, ...more };
    await api("POST", "/lead", lead);
    return this;
  }

  /** How the queue knows the lead now. */
  async record(): Promise<Record<string, unknown> | undefined> {
    const found = await api<{ records: Record<string, unknown>[] }>("GET", `/records?lead_id=${this.id}&${this.query}`);
    return found.records[0];
  }

  /** Posts the result of a call in which the person said this. */
  async said(words: string): Promise<void> {
    const fixture = new URL("../../../../tests/fixtures/bland/confused_human_hangup.json", import.meta.url);
    const call = randomUUID();
    const told = {
      ...JSON.parse(readFileSync(fixture, "utf8")),
      call_id: call,
      c_id: call,
      to: this.number,
      created_at: new Date(Date.now() - 90_000).toISOString(),
      started_at: new Date(Date.now() - 80_000).toISOString(),
      end_at: new Date().toISOString(),
      metadata: { lead_id: this.id },
      request_data: { lead_id: this.id, phone_number: this.number },
      concatenated_transcript: null,
      transcripts: [{ user: "assistant", text: `Is this ${this.first}?` }, { user: "user", text: words }],
    };
    const body = JSON.stringify(told);
    const signature = createHmac("sha256", stack.webhookSecret).update(body).digest("hex");
    const headers = { "Content-Type": "application/json", "X-Webhook-Signature": signature };
    const answer = await fetch(stack.webhook, { method: "POST", headers, body });
    assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
  }
}

/** For people whom no run shall call while a story is told. */
export const later = { at: new Date(Date.now() + 3 * 86_400_000).toISOString() };

/** Asks again until it is so. The queue and the page need some time. */
export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.fail(`it never came: ${what}`);
}
