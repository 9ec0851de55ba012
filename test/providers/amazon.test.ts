import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LoopbackFailure } from "../../examples/starter/stand-ins/loopback.ts";
import { type AmazonSettings, checkAmazonToken, verifyAmazon } from "../../src/providers/amazon.ts";
import { ProviderUnavailable } from "../../src/providers/provider.ts";
import { type AmazonStandIn, type AmazonUser, amazonError, startAmazonStandIn } from "../support/stand-ins/amazon.ts";
import { context, failureOf, hasty, NOW, TROUBLES } from "./support.ts";

const CLIENT_ID = "amzn1.application-oa2-client.0011";
const APPLICATION_ID = "amzn1.application.0011";
const TOKEN = "Atza|token-of-ann";
const SECRETS = [TOKEN, "token-of"];
const ann: AmazonUser = { id: "amzn1.account.ANN", name: "Ann", accessTokens: [TOKEN], secondsLeft: 818 };

let amazon: AmazonStandIn;
let settings: AmazonSettings;
beforeEach(async () => {
  amazon = await startAmazonStandIn({ clientId: CLIENT_ID, applicationId: APPLICATION_ID, users: [ann] });
  settings = { clientId: CLIENT_ID, apiUrl: amazon.url };
});
afterEach(() => amazon.close());

describe("verifyAmazon", () => {
  test("returns the profile, the token and its expiry, without friends", async () => {
    expect(await verifyAmazon({ accessToken: TOKEN }, settings, context)).toEqual({
      id: ann.id,
      displayName: "Ann",
      token: TOKEN,
      tokenExpiresAt: NOW + 818_000,
    });
    expect(amazon.requests.map(({ path }) => path)).toEqual(["/auth/o2/tokeninfo", "/user/profile"]);
    expect(amazon.requests[1]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  test("also accepts a token by its application id", async () => {
    const byApplication = { ...settings, clientId: APPLICATION_ID };
    expect((await verifyAmazon({ accessToken: TOKEN }, byApplication, context)).id).toBe(ann.id);
  });

  test.each([{ scopes: ["profile:user_id"] }, { scopes: [] }])(
    "returns no name if the player granted only $scopes",
    async ({ scopes }) => {
      amazon.addUser({ ...ann, scopes });
      const profile = await verifyAmazon({ accessToken: TOKEN }, settings, context);
      expect(profile.id).toBe(ann.id);
      expect(profile).not.toHaveProperty("displayName");
    },
  );

  const other: AmazonUser = { id: "amzn1.account.EVE", name: "Eve", accessTokens: ["Atza|token-of-eve"] };
  const refused = "accessToken: NOTAUTHENTICATED";
  const profileOf = (answer: { status?: number; body: unknown }): LoopbackFailure => ({
    kind: "answer",
    path: "/user/profile",
    answer,
  });
  const refusals: {
    name: string;
    accessToken?: string;
    user?: AmazonUser;
    failure?: LoopbackFailure;
    expected: string;
  }[] = [
    { name: "no token", expected: "accessToken: REQUIRED" },
    { name: "an empty token", accessToken: "", expected: "accessToken: REQUIRED" },
    { name: "a token nobody knows", accessToken: "Atza|token-of-nobody", expected: refused },
    { name: "a token with a line break", accessToken: `${TOKEN}\r\nx: y`, expected: refused },
    {
      name: "a token of another app",
      user: { ...other, clientId: "other" },
      accessToken: "Atza|token-of-eve",
      expected: refused,
    },
    {
      name: "a token that ended",
      user: { ...other, secondsLeft: 0 },
      accessToken: "Atza|token-of-eve",
      expected: refused,
    },
    {
      name: "a profile that is another user's",
      accessToken: TOKEN,
      failure: profileOf({ body: { user_id: other.id, name: "Eve" } }),
      expected: refused,
    },
    {
      name: "a token that is revoked before the profile is read",
      accessToken: TOKEN,
      failure: profileOf(amazonError(401, "invalid_token", TOKEN)),
      expected: refused,
    },
    {
      name: "an error of the profile that is not about the token",
      accessToken: TOKEN,
      failure: profileOf(amazonError(400, "invalid_request", TOKEN)),
      expected: "unavailable AM",
    },
    {
      name: "an error of the token check that is not about the token",
      accessToken: TOKEN,
      failure: { kind: "answer", path: "/auth/o2/tokeninfo", answer: amazonError(400, "slow_down", TOKEN) },
      expected: "unavailable AM",
    },
  ];
  test.each(refusals)("refuses $name", async ({ accessToken, user, failure, expected }) => {
    if (user) amazon.addUser(user);
    if (failure) amazon.failWith(failure);
    expect(await failureOf(verifyAmazon({ accessToken }, settings, context), SECRETS)).toBe(expected);
  });

  test.each(
    ["/auth/o2/tokeninfo", "/user/profile"].flatMap((path) => TROUBLES.map((trouble) => ({ ...trouble, path }))),
  )("is unavailable on $name from $path", async ({ path, failure, isHasty, reason }) => {
    amazon.failWith({ ...failure, path });
    const attempt = verifyAmazon({ accessToken: TOKEN }, settings, isHasty ? hasty : context);
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable AM");
    await expect(attempt).rejects.toThrow(reason);
  });
});

describe("checkAmazonToken", () => {
  test("reports an active token and its expiry", async () => {
    expect(await checkAmazonToken(TOKEN, settings, context)).toEqual({ active: true, expiresAt: NOW + 818_000 });
  });

  test("reports a revoked token, one of another app and an unknown one as inactive", async () => {
    amazon.revoke(TOKEN);
    amazon.addUser({ ...ann, accessTokens: ["foreign"], clientId: "other" });
    for (const token of [TOKEN, "foreign", "unknown", "not a token"]) {
      expect(await checkAmazonToken(token, settings, context)).toEqual({ active: false });
    }
  });

  test("throws ProviderUnavailable when Amazon fails", async () => {
    amazon.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    await expect(checkAmazonToken(TOKEN, settings, context)).rejects.toBeInstanceOf(ProviderUnavailable);
  });
});
