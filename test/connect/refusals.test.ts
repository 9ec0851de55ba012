import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GAME_PROJECT, revokeKey, suspendOrganization, switchOff } from "../../src/domains/social/index.ts";
import { Browser, formIn, linkIn, type Page, shown } from "./browser.ts";
import { type ConnectApp, expectSafe, RETURN_URL, startConnectApp, stopAtNetwork } from "./support.ts";

const BY = { by: { door: "admin" }, now: 0 } as const;
const TOKEN_CALL = ({ path }: { path: string }) => /token$/.test(path) && path !== "/oauth/request_token";

let server: ConnectApp;
beforeAll(async () => {
  server = await startConnectApp({ publishTimeoutMs: 400 });
});
afterAll(() => server.discard());
beforeEach(() => {
  server.oauth.consent = "allow";
  server.oauth.user = { id: "1001", name: "ada" };
});

/** A partner's connection whose browser has consented, and what comes back from the network. */
async function consented(platform = "twitter") {
  const { authorizeUrl, state } = await server.oauthUrl(platform);
  const browser = new Browser();
  const callback = await callbackOf(await stopAtNetwork(browser, authorizeUrl));
  return { browser, callback, state, authorizeUrl };
}

async function callbackOf(consentPage: URL): Promise<URL> {
  const response = await fetch(consentPage, { redirect: "manual" });
  return new URL(response.headers.get("location")!);
}

const countAccounts = () => server.store.collection("socialAccount").countDocuments({});

/** A page that refuses, and that nothing was stored. */
async function expectRefusal(page: Page, status: number, text: string | RegExp, accounts: number): Promise<void> {
  expect(shown(page)).toMatch(text);
  expect(page.status).toBe(status);
  expectSafe(page);
  expect(await countAccounts()).toBe(accounts);
}

describe("a callback", () => {
  it.each<[string, number, RegExp, (url: URL, other: URL) => void]>([
    [
      "whose state was made up",
      400,
      /not the end of a sign-in/,
      (url) => url.searchParams.set("state", `test_${"A".repeat(43)}`),
    ],
    [
      "whose state is of the other stage",
      400,
      /not the end of a sign-in/,
      (url) => url.searchParams.set("state", url.searchParams.get("state")!.replace("test_", "live_")),
    ],
    ["whose state has another form", 400, /not the end of a sign-in/, (url) => url.searchParams.set("state", "x")],
    [
      "whose state is a database operator",
      400,
      /not the end of a sign-in/,
      (url) => {
        url.searchParams.delete("state");
        url.searchParams.set("state[$ne]", "x");
      },
    ],
    ["without a state", 400, /not the end of a sign-in/, (url) => url.searchParams.delete("state")],
    ["with two states", 400, /not the end of a sign-in/, (url) => url.searchParams.append("state", "y")],
    [
      "at another network's address",
      400,
      /not the end of a sign-in/,
      (url) => {
        url.pathname = "/connect/reddit/callback";
      },
    ],
    [
      "at the address of no network",
      404,
      /does not allow that network/,
      (url) => {
        url.pathname = "/connect/__proto__/callback";
      },
    ],
    [
      "with a request token of OAuth 1.0a that was made up",
      400,
      /not the end of a sign-in/,
      (url) => {
        url.search = "oauth_token=made-up&oauth_verifier=x";
      },
    ],
  ])("%s is refused, and the sign-in stays open", async (_name, status, text, change) => {
    const { browser, callback, state } = await consented();
    const before = await countAccounts();
    const changed = new URL(callback);
    change(changed, callback);
    await expectRefusal(await browser.get(changed.href), status, text, before);
    expect(await server.statusOf(state)).toEqual({ state, status: "pending" });
    expect((await browser.get(callback.href)).url).toBe(RETURN_URL);
  });

  it.each([
    ["of no cookie", () => new Browser()],
    [
      "with a cookie of its own",
      async () => {
        const browser = new Browser();
        await browser.get(await server.grid());
        return browser;
      },
    ],
  ])("in another browser, %s, is refused, and the first can finish", async (_name, other) => {
    const { browser, callback, state } = await consented();
    const before = await countAccounts();
    await expectRefusal(await (await other()).get(callback.href), 403, /started in another browser/, before);
    expect(await server.statusOf(state)).toEqual({ state, status: "pending" });
    expect((await browser.get(callback.href)).url).toBe(RETURN_URL);
    expect((await server.statusOf(state)).status).toBe("completed");
  });

  it("that is repeated is refused, and calls the network once", async () => {
    const { browser, callback, state } = await consented();
    await browser.get(callback.href);
    const [calls, before] = [server.oauth.server.requests.length, await countAccounts()];
    await expectRefusal(await browser.get(callback.href), 409, /completed or failed already/, before);
    expect(server.oauth.server.requests).toHaveLength(calls);
    expect((await server.statusOf(state)).status).toBe("completed");
  });

  it("that comes twice at the same time is exchanged once", async () => {
    const { browser, callback } = await consented();
    const calls = server.oauth.server.requests.length;
    const pages = await Promise.all([browser.get(callback.href), browser.get(callback.href)]);
    expect(pages.filter(({ url }) => url === RETURN_URL)).toHaveLength(1);
    const exchanges = server.oauth.server.requests.slice(calls).filter(TOKEN_CALL);
    expect(exchanges).toHaveLength(1);
  });

  it("with the code of another sign-in fails at the network's check of PKCE", async () => {
    const [mine, victim] = [await consented(), await consented()];
    const before = await countAccounts();
    const mixed = new URL(victim.callback);
    mixed.searchParams.set("code", mine.callback.searchParams.get("code")!);
    await expectRefusal(await victim.browser.get(mixed.href), 403, /X refused what it was sent/, before);
    expect(await server.statusOf(victim.state)).toMatchObject({ status: "failed", error: { code: "NETWORK_REFUSED" } });
  });

  it("after ten minutes is refused", async () => {
    const { browser, callback, state } = await consented();
    server.app.clock.advance(600_000);
    await expectRefusal(await browser.get(callback.href), 410, /took too long/, await countAccounts());
    expect(await server.statusOf(state)).toMatchObject({ status: "failed", error: { code: "STATE_EXPIRED" } });
  });
});

describe("a network that does not consent or does not work", () => {
  it.each<[string, number, RegExp, string, () => void]>([
    ["the user denies", 403, /You did not allow access at X\./, "DENIED", () => (server.oauth.consent = "deny")],
    [
      "it returns another error",
      502,
      /X ended the sign-in with an error\. It says: server_error\./,
      "NETWORK_ERROR",
      () => (server.oauth.consent = "server_error"),
    ],
    [
      "it returns neither code nor error",
      502,
      /X gave no usable response/,
      "NETWORK_SILENT",
      () => (server.oauth.consent = "nothing"),
    ],
  ])("%s", async (_name, status, text, code, prepare) => {
    prepare();
    const { browser, callback, state } = await consented();
    const page = await browser.get(callback.href);
    await expectRefusal(page, status, text, await countAccounts());
    expect(await server.statusOf(state)).toMatchObject({ status: "failed", error: { code } });
    expect(linkIn(page, "Return to app.example")).toBe(`${RETURN_URL}&layers_oauth_error=${code.toLowerCase()}`);
  });

  it.each<[string, number, RegExp, string, Parameters<ConnectApp["oauth"]["server"]["failNext"]>[0]]>([
    ["is cut off", 502, /X cannot be reached/, "NETWORK_DOWN", "reset"],
    ["never answers", 502, /X cannot be reached/, "NETWORK_DOWN", "hang"],
    ["answers half", 502, /X cannot be reached/, "NETWORK_DOWN", "slow"],
    ["answers without end", 502, /X cannot be reached/, "NETWORK_DOWN", "huge"],
    ["answers with a page", 502, /X cannot be reached/, "NETWORK_DOWN", "garbage"],
    ["answers with other JSON", 502, /X cannot be reached/, "NETWORK_DOWN", { body: { access_token: 7 } }],
    ["has an error", 502, /X cannot be reached/, "NETWORK_DOWN", { status: 500, body: {} }],
    [
      "redirects elsewhere",
      502,
      /X cannot be reached/,
      "NETWORK_DOWN",
      { status: 302, headers: { location: "http://127.0.0.1:9/" } },
    ],
    ["is asked too often", 503, /X accepts no more calls/, "NETWORK_BUSY", { status: 429, body: {} }],
    [
      "refuses the app",
      503,
      /The connection to X is not set up correctly/,
      "NOT_CONFIGURED",
      { status: 401, body: { error: "invalid_client" } },
    ],
    [
      "refuses the code",
      403,
      /X refused what it was sent/,
      "NETWORK_REFUSED",
      { status: 400, body: { error: "invalid_grant", error_description: "<script>alert(1)</script>" } },
    ],
  ])("a token call that %s", async (_name, status, text, code, trouble) => {
    const { browser, callback, state } = await consented();
    server.oauth.server.failNext(trouble, TOKEN_CALL);
    const page = await browser.get(callback.href);
    await expectRefusal(page, status, text, await countAccounts());
    expect(page.text).not.toContain("<script");
    expect(await server.statusOf(state)).toMatchObject({ status: "failed", error: { code } });
    // Its circuit must not stop the tests that follow.
    await closeCircuit();
  });

  it("is down when an OAuth 1.0a sign-in begins", async () => {
    const headers = { "x-twitter-oauth1-api-key": "other-consumer", "x-twitter-oauth1-api-secret": "wrong secret" };
    const browser = new Browser();
    const grid = await browser.get(await server.grid({}, headers));
    await expectRefusal(
      await browser.follow(grid, "Connect X"),
      503,
      /The connection to X is not set up/,
      await countAccounts(),
    );
    server.oauth.server.failNext("reset", ({ path }) => path === "/oauth/request_token");
    const page = await browser.follow(grid, "Connect X");
    await expectRefusal(page, 502, /X cannot be reached/, await countAccounts());
    expect(linkIn(page, "Start again")).toContain("/connect/session/");
  });

  it("denies in OAuth 1.0a, and takes a verifier of another sign-in for nothing", async () => {
    const headers = {
      "x-twitter-oauth1-api-key": "other-consumer",
      "x-twitter-oauth1-api-secret": "secret of the other consumer",
    };
    const url = await server.grid({}, headers);
    const browser = new Browser();
    const before = await countAccounts();
    server.oauth.consent = "deny";
    await expectRefusal(
      await browser.follow(await browser.get(url), "Connect X"),
      403,
      /did not allow access at X/,
      before,
    );
    server.oauth.consent = "allow";
    const start = linkIn(await browser.get(url), "Connect X");
    const [first, second] = [await stopAtNetwork(browser, start), await stopAtNetwork(browser, start)];
    const [one, two] = [await callbackOf(first), await callbackOf(second)];
    one.searchParams.set("oauth_verifier", two.searchParams.get("oauth_verifier")!);
    await expectRefusal(await browser.get(one.href), 403, /X refused what it was sent/, before);
    expect((await browser.get(two.href)).status).toBe(200);
    await expectRefusal(await browser.get(two.href), 409, /completed or failed already/, before + 1);
    await expectRefusal(await new Browser().get(two.href), 403, /started in another browser/, before + 1);
  });
});

async function closeCircuit(): Promise<void> {
  server.oauth.user = { id: "1", name: "circuit" };
  const before = new Browser();
  await before.get((await server.oauthUrl("twitter")).authorizeUrl);
}

describe("a session", () => {
  const opened = async () => {
    const url = await server.grid();
    const browser = new Browser();
    const page = await browser.get(url);
    return { url, browser, start: linkIn(page, /^Connect X/) };
  };

  it.each([
    ["made up", `ls_test_${"A".repeat(43)}`],
    ["of the other stage", `ls_live_${"A".repeat(43)}`],
    ["of another form", "x"],
    ["with an operator", "%7B%22%24ne%22%3A1%7D"],
  ])("whose token is %s does not exist", async (_name, token) => {
    await expectRefusal(
      await new Browser().get(`${server.app.httpUrl}/connect/session/${token}`),
      404,
      /This link is not valid/,
      await countAccounts(),
    );
    await expectRefusal(
      await new Browser().get(`${server.app.httpUrl}/connect/twitter?session=${token}`),
      404,
      /not valid/,
      await countAccounts(),
    );
  });

  it("that was withdrawn stops browsers that have it open, and sign-ins under way", async () => {
    const { body } = await server.call("POST", "/api/profiles/link-sessions", {
      body: {},
      headers: { "profile-key": server.profileKey },
    });
    const browser = new Browser();
    const grid = await browser.get(body.url);
    const callback = await callbackOf(await stopAtNetwork(browser, linkIn(grid, /^Connect X/)));
    await server.call("DELETE", `/api/profiles/link-sessions/${body.sessionId}`);
    const before = await countAccounts();
    await expectRefusal(await browser.get(callback.href), 410, /This link was withdrawn/, before);
    await expectRefusal(await browser.get(body.url), 410, /This link was withdrawn/, before);
    await expectRefusal(await browser.submit(grid).catch(() => browser.get(body.url)), 410, /withdrawn/, before);
  });

  it.each<[string, RegExp, () => Promise<() => Promise<unknown>>]>([
    [
      "whose key was revoked",
      /may not connect accounts/,
      async () => {
        const { key, text } = await server.newKey();
        usedKey = text;
        return () => revokeKey(server.store, key._id, BY);
      },
    ],
    [
      "whose key was killed",
      /may not connect accounts/,
      async () => {
        const { key, text } = await server.newKey();
        usedKey = text;
        return () => revokeKey(server.store, key._id, { ...BY, kill: true });
      },
    ],
    [
      "while the API is switched off",
      /may not connect accounts/,
      async () => {
        usedKey = server.keyText;
        return () => switchOff(server.store, true, BY);
      },
    ],
    [
      "while the organization is suspended",
      /may not connect accounts/,
      async () => {
        usedKey = server.keyText;
        return () => suspendOrganization(server.store, "org_game", true, BY);
      },
    ],
  ])("%s connects nothing", async (_name, text, prepare) => {
    const stop = await prepare();
    const path = `/v1/projects/${GAME_PROJECT}/social/oauth-url`;
    const body = { platform: "twitter", returnUrl: RETURN_URL };
    const reply = await server.call("POST", path, { body, as: usedKey });
    const browser = new Browser();
    const callback = await callbackOf(await stopAtNetwork(browser, reply.body.authorizeUrl));
    const before = await countAccounts();
    await stop();
    try {
      await expectRefusal(await browser.get(callback.href), 403, text, before);
    } finally {
      await suspendOrganization(server.store, "org_game", false, BY);
      await switchOff(server.store, false, BY);
    }
  });
  let usedKey: string;

  it("whose profile was deleted while the user was away connects nothing", async () => {
    const { key } = await server.newProfile();
    const url = await server.grid({}, { "profile-key": key });
    const browser = new Browser();
    const callback = await callbackOf(await stopAtNetwork(browser, linkIn(await browser.get(url), "Connect X")));
    const before = await countAccounts();
    await server.call("DELETE", "/api/profiles", { headers: { "profile-key": key } });
    const revocations = () => server.store.collection("credentialRevocation").countDocuments({ platform: "twitter" });
    const waiting = await revocations();
    await expectRefusal(await browser.get(callback.href), 410, /profile that this link belongs to was deleted/, before);
    expect(await revocations()).toBe(waiting + 1);
    await expectRefusal(await browser.get(url), 410, /profile that this link belongs to was deleted/, before);
  });

  it("whose profile disabled the network meanwhile connects nothing", async () => {
    const { key, profile } = await server.newProfile();
    const browser = new Browser();
    const grid = await browser.get(await server.grid({}, { "profile-key": key }));
    const callback = await callbackOf(await stopAtNetwork(browser, linkIn(grid, "Connect X")));
    await server.store
      .collection("profile")
      .updateOne({ _id: profile._id as never }, { $set: { disabledNetworks: ["twitter"] } });
    await expectRefusal(await browser.get(callback.href), 404, /does not allow that network/, await countAccounts());
  });

  it("refuses networks that it does not allow or that are not set up", async () => {
    const browser = new Browser();
    const grid = await browser.get(await server.grid({ allowedSocial: ["reddit"] }));
    const token = new URL(grid.url).pathname.split("/").at(-1);
    expect(shown(grid)).not.toContain("Connect X");
    for (const network of ["twitter", "youtube", "myspace", "session", "constructor"]) {
      const page = await browser.get(`${server.app.httpUrl}/connect/${network}?session=${token}`);
      await expectRefusal(page, 404, /does not allow that network/, await countAccounts());
    }
  });

  it("allows thirty attempts", async () => {
    const { browser, start } = await opened();
    server.oauth.consent = "deny";
    for (let i = 0; i < 30; i++) expect((await browser.get(start)).status).toBe(403);
    await expectRefusal(await browser.get(start), 429, /too many attempts/, await countAccounts());
  });

  it("of a partner ends with its first outcome", async () => {
    server.oauth.consent = "deny";
    const { browser, callback, authorizeUrl } = await consented();
    await browser.get(callback.href);
    server.oauth.consent = "allow";
    const page = await browser.get(authorizeUrl);
    await expectRefusal(page, 410, /This link has been used/, await countAccounts());
    expect(page.text).not.toContain("Start again</a>");
  });

  it("is not started by a HEAD request", async () => {
    const { start } = await opened();
    const attempts = () => server.store.collection("connectAttempt").countDocuments({});
    const before = await attempts();
    expect((await fetch(start, { method: "HEAD", redirect: "manual" })).status).toBe(404);
    expect(await attempts()).toBe(before);
  });

  it.each([
    [40_000, 404],
    [41_000, 413],
  ])("takes a form of %i bytes with status %i", async (bytes, status) => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const sent = { method: "POST", headers, body: "a&".repeat(bytes / 2) };
    expect((await fetch(`${server.app.httpUrl}/connect/bluesky`, sent)).status).toBe(status);
  });

  it("sets a cookie that scripts and other sites do not get", async () => {
    const { browser } = await opened();
    expect(browser.cookies).toEqual([
      {
        origin: server.app.httpUrl,
        name: "connect",
        value: expect.stringMatching(/^[\w-]{43}$/),
        path: "/connect",
        attributes: "Path=/connect; HttpOnly; SameSite=Lax",
      },
    ]);
  });

  it("replaces a cookie that has another form", async () => {
    const browser = new Browser();
    browser.cookies.push({ origin: server.app.httpUrl, name: "connect", value: "x'y", path: "/", attributes: "" });
    await browser.get(await server.grid());
    expect(browser.cookies[0]!.value).toMatch(/^[\w-]{43}$/);
  });
});

describe("a form", () => {
  const withAccount = async () => {
    const { key, profile } = await server.newProfile();
    const browser = new Browser();
    const grid = await browser.follow(
      await browser.get(await server.grid({ allowedSocial: ["reddit"] }, { "profile-key": key })),
      "Connect Reddit",
    );
    return { browser, grid, profile };
  };
  const statusOf = async (profileId: string) => (await server.accounts(profileId)).map(({ status }) => status);

  it.each<[string, (given: { browser: Browser; action: string; fields: Record<string, string> }) => Promise<Page>]>([
    ["without its token", ({ browser, action, fields: { account = "" } }) => browser.post(action, { account })],
    ["with an empty token", ({ browser, action, fields }) => browser.post(action, { ...fields, form: "" })],
    ["with another token", ({ browser, action, fields }) => browser.post(action, { ...fields, form: "A".repeat(43) })],
    [
      "from another site",
      ({ browser, action, fields }) => browser.post(action, fields, { "sec-fetch-site": "cross-site" }),
    ],
    [
      "from another host of the site",
      ({ browser, action, fields }) => browser.post(action, fields, { "sec-fetch-site": "same-site" }),
    ],
    ["from a browser without cookies", ({ action, fields }) => new Browser().post(action, fields)],
    ["as JSON", ({ browser, action, fields }) => browser.post(action, fields, { "content-type": "application/json" })],
    ["as plain text", ({ browser, action, fields }) => browser.post(action, fields, { "content-type": "text/plain" })],
  ])("%s disconnects nothing", async (_name, send) => {
    const { browser, grid, profile } = await withAccount();
    const { action, fields } = formIn(grid);
    const page = await send({ browser, action: new URL(action, grid.url).href, fields });
    await expectRefusal(page, 403, /not sent by this page/, await countAccounts());
    expect(await statusOf(profile._id)).toEqual(["connected"]);
  });

  it("with the token of another session in the same browser disconnects nothing", async () => {
    const { browser, grid, profile } = await withAccount();
    const other = await browser.get(await server.grid());
    const token = /name="form" value="([^"]+)"/.exec(other.text)?.[1] ?? "none";
    const { action, fields } = formIn(grid);
    const page = await browser.post(new URL(action, grid.url).href, { ...fields, form: token });
    expect(page.status).toBe(403);
    expect(await statusOf(profile._id)).toEqual(["connected"]);
  });

  it.each<[string, () => Promise<string>]>([
    ["of another profile", async () => (await server.accounts((await withAccount()).profile._id))[0]!._id],
    ["that does not exist", async () => "11111111-1111-4111-8111-111111111111"],
    ["that is an operator", async () => '{"$ne":1}'],
  ])("that names an account %s disconnects nothing", async (_name, accountOf) => {
    const account = await accountOf();
    const { browser, grid, profile } = await withAccount();
    expect((await browser.submit(grid, { account })).status).toBe(200);
    expect(await statusOf(profile._id)).toEqual(["connected"]);
    expect(
      await server.store.collection("socialAccount").countDocuments({ _id: account as never, status: "disconnected" }),
    ).toBe(0);
  });

  it("that chooses what was not offered connects nothing", async () => {
    const before = await countAccounts();
    for (const path of ["preview/x", `preview/${"0".repeat(64)}`, `live/${"0".repeat(64)}`, "nowhere/0"]) {
      const url = `${server.app.httpUrl}/connect/choose/${path}`;
      await expectRefusal(await new Browser().get(url), 400, /not the end of a sign-in/, before);
    }
  });
});
