// Keys, and an API that is slow, away, or of another opinion.

import assert from "node:assert/strict";
import { api, enterKey, isAccessible, quiet, stack, story } from "./browser.ts";
import { later, Person } from "./people.ts";

const UNAUTHORIZED = /401/;
const UNAVAILABLE = /50[23]|ERR_FAILED/;

story("a wrong key is told to be wrong", async ({ page }) => {
  await isAccessible(page);
  await enterKey(page, "not-a-key");
  await page.getByText("This key is not valid").waitFor();
  await page.getByLabel("Key").waitFor();
}, { mayLog: [UNAUTHORIZED] });

story("a key that stops being valid ends the session and leaves nothing", async ({ page }) => {
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await page.route("**/api/admin/**", (route) => route.fulfill({ status: 401, json: { success: false, error: "Unauthorized" } }));
  // The next question may be one of the overview or this one.
  await page.evaluate(() => { location.hash = "runs"; });
  await page.getByText("This key is not valid, or not any more").waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 0);
}, { key: stack.adminKey, mayLog: [UNAUTHORIZED] });

story("a key stays in its tab, and signing out forgets it", async ({ page, context }) => {
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  const other = await context.newPage();
  await other.goto(stack.page);
  await other.getByLabel("Key").waitFor();
  assert.equal(await page.evaluate(() => localStorage.length + document.cookie.length), 0);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Key").waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
}, { key: stack.adminKey });

story("a key that may only read sees everything and is offered no command", async ({ page }) => {
  const person = await new Person(415, 1, "Rita", "Read").joins(later);
  await page.getByText("(read only)").waitFor();
  for (const view of ["Overview", "Leads", "Numbers", "Do not call", "Review", "Rules", "Settings", "Runs", "Audit"]) {
    await page.getByRole("link", { name: view, exact: true }).click();
    await page.getByRole("heading", { level: 1, name: view }).waitFor();
    // What is left out must be left out of the view when all of it is there.
    await quiet(page);
    const commands = /^(Stop|Start|Switch|Run now|Pause|Resume|Remove|Add|Import|Save the change|Do not call this|Let it|They asked|Calls may|Record|Suspend)/;
    assert.deepEqual(await page.getByRole("button", { name: commands }).allTextContents(), [], view);
  }
  await page.getByRole("link", { name: "Leads", exact: true }).click();
  await page.getByRole("searchbox").fill(person.number);
  await page.getByRole("button", { name: person.name, exact: true }).click();
  const drawer = page.getByRole("dialog", { name: person.name });
  await drawer.getByRole("heading", { name: "Checks before a call" }).waitFor();
  assert.equal(await drawer.getByRole("button", { name: "…" }).count(), 0, "commands end with an ellipsis");
  await page.getByText("Your key may only read.").first().waitFor();
}, { key: stack.readKey });

story("an API that fails is told, what was known stays, and trying again helps", async ({ page }) => {
  await page.getByRole("region", { name: "What the queue does now" }).waitFor();
  await page.route("**/api/admin/**", (route) => route.fulfill({ status: 503, json: { success: false, error: "Storage is temporarily unavailable. Retry." } }));
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Runs" }).waitFor();
  await page.getByText("Storage is temporarily unavailable. Retry.").first().waitFor();
  await page.unroute("**/api/admin/**");
  await page.getByRole("button", { name: "Try again" }).first().click();
  await page.getByText("Storage is temporarily unavailable. Retry.").first().waitFor({ state: "detached" });
}, { key: stack.adminKey, mayLog: [UNAVAILABLE] });

story("an API that is slow shows that something is awaited", async ({ page }) => {
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await page.route("**/api/admin/redial-queue/runs*", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await route.continue();
  });
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByText(/^Loading /).first().waitFor();
  await page.getByText(/^Loading /).first().waitFor({ state: "detached" });
}, { key: stack.adminKey });

story("a network that is away is told", async ({ page, context }) => {
  await page.getByRole("heading", { name: "Overview" }).waitFor();
  await context.setOffline(true);
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Runs" }).waitFor();
  await page.getByText("The queue cannot be reached.").first().waitFor();
  await context.setOffline(false);
  await page.getByRole("button", { name: "Try again" }).first().click();
  await page.getByText("The queue cannot be reached.").first().waitFor({ state: "detached" });
}, { key: stack.adminKey, mayLog: [/ERR_INTERNET_DISCONNECTED/] });

story("two operators change settings at once, and none overwrites the other", async ({ page }) => {
  await page.getByRole("link", { name: "Settings", exact: true }).click();
  await page.getByLabel("Random part of the wait").fill("7");
  // The other one was faster.
  await api("PUT", "/config", { redial_jitter_minutes: 3 });
  try {
    await page.getByRole("button", { name: "Show what would change" }).click();
    await page.getByText("Somebody else has changed the settings.").waitFor();
    await page.getByRole("button", { name: "Load the new settings" }).click();
    await page.getByText("Somebody else has changed the settings.").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Show what would change" }).click();
    await page.getByRole("button", { name: "Save the change" }).click();
    await page.getByText("1 setting changed.").waitFor();
    assert.equal(await jitter(), 7);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("Undone.").waitFor();
    assert.equal(await jitter(), 3, "the other's change is there again");
  } finally {
    await api("PUT", "/config", { redial_jitter_minutes: 0 });
  }
}, { key: stack.adminKey, mayLog: [/412/] });

story("a command that fails after its window was closed is told all the same", async ({ page }) => {
  await page.route("**/api/admin/redial-queue/stop", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.fulfill({ status: 503, json: { success: false, error: "Storage is temporarily unavailable. Retry." } });
  });
  await page.getByRole("button", { name: "Stop everything" }).click();
  await page.getByRole("button", { name: "Stop now" }).click();
  await page.getByRole("button", { name: "Working …" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByText(/^“Stop everything\?” failed: Storage is temporarily unavailable/).waitFor();
}, { key: stack.adminKey, mayLog: [UNAVAILABLE] });

story("the next person at this computer does not see what the last one searched and did", async ({ page }) => {
  const person = await new Person(415, 2, "Sina", "Session").joins(later);
  await page.getByRole("link", { name: "Leads", exact: true }).click();
  await page.getByRole("searchbox").fill(person.name);
  await page.getByRole("button", { name: person.name, exact: true }).click();
  const drawer = page.getByRole("dialog", { name: person.name });
  await drawer.getByRole("button", { name: "Pause …" }).click();
  await page.getByRole("button", { name: "Pause", exact: true }).last().click();
  await page.getByText(`${person.name} is paused.`).waitFor();
  await drawer.getByRole("button", { name: "Close", exact: true }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await enterKey(page, stack.readKey);
  await page.getByRole("heading", { level: 1, name: "Leads" }).waitFor();
  assert.equal(await page.getByRole("searchbox").inputValue(), "");
  assert.equal(await page.getByRole("button", { name: "Undo" }).count(), 0);
  assert.equal(await page.getByText(`${person.name} is paused.`).count(), 0);
}, { key: stack.adminKey });

story("a new fixed wait is shown to empty the list of waits, and Undo brings the list back", async ({ page }) => {
  type Waits = { config: { redial_interval_minutes: number; progressive_intervals: number[] } };
  const waits = async () => (await api<Waits>("GET", "/config")).config;
  await api("PUT", "/config", { redial_interval_minutes: 30 });
  await api("PUT", "/config", { progressive_intervals: [0, 0, 5, 10, 30, 60, 120] });
  try {
    await page.getByRole("link", { name: "Settings", exact: true }).click();
    await page.getByLabel("Fixed wait").fill("45");
    await page.getByRole("button", { name: "Show what would change" }).click();
    await page.getByRole("dialog").getByRole("cell", { name: "0, 0, 5, 10, 30, 60, 120" }).waitFor();
    await page.getByRole("button", { name: "Save the change" }).click();
    await page.getByText("2 settings changed.").waitFor();
    assert.deepEqual((await waits()).progressive_intervals, []);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("Undone.").waitFor();
    const { redial_interval_minutes, progressive_intervals } = await waits();
    assert.deepEqual([redial_interval_minutes, progressive_intervals], [30, [0, 0, 5, 10, 30, 60, 120]]);
  } finally {
    await api("PUT", "/config", { progressive_intervals: [0, 0, 5, 10, 30, 60, 120] });
  }
}, { key: stack.adminKey });

async function jitter(): Promise<number> {
  return (await api<{ config: { redial_jitter_minutes: number } }>("GET", "/config")).config.redial_jitter_minutes;
}
