// What operators do with leads: one, many, and thousands.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { api, stack, story } from "./browser.ts";
import { eventually, later, Person } from "./people.ts";

const opened = { key: stack.adminKey };

async function search(page: Page, text: string): Promise<void> {
  await page.getByRole("link", { name: "Leads", exact: true }).click();
  await page.getByRole("searchbox", { name: "Search leads" }).fill(text);
}

async function open(page: Page, person: Person): Promise<Locator> {
  await search(page, person.number);
  await page.getByRole("button", { name: person.name, exact: true }).click();
  return page.getByRole("dialog", { name: person.name });
}

/** Presses a button of the drawer and confirms what it asks. */
async function command(page: Page, drawer: Locator, name: string, action: string): Promise<void> {
  await drawer.getByRole("button", { name }).click();
  await page.getByRole("button", { name: action, exact: true }).last().click();
}

const status = async (person: Person) => (await person.record())?.["status"];

story("a lead is paused, the pause is undone, and it is paused and resumed", async ({ page }) => {
  const person = await new Person(503, 1, "Paul", "Pause").joins(later);
  const drawer = await open(page, person);
  await command(page, drawer, "Pause …", "Pause");
  await drawer.getByText(/^Is not called: .*paused/).waitFor();
  assert.equal(await status(person), "paused");
  await page.getByRole("button", { name: "Undo" }).click();
  await eventually("the lead waits again", async () => (await status(person)) === "pending");
  await drawer.getByText(/^May be called from/).waitFor();
  await command(page, drawer, "Pause …", "Pause");
  await command(page, drawer, "Resume …", "Resume");
  await eventually("the lead waits again", async () => (await status(person)) === "pending");
}, opened);

story("a lead is called back at a time that an operator was asked for", async ({ page }) => {
  const person = await new Person(503, 2, "Cara", "Callback").joins(later);
  const drawer = await open(page, person);
  await drawer.getByRole("button", { name: "Call back at a time …" }).click();
  const dialog = page.getByRole("dialog", { name: "Call back at a time" });
  const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
  await dialog.getByLabel("Date and time").fill(`${day}T14:30`);
  await dialog.getByRole("button", { name: "Set the time" }).click();
  await page.getByText("A callback of Cara Callback is set for").waitFor();
  const record = await person.record();
  assert.equal(record?.["status"], "rescheduled");
  assert.match(new Date(record?.["operator_callback_time"] as number).toISOString(), /:30:00/);
}, opened);

story("a number is suppressed from its lead, and allowed again with a reason", async ({ page }) => {
  const person = await new Person(503, 3, "Sue", "Suppressed").joins(later);
  const drawer = await open(page, person);
  await drawer.getByRole("button", { name: "Do not call …" }).click();
  const dialog = page.getByRole("dialog", { name: `Do not call ${person.shown}` });
  await dialog.getByLabel("Note").fill("asked at the counter");
  await dialog.getByRole("button", { name: "Do not call" }).click();
  await drawer.getByText(/^Is not called: /).waitFor();
  const listed = await api<{ suppression: { note: string } }>("GET", `/suppressions/${encodeURIComponent(person.number)}`);
  assert.equal(listed.suppression.note, "asked at the counter");
  await drawer.getByRole("button", { name: "Allow calls again …" }).click();
  await page.getByLabel("Why may it be called again?").fill("it was another number");
  await page.getByRole("button", { name: "Take off the list" }).click();
  await page.getByText(`${person.shown} may be called again.`).waitFor();
}, opened);

story("a lead is removed after a warning", async ({ page }) => {
  const person = await new Person(503, 4, "Rex", "Removed").joins(later);
  const drawer = await open(page, person);
  await drawer.getByRole("button", { name: "Remove …" }).click();
  await page.getByText("This cannot be undone.").waitFor();
  assert.ok(await person.record(), "nothing has happened yet");
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await drawer.waitFor({ state: "detached" });
  assert.equal(await person.record(), undefined);
}, opened);

story("a lead is added by hand, and a wrong number is told at its field", async ({ page }) => {
  const person = new Person(503, 5, "Nina", "New");
  await page.getByRole("link", { name: "Leads", exact: true }).click();
  await page.getByRole("button", { name: "Add a lead …" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a lead" });
  await dialog.getByLabel("Lead id").fill(person.id);
  await dialog.getByLabel("Phone number").fill("12");
  await dialog.getByLabel("First name").fill(person.first);
  await dialog.getByLabel("Last name").fill(person.last);
  await dialog.getByRole("button", { name: "Add the lead" }).click();
  await dialog.locator("input[aria-invalid=true]").waitFor();
  assert.equal(await person.record(), undefined);
  await dialog.getByLabel("Phone number").fill(person.shown);
  await dialog.getByRole("button", { name: "Add the lead" }).click();
  await page.getByText(`${person.name} is added.`).waitFor();
  assert.ok(await person.record());
}, { ...opened, mayLog: [/400/] });

story("a file of leads is added, with a word about each line that is wrong", async ({ page }) => {
  const people = [6, 7, 8].map((n) => new Person(503, n, `File${n}`, "Campaign"));
  const lines = ["lead_id,phone_number,first_name,last_name", ...people.map((one) => [one.id, one.number, one.first, one.last].join(",")), "9,not a number,,"];
  await page.getByRole("link", { name: "Leads", exact: true }).click();
  await page.getByRole("button", { name: "Add leads from a file …" }).click();
  const file = { name: "campaign.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\n")) };
  await page.getByLabel("File with leads").setInputFiles(file);
  await page.getByRole("button", { name: "Add the leads" }).click();
  await page.getByText(/^3 leads added from \d lines/).waitFor();
  await page.getByText("Lines that cannot be understood").first().waitFor();
  for (const person of people) assert.ok(await person.record());
}, opened);

story("many leads are paused and removed as they were previewed", async ({ page }) => {
  const people = await Promise.all([20, 21, 22].map((n) => new Person(602, n, "Bulk", `Person${n}`).joins(later)));
  await search(page, "Bulk Person2");
  await page.getByRole("button", { name: people[0]!.name, exact: true }).waitFor();
  await page.getByRole("button", { name: "Pause all …" }).click();
  await page.getByRole("button", { name: "Pause 3 leads" }).waitFor();
  for (const person of people) assert.equal(await status(person), "pending", "a preview changes nothing");
  await page.getByRole("button", { name: "Pause 3 leads" }).click();
  await eventually("all are paused", async () => (await Promise.all(people.map(status))).every((one) => one === "paused"));

  await search(page, "");
  await search(page, "Bulk Person2");
  await page.getByRole("button", { name: "Remove all …" }).click();
  const remove = page.getByRole("button", { name: "Remove 3 leads" });
  await remove.waitFor();
  assert.ok(await remove.isDisabled(), "the number must be typed");
  await page.getByLabel(/^To confirm, enter the number of leads/).fill("3");
  await remove.click();
  await eventually("all are removed", async () => (await Promise.all(people.map((one) => one.record()))).every((one) => !one));
}, opened);

story("10,000 leads are shown page by page, and saved as a table", async ({ page }) => {
  const lines = ["lead_id,phone_number,list_id,at"];
  const at = new Date(Date.now() + 5 * 86_400_000).toISOString();
  // A hundred numbers are nobody's in an area.
  for (let n = 0; n < 10_000; n += 1) lines.push(`page-${n},+161755501${String(n % 100).padStart(2, "0")},page-10000,${at}`);
  const headers = { "X-API-Key": stack.adminKey, "Content-Type": "text/csv" };
  const sent = await fetch(`${stack.admin}/leads`, { method: "POST", headers, body: lines.join("\n") });
  assert.equal(sent.status, 202, await sent.clone().text());
  const { id } = (await sent.json()) as { id: string };
  await eventually("all leads are there", async () => {
    const progress = await api<{ state: string }>("GET", `/leads/import/${id}`);
    if (progress.state === "running") await api("POST", "/process");
    return progress.state === "done";
  });

  await page.getByRole("link", { name: "Leads", exact: true }).click();
  await page.getByText("More filters").click();
  await page.getByLabel("List").fill("page-10000");
  await page.getByText(/10,000/).first().waitFor();
  const rows = page.getByRole("table", { name: "Leads" }).getByRole("button", { name: /page-\d+/ });
  const before = await rows.count();
  await page.getByRole("button", { name: /more/i }).last().click();
  await eventually("more rows", async () => (await rows.count()) > before);

  await page.getByRole("button", { name: "Save as CSV …" }).click();
  const link = page.getByRole("link", { name: "Save the file" });
  await link.waitFor({ timeout: 60_000 });
  const download = page.waitForEvent("download");
  await link.click();
  const table = readFileSync(await (await download).path(), "utf8").trim().split("\n");
  assert.equal(table.length, 10_001, "a line for each lead, and the names of the columns");
}, opened);
