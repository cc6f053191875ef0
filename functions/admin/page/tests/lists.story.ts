// Numbers that must not be called, doubts, rules, decisions, and who did what.

import assert from "node:assert/strict";
import { api, picture, stack, story } from "./browser.ts";
import { eventually, Person } from "./people.ts";

const opened = { key: stack.adminKey };

story("a possible do-not-call is confirmed after reading the words", async ({ page }) => {
  const words = "My husband said don't call me at work";
  const person = await new Person(702, 1, "Dora", "Doubt").joins();
  await person.said(words);
  await page.getByRole("link", { name: "Review", exact: true }).click();
  await page.getByText(words).first().waitFor();
  await picture(page, "review");
  await page.getByRole("button", { name: `They asked us to stop: ${person.shown}` }).click();
  await page.getByRole("button", { name: "Stop all calls" }).click();
  await page.getByText(`Nobody calls ${person.shown} any more.`).waitFor();
  const listed = await api<{ suppression: unknown }>("GET", `/suppressions/${encodeURIComponent(person.number)}`);
  assert.ok(listed.suppression);
}, opened);

story("a possible do-not-call that was none is dismissed", async ({ page }) => {
  const words = "My boss said don't call me at work";
  const person = await new Person(702, 2, "Emil", "Doubt").joins();
  await person.said(words);
  await page.getByRole("link", { name: "Review", exact: true }).click();
  await page.getByText(words).first().waitFor();
  await page.getByRole("button", { name: `Calls may go on: ${person.shown}` }).click();
  await page.getByRole("button", { name: "Let calls go on" }).click();
  await eventually("the lead goes on", async () => (await person.record())?.["status"] !== "paused");
}, opened);

story("the rules are shown on a map of states, for now and for another time", async ({ page }) => {
  await page.getByRole("link", { name: "Rules", exact: true }).click();
  await page.getByRole("button", { name: /Florida/ }).first().waitFor();
  await page.getByRole("button", { name: /Hawaii/ }).first().waitFor();
  await picture(page, "rules");
  await page.getByRole("button", { name: /Florida/ }).first().click();
  await page.getByText(/Fla\. Stat\.|Florida/).first().waitFor();
}, opened);

story("settings that were changed are in the audit, with who did it", async ({ page }) => {
  await api("PUT", "/config", { redial_jitter_minutes: 4 });
  await api("PUT", "/config", { redial_jitter_minutes: 0 });
  await page.getByRole("link", { name: "Audit", exact: true }).click();
  await page.getByText(/redial_jitter_minutes|Random part of the wait/).first().waitFor();
}, opened);

story("a run by hand is shown with what it did", async ({ page }) => {
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByRole("button", { name: "Run now" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: /run/i }).last().click();
  await eventually("a run", async () => (await api<{ runs: unknown[] }>("GET", "/runs")).runs.length > 0);
  await page.getByRole("table").first().waitFor();
}, opened);
