import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { goTo, openPage, signIn, startBrowser, startConsole } from "../test/console/support.ts";

/**
 * `npm run screenshots [folder]`: plays the story in a real browser on a real server, and writes a picture of every page in
 * light and dark into docs/images/. Needs Chromium and a built console (`npm run build:console`).
 */
const folder = process.argv[2] ?? fileURLToPath(new URL("../docs/images", import.meta.url));
const THEMES = ["light", "dark"] as const;

const PLACES: Record<string, (page: Page, player: string) => Promise<void>> = {
  players: (page) => goTo(page, "players"),
  player: (page, player) => goTo(page, "players", player),
  scripts: (page) => goTo(page, "scripts", "event", "LAP"),
  data: (page) => goTo(page, "data", "script.records"),
  config: (page) => goTo(page, "config"),
  logs: (page) => goTo(page, "logs"),
  metrics: (page) => goTo(page, "metrics"),
  admin: (page) => goTo(page, "admin", "audit"),
};

mkdirSync(folder, { recursive: true });
const [server, browser] = await Promise.all([startConsole(), startBrowser()]);
try {
  for (const theme of THEMES) {
    const { page } = await openPage(browser, { colorScheme: theme, viewport: { width: 1360, height: 800 } });
    const shoot = (name: string) => page.screenshot({ path: `${folder}/console-${name}-${theme}.png` });
    await page.goto(server.url);
    await shoot("sign-in");
    await signIn(page, server.url);
    const player = await play(page);
    await shoot("play");
    for (const [name, open] of Object.entries(PLACES)) {
      await open(page, player);
      // Fonts, the editor and a few points of the plots.
      await page.waitForTimeout(name === "metrics" ? 9_000 : 900);
      await shoot(name);
    }
    await page.setViewportSize({ width: 390, height: 780 });
    await goTo(page, "play");
    await page.waitForTimeout(300);
    await shoot("phone");
    await page.context().close();
  }
} finally {
  await browser.close();
  await server.stop();
}

/** Two clients, a record, a message, and a refusal with its cure. Returns the id of the first player. */
async function play(page: Page): Promise<string> {
  const send = async (json: object, key = "Control+Enter"): Promise<void> => {
    const field = page.getByLabel("JSON", { exact: true });
    await field.fill(JSON.stringify(json, undefined, 2));
    await field.press(key);
    await page.waitForTimeout(400);
  };
  await page.getByRole("button", { name: "Sign in a player" }).click();
  await page.waitForTimeout(500);
  await page.getByRole("button", { name: "Link Facebook" }).click();
  await page.waitForTimeout(500);
  await page.getByRole("button", { name: "New client" }).click();
  await page.getByRole("button", { name: "Sign in Client 2" }).click();
  await page.waitForTimeout(500);
  await send({ "@class": ".LogEventRequest", eventKey: "LAP", SECONDS: 61.5, TRACK: `harbour ${Date.now()}` });
  const track = JSON.parse(await page.getByLabel("JSON", { exact: true }).inputValue()).TRACK as string;
  await page.getByRole("button", { name: "Ada" }).first().click();
  await send({ "@class": ".LogEventRequest", eventKey: "LAP", SECONDS: 60.2, TRACK: track });
  await send({ "@class": ".LogEventRequest", eventKey: "LAP", SECONDS: "fast", TRACK: "harbour" });
  await page
    .getByRole("button", { name: /message ScriptMessage/ })
    .last()
    .click();
  return (await page.locator(".client-state .mono").first().textContent()) ?? "";
}
