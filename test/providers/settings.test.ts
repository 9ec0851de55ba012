import { describe, expect, test } from "vitest";
import { startFacebookStandIn } from "../../examples/starter/stand-ins/facebook.ts";
import { checkToken, IntegrationError, integrationProblems, providers } from "../../src/providers/index.ts";
import { startAmazonStandIn } from "../support/stand-ins/amazon.ts";
import { context } from "./support.ts";

/** As an exported configuration has it: every key there, and null where nothing was set. */
const exported = {
  "@id": "/game/x/config/integrations",
  amazon: { "@id": "/x", admClientId: null, amazonAppId: null, segmentData: null },
  apple: { "@id": "/x", bundleId: null, useIosProdCert: false, segmentData: null },
  facebook: { "@id": "/x", facebookAppId: null, facebookSecret: null, segmentData: [] },
};

describe("providers", () => {
  test.each([undefined, null, 1, "x", [], {}, exported, { facebook: null, amazon: 1, apple: [] }])(
    "are not configured in %j",
    (integrations) => {
      for (const read of Object.values(providers)) expect(read(integrations)).toBeUndefined();
      expect(integrationProblems(integrations)).toEqual([]);
    },
  );

  test("are not configured by inherited members", () => {
    const integrations = JSON.parse('{"__proto__": {"facebook": {"facebookAppId": "1", "facebookSecret": "s"}}}');
    expect(providers.facebook(integrations)).toBeUndefined();
    expect(
      providers.facebook(Object.create({ facebook: { facebookAppId: "1", facebookSecret: "s" } })),
    ).toBeUndefined();
  });

  test("are read from an exported configuration", () => {
    const integrations = {
      facebook: { facebookAppId: "123", facebookSecret: "s" },
      amazon: { amazonAppId: "amzn1.x" },
      apple: { bundleId: "com.x" },
    };
    expect(providers.facebook(integrations)).toEqual({ appId: "123", appSecret: "s" });
    expect(providers.amazon(integrations)).toEqual({ clientId: "amzn1.x" });
    expect(providers.gameCenter(integrations)).toEqual({ bundleId: "com.x", allowSha1: false });
  });

  test("are read with the keys that Rekindle adds", () => {
    const facebook = {
      facebookAppId: 123,
      facebookSecret: "s",
      graphUrl: "http://127.0.0.1:5/v1.0/",
      redirectUri: "r",
    };
    expect(providers.facebook({ facebook })).toEqual({
      appId: "123",
      appSecret: "s",
      graphUrl: "http://127.0.0.1:5/v1.0",
      redirectUri: "r",
    });
    const amazon = { amazonAppId: "M3", amazonClientId: "amzn1.c", apiUrl: "https://api.amazon.co.uk" };
    expect(providers.amazon({ amazon })).toEqual({ clientId: "amzn1.c", apiUrl: "https://api.amazon.co.uk" });
    const apple = {
      bundleId: "b",
      gameCenterMaxAgeSeconds: 60,
      gameCenterAllowSha1: true,
      certificateOrigin: "http://[::1]:7",
    };
    expect(providers.gameCenter({ apple })).toEqual({
      bundleId: "b",
      maxAgeMs: 60_000,
      allowSha1: true,
      certificateOrigin: "http://[::1]:7",
    });
  });

  test.each([
    { facebookAppId: "1" },
    { facebookSecret: "s" },
    { facebookAppId: "1", facebookSecret: "" },
    { facebookAppId: " ", facebookSecret: "s" },
  ])("need both id and secret: %j", (facebook) => {
    expect(providers.facebook({ facebook })).toBeUndefined();
  });

  const facebook = { facebookAppId: "1", facebookSecret: "s" };
  test.each([
    { integrations: { facebook: { ...facebook, graphUrl: "http://graph.facebook.com" } }, names: "facebook.graphUrl" },
    {
      integrations: { facebook: { ...facebook, graphUrl: "http://127.0.0.1.evil.example" } },
      names: "facebook.graphUrl",
    },
    { integrations: { facebook: { ...facebook, graphUrl: "https://u:secret@x.example" } }, names: "facebook.graphUrl" },
    { integrations: { facebook: { ...facebook, graphUrl: "https://x.example?secret=1" } }, names: "facebook.graphUrl" },
    { integrations: { facebook: { ...facebook, graphUrl: "secret" } }, names: "facebook.graphUrl" },
    { integrations: { facebook: { ...facebook, facebookSecret: ["secret"] } }, names: "facebook.facebookSecret" },
    { integrations: { amazon: { amazonAppId: "a", apiUrl: "ftp://secret.example" } }, names: "amazon.apiUrl" },
    {
      integrations: { apple: { bundleId: "b", certificateOrigin: "http://secret.example" } },
      names: "apple.certificateOrigin",
    },
    {
      integrations: { apple: { bundleId: "b", gameCenterMaxAgeSeconds: "9" } },
      names: "apple.gameCenterMaxAgeSeconds",
    },
    { integrations: { apple: { bundleId: "b", gameCenterMaxAgeSeconds: 0 } }, names: "apple.gameCenterMaxAgeSeconds" },
    {
      integrations: { apple: { bundleId: "b", certificateAuthorities: ["secret"] } },
      names: "apple.certificateAuthorities",
    },
    {
      integrations: { apple: { bundleId: "b", certificateAuthorities: "secret" } },
      names: "apple.certificateAuthorities",
    },
  ])("say what is wrong with $names, without its value", ({ integrations, names }) => {
    const problems = integrationProblems(integrations);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`integrations.${names} must be `);
    expect(problems[0]).not.toContain("secret.example");
    expect(problems[0]).not.toMatch(/"secret"|:secret|=1/);
    expect(() => Object.values(providers).forEach((read) => void read(integrations))).toThrow(IntegrationError);
  });
});

describe("checkToken", () => {
  test("asks the system that issued the token", async () => {
    const facebook = await startFacebookStandIn({
      appId: "1",
      appSecret: "s",
      users: [{ id: "9", name: "Ann", accessTokens: ["fb"] }],
    });
    const amazon = await startAmazonStandIn({ clientId: "c", users: [{ id: "8", name: "Ann", accessTokens: ["am"] }] });
    try {
      const integrations = {
        facebook: { facebookAppId: "1", facebookSecret: "s", graphUrl: facebook.url },
        amazon: { amazonAppId: "c", apiUrl: amazon.url },
      };
      expect(await checkToken("FB", "fb", integrations, context)).toEqual({ active: true });
      expect(await checkToken("FB", "am", integrations, context)).toEqual({ active: false });
      expect(await checkToken("AM", "am", integrations, context)).toMatchObject({ active: true });
      expect(await checkToken("AM", "fb", integrations, context)).toEqual({ active: false });
    } finally {
      await Promise.all([facebook.close(), amazon.close()]);
    }
  });

  test("returns undefined for systems without tokens and unconfigured ones", async () => {
    for (const systemId of ["GC", "FB", "AM", "ST"] as const) {
      expect(await checkToken(systemId, "token", {}, context)).toBeUndefined();
    }
  });
});
