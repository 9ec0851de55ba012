import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ProviderUnavailable } from "../../src/providers/provider.ts";
import { checkXboxOneToken, verifyXboxOne } from "../../src/providers/xbox-one.ts";
import type { XboxSettings } from "../../src/providers/xbox-profile.ts";
import { startXboxStandIn, XBOX_USER_HASH, type XboxStandIn } from "../support/stand-ins/xbox.ts";
import { context, failureOf, hasty, TROUBLES } from "./support.ts";

/** What both Xbox systems have in common is tested with Xbox Live. */
const TOKEN = `XBL3.0 x=${XBOX_USER_HASH};eyJ.token-of-ann`;
const SECRETS = ["token-of", "eyJ"];
const ann = { id: "2584878536129841", name: "Ann", tokens: ["eyJ.token-of-ann"], people: [] };

let xbox: XboxStandIn;
let settings: XboxSettings;
beforeEach(async () => {
  xbox = await startXboxStandIn({ users: [ann] });
  settings = { profileUrl: xbox.url };
});
afterEach(() => xbox.close());

describe("verifyXboxOne", () => {
  test.each([undefined, "RETAIL", "XDKS.1"])(
    "returns the user and the token, without friends (sandbox %s)",
    async (sandbox) => {
      const profile = await verifyXboxOne({ token: TOKEN, sandbox }, settings, context);
      expect(profile).toEqual({ id: ann.id, displayName: "Ann", token: TOKEN });
      expect(xbox.requests.map(({ path }) => path)).toEqual(["/users/me/profile/settings"]);
    },
  );

  const refused = "token: NOTAUTHENTICATED";
  test.each([
    { name: "no token", token: undefined, expected: "token: REQUIRED" },
    { name: "an empty token", token: "", expected: "token: REQUIRED" },
    { name: "text that is no token", token: "eyJ.token-of-ann", expected: refused },
    { name: "an unknown, expired or revoked token", token: `${TOKEN}x`, expected: refused },
  ])("refuses $name", async ({ token, expected }) => {
    expect(await failureOf(verifyXboxOne({ token }, settings, context), SECRETS)).toBe(expected);
  });

  test.each(TROUBLES)("is unavailable on $name", async ({ failure, isHasty, reason }) => {
    xbox.failWith(failure);
    const attempt = verifyXboxOne({ token: TOKEN }, settings, isHasty ? hasty : context);
    expect(await failureOf(attempt, SECRETS)).toBe("unavailable X1");
    await expect(attempt).rejects.toThrow(reason);
  });
});

describe("checkXboxOneToken", () => {
  test("reports a good token as active and a revoked one as inactive", async () => {
    expect(await checkXboxOneToken(TOKEN, settings, context)).toEqual({ active: true });
    xbox.revoke("eyJ.token-of-ann");
    expect(await checkXboxOneToken(TOKEN, settings, context)).toEqual({ active: false });
  });

  test("throws ProviderUnavailable when Xbox services fail", async () => {
    xbox.failWith({ kind: "answer", answer: { status: 500, body: {} } });
    await expect(checkXboxOneToken(TOKEN, settings, context)).rejects.toBeInstanceOf(ProviderUnavailable);
  });
});
