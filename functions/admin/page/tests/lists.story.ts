// Numbers that must not be called, doubts, rules, decisions, and who did what.

import assert from "node:assert/strict";
import { api, picture, stack, story } from "./browser.ts";
import { eventually, later, Person } from "./people.ts";

const opened = { key: stack.adminKey };

story("a possible do-not-call is confirmed after reading the words", async ({ page }) => {
  const words = "My husband said don't call me at work";
  const person = await new Person(702, 1, "Dora", "Doubt").joins(later);
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
  const person = await new Person(702, 2, "Emil", "Doubt").joins(later);
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
  // No other story has this value.
  await api("PUT", "/config", { redial_jitter_minutes: 41 });
  await api("PUT", "/config", { redial_jitter_minutes: 0 });
  await page.getByRole("link", { name: "Audit", exact: true }).click();
  await page.getByText(/ changed redial_jitter_minutes from \d+ to 41\.$/).first().waitFor();
}, opened);

story("a run by hand is shown with what it did", async ({ page }) => {
  const newest = async () => (await api<{ runs: { started_at: string }[] }>("GET", "/runs?limit=1")).runs[0]?.started_at;
  const before = await newest();
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByRole("dialog", { name: "Run now?" }).getByRole("button", { name: "Begin a run" }).click();
  // The schedule may have been faster: then that run is the one at work.
  await page.getByText(/^(A run begins now|No new run was begun, because one is at work)/).waitFor();
  await eventually("a newer run", async () => (await newest()) !== before);
  await page.getByRole("table").first().waitFor({ timeout: 45_000 });
}, opened);

story("a number is put on the do-not-call list, found there, and taken off with a reason", async ({ page }) => {
  const person = new Person(702, 3, "Lena", "List");
  await page.getByRole("link", { name: "Do not call", exact: true }).click();
  await page.getByRole("button", { name: "Add a number" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a number to do not call" });
  await dialog.getByLabel("Phone number").fill(person.shown);
  await dialog.getByLabel("Note").fill("called the office");
  await dialog.getByRole("button", { name: "Do not call", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("searchbox", { name: "Phone number" }).fill(person.number);
  await page.getByRole("button", { name: "Look it up" }).click();
  await page.getByText("called the office").first().waitFor();
  await page.getByRole("button", { name: "Take it off" }).click();
  await page.getByLabel("Why may it be called again?").fill("signed again");
  await page.getByRole("button", { name: "Take off the list" }).click();
  await page.getByText(/is not on the list\./).first().waitFor();
}, { ...opened, mayLog: [/404/] });

story("a file of numbers is imported, with a word about each line that is wrong", async ({ page }) => {
  const people = [4, 5].map((n) => new Person(702, n, "Imported"));
  const lines = ["phone,reason,note", ...people.map((one) => `${one.number},DNC,from a file`), "nobody,DNC,"];
  await page.getByRole("link", { name: "Do not call", exact: true }).click();
  await page.getByLabel("File of numbers").setInputFiles({ name: "stop.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\n")) });
  await page.getByRole("button", { name: "Import and do not call" }).click();
  await eventually("both are on the list", async () => {
    const answers = await Promise.all(people.map((one) => fetch(`${stack.admin}/suppressions/${encodeURIComponent(one.number)}`, { headers: { "X-API-Key": stack.readKey } })));
    return answers.every((answer) => answer.status === 200);
  });
  await page.getByText(/1 line/).first().waitFor();
}, opened);

story("a proof for a number is made and is fit for paper", async ({ page }) => {
  const person = await new Person(702, 6, "Petra", "Proof").joins();
  await api("POST", `/suppressions/${encodeURIComponent(person.number)}`, { note: "for the proof" });
  await page.getByRole("link", { name: "Numbers", exact: true }).click();
  await page.getByRole("searchbox", { name: "Phone number" }).fill(person.number);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Make the proof" }).click();
  await page.getByRole("button", { name: "Print" }).waitFor();
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  await picture(page, "proof", true);
  await page.getByText(person.shown).locator("visible=true").first().waitFor();
  assert.ok(await page.getByRole("navigation", { name: "Views" }).isHidden(), "paper needs no navigation");
  assert.ok((await page.pdf()).length > 10_000);
}, opened);

story("a state is suspended for an emergency, and the suspension is ended", async ({ page }) => {
  await page.getByRole("link", { name: "Rules", exact: true }).click();
  await page.getByRole("button", { name: "Decisions" }).click();
  await page.getByLabel("Kind").selectOption("suspension");
  await page.getByLabel("State").selectOption("GU");
  await page.getByLabel("Why").fill("typhoon");
  await page.getByRole("button", { name: "Record the decision …" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Record the decision" }).click();
  const guam = async () => {
    const map = await api<{ jurisdictions: { jurisdiction: string; next_allowed_at: string | null }[] }>("GET", "/rules/map");
    return map.jurisdictions.find((one) => one.jurisdiction === "GU")!.next_allowed_at;
  };
  await eventually("nobody in Guam is called, however long it takes", async () => (await guam()) === null);
  // Given once more, it is the same one. Undo would let people in Guam be called again.
  await page.getByLabel("State").selectOption("GU");
  await page.getByLabel("Why").fill("typhoon");
  await page.getByRole("button", { name: "Record the decision …" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Record the decision" }).click();
  await page.getByText("It was recorded before: Nobody is called in Guam. Nothing was changed.").waitFor();
  await page.getByRole("button", { name: /^End: .*Guam/ }).click();
  await page.getByLabel("Why does it end?").fill("the storm has passed");
  await page.getByRole("button", { name: "End the decision" }).click();
  await eventually("people in Guam are called again", async () => (await guam()) !== null);
}, opened);
