import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type LoopbackServer, startLoopbackServer } from "../../examples/starter/stand-ins/loopback.ts";
import { ProviderCalls } from "../../src/providers/calls.ts";
import { type ExpectedIdToken, looksLikeIdToken, verifyIdToken } from "../../src/providers/id-token.ts";
import { type IdTokenSigner, idTokenSigner } from "../support/stand-ins/id-tokens.ts";
import { context as base, failureOf, NOW, TROUBLES } from "./support.ts";

const ISSUER = "https://accounts.example";
const AUDIENCE = "game-1";
const SECRETS = ["eyJ", "ann@example.com"];
const claims = { iss: ISSUER, aud: AUDIENCE, sub: "1001", exp: NOW / 1000 + 600, email: "ann@example.com" };

let signer: IdTokenSigner;
let published: unknown;
let server: LoopbackServer;
beforeAll(async () => {
  signer = idTokenSigner();
  published = signer.keys;
  server = await startLoopbackServer(0, () => ({ body: published }));
});
afterAll(() => server.close());
afterEach(() => {
  server.heal();
  published = signer.keys;
});

/** Each call fetches the keys, unless `calls` are shared. */
function verify(token: string, more: Partial<ExpectedIdToken> = {}, calls = new ProviderCalls()) {
  const expected = { systemId: "GP", field: "code", keysUrl: `${server.url}/keys`, issuer: ISSUER } as const;
  return verifyIdToken(token, { ...expected, audience: AUDIENCE, ...more }, { ...base, calls });
}

describe("verifyIdToken", () => {
  test.each(["ES256", "RS256"] as const)("returns the claims of a token signed with %s", async (alg) => {
    const own = idTokenSigner(alg);
    published = own.keys;
    expect(await verify(own.sign(claims))).toEqual(claims);
  });

  test("fetches the keys once", async () => {
    const calls = new ProviderCalls();
    const before = server.requests.length;
    for (let n = 0; n < 3; n++) await verify(signer.sign(claims), {}, calls);
    expect(server.requests.length - before).toBe(1);
  });

  test("accepts any of several issuers and audiences", async () => {
    const several = { issuer: ["accounts.example", ISSUER], audience: ["game-2", AUDIENCE] };
    expect((await verify(signer.sign({ ...claims, aud: [AUDIENCE] }), several)).sub).toBe("1001");
  });

  test("allows 60 seconds of clock skew", async () => {
    const at = (seconds: number) => verify(signer.sign({ ...claims, exp: NOW / 1000 + seconds }));
    expect((await at(-59)).sub).toBe("1001");
    expect(await failureOf(at(-60), SECRETS)).toBe("code: NOTAUTHENTICATED");
    expect((await verify(signer.sign({ ...claims, nbf: NOW / 1000 + 60 }))).sub).toBe("1001");
  });

  const { exp: _, ...endless } = claims;
  const { sub: __, ...nobody } = claims;
  const refused: { name: string; token: () => string; reason: RegExp }[] = [
    { name: "another app's token", token: () => signer.sign({ ...claims, aud: "game-2" }), reason: /aud/ },
    {
      name: "a token that is also for another app",
      token: () => signer.sign({ ...claims, aud: [AUDIENCE, "game-2"] }),
      reason: /other apps/,
    },
    { name: "a token without audience", token: () => signer.sign({ ...claims, aud: undefined }), reason: /aud/ },
    {
      name: "another issuer's token",
      token: () => signer.sign({ ...claims, iss: "https://x.example" }),
      reason: /iss/,
    },
    { name: "a token without expiry", token: () => signer.sign(endless), reason: /exp/ },
    { name: "a token whose expiry is text", token: () => signer.sign({ ...claims, exp: "9999999999" }), reason: /exp/ },
    { name: "a token of the future", token: () => signer.sign({ ...claims, nbf: NOW / 1000 + 61 }), reason: /nbf/ },
    { name: "a token without subject", token: () => signer.sign(nobody), reason: /subject/ },
    { name: "a token with an empty subject", token: () => signer.sign({ ...claims, sub: "" }), reason: /subject/ },
    { name: "a token with a number as subject", token: () => signer.sign({ ...claims, sub: 1001 }), reason: /sub/ },
    { name: "a subject without end", token: () => signer.sign({ ...claims, sub: "1".repeat(256) }), reason: /subject/ },
    { name: "an unsigned token", token: () => signer.unsigned(claims), reason: /ALG_NOT_ALLOWED/ },
    {
      name: "an HMAC with the published key as secret",
      token: () => signer.confused(claims),
      reason: /ALG_NOT_ALLOWED/,
    },
    { name: "a forger's signature", token: () => signer.forge(claims), reason: /SIGNATURE_VERIFICATION_FAILED/ },
    {
      name: "a key that is not published",
      token: () => signer.sign(claims, { kid: "other" }),
      reason: /unknown key/,
    },
    {
      name: "changed claims under a good signature",
      token: () => {
        const [header, , signature] = signer.sign(claims).split(".");
        const other = Buffer.from(JSON.stringify({ ...claims, sub: "1002" })).toString("base64url");
        return `${header}.${other}.${signature}`;
      },
      reason: /SIGNATURE_VERIFICATION_FAILED/,
    },
    {
      name: "an extension that must be understood",
      token: () => signer.sign(claims, { crit: ["x"], x: 1 }),
      reason: /ERR_JO/,
    },
    { name: "an empty text", token: () => "", reason: /well-formed/ },
    { name: "a text that is no token", token: () => "EAAB-token", reason: /well-formed/ },
    { name: "a token with a line break", token: () => `${signer.sign(claims)}\n`, reason: /well-formed/ },
    { name: "a token without end", token: () => signer.sign({ ...claims, x: "x".repeat(16_384) }), reason: /formed/ },
  ];
  test.each(refused)("refuses $name", async ({ token, reason }) => {
    const attempt = verify(token());
    expect(await failureOf(attempt, SECRETS)).toBe("code: NOTAUTHENTICATED");
    await expect(attempt).rejects.toThrow(reason);
  });

  test("does not fetch keys again for each unknown one", async () => {
    const calls = new ProviderCalls();
    const before = server.requests.length;
    for (const kid of ["a", "b", "c"])
      expect(await failureOf(verify(signer.sign(claims, { kid }), {}, calls), SECRETS)).toBe("code: NOTAUTHENTICATED");
    expect(server.requests.length - before).toBe(1);
  });

  // An empty object is no key set: jose says so. Anything of another status than 200 fails before it is read.
  test.concurrent.each(TROUBLES)("is unavailable on $name from the keys' URL", async ({ failure }) => {
    const other = await startLoopbackServer(0, () => ({ body: {} }));
    other.failWith(failure);
    try {
      const attempt = verify(signer.sign(claims), { keysUrl: other.url });
      expect(await failureOf(attempt, SECRETS)).toBe("unavailable GP");
    } finally {
      await other.close();
    }
  });

  test.each([{ keys: [{ kty: "EC", crv: "P-256", kid: "stand-in-1", alg: "ES256", x: "AA", y: "AA" }] }, { keys: 1 }])(
    "is unavailable if the published keys are unusable: %j",
    async (keys) => {
      published = keys;
      expect(await failureOf(verify(signer.sign(claims)), SECRETS)).toBe("unavailable GP");
    },
  );
});

describe("looksLikeIdToken", () => {
  test.each([
    { text: undefined },
    { text: "" },
    { text: "ya29.a0AfH6SMB.x" },
    { text: "Atza|IwEBIA" },
    { text: "4/0AX4XfWh" },
    { text: "bnVsbA.e30.e30" },
    { text: "e30.e30.e30" },
  ])("is false for $text", ({ text }) => {
    expect(looksLikeIdToken(text)).toBe(false);
  });

  test("is true for a signed token, even a forged one", () => {
    expect(looksLikeIdToken(signer.forge({}))).toBe(true);
  });
});
