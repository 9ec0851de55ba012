import { afterAll, beforeAll, expect, it } from "vitest";
import { APP_PASSWORD, startBluesky } from "../support/networks/bluesky.ts";
import { Browser, linkIn, shown } from "./browser.ts";
import { type ConnectApp, expectSafe, startConnectApp } from "./support.ts";

let server: ConnectApp;
let bluesky: Awaited<ReturnType<typeof startBluesky>>;
beforeAll(async () => {
  bluesky = await startBluesky();
  server = await startConnectApp({ ...bluesky.settings });
});
afterAll(async () => {
  await server.discard();
  await bluesky.close();
});

/** Connects the account whose server describes it so. */
async function connected(profile: Record<string, unknown>) {
  const { profile: owner, key } = await server.newProfile();
  bluesky.server.failNext({ body: profile }, ({ path }) => path.endsWith("getProfile"));
  const browser = new Browser();
  const grid = await browser.get(await server.grid({}, { "profile-key": key }));
  const form = await browser.get(linkIn(grid, "Connect Bluesky"));
  const page = await browser.submit(form, { identifier: "ada.test", appPassword: APP_PASSWORD });
  const [account] = await server.accounts(owner._id);
  return { page, account: account! };
}

it("an account whose server describes it with a huge name is stored and shown with its beginning", async () => {
  const { account, page } = await connected({ displayName: `Ada\r\n\u202e\u001b[31m${"<b>x</b>".repeat(20_000)}` });
  expect(account.displayName).toMatch(/^Ada \[31m<b>x<\/b>/);
  expect(account.displayName).toHaveLength(200);
  expect(page.text.length).toBeLessThan(20_000);
  expect(shown(page)).toContain("Connected: Ada [31m<b>x");
  expectSafe(page);
});

it.each([
  "javascript:alert(1)",
  "data:text/html,x",
  "http://192.168.0.1/a.png",
  "ada.png",
  `https://cdn.example/${"a".repeat(3_000)}`,
])("an image whose address is %.20s is dropped", async (avatar) => {
  const { account } = await connected({ displayName: "Ada", avatar });
  expect(account.displayName).toBe("Ada");
  expect(account).not.toHaveProperty("avatarUrl");
});

it("an account without a usable name keeps its handle and its image", async () => {
  const { account } = await connected({ displayName: " \u0000 \n", avatar: "https://cdn.example/a.png" });
  expect(account).not.toHaveProperty("displayName");
  expect(account).toMatchObject({ handle: "ada.test", avatarUrl: "https://cdn.example/a.png" });
});
