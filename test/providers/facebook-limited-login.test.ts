import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LoopbackServer, startLoopbackServer } from "../../examples/starter/stand-ins/loopback.ts";
import { ProviderCalls } from "../../src/providers/calls.ts";
import { facebook, verifyFacebook } from "../../src/providers/facebook.ts";
import type { FacebookSettings } from "../../src/providers/facebook-graph.ts";
import { settingsIn } from "../../src/providers/index.ts";
import { type IdTokenSigner, idTokenSigner } from "../support/stand-ins/id-tokens.ts";
import { context, failureOf, NOW } from "./support.ts";

const SECRETS = ["app-secret", "eyJ"];
const claims = {
  iss: "https://www.facebook.com",
  aud: "1234567890",
  sub: "10215241773831025",
  exp: NOW / 1000 + 3600,
  name: "Ann",
};

let signer: IdTokenSigner;
let server: LoopbackServer;
let settings: FacebookSettings;
beforeAll(async () => {
  signer = idTokenSigner("RS256");
  server = await startLoopbackServer(0, () => ({ body: signer.keys }));
  const entry = { facebookAppId: "1234567890", facebookSecret: "app-secret", graphUrl: `${server.url}/graph` };
  settings = settingsIn({ facebook: { ...entry, limitedLoginKeysUrl: `${server.url}/jwks/` } }, facebook)!;
});
afterAll(() => server.close());

const verify = (accessToken: string, maxFriends = 1000) =>
  verifyFacebook({ accessToken }, settings, { ...context, calls: new ProviderCalls(), maxFriends });

describe("Limited Login", () => {
  test("names the account that the classic login names, without a call to Graph", async () => {
    server.requests.length = 0;
    expect(await verify(signer.sign(claims))).toEqual({ id: claims.sub, displayName: "Ann" });
    expect(server.requests.map(({ path }) => path)).toEqual(["/jwks"]);
    const elsewhere = { ...claims, iss: "https://limited.facebook.com", name: undefined };
    expect(await verify(signer.sign(elsewhere))).toEqual({ id: claims.sub });
  });

  test("lists the friends that the token has, up to the limit", async () => {
    const token = signer.sign({ ...claims, user_friends: ["1", "2", "2", 3, "", "x".repeat(129), "4"] });
    expect((await verify(token)).friends).toEqual([{ id: "1" }, { id: "2" }, { id: "4" }]);
    expect((await verify(token, 1)).friends).toEqual([{ id: "1" }]);
    expect(await verify(token, 0)).not.toHaveProperty("friends");
    expect((await verify(signer.sign({ ...claims, user_friends: [] }))).friends).toEqual([]);
    expect(await verify(signer.sign({ ...claims, user_friends: "1" }))).not.toHaveProperty("friends");
  });

  test.each([
    { name: "another app's token", token: () => signer.sign({ ...claims, aud: "999" }) },
    {
      name: "another issuer's token",
      token: () => signer.sign({ ...claims, iss: "https://facebook.com.evil.example" }),
    },
    { name: "an expired token", token: () => signer.sign({ ...claims, exp: NOW / 1000 - 61 }) },
    { name: "an unsigned token", token: () => signer.unsigned(claims) },
    { name: "an HMAC with the published key", token: () => signer.confused(claims) },
    { name: "a forged token", token: () => signer.forge(claims) },
    { name: "a token of an unknown key", token: () => signer.sign(claims, { kid: "other" }) },
  ])("refuses $name", async ({ token }) => {
    expect(await failureOf(verify(token()), SECRETS)).toBe("accessToken: NOTAUTHENTICATED");
  });

  test("is unavailable while the keys cannot be read", async () => {
    server.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    expect(await failureOf(verify(signer.sign(claims)), SECRETS)).toBe("unavailable FB");
    server.heal();
  });
});
