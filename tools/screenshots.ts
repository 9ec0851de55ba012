import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import UPNG from "upng-js";
import { goTo, openPage, signIn, startBrowser, startConsole } from "../test/console/support.ts";

/**
 * `npm run screenshots`: plays the story in a real browser on a real server, and writes the pictures that the documentation
 * shows into docs/images/; `npm run screenshots -- FOLDER` writes every page in light and dark into another folder. Needs
 * Chromium and a built console (`npm run build:console`).
 */
const [, , other] = process.argv;
const folder = other ?? fileURLToPath(new URL("../docs/images", import.meta.url));
const THEMES = ["light", "dark"] as const;
const SHOWN = new Set(["play-light", "player-light", "scripts-dark"]);
/** A palette of this size makes the files a third, and text remains sharp. */
const COLOURS = 256;

const PLACES: Record<string, (page: Page, player: string) => Promise<void>> = {
  players: (page) => goTo(page, "players"),
  player: (page, player) => goTo(page, "players", player),
  scripts: async (page) => {
    await goTo(page, "scripts", "event", "LAP");
    await page.getByLabel("Text of event/LAP.js").waitFor();
  },
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
    const shoot = async (name: string): Promise<void> => {
      if (other === undefined && !SHOWN.has(`${name}-${theme}`)) return;
      writeFileSync(`${folder}/console-${name}-${theme}.png`, compressed(await page.screenshot()));
    };
    await page.goto(server.url);
    await shoot("sign-in");
    await signIn(page, server.url);
    const player = await play(page, theme);
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

function compressed(png: Buffer): Buffer {
  const image = UPNG.decode(new Uint8Array(png).buffer);
  return Buffer.from(UPNG.encode(UPNG.toRGBA8(image), image.width, image.height, COLOURS));
}

/** Two clients, a record, a message, and a refusal with its cure. Returns the id of the first player. */
async function play(page: Page, theme: string): Promise<string> {
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
  if (theme === "dark") await page.getByRole("button", { name: "Dismiss" }).click();
  await page.getByRole("button", { name: "New client" }).click();
  await page.getByRole("button", { name: "Sign in Client 2" }).click();
  await page.waitForTimeout(500);
  await send({ "@class": ".LogEventRequest", eventKey: "LAP", SECONDS: 61.5, TRACK: `harbour ${theme}` });
  await page.getByRole("button", { name: "Ada" }).first().click();
  await send({ "@class": ".LogEventRequest", eventKey: "LAP", SECONDS: 60.2, TRACK: `harbour ${theme}` });
  await send({ "@class": ".LogEventRequest", eventKey: "LAP", SECONDS: "fast", TRACK: "harbour" });
  await page
    .getByRole("button", { name: /message ScriptMessage/ })
    .last()
    .click();
  return (await page.locator(".client-state .mono").first().textContent()) ?? "";
}
