import { describe, expect, test } from "vitest";
import { startFacebookStandIn } from "../../examples/starter/stand-ins/facebook.ts";
import { integrationProblems, providerOf, providers, settingsIn } from "../../src/providers/index.ts";
import { IntegrationError } from "../../src/providers/integration.ts";
import type { SystemId } from "../../src/providers/provider.ts";
import { startAmazonStandIn } from "../support/stand-ins/amazon.ts";
import { context } from "./support.ts";

/** As an exported configuration has it: every key there, and null where nothing was set. */
const exported = {
  "@id": "/game/x/config/integrations",
  amazon: { "@id": "/x", admClientId: null, amazonAppId: null, segmentData: null },
  apple: { "@id": "/x", bundleId: null, useIosProdCert: false, segmentData: null },
  facebook: { "@id": "/x", facebookAppId: null, facebookSecret: null, segmentData: [] },
  microsoft: { "@id": "/x", packageSid: null, pfxFile: null, segmentData: null },
  nx: { "@id": "/x", liveEnvironment: null, nxApplicationId: null, previewEnvironment: null, segmentData: null },
  psn: { "@id": "/x", psnClientId: null, psnClientSecret: null, usePsnDevNetworkLive: null, segmentData: null },
  qq: { "@id": "/x", qqAppId: null, qqAppKey: null, segmentData: null },
};

describe("providers", () => {
  test.each([undefined, null, 1, "x", [], {}, exported, { facebook: null, amazon: 1, apple: [] }])(
    "are not configured in %j",
    (integrations) => {
      for (const provider of providers)
        expect(settingsIn(integrations, provider)).toEqual(provider.notConfigured ? undefined : {});
      expect(integrationProblems(integrations)).toEqual([]);
    },
  );

  test("are not configured by inherited members", () => {
    const integrations = JSON.parse('{"__proto__": {"facebook": {"facebookAppId": "1", "facebookSecret": "s"}}}');
    expect(settingsIn(integrations, providerOf("FB")!)).toBeUndefined();
    expect(
      settingsIn(Object.create({ facebook: { facebookAppId: "1", facebookSecret: "s" } }), providerOf("FB")!),
    ).toBeUndefined();
  });

  test("are read from an exported configuration", () => {
    const integrations = {
      facebook: { facebookAppId: "123", facebookSecret: "s" },
      amazon: { amazonAppId: "amzn1.x" },
      apple: { bundleId: "com.x" },
    };
    expect(settingsIn(integrations, providerOf("FB")!)).toEqual({ appId: "123", appSecret: "s" });
    expect(settingsIn(integrations, providerOf("AM")!)).toEqual({ clientId: "amzn1.x" });
    expect(settingsIn(integrations, providerOf("GC")!)).toEqual({ bundleId: "com.x", allowSha1: false });
    const consoles = {
      nx: { nxApplicationId: "0x0100ABF008968000" },
      psn: { psnClientId: "c", psnClientSecret: "s" },
      qq: { qqAppId: 101 },
    };
    expect(settingsIn(consoles, providerOf("NX")!)).toEqual({ applicationId: "0100abf008968000" });
    expect(settingsIn(consoles, providerOf("PS")!)).toEqual({ clientId: "c", clientSecret: "s" });
    expect(settingsIn(consoles, providerOf("QQ")!)).toEqual({ appId: "101" });
  });

  test("of Xbox are read only where they are enabled", () => {
    const urls = { profileUrl: "https://profile.example", socialUrl: "https://social.example" };
    for (const enabled of [undefined, false, "true", 1]) {
      expect(settingsIn({ xboxLive: { ...urls, enabled } }, providerOf("XB")!)).toBeUndefined();
    }
    expect(settingsIn({ xboxLive: { ...urls, enabled: true } }, providerOf("XB")!)).toEqual(urls);
    expect(settingsIn({ xboxOne: { enabled: true } }, providerOf("X1")!)).toEqual({});
  });

  test("are read with the keys that Rekindle adds", () => {
    const facebook = {
      facebookAppId: 123,
      facebookSecret: "s",
      graphUrl: "http://127.0.0.1:5/v1.0/",
      redirectUri: "r",
    };
    expect(settingsIn({ facebook }, providerOf("FB")!)).toEqual({
      appId: "123",
      appSecret: "s",
      graphUrl: "http://127.0.0.1:5/v1.0",
      redirectUri: "r",
    });
    const amazon = { amazonAppId: "M3", amazonClientId: "amzn1.c", apiUrl: "https://api.amazon.co.uk" };
    expect(settingsIn({ amazon }, providerOf("AM")!)).toEqual({
      clientId: "amzn1.c",
      apiUrl: "https://api.amazon.co.uk",
    });
    const apple = {
      bundleId: "b",
      gameCenterMaxAgeSeconds: 60,
      gameCenterAllowSha1: true,
      certificateOrigin: "http://[::1]:7",
    };
    expect(settingsIn({ apple }, providerOf("GC")!)).toEqual({
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
    expect(settingsIn({ facebook }, providerOf("FB")!)).toBeUndefined();
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
    expect(() => providers.forEach((provider) => void settingsIn(integrations, provider))).toThrow(IntegrationError);
  });
});

const checkToken = (systemId: SystemId, token: string, integrations: unknown) => {
  const provider = providerOf(systemId);
  const settings = provider && settingsIn(integrations, provider);
  return settings === undefined ? undefined : provider!.status?.(token, settings, context);
};

describe("the status of a token", () => {
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
      expect(await checkToken("FB", "fb", integrations)).toEqual({ active: true });
      expect(await checkToken("FB", "am", integrations)).toEqual({ active: false });
      expect(await checkToken("AM", "am", integrations)).toMatchObject({ active: true });
      expect(await checkToken("AM", "fb", integrations)).toEqual({ active: false });
    } finally {
      await Promise.all([facebook.close(), amazon.close()]);
    }
  });

  test("returns undefined for systems without tokens and unconfigured ones", async () => {
    for (const systemId of ["GC", "FB", "AM", "ST"] as const) {
      expect(await checkToken(systemId, "token", {})).toBeUndefined();
    }
  });
});
