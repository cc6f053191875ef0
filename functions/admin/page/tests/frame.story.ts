// What holds for every view: it fits, it can be read and used by everybody, it asks little, and it tells nobody whose number it is.

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { isAccessible, quiet, stack, story } from "./browser.ts";
import { eventually, Person } from "./people.ts";

const VIEWS = ["overview", "leads", "numbers", "suppressions", "review", "rules", "settings", "runs", "audit"];

async function eachView(page: Page, look: (view: string) => Promise<void>): Promise<void> {
  for (const view of VIEWS) {
    await page.evaluate((name) => { location.hash = name; }, view);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await quiet(page);
    await look(view);
  }
}

for (const colorScheme of ["light", "dark"] as const) {
  story(`everybody can use every view, ${colorScheme}`, async ({ page }) => {
    await new Person(512, 1, "Uma").joins();
    await eachView(page, () => isAccessible(page));
  }, { key: stack.adminKey, colorScheme });
}

for (const width of [320, 1280, 3840]) {
  story(`every view fits into ${width} pixels`, async ({ page }) => {
    await eachView(page, async (view) => {
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(beyond <= 0, `${view} is ${beyond} pixels too wide`);
    });
  }, { key: stack.adminKey, viewport: { width, height: 800 } });
}

story("the overview asks at most three questions per refresh, and none while the tab is hidden", async ({ page }) => {
  await quiet(page);
  let asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  // Time passes quickly in this tab, and answers come as always.
  await page.clock.install();
  await page.reload();
  await page.getByRole("region", { name: "What the queue does now" }).waitFor();
  await quiet(page);
  const counts = [];
  for (let second = 0; second < 180; second += 15) {
    asked = [];
    await page.clock.runFor(15_000);
    await quiet(page);
    counts.push(asked.filter((path) => path.includes("/api/")).length);
  }
  assert.ok(Math.max(...counts) <= 3, `${counts}`);
  assert.ok(Math.max(...counts) >= 1, `${counts}`);

  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await quiet(page);
  asked = [];
  await page.clock.runFor(300_000);
  await quiet(page);
  assert.deepEqual(asked, []);
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: false, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.clock.runFor(1000);
  await quiet(page);
  assert.ok(asked.length > 0, "it is up to date when it is seen again");
}, { key: stack.adminKey });

story("neither address nor title nor storage has anything of a person", async ({ page }) => {
  const person = await new Person(512, 2, "Secret", "Somebody").joins();
  const check = async () => {
    const kept = await page.evaluate(() => [location.href, document.title, JSON.stringify(localStorage), document.cookie, JSON.stringify(sessionStorage)].join(" "));
    for (const part of [person.number.slice(2), person.id, person.first, person.last]) assert.ok(!kept.includes(part), kept);
  };
  await page.getByRole("link", { name: "Leads", exact: true }).click();
  await page.getByRole("searchbox").fill(person.number);
  await page.getByRole("button", { name: person.name, exact: true }).click();
  await page.getByRole("dialog").waitFor();
  await check();
  await page.getByRole("dialog").getByRole("button", { name: person.shown }).first().click();
  await page.getByRole("heading", { level: 1, name: "Numbers" }).waitFor();
  await page.getByRole("heading", { name: person.shown }).waitFor();
  await check();
}, { key: stack.adminKey });

story("everything can be reached by keyboard", async ({ page }) => {
  await page.getByRole("region", { name: "What the queue does now" }).waitFor();
  for (const [letter, title] of [["l", "Leads"], ["n", "Numbers"], ["d", "Do not call"], ["r", "Review"], ["u", "Rules"], ["s", "Settings"], ["j", "Runs"], ["a", "Audit"], ["o", "Overview"]] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await eventually(`the title ${title}`, async () => (await page.title()) === `${title} – Redial Queue`);
  }
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await page.getByRole("searchbox").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("nobody has this name");
  assert.equal(await page.getByRole("searchbox").inputValue(), "nobody has this name");
}, { key: stack.adminKey });

story("the page is there soon", async ({ page }) => {
  await page.reload();
  await page.getByRole("region", { name: "What the queue does now" }).waitFor();
  const [first, told] = await page.evaluate(() => [performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0, performance.now()]);
  // A figure for people. A machine that does much else is slower.
  console.log(`first paint after ${Math.round(first!)} ms, the state of the queue after ${Math.round(told!)} ms`);
}, { key: stack.adminKey });
