/** Lists that are read page by page into one file. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { wholeList } from "../../src/whole_list.ts";

/** Answers these pages, each with the cursor of the next. */
function pages(...texts: string[]) {
  const asked: (string | undefined)[] = [];
  const ask = async (cursor: string | undefined) => {
    asked.push(cursor);
    const place = Number(cursor ?? 0);
    const headers = new Headers(place + 1 < texts.length ? [["X-Next-Cursor", String(place + 1)]] : []);
    return { data: texts[place], response: new Response(null, { headers }) };
  };
  return { ask, asked };
}

test("a table has the names of its columns once, and every row", async () => {
  const { ask, asked } = pages("a,b\r\n1,2\r\n", "a,b\r\n", "a,b\r\n3,\"x\ny\"\r\n");
  const heard: string[] = [];
  const file = await wholeList("text/csv", ask, (page) => heard.push(page));
  assert.equal(await file.text(), "a,b\r\n1,2\r\n3,\"x\ny\"\r\n");
  assert.deepEqual(asked, [undefined, "1", "2"]);
  assert.deepEqual(heard, ["1,2\r\n", "", "3,\"x\ny\"\r\n"]);
});

test("JSON lines have no names of columns", async () => {
  const { ask } = pages('{"a":1}\n', '{"a":2}\n');
  assert.equal(await (await wholeList("application/jsonl", ask, () => undefined)).text(), '{"a":1}\n{"a":2}\n');
});
