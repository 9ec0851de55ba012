import { expect, it } from "vitest";
import { Browser } from "./browser.ts";
import { startConnectApp } from "./support.ts";

it("behind a proxy the public URL is in links, cookies and what the network gets", async () => {
  const server = await startConnectApp({ publicUrl: "wss://game.example/socket" });
  try {
    const url = await server.grid();
    expect(url).toMatch(/^https:\/\/game\.example\/connect\/session\/ayr_ls_test_/);
    const { authorizeUrl } = await server.oauthUrl("twitter");
    const local = authorizeUrl.replace("https://game.example", server.app.httpUrl);
    const token = new URL(authorizeUrl).pathname.split("/").at(-1);
    const browser = new Browser();
    await browser.redirectOf(local);
    expect(browser.cookies).toMatchObject([
      { name: "__Host-connect", attributes: "Path=/; Secure; HttpOnly; SameSite=Lax" },
    ]);
    const consent = await browser.redirectOf(`${server.app.httpUrl}/connect/twitter?session=${token}`);
    expect(consent.searchParams.get("redirect_uri")).toBe("https://game.example/connect/twitter/callback");
    expect(browser.cookies).toHaveLength(1);
  } finally {
    await server.discard();
  }
});
