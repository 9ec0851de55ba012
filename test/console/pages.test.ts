import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConsoleServer, goTo, hasBrowser, openPage, signIn, startBrowser, startConsole } from "./support.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const HOSTILE = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;

describe.skipIf(!hasBrowser)("the console's pages", () => {
  let server: ConsoleServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startConsole(), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  const send = async (page: Page, request: object): Promise<void> => {
    const json = page.getByLabel("JSON", { exact: true });
    await json.fill(JSON.stringify(request));
    await json.press("Control+Enter");
    await page.locator(".outcome").waitFor();
  };
  /** Signs in a player on the first page and returns its id. */
  const play = async (page: Page, displayName: string): Promise<string> => {
    await page.getByRole("button", { name: "Sign in Client 1" }).waitFor();
    await send(page, {
      "@class": ".DeviceAuthenticationRequest",
      deviceId: `test ${displayName}`,
      deviceOS: "IOS",
      displayName,
    });
    await page.locator(".client-state .mono").waitFor();
    return (await page.locator(".client-state .mono").textContent()) ?? "";
  };

  const places = (player: string): [name: string, place: string[], ready: string][] => [
    ["play", ["play"], "Inspector"],
    ["players", ["players"], "Find a player."],
    ["player", ["players", player], "connected"],
    ["scripts", ["scripts", "event", "LAP"], "event/LAP.js"],
    ["data", ["data", "player"], "1 to"],
    ["accounts", ["accounts"], "Accounts"],
    ["posts", ["posts"], "Posts"],
    ["config", ["config"], "LAP"],
    ["logs", ["logs"], "live"],
    ["metrics", ["metrics"], "Requests per second"],
    ["admin", ["admin", "audit"], "Lists changes"],
  ];

  it.each(["light", "dark"] as const)(
    "have no violations of accessibility rules in %s colours",
    async (colorScheme) => {
      const { page, errors } = await openPage(browser, { colorScheme });
      await page.goto(server.url);
      await page.getByLabel("Password").waitFor();
      const found: Record<string, string[]> = { "sign-in": await violations(page) };
      await signIn(page, server.url);
      const player = await play(page, "Ada");
      for (const [name, place, ready] of places(player)) {
        await goTo(page, ...place);
        await page.getByRole("main").getByText(ready).first().waitFor();
        found[name] = await violations(page);
      }
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: /^Search/ }).fill("disc");
      found["command"] = await violations(page);
      expect(Object.entries(found).filter(([, broken]) => broken.length > 0)).toEqual([]);
      expect(errors).toEqual([]);
    },
  );

  it("show a hostile display name as text", async () => {
    const { page, errors } = await openPage(browser);
    await signIn(page, server.url);
    const player = await play(page, HOSTILE);
    await page.getByRole("button", { name: "Unfold all" }).click();
    await goTo(page, "players", player);
    await page.getByRole("heading", { name: HOSTILE }).waitFor();
    await goTo(page, "data", "player");
    await page.getByText(HOSTILE).first().waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: /^Search/ }).fill(player);
    await page.locator(".command-list").getByRole("option").first().getByText(HOSTILE).waitFor();
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(errors).toEqual([]);
  });

  it("show a hostile script name and log line as text", async () => {
    writeFileSync(join(server.folder, "modules", "<img src=x onerror=hacked=1>.js"), "// nothing\n");
    const { page, errors } = await openPage(browser);
    await signIn(page, server.url);
    await play(page, "Grace");
    server.app.services.log.warn({ player: HOSTILE, script: "a/<b>" }, HOSTILE);
    await goTo(page, "scripts");
    await page.getByText("<img src=x onerror=hacked=1>").first().click();
    await page
      .getByRole("alert")
      .getByText(/^Invalid arguments/)
      .waitFor();
    await goTo(page, "logs");
    await page.getByRole("button", { name: /warn <img/ }).click();
    await page.getByLabel("Members of the line").getByText("onerror").first().waitFor();
    expect(await page.evaluate("window.hacked")).toBeUndefined();
    expect(errors).toEqual([]);
  });

  it("save a script after showing the changes, and the next request runs it", async () => {
    const { page, errors } = await openPage(browser);
    await signIn(page, server.url);
    await play(page, "Edsger");
    await goTo(page, "scripts", "event", "LAP");
    const editor = page.getByLabel("Text of event/LAP.js");
    await editor.click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type('\nSpark.setScriptData("hot", "reloaded");\n');
    await page.keyboard.press("Control+s");
    await page.locator(".cm-changedLine").first().waitFor();
    await page.getByRole("button", { name: "Save these changes" }).click();
    await page.getByText("Saved. The next run uses it.").waitFor();
    expect(readFileSync(join(server.folder, "event", "LAP.js"), "utf8")).toContain("reloaded");

    await goTo(page, "play");
    await expect
      .poll(async () => {
        await page.getByRole("button", { name: "Clear" }).click();
        await send(page, { "@class": ".LogEventRequest", eventKey: "LAP", SECONDS: 50 });
        return page.getByLabel("LogEventResponse as JSON").textContent();
      })
      .toContain('"hot": "reloaded"');
    expect(errors).toEqual([]);
  });

  it("refuse a script that cannot be parsed, and name the line", async () => {
    const { page } = await openPage(browser);
    await signIn(page, server.url);
    await goTo(page, "scripts", "modules", "RECORDS");
    await page.getByLabel("Text of modules/RECORDS.js").click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("var = 1;");
    await page.keyboard.press("Control+s");
    await page.getByRole("button", { name: "Save these changes" }).click();
    await page
      .getByRole("alert")
      .getByText(/line 1/i)
      .waitFor();
    expect(readFileSync(join(server.folder, "modules", "RECORDS.js"), "utf8")).not.toContain("var = 1;");
  });

  it("show what disconnecting an account does before it is done, and ask for the player's name", async () => {
    const { page, errors } = await openPage(browser);
    await signIn(page, server.url);
    const player = await play(page, "Barbara");
    await send(page, { "@class": ".FacebookConnectRequest", accessToken: "token-of-edsger" });
    await page.getByText(/✓ AuthenticationResponse/).waitFor();
    await goTo(page, "players", player);
    await page.getByRole("button", { name: "Disconnect…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/Removes 0 friendships that came only by FB/).waitFor();
    const act = dialog.getByRole("button", { name: "Disconnect", exact: true });
    expect(await act.isDisabled()).toBe(true);
    await dialog.getByRole("textbox").fill(await dialog.locator("code").innerText());
    await act.click();
    await page.getByText("No external account is linked.").waitFor();
    expect(errors).toEqual([]);
  });

  it("fit a phone without scrolling sideways", async () => {
    const { page } = await openPage(browser, { viewport: { width: 360, height: 740 } });
    await signIn(page, server.url);
    for (const place of ["play", "players", "scripts", "config", "admin"]) {
      await goTo(page, place);
      await page.waitForTimeout(200);
      expect(await page.evaluate("document.querySelector('main').scrollWidth <= innerWidth"), place).toBe(true);
    }
  });
});

/** Rules that are broken, each with the elements. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(`${AXE}; void 0`);
  const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" | ")}`,
  );
}
