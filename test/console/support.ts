import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { type App, startApp } from "../../src/app.ts";
import { startExample } from "../../src/cli/example.ts";
import { createLog } from "../../src/kernel/log.ts";
import { readSettings } from "../../src/settings.ts";

const STARTER = fileURLToPath(new URL("../../examples/starter", import.meta.url));
const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const browserPath = BROWSERS.find((path) => existsSync(path));

/** Whether this machine has Chromium. Where it has none, tests of the console's page are skipped and say so. */
export const hasBrowser = browserPath !== undefined;
if (!hasBrowser) console.warn("There is no Chromium here: tests of the console's page are skipped.");

export const PASSWORD = "correct horse battery staple";

export interface ConsoleServer {
  app: App;
  /** The console's address. */
  url: string;
  /** The game's folder: a copy of the starter, which tests may change. */
  folder: string;
  /** Performs an operation as the command line does. */
  command(name: string, args?: Record<string, unknown>): Promise<unknown>;
  stop(): Promise<void>;
}

/** The real server with the starter game, its stand-in for Facebook, and an admin of each role, named after it. */
export async function startConsole(): Promise<ConsoleServer> {
  const root = mkdtempSync(join(tmpdir(), "rekindle-console-"));
  const folder = join(root, "game");
  cpSync(STARTER, folder, { recursive: true });
  const config = readSettings({
    args: ["--port", "0", "--data", join(root, "data")],
    env: {},
  });
  const example = await startExample(folder);
  // The console shows the log; nobody reads it here.
  const unread = new Writable({ write: (_chunk, _encoding, done) => done() });
  const app = await startApp({ config, game: example.game, log: createLog(config, unread) });
  const command = async (name: string, args: Record<string, unknown> = {}): Promise<unknown> => {
    const response = await fetch(`${app.httpUrl}/admin/${name.replace(" ", "/")}`, {
      method: "POST",
      headers: { authorization: `Bearer ${app.adminToken}`, "content-type": "application/json" },
      body: JSON.stringify({ arguments: args }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return JSON.parse(text).data;
  };
  for (const role of ["read", "support", "admin"]) {
    await command("admins create", { name: role, role, password: PASSWORD });
  }
  return {
    ...{ app, folder, command, url: `${app.httpUrl}/console/` },
    async stop() {
      await app.close();
      await example.end();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: browserPath!, args: ["--no-sandbox"] });
}

export interface TestPage {
  page: Page;
  /** What the page logged as an error, exceptions and violations of the content security policy included. */
  errors: string[];
}

/** A page with cookies and storage of its own. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<TestPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    // The browser itself reports each response of status 400 or above, which the tests expect.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      errors.push(message.text());
  });
  return { page, errors };
}

export async function signIn(page: Page, url: string, name = "admin"): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Pages" }).waitFor();
}

/** Opens a page of the rail by its address. */
export async function goTo(page: Page, ...place: string[]): Promise<void> {
  const hash = `#/${place.map(encodeURIComponent).join("/")}`;
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
}
