// What fails every story is noticed: a guard that cannot fail would show nothing.

import assert from "node:assert/strict";
import { isAccessible, story } from "./browser.ts";

const add = (name: string, field: string, value: string) =>
  `document.body.append(Object.assign(document.createElement("${name}"), { ${field}: "${value}" }))`;

const mischief: [title: string, script: string, noticed: RegExp][] = [
  ["an error in the log", `console.error("oops")`, /the page logged: oops/],
  ["an error that nothing catches", `void setTimeout(() => { throw new Error("late") })`, /the page threw: Error: late/],
  ["a script in the page", add("script", "textContent", "1"), /the policy blocked inline by script-src-elem/],
  ["a style in the page", add("style", "textContent", "b {}"), /the policy blocked inline by style-src-elem/],
  ["a picture from elsewhere", add("img", "src", "https://example.com/"), /the policy blocked \S+ by img-src/],
  ["a question to another host", `fetch("http://192.0.2.1/").catch(() => {})`, /the policy blocked \S+ by connect-src/],
];

for (const [title, script, noticed] of mischief) {
  story(`${title} is noticed`, async ({ page, wrong }) => {
    await page.evaluate(script);
    for (let waited = 0; waited < 100 && !wrong.some((said) => noticed.test(said)); waited += 1) {
      await page.waitForTimeout(50);
    }
    assert.match(wrong.join("\n"), noticed);
    await page.waitForTimeout(200);
    wrong.length = 0;
  });
}

story("a button without a name is noticed", async ({ page }) => {
  await page.evaluate(add("button", "type", "button"));
  await assert.rejects(isAccessible(page), /button-name/);
});
