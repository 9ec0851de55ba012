import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlayerId } from "../../src/ids.ts";
import {
  type ConsoleServer,
  hasBrowser,
  openPage,
  signIn,
  startBrowser,
  startConsole,
  type TestPage,
} from "./support.ts";

const ENTRIES = 10_000;
/** Scrolls through the inspector in 60 frames. */
const SCROLL_THROUGH = `(async () => {
  const list = document.querySelector(".virtual-frame");
  let longestMs = 0;
  let last = performance.now();
  for (let step = 0; step < 60; step++) {
    list.scrollTop = (list.scrollHeight * step) / 60;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
  }
  return { rows: list.querySelectorAll("li").length, longestMs };
})()`;

describe.skipIf(!hasBrowser)("the console's first page", () => {
  let server: ConsoleServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startConsole(), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  const newcomer = async (name?: string): Promise<TestPage> => {
    const opened = await openPage(browser);
    await signIn(opened.page, server.url, name);
    return opened;
  };

  it("shows the story in four clicks, each a real request", async () => {
    const { page, errors } = await newcomer();
    const steps = page.getByRole("region", { name: "First steps" });
    const inspector = page.getByRole("region", { name: "Inspector" });
    const composer = page.getByRole("region", { name: "Request", exact: true });

    await steps.getByRole("button", { name: "Sign in a player" }).click();
    await inspector.getByRole("button", { name: /response AuthenticationResponse/ }).waitFor();
    await steps.getByRole("button", { name: "Link Facebook" }).click();
    await composer.getByText(/✓ AuthenticationResponse/).waitFor();
    expect(await page.getByRole("combobox", { name: "Request" }).inputValue()).toBe("FacebookConnectRequest");
    await steps.getByRole("button", { name: "Disconnect it" }).click();
    await composer.getByText(/✓ SocialDisconnectResponse in \d+\.\d ms/).waitFor();
    expect(JSON.parse(await page.getByLabel("JSON", { exact: true }).inputValue())).toEqual({
      "@class": ".SocialDisconnectRequest",
      systemId: "FB",
    });

    await steps.getByRole("button", { name: "Now see it refused" }).click();
    await composer.getByRole("alert").getByText("RUNNING").waitFor();
    await composer.getByRole("alert").getByText("A script of the game set this error.").waitFor();
    expect(errors).toEqual([]);
  });

  it("keeps form and JSON in step, and shows meaning and cure at the field that an error names", async () => {
    const { page, errors } = await newcomer();
    await page.getByRole("button", { name: "Sign in Client 1" }).click();
    await page.keyboard.press("/");
    await page.keyboard.type("lap");
    await page.keyboard.press("Enter");
    const seconds = page.getByLabel("SECONDS");
    await seconds.fill("fast");
    await page.keyboard.press("Enter");
    await page.getByText("INVALID").last().waitFor();
    await page.getByText(/is not of the type that the event has for it\. Send that type\./).waitFor();
    expect(await seconds.getAttribute("aria-invalid")).toBe("true");

    const json = page.getByLabel("JSON", { exact: true });
    await json.fill('{"@class": ".LogEventRequest", "eventKey": "LAP", "SECONDS": 61.5, "TRACK": "forest"}');
    expect(await seconds.inputValue()).toBe("61.5");
    expect(await page.getByLabel("TRACK").inputValue()).toBe("forest");
    await seconds.fill("60");
    expect(JSON.parse(await json.inputValue())).toMatchObject({ SECONDS: 60 });
    await seconds.press("Enter");
    await page.getByText(/✓ LogEventResponse/).waitFor();
    expect(errors).toEqual([]);
  });

  it("sends as the other client, and shows the message that the first one gets", async () => {
    const { page } = await newcomer();
    await page.getByRole("button", { name: "Sign in Client 1" }).click();
    await page.getByRole("button", { name: "New client" }).click();
    await page.getByRole("button", { name: "Sign in Client 2" }).click();
    await page
      .getByLabel("JSON", { exact: true })
      .fill('{"@class":".LogEventRequest","eventKey":"LAP","SECONDS":9,"TRACK":"x"}');
    await page.getByLabel("SECONDS").press("Enter");
    await page.getByText(/✓ LogEventResponse/).waitFor();
    await page.getByLabel("SECONDS").fill("8");
    await page.getByLabel("SECONDS").press("Shift+Enter");
    const message = page.getByRole("button", { name: /message ScriptMessage/ });
    await message.waitFor();
    await message.click();
    expect(await page.getByLabel("ScriptMessage as JSON").textContent()).toContain("RECORD_LOST");
  });

  it("shows no token and no secret, not even in the copied curl command", async () => {
    const { page } = await newcomer();
    await page.getByRole("button", { name: "Sign in Client 1" }).click();
    const shown = await page.getByLabel("AuthenticationResponse as JSON").textContent();
    expect(shown).toMatch(/"authToken": "[\w-]{4}…"/);
    expect(await page.content()).not.toContain("everybody-knows");
  });

  it("draws a few dozen of 10,000 entries, and scrolls through them without a pause", async () => {
    const { page } = await newcomer();
    await page.getByRole("button", { name: "Sign in Client 1" }).click();
    const id = await page.locator(".client-state .mono").textContent();
    const frame = { "@class": ".ScriptMessage", data: { lap: 1 }, extCode: "FLOOD" };
    for (let count = 0; count < ENTRIES; count++) server.app.send(id as PlayerId, frame);
    await page.getByText(/^1\d{4} entries$/).waitFor();
    const { rows, longestMs } = (await page.evaluate(SCROLL_THROUGH)) as { rows: number; longestMs: number };
    expect(rows).toBeGreaterThan(10);
    expect(rows).toBeLessThan(120);
    // About 16 on an idle machine; without the virtual list it takes seconds.
    expect(longestMs).toBeLessThan(1_000);
  });

  it("copies a request as a curl command that works once its placeholders are filled in", async () => {
    const { page } = await newcomer();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Sign in Client 1" }).click();
    await page.getByRole("button", { name: /request DeviceAuthenticationRequest/ }).click();
    await page.getByRole("button", { name: "Copy as a curl command" }).click();
    await page.getByRole("button", { name: "Copy as a curl command" }).getByText("copied").first().waitFor();
    const copied = (await page.evaluate("navigator.clipboard.readText()")) as string;
    const [, url = "", body = ""] = /^curl '([^']+)' -d '([^']+)'$/m.exec(copied) ?? [];
    expect(url).toContain("/preview/rs/device/SECRET/DeviceAuthenticationRequest");
    const sent = { method: "POST", body };
    const response = await fetch(url.replace("SECRET", "example-device-secret-everybody-knows"), sent);
    expect(await response.json()).toMatchObject({ displayName: "Ada", newPlayer: false });
  });

  it("records requests and plays them again", async () => {
    const { page, errors } = await newcomer();
    await page.getByRole("button", { name: "● Record" }).click();
    await page.getByRole("button", { name: "Sign in a player" }).click();
    await page.getByText(/✓ AuthenticationResponse/).waitFor();
    await page.getByRole("button", { name: "■ Stop (1)" }).click();
    await page.getByLabel("Name of the scenario").fill("sign in");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByRole("button", { name: /^sign in 1 request/ }).click();
    await page.getByRole("button", { name: /response AuthenticationResponse/ }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: /^sign in 1 request/ }).waitFor();
    expect(errors).toEqual([]);
  });

  it("recalls what was sent with the arrow keys", async () => {
    const { page } = await newcomer();
    await page.getByRole("button", { name: "Sign in a player" }).click();
    await page.getByText(/✓ AuthenticationResponse/).waitFor();
    const sent = await page.getByLabel("JSON", { exact: true }).inputValue();
    const deviceId = page.getByLabel("deviceId");
    await deviceId.fill("another");
    await deviceId.press("ArrowUp");
    expect(await page.getByLabel("JSON", { exact: true }).inputValue()).toBe(sent);
  });

  it("finds requests, events, scripts, pages and players in one field", async () => {
    const { page } = await newcomer();
    await page.getByRole("button", { name: "Sign in Client 1" }).click();
    const player = (await page.locator(".client-state .mono").textContent()) ?? "";
    const find = async (typed: string, title: string): Promise<void> => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: /^Search/ }).fill(typed);
      await page.locator(".command-list [aria-selected=true]").getByText(title, { exact: true }).waitFor();
      await page.keyboard.press("Enter");
    };
    await find("sdr", "SocialDisconnectRequest");
    await expect
      .poll(() => page.getByRole("combobox", { name: "Request", exact: true }).inputValue())
      .toBe("SocialDisconnectRequest");
    await find("lap", "LAP");
    await expect
      .poll(() => page.getByRole("combobox", { name: "Request", exact: true }).inputValue())
      .toBe("LogEventRequest · LAP");
    await find("event/LAP", "event/LAP");
    await page.getByLabel("Text of event/LAP.js").waitFor();
    await find("metrics", "Metrics");
    await page.getByRole("heading", { name: "Metrics" }).waitFor();
    await find(player, "Ada");
    await page.getByRole("heading", { name: "Ada" }).waitFor();
  });

  it("has its own clients on each stage, and marks the live one", async () => {
    const { page, errors } = await newcomer();
    await page.getByRole("button", { name: "Sign in Client 1" }).click();
    await page.locator(".client-state .mono").waitFor();
    await page.getByLabel("Stage").selectOption("live");
    await page.locator(".stage-switch.live").waitFor();
    await page.getByRole("button", { name: "Sign in Client 1" }).click();
    await page.locator(".client-state .mono").waitFor();
    expect(await page.locator(".clients li .client").count()).toBe(1);
    expect(errors).toEqual([]);
  });
});
