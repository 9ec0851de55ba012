import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Publishing } from "../../src/domains/publishing/index.ts";
import { GAME_PROJECT, primaryProfileId } from "../../src/domains/social/index.ts";
import { APP_PASSWORD, DID, startBluesky } from "../support/networks/bluesky.ts";
import { startFacebook } from "../support/networks/facebook.ts";
import { startNetworkServer } from "../support/networks/server.ts";
import { CHANNEL, GROUP, startTelegram } from "../support/networks/telegram.ts";
import { Browser, formIn, linkIn, shown, visits } from "./browser.ts";
import { CONSUMER, OTHER_CONSUMER } from "./oauth-server.ts";
import { type Body, type ConnectApp, expectSafe, RETURN_URL, startConnectApp } from "./support.ts";

let server: ConnectApp;
let networks: { close(): Promise<void> }[];
let telegram: Awaited<ReturnType<typeof startTelegram>>;
let bluesky: Awaited<ReturnType<typeof startBluesky>>;
let telegramToken: string;
let facebook: Awaited<ReturnType<typeof startFacebook>>;
beforeAll(async () => {
  bluesky = await startBluesky();
  telegram = await startTelegram();
  facebook = await startFacebook();
  const dialog = await startNetworkServer(({ query }) => {
    const back = new URL(query.get("redirect_uri")!);
    back.searchParams.set("state", query.get("state")!);
    back.searchParams.set("code", facebook.issueCode(query.get("redirect_uri")!));
    return { status: 302, headers: { location: back.href } };
  });
  networks = [bluesky, telegram, facebook, dialog];
  server = await startConnectApp({
    ...bluesky.settings,
    ...telegram.settings,
    ...facebook.settings,
    facebookPagesAuthorizeUrl: `${dialog.url}/dialog/oauth`,
  });
});
afterAll(async () => {
  await server.discard();
  await Promise.all(networks.map((network) => network.close()));
});
beforeEach(() => {
  server.oauth.consent = "allow";
  server.oauth.user = { id: "1001", name: "ada" };
});

describe("all networks of a session", () => {
  it("connects one after the other, and Done returns to the app", async () => {
    const profile = await server.newProfile();
    const url = await server.grid({}, { "profile-key": profile.key });
    const browser = new Browser();
    let page = await browser.get(url);
    expectSafe(page);
    expect(shown(page)).toContain("posted to by Profile");
    expect(page.text).not.toContain("<b>");
    expect(shown(page).match(/Not connected/g)).toHaveLength(5);

    for (const label of ["Connect X", "Connect Reddit"]) {
      page = await browser.follow(page, label);
      expect(page.status).toBe(200);
      expect(page.url).toMatch(/\/connect\/session\/ayr_ls_test_[\w-]{43}$/);
      expect(shown(page).match(/Connected: @ada/g)).toHaveLength(label === "Connect X" ? 1 : 2);
    }

    page = await browser.follow(page, "Connect Bluesky");
    expectSafe(page);
    expect(page.text).toContain('type="password"');
    page = await browser.submit(page, { identifier: "ada.test", appPassword: APP_PASSWORD });
    expect(shown(page)).toContain("@ada.test");

    page = await browser.follow(page, "Connect Telegram");
    telegramToken = telegram.connect().credentials.token;
    page = await browser.submit(page, { botToken: telegramToken, channel: String(CHANNEL) });
    expect(page.status).toBe(200);

    page = await browser.follow(page, "Connect Facebook");
    expect(page.url).toContain("/connect/choose/preview/");
    expectSafe(page);
    expect(shown(page)).toContain("Game Page (@game.page) Other Page");
    expect(shown(page)).not.toContain("Only Ads");
    page = await browser.submit(page, { choice: "1" });
    expect(shown(page)).toContain("Connected: Other Page");
    expect(shown(page)).not.toContain("Not connected");
    expect(linkIn(page, "Done")).toBe(RETURN_URL);

    const accounts = await server.accounts(profile.profile._id);
    expect(accounts.map(({ platform, externalId }) => `${platform} ${externalId}`).sort()).toEqual([
      `bluesky ${DID}`,
      "facebook 102",
      "reddit t2_1001",
      `telegram ${CHANNEL}`,
      "twitter 1001",
    ]);
    const publishing = server.app.services.service(Publishing);
    for (const account of accounts) {
      const credentials = await publishing.open(server.store, account);
      expect(credentials?.token).toBeTypeOf("string");
      expect(account.credentials).not.toContain(credentials!.token);
    }
  });

  it("replaces the profile's other account of the network, and disconnects on the page", async () => {
    const profile = await server.newProfile();
    const browser = new Browser();
    const url = await server.grid({ allowedSocial: ["reddit"] }, { "profile-key": profile.key });
    let page = await browser.follow(await browser.get(url), "Connect Reddit");
    server.oauth.user = { id: "1002", name: "bob" };
    page = await browser.follow(page, "Connect Reddit again");
    expect(shown(page)).toContain("Connected: @bob");
    const statuses = async () =>
      (await server.accounts(profile.profile._id)).map(
        (one) => `${one.handle} ${one.status} ${one.disconnectedReason}`,
      );
    expect((await statuses()).sort()).toEqual(["ada disconnected replaced", "bob connected undefined"]);
    page = await browser.submit(page);
    expect(shown(page)).toContain("Not connected");
    expect((await statuses()).sort()).toEqual(["ada disconnected replaced", "bob disconnected unlinked_by_user"]);
  });

  it("keeps the account's id when the same one is connected again", async () => {
    const profile = await server.newProfile();
    const browser = new Browser();
    const url = await server.grid({}, { "profile-key": profile.key });
    let page = await browser.follow(await browser.get(url), "Connect X");
    const [first] = await server.accounts(profile.profile._id);
    page = await browser.follow(page, "Connect X again");
    expect(page.status).toBe(200);
    const after = await server.accounts(profile.profile._id);
    expect(after.map(({ _id }) => _id)).toEqual([first!._id]);
    expect(after[0]!.credentials).not.toBe(first!.credentials);
  });

  it("lets a browser that opened the URL in time go on for an hour, and no other", async () => {
    const url = await server.grid({ expiresIn: 1 });
    const [early, late] = [new Browser(), new Browser()];
    await early.get(url);
    server.app.clock.advance(61_000);
    expect((await late.get(url)).status).toBe(410);
    const page = await early.follow(await early.get(url), "Connect X");
    expect(page.status).toBe(200);
    server.app.clock.advance(3_600_000);
    expect(shown(await early.get(url))).toContain("This link has expired.");
  });

  it("without a return URL says that the window can be closed", async () => {
    const { body } = await server.call("POST", "/api/profiles/link-sessions", {
      body: { mode: "connect", network: "reddit" },
      headers: { "profile-key": server.profileKey },
    });
    const page = await new Browser().get(body.url);
    expect(shown(page)).toContain("Connected @ada at Reddit is connected. You can close this window.");
    expectSafe(page);
  });
});

describe("an X app of the caller", () => {
  it("signs with the caller's pair, which is sealed with the session", async () => {
    const profile = await server.newProfile();
    const headers = {
      "profile-key": profile.key,
      "x-twitter-oauth1-api-key": OTHER_CONSUMER.key,
      "x-twitter-oauth1-api-secret": OTHER_CONSUMER.secret,
    };
    const browser = new Browser();
    const page = await browser.follow(await browser.get(await server.grid({}, headers)), "Connect X");
    expect(shown(page)).toContain("Connected: @ada");
    const [account] = await server.accounts(profile.profile._id);
    const credentials = await server.app.services.service(Publishing).open(server.store, account!);
    expect(credentials).toMatchObject({
      token: expect.stringMatching(/^at-/),
      tokenSecret: expect.stringMatching(/^as-/),
    });
    const signed = server.oauth.server.requests.filter(({ headers }) =>
      headers.authorization?.includes(OTHER_CONSUMER.key),
    );
    expect(signed.map(({ path }) => path)).toEqual(["/oauth/request_token", "/oauth/access_token", "/2/users/me"]);
    const sessions = await server.store.collection("connectSession").find({}).toArray();
    expect(JSON.stringify(sessions)).not.toContain(OTHER_CONSUMER.secret);
    expect(JSON.stringify(sessions)).not.toContain(OTHER_CONSUMER.key);
  });
});

describe("a server with a consumer pair of its own", () => {
  it("connects with OAuth 1.0a", async () => {
    const other = await startConnectApp({
      twitterClientId: "",
      twitterConsumerKey: CONSUMER.key,
      twitterConsumerSecret: CONSUMER.secret,
    });
    try {
      other.oauth.settings["twitterClientId"] = "";
      const { authorizeUrl, state } = await other.oauthUrl("twitter");
      const page = await new Browser().get(authorizeUrl);
      expect(page.url).toBe(RETURN_URL);
      expect(await other.statusOf(state)).toMatchObject({ status: "completed" });
    } finally {
      await other.discard();
    }
  });
});

describe("one account for a partner", () => {
  it.each(["twitter", "reddit"])("connects %s and returns to the URL unchanged", async (platform) => {
    const { authorizeUrl, state } = await server.oauthUrl(platform);
    expect(await server.statusOf(state)).toEqual({ state, status: "pending" });
    const page = await new Browser().get(authorizeUrl);
    expect(page.url).toBe(RETURN_URL);
    const done = await server.statusOf(state);
    expect(done).toEqual({ state, status: "completed", socialAccountId: expect.stringMatching(/^sa_[0-9a-f-]{36}$/) });
    const { body } = await server.call("GET", `/v1/projects/${GAME_PROJECT}/social-accounts?platform=${platform}`);
    const listed = body.items.find((item: Body) => item.socialAccountId === done.socialAccountId);
    expect(listed).toMatchObject({ status: "connected", handle: "ada" });
  });

  it("connects a second account of the network beside the first", async () => {
    server.oauth.user = { id: "2001", name: "second" };
    await new Browser().get((await server.oauthUrl("reddit")).authorizeUrl);
    server.oauth.user = { id: "2002", name: "third" };
    await new Browser().get((await server.oauthUrl("reddit")).authorizeUrl);
    const accounts = await server.accounts(primaryProfileId(GAME_PROJECT));
    const connected = accounts.filter(({ status, handle }) => status === "connected" && /second|third/.test(handle!));
    expect(connected).toHaveLength(2);
  });

  it("connects a page that the user chooses, in the form's own redirect", async () => {
    const { authorizeUrl, state } = await server.oauthUrl("facebook");
    const browser = new Browser();
    const choice = await browser.get(authorizeUrl);
    expect(choice.headers.get("content-security-policy")).toContain("form-action 'self' https://app.example;");
    expect(await server.statusOf(state)).toEqual({ state, status: "pending" });
    expect((await browser.submit(choice)).url).toBe(RETURN_URL);
    expect((await server.statusOf(state)).status).toBe("completed");
  });

  it("lets the user correct what was typed", async () => {
    const { authorizeUrl, state } = await server.oauthUrl("bluesky");
    const browser = new Browser();
    let page = await browser.get(authorizeUrl);
    page = await browser.submit(page, { identifier: "ada.test", appPassword: "wrong-wrong-wrong" });
    expect(page.status).toBe(403);
    expectSafe(page);
    expect(page.text).toContain('value="ada.test"');
    expect(page.text).not.toContain("wrong-wrong-wrong");
    expect(await server.statusOf(state)).toEqual({ state, status: "pending" });
    expect((await browser.submit(page, { appPassword: APP_PASSWORD })).url).toBe(RETURN_URL);
  });
});

describe("connecting an account again", () => {
  const connectReddit = async (user: { id: string; name: string }) => {
    server.oauth.user = user;
    const { authorizeUrl, state } = await server.oauthUrl("reddit");
    await new Browser().get(authorizeUrl);
    return (await server.statusOf(state)).socialAccountId as string;
  };

  it("keeps its id", async () => {
    const id = await connectReddit({ id: "3001", name: "again" });
    await server.store
      .collection("socialAccount")
      .updateOne({ _id: id.slice(3) as never }, { $set: { status: "reauth_required" } });
    const { authorizeUrl, state } = await server.reauthUrl(id);
    expect((await new Browser().get(authorizeUrl)).url).toBe(RETURN_URL);
    expect(await server.statusOf(state)).toEqual({ state, status: "completed", socialAccountId: id });
    const stored = await server.store.collection("socialAccount").findOne({ _id: id.slice(3) as never });
    expect(stored).toMatchObject({ status: "connected" });
  });

  it("refuses another account and says how to use the right one", async () => {
    const id = await connectReddit({ id: "3002", name: "right" });
    const before = await server.accounts(primaryProfileId(GAME_PROJECT));
    const { authorizeUrl, state } = await server.reauthUrl(id);
    server.oauth.user = { id: "3003", name: "wrong" };
    const page = await new Browser().get(authorizeUrl);
    expect(page.status).toBe(409);
    expect(shown(page)).toContain("Sign out at Reddit, then start again with the same account as before.");
    expect(linkIn(page, "Return to app.example")).toBe(`${RETURN_URL}&layers_oauth_error=other_account`);
    expect(await server.statusOf(state)).toMatchObject({ status: "failed", error: { code: "OTHER_ACCOUNT" } });
    expect(await server.accounts(primaryProfileId(GAME_PROJECT))).toEqual(before);
  });

  it("gives back the grant of another account a quarter of an hour later, unless that account is connected", async () => {
    const jobs = server.store.collection("credentialRevocation");
    const revocations = () => server.oauth.server.requests.filter(({ path }) => path.includes("revoke")).length;
    await jobs.deleteMany({});
    const id = await connectReddit({ id: "3004", name: "right" });
    const choose = async (wrong: string) => {
      const { authorizeUrl } = await server.reauthUrl(id);
      server.oauth.user = { id: wrong, name: "wrong" };
      expect((await new Browser().get(authorizeUrl)).status).toBe(409);
    };
    await choose("3005");
    await choose("3006");
    const found = await jobs.find({ externalId: { $in: ["t2_3005", "t2_3006"] } }).toArray();
    expect(found).toHaveLength(2);
    for (const secret of server.oauth.secrets) expect(JSON.stringify(found)).not.toContain(secret);
    await connectReddit({ id: "3006", name: "wrong" });
    expect(await jobs.countDocuments({ externalId: "t2_3006" })).toBe(0);
    const before = revocations();
    server.app.clock.advance(899_000);
    await server.app.poll();
    await server.app.services.jobs.settled();
    expect(revocations()).toBe(before);
    server.app.clock.advance(2_000);
    await server.app.poll();
    await server.app.services.jobs.settled();
    expect(revocations()).toBe(before + 1);
  });

  it("takes the right page among several without asking", async () => {
    const browser = new Browser();
    const first = await server.oauthUrl("facebook");
    await browser.submit(await browser.get(first.authorizeUrl), { choice: "1" });
    const { socialAccountId } = await server.statusOf(first.state);
    const again = await server.reauthUrl(socialAccountId);
    expect((await browser.get(again.authorizeUrl)).url).toBe(RETURN_URL);
    expect((await server.statusOf(again.state)).socialAccountId).toBe(socialAccountId);
  });
});

describe("forms that another page could send", () => {
  it("choose nothing without the browser's token, and nothing that was not offered", async () => {
    const { authorizeUrl, state } = await server.oauthUrl("facebook");
    const browser = new Browser();
    const choice = await browser.get(authorizeUrl);
    const { action, fields } = formIn(choice);
    const url = new URL(action, choice.url).href;
    const { form: _, ...without } = fields;
    expect((await browser.post(url, without)).status).toBe(403);
    expect((await browser.post(url, fields, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await new Browser().post(url, fields)).status).toBe(403);
    expect((await new Browser().get(url)).status).toBe(403);
    for (const wrong of ["2", "-1", "1e0", "", "__proto__"]) {
      expect((await browser.post(url, { ...fields, choice: wrong })).status).toBe(403);
    }
    expect(await server.statusOf(state)).toEqual({ state, status: "pending" });
    expect((await browser.post(url, fields)).url).toBe(RETURN_URL);
  });

  it("after ten minutes choose nothing", async () => {
    const { authorizeUrl, state } = await server.oauthUrl("facebook");
    const browser = new Browser();
    const choice = await browser.get(authorizeUrl);
    server.app.clock.advance(600_000);
    const page = await browser.submit(choice);
    expect(page.status).toBe(410);
    expect(await server.statusOf(state)).toMatchObject({ status: "failed" });
    expect(
      (await server.store.collection("connectAttempt").find({ status: "choosing" }).toArray()).length,
    ).toBeLessThan(3);
  });

  it("try no password without the browser's token", async () => {
    const browser = new Browser();
    const page = await browser.get((await server.oauthUrl("bluesky")).authorizeUrl);
    const { action, fields } = formIn(page);
    const calls = bluesky.server.requests.length;
    const sent = { ...fields, identifier: "ada.test", appPassword: APP_PASSWORD };
    const url = new URL(action, page.url).href;
    expect((await browser.post(url, { ...sent, form: "x" })).status).toBe(403);
    expect((await new Browser().post(url, sent)).status).toBe(403);
    expect((await browser.post(url, { ...sent, session: "x" })).status).toBe(404);
    expect(bluesky.server.requests).toHaveLength(calls);
  });

  it("type an account that is another one than that to connect again", async () => {
    const { authorizeUrl, state } = await server.oauthUrl("telegram");
    const browser = new Browser();
    const { token } = telegram.connect().credentials;
    await browser.submit(await browser.get(authorizeUrl), { botToken: token, channel: String(CHANNEL) });
    const again = await server.reauthUrl((await server.statusOf(state)).socialAccountId);
    const form = await browser.get(again.authorizeUrl);
    const page = await browser.submit(form, { botToken: token, channel: String(GROUP) });
    expect(page.status).toBe(409);
    expect(shown(page)).toContain("with another account than the one to connect again");
    expect((await browser.submit(page, { botToken: token, channel: String(CHANNEL) })).url).toBe(RETURN_URL);
  });
});

it("a server without a key for tokens sends nothing to a network and says what is missing", async () => {
  const data = await mkdtemp(join(tmpdir(), "rekindle-no-key-"));
  await writeFile(join(data, "token-key"), "not a key");
  const other = await startConnectApp({ ...bluesky.settings }, { data });
  try {
    const calls = bluesky.server.requests.length;
    const browser = new Browser();
    const grid = await browser.get(await other.grid());
    const page = await browser.submit(await browser.follow(grid, "Connect Bluesky"), {
      identifier: "ada.test",
      appPassword: APP_PASSWORD,
    });
    for (const refused of [page, await browser.follow(grid, "Connect X")]) {
      expect(refused.status).toBe(503);
      expect(shown(refused)).toContain(
        "This server has no key to store tokens with. Ask the operator to set tokenKeys.",
      );
    }
    expect(bluesky.server.requests).toHaveLength(calls);
    expect(await other.store.collection("socialAccount").countDocuments({})).toBe(0);
    const headers = {
      "profile-key": other.profileKey,
      "x-twitter-oauth1-api-key": "k",
      "x-twitter-oauth1-api-secret": "s",
    };
    expect(await other.call("POST", "/api/profiles/generateJWT", { body: {}, headers })).toMatchObject({ status: 500 });
  } finally {
    await other.discard();
    await rm(data, { recursive: true, force: true });
  }
});

it("the grant of several pages is revoked with the last of them", async () => {
  const browser = new Browser();
  const ids: string[] = [];
  for (const choice of ["0", "1"]) {
    const { authorizeUrl, state } = await server.oauthUrl("facebook");
    await browser.submit(await browser.get(authorizeUrl), { choice });
    ids.push((await server.statusOf(state)).socialAccountId);
  }
  const revocations = () => facebook.server.requests.filter(({ path }) => path.endsWith("/me/permissions"));
  const left = await server.accounts(primaryProfileId(GAME_PROJECT));
  const connected = left.filter(({ platform, status }) => platform === "facebook" && status === "connected");
  expect(connected.map(({ _id }) => `sa_${_id}`).sort()).toEqual(ids.toSorted());
  await server.call("DELETE", `/v1/social-accounts/${ids[0]}`);
  await settle();
  expect(revocations()).toHaveLength(0);
  // Those of the profiles of earlier tests.
  const others = server.store.collection("socialAccount");
  await others.updateMany(
    { platform: "facebook", profileId: { $ne: primaryProfileId(GAME_PROJECT) } },
    { $set: { status: "disconnected" } },
  );
  await server.call("DELETE", `/v1/social-accounts/${ids[1]}`);
  await settle();
  expect(revocations()).toHaveLength(1);
});

/** Runs the jobs that are due. The other networks have no call for it here. */
async function settle(): Promise<void> {
  await server.app.poll();
  const jobs = server.store.collection("credentialRevocation");
  await expect.poll(() => jobs.countDocuments({ platform: "facebook" })).toBe(0);
}

describe("two browsers at the same time", () => {
  it("connect with one URL without disturbing each other", async () => {
    const profile = await server.newProfile();
    const url = await server.grid({}, { "profile-key": profile.key });
    const browsers = [new Browser(), new Browser()];
    const pages = await Promise.all(browsers.map((browser) => browser.get(url)));
    const ends = await Promise.all([
      browsers[0]!.follow(pages[0]!, "Connect X"),
      browsers[1]!.follow(pages[1]!, "Connect Reddit"),
    ]);
    expect(ends.map(({ status }) => status)).toEqual([200, 200]);
    const accounts = await server.accounts(profile.profile._id);
    expect(accounts.map(({ platform }) => platform).sort()).toEqual(["reddit", "twitter"]);
  });

  it.each([
    ["of a partner's URL", async () => (await server.oauthUrl("facebook")).authorizeUrl],
    [
      "of a page of all networks",
      async () => {
        const { key } = await server.newProfile();
        const grid = await server.grid({ allowedSocial: ["facebook"] }, { "profile-key": key });
        return `${server.app.httpUrl}/connect/facebook?session=${new URL(grid).pathname.split("/").at(-1)}`;
      },
    ],
  ])("one consent %s connects one page, however many are chosen at the same time", async (_name, urlOf) => {
    const browser = new Browser();
    const choice = await browser.get(await urlOf());
    const connected = () =>
      server.store
        .collection("audit")
        .countDocuments({ action: { $in: ["account.connected", "account.reauthorized"] } });
    const before = await connected();
    const pages = await Promise.all(["0", "1", "0"].map((one) => browser.submit(choice, { choice: one })));
    expect(pages.filter(({ url }) => !url.includes("/connect/choose/"))).toHaveLength(1);
    expect(await connected()).toBe(before + 1);
  });
});

it("shows, logs and stores no secret in clear text", async () => {
  const dumps = [JSON.stringify(server.app.log)];
  for (const name of ["connectSession", "connectAttempt", "socialAccount", "audit", "webhookDelivery"]) {
    dumps.push(JSON.stringify(await server.store.collection(name).find({}).toArray()));
  }
  const secrets = [...server.oauth.secrets, APP_PASSWORD, telegramToken, OTHER_CONSUMER.secret, OTHER_CONSUMER.key];
  expect(secrets.length).toBeGreaterThan(20);
  expect(secrets.filter((secret) => dumps.join("\n").includes(secret))).toEqual([]);
  expect(dumps.join("\n")).not.toMatch(/(ayr_ls|ls)_(test|live)_[\w-]{43}/);
  // What a network puts into the address of its own redirect is there, and nowhere else.
  const ours = visits.filter(({ url }) => url.startsWith(server.app.httpUrl));
  expect(ours.length).toBeGreaterThan(20);
  for (const { text, url } of ours) {
    const isCallback = /^\/connect\/\w+\/callback$/.test(new URL(url).pathname);
    const seen = `${isCallback ? "" : url} ${text}`;
    expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
  }
});
