import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LoopbackServer, startLoopbackServer } from "../../examples/starter/stand-ins/loopback.ts";
import { ProviderCalls } from "../../src/providers/calls.ts";
import { type GameCenterSettings, gameCenter } from "../../src/providers/game-center.ts";
import { settingsIn } from "../../src/providers/index.ts";
import { startTestApp, testGame } from "../support/app.ts";
import { ok } from "../support/social.ts";
import { startGameCenterStandIn } from "../support/stand-ins/game-center.ts";
import { type IdTokenSigner, idTokenSigner } from "../support/stand-ins/id-tokens.ts";
import { context, failureOf, NOW } from "./support.ts";

const SECRETS = ["eyJ", "relay.example"];
const SUBJECT = "000792.d71059495fa24644b94e4a644e2e3b4a.0638";
const claims = {
  iss: "https://appleid.apple.com",
  aud: "com.example.game",
  sub: SUBJECT,
  exp: NOW / 1000 + 600,
  email: "ann@relay.example",
};

let signer: IdTokenSigner;
let server: LoopbackServer;
let settings: GameCenterSettings;
beforeAll(async () => {
  signer = idTokenSigner("RS256");
  server = await startLoopbackServer(0, () => ({ body: signer.keys }));
  const entry = { bundleId: "com.example.game", signInClientIds: ["com.example.web"], signInKeysUrl: server.url };
  settings = settingsIn({ apple: entry }, gameCenter)!;
});
afterAll(() => server.close());

const verify = (signature: string, more: { externalPlayerId?: string; displayName?: string } = {}) =>
  gameCenter.verify({ signature, ...more }, settings, { ...context, calls: new ProviderCalls() });

describe("Sign in with Apple", () => {
  test("needs the identity token only, and marks the account's id", async () => {
    const token = signer.sign(claims);
    expect(gameCenter.missing({ signature: token })).toBeUndefined();
    expect(await verify(token)).toEqual({ id: `apple:${SUBJECT}` });
    expect(await verify(token, { displayName: "Ann" })).toEqual({ id: `apple:${SUBJECT}`, displayName: "Ann" });
  });

  test("accepts a token for a Services ID that is configured", async () => {
    expect((await verify(signer.sign({ ...claims, aud: "com.example.web" }))).id).toBe(`apple:${SUBJECT}`);
  });

  test("checks externalPlayerId if it is sent, with or without the mark", async () => {
    const token = signer.sign(claims);
    expect((await verify(token, { externalPlayerId: SUBJECT })).id).toBe(`apple:${SUBJECT}`);
    expect((await verify(token, { externalPlayerId: `apple:${SUBJECT}` })).id).toBe(`apple:${SUBJECT}`);
    for (const externalPlayerId of ["000793.other", "apple:000793.other", "G:1"]) {
      const refused = await failureOf(verify(token, { externalPlayerId }), SECRETS);
      expect(refused).toBe("externalPlayerId: NOTAUTHENTICATED");
    }
  });

  test.each([
    { name: "another app's token", token: () => signer.sign({ ...claims, aud: "com.evil" }) },
    { name: "another issuer's token", token: () => signer.sign({ ...claims, iss: "https://accounts.google.com" }) },
    { name: "an expired token", token: () => signer.sign({ ...claims, exp: NOW / 1000 - 61 }) },
    { name: "an unsigned token", token: () => signer.unsigned(claims) },
    { name: "an HMAC with the published key", token: () => signer.confused(claims) },
    { name: "a forged token", token: () => signer.forge(claims) },
    { name: "a token of an unknown key", token: () => signer.sign(claims, { kid: "other" }) },
  ])("refuses $name", async ({ token }) => {
    expect(await failureOf(verify(token()), SECRETS)).toBe("signature: NOTAUTHENTICATED");
  });

  test("is unavailable while Apple's keys cannot be read", async () => {
    server.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    expect(await failureOf(verify(signer.sign(claims)), SECRETS)).toBe("unavailable GC");
    server.heal();
  });
});

test("a Game Center identity cannot have the id of an Apple account, even if Apple signed it", async () => {
  const apple = await startGameCenterStandIn({ bundleId: "com.example.game", now: () => NOW });
  try {
    const identity = { ...apple.signIdentity(`apple:${SUBJECT}`), displayName: "Eve" };
    const attempt = gameCenter.verify(identity, settingsIn({ apple: apple.integration }, gameCenter)!, context);
    expect(await failureOf(attempt, SECRETS)).toBe("externalPlayerId: NOTAUTHENTICATED");
  } finally {
    await apple.close();
  }
});

test("a client logs in with Apple over its socket, and is found again", async () => {
  const entry = { bundleId: "com.example.game", signInKeysUrl: server.url };
  const app = await startTestApp({ game: testGame([], { integrations: { apple: entry } }) });
  try {
    const token = signer.sign({ ...claims, exp: app.clock.now() / 1000 + 600 });
    const client = await app.client();
    const made = await ok(client.request("GameCenterConnectRequest", { signature: token, displayName: "Ann" }));
    expect(made).toMatchObject({ displayName: "Ann", newPlayer: true });
    expect(await client.request("AccountDetailsRequest")).toMatchObject({ externalIds: { GC: `apple:${SUBJECT}` } });
    const again = await ok((await app.client()).request("GameCenterConnectRequest", { signature: token }));
    expect(again).toMatchObject({ userId: made["userId"], newPlayer: false });
  } finally {
    await app.discard();
  }
});
