import assert from "node:assert/strict";
import { isAccessible, stack, story } from "./browser.ts";

story("the page opens", async ({ page }) => {
  const answer = await page.reload();
  assert.equal(answer?.status(), 200);
  assert.match(answer.headers()["content-security-policy"] ?? "", /^default-src 'none';/);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await isAccessible(page);
});

story("the page with a slash at its end opens too", async ({ page }) => {
  await page.goto(`${stack.page}/`);
  assert.equal(page.url(), stack.page);
  await page.getByRole("heading", { level: 1 }).waitFor();
});
