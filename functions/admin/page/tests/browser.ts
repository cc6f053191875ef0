// What every story of the page needs: a browser, a profile of its own, and what must never happen in any story.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { type Browser, type BrowserContext, type Page, chromium } from "playwright-core";

/** Where the page, the API and the provider are, as the test that starts the stories says. */
export const stack = {
  page: told("REDIAL_PAGE_URL"),
  admin: told("REDIAL_ADMIN_URL"),
  adminKey: told("REDIAL_ADMIN_KEY"),
  readKey: told("REDIAL_READ_KEY"),
  webhook: told("REDIAL_WEBHOOK_URL"),
  webhookSecret: told("REDIAL_WEBHOOK_SECRET"),
  convoso: told("REDIAL_CONVOSO_URL"),
  convosoSecret: told("REDIAL_CONVOSO_SECRET"),
  fakeBland: told("REDIAL_FAKE_BLAND_URL"),
};

const root = new URL("../../../../", import.meta.url);
const home = told("REDIAL_TEST_BROWSER");

const ARGUMENTS = [
  // Tests run as root too, for example in a container, where there is no sandbox. Only our own page is opened.
  "--no-sandbox",
  "--no-zygote",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  // Nothing beyond this machine, whatever the page or the browser itself would like to ask.
  "--no-proxy-server",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-sync",
  "--no-first-run",
  // Pictures are the same on every machine.
  "--font-render-hinting=none",
  "--force-color-profile=srgb",
];

/** How a story differs from the usual. */
export interface Setting {
  /** Key that is entered at once. None leaves the page as it opens. */
  key?: string;
  /** What the browser may log in this story, such as an answer 401. */
  mayLog?: RegExp[];
  viewport?: { width: number; height: number };
  colorScheme?: "light" | "dark";
}

/** What a story has in its hands. */
export interface Told {
  page: Page;
  context: BrowserContext;
  /** What must not happen, as far as it has happened. */
  wrong: string[];
}

let browser: Browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env["REDIAL_CHROMIUM"] || `${home}/chromium`,
    args: ARGUMENTS,
    // Its libraries and fonts come with it.
    env: { HOME: home, LD_LIBRARY_PATH: `${home}/al2023/lib`, FONTCONFIG_PATH: home, TZ: "UTC" },
  });
});

after(async () => {
  await browser?.close();
});

/**
 * Tells one story in a profile of its own, with the page open.
 *
 * Fails if the page throws or logs an error, breaks its Content-Security-Policy, or asks another host.
 */
export function story(title: string, tell: (told: Told) => Promise<void>, setting: Setting = {}): void {
  test(title, async () => {
    const context = await browser.newContext({
      viewport: setting.viewport ?? { width: 1440, height: 900 },
      colorScheme: setting.colorScheme ?? "light",
      locale: "en-US",
      timezoneId: "America/New_York",
      reducedMotion: "reduce",
      acceptDownloads: true,
    });
    const wrong = await watched(context, setting.mayLog ?? []);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    try {
      await page.goto(stack.page);
      if (setting.key !== undefined) {
        await enterKey(page, setting.key);
      }
      await tell({ page, context, wrong });
      // Its answer comes after everything that the page has said until now.
      await page.evaluate(() => undefined);
    } catch (error) {
      await keepPicture(page, title);
      throw new Error([`${error}`, ...wrong].join("\n"), { cause: error });
    } finally {
      await context.close();
    }
    assert.deepEqual(wrong, [], "what must not happen in any story");
  });
}

/** Enters a key as an operator does. */
export async function enterKey(page: Page, key: string): Promise<void> {
  const field = page.locator("input[type=password]");
  await field.fill(key);
  await field.press("Enter");
}

/** What each browser profile has asked, and when that changed last. */
const traffic = new WeakMap<BrowserContext, { open: number; changed: number }>();

/** Waits until every question is answered and no new one follows. `networkidle` holds for ever once it has held. */
export async function quiet(page: Page): Promise<void> {
  const seen = traffic.get(page.context())!;
  const began = Date.now();
  while (seen.open > 0 || Date.now() - Math.max(began, seen.changed) < 500) {
    assert.ok(Date.now() - began < 30_000, `${seen.open} questions are not answered`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Fails if people who cannot see the page, or use no mouse, cannot use what is shown now. */
export async function isAccessible(page: Page): Promise<void> {
  // Evaluated by the browser's debugger, which no policy of the page hinders.
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run(document));
  const serious = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const said = serious.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join("\n  ")}`);
  assert.equal(said.join("\n"), "");
}

/** Keeps a picture of the page for the documentation, if `REDIAL_SCREENSHOTS` is set. */
export async function picture(page: Page, name: string, fullPage = false): Promise<void> {
  if (process.env["REDIAL_SCREENSHOTS"]) {
    await page.screenshot({ path: file(`docs/images/${name}.png`), animations: "disabled", fullPage });
  }
}

/** Asks the admin API as another operator would. Fails unless the answer is a success. */
export async function api<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
  const headers = { "X-API-Key": stack.adminKey, "Content-Type": "application/json" };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${stack.admin}${path}`, { method, headers, ...sent });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

/** Returns a list that grows with everything that must not happen. */
async function watched(context: BrowserContext, mayLog: RegExp[]): Promise<string[]> {
  const wrong: string[] = [];
  const own = new URL(stack.page).origin;
  await context.exposeBinding("violated", (_, said: string) => wrong.push(`the policy blocked ${said}`));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const { violated } = globalThis as unknown as { violated: (said: string) => void };
      violated(`${event.blockedURI} by ${event.effectiveDirective}`);
    });
  });
  context.on("console", (message) => {
    const said = message.text();
    const counts = message.type() === "error" || message.type() === "warning";
    if (counts && !mayLog.some((expected) => expected.test(said))) {
      wrong.push(`the page logged: ${said}`);
    }
  });
  const seen = { open: 0, changed: Date.now() };
  traffic.set(context, seen);
  const changed = (by: number) => () => {
    seen.open += by;
    seen.changed = Date.now();
  };
  context.on("request", changed(1));
  context.on("requestfinished", changed(-1));
  context.on("requestfailed", changed(-1));
  context.on("weberror", (error) => wrong.push(`the page threw: ${error.error().stack}`));
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== own && url.protocol !== "data:" && url.protocol !== "blob:") {
      wrong.push(`the page asked another host: ${url}`);
    }
  });
  return wrong;
}

/** Keeps a picture of a page at which a story failed. */
async function keepPicture(page: Page, title: string): Promise<void> {
  const path = file(`.local/page-failures/${title.replaceAll(/\W+/g, "-")}.png`);
  await page.screenshot({ path }).then(
    () => console.error(`the page as it was: ${path}`),
    (error: unknown) => console.error(`there is no picture of the page: ${error}`),
  );
}

function file(path: string): string {
  const found = fileURLToPath(new URL(path, root));
  mkdirSync(new URL(".", new URL(path, root)), { recursive: true });
  return found;
}

function told(name: string): string {
  const value = process.env[name];
  assert.ok(value, `${name} is not set: run the stories with ./test --test deployed page::`);
  return value;
}
