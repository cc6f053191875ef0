/** What is typed into the search field. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { readSearch } from "../../src/views/leads/search.ts";

for (const spelled of ["(555) 555-0123", "555.555.0123", "+1 555 555 0123", "1-555-555-0123", "5555550123", "+15555550123", "tel:+1-555-555-0123", " 555 555 0123 "]) {
  test(`${spelled} is a number`, () => assert.deepEqual(readSearch(spelled), { by: "phone", value: "+15555550123" }));
}
test("a number of another country is a number", () => assert.deepEqual(readSearch("+44 20 7946 0958"), { by: "phone", value: "+442079460958" }));
test("a part of a number is found anywhere", () => assert.deepEqual(readSearch("(555) 555"), { by: "q", value: "555555" }));
for (const id of ["123456", "A-17", "demo_12", "a/b1"]) {
  test(`${id} is a lead id`, () => assert.deepEqual(readSearch(id), { by: "lead_id", value: id }));
}
for (const name of ["Dora Ellis", "Ellis", "no answer"]) {
  test(`${name} is found anywhere`, () => assert.deepEqual(readSearch(name), { by: "q", value: name }));
}
test("nothing is nothing", () => assert.equal(readSearch("  "), undefined));
