import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ProviderCalls } from "../../src/providers/calls.ts";
import { type NintendoSettings, verifyNintendo } from "../../src/providers/nintendo.ts";
import { type NintendoStandIn, startNintendoStandIn } from "../support/stand-ins/nintendo.ts";
import { context, failureOf, NOW, TROUBLES } from "./support.ts";

const APPLICATION = "0100abf008968000";
const ANN = "b4922963e6b8deb2";
const SECRETS = ["eyJ"];

let nintendo: NintendoStandIn;
let settings: NintendoSettings;
beforeEach(async () => {
  nintendo = await startNintendoStandIn(APPLICATION, () => NOW);
  settings = { applicationId: APPLICATION, issuer: nintendo.url };
});
afterEach(() => nintendo.close());

const token = (more?: Record<string, unknown>) => nintendo.signer.sign(nintendo.claims(ANN, more));
const verify = (nsaIdToken: string, more: Partial<Parameters<typeof verifyNintendo>[0]> = {}) =>
  verifyNintendo({ nsaIdToken, displayName: "Ann", ...more }, settings, context);

describe("verifyNintendo", () => {
  test("returns the account of the token and the name of the request, without token and friends", async () => {
    expect(await verify(token())).toEqual({ id: ANN, displayName: "Ann" });
  });

  test("returns the console's login id with accountPerLoginId", async () => {
    expect((await verify(token(), { accountPerLoginId: true })).id).toBe(`login-${ANN}`);
    expect((await verify(token(), { accountPerLoginId: false })).id).toBe(ANN);
  });

  test("accepts the application id in upper case, and another audience and keys URL", async () => {
    const { ai, ...nintendoClaims } = { ai: APPLICATION.toUpperCase(), av: "0001" };
    const other = token({ aud: "other", iss: "https://dev.example", nintendo: { ai, ...nintendoClaims } });
    const keysUrl = `${nintendo.url}/1.0.0/certificates`;
    const there = { ...settings, issuer: "https://dev.example", audience: "other", keysUrl };
    expect((await verifyNintendo({ nsaIdToken: other, displayName: "Ann" }, there, context)).id).toBe(ANN);
  });

  const refused = "nsaIdToken: NOTAUTHENTICATED";
  const refusals: { name: string; made: () => string; more?: object; expected?: string }[] = [
    { name: "no token", made: () => "", expected: "nsaIdToken: REQUIRED" },
    { name: "no name", made: token, more: { displayName: undefined }, expected: "displayName: REQUIRED" },
    { name: "an empty name", made: token, more: { displayName: "" }, expected: "displayName: REQUIRED" },
    { name: "text that is no token", made: () => "eyJhbGciOi" },
    { name: "a token of another application", made: () => token({ nintendo: { ai: "0100000000010000" } }) },
    { name: "a token of no application", made: () => token({ nintendo: undefined }) },
    { name: "a token for another audience", made: () => token({ aud: "other" }) },
    { name: "a token of another issuer", made: () => token({ iss: "https://elsewhere.example" }) },
    { name: "an expired token", made: () => token({ exp: NOW / 1000 - 61 }) },
    { name: "a token without expiry", made: () => token({ exp: undefined }) },
    { name: "an access token", made: () => token({ typ: "token" }) },
    { name: "a token with a strange account", made: () => token({ sub: "a b" }) },
    {
      name: "a token without login id, if that is the account",
      made: () => token({ "bs:did": undefined }),
      more: { accountPerLoginId: true },
    },
    { name: "a token with a forged signature", made: () => nintendo.signer.forge(nintendo.claims(ANN)) },
    { name: "a token without signature", made: () => nintendo.signer.unsigned(nintendo.claims(ANN)) },
    { name: "a token signed with the public key", made: () => nintendo.signer.confused(nintendo.claims(ANN)) },
    {
      name: "a token that says where its keys are",
      made: () => nintendo.signer.forge(nintendo.claims(ANN), { jku: "https://elsewhere.example/keys" }),
    },
  ];
  test.each(refusals)("refuses $name", async ({ made, more, expected = refused }) => {
    expect(await failureOf(verify(made(), more), SECRETS)).toBe(expected);
    expect(nintendo.requests.every(({ path }) => path === "/1.0.0/certificates")).toBe(true);
  });

  // How long jose waits for keys has its test in calls.test.ts.
  test.each(TROUBLES.filter(({ isHasty }) => !isHasty))(
    "is unavailable on $name from the keys",
    async ({ failure }) => {
      nintendo.failWith(failure);
      const fresh = { ...context, calls: new ProviderCalls() };
      const attempt = verifyNintendo({ nsaIdToken: token(), displayName: "Ann" }, settings, fresh);
      expect(await failureOf(attempt, SECRETS)).toBe("unavailable NX");
    },
  );
});
