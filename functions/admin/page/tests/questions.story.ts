// Somebody who has never seen the page answers five questions from what it shows.

import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { api, picture, stack, story } from "./browser.ts";
import { eventually, later, Person } from "./people.ts";

const view = (page: Page, name: string) => page.getByRole("navigation", { name: "Views" }).getByRole("link", { name, exact: true }).click();
const opened = { key: stack.adminKey };

story("is it dialing?", async ({ page }) => {
  await new Person(206, 1, "Ada").joins();
  // Some have been called, and some wait for another day, so that there is something to see.
  for (let n = 10; n < 30; n += 1) {
    const person = new Person(206, n, "Somebody");
    if (n % 2) await person.said("Not now, I am at work.");
    else await person.joins({ at: new Date(Date.now() + n * 3_600_000).toISOString() });
  }
  await page.reload();
  const now = page.getByRole("region", { name: "What the queue does now" });
  await now.getByText(/^(Dialing\. .* can be called now|No lead may be called at this moment)/).waitFor();
  await now.getByText(/As of .*\d/).waitFor();
  await page.getByRole("heading", { name: "The next 24 hours" }).waitFor();
  await page.waitForLoadState("networkidle");
  await picture(page, "overview", true);
}, opened);

story("why is a lead not called?", async ({ page }) => {
  const waiting = await new Person(206, 2, "Ben", "Later").joins(later);
  const paused = await new Person(206, 3, "Cleo", "Paused").joins(later);
  await api("POST", `/lead/${paused.id}/pause?${paused.query}`);

  await view(page, "Leads");
  const search = page.getByRole("searchbox", { name: "Search leads" });
  // In any spelling.
  await search.fill(waiting.shown.replaceAll("-", "."));
  await page.getByRole("button", { name: waiting.name, exact: true }).click();
  const drawer = page.getByRole("dialog", { name: waiting.name });
  await drawer.getByText(/^May be called from /).waitFor();
  await picture(page, "lead");
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });

  await search.fill(paused.name);
  await page.getByRole("button", { name: paused.name, exact: true }).click();
  await page.getByRole("dialog", { name: paused.name }).getByText(/^Is not called: .*paused/).waitFor();
}, opened);

story("who asked us to stop, and when?", async ({ page }) => {
  const person = await new Person(206, 4, "Dan", "Stop").joins();
  await api("POST", `/suppressions/${encodeURIComponent(person.number)}`, { note: "wrote a letter" });
  await view(page, "Numbers");
  await page.getByRole("searchbox", { name: "Phone number" }).fill(`1 ${person.shown}`);
  await page.keyboard.press("Enter");
  const said = page.getByText(/^Do not call\. /);
  await said.first().waitFor();
  const text = (await said.allTextContents()).join(" ");
  assert.match(text, /20\d\d/, "when");
  assert.match(text, /wrote a letter/, "what is known of it");
  await picture(page, "number");
}, opened);

story("what would five attempts for each lead change?", async ({ page }) => {
  await view(page, "Settings");
  await page.getByLabel("Attempts for each lead").fill("5");
  await page.getByRole("button", { name: "Show what would change" }).click();
  const dialog = page.getByRole("dialog", { name: "Change settings" });
  await dialog.getByText(/(dials? (more|fewer)|stays the same): [\d,]+ instead of [\d,]+\./).waitFor();
  await picture(page, "settings");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  const { config } = await api<{ config: { max_redial_attempts: number } }>("GET", "/config");
  assert.notEqual(config.max_redial_attempts, 5, "a preview stores nothing");
}, opened);

story("stop everything, and take it back", async ({ page }) => {
  const isRunning = async () => (await api<{ status: { running: boolean } }>("GET", "/status")).status.running;
  await page.getByRole("button", { name: "Stop everything" }).click();
  await page.getByRole("button", { name: "Stop now" }).click();
  await page.getByText(/^Dialing is stopped\. No new call begins\./).first().waitFor();
  assert.equal(await isRunning(), false);
  await page.getByRole("button", { name: "Undo" }).click();
  await eventually("dialing", isRunning);
}, opened);
