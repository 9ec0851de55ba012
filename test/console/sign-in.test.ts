import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ConsoleServer,
  goTo,
  hasBrowser,
  openPage,
  PASSWORD,
  signIn,
  startBrowser,
  startConsole,
} from "./support.ts";

describe.skipIf(!hasBrowser)("signing in to the console", () => {
  let server: ConsoleServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startConsole(), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  it.each([
    ["a wrong password", "support", "not the password"],
    ["an unknown name", "nobody", PASSWORD],
  ])("is refused with a sentence for %s, and keeps what was typed", async (_what, name, password) => {
    const { page, errors } = await openPage(browser);
    await page.goto(server.url);
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Password").fill(password);
    await page.getByLabel("Password").press("Enter");
    await page.getByRole("alert").getByText(/wrong/i).waitFor();
    expect(await page.getByLabel("Name").inputValue()).toBe(name);
    expect(await page.getByRole("navigation").count()).toBe(0);
    expect(errors).toEqual([]);
  });

  it("asks for the code of an admin with a second factor", async () => {
    await server.command("admins create", { name: "grace", role: "read", password: PASSWORD });
    await server.command("admins code", { name: "grace", state: "on" });
    const { page } = await openPage(browser);
    await page.goto(server.url);
    await page.getByLabel("Name").fill("grace");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByLabel("Password").press("Enter");
    await page.getByLabel(/Code of your authenticator app/).fill("000000");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("navigation").count()).toBe(0);
  });

  it("shows an admin who may only read neither scripts to save nor the log", async () => {
    const { page } = await openPage(browser);
    await signIn(page, server.url, "read");
    const rail = page.getByRole("navigation", { name: "Pages" });
    expect(await rail.getByRole("link").allTextContents()).not.toContain("Logs");
    await goTo(page, "scripts", "event", "LAP");
    await page.getByLabel("Text of event/LAP.js").waitFor();
    expect(await page.getByRole("button", { name: /^Save/ }).count()).toBe(0);
  });

  it("asks to sign in again when the session has ended", async () => {
    const { page } = await openPage(browser);
    await signIn(page, server.url);
    await page.context().clearCookies();
    await goTo(page, "config");
    await page.getByRole("button", { name: "Sign in" }).waitFor();
  });

  it("ends with the menu, on the server too", async () => {
    const { page } = await openPage(browser);
    await signIn(page, server.url);
    const cookies = await page.context().cookies();
    await page.getByRole("button", { name: /^admin/ }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Password").waitFor();
    await page.context().addCookies(cookies);
    await page.reload();
    await page.getByLabel("Password").waitFor();
  });
});
